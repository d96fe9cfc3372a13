//! What the authority's record says of a person at a time, in each of the two designs.
//!
//! ```text
//!   began        reported            corrected (after the time that corrections take)
//! ----|-------------|---------------------|------------>
//!   right   wrong         wrong, disputed        right
//! ```
//!
//! Both designs start from one record with one error. They differ by who shows the holder what is on record, and so by
//! when it is reported.

use super::mix::{ErrorKind, LeaveKind};
use super::person::{Error, Person, Phone};
use super::state::State;
use crate::row::Design;
use crate::share_code::record::Standing as RecordStanding;
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use std::borrow::Cow;

/// What a record says.
#[derive(Clone, Debug)]
pub(super) struct OnRecord<'p> {
    pub(super) state: Cow<'p, State>,
    /// An error was reported and is not corrected.
    pub(super) disputed: bool,
    /// The comparison of names fails.
    pub(super) name_fails: bool,
}

impl Error {
    pub(super) fn reported(&self, design: Design) -> Option<UnixTime> {
        match design {
            Design::Geleit => self.reported_in_wallet,
            Design::ShareCode => self.reported_in_account,
        }
    }

    fn is_disputed(&self, design: Design, at: UnixTime) -> bool {
        self.reported(design).is_some_and(|reported| reported <= at)
    }

    pub(super) fn corrected(&self, design: Design, correction_s: i64) -> Option<UnixTime> {
        self.reported(design).map(|reported| reported.plus(correction_s))
    }
}

impl Person {
    /// Whether anything about this person can change what a list says.
    pub(super) fn is_ordinary(&self) -> bool {
        self.error.is_none() && self.leave == LeaveKind::InForce && !matches!(self.phone, Phone::Lost { .. })
    }

    /// What is the case at a time.
    pub(super) fn truth_at(&self, at: UnixTime) -> Cow<'_, State> {
        let decided = matches!(self.leave, LeaveKind::Revoked | LeaveKind::Suspended);
        if decided && at < self.decided_at {
            let mut before = self.truth.clone();
            before.standing = RecordStanding::InForce;
            return Cow::Owned(before);
        }
        Cow::Borrowed(&self.truth)
    }

    /// What the record says at a time. Geleit's copies that are issued while an error is disputed may state what is
    /// right; today's record says the wrong until it is corrected.
    pub(super) fn on_record(&self, design: Design, at: UnixTime, correction_s: i64) -> OnRecord<'_> {
        let mut state = self.truth_at(at);
        if state.pending && !self.pending_known {
            state.to_mut().pending = false;
        }
        let right = |state| OnRecord { state, disputed: false, name_fails: false };
        let Some(error) = &self.error else { return right(state) };
        let over = error.corrected(design, correction_s).is_some_and(|corrected| corrected <= at);
        if at < error.began || over {
            return right(state);
        }
        let disputed = error.is_disputed(design, at);
        let name_fails = error.kind == ErrorKind::NameNotMatched;
        let interim = design == Design::Geleit && disputed && error.interim_right;
        if let Some(wrong) = error.wrong.as_ref().filter(|_| !interim) {
            state = Cow::Borrowed(wrong);
        }
        if disputed && design == Design::Geleit {
            state.to_mut().under_review = true;
        }
        OnRecord { state, disputed, name_fails }
    }

    /// What a list that is published at a time says of a copy that was issued before.
    pub(super) fn standing(
        &self,
        issued: UnixTime,
        published: UnixTime,
        correction_s: i64,
        is_old_copy: bool,
    ) -> Standing {
        if published < issued {
            return Standing::Valid;
        }
        if let Phone::Lost { renewed, .. } = self.phone
            && is_old_copy
            && renewed <= published
        {
            return Standing::Superseded;
        }
        let now = self.on_record(Design::Geleit, published, correction_s);
        let then = self.on_record(Design::Geleit, issued, correction_s);
        match now.state.standing {
            RecordStanding::Suspended => Standing::Suspended,
            RecordStanding::Cancelled if then.state.standing != RecordStanding::Cancelled => {
                Standing::Revoked
            }
            _ if now.disputed || now.state.under_review => Standing::UnderReview,
            RecordStanding::InForce | RecordStanding::Ended | RecordStanding::Cancelled => Standing::Valid,
        }
    }
}
