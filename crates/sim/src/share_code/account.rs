//! The holder's way to a code: an account with the authority (SC-01), and why there may be none.

use super::RecordId;

/// Whether a code for signing in can be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It arrives.
    Works,
    /// The number or the address is no longer the holder's, or there never was one.
    Lost,
}

/// Whether the holder can name the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// By the number of the document that the account was made with, or by the customer number.
    Known,
    /// Neither is known.
    Unknown,
}

/// An account, as its holder can use it. The date of birth, which is asked as well, everybody knows of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The record that the account opens.
    pub record: RecordId,
    /// Document or customer number.
    pub identifier: Identifier,
    /// The phone on file.
    pub phone: Reach,
    /// The e-mail address on file.
    pub email: Reach,
}

impl Account {
    /// An account that works.
    #[must_use]
    pub const fn of(record: RecordId) -> Self {
        Self { record, identifier: Identifier::Known, phone: Reach::Works, email: Reach::Works }
    }

    /// SC-01: whether the holder gets in.
    #[must_use]
    pub fn can_sign_in(&self) -> bool {
        self.identifier == Identifier::Known && [self.phone, self.email].contains(&Reach::Works)
    }
}

/// Why a desk gets no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NoCode {
    /// SC-01: the holder cannot sign in.
    #[error("the holder cannot sign in to the account")]
    AccountLost,
    /// SC-17: British and Irish citizens have none.
    #[error("British and Irish citizens have no share codes")]
    BritishOrIrish,
    /// The holder gives none.
    #[error("the holder gives no code")]
    Declined,
    /// SC-16: an error of the record is being corrected.
    #[error("a record with an open error makes no code")]
    Disputed,
    /// SC-28: the name on the passport was not found to be that of the account.
    #[error("the name of the passport was not matched with the account")]
    NameNotMatched,
    /// SC-18: nothing was granted that a page could show.
    #[error("there is no status that a code could show")]
    NoStatus,
    /// SC-19: the service does not answer.
    #[error("the service does not answer")]
    TimeOut,
}
