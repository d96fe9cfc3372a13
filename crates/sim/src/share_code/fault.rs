//! What goes wrong with a record or an account: the failures that were reported (SC-23 to SC-28).
//!
//! A fault changes what the authority believes or what the holder can reach. What is the case does not change.

use super::account::{Account, Reach};
use super::record::{Name, Photo, Record, Status};
use geleit_credential::schema::Date;

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// SC-23: merged with the record of another person, whose details and status are shown.
    Merged(Box<Record>),
    /// SC-23: the status of another person is shown under the own name, as with twins.
    MergedStatus(Status),
    /// SC-24: a document number that is not the holder's stands in place of theirs.
    GhostDocument(String),
    /// SC-25: the photo is of somebody else.
    WrongPhoto,
    /// SC-25: there is no photo.
    MissingPhoto,
    /// SC-26: an earlier status is served as the present one.
    StaleConditions(Status),
    /// SC-27: a name and a date of birth from before, such as those that a trafficker gave.
    Alias(Name, Date),
    /// SC-28: the comparison finds another name on the passport than on the account, although they are the same.
    NameNotMatched,
    /// SC-16: an error was reported and is not corrected.
    Disputed,
    /// SC-01: phone number and e-mail address are gone.
    AccountLost,
}

impl RecordFault {
    /// The stable name, for reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Merged(_) => "merge",
            Self::MergedStatus(_) => "merge-status",
            Self::GhostDocument(_) => "ghost-document",
            Self::WrongPhoto => "wrong-photo",
            Self::MissingPhoto => "missing-photo",
            Self::StaleConditions(_) => "stale-conditions",
            Self::Alias(_, _) => "alias",
            Self::NameNotMatched => "name-not-matched",
            Self::Disputed => "disputed",
            Self::AccountLost => "account-lost",
        }
    }

    /// Lets it happen.
    pub fn apply(&self, record: &mut Record, account: &mut Account) {
        match self {
            Self::Merged(other) => {
                // The account stays what it was, with its date of birth: an assumption of SC-23.
                record.name = other.name.clone();
                record.photo = Photo::OfAnother;
                record.documents = other.documents.clone();
                record.status = other.status.clone();
            }
            Self::MergedStatus(status) | Self::StaleConditions(status) => record.status = status.clone(),
            Self::GhostDocument(number) => record.documents = vec![number.clone()],
            Self::WrongPhoto => record.photo = Photo::OfAnother,
            Self::MissingPhoto => record.photo = Photo::Missing,
            Self::Alias(name, birth_date) => {
                record.name = name.clone();
                record.birth_date = *birth_date;
            }
            Self::NameNotMatched => record.name_matched = false,
            Self::Disputed => record.disputed = true,
            Self::AccountLost => (account.phone, account.email) = (Reach::Lost, Reach::Lost),
        }
    }
}
