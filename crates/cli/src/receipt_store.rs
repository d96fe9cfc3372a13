//! The folder of a verifier: a log of receipts, and beside each receipt what was received for it.
//!
//! ```text
//! DIR/log.json       {"schema": "geleit.log/1", "number": last number, "id": hash of the last receipt}
//! DIR/<start of id>/ receipt.cbor, and until they are deleted: request.cbor, presentation.cbor,
//!                    trust-list.cbor, anchor.cbor, status-0.cbor .., profile.toml, facts.json
//!                    ended.json when the event came from which the days are counted
//!                    deletion.cbor when all of that was deleted
//! ```
//!
//! The log is read backwards from its end: each receipt names the one before. What it does not reach, such as
//! a folder that a crash left behind, is not part of it. A lock makes sure that no number is given twice.

use crate::failure::Failure;
use crate::files::{self, Locked, Readers};
use crate::json;
use crate::receipt::unverified::Unverified;
use geleit_credential::receipt::{LogPlace, receipt_id};
use geleit_credential::time::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::fs;
use std::path::{Path, PathBuf};

const LOG: &str = "log.json";
const RECEIPT: &str = "receipt.cbor";
const DELETION: &str = "deletion.cbor";
/// A record that is signed while its inputs are not yet gone.
const DELETION_BEGUN: &str = "deletion.begun";
/// What is deleted, beside the status lists.
const RECEIVED: [&str; 7] = [
    "request.cbor",
    "presentation.cbor",
    "trust-list.cbor",
    "anchor.cbor",
    "profile.toml",
    "facts.json",
    ENDED,
];
const LOG_SCHEMA: &str = "geleit.log/1";
const FACTS_SCHEMA: &str = "geleit.facts/1";
const ENDED: &str = "ended.json";
const ENDED_SCHEMA: &str = "geleit.ended/1";

/// A store that nobody else uses until it is dropped.
#[derive(Debug)]
pub(crate) struct ReceiptStore {
    folder: PathBuf,
    log: Log,
    _lock: Locked,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Log {
    schema: String,
    number: u64,
    id: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredFacts {
    schema: String,
    salt: String,
    facts: Map<String, Json>,
}

/// When the event came from which the days of a receipt are counted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    schema: String,
    at: i64,
}

/// What was received, and what it was judged by, as a command has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a> {
    /// The request.
    pub(crate) request: &'a [u8],
    /// The answer, if there was one.
    pub(crate) presentation: Option<&'a [u8]>,
    /// The trust list.
    pub(crate) trust_list: &'a [u8],
    /// The anchor's key, a `COSE_Key`.
    pub(crate) anchor: &'a [u8],
    /// The status lists.
    pub(crate) status_lists: &'a [Vec<u8>],
    /// The text of the purpose profile.
    pub(crate) profile: &'a str,
    /// What the relying party stated.
    pub(crate) facts: &'a [(String, String)],
    /// The salt of its hash.
    pub(crate) salt: [u8; 16],
}

/// The same, read back.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The request.
    pub(crate) request: Vec<u8>,
    /// The answer; empty when there was none.
    pub(crate) presentation: Vec<u8>,
    /// The trust list.
    pub(crate) trust_list: Vec<u8>,
    /// The anchor's key, a `COSE_Key`.
    pub(crate) anchor: Vec<u8>,
    /// The status lists.
    pub(crate) status_lists: Vec<Vec<u8>>,
    /// The text of the purpose profile.
    pub(crate) profile: String,
    /// What the relying party stated.
    pub(crate) facts: Vec<(String, String)>,
    /// The salt of its hash.
    pub(crate) salt: [u8; 16],
}

/// One receipt of the log.
#[derive(Debug)]
pub(crate) struct Entry {
    /// SHA-256 of the receipt.
    pub(crate) id: [u8; 32],
    /// The receipt.
    pub(crate) receipt: Vec<u8>,
    /// What is written in it.
    pub(crate) written: Unverified,
    folder: PathBuf,
}

impl ReceiptStore {
    /// Opens and locks a store, or makes an empty one.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        make_folder(folder)?;
        Self::lock(folder)
    }

    /// Opens and locks a store that is there.
    pub(crate) fn open_existing(folder: &Path) -> Result<Self, Failure> {
        if folder.join(LOG).is_file() {
            return Self::lock(folder);
        }
        Err(Failure::usage(format!("{}: no store of receipts", folder.display()))
            .hint("give the folder that `geleit verify --store` writes to"))
    }

    fn lock(folder: &Path) -> Result<Self, Failure> {
        let lock = files::lock(&folder.join(LOG))?;
        let log = read_log(folder)?;
        Ok(Self { folder: folder.to_owned(), log, _lock: lock })
    }

    /// The place of the next receipt. A log whose last receipt is not there is not continued.
    pub(crate) fn place(&self) -> Result<LogPlace, Failure> {
        let Some(id) = self.newest()? else { return Ok(LogPlace::FIRST) };
        let last = Entry::read(&self.folder, id)?;
        match last.written.number == self.log.number && self.log.number < u64::MAX {
            true => Ok(LogPlace::continues(self.log.number, id)),
            false => Err(damaged(&self.folder.join(LOG), "its number is not that of the last receipt")),
        }
    }

    /// Adds a receipt with what was received for it.
    pub(crate) fn add(&mut self, receipt: &[u8], inputs: &Inputs<'_>) -> Result<[u8; 32], Failure> {
        let id = receipt_id(receipt);
        let io = |error: std::io::Error| Failure::io(self.folder.display(), &error);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".new-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let new = builder.tempdir_in(&self.folder).map_err(io)?;
        let write = |name: &str, bytes: &[u8]| files::write(&new.path().join(name), bytes, Readers::Owner);
        write(RECEIPT, receipt)?;
        write("request.cbor", inputs.request)?;
        if let Some(presentation) = inputs.presentation {
            write("presentation.cbor", presentation)?;
        }
        write("trust-list.cbor", inputs.trust_list)?;
        write("anchor.cbor", inputs.anchor)?;
        for (number, list) in inputs.status_lists.iter().enumerate() {
            write(&status_name(number), list)?;
        }
        write("profile.toml", inputs.profile.as_bytes())?;
        write("facts.json", &facts_text(inputs)?)?;
        let place = self.folder.join(short(&id));
        fs::rename(new.keep(), &place).map_err(|error| Failure::io(place.display(), &error))?;
        self.log.number = self.log.number.saturating_add(1);
        self.log.id = hex(&id);
        write_log(&self.folder, &self.log)?;
        Ok(id)
    }

    /// The receipts of the log, oldest first: each is what the next one names.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        let (mut number, mut next) = (self.log.number, self.newest()?);
        while let Some(id) = next {
            let entry = Entry::read(&self.folder, id)?;
            if entry.written.number != number {
                return Err(damaged(&self.folder, &format!("receipt {} has another number", short(&id))));
            }
            next = (entry.written.previous != [0; 32]).then_some(entry.written.previous);
            number = number.saturating_sub(1);
            entries.push(entry);
        }
        if number != 0 {
            return Err(damaged(&self.folder, &format!("receipt number {number} is missing")));
        }
        entries.reverse();
        Ok(entries)
    }

    /// The receipt with this id, of which the first eight digits may stand for all.
    pub(crate) fn find(&self, id: &str) -> Result<Entry, Failure> {
        let matches = |entry: &Entry| hex(&entry.id).starts_with(&id.to_ascii_lowercase());
        let mut found = self.entries()?.into_iter().filter(matches);
        match (found.next(), found.next()) {
            (Some(entry), None) if id.len() >= 8 => Ok(entry),
            (Some(_), Some(_)) => {
                Err(Failure::usage(format!("several receipts begin with {id}")).hint("give more digits"))
            }
            _ => Err(Failure::usage(format!("{}: no receipt {id}", self.folder.display()))
                .hint("give at least eight digits of an id of this store, or the receipt itself")),
        }
    }

    fn newest(&self) -> Result<Option<[u8; 32]>, Failure> {
        if self.log.number == 0 {
            return Ok(None);
        }
        let id = unhex(&self.log.id);
        id.map(Some).ok_or_else(|| damaged(&self.folder, "the id of the last receipt is no hash"))
    }
}

impl Entry {
    fn read(store: &Path, id: [u8; 32]) -> Result<Self, Failure> {
        let folder = store.join(short(&id));
        let path = folder.join(RECEIPT);
        let bytes = fs::read(&path).map_err(|error| damaged(&path, &error.to_string()))?;
        if receipt_id(&bytes) != id {
            return Err(damaged(&path, "it is not the receipt that the log names"));
        }
        let written = Unverified::read(&bytes).ok_or_else(|| damaged(&path, "it is no receipt"))?;
        Ok(Self { id, receipt: bytes, written, folder })
    }

    /// The beginning of the id, by which a person names it.
    pub(crate) fn short(&self) -> String {
        short(&self.id)
    }

    /// The id as it is written.
    pub(crate) fn hex(&self) -> String {
        hex(&self.id)
    }

    /// The record of the deletion, if the inputs are gone.
    pub(crate) fn deletion(&self) -> Result<Option<Vec<u8>>, Failure> {
        let record = read_if_there(&self.folder.join(DELETION))?;
        if record.is_some() && !self.received()?.is_empty() {
            return Err(damaged(&self.folder, "there is a record of the deletion, and what it says is gone"));
        }
        Ok(record)
    }

    /// The files that a deletion removes. Anything else in the folder is not of this store, and nothing is
    /// deleted beside it.
    pub(crate) fn received(&self) -> Result<Vec<PathBuf>, Failure> {
        let io = |error: std::io::Error| Failure::io(self.folder.display(), &error);
        let mut received = Vec::new();
        for file in fs::read_dir(&self.folder).map_err(io)? {
            let file = file.map_err(io)?;
            let name = file.file_name();
            let name = name.to_str().unwrap_or_default();
            if matches!(name, RECEIPT | DELETION | DELETION_BEGUN) {
                continue;
            }
            if !is_received(name) || !file.file_type().map_err(io)?.is_file() {
                return Err(damaged(&file.path(), "no file of this store has this name and kind"));
            }
            received.push(file.path());
        }
        Ok(received)
    }

    /// What was received.
    pub(crate) fn kept(&self) -> Result<Kept, Failure> {
        let read = |name: &str| {
            let path = self.folder.join(name);
            fs::read(&path).map_err(|error| damaged(&path, &error.to_string()))
        };
        let presentation = self.folder.join("presentation.cbor");
        let profile = String::from_utf8(read("profile.toml")?);
        let status = (0..).map(|number| self.folder.join(status_name(number)));
        let lists = status.take_while(|path| path.exists());
        let (facts, salt) = read_facts(&self.folder.join("facts.json"))?;
        Ok(Kept {
            request: read("request.cbor")?,
            presentation: if presentation.exists() { read("presentation.cbor")? } else { Vec::new() },
            trust_list: read("trust-list.cbor")?,
            anchor: read("anchor.cbor")?,
            status_lists: lists
                .map(|path| fs::read(&path).map_err(|error| damaged(&path, &error.to_string())))
                .collect::<Result<_, _>>()?,
            profile: profile.map_err(|error| damaged(&self.folder, &error.to_string()))?,
            facts,
            salt,
        })
    }

    /// When the event came from which the days are counted, if somebody has said so.
    pub(crate) fn ended(&self) -> Result<Option<UnixTime>, Failure> {
        let path = self.folder.join(ENDED);
        if !path.exists() {
            return Ok(None);
        }
        let ended: Ended = json::parse(&files::read_text(&path)?)
            .and_then(serde_json::from_value)
            .map_err(|error| damaged(&path, &error.to_string()))?;
        match ended.schema == ENDED_SCHEMA {
            true => Ok(Some(UnixTime(ended.at))),
            false => Err(damaged(&path, &format!("its schema is not {ENDED_SCHEMA}"))),
        }
    }

    /// Notes when it came.
    pub(crate) fn note_end(&self, at: UnixTime) -> Result<(), Failure> {
        let ended = Ended { schema: ENDED_SCHEMA.to_owned(), at: at.0 };
        let text = serde_json::to_string_pretty(&ended).map_err(|error| Failure::store(error.to_string()))?;
        files::write(&self.folder.join(ENDED), format!("{text}\n").as_bytes(), Readers::Owner)
    }

    /// Whether a deletion was begun and not ended.
    pub(crate) fn is_half_deleted(&self) -> bool {
        self.folder.join(DELETION_BEGUN).exists()
    }

    /// The record of a deletion that was begun and not ended.
    pub(crate) fn begun(&self) -> Result<Option<Vec<u8>>, Failure> {
        read_if_there(&self.folder.join(DELETION_BEGUN))
    }

    /// Deletes what was received, and then keeps the record that says so.
    pub(crate) fn delete(&self, record: &[u8]) -> Result<(), Failure> {
        files::write(&self.folder.join(DELETION_BEGUN), record, Readers::Owner)?;
        self.end_deletion()
    }

    /// Deletes what a deletion that was interrupted has left.
    pub(crate) fn end_deletion(&self) -> Result<(), Failure> {
        let io = |error: std::io::Error| Failure::io(self.folder.display(), &error);
        for path in self.received()? {
            overwrite(&path)?;
        }
        let begun = self.folder.join(DELETION_BEGUN);
        fs::rename(begun, self.folder.join(DELETION)).map_err(io)
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io(path.display(), &error)),
    }
}

/// Is it the name of what was received, or of a file that a crash left while it was written?
fn is_received(name: &str) -> bool {
    let status = name.strip_prefix("status-").and_then(|rest| rest.strip_suffix(".cbor"));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    status.is_some_and(is_number) || name.starts_with(".geleit-") || RECEIVED.contains(&name)
}

/// Overwrites a file once, and removes it. On media that write elsewhere instead, and in backups, the old
/// content may still be there.
fn overwrite(path: &Path) -> Result<(), Failure> {
    let gone = || -> std::io::Result<()> {
        let file = fs::OpenOptions::new().write(true).open(path)?;
        let length = file.metadata()?.len();
        std::io::copy(&mut std::io::Read::take(std::io::repeat(0), length), &mut &file)?;
        file.sync_all()?;
        fs::remove_file(path)
    };
    gone().map_err(|error| Failure::io(path.display(), &error))
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Failure::io(folder.display(), &error))
}

/// A store without a log is empty, unless there are receipts in it.
fn read_log(folder: &Path) -> Result<Log, Failure> {
    let path = folder.join(LOG);
    if !path.exists() {
        if has_receipts(folder)? {
            return Err(damaged(&path, "it is missing, and there are receipts"));
        }
        return Ok(Log { schema: LOG_SCHEMA.to_owned(), number: 0, id: String::new() });
    }
    let text = files::read_text(&path)?;
    let log: Log = json::parse(&text)
        .and_then(serde_json::from_value)
        .map_err(|error| damaged(&path, &error.to_string()))?;
    if log.schema != LOG_SCHEMA {
        return Err(damaged(&path, &format!("its schema is not {LOG_SCHEMA}")));
    }
    Ok(log)
}

fn has_receipts(folder: &Path) -> Result<bool, Failure> {
    let io = |error: std::io::Error| Failure::io(folder.display(), &error);
    let mut files = fs::read_dir(folder).map_err(io)?;
    files.try_fold(false, |found, file| {
        let file = file.map_err(io)?;
        let is_new = file.file_name().to_string_lossy().starts_with('.');
        Ok(found || (!is_new && file.path().join(RECEIPT).exists()))
    })
}

fn write_log(folder: &Path, log: &Log) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(log).map_err(|error| Failure::store(error.to_string()))?;
    files::write(&folder.join(LOG), format!("{text}\n").as_bytes(), Readers::Owner)
}

fn facts_text(inputs: &Inputs<'_>) -> Result<Vec<u8>, Failure> {
    let facts = inputs.facts.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let salt = base16ct::lower::encode_string(&inputs.salt);
    let facts = StoredFacts { schema: FACTS_SCHEMA.to_owned(), salt, facts };
    serde_json::to_vec_pretty(&facts).map_err(|error| Failure::store(error.to_string()))
}

/// Facts by name, and the salt of their hash.
type Facts = (Vec<(String, String)>, [u8; 16]);

fn read_facts(path: &Path) -> Result<Facts, Failure> {
    let text = fs::read_to_string(path).map_err(|error| damaged(path, &error.to_string()))?;
    let stored: StoredFacts = json::parse(&text)
        .and_then(serde_json::from_value)
        .map_err(|error| damaged(path, &error.to_string()))?;
    let salt = base16ct::lower::decode_vec(&stored.salt).ok().and_then(|salt| salt.try_into().ok());
    let pair = |(name, value): (String, Json)| Some((name, value.as_str()?.to_owned()));
    let facts: Option<Vec<_>> = stored.facts.into_iter().map(pair).collect();
    match (facts, salt, stored.schema == FACTS_SCHEMA) {
        (Some(facts), Some(salt), true) => Ok((facts, salt)),
        _ => Err(damaged(path, "facts and salt cannot be read")),
    }
}

fn status_name(number: usize) -> String {
    format!("status-{number}.cbor")
}

/// The name of the folder of a receipt.
fn short(id: &[u8; 32]) -> String {
    hex(id).chars().take(16).collect()
}

fn hex(id: &[u8; 32]) -> String {
    base16ct::lower::encode_string(id)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    base16ct::lower::decode_vec(text).ok()?.try_into().ok()
}

fn damaged(what: &Path, why: &str) -> Failure {
    Failure::store(format!("{} is damaged: {why}", what.display()))
        .hint("restore the store from a backup; do not go on with a log that has lost receipts")
}
