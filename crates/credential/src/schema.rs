//! The three credential types as tables: which claims exist, how they are grouped, what each may be.
//!
//! ```text
//! credential type        a map of groups, each group redacted as a whole
//!   group                a map of members, each member redacted again
//!     claim              a value: plain, object, list of redacted elements, or threshold commitment
//! ```
//!
//! Every holder of a type has a digest for every group, every member and every list slot; what a holder
//! does not have is a decoy. The counts are therefore in the tables ([`CredentialType::digest_count`],
//! [`Group::digest_count`], [`Claim::slots`]) and not in the values.
//!
//! Addresses. A claim is addressed by its id (`res.uk.work.until`); a member of list elements by the id of
//! the list and the member's key (`res.uk.linked_documents.number`); a threshold by the id of the claim and
//! the label of the step (`id.age_over.18`, also written `id.age_over_18`; `res.valid_through.2027-05`). An
//! id is not a path on the wire: that is group key and member key. [`lookup`] reads all three, and knows
//! the ids that are split over several claims, those of other credentials, and those that exist in no
//! schema.
//!
//! This module holds no keys and makes no digests; redaction is the issuer's.

pub mod claim_set;
pub mod date;
pub mod derive;
pub mod identity;
pub mod invariant;
pub mod kind;
pub mod never;
pub mod qualification;
pub mod residence;
mod shown;
pub mod threshold;
pub mod work_permission;

pub(crate) use claim_set::Members;
pub use claim_set::{ClaimError, ClaimSet, ClaimValue};
pub use date::{Date, End, Month, PartialDate};
pub use invariant::Invariant;
pub use kind::{ClaimFault, Field, Kind, Presented};
pub use never::{ELSEWHERE, FAMILIES, Family, NEVER, NeverClaim, Supporting};
pub use threshold::Domain;

use crate::reason::Lang;

/// The types of this project.
pub const TYPES: &[&CredentialType] = &[&identity::TYPE, &qualification::TYPE, &residence::TYPE];

/// A type of credential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CredentialType {
    /// Short name, `identity`.
    pub name: &'static str,
    /// The `vct` claim, `urn:geleit:identity:1`.
    pub vct: &'static str,
    /// Name for people.
    pub title: Text,
    /// Its groups in schema order.
    pub groups: &'static [Group],
}

impl CredentialType {
    /// The type with this `vct`.
    #[must_use]
    pub fn by_vct(vct: &str) -> Option<&'static Self> {
        TYPES.iter().copied().find(|credential_type| credential_type.vct == vct)
    }

    /// The type with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        TYPES.iter().copied().find(|credential_type| credential_type.name == name)
    }

    /// Claims in schema order, each with its group.
    pub fn claims(&self) -> impl Iterator<Item = (&'static Group, &'static Claim)> + use<> {
        self.groups.iter().flat_map(|group| group.members.iter().map(move |claim| (group, claim)))
    }

    /// The claim with this id.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<(&'static Group, &'static Claim)> {
        self.claims().find(|(_, claim)| claim.id == id)
    }

    /// The group with this key on the wire.
    #[must_use]
    pub fn group(&self, key: &str) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.key == key)
    }

    /// Digests in the outermost map: one for each group.
    #[must_use]
    pub const fn digest_count(&self) -> usize {
        self.groups.len()
    }
}

/// A group of claims that are shown together: a redacted map whose members are redacted again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Key on the wire.
    pub key: &'static str,
    /// Name for people.
    pub title: Text,
    /// Its claims in schema order.
    pub members: &'static [Claim],
}

impl Group {
    /// Digests in the map of this group: one for each member, and a companion decoy for each threshold
    /// member. It is the same for every holder.
    #[must_use]
    pub fn digest_count(&self) -> usize {
        self.members.len() + self.members.iter().filter(|claim| claim.domain().is_some()).count()
    }

    /// The claim with this member key.
    #[must_use]
    pub fn claim(&self, key: &str) -> Option<&'static Claim> {
        self.members.iter().find(|claim| claim.key == key)
    }
}

/// A claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Address for people and profiles, `res.uk.work.permitted`.
    pub id: &'static str,
    /// Member key on the wire.
    pub key: &'static str,
    /// Type and check of its value.
    pub kind: Kind,
    /// What a disclosure costs.
    pub sensitivity: Sensitivity,
    /// When it has to be there.
    pub presence: Presence,
    /// Name for people.
    pub title: Text,
}

impl Claim {
    /// The domain, when this is a threshold claim.
    #[must_use]
    pub const fn domain(&self) -> Option<&'static Domain> {
        match self.kind {
            Kind::Threshold(domain) => Some(domain),
            _ => None,
        }
    }

    /// Redacted elements on the wire, when this is a list.
    #[must_use]
    pub const fn slots(&self) -> Option<u8> {
        match self.kind {
            Kind::List { slots, .. } => Some(slots),
            _ => None,
        }
    }

    /// The redacted members of each element, when this is a list of records; else none.
    #[must_use]
    pub const fn record(&self) -> &'static [Self] {
        match self.kind {
            Kind::List { element: Kind::Record(members), .. } => members,
            _ => &[],
        }
    }
}

/// A text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// German.
    pub de: &'static str,
}

/// What a disclosure of a claim costs its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// Harmless alone.
    S0,
    /// Personal.
    S1,
    /// Identifier or linking value.
    S2,
    /// Special category by inference, or high-risk proxy.
    S3,
    /// Special category (GDPR Art. 9) or criminal record (Art. 10). No claim of the three types is one.
    S4,
}

/// When a claim has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// For every holder of the type.
    Mandatory,
    /// As soon as the holder has any claim of its group.
    WithGroup,
    /// When a rule of [`invariant`] says so.
    Conditional,
    /// May always be absent.
    Optional,
    /// Computed from a finer claim, or stated by the issuer instead of one. May be absent.
    Derived,
}

/// How an id of the domain list maps to claims of the types when it is not a claim itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mapping {
    /// The id in the domain list.
    pub id: &'static str,
    /// Ids of the claims that carry it.
    pub claims: &'static [&'static str],
    /// Why it is not a claim.
    pub how: How,
}

/// Why an id of the domain list is not a claim itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// An object whose members are claims of their own; the claims together are the object.
    Parts,
    /// A coarser view of an object: the claims named, without the others.
    View,
    /// One step of a threshold claim.
    Step(u8),
}

/// Ids of the domain list that are not claims themselves.
pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        id: "id.place_of_birth",
        claims: &["id.place_of_birth.country", "id.place_of_birth.region", "id.place_of_birth.locality"],
        how: How::Parts,
    },
    Mapping {
        id: "id.address",
        claims: &[
            "id.address.formatted",
            "id.address.street_address",
            "id.address.locality",
            "id.address.postal_code",
            "id.address.region",
            "id.address.country",
        ],
        how: How::Parts,
    },
    Mapping { id: "id.residence_country", claims: &["id.address.country"], how: How::View },
    Mapping {
        id: "id.residence_city_country",
        claims: &["id.address.locality", "id.address.country"],
        how: How::View,
    },
    Mapping { id: "id.age_over_18", claims: &["id.age_over"], how: How::Step(18) },
    Mapping {
        id: "res.de.work_restrictions",
        claims: &[
            "res.de.work_restrictions.until",
            "res.de.work_restrictions.establishment",
            "res.de.work_restrictions.occupation",
            "res.de.work_restrictions.employer",
            "res.de.work_restrictions.region",
            "res.de.work_restrictions.working_time",
            "res.de.work_restrictions.days_year_max",
            "res.de.work_restrictions.self_employment",
        ],
        how: How::Parts,
    },
];

/// Boolean sets of the domain list that are threshold claims here, with the labels of their steps. The ids
/// are those of the sets, so that a step is addressed as before (`qual.language_test.at_least.B2`).
pub const THRESHOLD_SETS: &[(&str, &[&str])] = &[
    ("id.age_over", &["13", "14", "16", "18", "21", "25", "27", "30", "35", "40", "45", "60", "65", "67"]),
    ("qual.education_level_at_least", &["4", "5", "6", "7"]),
    ("qual.language_test.at_least", &["A2", "B1", "B2", "C1"]),
    ("res.valid_through", &["2026-12", "2027-05", "2028-11", "2029-11"]),
    ("travel.days_remaining_at_least", &["1", "7", "14", "30", "60"]),
];

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Lookup {
    /// A claim of a type, or a member of the elements of one that is a list of records.
    Claim {
        /// The type.
        credential_type: &'static CredentialType,
        /// The group.
        group: &'static Group,
        /// The claim.
        claim: &'static Claim,
        /// The member of its elements that the id names.
        member: Option<&'static Claim>,
    },
    /// A threshold of a claim.
    Step {
        /// The type.
        credential_type: &'static CredentialType,
        /// The group.
        group: &'static Group,
        /// The claim.
        claim: &'static Claim,
        /// The threshold.
        at: u8,
    },
    /// Several claims of a type together.
    Several(&'static Mapping),
    /// Exists in no schema.
    Never(&'static NeverClaim),
    /// Belongs to a family that exists in no schema.
    OutOfScope(&'static Family),
    /// A claim of another kind of credential, which is not part of this project.
    Elsewhere(&'static Supporting),
    /// Not known.
    Unknown,
}

/// What `id` stands for. Ids are compared exactly; only the never-claims also cover everything below them.
#[must_use]
pub fn lookup(id: &str) -> Lookup {
    find_claim(id)
        .or_else(|| find_member(id))
        .or_else(|| find_step(id))
        .or_else(|| find_mapping(id))
        .or_else(|| never::find(id).map(Lookup::Never))
        .or_else(|| ELSEWHERE.iter().find(|supporting| supporting.id == id).map(Lookup::Elsewhere))
        .or_else(|| never::family(id).map(Lookup::OutOfScope))
        .unwrap_or(Lookup::Unknown)
}

/// The name of a claim for people, with its list before it when it is a member of one; an id that is none of a
/// claim stays as it is.
#[must_use]
pub fn title(id: &str, lang: Lang) -> String {
    let Lookup::Claim { claim, member, .. } = lookup(id) else { return id.to_owned() };
    let get = |text: Text| match lang {
        Lang::En => text.en,
        Lang::De => text.de,
    };
    member.map_or_else(
        || get(claim.title).to_owned(),
        |member| format!("{}: {}", get(claim.title), get(member.title)),
    )
}

/// The labels of steps of a threshold claim, such as `2027-05`.
#[must_use]
pub fn labels(id: &str, steps: &[u8]) -> Vec<String> {
    let domain = match lookup(id) {
        Lookup::Claim { claim, .. } => claim.domain(),
        _ => None,
    };
    domain.map_or_else(Vec::new, |domain| steps.iter().filter_map(|step| domain.label(*step)).collect())
}

fn find_claim(id: &str) -> Option<Lookup> {
    let (credential_type, group, claim) = locate(id)?;
    Some(Lookup::Claim { credential_type, group, claim, member: None })
}

fn find_member(id: &str) -> Option<Lookup> {
    let (list, _) = id.rsplit_once('.')?;
    let (credential_type, group, claim) = locate(list)?;
    let member = claim.record().iter().find(|member| member.id == id)?;
    Some(Lookup::Claim { credential_type, group, claim, member: Some(member) })
}

fn find_step(id: &str) -> Option<Lookup> {
    // ISO/IEC 18013-5 writes `age_over_NN`, and so does the domain list.
    let (claim_id, label) = match id.strip_prefix("id.age_over_") {
        Some(age) => ("id.age_over", age),
        None => id.rsplit_once('.')?,
    };
    let (credential_type, group, claim) = locate(claim_id)?;
    Some(Lookup::Step { credential_type, group, claim, at: claim.domain()?.threshold(label)? })
}

fn find_mapping(id: &str) -> Option<Lookup> {
    let mapping = MAPPINGS.iter().find(|mapping| mapping.id == id)?;
    match mapping.how {
        How::Parts | How::View => Some(Lookup::Several(mapping)),
        How::Step(at) => {
            let (credential_type, group, claim) = locate(mapping.claims.first()?)?;
            Some(Lookup::Step { credential_type, group, claim, at })
        }
    }
}

fn locate(id: &str) -> Option<(&'static CredentialType, &'static Group, &'static Claim)> {
    TYPES.iter().find_map(|credential_type| {
        credential_type.claim(id).map(|(group, claim)| (*credential_type, group, claim))
    })
}

/// One row of a claim table.
const fn row(
    id: &'static str,
    key: &'static str,
    kind: Kind,
    sensitivity: Sensitivity,
    presence: Presence,
    en: &'static str,
    de: &'static str,
) -> Claim {
    Claim { id, key, kind, sensitivity, presence, title: Text { en, de } }
}

/// A group of a claim table.
const fn group(key: &'static str, en: &'static str, de: &'static str, members: &'static [Claim]) -> Group {
    Group { key, title: Text { en, de }, members }
}
