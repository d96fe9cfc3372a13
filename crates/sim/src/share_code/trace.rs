//! Who can tell what afterwards (SC-51, SC-52): checkers who compare pages, and the authority that made them.
//!
//! Answers are those of the privacy scenarios: LINKED or NOT_LINKED, LEAK or NO_LEAK.

use super::Look;
use super::page::Page;
use super::reason::Reason;
use crate::outcome::{Outcome, Word};
use crate::row::Answer;

/// SC-51: whether two checkers who compare their pages know that it was one person. Name and date of birth do; no code
/// and no time is needed for it.
#[must_use]
pub fn checkers(one: &Page, other: &Page) -> Answer {
    let same = one.name == other.name && one.birth_date == other.birth_date;
    answer(if same { Word::Linked } else { Word::NotLinked }, Reason::PagesCompared)
}

/// SC-52: whether the authority learns of a check.
#[must_use]
pub fn authority(look: &Look) -> Answer {
    answer(if look.seen.is_some() { Word::Leak } else { Word::NoLeak }, Reason::AuthorityLooksUp)
}

/// SC-52: whether a checker and the authority together know whose page it was.
#[must_use]
pub fn checker_and_authority(look: &Look) -> Answer {
    answer(if look.seen.is_some() { Word::Linked } else { Word::NotLinked }, Reason::AuthorityLooksUp)
}

/// An answer of this model.
pub(crate) fn answer(word: Word, reason: Reason) -> Answer {
    Answer {
        outcome: Outcome::of(word),
        reason: reason.code().to_owned(),
        rule: Some(reason.rule().to_owned()),
        notices: Vec::new(),
        disclosed: Vec::new(),
    }
}
