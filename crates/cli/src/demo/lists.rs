//! The status lists of the demo: one of credentials, one of registrations.
//!
//! ```text
//! lists/credentials-1.cbor, lists/registrations-1.cbor      before anybody asks
//! lists/credentials-2.cbor, lists/registrations-2.cbor      after a withdrawal
//! ```

use super::world::{Folder, broken};
use crate::failure::Failure;
use crate::files::Readers;
use crate::random::Random;
use core::fmt::Display;
use geleit_cose::key::SigningKey;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, StatusIndices, StatusListContent, StatusListToken, StatusLists,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;

/// Entries of each list: the fewest that readers accept.
const ENTRIES: u64 = 131_072;

/// Seconds for which a list stands.
const VALID_S: i64 = 86_400;

/// Which of the two lists.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// That of credentials.
    Credentials,
    /// That of registrations.
    Registrations,
}

impl Which {
    /// Its address.
    pub(super) const fn uri(self) -> &'static str {
        match self {
            Self::Credentials => "https://lists.example/1",
            Self::Registrations => "https://lists.example/r",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Registrations => "registrations",
        }
    }
}

/// The publisher with what it says.
pub(super) struct Publisher {
    key: SigningKey,
    credentials: List,
    registrations: List,
    number: u32,
}

struct List {
    entries: Entries,
    indices: StatusIndices,
}

/// Both lists as they were published.
#[derive(Debug)]
pub(super) struct Published {
    /// Names of the files.
    pub(super) files: Vec<String>,
    /// What is in them.
    pub(super) bytes: Vec<Vec<u8>>,
    /// The lists, verified.
    pub(super) statuses: StatusLists,
}

impl List {
    fn new() -> Result<Self, Failure> {
        let entries = Entries::all_valid(Bits::Four, ENTRIES).map_err(fault)?;
        Ok(Self { indices: StatusIndices::of(&entries), entries })
    }
}

/// Nothing that a person who runs the demo could change.
fn fault(error: impl Display) -> Failure {
    Failure::usage(error.to_string()).hint("report this as a fault of the demo")
}

impl Publisher {
    /// Lists in which everything is valid.
    pub(super) fn new(key: SigningKey) -> Result<Self, Failure> {
        Ok(Self { key, credentials: List::new()?, registrations: List::new()?, number: 0 })
    }

    const fn list(&mut self, which: Which) -> &mut List {
        match which {
            Which::Credentials => &mut self.credentials,
            Which::Registrations => &mut self.registrations,
        }
    }

    /// A place that belongs to nobody yet.
    pub(super) fn draw(&mut self, which: Which, random: &mut Random) -> Result<u64, Failure> {
        self.list(which).indices.draw(random).ok_or_else(|| fault("a status list is full"))
    }

    /// Says something else of an entry, from the next publication on.
    pub(super) fn set(&mut self, which: Which, index: u64, standing: Standing) -> Result<(), Failure> {
        self.list(which).entries.set(index, standing).map_err(fault)
    }

    /// Signs both lists.
    pub(super) fn publish(
        &mut self,
        files: &Folder<'_>,
        trust: &TrustList,
        at: UnixTime,
    ) -> Result<Published, Failure> {
        self.number += 1;
        let mut published = Published { files: Vec::new(), bytes: Vec::new(), statuses: StatusLists::new() };
        for which in [Which::Credentials, Which::Registrations] {
            let content = StatusListContent {
                uri: which.uri().to_owned(),
                issued_at: at,
                expires_at: Some(at.plus(VALID_S)),
                ttl_s: None,
                entries: self.list(which).entries.clone(),
            };
            let signed = content.sign(&self.key).map_err(fault)?;
            let name = format!("lists/{}-{}.cbor", which.name(), self.number);
            files.write(&name, &signed, Readers::Anybody)?;
            let list = StatusListToken::parse(&signed).and_then(|token| token.verify(trust, at));
            let list = list.and_then(|list| published.statuses.insert(list));
            list.map_err(|error| broken(error.code(), error))?;
            published.files.push(name);
            published.bytes.push(signed);
        }
        Ok(published)
    }
}
