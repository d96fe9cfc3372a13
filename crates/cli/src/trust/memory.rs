//! The highest sequence number of a trust list that was accepted of each anchor, so that an older list is
//! noticed (T-05).
//!
//! ```text
//! {"schema": "geleit.trust-memory/1", "anchors": {thumbprint of the anchor's key: sequence}}
//! ```
//!
//! It lies beside the ledger of a wallet or the nonce store of a verifier, as `NAME.trust`.

use crate::failure::Failure;
use crate::files::{self, Locked, Readers};
use crate::json;
use geleit_credential::trust_list::TrustList;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "geleit.trust-memory/1";

/// The memory of one store, which nobody else uses until it is dropped.
#[derive(Debug)]
pub(super) struct TrustMemory {
    content: Content,
    lock: Locked,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: String,
    anchors: BTreeMap<String, u64>,
}

impl TrustMemory {
    /// Opens and locks the memory beside a store; one that is not there is empty.
    pub(super) fn beside(store: &Path) -> Result<Self, Failure> {
        let mut name = files::one_name(store)?.into_os_string();
        name.push(".trust");
        let path = PathBuf::from(name);
        let lock = files::lock(&path)?;
        let content = match path.try_exists() {
            Ok(false) => Content { schema: SCHEMA.to_owned(), anchors: BTreeMap::new() },
            Ok(true) => read(&path)?,
            Err(error) => return Err(Failure::io(path.display(), &error)),
        };
        Ok(Self { content, lock })
    }

    /// The lowest sequence that a list of this anchor may have; `anchor` is the thumbprint of its key.
    pub(super) fn minimum(&self, anchor: &[u8; 32]) -> u64 {
        self.content.anchors.get(&base16ct::lower::encode_string(anchor)).copied().unwrap_or(0)
    }

    /// Notes the sequence of a list that was verified with [`Self::minimum`].
    pub(super) fn remember(mut self, list: &TrustList) -> Result<(), Failure> {
        let anchor = base16ct::lower::encode_string(list.anchor());
        if self.content.anchors.insert(anchor, list.sequence()) == Some(list.sequence()) {
            return Ok(());
        }
        let text =
            serde_json::to_string_pretty(&self.content).map_err(|error| Failure::store(error.to_string()))?;
        files::write(self.lock.path(), format!("{text}\n").as_bytes(), Readers::Owner)
    }
}

fn read(path: &Path) -> Result<Content, Failure> {
    let damaged = |why: String| {
        Failure::store(format!("{} is damaged: {why}", path.display()))
            .hint("restore it from a backup; without it an older trust list would be accepted again")
    };
    let content: Content = json::parse(&files::read_text(path)?)
        .and_then(serde_json::from_value)
        .map_err(|error| damaged(error.to_string()))?;
    if content.schema == SCHEMA { Ok(content) } else { Err(damaged(format!("its schema is not {SCHEMA}"))) }
}
