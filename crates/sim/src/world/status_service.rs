//! The status service: lists of what was withdrawn, published now and then, and a log of who fetched which.

use super::authority::{Authorities, Defect};
use crate::rng::SimRng;
use geleit_cose::key::SigningKey;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, StatusIndices, StatusListContent, StatusListToken, StatusLists,
};
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// Entries of a list: as many as herd privacy requires.
pub const ENTRIES: u64 = 131_072;

/// Where a credential or registration stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Address of the list.
    pub uri: String,
    /// Index in the list.
    pub index: u64,
}

/// A list that is kept.
#[derive(Debug)]
struct Kept {
    entries: Entries,
    indices: StatusIndices,
    signed: Vec<u8>,
}

/// Somebody fetched a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// When.
    pub at: UnixTime,
    /// Who.
    pub by: String,
    /// Address of the list.
    pub uri: String,
}

/// The service.
#[derive(Debug, Default)]
pub struct StatusService {
    lists: BTreeMap<String, Kept>,
    log: Vec<Fetch>,
}

impl StatusService {
    /// Draws a free place in a list, which is begun if there is none of that address.
    ///
    /// # Errors
    /// [`Defect`] when the list is full.
    pub fn draw(&mut self, uri: &str, rng: &mut SimRng) -> Result<Place, Defect> {
        if !self.lists.contains_key(uri) {
            let entries = Entries::all_valid(Bits::Four, ENTRIES).map_err(Defect::of("status list"))?;
            let indices = StatusIndices::of(&entries);
            self.lists.insert(uri.to_owned(), Kept { entries, indices, signed: Vec::new() });
        }
        let drawn = self.lists.get_mut(uri).and_then(|kept| kept.indices.draw(rng));
        let index = drawn.ok_or_else(|| Defect { what: "status list", why: "no free entry".into() })?;
        Ok(Place { uri: uri.to_owned(), index })
    }

    /// Notes a standing. Nobody knows of it before [`Self::publish`].
    ///
    /// # Errors
    /// [`Defect`] for a place that was not drawn.
    pub fn set(&mut self, place: &Place, standing: Standing) -> Result<(), Defect> {
        let unknown = || Defect { what: "status list", why: format!("there is no list {}", place.uri) };
        let kept = self.lists.get_mut(&place.uri).ok_or_else(unknown)?;
        kept.entries.set(place.index, standing).map_err(Defect::of("status list"))
    }

    /// Signs lists anew: all of them, or those that `which` selects.
    ///
    /// # Errors
    /// [`Defect`].
    pub fn publish(
        &mut self,
        which: impl Fn(&str) -> bool,
        key: &SigningKey,
        issued_at: UnixTime,
        expires_after_s: Option<i64>,
    ) -> Result<(), Defect> {
        for (uri, kept) in self.lists.iter_mut().filter(|(uri, _)| which(uri)) {
            let content = StatusListContent {
                uri: uri.clone(),
                issued_at,
                expires_at: expires_after_s.map(|seconds| issued_at.plus(seconds)),
                ttl_s: None,
                entries: kept.entries.clone(),
            };
            kept.signed = content.sign(key).map_err(Defect::of("status list"))?;
        }
        Ok(())
    }

    /// The newest published lists of all addresses, and a note of who fetched them.
    pub fn fetch(&mut self, by: &str, at: UnixTime) -> Vec<Vec<u8>> {
        let published = self.lists.iter().filter(|(_, kept)| !kept.signed.is_empty());
        for (uri, _) in published.clone() {
            self.log.push(Fetch { at, by: by.to_owned(), uri: uri.clone() });
        }
        published.map(|(_, kept)| kept.signed.clone()).collect()
    }

    /// Of the newest published lists those of these addresses, and a note of who fetched them.
    pub fn fetch_some(&mut self, uris: &[String], by: &str, at: UnixTime) -> Vec<Vec<u8>> {
        let mut fetched = Vec::new();
        for uri in uris {
            let published = self.lists.get(uri).filter(|kept| !kept.signed.is_empty());
            if let Some(kept) = published {
                self.log.push(Fetch { at, by: by.to_owned(), uri: uri.clone() });
                fetched.push(kept.signed.clone());
            }
        }
        fetched
    }

    /// Who fetched what.
    #[must_use]
    pub fn log(&self) -> &[Fetch] {
        &self.log
    }
}

/// Lists as a party knows them at `now`. A list that does not verify is left out: what it says is not known.
#[must_use]
pub fn verified(lists: &[Vec<u8>], authorities: &Authorities, now: UnixTime) -> StatusLists {
    let mut statuses = StatusLists::new();
    for bytes in lists {
        let list = StatusListToken::parse(bytes).and_then(|token| token.verify(authorities.trust(), now));
        if let Ok(list) = list {
            // Of two lists with one address the newer one stays.
            let _ = statuses.insert(list);
        }
    }
    statuses
}
