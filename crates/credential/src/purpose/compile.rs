//! From a profile to what other systems read: the payload of a registration certificate, a query, and the
//! text of a consent screen.
//!
//! ```text
//! Profile --registration--> names of ETSI TS 119 475; what it has no name for is under "geleit"
//!         --query---------> DCQL of OpenID4VP 1.0; steps of thresholds are under "geleit"
//!         --consent_text--> who, what for, by which law, which claims and why, how long, how to object
//! ```
//!
//! A profile says what a purpose permits, not who may use it. The payload therefore has no `name`, `sub`,
//! `country`, `iat`, `exp` or `status`: the registrar adds them. Credentials here are SD-CWTs, for which no
//! registered format identifier exists; `sd-cwt` is ours.
//!
//! Nothing is signed here, and nothing read back. A verifier that takes the answer to a query has to check
//! it as any other.

mod dcql;
mod text;

pub use dcql::{ClaimQuery, CredentialQuery, CredentialSet, DcqlQuery, Steps};
pub use text::consent_text;

use super::Profile;
use crate::reason::Lang;
use crate::schema::{CredentialType, TYPES, labels};
use crate::scope::ScopedClaim;
use serde::Serialize;

/// The format of our credentials. It is not registered.
pub const FORMAT: &str = "sd-cwt";

/// A relying party that provides a service, ETSI TS 119 475.
const SERVICE_PROVIDER: &str = "https://uri.etsi.org/19475/Entitlement/Service_Provider";

/// The certificate policy of registration certificates, ETSI TS 119 475.
const POLICY: &str = "0.4.0.19475.3.1";

/// The part of the payload of a registration certificate that follows from a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegistrationPayload {
    /// The service, for people.
    pub srv_description: Vec<LangText>,
    /// The id of the purpose.
    pub intended_use_id: String,
    /// The purpose, for people.
    pub purpose: Vec<LangText>,
    /// What may be asked.
    pub credentials: Vec<RegisteredCredential>,
    /// What the party is entitled to do.
    pub entitlements: Vec<&'static str>,
    /// The policy of the certificate.
    pub policy_id: Vec<&'static str>,
    /// What the standard has no name for.
    pub geleit: RegistrationAdditions,
}

/// A text with its language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LangText {
    /// The language tag of RFC 5646.
    pub lang: &'static str,
    /// The text.
    pub value: String,
}

/// The claims of one type of credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegisteredCredential {
    /// [`FORMAT`].
    pub format: &'static str,
    /// Which type.
    pub meta: Meta,
    /// Its claims; the name is singular in the standard.
    pub claim: Vec<RegisteredClaim>,
}

/// Which types of credential are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meta {
    /// Values of the `vct` claim.
    pub vct_values: Vec<&'static str>,
}

/// A claim by its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegisteredClaim {
    /// Group and member; none for every element of a list.
    pub path: Path,
}

/// The steps from the outermost map to a claim; none is every element of a list.
pub type Path = Vec<Option<&'static str>>;

/// What ETSI TS 119 475 has no name for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegistrationAdditions {
    /// The version of the profile.
    pub profile_version: u32,
    /// SHA-256 of the profile, in hexadecimal.
    pub profile_sha256: String,
    /// The laws.
    pub legal_basis: Vec<String>,
    /// Days after which what was received is deleted.
    pub retention_days: u32,
    /// From when they are counted.
    pub retention_from: &'static str,
    /// How old information on the status may be.
    pub max_status_age_s: u32,
    /// The claims that the holder may leave out, by their ids.
    pub optional: Vec<String>,
    /// What is answered as "at least".
    pub thresholds: Vec<RegisteredThreshold>,
    /// What may not be asked even with consent.
    pub forbidden: Vec<String>,
}

/// A threshold claim with the steps that may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegisteredThreshold {
    /// The id of the claim.
    pub id: String,
    /// Its place.
    pub path: Path,
    /// The labels of the steps.
    pub at_least: Vec<String>,
    /// The required claim that it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
}

/// The payload of a registration certificate; none for kinds that ask nothing, which nobody registers.
#[must_use]
pub fn registration(profile: &Profile) -> Option<RegistrationPayload> {
    profile.asks().then(|| RegistrationPayload {
        srv_description: in_every_language(|lang| profile.title(lang)),
        intended_use_id: profile.id().to_owned(),
        purpose: in_every_language(|lang| profile.purpose(lang)),
        credentials: registered(profile),
        entitlements: vec![SERVICE_PROVIDER],
        policy_id: vec![POLICY],
        geleit: RegistrationAdditions {
            profile_version: profile.version(),
            profile_sha256: profile.hash().iter().map(|byte| format!("{byte:02x}")).collect(),
            legal_basis: profile.legal_basis().to_vec(),
            retention_days: profile.retention_days(),
            retention_from: profile.retention_from().name(),
            max_status_age_s: profile.max_status_age_s(),
            optional: profile.optional().to_vec(),
            thresholds: thresholds(profile),
            forbidden: profile.forbidden().to_vec(),
        },
    })
}

/// The query of a purpose; none for kinds that ask nothing.
#[must_use]
pub fn query(profile: &Profile) -> Option<DcqlQuery> {
    profile.asks().then(|| dcql::query(profile))
}

fn in_every_language<'p>(text: impl Fn(Lang) -> &'p str) -> Vec<LangText> {
    Lang::ALL.map(|lang| LangText { lang: lang.tag(), value: text(lang).to_owned() }).into()
}

fn registered(profile: &Profile) -> Vec<RegisteredCredential> {
    let with_claims = |credential_type: &&CredentialType| {
        let ids = profile.required().iter().chain(profile.optional());
        let ids = ids.chain(profile.thresholds().iter().map(|(id, _)| id));
        let claim: Vec<RegisteredClaim> = of_type(ids.map(String::as_str), credential_type)
            .map(|(_, path)| RegisteredClaim { path })
            .collect();
        let meta = Meta { vct_values: vec![credential_type.vct] };
        (!claim.is_empty()).then_some(RegisteredCredential { format: FORMAT, meta, claim })
    };
    TYPES.iter().filter_map(with_claims).collect()
}

/// Those of the claims that are in this type, with their places.
fn of_type<'i>(
    ids: impl Iterator<Item = &'i str>,
    credential_type: &CredentialType,
) -> impl Iterator<Item = (&'i str, Path)> {
    // P-07 and P-09: every id is a claim.
    ids.filter_map(|id| Some((id, ScopedClaim::by_id(id).ok()?)))
        .filter(|(_, claim)| claim.credential_type.name == credential_type.name)
        .map(|(id, claim)| (id, path(&claim)))
}

fn path(claim: &ScopedClaim) -> Path {
    let mut path = vec![Some(claim.group.key), Some(claim.claim.key)];
    if let Some(member) = claim.member {
        path.extend([None, Some(member.key)]);
    }
    path
}

fn thresholds(profile: &Profile) -> Vec<RegisteredThreshold> {
    let each = profile.thresholds().iter().filter_map(|(id, steps)| {
        Some(RegisteredThreshold {
            id: id.clone(),
            path: path(&ScopedClaim::by_id(id).ok()?),
            at_least: labels(id, steps),
            instead_of: profile.replaced_by(id).map(str::to_owned),
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests;
