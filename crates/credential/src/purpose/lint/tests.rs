//! A small profile without findings, in which each flaw is one edit away.

use super::lint;
use crate::purpose::Profile;

const SAMPLE: &str = r#"
    id = "sample-use"
    version = 1
    kind = "profile"
    controller = "employer"
    verifier_class = "human resources"
    legal_basis = ["Sample Act s. 1"]
    retention_days = 30
    retention_from = "event"
    zone = "Europe/Berlin"
    max_status_age_s = 3600
    subject_id = "pairwise"
    binding = "holder-key"
    ai_use = "none"
    confidence = "low"
    forbidden = ["id.sex"]
    seen_by_person = ["doc.number"]
    title = { en = "Sample", de = "Beispiel" }
    purpose = { en = "A sample.", de = "Ein Beispiel." }
    retention_note = { en = "From the end.", de = "Ab dem Ende." }
    fallback = { en = "Ask.", de = "Fragen." }
    redress = { en = "Report.", de = "Melden." }

    [claims.identity.required]
    "doc.number" = { en = "Number.", de = "Nummer." }

    [claims.residence.required]
    "res.valid_now" = { en = "Valid.", de = "Gültig." }

    [facts.start_date]
    type = "date"
    required = true
    title = { en = "Start", de = "Beginn" }

    [facts.hours]
    type = "number"
    required = false
    title = { en = "Hours", de = "Stunden" }

    [facts.contract]
    type = "choice"
    values = ["open", "fixed"]
    required = false
    title = { en = "Contract", de = "Vertrag" }

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
    when = [{ missing = "required-facts" }]
    outcome = "INDETERMINATE"
    reason = "fact-missing"

    [[decision]]
    when = [{ missing = "required-claims" }]
    outcome = "INDETERMINATE"
    reason = "claim-missing"

    [[decision]]
    when = [{ status = "under-review" }]
    outcome = "INDETERMINATE"
    reason = "status-under-review"

    [[decision]]
    when = [{ fact = "contract", equals = "open" }, { fact = "hours", at_least = 10 }]
    notice = true
    reason = "work-hours-limited"

    [[decision]]
    when = [{ claim = "res.valid_now", is = true }, { fact = "start_date", on_or_after = { now = true } }]
    outcome = "ACCEPT"
    reason = "work-permitted"

    [[decision]]
    when = []
    outcome = "INDETERMINATE"
    reason = "not-decidable"
"#;

/// What turns the sample into the profile of a high-risk system that has everything.
pub(super) const HIGH_RISK: &[(&str, &str)] = &[
    (
        "ai_use = \"none\"",
        "ai_use = \"high-risk\"
    ai_note = { en = \"A model.\", de = \"Ein Modell.\" }
    oversight = { en = \"An officer.\", de = \"Ein Mensch.\" }",
    ),
    (
        "[facts.start_date]",
        "[facts.fria_reference]
    type = \"text\"
    required = true
    title = { en = \"Reference\", de = \"Kennzeichen\" }

    [facts.start_date]",
    ),
    (
        "[{ status = \"under-review\" }]",
        "[{ status = \"under-review\" }, { fact = \"fria_reference\", differs_from = \"none\" }]",
    ),
];

/// The sample with these edits.
pub(super) fn with(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SAMPLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the sample has no {from}");
        text.replacen(from, to, 1)
    })
}

/// The sample with these rows before the last one.
pub(super) fn with_rows(rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(when, then)| {
            let then = match *then {
                "NOTICE" => "notice = true\n    reason = \"work-hours-limited\"".to_owned(),
                "ACCEPT" => "outcome = \"ACCEPT\"\n    reason = \"work-permitted\"".to_owned(),
                "REFUSE" => "outcome = \"REFUSE\"\n    reason = \"work-not-permitted\"".to_owned(),
                "INDETERMINATE" => "outcome = \"INDETERMINATE\"\n    reason = \"not-decidable\"".to_owned(),
                until => {
                    format!("outcome = \"ACCEPT_UNTIL\"\n    {until}\n    reason = \"work-permitted-until\"")
                }
            };
            format!("[[decision]]\n    when = [{when}]\n    {then}\n\n    ")
        })
        .collect();
    let last = SAMPLE.rfind("[[decision]]").unwrap();
    format!("{}{rows}{}", &SAMPLE[..last], &SAMPLE[last..])
}

/// The rules of the error or of the findings.
pub(super) fn rules(text: &str) -> Vec<&'static str> {
    match Profile::from_toml(text) {
        Ok(profile) => lint(&profile).iter().map(super::Finding::rule).collect(),
        Err(error) => vec![error.code()],
    }
}

/// The findings as they are printed; the profile has to be readable.
pub(super) fn findings(text: &str) -> Vec<String> {
    let profile = Profile::from_toml(text).unwrap_or_else(|error| panic!("{error}"));
    lint(&profile).iter().map(ToString::to_string).collect()
}

#[test]
fn the_sample_has_no_findings() {
    assert_eq!(findings(SAMPLE), [""; 0]);
}

#[test]
fn the_embedded_profiles_have_no_findings() {
    let profiles = Profile::embedded();
    let profiles: Vec<&Profile> = profiles.iter().collect();
    let findings: Vec<String> = super::lint_all(&profiles).iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0], "{findings:#?}");
}

/// Each rule says what to do, in one sentence without a full stop.
#[test]
fn hints_say_what_to_do() {
    let text = with(&[
        ("retention_from = \"event\"", "retention_from = \"decision\""),
        ("retention_days = 30", "retention_days = 0"),
    ]);
    let profile = Profile::from_toml(&text).unwrap();
    let [finding] = lint(&profile).try_into().unwrap();
    assert_eq!(
        finding.to_string(),
        "P-22 sample-use: retention_days: days from the decision, or an event, are required; 0 days are stated"
    );
    assert!(finding.hint().starts_with("state the days of the law"));
    assert_eq!(finding.place(), crate::purpose::Place::Field("retention_days"));
}
