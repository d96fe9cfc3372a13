//! The ledger of a wallet in a file: what was shown to whom.
//!
//! The format is that of [`DisclosureLedger`]. A wallet that cannot read its ledger does not know what it has
//! shown, and answers nothing; nothing is handed out before the answer stands in it.

use crate::failure::Failure;
use crate::files::{self, Locked, Readers};
use crate::json;
use geleit_credential::holder::{DisclosureLedger, StoredLedger};
use geleit_credential::time::UnixTime;
use serde::Deserialize;
use std::path::Path;

/// A ledger that nobody else uses until it is dropped.
#[derive(Debug)]
pub(crate) struct LedgerFile {
    /// What was answered.
    pub(crate) ledger: DisclosureLedger,
    lock: Locked,
}

impl LedgerFile {
    /// Opens and locks a ledger; one that is not there is empty.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let lock = files::lock(path)?;
        let ledger = match lock.path().try_exists() {
            Ok(false) => DisclosureLedger::empty(),
            Ok(true) => read(path)?,
            Err(error) => return Err(Failure::io(path.display(), &error)),
        };
        Ok(Self { ledger, lock })
    }

    /// Writes the ledger, without what nobody may have kept until now.
    pub(crate) fn save(mut self, now: UnixTime) -> Result<(), Failure> {
        self.ledger.forget_expired(now);
        files::write(self.lock.path(), &encode(&self.ledger)?, Readers::Owner)
    }
}

/// A ledger as it is stored.
pub(crate) fn encode(ledger: &DisclosureLedger) -> Result<Vec<u8>, Failure> {
    let text =
        serde_json::to_string_pretty(ledger).map_err(|error| Failure::store(format!("ledger: {error}")))?;
    Ok(format!("{text}\n").into_bytes())
}

fn read(path: &Path) -> Result<DisclosureLedger, Failure> {
    let text = files::read_text(path)?;
    let stored = json::parse(&text).and_then(StoredLedger::deserialize);
    let stored = stored.map_err(|error| Failure::store(format!("{} is damaged: {error}", path.display())));
    let ledger = stored.and_then(|stored| {
        DisclosureLedger::try_from(stored)
            .map_err(|error| Failure::damaged(Some(error.code()), error.to_string()).at(path.display()))
    });
    ledger.map_err(|failure| {
        failure
            .hint("restore it from a backup; without it nobody knows what was shown, and nothing is answered")
    })
}

#[cfg(test)]
mod tests {
    use super::LedgerFile;
    use crate::failure::Class;
    use geleit_credential::time::UnixTime;

    /// An answer that shows nothing.
    const EMPTY: &str = r#"{"version":1,"answers":[{"relying_party":"PARTY","intended_use":"u","claims":[],
        "thresholds":[],"answered_at":0,"kept_until":1}]}"#;

    #[test]
    fn a_ledger_is_made_locked_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.json");
        let first = LedgerFile::open(&path).unwrap();
        assert_eq!(LedgerFile::open(&path).unwrap_err().class, Class::Store);
        first.save(UnixTime(0)).unwrap();
        assert!(LedgerFile::open(&path).unwrap().ledger.entries().is_empty());
    }

    #[test]
    fn a_damaged_ledger_is_no_empty_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.json");
        for (text, start) in [
            ("", "error: "),
            ("{}", "error: "),
            ("{\"version\":2,\"answers\":[]}", "error: W-09 "),
            (&EMPTY.replace("PARTY", ""), "error: W-10 "),
            (&EMPTY.replace("\"claims\"", "\"claim\""), "error: "),
            ("{\"version\":1,\"version\":1,\"answers\":[]}", "error: "),
        ] {
            std::fs::write(&path, text).unwrap();
            let failure = LedgerFile::open(&path).unwrap_err();
            assert_eq!(failure.class, Class::Store, "{text}");
            assert!(failure.to_string().starts_with(start), "{failure}");
        }
    }
}
