//! What the authority has on file about a person (SC-12 to SC-18).
//!
//! ```text
//! Record   name, birth date, photo, linked documents, status, pending, disputed, ...
//!   Status   leave, work, rent, study, public funds, travel, standing     what a page is computed from
//! ```
//!
//! There is no stored answer with an identifier of its own: a page is computed from this at each check (SC-12).
//! A record says what the authority believes, which need not be the case.

use super::code::Letter;
use geleit_credential::schema::{Date, End, Month};

/// A name as it is on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Family name, or the only name.
    pub family: String,
    /// Given names.
    pub given: Option<String>,
}

impl Name {
    /// SC-33: whether a person at a desk would call two names the same. Capitals, gaps and hyphens do not count;
    /// everything else does. The authority's own rules of comparison are not published.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let plain = |name: &Self| -> String {
            let parts = name.given.iter().chain([&name.family]);
            parts
                .flat_map(|part| part.chars())
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        plain(self) == plain(other)
    }
}

/// Whose photo is on file (SC-25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Photo {
    /// That of the person.
    Own,
    /// That of somebody else.
    OfAnother,
    /// None.
    Missing,
}

/// What was decided about the leave, beside its end (SC-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds until its end.
    InForce,
    /// It is over, whatever the end that is on file.
    Ended,
    /// It was cancelled. No application continues it.
    Cancelled,
    /// It is being reviewed. That is no decision.
    Suspended,
}

/// Permission to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Its last day.
    pub until: End,
    /// Hours a week in term time at most.
    pub max_hours_term: Option<u8>,
    /// Whether only the sponsor may employ.
    pub sponsor_tied: bool,
    /// Whether the permission has conditions of another kind.
    pub other_conditions: bool,
}

/// What a page is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The last day of the leave; `None` where there is no leave, as with an electronic travel authorisation.
    pub leave: Option<End>,
    /// What was decided beside the end.
    pub standing: Standing,
    /// Permission to work; `None` where there is none.
    pub work: Option<Work>,
    /// Whether the person may rent; `None` follows from leave (SC-65).
    pub rent: Option<bool>,
    /// Whether the person may study.
    pub study: Option<bool>,
    /// Whether public funds are open.
    pub public_funds: Option<bool>,
    /// Whether there is a permission to travel; `None` follows from leave (SC-65).
    pub travel: Option<bool>,
    /// Claim id of the type of status: the route, or its class.
    pub kind: &'static str,
}

impl Status {
    /// No leave and no permission.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            leave: None,
            standing: Standing::InForce,
            work: None,
            rent: None,
            study: None,
            public_funds: None,
            travel: None,
            kind: "res.status_class",
        }
    }
}

/// A person as the authority has them on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Name.
    pub name: Name,
    /// Date of birth. SC-06: the form asks for a whole day; what is unknown is the first one.
    pub birth_date: Date,
    /// British and Irish citizens are outside (SC-17).
    pub british_or_irish: bool,
    /// Whose photo.
    pub photo: Photo,
    /// Numbers of the linked travel documents.
    pub documents: Vec<String>,
    /// What a page is computed from.
    pub status: Status,
    /// SC-15: an application that was made in time is open, so that the leave goes on by law.
    pub pending: bool,
    /// SC-16: an error was reported and is not corrected.
    pub disputed: bool,
    /// SC-28: whether the live comparison finds the name of the passport to be that of the account.
    pub name_matched: bool,
}

/// What a page says of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Without end.
    Unlimited,
    /// Until the end of this day in London.
    Until(Date),
    /// None.
    None,
}

impl Status {
    /// What the page of a service says on a day in London.
    #[must_use]
    pub fn right(&self, letter: Letter, today: Date) -> Right {
        let Some(leave) = self.leave else { return Right::None };
        match letter {
            Letter::Work => {
                self.work.as_ref().map_or(Right::None, |work| self.until(earlier(leave, work.until), today))
            }
            Letter::Rent if self.rent == Some(false) => Right::None,
            Letter::Rent | Letter::SomethingElse => self.until(leave, today),
        }
    }

    /// SC-13: the last day counts, in London. SC-14: cancelled is over, suspended is not decided.
    fn until(&self, end: End, today: Date) -> Right {
        match (self.standing, end) {
            (Standing::Ended | Standing::Cancelled, _) => Right::None,
            (Standing::InForce | Standing::Suspended, End::Never) => Right::Unlimited,
            (Standing::InForce | Standing::Suspended, End::Day(last)) if today <= last => Right::Until(last),
            (Standing::InForce | Standing::Suspended, End::Day(_)) => Right::None,
        }
    }

    /// SC-21: whether there is a permission to travel on a day.
    #[must_use]
    pub fn may_travel(&self, today: Date) -> bool {
        let over = matches!(self.standing, Standing::Ended | Standing::Cancelled);
        let leave = self.leave.map(|end| self.until(end, today) != Right::None);
        !over && leave != Some(false) && self.travel.unwrap_or(leave == Some(true))
    }

    /// SC-15: what the law says where an application in time keeps the old permission going. No page shows it.
    #[must_use]
    pub(super) fn right_by_law(&self, letter: Letter, today: Date, pending: bool) -> bool {
        let had = match letter {
            Letter::Work => self.work.is_some(),
            Letter::Rent => self.rent != Some(false),
            Letter::SomethingElse => true,
        };
        let continued = pending && self.leave.is_some() && self.standing != Standing::Cancelled && had;
        continued || self.right(letter, today) != Right::None
    }
}

fn earlier(one: End, other: End) -> End {
    match (one, other) {
        (End::Day(one), End::Day(other)) => End::Day(one.min(other)),
        (End::Never, end) | (end, End::Never) => end,
    }
}

/// SC-10: the later of the end of the leave and twelve months after the check; none without an end.
pub(super) fn follow_up(right: Right, today: Date) -> Option<Date> {
    match right {
        Right::Until(last) => Some(last.max(plus_months(today, 12))),
        Right::Unlimited | Right::None => None,
    }
}

/// The same day of a later month, or the last one of it when it has no such day.
pub(super) fn plus_months(day: Date, months: u16) -> Date {
    let before = u16::from(day.month().number()) - 1 + months;
    let number = u8::try_from(before % 12 + 1).unwrap_or(1);
    let month = Month::new(day.year().saturating_add(before / 12), number);
    let same = month.and_then(|month| Date::new(month.year(), month.number(), day.day().min(month.days())));
    same.unwrap_or(day)
}
