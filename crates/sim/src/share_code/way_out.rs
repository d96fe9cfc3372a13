//! What a desk can do when a code gave no answer (SC-40 to SC-45): services that take days, and corrections that take
//! weeks.
//!
//! ```text
//! work     Employer Checking Service  -> Positive Verification Notice, 6 months
//! rent     Landlord Checking Service  -> the same for 12 months
//! carrier  Carrier Support Hub, day and night
//! record   a correction by the authority
//! ```

use super::code::Letter;
use super::record::plus_months;
use super::{RecordId, Service};
use crate::instant::Span;
use crate::outcome::Truth;
use crate::row::Fallback;
use geleit_credential::schema::Date;
use geleit_credential::time::UnixTime;
use geleit_credential::zone::Zone;

/// Where a desk can turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayOut {
    /// SC-40.
    EmployerCheckingService,
    /// SC-41.
    LandlordCheckingService,
    /// SC-42: for carriers only.
    CarrierSupportHub,
    /// SC-43: the holder reports the error and waits.
    Correction,
    /// SC-45: the same desk looks again, with what was missing, such as a code or a paper about the name.
    AskAgain,
}

/// How long the ways out take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// SC-40: Employer Checking Service.
    pub employer: Span,
    /// SC-41: Landlord Checking Service.
    pub landlord: Span,
    /// SC-42: Carrier Support Hub.
    pub carrier: Span,
    /// SC-43: a correction.
    pub correction: Span,
}

impl Default for Delays {
    /// Five and two working days as seven and four days, half an hour, three weeks.
    fn default() -> Self {
        const DAY_S: i64 = 86_400;
        Self {
            employer: Span(7 * DAY_S),
            landlord: Span(4 * DAY_S),
            carrier: Span(1_800),
            correction: Span(21 * DAY_S),
        }
    }
}

/// What a checking service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The right is confirmed; an excuse until the end of this day. A carrier gets none.
    Positive(Option<Date>),
    /// It is not.
    Negative,
}

impl WayOut {
    /// How long it takes; `None` where that is up to the people at the desk.
    #[must_use]
    pub const fn delay(self, delays: &Delays) -> Option<Span> {
        match self {
            Self::EmployerCheckingService => Some(delays.employer),
            Self::LandlordCheckingService => Some(delays.landlord),
            Self::CarrierSupportHub => Some(delays.carrier),
            Self::Correction => Some(delays.correction),
            Self::AskAgain => None,
        }
    }
}

impl Service<'_> {
    /// What a person at the authority answers, who reads the same record and sees open applications as well. `None`
    /// where nobody at the authority is asked.
    #[must_use]
    pub fn ask(&self, way: WayOut, id: RecordId, at: UnixTime) -> Option<Notice> {
        let delay = way.delay(&self.parameters.delays)?;
        let (asked, answered) = (Zone::London.date(at)?, Zone::London.date(at.plus(delay.0))?);
        let record = self.record(id)?;
        let by_law = |letter| record.status.right_by_law(letter, asked, record.pending);
        let notice = |confirmed, months: Option<u16>| match (confirmed, months) {
            (true, months) => Notice::Positive(months.map(|months| plus_months(answered, months))),
            (false, _) => Notice::Negative,
        };
        match way {
            WayOut::EmployerCheckingService => Some(notice(by_law(Letter::Work), Some(6))),
            WayOut::LandlordCheckingService => Some(notice(by_law(Letter::Rent), Some(12))),
            WayOut::CarrierSupportHub => Some(notice(record.status.may_travel(asked), None)),
            WayOut::Correction | WayOut::AskAgain => None,
        }
    }

    /// SC-44: whether a way out led to the right answer within the time that the desk waits.
    #[must_use]
    pub fn settle(&self, way: WayOut, id: RecordId, at: UnixTime, patience: Span, truth: Truth) -> Fallback {
        let Some(delay) = way.delay(&self.parameters.delays) else { return Fallback::Named };
        if truth == Truth::Open {
            return Fallback::Named;
        }
        let right = match self.ask(way, id, at) {
            Some(Notice::Positive(_)) => truth == Truth::Right,
            Some(Notice::Negative) => truth == Truth::NoRight,
            None => true,
        };
        if right && delay <= patience { Fallback::Succeeded } else { Fallback::Failed }
    }
}
