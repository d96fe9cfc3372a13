//! Files: read with a limit, written as a whole or not at all.
//!
//! `-` is standard input or standard output.

use crate::answer::Answer;
use crate::failure::Failure;
use geleit_cose::key::{PublicKey, SigningKey};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The largest input that is read, in bytes: 16 MiB.
pub(crate) const MAX_BYTES: u64 = 16 << 20;

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// The owner alone: keys, credentials, presentations.
    Owner,
    /// Everybody that the system lets.
    Anybody,
}

/// A name for messages.
pub(crate) fn name(path: &Path) -> String {
    if is_dash(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file. What is larger than [`MAX_BYTES`] is refused before all of it is in memory.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |error: &std::io::Error| Failure::io(name(path), error);
    let mut bytes = Vec::new();
    let copied = if is_dash(path) {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        let file = File::open(path).map_err(|error| failed(&error))?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    };
    copied.map_err(|error| failed(&error))?;
    let small = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_BYTES);
    Ok(small.then_some(bytes))
}

/// Reads bytes that the library checks: binary CBOR, or the same in hexadecimal.
pub(crate) fn read_object(path: &Path) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let message = format!("M-10 the input is larger than the limit of {MAX_BYTES} bytes");
        Failure::refused("M-10", message).at(name(path)).hint("an object of geleit has at most 1 MiB")
    };
    let bytes = read(path)?.ok_or_else(too_large)?;
    Ok(unhex(&bytes).unwrap_or(bytes))
}

/// No CBOR object of ours is hexadecimal text: its first byte is 0x80 or above.
fn unhex(bytes: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if text.is_empty() { None } else { base16ct::mixed::decode_vec(&text).ok() }
}

/// Reads text.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let too_large = || {
        Failure::usage(format!("{} is larger than {MAX_BYTES} bytes", name(path))).hint("give a smaller file")
    };
    let bytes = read(path)?.ok_or_else(too_large)?;
    let not_text = |_| Failure::usage(format!("{} is not UTF-8 text", name(path))).hint("save it as UTF-8");
    String::from_utf8(bytes).map(Zeroizing::new).map_err(not_text)
}

/// Reads raw bytes, such as an image.
pub(crate) fn read_raw(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path)?.ok_or_else(|| {
        Failure::usage(format!("{} is larger than {MAX_BYTES} bytes", name(path))).hint("give a smaller file")
    })
}

/// Reads a private key in PKCS#8 PEM.
pub(crate) fn read_private_key(path: &Path) -> Result<SigningKey, Failure> {
    let text = read_text(path)?;
    SigningKey::from_pem(&text).map_err(|error| {
        let hint = error.hint().unwrap_or("`geleit key new -o FILE` makes a private key");
        Failure::unusable(error.code(), error.to_string()).at(name(path)).hint(hint)
    })
}

/// Reads a public key in SPKI PEM.
pub(crate) fn read_public_key(path: &Path) -> Result<PublicKey, Failure> {
    let text = read_text(path)?;
    PublicKey::from_pem(&text).map_err(|error| {
        let hint = error.hint().unwrap_or("`geleit key public FILE` writes the public key of a private key");
        Failure::unusable(error.code(), error.to_string()).at(name(path)).hint(hint)
    })
}

/// Writes a file that is complete or not there at all: next to its place first, then moved.
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let temporary = write_beside(path, bytes, readers)?;
    temporary.persist(path).map(drop).map_err(|error| Failure::io(path.display(), &error.error))
}

/// As [`write()`], but never over a file that is there.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    NewFile::reserve(path, readers)?.fill(bytes)
}

/// A file that is to come: its folder can be written to, and nothing has its name.
#[derive(Debug)]
pub(crate) struct NewFile {
    path: PathBuf,
    temporary: tempfile::NamedTempFile,
}

impl NewFile {
    /// Finds out now whether the file can be written later.
    pub(crate) fn reserve(path: &Path, readers: Readers) -> Result<Self, Failure> {
        if path.try_exists().map_err(|error| Failure::io(path.display(), &error))? {
            return Err(exists(path));
        }
        Ok(Self { path: path.to_owned(), temporary: beside(path, readers)? })
    }

    /// Its name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the whole file, never over another one.
    pub(crate) fn fill(self, bytes: &[u8]) -> Result<(), Failure> {
        let Self { path, temporary } = self;
        fill(&temporary, &path, bytes)?;
        temporary.persist_noclobber(&path).map(drop).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(&path),
            _ => Failure::io(path.display(), &error.error),
        })
    }
}

fn exists(path: &Path) -> Failure {
    Failure::usage(format!("{} exists already", path.display()))
        .hint("choose another name, or give --force to lose what is in it")
}

/// A store that nobody else uses until this is dropped.
#[derive(Debug)]
pub(crate) struct Locked {
    path: PathBuf,
    _file: File,
}

impl Locked {
    /// The one name of the store.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Keeps others away from a store: a lock file beside it, because the store itself is replaced when it is
/// written. A store that could be reached by two names would fall apart into two then: a link is followed,
/// and one with a second name in the file system is refused.
pub(crate) fn lock(path: &Path) -> Result<Locked, Failure> {
    let path = one_name(path)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: &std::io::Error| Failure::io(Path::new(&name).display(), error);
    let file = OpenOptions::new().create(true).append(true).open(&name).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Locked { path, _file: file }),
        Err(TryLockError::WouldBlock) => Err(Failure::store(format!("{} is locked", path.display()))
            .hint("another command uses it: try again")),
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

fn write_beside(path: &Path, bytes: &[u8], readers: Readers) -> Result<tempfile::NamedTempFile, Failure> {
    let temporary = beside(path, readers)?;
    fill(&temporary, path, bytes)?;
    Ok(temporary)
}

fn fill(temporary: &tempfile::NamedTempFile, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = temporary.as_file().write_all(bytes).and_then(|()| temporary.as_file().sync_all());
    written.map_err(|error| Failure::io(path.display(), &error))
}

fn beside(path: &Path, readers: Readers) -> Result<tempfile::NamedTempFile, Failure> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".geleit-");
    if let Some(permissions) = permissions(readers) {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder_of(path)).map_err(|error| Failure::io(path.display(), &error))
}

/// Temporary files are the owner's alone; the mask of the process narrows the other mode.
#[cfg(unix)]
fn permissions(readers: Readers) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    match readers {
        Readers::Owner => None,
        Readers::Anybody => Some(fs::Permissions::from_mode(0o666)),
    }
}

#[cfg(not(unix))]
fn permissions(_: Readers) -> Option<fs::Permissions> {
    None
}

/// The one name of a store that is there, or that is to be made.
pub(crate) fn one_name(path: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| Failure::io(path.display(), &error);
    match fs::symlink_metadata(path) {
        Ok(_) => {
            let path = path.canonicalize().map_err(failed)?;
            let found = fs::metadata(&path).map_err(failed)?;
            match found.is_dir() || names(&found) == 1 {
                true => Ok(path),
                false => Err(Failure::store(format!("{} has a second name (a hard link)", path.display()))
                    .hint("remove the other name: each would get a content of its own")),
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = folder_of(path).canonicalize().map_err(failed)?;
            Ok(path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name)))
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(unix)]
fn names(found: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn names(_: &fs::Metadata) -> u64 {
    1
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Where an object goes: `-o FILE`, or standard output.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Output {
    /// Where to write [default: standard output, on a terminal in hex]
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Output {
    /// The file, when there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| !is_dash(path))
    }

    /// Writes an object to its file, or hands it over for standard output. `answer` describes it; its
    /// JSON gains `file` or `cbor`.
    pub(crate) fn deliver(
        &self,
        object: Vec<u8>,
        readers: Readers,
        mut answer: Answer,
    ) -> Result<Answer, Failure> {
        if let Some(path) = self.file() {
            write(path, &object, readers)?;
            answer.text = format!("{}: {}", path.display(), answer.text);
            insert(&mut answer, "file", path.display().to_string());
            return Ok(answer);
        }
        let hex = base16ct::lower::encode_string(&object);
        let terminal = std::io::stdout().is_terminal();
        answer.object = Some(if terminal { format!("{hex}\n").into_bytes() } else { object });
        insert(&mut answer, "cbor", hex);
        Ok(answer)
    }
}

fn insert(answer: &mut Answer, member: &str, value: String) {
    if let Some(object) = answer.json.as_object_mut() {
        object.insert(member.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{Readers, lock, unhex, write, write_new};
    use crate::failure::Class;

    #[test]
    fn hexadecimal_text_is_told_from_bytes() {
        assert_eq!(unhex(b"d2 84\n43a1"), Some(vec![0xd2, 0x84, 0x43, 0xa1]));
        assert_eq!(unhex(&[0xd2, 0x84]), None);
        assert_eq!(unhex(b""), None);
    }

    #[test]
    fn nothing_is_left_beside_a_written_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write_new(&path, b"one", Readers::Owner).unwrap();
        assert!(write_new(&path, b"two", Readers::Owner).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write(&path, b"three", Readers::Anybody).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Two names of one store are one store; what would make two of it is refused.
    #[cfg(unix)]
    #[test]
    fn a_store_has_one_name() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("store.json"), folder.path().join("link.json"));
        std::os::unix::fs::symlink("store.json", &link).unwrap();
        assert_eq!(lock(&link).unwrap_err().class, Class::Io, "a link to nothing");
        write(&path, b"one", Readers::Owner).unwrap();
        let locked = lock(&link).unwrap();
        assert_eq!(locked.path(), path.canonicalize().unwrap());
        assert_eq!(lock(&path).unwrap_err().class, Class::Store);
        drop(locked);
        std::fs::hard_link(&path, folder.path().join("second.json")).unwrap();
        assert_eq!(lock(&path).unwrap_err().class, Class::Store);
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write(&path, b"secret", Readers::Owner).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
