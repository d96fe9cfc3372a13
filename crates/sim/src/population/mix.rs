//! The mix of a population: who is there, what goes wrong, how desks and holders behave; all of it data.
//!
//! ```text
//! spec/populations/NAME.toml --Mix::from_toml--> Mix
//!   { value = 441, mark = "published", source = "...", date = "2024-12" }    every number says where it is from
//! ```
//!
//! `spec/populations/README.md` describes the format. A field that is unknown is an error with its place.

use crate::instant::{Instant, Span};
use crate::scenario::Service;
use serde::{Deserialize, Serialize, Serializer};

/// The schema of a mix.
pub const SCHEMA: &str = "geleit.population/1";

/// The presets that are part of the program, by name. The first one is the default.
pub const PRESETS: [(&str, &str); 2] = [
    ("uk-evisa", include_str!("../../../../spec/populations/uk-evisa.toml")),
    ("tiny-50", include_str!("../../../../spec/populations/tiny-50.toml")),
];

/// Why a mix cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mix {name}: {what}")]
pub struct MixError {
    /// Name of the mix or its file.
    pub name: String,
    /// What is wrong, with line and column where there is one.
    pub what: String,
}

/// Whether a number was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// In the named source.
    Published,
    /// Nowhere: it is assumed.
    Assumption,
}

/// A number with its origin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number.
    pub value: u64,
    /// Whether it was published.
    pub mark: Mark,
    /// Where, or why it is assumed.
    pub source: String,
    /// When it was published.
    pub date: Option<String>,
}

/// Something with a weight among others.
pub(super) trait Weighted {
    fn weight(&self) -> u64;
}

macro_rules! weighted {
    ($($name:ident)*) => { $(impl Weighted for $name { fn weight(&self) -> u64 { self.weight.value } })* };
}

weighted!(Permit Nationality AgeBand Sex PurposeShare Visits ErrorShare Skew);

/// The mix.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    /// [`SCHEMA`].
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it stands for, in a sentence.
    pub about: String,
    /// The virtual clock.
    pub time: Time,
    /// Classes of permission.
    pub permit: Vec<Permit>,
    /// Groups of nationality.
    pub nationality: Vec<Nationality>,
    /// Bands of age.
    pub age: Vec<AgeBand>,
    /// Sex as stated, a code of ISO/IEC 5218.
    pub sex: Vec<Sex>,
    /// What is checked.
    pub purpose: Vec<PurposeShare>,
    /// Checks of a person in the whole time.
    pub visits: Vec<Visits>,
    /// Where leave stands.
    pub leave: LeaveShares,
    /// People for whom systems are hard.
    pub hard: HardShares,
    /// Errors of records.
    pub record: RecordShares,
    /// What holders do and lack.
    pub holder: HolderShares,
    /// What desks do.
    pub desk: DeskShares,
    /// Ways out.
    pub way_out: WayOuts,
    /// When something is away.
    #[serde(default)]
    pub outage: Vec<Window>,
    /// The issuer's new key.
    pub key_rotation: Rotation,
    /// Published numbers that no draw uses, to hold results against.
    #[serde(default)]
    pub context: Vec<Context>,
    /// People made by hand: person `i` takes what is stated in entry `i`, counted round.
    #[serde(default)]
    pub person: Vec<Listed>,
}

/// The virtual clock.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// When it begins.
    pub start: Instant,
    /// Days in which checks lie.
    pub days: u32,
    /// First hour of the day (UTC) in which desks are open; gates are open always.
    pub opens: u8,
    /// First hour in which they are not.
    pub closes: u8,
    /// How often status lists are published and fetched.
    pub lists_every: Span,
    /// How often wallets renew their copies; at most a week.
    pub renewed_every: Span,
}

/// A class of permission.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// Name in reports.
    pub name: String,
    /// The class of status, a code of the residence credential.
    pub class: String,
    /// How many.
    pub weight: Figure,
    /// Whether it has an end.
    pub limited: bool,
    /// Whether work is permitted.
    pub work: bool,
    /// Hours a week in term time.
    pub hours: Option<u8>,
    /// Whether only a sponsor may employ.
    #[serde(default)]
    pub sponsor: bool,
    /// Whether a home may be rented.
    pub rent: bool,
    /// Whether study is permitted.
    pub study: bool,
    /// Whether public funds are open.
    pub funds: bool,
}

/// A group of nationality.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Nationality {
    /// Name in reports.
    pub name: String,
    /// Codes of ISO 3166-1; `QS` is stateless.
    pub codes: Vec<String>,
    /// The list of invented names.
    pub names: String,
    /// How many.
    pub weight: Figure,
}

/// A band of age.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// Youngest.
    pub from: u8,
    /// Oldest.
    pub to: u8,
    /// How many.
    pub weight: Figure,
}

/// Sex as stated.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sex {
    /// Code of ISO/IEC 5218.
    pub code: u8,
    /// How many.
    pub weight: Figure,
}

/// A purpose.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeShare {
    /// One of `uk-right-to-work`, `uk-right-to-rent`, `uk-carrier-permission-to-travel`, `uk-status-study`,
    /// `uk-status-benefits`.
    pub id: String,
    /// How many checks.
    pub weight: Figure,
    /// How many in a million desks ask for more.
    pub over_asks_per_million: Figure,
    /// What they ask for on top.
    pub over_asked: Vec<String>,
}

/// Checks of a person.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    /// How many checks.
    pub checks: u8,
    /// How many people.
    pub weight: Figure,
}

/// Where leave stands; everybody else's is in force. Each of a million people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveShares {
    /// Ended, with an application made in time (section 3C). Of people whose leave has an end.
    pub pending_per_million: Figure,
    /// Of a million of those: the record knows of the application.
    pub pending_known_per_million: Figure,
    /// Ended, without an application. Of people whose leave has an end.
    pub expired_per_million: Figure,
    /// Cancelled.
    pub revoked_per_million: Figure,
    /// Suspended: nothing is decided.
    pub suspended_per_million: Figure,
    /// Under review, with the last confirmed rights.
    pub under_review_per_million: Figure,
    /// The longest leave ahead, in days.
    pub longest_days: Figure,
}

/// Hard cases beside those of the margins. Each of a million people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HardShares {
    /// One name only.
    pub mononym_per_million: Figure,
    /// Day, or day and month, of birth unknown.
    pub unknown_birth_day_per_million: Figure,
    /// Two nationalities, two passports.
    pub double_nationality_per_million: Figure,
    /// Two nationalities: of a million, how many show a carrier the passport that is not linked.
    pub other_passport_per_million: Figure,
    /// Leave that depends on somebody else's.
    pub dependant_per_million: Figure,
    /// A twin with the same name and date of birth.
    pub twin_per_million: Figure,
    /// Twins: of a million, how many have the other's status on record.
    pub twin_merged_per_million: Figure,
}

/// Errors of records, which both designs have in common.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordShares {
    /// Records with an error, of a million.
    pub errors_per_million: Figure,
    /// Kinds of error.
    pub kind: Vec<ErrorShare>,
    /// How long ago an error began at most, in days.
    pub began_within_days: Figure,
    /// Of a million errors: the holder saw it, in the wallet, and reported it.
    pub noticed_in_wallet_per_million: Figure,
    /// Of a million errors: the holder saw it, in the account, and reported it.
    pub noticed_in_account_per_million: Figure,
    /// Of a million reported errors: copies issued meanwhile state the right content.
    pub interim_right_per_million: Figure,
}

/// A kind of error.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorShare {
    /// Which.
    pub name: ErrorKind,
    /// How many.
    pub weight: Figure,
}

/// A kind of error of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// Somebody else's name, photo, documents and status.
    Merge,
    /// A document number that is not the holder's.
    GhostDocument,
    /// Somebody else's photo.
    WrongPhoto,
    /// An earlier status.
    StaleConditions,
    /// A name and a date of birth from before.
    Alias,
    /// The comparison of names fails.
    NameNotMatched,
}

impl Mark {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Assumption => "assumption",
        }
    }
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Merge,
        Self::GhostDocument,
        Self::WrongPhoto,
        Self::StaleConditions,
        Self::Alias,
        Self::NameNotMatched,
    ];

    /// The stable name, also of the fault in rows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::GhostDocument => "ghost-document",
            Self::WrongPhoto => "wrong-photo",
            Self::StaleConditions => "stale-conditions",
            Self::Alias => "alias",
            Self::NameNotMatched => "name-not-matched",
        }
    }
}

/// What holders do and lack. Each of a million.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HolderShares {
    /// No phone that a wallet runs on.
    pub no_phone_per_million: Figure,
    /// Of a million without: how many reach a share code all the same, by somebody else's computer.
    pub no_phone_code_per_million: Figure,
    /// Lost their phone in the weeks before.
    pub lost_phone_per_million: Figure,
    /// How long ago at most, in days.
    pub lost_within_days: Figure,
    /// How long until a new phone has new copies at most, in days.
    pub reissue_within_days: Figure,
    /// Of a million who lost it: how many show an old copy out of a backup.
    pub old_copy_per_million: Figure,
    /// Of a million who lost it: how many still get into the account, by e-mail.
    pub lost_code_per_million: Figure,
    /// Of a million who have no right: how many add the optional claims by which that is shown.
    pub shows_against_oneself_per_million: Figure,
    /// Of a million with an application: how many tell a desk that looks a code up.
    pub tells_of_application_per_million: Figure,
    /// How much the clocks of phones are off.
    pub clock: Vec<Skew>,
}

/// A part of a distribution of clocks.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Skew {
    /// How many.
    pub weight: Figure,
    /// Off by this much at most, either way.
    pub within: Span,
}

/// What desks do. Each of a million.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeskShares {
    /// Read an answer that is neither yes nor no as "no", with share codes.
    pub unknown_as_no_code_per_million: Figure,
    /// Read it as "no", with geleit.
    pub unknown_as_no_geleit_per_million: Figure,
    /// Of a million that asked for too much and were not answered: ask again for what they may.
    pub asks_again_per_million: Figure,
    /// Of a million holders who are asked for too much with a share code: give it.
    pub gives_in_per_million: Figure,
    /// An answer is captured and sent again to the same desk.
    pub replayed_per_million: Figure,
    /// Get a new trust list late.
    pub late_trust_list_per_million: Figure,
    /// How late at most.
    pub late_trust_list_within: Span,
    /// How much their clocks are off.
    pub clock: Vec<Skew>,
    /// How long employers wait for a way out.
    pub patience_work: Span,
    /// How long landlords wait.
    pub patience_rent: Span,
    /// How long carriers wait.
    pub patience_carrier: Span,
    /// How long everybody else waits.
    pub patience_other: Span,
    /// Why these times.
    pub patience_source: String,
}

/// Ways out, the same for both designs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WayOuts {
    /// Employer Checking Service.
    pub employer: Span,
    /// Landlord Checking Service.
    pub landlord: Span,
    /// Carrier Support Hub.
    pub carrier: Span,
    /// A correction of the record.
    pub correction: Span,
    /// Where these times are from.
    pub source: String,
    /// Of a million desks: take the way out that geleit's answer names.
    pub taken_geleit_per_million: Figure,
}

/// A time in which something is away.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// What.
    #[serde(serialize_with = "of_service")]
    pub of: Service,
    /// Since when, from the start on.
    pub after: Span,
    /// For how long.
    pub span: Span,
    /// Whether there was one like it.
    pub mark: Mark,
    /// Where.
    pub source: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn of_service<S: Serializer>(of: &Service, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(service_name(*of))
}

/// The name of what is away, as a mix writes it.
pub(super) const fn service_name(of: Service) -> &'static str {
    match of {
        Service::StatusService => "status-service",
        Service::LookUp => "look-up",
        Service::Network => "network",
    }
}

/// The issuer's new key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// When, from the start on.
    pub after: Span,
    /// Why.
    pub source: String,
}

/// A published number that no draw uses.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// What it says.
    pub what: String,
    /// The number.
    pub figure: Figure,
}

/// A person made by hand. What is not stated is drawn.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listed {
    /// Why this person is here.
    pub why: String,
    /// Family name, or the only name.
    pub family: Option<String>,
    /// Given names; the empty text is none.
    pub given: Option<String>,
    /// Date of birth, as far as it is known.
    pub birth: Option<String>,
    /// Nationalities; the group is that of the first one.
    pub nationality: Option<Vec<String>>,
    /// Name of the permission.
    pub permit: Option<String>,
    /// Where the leave stands.
    pub leave: Option<LeaveKind>,
    /// The hard case.
    pub hard: Option<HardCase>,
    /// The error of the record.
    pub error: Option<ErrorKind>,
    /// The purpose of the checks.
    pub purpose: Option<String>,
    /// What the holder lacks.
    pub lacks: Option<Lack>,
}

/// Where leave stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveKind {
    /// It holds.
    InForce,
    /// It has ended, and an application was made in time.
    Pending,
    /// It has ended.
    Expired,
    /// It was cancelled.
    Revoked,
    /// It is suspended.
    Suspended,
    /// It is under review.
    UnderReview,
}

/// What a holder lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// Nothing.
    Nothing,
    /// A phone.
    Phone,
    /// The phone that they had.
    LostPhone,
}

/// A hard case, as it stands in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HardCase {
    /// None.
    None,
    /// No nationality.
    Stateless,
    /// One name.
    Mononym,
    /// Day, or day and month, of birth unknown.
    UnknownBirthDay,
    /// Two nationalities.
    DoubleNationality,
    /// Leave that depends on somebody else's.
    Dependant,
    /// A twin with the same name and date.
    Twin,
    /// An application that is pending.
    Pending,
}

impl HardCase {
    /// Every case.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Stateless,
        Self::Mononym,
        Self::UnknownBirthDay,
        Self::DoubleNationality,
        Self::Dependant,
        Self::Twin,
        Self::Pending,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stateless => "stateless",
            Self::Mononym => "mononym",
            Self::UnknownBirthDay => "unknown-birth-day",
            Self::DoubleNationality => "double-nationality",
            Self::Dependant => "dependant",
            Self::Twin => "twin",
            Self::Pending => "pending",
        }
    }
}

impl Mix {
    /// Reads a mix. `name` is for messages.
    ///
    /// # Errors
    /// [`MixError`].
    pub fn from_toml(name: &str, text: &str) -> Result<Self, MixError> {
        let wrong = |what: String| MixError { name: name.to_owned(), what };
        let mix: Self =
            toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        super::check_mix::check(&mix).map_err(wrong)?;
        let changed = PRESETS.iter().any(|(known, preset)| *known == mix.name && *preset != text);
        if changed {
            return Err(wrong(format!(
                "name: \"{}\" is a preset with another text; a changed mix needs a name of its own",
                mix.name
            )));
        }
        Ok(mix)
    }

    /// A preset and its text.
    ///
    /// # Errors
    /// [`MixError`] when there is none of that name.
    pub fn preset(name: &str) -> Result<(Self, &'static str), MixError> {
        let found = PRESETS.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| MixError {
            name: name.to_owned(),
            what: format!("no such preset; there are {}", PRESETS.map(|(known, _)| known).join(", ")),
        })?;
        Ok((Self::from_toml(name, text)?, text))
    }
}
