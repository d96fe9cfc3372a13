//! What a request asks with the holder's agreement.

use crate::request::PermittedRequest;
use crate::scope::{Necessity, ScopeEntry};

/// The claims that are required, and the optional ones that are agreed to. A view of the request: it is
/// looked through again and again, and nothing is collected.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    entries: &'a [ScopeEntry],
    optional: &'a [&'a str],
}

impl<'a> Asked<'a> {
    /// `optional` are ids that the holder agreed to.
    pub(super) fn of(request: &'a PermittedRequest, optional: &'a [&'a str]) -> Self {
        Self { entries: request.scope().entries(), optional }
    }

    /// All these, for tests.
    #[cfg(test)]
    pub(super) const fn all(entries: &'a [ScopeEntry]) -> Self {
        Self { entries, optional: &[] }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a ScopeEntry> + Clone {
        self.entries.iter().filter(move |entry| match entry.necessity {
            Necessity::Required => true,
            Necessity::Optional => self.optional.contains(&entry.claim.id()),
        })
    }
}
