//! Purposes made for one test: whatever the test wants to ask is registered, and a person looks at it.

use geleit_credential::purpose::Profile;
use geleit_credential::scope::{Necessity, ScopeEntry};
use std::fmt::Write;

/// The claim that every threshold of such a purpose replaces.
const REPLACED: &str = "id.family_name";

/// A purpose with this id that permits exactly these claims and thresholds.
#[must_use]
pub fn permitting(id: &str, entries: &[ScopeEntry]) -> Profile {
    let (mut claims, mut thresholds, mut seen) = (String::new(), String::new(), Vec::new());
    let has_threshold = entries.iter().any(|entry| !entry.at_least.is_empty());
    if has_threshold && !entries.iter().any(|entry| entry.claim.id() == REPLACED) {
        list(&mut claims, "identity", "required", REPLACED);
        seen.push(REPLACED);
    }
    for entry in entries {
        let claim = entry.claim;
        seen.push(claim.id());
        if let Some(domain) = claim.claim.domain() {
            let label = |step: &u8| format!("\"{}\"", domain.label(*step).expect("a step of the domain"));
            let steps: Vec<String> = entry.at_least.iter().map(label).collect();
            let (id, steps) = (claim.id(), steps.join(", "));
            let _ = write!(
                thresholds,
                "[[threshold]]\nclaim = \"{id}\"\ninstead_of = \"{REPLACED}\"\nat_least = [{steps}]\n\
                 why.en = \"Test.\"\nwhy.de = \"Test.\"\n"
            );
        } else {
            let necessity = match entry.necessity {
                Necessity::Required => "required",
                Necessity::Optional => "optional",
            };
            list(&mut claims, claim.credential_type.name, necessity, claim.id());
        }
    }
    let seen = seen.join("\", \"");
    let text = HEAD.replace("{id}", id).replace("{seen}", &seen) + &claims + &thresholds + TABLE;
    Profile::from_toml(&text).unwrap_or_else(|error| unreachable!("{error}\n{text}"))
}

fn list(claims: &mut String, credential_type: &str, necessity: &str, id: &str) {
    let _ = write!(
        claims,
        "[claims.{credential_type}.{necessity}.\"{id}\"]\nen = \"Looked at.\"\nde = \"Wird angesehen.\"\n"
    );
}

const HEAD: &str = r#"
id = "{id}"
version = 99
kind = "profile"
controller = "a test"
verifier_class = "a test"
legal_basis = ["none: a test"]
ai_use = "none"
confidence = "low"
forbidden = ["id.fingerprints"]
seen_by_person = ["{seen}"]
retention_days = 3650
retention_from = "decision"
max_status_age_s = 604800
subject_id = "none"
binding = "holder-key"
zone = "UTC"
[title]
en = "Test"
de = "Test"
[purpose]
en = "A test asks."
de = "Ein Test fragt."
[retention_note]
en = "From the decision."
de = "Ab der Entscheidung."
[fallback]
en = "None."
de = "Keiner."
[redress]
en = "None."
de = "Keine."
"#;

const TABLE: &str = r#"
[[decision]]
when = [{ status = "revoked" }]
outcome = "REFUSE"
reason = "status-revoked"
[[decision]]
when = [{ status = "suspended" }]
outcome = "INDETERMINATE"
reason = "status-suspended"
[[decision]]
when = [{ status = "superseded" }]
outcome = "INDETERMINATE"
reason = "credential-superseded"
[[decision]]
when = [{ status = "in-doubt" }]
outcome = "INDETERMINATE"
reason = "status-in-doubt"
[[decision]]
when = [{ evidence_older_than_s = "max_status_age_s" }]
outcome = "INDETERMINATE"
reason = "evidence-stale"
[[decision]]
when = [{ missing = "required-claims" }]
outcome = "INDETERMINATE"
reason = "claim-missing"
[[decision]]
when = []
outcome = "INDETERMINATE"
reason = "not-decidable"
"#;
