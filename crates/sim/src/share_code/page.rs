//! What a checker sees (SC-08 to SC-11), and which claims it learns by that.
//!
//! ```text
//!      W                       R                           S
//! name, photo             name, photo                 name
//! what work, until when   unlimited | until | no      type of status, valid until
//!                         follow-up check             work, study, rent, public funds
//! ```
//!
//! The date of birth was learned before, because it is the password (SC-06).

use super::account::NoCode;
use super::code::Letter;
use super::record::{Name, Photo, Record, Right, Work, follow_up};
use geleit_credential::schema::Date;

/// How much the page for employers shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkPage {
    /// SC-08: what several sources agree on.
    Plain,
    /// SC-09: with category and sponsor, as one commercial guide has it.
    WithCategory,
}

/// A page of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The service.
    pub letter: Letter,
    /// The name on it.
    pub name: Name,
    /// The date of birth that opened it.
    pub birth_date: Date,
    /// The photo on it. The page of the S service is taken to have none.
    pub photo: Option<Photo>,
    /// The right.
    pub right: Right,
    /// When to check again, of the R service.
    pub follow_up: Option<Date>,
    /// Conditions of work, of the W service.
    pub work: Option<Work>,
    /// Whether study is permitted, of the S service.
    pub study: Option<bool>,
    /// Whether public funds are open, of the S service.
    pub public_funds: Option<bool>,
    /// Ids of the claims that the checker has learned.
    pub disclosed: Vec<&'static str>,
}

impl Page {
    /// The page of a record on a day.
    pub(super) fn of(record: &Record, letter: Letter, today: Date, detail: WorkPage) -> Self {
        let right = record.status.right(letter, today);
        let mut page = Self {
            letter,
            name: record.name.clone(),
            birth_date: record.birth_date,
            photo: None,
            right,
            follow_up: None,
            work: None,
            study: None,
            public_funds: None,
            disclosed: Vec::new(),
        };
        page.disclosed.push("id.family_name");
        page.disclosed.extend(record.name.given.as_ref().map(|_| "id.given_name"));
        page.disclosed.push("id.birth_date");
        match letter {
            Letter::Work => page.show_work(record, detail),
            Letter::Rent => page.show_rent(record, today),
            Letter::SomethingElse => page.show_status(record),
        }
        page
    }

    /// SC-08, SC-09.
    fn show_work(&mut self, record: &Record, detail: WorkPage) {
        self.show_photo(record);
        self.disclosed.push("res.uk.work.permitted");
        if self.right == Right::None {
            return;
        }
        self.work.clone_from(&record.status.work);
        self.disclosed.extend(["res.uk.work.until", "res.uk.work.conditions"]);
        if detail == WorkPage::WithCategory {
            self.disclosed.push(record.status.kind);
            let tied = record.status.work.as_ref().is_some_and(|work| work.sponsor_tied);
            self.disclosed.extend(tied.then_some("res.uk.sponsor"));
        }
    }

    /// SC-10.
    fn show_rent(&mut self, record: &Record, today: Date) {
        self.show_photo(record);
        self.disclosed.push("res.uk.rent.permitted");
        if self.right != Right::None {
            self.follow_up = follow_up(self.right, today);
            self.disclosed.extend(["res.valid_until", "res.uk.rent.follow_up_by"]);
        }
    }

    /// SC-11: the broad page, whatever the reason that the checker typed.
    fn show_status(&mut self, record: &Record) {
        let status = &record.status;
        self.disclosed.extend([status.kind, "res.valid_until"]);
        self.disclosed.extend(["res.uk.work.permitted", "res.uk.rent.permitted"]);
        (self.study, self.public_funds) = (status.study, status.public_funds);
        self.disclosed.extend(status.study.map(|_| "res.uk.study.permitted"));
        self.disclosed.extend(status.public_funds.map(|_| "res.uk.public_funds"));
    }

    fn show_photo(&mut self, record: &Record) {
        self.photo = Some(record.photo);
        if record.photo != Photo::Missing {
            self.disclosed.push("id.portrait.view");
        }
    }
}

/// What is before the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A page of results.
    Page(Box<Page>),
    /// SC-03 to SC-06: code, letter, date of birth or age of the code are wrong, and the page does not say which.
    CodeDoesNotWork,
    /// SC-07: the S service wants to know who asks, and why.
    WhoAndWhyMissing,
    /// SC-19: nothing came. A checker without a network sees the same.
    TimeOut,
    /// No code was given.
    NoCode(NoCode),
    /// SC-32: the holder's own screen, a file or a print-out.
    HoldersOwn,
    /// SC-20: an answer to a carrier.
    Carrier(CarrierAnswer),
}

/// SC-20: what a carrier is told. A time-out is [`Screen::TimeOut`], which is another message (SC-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarrierAnswer {
    /// "Valid Permission".
    ValidPermission,
    /// A British or Irish passport needs none.
    Exempt,
    /// "No Record of Valid Permission to travel".
    NoRecord,
}
