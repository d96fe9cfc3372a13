//! Purpose profiles: what one intended use may ask, how long it may keep it, and how it decides.
//!
//! ```text
//! spec/purposes/uk-right-to-work.toml --from_toml--> Profile --evaluate--> Decision
//!         |                              P-01 to P-18
//!         +--SHA-256--> hash, the rule version in every receipt
//! ```
//!
//! The file is written for lawyers (`spec/purposes/README.md`); reading it is strict, so that a
//! profile that is accepted means what it says. A profile states what is permitted. That a
//! relying party may use it is stated by its registration, which is not read here.

mod catalogue;
mod error;
mod lint;
mod source;
mod table;

pub use catalogue::Purposes;
pub use error::{ConditionFault, ProfileError, ProfileFault};
pub use source::{Binding, Confidence, FactType, ProfileKind, SubjectId};
pub(crate) use table::{Age, Condition, Level, Literal, Moment, Operand, Row, Subject, Test, Then, Until};

use crate::reason::{Lang, Text};
use sha2::{Digest, Sha256};
use source::ProfileSource;
use std::collections::BTreeMap;

/// The profiles that come with the library, by id.
const EMBEDDED: [&str; 3] = [
    include_str!("../../../spec/purposes/de-recognition-result-employer.toml"),
    include_str!("../../../spec/purposes/uk-carrier-permission-to-travel.toml"),
    include_str!("../../../spec/purposes/uk-right-to-work.toml"),
];

/// A purpose profile that passed every P rule.
#[derive(Clone, Debug)]
pub struct Profile {
    source: ProfileSource,
    why: BTreeMap<String, Text>,
    required: Vec<String>,
    optional: Vec<String>,
    thresholds: Vec<(String, Vec<u8>)>,
    rows: Vec<Row>,
    catch_all: Row,
    hash: [u8; 32],
}

/// A fact that the relying party has to supply.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'p> {
    name: &'p str,
    source: &'p source::FactSource,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// P-01 to P-18; the error names the profile and the row or field.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let source: ProfileSource = toml::from_str(text).map_err(ProfileError::toml)?;
        let id = source.id.clone();
        Self::build(&source, Sha256::digest(text.as_bytes()).into())
            .map_err(|fault| ProfileError::new(id, fault))
    }

    fn build(source: &ProfileSource, hash: [u8; 32]) -> Result<Self, ProfileFault> {
        let listed = lint::listed(source)?;
        let ids =
            |required| listed.iter().filter(move |claim| claim.required == required).map(|claim| claim.id);
        let thresholds = lint::thresholds(source)?;
        let (rows, catch_all) = lint::split_catch_all(table::rows(&source.decision)?)?;
        let why_claims = listed.iter().map(|claim| (claim.id, claim.why));
        let why_thresholds =
            source.threshold.iter().map(|threshold| (threshold.claim.as_str(), &threshold.why));
        let profile = Self {
            required: ids(true).map(str::to_owned).collect(),
            optional: ids(false).map(str::to_owned).collect(),
            thresholds,
            why: why_claims.chain(why_thresholds).map(|(id, why)| (id.to_owned(), why.clone())).collect(),
            rows,
            catch_all,
            hash,
            source: source.clone(),
        };
        lint::check(&profile)?;
        Ok(profile)
    }

    /// The profiles in `spec/purposes`, in alphabetical order of their ids.
    ///
    /// # Panics
    /// Never: the texts are part of the program, and a test reads each of them.
    #[must_use]
    pub fn embedded() -> Vec<Self> {
        EMBEDDED
            .iter()
            .map(|text| Self::from_toml(text).expect("a test reads each embedded profile"))
            .collect()
    }

    /// The embedded profile with this id.
    ///
    /// # Panics
    /// Never, as [`Self::embedded`].
    #[must_use]
    pub fn find_embedded(id: &str) -> Option<Self> {
        Self::embedded().into_iter().find(|profile| profile.id() == id)
    }

    /// The name of the intended use.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.source.id
    }

    /// The version, raised with every change of meaning.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.source.version
    }

    /// SHA-256 of the TOML file: the exact rule text behind a decision.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// What sort of entry of the catalogue of purposes this is.
    #[must_use]
    pub const fn kind(&self) -> ProfileKind {
        self.source.kind
    }

    /// The title, for the holder.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.source.title.get(lang)
    }

    /// The purpose in one sentence, for the holder.
    #[must_use]
    pub fn purpose(&self, lang: Lang) -> &str {
        self.source.purpose.get(lang)
    }

    /// Who is responsible for the check (a class of bodies; the registration names the body).
    #[must_use]
    pub fn controller(&self) -> &str {
        &self.source.controller
    }

    /// Who looks at the result.
    #[must_use]
    pub fn verifier_class(&self) -> &str {
        &self.source.verifier_class
    }

    /// The laws that the check rests on, at least one.
    #[must_use]
    pub fn legal_basis(&self) -> &[String] {
        &self.source.legal_basis
    }

    /// Claims without which there is no definite answer, in alphabetical order.
    #[must_use]
    pub fn required(&self) -> &[String] {
        &self.required
    }

    /// Claims that the holder may add, in alphabetical order.
    #[must_use]
    pub fn optional(&self) -> &[String] {
        &self.optional
    }

    /// Threshold claims and the steps that may be asked, ascending.
    #[must_use]
    pub fn thresholds(&self) -> &[(String, Vec<u8>)] {
        &self.thresholds
    }

    /// The required claim that a proof of this threshold replaces.
    #[must_use]
    pub fn replaced_by(&self, threshold: &str) -> Option<&str> {
        let source = self.source.threshold.iter().find(|source| source.claim == threshold)?;
        source.instead_of.as_deref()
    }

    /// Why a registered claim or threshold is needed, for the holder.
    #[must_use]
    pub fn why(&self, claim: &str, lang: Lang) -> Option<&str> {
        self.why.get(claim).map(|why| why.get(lang))
    }

    /// Whether a claim is refused for this purpose even with consent. Required and optional claims
    /// never are; a claim that is neither listed nor forbidden is not registered either.
    #[must_use]
    pub fn forbids(&self, claim: &str) -> bool {
        self.source.forbidden.iter().any(|pattern| lint::matches(pattern, claim))
    }

    /// Claims that a person looks at and no row reads.
    #[must_use]
    pub fn seen_by_person(&self) -> &[String] {
        &self.source.seen_by_person
    }

    /// The forbidden claims, as ids or as a group that ends in `.*`.
    #[must_use]
    pub fn forbidden(&self) -> &[String] {
        &self.source.forbidden
    }

    /// Days after which what was received is deleted; from when is in the note.
    #[must_use]
    pub const fn retention_days(&self) -> u32 {
        self.source.retention_days
    }

    /// What the days are counted from.
    #[must_use]
    pub fn retention_note(&self, lang: Lang) -> &str {
        self.source.retention_note.get(lang)
    }

    /// How old status information may be, in seconds.
    #[must_use]
    pub const fn max_status_age_s(&self) -> u32 {
        self.source.max_status_age_s
    }

    /// What links two checks of the same person by the same party.
    #[must_use]
    pub const fn subject_id(&self) -> SubjectId {
        self.source.subject_id
    }

    /// How the person is tied to what they show.
    #[must_use]
    pub const fn binding(&self) -> Binding {
        self.source.binding
    }

    /// What happens when there is no definite answer.
    #[must_use]
    pub fn fallback(&self, lang: Lang) -> &str {
        self.source.fallback.get(lang)
    }

    /// How the person can contest the result or have it corrected.
    #[must_use]
    pub fn redress(&self, lang: Lang) -> &str {
        self.source.redress.get(lang)
    }

    /// What automated systems the controller uses for this purpose, `none` for most.
    #[must_use]
    pub fn ai_use(&self) -> &str {
        &self.source.ai_use
    }

    /// How well the legal statements are backed.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.source.confidence
    }

    /// The facts that the relying party supplies, in alphabetical order.
    pub fn facts(&self) -> impl Iterator<Item = Fact<'_>> {
        self.source.facts.iter().map(|(name, source)| Fact { name, source })
    }

    /// The fact with this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<Fact<'_>> {
        self.source.facts.get_key_value(name).map(|(name, source)| Fact { name, source })
    }

    /// The number of a step of a threshold claim.
    pub(crate) fn step(threshold: &str, label: &str) -> Option<u8> {
        lint::domain(threshold)?.threshold(label)
    }

    /// The rows before the last one.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The last row: no condition, `INDETERMINATE`.
    pub(crate) const fn catch_all(&self) -> &Row {
        &self.catch_all
    }

    pub(crate) const fn fallback_text(&self) -> &Text {
        &self.source.fallback
    }

    pub(crate) const fn redress_text(&self) -> &Text {
        &self.source.redress
    }
}

impl<'p> Fact<'p> {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'p str {
        self.name
    }

    /// The type.
    #[must_use]
    pub const fn fact_type(&self) -> FactType {
        self.source.fact_type
    }

    /// Whether no definite answer is possible without it.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.source.required
    }

    /// The values that a choice can take; empty for other types.
    #[must_use]
    pub fn values(&self) -> &'p [String] {
        &self.source.values
    }

    /// What to ask the person at the desk.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'p str {
        self.source.title.get(lang)
    }
}

#[cfg(test)]
mod tests;
