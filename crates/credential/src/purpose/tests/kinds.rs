//! The fields of each kind: what it needs, what it does not have, what its accessors return.

use super::{SAMPLE, error, message};
use crate::purpose::{
    AiUse, Binding, FeatureState, Profile, ProfileFault, ProfileKind, Purposes, RetentionFrom, SubjectId,
};
use crate::reason::Lang;
use crate::zone::Zone;

/// The head of a kind that asks nothing.
fn head(kind: &str) -> String {
    format!(
        r#"
    id = "sample-use"
    version = 1
    kind = "{kind}"
    controller = "the holder"
    verifier_class = "nobody"
    legal_basis = []
    ai_use = "none"
    confidence = "high"
    forbidden = ["*"]
    title = {{ en = "Sample", de = "Beispiel" }}
    purpose = {{ en = "A sample.", de = "Ein Beispiel." }}
    "#
    )
}

fn excluded() -> String {
    head("excluded")
        + r#"
    neighbours = ["other-use"]
    why_excluded = { en = "Not done.", de = "Wird nicht gemacht." }
    "#
}

fn governance() -> String {
    head("governance")
        + r#"
    [[feature]]
    name = "replay"
    state = "present"
    command = "geleit receipt replay"
    text = { en = "Repeats a decision.", de = "Wiederholt eine Entscheidung." }

    [[feature]]
    name = "export"
    state = "planned"
    text = { en = "Exports counts.", de = "Exportiert Zählwerte." }
    "#
}

fn zero_claim() -> String {
    head("zero-claim")
        + r#"
    zone = "Europe/Tallinn"
    fallback = { en = "Count.", de = "Zählen." }
    redress = { en = "Ask.", de = "Fragen." }

    [local.identity]
    "id.age_over" = { en = "Age.", de = "Alter." }

    [local.residence]
    "res.valid_until" = { en = "End.", de = "Ende." }
    "res.valid_through" = { en = "Month.", de = "Monat." }

    [facts.days_used]
    type = "number"
    required = true
    title = { en = "Days", de = "Tage" }

    [[decision]]
    when = [{ missing = "required-facts" }]
    outcome = "INDETERMINATE"
    reason = "fact-missing"

    [[decision]]
    when = [
        { threshold = "id.age_over", at_least = "18" },
        { claim = "res.valid_until", on_or_after = { now = true } },
        { fact = "days_used", below = 90 },
    ]
    outcome = "ACCEPT_UNTIL"
    until = { threshold = "res.valid_through" }
    reason = "work-permitted-until"

    [[decision]]
    when = []
    outcome = "INDETERMINATE"
    reason = "not-decidable"
    "#
}

/// The code and the message of a text.
fn fault(text: &str) -> (&'static str, String) {
    let error = Profile::from_toml(text).expect_err(text);
    (error.code(), error.to_string())
}

fn before_tables(text: &str, line: &str) -> String {
    text.replacen("version = 1", &format!("version = 1\n    {line}"), 1)
}

#[test]
fn an_excluded_purpose_says_why() {
    let profile = Profile::from_toml(&excluded()).unwrap();
    assert_eq!((profile.kind(), profile.asks()), (ProfileKind::Excluded, false));
    assert_eq!(profile.why_excluded(Lang::De), Some("Wird nicht gemacht."));
    assert_eq!(profile.neighbours(), ["other-use"]);
    assert_eq!(profile.features().count(), 0);
}

#[test]
fn a_demand_has_features() {
    let profile = Profile::from_toml(&governance()).unwrap();
    let features: Vec<_> = profile
        .features()
        .map(|feature| (feature.name(), feature.state(), feature.command(), feature.text(Lang::En)))
        .collect();
    assert_eq!(
        features,
        [
            ("replay", FeatureState::Present, Some("geleit receipt replay"), "Repeats a decision."),
            ("export", FeatureState::Planned, None, "Exports counts."),
        ]
    );
    assert!(profile.why_excluded(Lang::En).is_none() && profile.neighbours().is_empty());
}

#[test]
fn a_zero_claim_purpose_reads_and_asks_nothing() {
    let profile = Profile::from_toml(&zero_claim()).unwrap();
    assert_eq!(profile.local(), ["id.age_over", "res.valid_through", "res.valid_until"]);
    assert_eq!(profile.why("id.age_over", Lang::En), Some("Age."));
    assert_eq!((profile.zone(), profile.fallback(Lang::De)), (Zone::Tallinn, "Zählen."));
    assert_eq!(profile.facts().map(|fact| fact.name()).collect::<Vec<_>>(), ["days_used"]);
}

/// What holds of a purpose that receives nothing.
#[test]
fn accessors_of_fields_that_a_kind_lacks() {
    for text in [excluded(), governance(), zero_claim()] {
        let profile = Profile::from_toml(&text).unwrap();
        assert!(!profile.asks() && profile.forbids("id.family_name"));
        assert!(profile.required().is_empty() && profile.optional().is_empty());
        assert!(profile.thresholds().is_empty() && profile.seen_by_person().is_empty());
        assert_eq!((profile.retention_days(), profile.retention_from()), (0, RetentionFrom::Decision));
        assert_eq!((profile.max_status_age_s(), profile.retention_note(Lang::En)), (0, ""));
        assert_eq!((profile.subject_id(), profile.binding()), (SubjectId::None, Binding::None));
        assert!(profile.links_with().is_empty() && profile.left_out().next().is_none());
    }
    for text in [excluded(), governance()] {
        let profile = Profile::from_toml(&text).unwrap();
        assert_eq!((profile.fallback(Lang::En), profile.redress(Lang::De)), ("", ""));
        assert_eq!((profile.zone(), profile.facts().count()), (Zone::Utc, 0));
    }
}

/// A missing way out has a rule of its own.
fn rule_of_field(field: &str) -> &'static str {
    if matches!(field, "fallback" | "redress") { "P-24" } else { "P-01" }
}

#[test]
fn each_kind_needs_its_fields() {
    for field in [
        "retention_days",
        "retention_from",
        "retention_note",
        "max_status_age_s",
        "subject_id",
        "binding",
        "zone",
        "fallback",
        "redress",
    ] {
        let line = SAMPLE.lines().find(|line| line.trim().starts_with(field)).unwrap();
        let (code, message) = fault(&SAMPLE.replacen(line, "", 1));
        assert_eq!(code, rule_of_field(field));
        assert_eq!(message, format!("{code} sample-use: {field} is required for kind profile"));
    }
    let table = SAMPLE.find("[[decision]]").unwrap();
    assert_eq!(fault(&SAMPLE[..table]).1, "P-01 sample-use: decision is required for kind profile");
    for field in ["zone", "fallback", "redress"] {
        let text = zero_claim();
        let line = text.lines().find(|line| line.trim().starts_with(field)).unwrap();
        let message = fault(&text.replacen(line, "", 1)).1;
        let code = rule_of_field(field);
        assert_eq!(message, format!("{code} sample-use: {field} is required for kind zero-claim"));
    }
    for (kind, field) in [("excluded", "why_excluded"), ("governance", "feature"), ("zero-claim", "zone")] {
        let message = fault(&head(kind)).1;
        assert_eq!(message, format!("P-01 sample-use: {field} is required for kind {kind}"));
    }
    let no_neighbours = excluded().replace("neighbours = [\"other-use\"]", "");
    assert_eq!(fault(&no_neighbours).1, "P-01 sample-use: neighbours is required for kind excluded");
    assert!(Profile::from_toml(&excluded().replace("[\"other-use\"]", "[]")).is_ok());
    let no_feature = before_tables(&head("governance"), "feature = []");
    assert_eq!(fault(&no_feature).1, "P-01 sample-use: feature is required for kind governance");
}

#[test]
fn no_kind_has_a_field_of_another() {
    let asking = [
        "retention_days = 1",
        "retention_from = \"event\"",
        "retention_note = { en = \"S.\", de = \"B.\" }",
        "max_status_age_s = 60",
        "subject_id = \"none\"",
        "binding = \"none\"",
        "seen_by_person = []",
        "claims = {}",
        "threshold = []",
        "links_with = []",
        "left_out = {}",
    ];
    let deciding = [
        "zone = \"UTC\"",
        "fallback = { en = \"S.\", de = \"B.\" }",
        "redress = { en = \"S.\", de = \"B.\" }",
        "facts = {}",
        "decision = []",
    ];
    let local = ["local = {}"];
    let excluding = ["why_excluded = { en = \"S.\", de = \"B.\" }", "neighbours = []"];
    let governing = ["feature = []"];
    let check = |text: &str, kind: &str, lists: &[&[&str]]| {
        for line in lists.concat() {
            let field = line.split(' ').next().unwrap();
            let message = fault(&before_tables(text, line)).1;
            assert_eq!(message, format!("P-01 sample-use: {field} is not a field of kind {kind}"));
        }
    };
    check(SAMPLE, "profile", &[&local, &excluding, &governing]);
    check(&zero_claim(), "zero-claim", &[&asking, &excluding, &governing]);
    check(&excluded(), "excluded", &[&asking, &deciding, &local, &governing]);
    check(&governance(), "governance", &[&asking, &deciding, &local, &excluding]);
}

#[test]
fn kinds_that_ask_nothing_forbid_everything() {
    for text in [excluded(), governance(), zero_claim()] {
        assert_eq!(
            fault(&text.replace("[\"*\"]", "[\"id.*\", \"res.*\"]")),
            (
                "P-05",
                "P-05 sample-use: forbidden: [\"*\"] is required for a kind that asks nothing".to_owned()
            )
        );
    }
    let claims = SAMPLE.find("[claims").unwrap();
    let table = SAMPLE.find("[[decision]]").unwrap();
    let nothing = format!("{}{}", &SAMPLE[..claims], &SAMPLE[table..]);
    assert_eq!(fault(&nothing).0, "P-05");
}

#[test]
fn the_use_of_ai_is_explained() {
    let none = Profile::from_toml(SAMPLE).unwrap();
    assert_eq!((none.ai_use(), none.ai_note(Lang::En), none.oversight(Lang::En)), (AiUse::None, None, None));
    let note = "ai_note = { en = \"Sorts.\", de = \"Sortiert.\" }";
    let overseer = "oversight = { en = \"An officer.\", de = \"Eine Beamtin.\" }";
    let with = |ai_use: &str, lines: &str| {
        SAMPLE.replacen("ai_use = \"none\"", &format!("ai_use = \"{ai_use}\"\n{lines}"), 1)
    };
    let ruled = Profile::from_toml(&with("rule-based", note)).unwrap();
    assert_eq!((ruled.ai_use(), ruled.ai_note(Lang::De)), (AiUse::RuleBased, Some("Sortiert.")));
    let high = Profile::from_toml(&with("high-risk", &format!("{note}\n{overseer}"))).unwrap();
    assert_eq!((high.ai_use(), high.oversight(Lang::En)), (AiUse::HighRisk, Some("An officer.")));
    for text in [
        with("rule-based", ""),
        with("none", note),
        with("none", overseer),
        with("rule-based", &format!("{note}\n{overseer}")),
    ] {
        let error = Profile::from_toml(&text).unwrap_err();
        assert_eq!((error.code(), error.fault()), ("P-01", &ProfileFault::AiFields));
    }
    assert_eq!(error("\"none\"\n    confidence", "\"machine learning\"\n    confidence").code(), "P-01");
}

#[test]
fn values_of_closed_vocabularies() {
    let profile = Profile::from_toml(SAMPLE).unwrap();
    assert_eq!((profile.zone(), profile.retention_from()), (Zone::Berlin, RetentionFrom::Event));
    assert_eq!((profile.subject_id(), profile.binding()), (SubjectId::Pairwise, Binding::HolderKey));
    for (from, to) in [
        ("\"Europe/Berlin\"", "\"Europe/Paris\""),
        ("retention_from = \"event\"", "retention_from = \"departure\""),
        ("max_status_age_s = 3600", "max_status_age_s = 0"),
        ("retention_days = 30", "retention_days = -1"),
    ] {
        let error = error(from, to);
        assert_eq!(error.code(), "P-01", "{to}");
        assert!(matches!(error.fault(), ProfileFault::Toml(_)), "{to}");
    }
    assert_eq!(fault(&governance().replace("\"planned\"", "\"wished\"")).0, "P-01");
}

#[test]
fn names_of_other_purposes_and_features() {
    let linked = before_tables(SAMPLE, "links_with = [\"other-use\"]");
    assert_eq!(Profile::from_toml(&linked).unwrap().links_with(), ["other-use"]);
    for id in ["Other_use", "sample-use", ""] {
        let message = |field| {
            format!("P-02 sample-use: {field}: the id of another profile is required, \"{id}\" is not one")
        };
        assert_eq!(fault(&linked.replace("other-use", id)), ("P-02", message("links_with")));
        assert_eq!(fault(&excluded().replace("other-use", id)), ("P-02", message("neighbours")));
    }
    assert_eq!(fault(&governance().replace("\"export\"", "\"Export\"")).0, "P-02");
    assert_eq!(
        fault(&governance().replace("\"export\"", "\"replay\"")).1,
        "P-02 sample-use: feature \"replay\": lower-case words with hyphens are required, each name once"
    );
}

#[test]
fn texts_of_all_kinds() {
    assert_eq!(fault(&excluded().replace("\"Wird nicht gemacht.\"", "\" \"")).0, "P-03");
    assert_eq!(fault(&governance().replace("\"Exportiert Zählwerte.\"", "\"\"")).0, "P-03");
    assert_eq!(fault(&governance().replace("\"geleit receipt replay\"", "\"\"")).0, "P-03");
    assert_eq!(fault(&zero_claim().replace("\"Alter.\"", "\"\"")).0, "P-03");
    assert_eq!(fault(&zero_claim().replace("\"Zählen.\"", "\"\"")).0, "P-03");
    assert_eq!(fault(&before_tables(SAMPLE, "left_out = { \"id.address\" = \" \" }")).0, "P-03");
}

#[test]
fn what_was_left_out_is_not_listed() {
    let left_out =
        |key: &str| before_tables(SAMPLE, &format!("left_out = {{ \"{key}\" = \"Not needed.\" }}"));
    let profile = Profile::from_toml(&left_out("id.birth_date")).unwrap();
    assert!(profile.left_out().eq([("id.birth_date", "Not needed.")]));
    assert!(Profile::from_toml(&left_out("forbidden:id.family_name")).is_ok());
    for listed in ["id.family_name", "res.uk.continuation", "res.uk.work.through"] {
        assert_eq!(fault(&left_out(listed)).0, "P-06", "{listed}");
    }
}

#[test]
fn facts_in_place_of_claims() {
    let with =
        |id: &str| SAMPLE.replacen("type = \"date\"", &format!("type = \"date\"\nin_place_of = \"{id}\""), 1);
    let profile = Profile::from_toml(&with("job.offer.hours_week")).unwrap();
    assert_eq!(profile.fact("start_date").unwrap().in_place_of(), Some("job.offer.hours_week"));
    assert_eq!(profile.fact("contract").unwrap().in_place_of(), None);
    for id in ["id.family_name", "job.offer.hours", "qual.grades", ""] {
        assert_eq!(
            fault(&with(id)).1,
            format!(
                "P-10 sample-use: fact \"start_date\": in_place_of must name a claim of another kind of \
                 credential, \"{id}\" is not one"
            )
        );
    }
}

#[test]
fn local_claims_exist_and_are_read() {
    for (from, to, code) in [
        ("\"res.valid_until\" =", "\"res.valid_untill\" =", "P-07"),
        ("\"res.valid_until\" =", "\"id.birth_date\" =", "P-07"),
        ("\"res.valid_until\" =", "\"job.employer\" =", "P-07"),
        ("\"id.age_over\" =", "\"id.birth_date\" =", "P-12"),
        ("at_least = \"18\"", "at_least = \"19\"", "P-13"),
        ("{ threshold = \"res.valid_through\" }", "{ threshold = \"id.age_over\" }", "P-13"),
        ("{ threshold = \"res.valid_through\" }", "{ claim = \"res.valid_until\" }", "P-18"),
        ("below = 90", "before = { now = true }", "P-13"),
        ("{ fact = \"days_used\", below = 90 }", "{ missing_fact = \"days_left\" }", "P-12"),
    ] {
        let text = zero_claim();
        assert!(text.contains(from), "{from}");
        assert_eq!(fault(&text.replacen(from, to, 1)).0, code, "{to}");
    }
}

/// On the device no status is read, and a threshold claim is not a value.
#[test]
fn local_rows_read_no_status() {
    for (condition, name) in [
        ("{ status = \"revoked\" }", "status"),
        ("{ evidence_older_than_s = 60 }", "evidence_older_than_s"),
        ("{ evidence_older_than_s = \"max_status_age_s\" }", "evidence_older_than_s"),
        ("{ claim = \"id.age_over\", at_least = 18 }", "id.age_over"),
    ] {
        assert_eq!(
            fault(&zero_claim().replacen("{ missing = \"required-facts\" }", condition, 1)).1,
            format!("P-12 sample-use: row 1: \"{name}\" is not registered")
        );
    }
}

#[test]
fn tables_of_zero_claim_purposes_end_like_all_others() {
    let text = zero_claim();
    let last = text.rfind("[[decision]]").unwrap();
    assert_eq!(fault(&text[..last]).0, "P-16");
    assert_eq!(
        message("forbidden = [", "forbidden = [\"id.family_name\", "),
        "P-08 sample-use: claim \"id.family_name\" is listed and forbidden"
    );
}

#[test]
fn embedded_profiles_are_read_once() {
    let (first, second) = (Profile::embedded(), Profile::embedded());
    assert!(first.iter().zip(&second).all(|(a, b)| core::ptr::eq(a.id(), b.id())));
    assert!(Purposes::embedded().iter().zip(&first).all(|(a, b)| core::ptr::eq(a.id(), b.id())));
}
