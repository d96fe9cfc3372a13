//! Many copies in one call: what has to differ between them, and which of them is at fault.

use super::form::Form;
use super::{Copy, IssueError};
use crate::schema::ClaimSet;
use crate::sd_cwt::BuildError;
use core::fmt;
use geleit_cose::key::{KeyError, PublicKey};

/// Copies of one batch at most. Nothing is handed out before everything is signed, so that all of it is held
/// in memory: 64 MiB when every copy is as large as a verifier reads, 3 MiB without portraits.
pub const MAX_BATCH_COPIES: usize = 1_024;

/// Claims of one holder, and the copies to issue of them.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// What each copy says.
    pub claims: &'a ClaimSet,
    /// The copies. In a batch no two copies of one type may have the same holder key, and no two copies of
    /// any type the same place in a status list: either would link them.
    pub copies: &'a [Copy<'a>],
}

/// What can be said before claims are looked at: I-08, I-11 to I-14.
pub(super) fn check(orders: &[Order<'_>]) -> Result<(), BatchError> {
    let presented = count(orders);
    if presented > MAX_BATCH_COPIES {
        return Err(BatchError::TooManyCopies { presented });
    }
    for (place, _, copy) in copies(orders) {
        copy.check().map_err(|error| place.refused(error))?;
    }
    // I-12: copies of different types are bound to one key, so that they can be shown together.
    let keys = copies(orders)
        .map(|(place, order, copy)| (order.claims.credential_type().vct, linkable(copy.holder_key), place));
    require_distinct(keys, IssueError::HolderKeyTwice)?;
    // I-13.
    let status = copies(orders).map(|(place, _, copy)| (copy.status.uri, copy.status.index, place));
    require_distinct(status, IssueError::StatusTwice)
}

/// How many copies are ordered.
pub(super) fn count(orders: &[Order<'_>]) -> usize {
    orders.iter().map(|order| order.copies.len()).sum()
}

/// The checked and encoded claims of each order.
pub(super) fn forms(orders: &[Order<'_>]) -> Result<Vec<Form>, BatchError> {
    let form = |(order, Order { claims, copies }): (usize, &Order<'_>)| {
        let subject = copies.iter().map(|copy| copy.subject.len()).max().unwrap_or_default();
        Form::of(claims, subject).map_err(|error| BatchError::Order { order, error: error.into() })
    };
    orders.iter().enumerate().map(form).collect()
}

/// Number of the order, and of the copy in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    order: usize,
    copy: usize,
}

impl Place {
    const fn refused(self, error: IssueError) -> BatchError {
        BatchError::Copy { order: self.order, copy: self.copy, error }
    }
}

fn copies<'o, 'a>(orders: &'o [Order<'a>]) -> impl Iterator<Item = (Place, &'o Order<'a>, &'a Copy<'a>)> {
    orders.iter().enumerate().flat_map(|(number, order)| {
        let place = move |copy| Place { order: number, copy };
        order.copies.iter().enumerate().map(move |(copy, one)| (place(copy), order, one))
    })
}

/// What two keys may not share: a P-256 key and its negative have one coordinate.
fn linkable(key: &PublicKey) -> &[u8; 32] {
    match key {
        PublicKey::Ed25519(key) => key.as_bytes(),
        PublicKey::P256(key) => key.x(),
    }
}

/// The first copy that has what an earlier one has is at fault.
fn require_distinct<T: Ord, U: Ord>(
    of_copies: impl Iterator<Item = (T, U, Place)>,
    error: IssueError,
) -> Result<(), BatchError> {
    let mut sorted: Vec<(T, U, Place)> = of_copies.collect();
    sorted.sort_unstable();
    let alike = sorted.chunk_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1));
    let again = alike.filter_map(|copies| copies.get(1)).map(|(.., place)| place).min();
    again.map_or(Ok(()), |place| Err(place.refused(error)))
}

/// Why no copy of a batch was issued: misuse by the caller. Orders and copies are counted from 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BatchError {
    /// I-14: more than [`MAX_BATCH_COPIES`] copies.
    TooManyCopies {
        /// Copies of all orders together.
        presented: usize,
    },
    /// I-06: the issuer's key cannot sign. I-16: the generator of randomness repeats itself.
    Build(BuildError),
    /// The claims of an order cannot be issued.
    Order {
        /// Which.
        order: usize,
        /// Why.
        error: IssueError,
    },
    /// A copy cannot be issued.
    Copy {
        /// The order.
        order: usize,
        /// The copy in it.
        copy: usize,
        /// Why.
        error: IssueError,
    },
}

impl BatchError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyCopies { .. } => "I-14",
            Self::Build(error) => error.code(),
            Self::Order { error, .. } | Self::Copy { error, .. } => error.code(),
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyCopies { presented } => {
                write!(f, "I-14 batch: at most {MAX_BATCH_COPIES} copies are allowed; it has {presented}")
            }
            Self::Build(error) => error.fmt(f),
            Self::Order { order, error } => write!(f, "{error}; order {order}"),
            Self::Copy { order, copy, error } => write!(f, "{error}; order {order}, copy {copy}"),
        }
    }
}

impl core::error::Error for BatchError {}

impl From<KeyError> for BatchError {
    fn from(error: KeyError) -> Self {
        Self::Build(error.into())
    }
}

impl From<BuildError> for BatchError {
    fn from(error: BuildError) -> Self {
        Self::Build(error)
    }
}
