//! Nonces that were answered, in a file, so that a presentation counts once across runs.
//!
//! ```text
//! {"schema": "geleit.nonces/1", "used": [{"nonce": hex, "until": seconds}]}
//! ```
//!
//! A lock file beside it makes sure that two checks at the same time cannot both be the first. Nonces
//! whose request can no longer be answered are forgotten.

use crate::failure::Failure;
use crate::files::{self, Locked, Readers};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{AlreadyUsed, NonceRegister};
use serde::{Deserialize, Serialize};
use std::path::Path;

const SCHEMA: &str = "geleit.nonces/1";

/// The register of one file.
#[derive(Debug)]
pub(crate) struct NonceStore {
    content: Content,
    lock: Locked,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: String,
    used: Vec<Used>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Used {
    nonce: String,
    until: i64,
}

impl NonceStore {
    /// Opens and locks a store; one that is not there is empty.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let lock = files::lock(path)?;
        let content = match lock.path().try_exists() {
            Ok(false) => Content { schema: SCHEMA.to_owned(), used: Vec::new() },
            Ok(true) => read(path)?,
            Err(error) => return Err(Failure::io(path.display(), &error)),
        };
        Ok(Self { content, lock })
    }

    /// Writes what was used up. No decision is told before this succeeded.
    pub(crate) fn save(mut self, now: UnixTime) -> Result<(), Failure> {
        self.content.used.retain(|used| used.until > now.0);
        let text = serde_json::to_string_pretty(&self.content)
            .map_err(|error| Failure::store(format!("{}: {error}", self.lock.path().display())))?;
        files::write(self.lock.path(), text.as_bytes(), Readers::Owner)
    }
}

impl NonceRegister for NonceStore {
    fn is_used(&self, nonce: &[u8]) -> bool {
        let nonce = base16ct::lower::encode_string(nonce);
        self.content.used.iter().any(|used| used.nonce == nonce)
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        if self.is_used(nonce) {
            return Err(AlreadyUsed);
        }
        let nonce = base16ct::lower::encode_string(nonce);
        self.content.used.push(Used { nonce, until: expires_at.0 });
        Ok(())
    }
}

fn read(path: &Path) -> Result<Content, Failure> {
    let damaged = |why: String| {
        Failure::store(format!("{} is damaged: {why}", path.display()))
            .hint("restore it from a backup; with an empty store old answers would count again")
    };
    let text = files::read_text(path)?;
    let content: Content = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if content.schema == SCHEMA { Ok(content) } else { Err(damaged(format!("its schema is not {SCHEMA}"))) }
}

#[cfg(test)]
mod tests {
    use super::NonceStore;
    use crate::failure::Class;
    use geleit_credential::time::UnixTime;
    use geleit_credential::verifier::NonceRegister;

    const NOW: UnixTime = UnixTime(1_000);

    #[test]
    fn a_nonce_counts_once_until_it_has_expired() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nonces.json");
        let mut store = NonceStore::open(&path).unwrap();
        assert!(store.use_up(&[1; 16], NOW.plus(60)).is_ok());
        assert!(store.use_up(&[1; 16], NOW.plus(60)).is_err());
        assert_eq!(NonceStore::open(&path).unwrap_err().class, Class::Store);
        store.save(NOW).unwrap();
        let mut store = NonceStore::open(&path).unwrap();
        assert!(store.use_up(&[1; 16], NOW.plus(60)).is_err());
        store.save(NOW.plus(60)).unwrap();
        assert!(NonceStore::open(&path).unwrap().use_up(&[1; 16], NOW.plus(90)).is_ok());
    }

    #[test]
    fn a_damaged_store_is_no_empty_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nonces.json");
        for text in ["", "{}", "{\"schema\":\"geleit.nonces/2\",\"used\":[]}"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(NonceStore::open(&path).unwrap_err().class, Class::Store, "{text}");
        }
    }
}
