//! Programs of those who compare what they saw: relying parties, the issuer, the service that publishes status lists.
//!
//! ```text
//! two presentations                        --handles----------> what is the same in both, by name
//! what an issuer kept, a presentation      --issuer_finds-----> whose it is
//! log of fetches, times of checks          --status_log_tells-> nothing, that somebody is checked, or who
//! ```
//!
//! They read bytes, know no secret and check no signature. A handle counts when it tells two people apart: the
//! issuer's key id, the address of a list that a herd shares, and the type are the same for everybody and are not
//! looked at. Sizes, network addresses and the timing of answers are not in the bytes and not looked at either.

mod read;
mod status_log;
pub mod to_the_second;

pub use read::Unreadable;
pub use status_log::{CheckTime, Fetch, Told, WINDOW_S, status_log_tells};

use core::fmt;
use read::Trace;

/// Something by which two presentations can be told to be of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handle {
    /// The issuer's signature: of one copy it is always the same.
    IssuerSignature,
    /// The holder's key.
    HolderKey,
    /// Salts of what was shown.
    Salts,
    /// Hashes of what was shown and of what was not.
    Digests,
    /// The place in a status list.
    StatusEntry,
    /// Times of the credential that are finer than an hour.
    Times,
    /// The issuer's name for the holder.
    Subject,
    /// Values that belong to one person, such as a name, a photo or a document number, and that both were shown.
    Claims,
}

impl Handle {
    /// Every handle, in the order in which they are named.
    pub const ALL: [Self; 8] = [
        Self::IssuerSignature,
        Self::HolderKey,
        Self::Salts,
        Self::Digests,
        Self::StatusEntry,
        Self::Times,
        Self::Subject,
        Self::Claims,
    ];

    /// The stable name, as scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IssuerSignature => "issuer-signature",
            Self::HolderKey => "holder-key",
            Self::Salts => "salts",
            Self::Digests => "digests",
            Self::StatusEntry => "status-entry",
            Self::Times => "times",
            Self::Subject => "subject",
            Self::Claims => "claims",
        }
    }

    /// Whether it comes from the design and not from what was asked. Who was shown a name by the same person twice
    /// has seen the same name, in any design.
    #[must_use]
    pub const fn is_of_the_design(self) -> bool {
        !matches!(self, Self::Claims)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What two presentations have in common, in the order of [`Handle::ALL`].
///
/// # Errors
/// [`Unreadable`]: what cannot be read was not compared.
pub fn handles(a: &[u8], b: &[u8]) -> Result<Vec<Handle>, Unreadable> {
    Ok(Trace::of_presentation(a)?.in_common(&Trace::of_presentation(b)?))
}

/// The status lists in which what was presented has its places.
///
/// # Errors
/// [`Unreadable`].
pub fn status_lists(presentation: &[u8]) -> Result<Vec<String>, Unreadable> {
    Ok(Trace::of_presentation(presentation)?.lists())
}

/// A copy that an issuer kept, with the person whom it was issued to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedRecord {
    /// Whose it is.
    pub person: String,
    /// The credential as it was issued.
    pub credential: Vec<u8>,
}

/// The person to whom an issuer gave what was presented, when it kept every copy that it issued.
///
/// Only handles of the design count: an issuer that knows no name still finds the person.
///
/// # Errors
/// [`Unreadable`].
pub fn issuer_finds<'r>(
    kept: &'r [IssuedRecord],
    presentation: &[u8],
) -> Result<Option<&'r str>, Unreadable> {
    let seen = Trace::of_presentation(presentation)?;
    for record in kept {
        let issued = Trace::of_credential(&record.credential)?;
        if issued.in_common(&seen).into_iter().any(Handle::is_of_the_design) {
            return Ok(Some(&record.person));
        }
    }
    Ok(None)
}
