//! Purpose profiles: what one intended use may ask, how long it may keep it, and how it decides.
//!
//! ```text
//! spec/purposes/uk-right-to-work.toml --from_toml--> Profile --evaluate--> Decision
//!         |                              P-01 to P-19, P-24     |
//!         |                                              lint: P-20 to P-28
//!         +--SHA-256--> hash, the rule version in every receipt
//! ```
//!
//! The file is written for lawyers (`spec/purposes/README.md`); reading it is strict, so that a
//! profile that is accepted means what it says. A profile states what is permitted. That a
//! relying party may use it is stated by its registration, which is not read here.

mod body;
mod catalogue;
pub mod compile;
mod embedded;
mod error;
mod lint;
mod part;
pub mod rules;
pub mod size;
mod source;
mod table;
mod vocabulary;

pub use catalogue::Purposes;
pub use error::{ConditionFault, Place, ProfileError, ProfileFault};
pub use lint::{Finding, Flaw, lint, lint_all};
pub use part::{Fact, Feature};
pub(crate) use table::{
    Age, Anchor, Condition, Level, Literal, Moment, Operand, Row, Subject, Table, Test, Then, Until, UntilDay,
};
pub use vocabulary::{
    AiUse, Binding, Confidence, FactType, FeatureState, ProfileKind, RetentionFrom, SubjectId,
};

use crate::reason::{Lang, Text};
use crate::zone::Zone;
use body::{Asking, Body, Deciding};
use core::fmt;
use sha2::{Digest, Sha256};
use source::ProfileSource;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A purpose profile that passed every P rule. A clone shares the content.
///
/// Kinds that ask nothing lack most fields. An accessor of such a field then returns what holds of a
/// purpose that receives nothing: no claims, 0 days, an empty text.
#[derive(Clone)]
pub struct Profile(Arc<Content>);

#[derive(Debug)]
struct Content {
    /// The file, of which only the head is left.
    head: ProfileSource,
    body: Body,
    why: BTreeMap<String, Text>,
    required: Vec<String>,
    optional: Vec<String>,
    local: Vec<String>,
    thresholds: Vec<(String, Vec<u8>)>,
    table: Option<Table>,
    text: String,
    hash: [u8; 32],
}

/// The same constants for everybody, read once: they are part of the program text, not state.
static EMBEDDED: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let read = |text: &&str| Profile::from_toml(text).expect("a test reads each embedded profile");
    embedded::TEXTS.iter().map(read).collect()
});

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({}, version {})", self.id(), self.version())
    }
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// P-01 to P-19 and P-24; the error names the profile and the row or field.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        size::file(text).map_err(ProfileError::unread)?;
        let source: ProfileSource = toml::from_str(text).map_err(ProfileError::toml)?;
        let id = source.id.clone();
        Self::build(source, text).map_err(|fault| ProfileError::new(id, fault))
    }

    fn build(mut head: ProfileSource, text: &str) -> Result<Self, ProfileFault> {
        size::content(&head)?;
        let body = Body::take(&mut head)?;
        let listed = lint::listed(&body)?;
        let local = lint::local(&body)?;
        let thresholds = lint::thresholds(&body)?;
        let table = body.deciding().map(|deciding| Table::read(&deciding.decision)).transpose()?;
        let ids =
            |required| listed.iter().filter(move |claim| claim.required == required).map(|claim| claim.id);
        let of_thresholds = body.asking().into_iter().flat_map(|asking| &asking.threshold);
        let why = listed.iter().chain(&local).map(|claim| (claim.id, claim.why));
        let why = why.chain(of_thresholds.map(|threshold| (threshold.claim.as_str(), &threshold.why)));
        let profile = Self(Arc::new(Content {
            required: ids(true).map(str::to_owned).collect(),
            optional: ids(false).map(str::to_owned).collect(),
            local: local.iter().map(|claim| claim.id.to_owned()).collect(),
            why: why.map(|(id, why)| (id.to_owned(), why.clone())).collect(),
            thresholds,
            table,
            text: text.to_owned(),
            hash: Sha256::digest(text.as_bytes()).into(),
            head,
            body,
        }));
        lint::check(&profile)?;
        Ok(profile)
    }

    /// The profiles in `spec/purposes`, in alphabetical order of their ids. They are read once; each call
    /// copies references.
    ///
    /// # Panics
    /// Never: the texts are part of the program, and a test reads each of them.
    #[must_use]
    pub fn embedded() -> Vec<Self> {
        EMBEDDED.clone()
    }

    /// The embedded profile with this id.
    ///
    /// # Panics
    /// Never, as [`Self::embedded`].
    #[must_use]
    pub fn find_embedded(id: &str) -> Option<Self> {
        EMBEDDED.iter().find(|profile| profile.id() == id).cloned()
    }

    /// The name of the intended use.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.head.id
    }

    /// The version, raised with every change of meaning.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.head.version
    }

    /// The TOML as it was read: what is kept for a replay.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// SHA-256 of the TOML file: the exact rule text behind a decision.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash
    }

    /// What sort of entry of the catalogue of purposes this is.
    #[must_use]
    pub fn kind(&self) -> ProfileKind {
        self.0.head.kind
    }

    /// Whether anything may be asked for this purpose.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.kind().asks()
    }

    /// The title, for the holder.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.0.head.title.get(lang)
    }

    /// The purpose in one sentence, for the holder.
    #[must_use]
    pub fn purpose(&self, lang: Lang) -> &str {
        self.0.head.purpose.get(lang)
    }

    /// Who is responsible for the check (a class of bodies; the registration names the body).
    #[must_use]
    pub fn controller(&self) -> &str {
        &self.0.head.controller
    }

    /// Who looks at the result.
    #[must_use]
    pub fn verifier_class(&self) -> &str {
        &self.0.head.verifier_class
    }

    /// The laws that the check rests on: at least one for a purpose that asks.
    #[must_use]
    pub fn legal_basis(&self) -> &[String] {
        &self.0.head.legal_basis
    }

    /// What automated systems the controller uses for this purpose.
    #[must_use]
    pub fn ai_use(&self) -> AiUse {
        self.0.head.ai_use
    }

    /// What they do and on which basis; there when they are used.
    #[must_use]
    pub fn ai_note(&self, lang: Lang) -> Option<&str> {
        self.0.head.ai_note.as_ref().map(|note| note.get(lang))
    }

    /// Which person oversees a high-risk system.
    #[must_use]
    pub fn oversight(&self, lang: Lang) -> Option<&str> {
        self.0.head.oversight.as_ref().map(|oversight| oversight.get(lang))
    }

    /// How well the legal statements are backed.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.0.head.confidence
    }

    /// The forbidden claims, as ids or as a group that ends in `.*`; `*` alone for kinds that ask nothing.
    #[must_use]
    pub fn forbidden(&self) -> &[String] {
        &self.0.head.forbidden
    }

    /// Whether a claim is refused for this purpose even with consent. Required and optional claims
    /// never are; a claim that is neither listed nor forbidden is not registered either.
    #[must_use]
    pub fn forbids(&self, claim: &str) -> bool {
        self.forbidden().iter().any(|pattern| lint::matches(pattern, claim))
    }
}

/// What a purpose asks, and what holds of the answer.
impl Profile {
    /// Claims without which there is no definite answer, in alphabetical order.
    #[must_use]
    pub fn required(&self) -> &[String] {
        &self.0.required
    }

    /// Claims that the holder may add, in alphabetical order.
    #[must_use]
    pub fn optional(&self) -> &[String] {
        &self.0.optional
    }

    /// Threshold claims and the steps that may be asked, ascending.
    #[must_use]
    pub fn thresholds(&self) -> &[(String, Vec<u8>)] {
        &self.0.thresholds
    }

    /// The required claim that a proof of this threshold replaces.
    #[must_use]
    pub fn replaced_by(&self, threshold: &str) -> Option<&str> {
        let source = self.asking()?.threshold.iter().find(|source| source.claim == threshold)?;
        source.instead_of.as_deref()
    }

    /// Why a registered claim or threshold is needed, or why a local one is read; for the holder.
    #[must_use]
    pub fn why(&self, claim: &str, lang: Lang) -> Option<&str> {
        self.0.why.get(claim).map(|why| why.get(lang))
    }

    /// Claims that a person looks at and no row reads.
    #[must_use]
    pub fn seen_by_person(&self) -> &[String] {
        self.asking().map_or(&[], |asking| &asking.seen_by_person)
    }

    /// Days after which what was received is deleted; 0 when nothing is asked.
    #[must_use]
    pub fn retention_days(&self) -> u32 {
        self.asking().map_or(0, |asking| asking.retention_days)
    }

    /// From when the days are counted; from the decision when nothing is asked.
    #[must_use]
    pub fn retention_from(&self) -> RetentionFrom {
        self.asking().map_or(RetentionFrom::Decision, |asking| asking.retention_from)
    }

    /// What the days are counted from, and why; empty when nothing is asked.
    #[must_use]
    pub fn retention_note(&self, lang: Lang) -> &str {
        self.asking().map_or("", |asking| asking.retention_note.get(lang))
    }

    /// How old status information may be, in seconds; 0 when nothing is asked.
    #[must_use]
    pub fn max_status_age_s(&self) -> u32 {
        self.asking().map_or(0, |asking| asking.max_status_age_s.get())
    }

    /// What links two checks of the same person by the same party; nothing when nothing is asked.
    #[must_use]
    pub fn subject_id(&self) -> SubjectId {
        self.asking().map_or(SubjectId::None, |asking| asking.subject_id)
    }

    /// How the person is tied to what they show; not at all when nothing is asked.
    #[must_use]
    pub fn binding(&self) -> Binding {
        self.asking().map_or(Binding::None, |asking| asking.binding)
    }

    /// Other purposes of the same controller with which this one may share an identifier.
    #[must_use]
    pub fn links_with(&self) -> &[String] {
        self.asking().map_or(&[], |asking| &asking.links_with)
    }

    /// Claims that were considered and are not asked, each with the reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, &str)> {
        let left_out = self.asking().into_iter().flat_map(|asking| &asking.left_out);
        left_out.map(|(claim, reason)| (claim.as_str(), reason.as_str()))
    }

    fn asking(&self) -> Option<&Asking> {
        self.0.body.asking()
    }
}

/// How a purpose decides; for the kinds that do.
impl Profile {
    /// Claims of the holder's own credentials that a zero-claim purpose reads on the holder's device, in
    /// alphabetical order; they are shown to nobody.
    #[must_use]
    pub fn local(&self) -> &[String] {
        &self.0.local
    }

    /// In whose days dates are read; UTC for kinds that decide nothing.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.deciding().map_or(Zone::Utc, |deciding| deciding.zone)
    }

    /// What happens when there is no definite answer; empty for kinds that decide nothing.
    #[must_use]
    pub fn fallback(&self, lang: Lang) -> &str {
        self.fallback_text().map_or("", |text| text.get(lang))
    }

    /// How the person can contest the result or have it corrected; empty for kinds that decide nothing.
    #[must_use]
    pub fn redress(&self, lang: Lang) -> &str {
        self.redress_text().map_or("", |text| text.get(lang))
    }

    /// The facts that have to be stated, in alphabetical order.
    pub fn facts(&self) -> impl Iterator<Item = Fact<'_>> {
        let facts = self.deciding().into_iter().flat_map(|deciding| &deciding.facts);
        facts.map(|(name, source)| Fact { name, source })
    }

    /// The fact with this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<Fact<'_>> {
        self.deciding()?.facts.get_key_value(name).map(|(name, source)| Fact { name, source })
    }

    /// The number of a step of a threshold claim.
    pub(crate) fn step(threshold: &str, label: &str) -> Option<u8> {
        lint::domain(threshold)?.threshold(label)
    }

    /// The decision table.
    pub(crate) fn table(&self) -> Option<&Table> {
        self.0.table.as_ref()
    }

    pub(crate) fn fallback_text(&self) -> Option<&Text> {
        self.deciding().map(|deciding| &deciding.fallback)
    }

    pub(crate) fn redress_text(&self) -> Option<&Text> {
        self.deciding().map(|deciding| &deciding.redress)
    }

    fn deciding(&self) -> Option<&Deciding> {
        self.0.body.deciding()
    }
}

/// What the kinds say that neither ask nor decide.
impl Profile {
    /// Why the purpose is excluded, for that kind.
    #[must_use]
    pub fn why_excluded(&self, lang: Lang) -> Option<&str> {
        if let Body::Excluded(excluded) = &self.0.body { Some(excluded.why.get(lang)) } else { None }
    }

    /// The purposes that serve the legitimate need near an excluded one.
    #[must_use]
    pub fn neighbours(&self) -> &[String] {
        if let Body::Excluded(excluded) = &self.0.body { &excluded.neighbours } else { &[] }
    }

    /// What serves a demand on the system itself, in the order of the file.
    pub fn features(&self) -> impl Iterator<Item = Feature<'_>> {
        let features = if let Body::Governance(governance) = &self.0.body {
            governance.features.as_slice()
        } else {
            &[]
        };
        features.iter().map(|source| Feature { source })
    }
}

#[cfg(test)]
mod tests;
