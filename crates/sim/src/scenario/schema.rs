//! The fields of a scenario file.

use crate::instant::{Instant, Span};
use crate::outcome::{Outcome, Truth};
use crate::world::authority::{FOREIGNERS_AUTHORITY, HOME_OFFICE, RECOGNITION, REGISTRAR, Role};
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Such as `B02`; the file is called by it.
    pub id: String,
    /// Such as `status-changes`.
    pub family: String,
    /// What happens, in one line.
    pub title: Texts,
    /// Why it matters.
    #[serde(default)]
    pub why: String,
    /// How it goes today, where something is known.
    #[serde(default)]
    pub today: String,
    /// What the published catalogue expects; absent for scenarios of this project.
    pub catalogue: Option<Catalogue>,
    /// What is the case when it begins.
    #[serde(default)]
    pub world: World,
    /// Who takes part, by name.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// Who asks, by name; a relying party that is not described is an ordinary one.
    #[serde(default)]
    pub relying_parties: BTreeMap<String, RelyingPartySetup>,
    /// What happens, in order.
    #[serde(default)]
    pub step: Vec<Step>,
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

/// What the catalogue of the research expects.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its outcome, as written there.
    pub outcome: String,
    /// Its reason code.
    pub reason: String,
    /// The decision that says why ours differs, such as `D-71`; absent where it does not.
    pub differs: Option<String>,
}

/// What is the case when a scenario begins. Everything has a default: nothing out of the ordinary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// The virtual clock.
    pub now: Instant,
    /// How long ago credentials were issued.
    pub credential_age: Span,
    /// How long ago the status lists at hand were signed.
    pub status_age: Span,
    /// When these lists expire, from their signing on; absent: they do not say.
    pub status_expires_after: Option<Span>,
    /// Who signed the status lists.
    pub status_signer: StatusSigner,
    /// How many credentials share a status list.
    pub list_layout: ListLayout,
    /// When relying parties fetch status lists.
    pub status_fetch: StatusFetch,
    /// When the trust list at hand expires, from `now` on.
    pub trust_expires_in: Span,
    /// How exact the times are that issuers write.
    pub issuer_times: IssuerTimes,
}

impl Default for World {
    fn default() -> Self {
        Self {
            now: Instant(UnixTime(1_795_424_400)),
            credential_age: Span(86_400),
            status_age: Span(600),
            status_expires_after: None,
            status_signer: StatusSigner::Publisher,
            list_layout: ListLayout::Herd,
            status_fetch: StatusFetch::Ahead,
            trust_expires_in: Span(30 * 86_400),
            issuer_times: IssuerTimes::WholeHours,
        }
    }
}

/// Who signs status lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusSigner {
    /// The publisher whom the trust list names for the issuer.
    Publisher,
    /// A publisher of the trust list, but for other issuers.
    OtherPublisher,
    /// Somebody who is not on the trust list.
    Stranger,
}

/// How many credentials share a status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListLayout {
    /// All: 131,072 entries.
    Herd,
    /// One list for each credential.
    OneEach,
}

/// When relying parties fetch status lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusFetch {
    /// Ahead of checks, for everybody.
    Ahead,
    /// When somebody is checked.
    AtCheck,
}

/// How exact the times of credentials are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerTimes {
    /// Whole hours, as wallets require (H-08).
    WholeHours,
    /// To the second: all copies of one person have the same one.
    ToTheSecond,
}

/// A credential, by the name of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialName {
    /// Who somebody is.
    Identity,
    /// What right somebody has to be there.
    Residence,
    /// What somebody has learned.
    Qualification,
}

impl CredentialName {
    /// Every credential, in the order in which they are issued.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Residence, Self::Qualification];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Residence => "residence",
            Self::Qualification => "qualification",
        }
    }
}

/// What a status list can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublishedStanding {
    /// Nothing against it.
    Valid,
    /// Withdrawn for good.
    Revoked,
    /// Withdrawn for the time being.
    Suspended,
    /// Being corrected.
    UnderReview,
    /// Replaced by a newer copy.
    Superseded,
}

impl From<PublishedStanding> for Standing {
    fn from(said: PublishedStanding) -> Self {
        match said {
            PublishedStanding::Valid => Self::Valid,
            PublishedStanding::Revoked => Self::Revoked,
            PublishedStanding::Suspended => Self::Suspended,
            PublishedStanding::UnderReview => Self::UnderReview,
            PublishedStanding::Superseded => Self::Superseded,
        }
    }
}

/// Who can get a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// Issues identity and residence in the United Kingdom.
    HomeOffice,
    /// Issues qualifications.
    Recognition,
    /// Issues identity and residence in Germany.
    ForeignersAuthority,
    /// Registers relying parties.
    Registrar,
}

impl Signer {
    /// What it is.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::HomeOffice => HOME_OFFICE,
            Self::Recognition => RECOGNITION,
            Self::ForeignersAuthority => FOREIGNERS_AUTHORITY,
            Self::Registrar => REGISTRAR,
        }
    }
}

/// Claims by id, as in the claims file of `geleit issue`.
pub type Claims = BTreeMap<String, toml::Value>;

/// A person with credentials of one issuer each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// A person of `spec/scenarios/people.toml` whose claims are taken over.
    pub like: Option<String>,
    /// Claims of the identity credential that are different.
    pub identity: Claims,
    /// Claims of the residence credential that are different.
    pub residence: Claims,
    /// Claims of the qualification credential that are different.
    pub qualification: Claims,
    /// Claims that this person does not have.
    pub without: Vec<String>,
    /// Credentials that this person does not have.
    pub lacks: Vec<CredentialName>,
    /// A person whose key the residence credential is bound to, by mistake of the issuer.
    pub residence_bound_to: Option<String>,
    /// The wallet takes credentials whatever times they have.
    pub careless_wallet: bool,
    /// What is wrong with the authority's record in the share-code model, beside what the claims say.
    pub record: Record,
}

/// Faults of the record in the share-code model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// A person whose record was merged into this one.
    pub merged_with: Option<String>,
    /// A document number that is not the holder's, in place of the right one.
    pub ghost_document: Option<String>,
    /// The photo shows somebody else.
    pub wrong_photo: bool,
    /// A name and a date of birth from before are still on it.
    pub earlier: Option<Earlier>,
    /// The comparison of names finds another name on the passport, although it is the same.
    pub name_not_matched: bool,
    /// An application made in time is pending: nothing of it is shown.
    pub application_pending: bool,
    /// An error was reported and is being looked into.
    pub disputed: bool,
    /// The holder cannot sign in.
    pub account_lost: bool,
    /// Permission was cancelled.
    pub cancelled: bool,
    /// Permission was suspended.
    pub suspended: bool,
}

/// What an authority's record says of the time before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Earlier {
    /// Family name; as it is now if absent.
    pub family_name: Option<String>,
    /// Given names; as they are now if absent.
    pub given_name: Option<String>,
    /// Date of birth; as it is now if absent.
    pub birth_date: Option<String>,
}

/// A relying party.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelyingPartySetup {
    /// Name; the one of the purpose's ordinary party if absent.
    pub name: Option<String>,
    /// Country by ISO 3166-1; `GB` for uses that begin with `uk-`, else `DE`.
    pub country: Option<String>,
    /// Its registration.
    pub registration: RegistrationState,
    /// The purpose that it is registered for, where that is another one than it asks for.
    pub registered_for: Option<String>,
    /// Its clock is ahead by this much.
    pub clock_ahead: Span,
    /// How long its requests are open; ten minutes if absent, a day at most.
    pub request_open: Option<Span>,
}

/// What is the matter with a registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationState {
    /// Nothing.
    #[default]
    Valid,
    /// It has none: it signs one itself.
    None,
    /// It has expired.
    Expired,
    /// It was withdrawn.
    Revoked,
    /// It is registered for more than the purpose permits, by a careless registrar.
    Wider,
}

/// One thing that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// A relying party asks, a wallet answers, the relying party verifies and decides.
    Check(Box<CheckStep>),
    /// An issuer issues a credential anew.
    Issue(IssueStep),
    /// The status of a credential changes; it is published by the next `publish`.
    Status {
        /// Whose.
        who: String,
        /// Which.
        credential: CredentialName,
        /// To what.
        standing: PublishedStanding,
    },
    /// The status service signs and publishes lists.
    Publish {
        /// Whether relying parties fetch them at once.
        #[serde(default = "yes")]
        fetched: bool,
    },
    /// A relying party fetches the newest lists, if it can.
    Fetch {
        /// Who.
        by: String,
    },
    /// Time passes.
    Wait {
        /// How much.
        span: Span,
    },
    /// Something is away from now on.
    Outage(Outage),
    /// An issuer gets a new key; the old one stays good for what it signed.
    RotateKey {
        /// Which.
        issuer: Signer,
        /// The old key was stolen, this long ago.
        compromised_since: Option<Span>,
    },
    /// Relying parties are handed the trust list before the newest one.
    RollBackTrust,
    /// Somebody compares what they saw.
    Compare(Compare),
}

const fn yes() -> bool {
    true
}

/// A check.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckStep {
    /// What it is, in a few words, distinct in the scenario.
    pub name: String,
    /// Who is checked.
    pub who: String,
    /// Who asks.
    pub by: String,
    /// For which purpose.
    pub purpose: String,
    /// The purpose is in no catalogue, on purpose.
    #[serde(default)]
    pub purpose_is_unknown: bool,
    /// What the relying party knows itself, by the names of the profile.
    #[serde(default)]
    pub facts: BTreeMap<String, toml::Value>,
    /// Optional claims of the purpose that are asked for as well.
    #[serde(default)]
    pub ask: Vec<String>,
    /// Claims that are asked for beyond the purpose.
    #[serde(default)]
    pub over_ask: Vec<String>,
    /// Required claims that are not asked for.
    #[serde(default)]
    pub leave_out: Vec<String>,
    /// Days that the relying party says it will keep the answer; those of the purpose if absent.
    pub retention_days: Option<u32>,
    /// What the holder does.
    #[serde(default)]
    pub holder: HolderAct,
    /// Optional claims that the holder agrees to show. Claims nobody may agree to are given here, too.
    #[serde(default)]
    pub show: Vec<String>,
    /// The copy that is used, from 1; the next unused one if absent.
    pub copy: Option<usize>,
    /// The holder's clock is ahead by this much.
    #[serde(default)]
    pub holder_clock_ahead: Span,
    /// Somebody tampers with what is sent.
    #[serde(default)]
    pub attack: Option<Attack>,
    /// Another relying party gets hold of the answer and verifies it for a request of its own.
    pub verified_by: Option<String>,
    /// ... or the same party does, for another purpose.
    pub verified_for: Option<String>,
    /// With one of the two above: it is verified with the request that it answers.
    #[serde(default)]
    pub for_original_request: bool,
    /// The answer to this earlier check is shown once more, to the same request.
    pub again: Option<String>,
    /// The relying party receives the same bytes as in this earlier check.
    pub same_answer_as: Option<String>,
    /// How long the answer travels.
    #[serde(default)]
    pub delay: Span,
    /// Whose view counts: what the wallet tells its holder, or what the relying party is told.
    #[serde(default)]
    pub seen_by: Looker,
    /// What geleit should answer.
    pub expect: Expect,
    /// What the share-code model answers.
    pub share_code: ShareCodeExpect,
    /// What a wallet does that follows ARF 3.0, where that differs.
    pub arf3: Option<Arf3Expect>,
}

/// What the holder does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HolderAct {
    /// Agrees.
    #[default]
    Agrees,
    /// Declines.
    Declines,
    /// Is forced, and says so to the wallet.
    Duress,
}

/// Whose view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looker {
    /// The holder's, where the wallet refuses; else the relying party's.
    #[default]
    Whoever,
    /// The relying party's, which does not learn why a wallet says nothing.
    RelyingParty,
}

/// A named way to tamper, from `crate::attacker`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Attack(pub String);

/// What geleit should answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The outcome.
    pub outcome: Outcome,
    /// The reason, of `spec/reasons.toml`.
    pub reason: String,
    /// The rule, of `spec/verification.md`, where one is broken.
    pub rule: Option<String>,
    /// Notices beside a "yes"; none if absent.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Exactly what the relying party learns; not compared if absent.
    pub disclosed: Option<Vec<String>>,
    /// What it does not learn, of what the holder has.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// What is the case.
    pub truth: Truth,
    /// What the authority's record says; as `truth` if absent.
    pub record: Option<Truth>,
}

/// What the share-code model should answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareCodeExpect {
    /// The outcome.
    pub outcome: Outcome,
    /// The reason, of `spec/share-code.md`.
    pub reason: String,
    /// Why, in a few words.
    #[serde(default)]
    pub why: String,
}

/// What a wallet does that follows ARF 3.0.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arf3Expect {
    /// `WARN_USER` or `NO_WARNING`.
    pub outcome: Outcome,
}

/// An issuer issues a credential anew.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueStep {
    /// To whom.
    pub who: String,
    /// Which.
    pub credential: CredentialName,
    /// Claims that are different from before.
    #[serde(default)]
    pub claims: Claims,
    /// Claims that are no longer there.
    #[serde(default)]
    pub without: Vec<String>,
    /// The wallet has new keys: a new phone.
    #[serde(default)]
    pub new_keys: bool,
    /// What becomes of the copies so far.
    pub old: Option<PublishedStanding>,
    /// The credential of another type that has to be issued with it, because copies share a key.
    #[serde(default)]
    pub with: Vec<CredentialName>,
}

/// Something is away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// What.
    pub of: Service,
    /// For how long.
    pub span: Span,
}

/// What can be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The publisher of status lists.
    StatusService,
    /// The authority's online services: accounts, codes, look-ups.
    LookUp,
    /// The relying party's connection: everything.
    Network,
}

/// Somebody compares what they saw.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// What it is, in a few words.
    pub name: String,
    /// The checks that are compared, or whose traces are looked at.
    pub checks: Vec<String>,
    /// Who looks.
    pub by: Comparer,
    /// What they find: `LINKED`, `NOT_LINKED`, `LEAK`, `NO_LEAK`.
    pub expect: PrivacyExpect,
    /// What they find in the share-code model.
    pub share_code: ShareCodeExpect,
}

/// Who compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparer {
    /// The relying parties put together what they were shown.
    RelyingParties,
    /// The issuer looks at what a relying party was shown, with all that it kept.
    Issuer,
    /// The status service looks at its log.
    StatusService,
}

/// What is found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyExpect {
    /// The outcome.
    pub outcome: Outcome,
    /// The reason, of `spec/scenarios/README.md`.
    pub reason: String,
    /// Exactly the handles that link, in order; not compared if absent.
    pub handles: Option<Vec<String>>,
}
