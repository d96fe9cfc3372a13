//! What a desk makes of what it sees (SC-30 to SC-39).
//!
//! ```text
//! Screen + Facts --read--> Reading: outcome, reason, disclosed claims, way out, time, bytes
//! ```
//!
//! The desk follows the official guidance, or reads everything unknown as "no": [`ReadsUnknownAsNo`]. It decides
//! nothing that the screen does not say, and compares faces as the harness tells it.

use super::Parameters;
use super::account::NoCode;
use super::code::Letter;
use super::page::{CarrierAnswer, Page, Screen};
use super::reason::Reason;
use super::record::{Name, Photo, Right, Work};
use super::way_out::WayOut;
use crate::outcome::{Outcome, Word};
use crate::row::{Answer, Fallback};
use geleit_cose::cbor::Value;
use geleit_credential::schema::{ClaimSet, Date};

/// SC-50: bytes that a checker types, nine of the code and ten of the date.
pub const ENTRY_BYTES: u32 = 19;

/// SC-35: hours a week up to which work beside the sponsored one may be supplementary.
const SUPPLEMENTARY_HOURS: u32 = 20;

/// SC-38: what a desk does with an answer that is neither yes nor no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadsUnknownAsNo {
    /// It takes the way out, as the guidance says.
    No,
    /// It sends the person away.
    Yes,
}

/// Who is before the desk, and whether faces are compared (SC-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The person whose record it is; compared, on the spot or by video.
    OfThePerson,
    /// Somebody else; compared.
    OfAnother,
    /// Not compared.
    NotCompared,
}

/// Who the asking employer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Employer {
    /// The sponsor, or there is none.
    Sponsor,
    /// Another one.
    Other,
}

impl Employer {
    /// SC-66: as the residence credential of the other design has it for the asking employer.
    #[must_use]
    pub fn of(residence: &ClaimSet) -> Self {
        let matches = residence.plain("res.uk.sponsor_match").and_then(Value::as_bool);
        if matches == Some(false) { Self::Other } else { Self::Sponsor }
    }
}

/// The job, as the employer knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// First working day; none is the day of the check.
    pub start: Option<Date>,
    /// Hours a week, where the employer says so.
    pub hours_week: Option<u32>,
    /// Whether the employer is the sponsor.
    pub employer: Employer,
}

/// What a desk behind the S service wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Whether the person has leave.
    Leave,
    /// Whether they may study.
    Study,
    /// Whether public funds are open.
    PublicFunds,
}

/// SC-39: what a desk wants beside the code. Nothing in the design knows of it, so nothing stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverAsk<'a> {
    /// Nothing.
    Nothing,
    /// A file or a passport with these claims, and gets it.
    Met(&'a [&'a str]),
    /// The same, and the holder says no.
    Declined,
}

/// What only the desk knows.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The name by which the desk knows the person.
    pub name: &'a Name,
    /// The comparison of faces.
    pub face: Face,
    /// SC-34: whether the person said that an application is open.
    pub told_of_application: bool,
    /// The job, of the W service.
    pub job: Job,
    /// The question, of the S service.
    pub ask: Ask,
    /// What is wanted on top.
    pub over_ask: OverAsk<'a>,
}

impl<'a> Facts<'a> {
    /// An honest visit: the person is there, the face is compared, nothing is wanted on top.
    #[must_use]
    pub const fn honest(name: &'a Name) -> Self {
        Self {
            name,
            face: Face::OfThePerson,
            told_of_application: false,
            job: Job { start: None, hours_week: None, employer: Employer::Sponsor },
            ask: Ask::Leave,
            over_ask: OverAsk::Nothing,
        }
    }

    /// SC-66: takes over a fact of a purpose profile, by its name and value. Whether it means anything to a desk of
    /// today is returned.
    pub fn take(&mut self, fact: &str, value: &str) -> bool {
        match (fact, value) {
            ("face_matches", "yes") => self.face = Face::OfThePerson,
            ("face_matches", "no") => self.face = Face::OfAnother,
            ("face_matches", "not-checked") => self.face = Face::NotCompared,
            ("hours_per_week", hours) => match hours.parse() {
                Ok(hours) => self.job.hours_week = Some(hours),
                Err(_) => return false,
            },
            ("start_date", first) => match Date::parse(first) {
                Some(first) => self.job.start = Some(first),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// What is at a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A code with this letter is asked for.
    Code(Letter),
    /// A gate.
    Carrier,
}

/// A desk.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// Where it is.
    pub at: At,
    /// What it does with the unknown.
    pub reads_unknown_as_no: ReadsUnknownAsNo,
    /// Times and bytes.
    pub parameters: &'a Parameters,
}

/// What the desk made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The answer, as every design gives it.
    pub answer: Answer,
    /// Whether a way out was needed, and named. [`super::Service::settle`] says whether it helps.
    pub fallback: Fallback,
    /// The way out.
    pub way_out: Option<WayOut>,
    /// Time of the network.
    pub latency_ms: u32,
    /// Bytes of the pages.
    pub bytes: u32,
}

impl Reading {
    /// SC-53: the design has no check for the purpose.
    #[must_use]
    pub fn no_such_check() -> Self {
        let reason = Reason::NoSuchCheck;
        Self {
            answer: Answer {
                outcome: Outcome::of(Word::NoSuchCheck),
                reason: reason.code().to_owned(),
                rule: Some(reason.rule().to_owned()),
                notices: Vec::new(),
                disclosed: Vec::new(),
            },
            fallback: Fallback::NotNeeded,
            way_out: None,
            latency_ms: 0,
            bytes: 0,
        }
    }
}

/// What a desk decides, before it is written down.
#[derive(Clone, Copy)]
enum Verdict {
    Yes(Option<Date>, Reason),
    No(Reason),
    Unknown(Reason, WayOut),
    NoCheck(Reason),
}

impl Desk<'_> {
    /// What the desk makes of what it sees.
    #[must_use]
    pub fn read(&self, screen: &Screen, facts: &Facts<'_>) -> Reading {
        let verdict = self.judge(screen, facts);
        let (outcome, reason, way_out) = self.outcome(verdict);
        let (latency_ms, bytes) = self.cost(screen);
        let positive = matches!(verdict, Verdict::Yes(..));
        let fallback = match (verdict, way_out) {
            (Verdict::Unknown(..), Some(_)) => Fallback::Named,
            (Verdict::Unknown(..), None) => Fallback::ReadAsNo,
            (Verdict::Yes(..) | Verdict::No(_) | Verdict::NoCheck(_), _) => Fallback::NotNeeded,
        };
        let answer = Answer {
            outcome,
            reason: reason.code().to_owned(),
            rule: (!positive).then(|| reason.rule().to_owned()),
            notices: Vec::new(),
            disclosed: self.disclosed(screen, facts),
        };
        Reading { answer, fallback, way_out, latency_ms, bytes }
    }

    fn outcome(&self, verdict: Verdict) -> (Outcome, Reason, Option<WayOut>) {
        match verdict {
            Verdict::Yes(Some(day), reason) => {
                (Outcome { word: Word::AcceptUntil, until: Some(day) }, reason, None)
            }
            Verdict::Yes(None, reason) => (Outcome::of(Word::Accept), reason, None),
            Verdict::No(reason) => (Outcome::of(Word::Refuse), reason, None),
            Verdict::NoCheck(reason) => (Outcome::of(Word::NoSuchCheck), reason, None),
            // SC-38.
            Verdict::Unknown(reason, way_out) => match self.reads_unknown_as_no {
                ReadsUnknownAsNo::No => (Outcome::of(Word::Indeterminate), reason, Some(way_out)),
                ReadsUnknownAsNo::Yes => (Outcome::of(Word::Refuse), reason, None),
            },
        }
    }

    fn judge(&self, screen: &Screen, facts: &Facts<'_>) -> Verdict {
        match screen {
            Screen::Page(page) => self.page(page, facts),
            Screen::CodeDoesNotWork => Verdict::No(Reason::CodeDoesNotWork), // SC-37
            Screen::WhoAndWhyMissing => Verdict::Unknown(Reason::WhoAndWhyMissing, WayOut::AskAgain),
            Screen::TimeOut => Verdict::Unknown(Reason::TimeOut, self.service()),
            Screen::NoCode(why) => self.no_code(*why),
            // SC-32.
            Screen::HoldersOwn => Verdict::Unknown(Reason::PrintOutDoesNotCount, WayOut::AskAgain),
            Screen::Carrier(CarrierAnswer::ValidPermission) => Verdict::Yes(None, Reason::ValidPermission),
            Screen::Carrier(CarrierAnswer::Exempt) => Verdict::Yes(None, Reason::CarrierExempt),
            Screen::Carrier(CarrierAnswer::NoRecord) => Verdict::No(Reason::NoRecord), // SC-37
        }
    }

    /// The way out that the place has, SC-40 to SC-42; behind the S service there is none but asking again.
    const fn service(&self) -> WayOut {
        match self.at {
            At::Code(Letter::Work) => WayOut::EmployerCheckingService,
            At::Code(Letter::Rent) => WayOut::LandlordCheckingService,
            At::Code(Letter::SomethingElse) => WayOut::AskAgain,
            At::Carrier => WayOut::CarrierSupportHub,
        }
    }

    const fn no_code(&self, why: NoCode) -> Verdict {
        let reason = match why {
            NoCode::AccountLost => Reason::NoCodeAccountLost,
            NoCode::BritishOrIrish => return Verdict::NoCheck(Reason::OutsideTheScheme),
            NoCode::Declined => return Verdict::Unknown(Reason::NoCodeDeclined, WayOut::AskAgain),
            NoCode::Disputed => Reason::NoCodeDisputed,
            NoCode::NameNotMatched => Reason::NoCodeNameNotMatched,
            NoCode::NoStatus => Reason::NoCodeNoStatus,
            NoCode::TimeOut => Reason::TimeOut,
        };
        Verdict::Unknown(reason, self.service())
    }

    fn page(&self, page: &Page, facts: &Facts<'_>) -> Verdict {
        if let Some(doubt) = page.photo.and_then(|photo| doubt_of_face(photo, facts.face)) {
            return doubt;
        }
        if !page.name.same(facts.name) {
            return Verdict::Unknown(Reason::NameDiffers, WayOut::AskAgain); // SC-33
        }
        match (page.right, page.letter) {
            (Right::None, _) => self.or_pending(Reason::NoRightShown, facts),
            (right, Letter::Work) => self.job(page, right, facts),
            (_, Letter::Rent) => Verdict::Yes(page.follow_up, Reason::ShareCodeValid),
            (_, Letter::SomethingElse) => asked(page, facts.ask),
        }
    }

    /// SC-34: with an application that is open the guidance sends the desk to the checking service.
    fn or_pending(&self, reason: Reason, facts: &Facts<'_>) -> Verdict {
        if facts.told_of_application {
            Verdict::Unknown(Reason::PendingApplication, self.service())
        } else {
            Verdict::No(reason)
        }
    }

    /// SC-35, SC-36.
    fn job(&self, page: &Page, right: Right, facts: &Facts<'_>) -> Verdict {
        if let Some(verdict) = page.work.as_ref().and_then(|work| conditions(work, &facts.job)) {
            return verdict;
        }
        match right {
            Right::Until(last) if facts.job.start.is_some_and(|start| start > last) => {
                self.or_pending(Reason::EndsBeforeStart, facts)
            }
            Right::Until(last) => Verdict::Yes(Some(last), Reason::ShareCodeValid),
            Right::Unlimited | Right::None => Verdict::Yes(None, Reason::ShareCodeValid),
        }
    }

    /// SC-06: the date of birth is given with every code. SC-21: a carrier is given the passport.
    fn disclosed(&self, screen: &Screen, facts: &Facts<'_>) -> Vec<String> {
        let learned: Vec<&str> = match screen {
            Screen::Page(page) => page.disclosed.clone(),
            Screen::CodeDoesNotWork | Screen::WhoAndWhyMissing => vec!["id.birth_date"],
            Screen::TimeOut if self.at == At::Carrier => PASSPORT.to_vec(),
            Screen::TimeOut => vec!["id.birth_date"],
            // SC-32: what a paper shows is outside the design, and counted only where it was asked for (SC-39).
            Screen::NoCode(_) | Screen::HoldersOwn => Vec::new(),
            Screen::Carrier(_) => PASSPORT.iter().copied().chain(["travel.uk.permission_valid"]).collect(),
        };
        let more = match facts.over_ask {
            OverAsk::Met(claims) => claims, // SC-39
            OverAsk::Nothing | OverAsk::Declined => &[],
        };
        let new = more.iter().copied().filter(|claim| !learned.contains(claim));
        learned.iter().copied().chain(new).map(str::to_owned).collect()
    }

    /// SC-50.
    const fn cost(&self, screen: &Screen) -> (u32, u32) {
        let parameters = self.parameters;
        match screen {
            Screen::Page(_) => (parameters.page_ms, parameters.page_bytes),
            Screen::CodeDoesNotWork | Screen::WhoAndWhyMissing => {
                (parameters.page_ms, parameters.error_bytes)
            }
            Screen::TimeOut => (parameters.time_out_ms, 0),
            Screen::NoCode(_) | Screen::HoldersOwn => (0, 0),
            Screen::Carrier(_) => (parameters.carrier_ms, parameters.carrier_bytes),
        }
    }
}

/// SC-21: what a carrier reads from the passport to ask.
const PASSPORT: [&str; 4] = ["id.family_name", "id.given_name", "id.birth_date", "doc.number"];

/// SC-30, SC-31.
const fn doubt_of_face(photo: Photo, face: Face) -> Option<Verdict> {
    match (face, photo) {
        (Face::NotCompared, _) => Some(Verdict::Unknown(Reason::FaceNotCompared, WayOut::AskAgain)),
        (Face::OfThePerson | Face::OfAnother, Photo::Missing) => {
            Some(Verdict::Unknown(Reason::PhotoMissing, WayOut::Correction))
        }
        (Face::OfThePerson, Photo::Own) => None,
        (Face::OfThePerson, Photo::OfAnother) | (Face::OfAnother, Photo::Own | Photo::OfAnother) => {
            Some(Verdict::Unknown(Reason::PhotoDoesNotMatch, WayOut::Correction))
        }
    }
}

/// SC-35: the conditions on the page beside the job; none where they are met.
fn conditions(work: &Work, job: &Job) -> Option<Verdict> {
    let again = |reason| Some(Verdict::Unknown(reason, WayOut::AskAgain));
    if work.sponsor_tied && job.employer == Employer::Other {
        return match job.hours_week {
            None => again(Reason::HoursNotGiven),
            Some(hours) if hours <= SUPPLEMENTARY_HOURS => again(Reason::SupplementaryWork),
            Some(_) => Some(Verdict::No(Reason::ConditionNotMet)),
        };
    }
    match (work.max_hours_term, job.hours_week) {
        (Some(_), None) => again(Reason::HoursNotGiven),
        (Some(limit), Some(hours)) if hours > u32::from(limit) => again(Reason::HoursAboveLimit),
        (Some(_) | None, _) => None,
    }
}

/// SC-11: what the desk looks for on the broad page.
const fn asked(page: &Page, ask: Ask) -> Verdict {
    let permitted = match ask {
        Ask::Leave => Some(true),
        Ask::Study => page.study,
        Ask::PublicFunds => page.public_funds,
    };
    match permitted {
        Some(true) => Verdict::Yes(None, Reason::ShareCodeValid),
        Some(false) => Verdict::No(Reason::ConditionNotMet),
        None => Verdict::Unknown(Reason::NotShown, WayOut::AskAgain),
    }
}
