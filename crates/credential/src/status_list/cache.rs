//! The newest list of each publisher, and the only way to ask what one says.

use super::{StatusList, StatusListError, StatusReference};
use crate::standing::Standing;
use crate::time::UnixTime;
use crate::trust_list::TrustList;

/// Verified status lists, the newest of each address and publisher.
///
/// Keyed by both, so that no publisher displaces or ages the list of another by using its address. A
/// clone shares the lists: a reader can hold a snapshot while newer lists are inserted elsewhere.
#[derive(Clone, Debug, Default)]
pub struct StatusLists {
    /// In ascending order of address and publisher.
    lists: Vec<StatusList>,
}

/// What is known of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFinding {
    /// A list that may be relied on has an entry.
    Known {
        /// What the entry says.
        standing: Standing,
        /// When the list was issued: how old this knowledge is.
        as_of: UnixTime,
        /// First moment at which its publisher no longer stands by it, if it said so.
        expires_at: Option<UnixTime>,
        /// SHA-256 of the signed token.
        hash: [u8; 32],
    },
    /// There is no list of this address.
    NoList,
    /// There is one, but nobody signed it who may publish for this issuer with a good key.
    NotEntitled,
    /// The list has no such entry.
    OutOfRange,
}

impl StatusFinding {
    /// The standing that follows. `None` when there is no list: whether a purpose can go on without
    /// one is for the caller to say.
    #[must_use]
    pub const fn standing(&self) -> Option<Standing> {
        match self {
            Self::Known { standing, .. } => Some(*standing),
            Self::NoList => None,
            Self::NotEntitled | Self::OutOfRange => Some(Standing::InDoubt),
        }
    }
}

impl StatusLists {
    /// No lists.
    #[must_use]
    pub const fn new() -> Self {
        Self { lists: Vec::new() }
    }

    /// How many lists there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lists.len()
    }

    /// Is there none?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The lists, by address and publisher.
    pub fn iter(&self) -> impl Iterator<Item = &StatusList> {
        self.lists.iter()
    }

    /// Puts a list in the place of the one that the same publisher issued before at this address.
    ///
    /// # Errors
    /// L-08: a newer list is known, or another one of the same moment.
    pub fn insert(&mut self, list: StatusList) -> Result<(), StatusListError> {
        let place = (list.uri(), list.publisher());
        match self.lists.binary_search_by(|known| (known.uri(), known.publisher()).cmp(&place)) {
            Err(free) => self.lists.insert(free, list),
            Ok(taken) => {
                if let Some(known) = self.lists.get_mut(taken) {
                    let (newest, presented) = (known.issued_at(), list.issued_at());
                    if presented < newest || presented == newest && list.hash() != known.hash() {
                        return Err(StatusListError::RollBack { newest, presented });
                    }
                    *known = list;
                }
            }
        }
        Ok(())
    }

    /// Looks up the entry of a credential or registration that `issuer` signed and that was verified
    /// before.
    ///
    /// A list counts when the key that signed it is still the key of a status issuer of `trust`, good
    /// at the time of the list, and entitled to publish for `issuer`; whether `trust` is still current
    /// is for the caller to check. When several publishers are entitled, the least favourable word counts,
    /// and of equal words the newest: a publisher that never heard of a revocation cannot undo it.
    /// Allocates nothing.
    #[must_use]
    pub fn find(&self, trust: &TrustList, issuer: &str, reference: &StatusReference<'_>) -> StatusFinding {
        let first = self.lists.partition_point(|list| list.uri() < reference.uri);
        let lists = self.lists.get(first..).unwrap_or_default();
        let mut same = lists.iter().take_while(|list| list.uri() == reference.uri).peekable();
        if same.peek().is_none() {
            return StatusFinding::NoList;
        }
        let entitled = same.filter(|list| list.may_speak_for(trust, issuer));
        let words = entitled.map(|list| (list, list.0.entries.get(reference.index)));
        let counting = words.max_by_key(|(list, word)| (weight(*word), list.issued_at()));
        match counting {
            None => StatusFinding::NotEntitled,
            Some((_, None)) => StatusFinding::OutOfRange,
            Some((list, Some(standing))) => StatusFinding::Known {
                standing,
                as_of: list.issued_at(),
                expires_at: list.expires_at(),
                hash: *list.hash(),
            },
        }
    }
}

/// Which word of several publishers counts: the highest. No entry is as good as an unknown one.
const fn weight(word: Option<Standing>) -> u8 {
    match word {
        Some(Standing::Valid) => 0,
        Some(Standing::UnderReview) => 1,
        None | Some(Standing::InDoubt) => 2,
        Some(Standing::Superseded) => 3,
        Some(Standing::Suspended) => 4,
        Some(Standing::Revoked) => 5,
    }
}
