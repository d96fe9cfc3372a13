//! What is the case about a person, or what a record says: the same form for both, so that a fault is a difference.
//!
//! ```text
//! State --identity, residence--> ClaimSet     what an issuer states on a day
//!       --record--------------> Record       what a page of today is computed from
//!       --right---------------> Truth        whether the right that a check asks for is there
//! ```

use super::mix::Permit;
use crate::outcome::Truth;
use crate::share_code::record::{Name, Photo, Record, Standing, Status, Work};
use geleit_cose::cbor::Value;
use geleit_credential::schema::identity::{Identity, Place, TravelDocument};
use geleit_credential::schema::residence::{LinkedDocument, Residence, UkConditions};
use geleit_credential::schema::{ClaimError, ClaimSet, Date, End, PartialDate};

/// A purpose that a population is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    Work,
    Rent,
    Carrier,
    Study,
    Benefits,
}

impl Purpose {
    pub(super) const ALL: [Self; 5] = [Self::Work, Self::Rent, Self::Carrier, Self::Study, Self::Benefits];

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Work => "uk-right-to-work",
            Self::Rent => "uk-right-to-rent",
            Self::Carrier => "uk-carrier-permission-to-travel",
            Self::Study => "uk-status-study",
            Self::Benefits => "uk-status-benefits",
        }
    }

    pub(super) fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }

    /// Its number in [`Self::ALL`].
    pub(super) const fn number(self) -> usize {
        match self {
            Self::Work => 0,
            Self::Rent => 1,
            Self::Carrier => 2,
            Self::Study => 3,
            Self::Benefits => 4,
        }
    }
}

/// What a permission allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) class: String,
    pub(super) work: bool,
    pub(super) hours: Option<u8>,
    pub(super) sponsor: bool,
    pub(super) rent: bool,
    pub(super) study: bool,
    pub(super) funds: bool,
}

impl Rights {
    pub(super) fn of(permit: &Permit) -> Self {
        Self {
            class: permit.class.clone(),
            work: permit.work,
            hours: permit.hours,
            sponsor: permit.sponsor,
            rent: permit.rent,
            study: permit.study,
            funds: permit.funds,
        }
    }
}

/// What is the case, or on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) name: Name,
    pub(super) birth: PartialDate,
    pub(super) photo: Photo,
    /// Number of the document that the identity names.
    pub(super) passport: String,
    /// Number of the document that is linked to the permission.
    pub(super) linked: String,
    pub(super) nationality: Vec<String>,
    pub(super) sex: u8,
    pub(super) rights: Rights,
    pub(super) end: End,
    pub(super) standing: Standing,
    pub(super) pending: bool,
    pub(super) under_review: bool,
}

/// What a check asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) purpose: Purpose,
    /// The day in London.
    pub(super) day: Date,
    /// First working day.
    pub(super) start: Date,
    /// Hours of the job.
    pub(super) hours: u8,
    /// Whether the employer is the sponsor.
    pub(super) is_sponsor: bool,
}

/// Hours a week up to which work beside the sponsored one may be supplementary (SC-35).
const SUPPLEMENTARY_HOURS: u8 = 20;

impl State {
    fn holds_on(&self, day: Date) -> bool {
        self.standing != Standing::Cancelled && self.end.last_day().is_none_or(|last| day <= last)
    }

    /// Whether the right is there, as the law has it. A leave that continues (section 3C) ends when the person
    /// leaves the country, so that it lets nobody travel.
    pub(super) fn right(&self, question: &Question) -> Truth {
        let purpose = question.purpose;
        let needed = if purpose == Purpose::Work { question.start.max(question.day) } else { question.day };
        let continues = self.pending && purpose != Purpose::Carrier;
        match self.standing {
            Standing::Suspended => return Truth::Open,
            Standing::Ended | Standing::Cancelled => return Truth::NoRight,
            Standing::InForce => {}
        }
        if !self.holds_on(needed) && !continues {
            return Truth::NoRight;
        }
        let rights = &self.rights;
        let permitted = match purpose {
            Purpose::Work if !rights.work => false,
            Purpose::Work => return self.job(question),
            Purpose::Rent => rights.rent,
            Purpose::Carrier => true,
            Purpose::Study => rights.study,
            Purpose::Benefits => rights.funds,
        };
        if permitted { Truth::Right } else { Truth::NoRight }
    }

    /// Term dates and supplementary work are for people to look into.
    fn job(&self, question: &Question) -> Truth {
        let other = self.rights.sponsor && !question.is_sponsor;
        match self.rights.hours {
            _ if other && question.hours > SUPPLEMENTARY_HOURS => Truth::NoRight,
            _ if other => Truth::Open,
            Some(limit) if question.hours > limit => Truth::Open,
            Some(_) | None => Truth::Right,
        }
    }

    /// What a page of today is computed from.
    pub(super) fn record(&self) -> Record {
        let rights = &self.rights;
        let work = rights.work.then_some(Work {
            until: self.end,
            max_hours_term: rights.hours,
            sponsor_tied: rights.sponsor,
            other_conditions: false,
        });
        Record {
            name: self.name.clone(),
            birth_date: self.birth.earliest(),
            british_or_irish: false,
            photo: self.photo,
            documents: vec![self.linked.clone()],
            status: Status {
                leave: Some(self.end),
                standing: self.standing,
                work,
                rent: Some(rights.rent),
                study: Some(rights.study),
                public_funds: Some(rights.funds),
                travel: None,
                kind: "res.status_class",
            },
            pending: self.pending,
            disputed: false,
            name_matched: true,
        }
    }

    /// The identity as an issuer states it.
    pub(super) fn identity(&self, portrait: &[u8], today: Date) -> Result<ClaimSet, ClaimError> {
        let codes: Vec<&str> = self.nationality.iter().map(String::as_str).collect();
        let country = codes.first().copied().filter(|code| *code != "QS");
        Identity::new()
            .name(&self.name.family, self.name.given.as_deref())
            .birth_date(self.birth)
            .born_in(Place { country, region: None, locality: country.map_or(Some("Sampletown"), |_| None) })
            .nationalities(&codes)
            .sex(i64::from(self.sex))
            .portrait(portrait)
            .document(TravelDocument {
                kind: "P",
                number: &self.passport,
                issuing_country: "UTO",
                expiry: today.plus_days(1_500).unwrap_or(today),
            })
            .build(today)
    }

    /// The residence as an issuer states it on a day. "Valid now" speaks of that day.
    pub(super) fn residence(&self, is_sponsor: bool, today: Date) -> Result<ClaimSet, ClaimError> {
        let rights = &self.rights;
        let now = self.holds_on(today);
        let goes_on = now || (self.pending && self.standing != Standing::Cancelled);
        let follow_up = match self.end {
            End::Never => End::Never,
            // A04: the later of the end and twelve months after the check.
            End::Day(last) => End::Day(last.max(today.plus_days(365).unwrap_or(last))),
        };
        let mut residence = Residence::new(&rights.class, now);
        if self.under_review {
            residence = residence.under_review();
        }
        if let End::Day(last) = self.end {
            residence = residence.set("res.valid_until", Value::text(last.to_string()));
        }
        residence = if rights.work && self.standing != Standing::Cancelled {
            let conditions = UkConditions {
                max_hours_term: rights.hours,
                sponsor_tied: rights.sponsor.then_some(true),
                ..UkConditions::default()
            };
            residence.uk_work(self.end, conditions)
        } else {
            residence.uk_no_work()
        };
        if rights.sponsor && rights.work {
            residence = residence.set("res.uk.sponsor_match", Value::Bool(is_sponsor));
        }
        residence = match rights.rent && goes_on {
            true => residence.uk_rent(follow_up),
            false => residence
                .set("res.uk.rent.permitted", Value::Bool(false))
                .set("res.uk.rent.follow_up_by", Value::Null),
        };
        let linked = LinkedDocument { kind: "P", country: "UTO", number: &self.linked };
        residence
            .uk_status(now, self.end.last_day().map(Date::month))
            .uk_continuation(if self.pending { "3C" } else { "none" })
            .set("res.uk.study.permitted", Value::Bool(rights.study))
            .set("res.uk.public_funds", Value::text(if rights.funds { "permitted" } else { "NRPF" }))
            .uk_travel("eVisa", &[linked])
            .set("travel.uk.permission_valid", Value::Bool(now))
            .build(today)
    }
}
