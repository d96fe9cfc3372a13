use super::embedded::TEXTS;
use super::{FactType, Profile, ProfileError, ProfileFault, size};
use crate::reason::Lang;

mod kinds;

/// A small profile in which each defect below is one edit away.
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
    forbidden = ["id.nationality", "res.uk.rent.*"]
    seen_by_person = ["id.family_name"]
    title = { en = "Sample", de = "Beispiel" }
    purpose = { en = "A sample.", de = "Ein Beispiel." }
    retention_note = { en = "From the end.", de = "Ab dem Ende." }
    fallback = { en = "Ask.", de = "Fragen." }
    redress = { en = "Report.", de = "Melden." }

    [claims.identity.required]
    "id.family_name" = { en = "Name.", de = "Name." }

    [claims.residence.required]
    "res.uk.work.permitted" = { en = "Work.", de = "Arbeit." }
    "res.uk.work.until" = { en = "End.", de = "Ende." }

    [claims.residence.optional]
    "res.uk.continuation" = { en = "Continued.", de = "Fortgesetzt." }

    [[threshold]]
    claim = "res.uk.work.through"
    instead_of = "res.uk.work.until"
    at_least = ["2027-05", "2027-11"]
    why = { en = "Month.", de = "Monat." }

    [facts.start_date]
    type = "date"
    required = true
    title = { en = "Start", de = "Beginn" }

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
    when = [{ missing = "required-claims" }]
    outcome = "INDETERMINATE"
    reason = "claim-missing"

    [[decision]]
    when = [
        { claim = "res.uk.work.until", on_or_after = { fact = "start_date" } },
        { claim = "res.uk.continuation", equals = "none" },
        { fact = "contract", in = ["open"] },
    ]
    outcome = "ACCEPT_UNTIL"
    until = { claim = "res.uk.work.until" }
    reason = "work-permitted-until"

    [[decision]]
    when = [{ threshold = "res.uk.work.through", at_least = "2027-05" }]
    notice = true
    reason = "work-hours-limited"

    [[decision]]
    when = [{ claim = "res.uk.work.permitted", is = false }]
    outcome = "REFUSE"
    reason = "work-not-permitted"

    [[decision]]
    when = []
    outcome = "INDETERMINATE"
    reason = "not-decidable"
"#;

fn error(from: &str, to: &str) -> ProfileError {
    assert!(SAMPLE.contains(from), "the sample has no {from}");
    Profile::from_toml(&SAMPLE.replacen(from, to, 1)).expect_err(to)
}

/// The message of the profile with one edit.
fn message(from: &str, to: &str) -> String {
    error(from, to).to_string()
}

#[test]
fn the_embedded_profiles_pass() {
    for text in TEXTS {
        if let Err(error) = Profile::from_toml(text) {
            panic!("{error}");
        }
    }
    let profiles = Profile::embedded();
    assert!(profiles.is_sorted_by(|a, b| a.id() < b.id()));
    for (profile, text) in profiles.iter().zip(TEXTS) {
        assert_eq!(profile.hash(), Profile::from_toml(text).unwrap().hash());
        assert_ne!(profile.hash(), Profile::from_toml(&format!("{text}\n")).unwrap().hash());
        for claim in profile.required().iter().chain(profile.optional()) {
            assert!(!profile.forbids(claim) && profile.why(claim, Lang::De).is_some());
        }
        for other in profile.neighbours().iter().chain(profile.links_with()) {
            assert!(Profile::find_embedded(other).is_some(), "{}: {other}", profile.id());
        }
    }
}

/// One line of `embedded` for each file, and the file has the name of the profile.
#[test]
fn every_file_is_embedded() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/purposes");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".toml")?.to_owned()))
        .collect();
    names.sort_unstable();
    assert!(Profile::embedded().iter().map(Profile::id).eq(names));
}

#[test]
fn the_flagship_says_what_may_be_asked() {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    assert_eq!(
        profile.required(),
        [
            "id.family_name",
            "id.portrait.view",
            "res.uk.work.conditions",
            "res.uk.work.permitted",
            "res.uk.work.until"
        ]
    );
    let optional = ["id.given_name", "res.uk.continuation", "res.uk.sponsor_match", "res.under_review"];
    assert_eq!(profile.optional(), optional);
    assert_eq!(profile.thresholds(), [("res.uk.work.through".to_owned(), vec![29, 35, 41, 47, 53, 59])]);
    assert_eq!(profile.replaced_by("res.uk.work.through"), Some("res.uk.work.until"));
    assert!(
        ["doc.number", "id.nationality", "res.uk.rent.permitted", "res.uk.linked_documents.number"]
            .iter()
            .all(|claim| profile.forbids(claim))
    );
    assert!(!profile.forbids("res.uk.rental"));
    assert_eq!((profile.retention_days(), profile.max_status_age_s()), (730, 86_400));
    assert_eq!(profile.fact("start_date").unwrap().fact_type(), FactType::Date);
    assert_eq!(profile.fact("face_matches").unwrap().values(), ["yes", "no", "not-checked"]);
    assert!(profile.fact("hours_per_week").is_some_and(|fact| !fact.is_required()));
}

/// Receipts and errors name rows by number, and so do the comments of the files.
#[test]
fn rows_are_numbered_in_the_comments() {
    for text in TEXTS {
        let mut numbered = 0_usize;
        let mut rows = 0_usize;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# Row ") {
                numbered += 1;
                assert!(rest.starts_with(&format!("{numbered}.")), "{line}");
            }
            if line == "[[decision]]" {
                rows += 1;
                assert_eq!(rows, numbered, "{line} after row {numbered}");
            }
        }
        assert_eq!(rows, numbered);
    }
}

#[test]
fn the_sample_passes() {
    let profile = Profile::from_toml(SAMPLE).unwrap();
    assert_eq!((profile.title(Lang::En), profile.fallback(Lang::De)), ("Sample", "Fragen."));
    assert_eq!(profile.thresholds(), [("res.uk.work.through".to_owned(), vec![29, 35])]);
}

/// P-01: at each limit and one beyond it. What is at the limit may break another rule, which is found later.
#[test]
fn sizes_are_limited() {
    let guards = SAMPLE.find("[[decision]]").unwrap();
    let fault = |text: &str| Profile::from_toml(text).err().map(|error| error.to_string());
    let is_too_large = |text: &str| {
        let fault = Profile::from_toml(text).err().map(|error| error.fault().clone());
        matches!(fault, Some(ProfileFault::TooLarge { .. }))
    };
    let check = |text: &dyn Fn(usize) -> String, limit: usize, message: &str| {
        assert!(!is_too_large(&text(limit)), "{message}");
        assert_eq!(fault(&text(limit + 1)).as_deref(), Some(message));
    };
    let bytes = |count: usize| format!("{SAMPLE}{}", "#".repeat(count - SAMPLE.len()));
    assert_eq!(fault(&bytes(size::MAX_FILE)), None);
    check(&bytes, size::MAX_FILE, "P-01: at most 131072 bytes are permitted, there are 131073");
    let row = "[[decision]]\nwhen = [{ status = \"revoked\" }]\noutcome = \"REFUSE\"\nreason = \"status-revoked\"\n";
    let rows = |count: usize| format!("{}{}", &SAMPLE[..guards], row.repeat(count));
    check(&rows, size::MAX_ROWS, "P-01 sample-use: at most 256 rows are permitted, there are 257");
    let refusal = "{ claim = \"res.uk.work.permitted\", is = false }";
    let conditions = |count: usize| SAMPLE.replacen(refusal, &vec![refusal; count].join(", "), 1);
    assert_eq!(fault(&conditions(size::MAX_CONDITIONS)), None);
    check(
        &conditions,
        size::MAX_CONDITIONS,
        "P-01 sample-use: row 9: at most 16 conditions are permitted, there are 17",
    );
    let values = |count: usize| {
        SAMPLE.replacen("in = [\"open\"]", &format!("in = [{}]", vec!["\"open\""; count].join(", ")), 1)
    };
    assert_eq!(fault(&values(size::MAX_VALUES)), None);
    check(&values, size::MAX_VALUES, "P-01 sample-use: row 7: at most 32 values are permitted, there are 33");
    let choice = |count: usize| {
        let more: String = (2..count).map(|n| format!(", \"v{n}\"")).collect();
        SAMPLE.replacen("\"fixed\"]", &format!("\"fixed\"{more}]"), 1)
    };
    assert_eq!(fault(&choice(size::MAX_VALUES)), None);
    check(
        &choice,
        size::MAX_VALUES,
        "P-01 sample-use: at most 32 values of a fact are permitted, there are 33",
    );
    let facts = |count: usize| {
        let fact = |n| {
            format!("[facts.f{n}]\ntype = \"text\"\nrequired = false\ntitle = {{ en = \"F\", de = \"F\" }}\n")
        };
        let more: String = (2..count).map(fact).collect();
        format!("{}{more}{}", &SAMPLE[..guards], &SAMPLE[guards..])
    };
    check(&facts, size::MAX_FACTS, "P-01 sample-use: at most 64 facts are permitted, there are 65");
    let thresholds = |count: usize| {
        let threshold =
            "[[threshold]]\nclaim = \"id.age_over\"\nat_least = [\"18\"]\nwhy = { en = \"A\", de = \"A\" }\n";
        format!("{}{}{}", &SAMPLE[..guards], threshold.repeat(count - 1), &SAMPLE[guards..])
    };
    check(
        &thresholds,
        size::MAX_THRESHOLDS,
        "P-01 sample-use: at most 16 thresholds are permitted, there are 17",
    );
}

/// Each file of the catalogue could be twice as large.
#[test]
fn the_limits_leave_room() {
    for (profile, text) in Profile::embedded().iter().zip(TEXTS) {
        assert!(text.len() * 2 <= size::MAX_FILE, "{}", profile.id());
        assert!(profile.facts().count() * 2 <= size::MAX_FACTS, "{}", profile.id());
        assert!(profile.facts().all(|fact| fact.values().len() * 2 <= size::MAX_VALUES), "{}", profile.id());
        assert!(profile.thresholds().len() * 2 <= size::MAX_THRESHOLDS, "{}", profile.id());
        if let Some(table) = profile.table() {
            assert!(table.iter().count() * 2 <= size::MAX_ROWS, "{}", profile.id());
            assert!(table.iter().all(|row| row.when.len() * 2 <= size::MAX_CONDITIONS), "{}", profile.id());
        }
    }
}

#[test]
fn unknown_and_missing_fields() {
    for (from, to, named) in [
        ("version = 1", "version = 1\nurgency = 1", "urgency"),
        ("retention_days = 30", "retention_days = -1", "retention_days"),
        ("legal_basis = [\"Sample Act s. 1\"]\n", "", "legal_basis"),
        ("confidence = \"low\"", "confidence = \"certain\"", "certain"),
        (", de = \"Ein Beispiel.\"", "", "de"),
        ("is = false", "matches = false", "matches"),
        ("\"REFUSE\"", "\"DENY\"", "DENY"),
        ("\"REFUSE\"", "\"BLOCKED_BY_WALLET\"", "BLOCKED_BY_WALLET"),
        ("missing = \"required-claims\"", "missing = \"everything\"", "everything"),
        ("[claims.identity.required]", "[claims.biometry.required]", "biometry"),
        ("type = \"date\"", "type = \"moment\"", "moment"),
    ] {
        let error = error(from, to);
        assert_eq!(error.code(), "P-01", "{to}");
        assert!(matches!(error.fault(), ProfileFault::Toml(_)));
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn heads() {
    assert_eq!(
        message("\"sample-use\"", "\"Sample_use\""),
        "P-02 Sample_use: id must be lower-case words with hyphens, version at least 1"
    );
    assert_eq!(error("version = 1", "version = 0").code(), "P-02");
    assert_eq!(
        message("\"Ein Beispiel.\"", "\" \""),
        "P-03 sample-use: purpose: a text is empty, padded or broken into lines"
    );
    assert_eq!(error("\"human resources\"", "\"\"").code(), "P-03");
    assert_eq!(error("de = \"Monat.\"", "de = \"\"").code(), "P-03");
    assert_eq!(error("de = \"Beginn\"", "de = \"\"").code(), "P-03");
    assert_eq!(error("[\"Sample Act s. 1\"]", "[\"\"]").code(), "P-03");
    assert_eq!(
        message("[\"Sample Act s. 1\"]", "[]"),
        "P-04 sample-use: legal_basis: at least one law is required"
    );
}

#[test]
fn claims() {
    assert_eq!(
        message("\"res.uk.continuation\" = {", "\"res.uk.work.until\" = {"),
        "P-06 sample-use: claim \"res.uk.work.until\" is listed twice"
    );
    for unknown in
        ["res.uk.sponsor", "id.portrait.template", "res.uk.work.untill", "doc.number", "res.uk.work.through"]
    {
        let error = error("\"res.uk.continuation\" = {", &format!("\"{unknown}\" = {{"));
        assert_eq!(error.code(), "P-07");
        assert_eq!(
            error.to_string(),
            format!(
                "P-07 sample-use: claim \"{unknown}\" cannot be shown from a credential of type residence"
            )
        );
    }
    assert_eq!(
        message("\"id.nationality\", ", "\"res.uk.work.until\", "),
        "P-08 sample-use: claim \"res.uk.work.until\" is listed and forbidden"
    );
    for pattern in ["res.uk.work.*", "res.*", "*", "res.uk.work"] {
        assert_eq!(error("\"id.nationality\"", &format!("\"{pattern}\"")).code(), "P-08");
    }
    assert_eq!(
        message("\"id.nationality\"", "\"id.nationalities\""),
        "P-08 sample-use: forbidden: \"id.nationalities\" matches no claim"
    );
}

#[test]
fn thresholds() {
    for (from, to) in [
        ("\"2027-05\", \"2027-11\"", ""),
        ("\"2027-05\", \"2027-11\"", "\"2027-11\", \"2027-05\""),
        ("\"2027-05\", \"2027-11\"", "\"2027-05\", \"2027-05\""),
        ("\"2027-05\", \"2027-11\"", "\"2027-13\""),
        ("claim = \"res.uk.work.through\"\n", "claim = \"res.uk.sponsor_match\"\n"),
    ] {
        assert_eq!(error(from, to).code(), "P-09", "{to}");
    }
    assert_eq!(
        message("instead_of = \"res.uk.work.until\"", "instead_of = \"res.uk.continuation\""),
        "P-09 sample-use: threshold \"res.uk.work.through\": instead_of must name a required claim"
    );
}

#[test]
fn facts() {
    assert_eq!(error("[facts.start_date]", "[facts.Start]").code(), "P-10");
    assert_eq!(error("type = \"choice\"", "type = \"text\"").code(), "P-10");
    assert_eq!(error("[\"open\", \"fixed\"]", "[\"open\"]").code(), "P-10");
}

#[test]
fn conditions_have_one_subject_and_one_operator() {
    let condition = "{ claim = \"res.uk.work.permitted\", is = false }";
    for (to, text) in [
        ("{}", "a claim, fact, threshold or other subject is required"),
        ("{ is = false }", "a claim, fact, threshold or other subject is required"),
        ("{ claim = \"res.uk.work.permitted\" }", "an operator is required"),
        (
            "{ claim = \"res.uk.work.permitted\", is = false, null = true }",
            "one operator is required, several are given",
        ),
        (
            "{ claim = \"res.uk.work.permitted\", fact = \"start_date\", is = false }",
            "one subject is required, several are given",
        ),
        ("{ status = \"revoked\", is = false }", "this subject takes no operator"),
        ("{ status = \"revoked\", fact = \"start_date\" }", "one subject is required, several are given"),
        ("{ status = \"valid\" }", "status does not take this value"),
        ("{ status = \"under_review\" }", "status does not take this value"),
        ("{ member = \"x\", fact = \"start_date\", is = false }", "member needs a claim"),
        ("{ claim = \"res.uk.work.permitted\", equals = { now = true } }", "equals does not take this value"),
        ("{ claim = \"res.uk.work.permitted\", equals = 1.5 }", "equals does not take this value"),
        ("{ claim = \"res.uk.continuation\", in = [] }", "in does not take this value"),
        ("{ claim = \"res.uk.work.until\", before = \"2027-01-01\" }", "before does not take this value"),
        ("{ claim = \"res.uk.work.until\", before = { now = false } }", "before does not take this value"),
        (
            "{ claim = \"res.uk.work.until\", before = { now = true, fact = \"start_date\" } }",
            "before does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", before = { plus_months = 1 } }",
            "before does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", before = { now = true, plus_months = 0 } }",
            "before does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", before = { now = true, minus_months = -1 } }",
            "before does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", before = { now = true, minus_months = 1201 } }",
            "before does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", on_or_after = { now = true, plus_months = 1, minus_months = 1 } }",
            "on_or_after does not take this value",
        ),
        (
            "{ claim = \"res.uk.work.until\", on_or_after = { now = true, plus_days = 1 } }",
            "on_or_after does not take this value",
        ),
        (
            "{ claim = \"res.uk.continuation\", equals = { fact = \"contract\", plus_months = 1 } }",
            "equals does not take this value",
        ),
        (
            "{ threshold = \"res.uk.work.through\", at_least = { now = true, plus_months = 1 } }",
            "at_least does not take this value",
        ),
        ("{ evidence_older_than_s = \"a day\" }", "evidence_older_than_s does not take this value"),
        ("{ evidence_older_than_s = 0 }", "evidence_older_than_s does not take this value"),
        ("{ threshold = \"res.uk.work.through\", is = true }", "an operator is required"),
        (
            "{ threshold = \"res.uk.work.through\", at_least = { claim = \"res.uk.work.until\" } }",
            "at_least does not take this value",
        ),
        (
            "{ threshold = \"res.uk.work.through\", at_least = \"2027-05\", is = true }",
            "one operator is required, several are given",
        ),
    ] {
        assert_eq!(message(condition, to), format!("P-11 sample-use: row 9, condition 1: {text}"), "{to}");
    }
}

#[test]
fn rows_read_what_is_registered() {
    let condition = "{ claim = \"res.uk.work.permitted\", is = false }";
    for (to, name) in [
        ("{ claim = \"res.uk.sponsor_match\", is = false }", "res.uk.sponsor_match"),
        ("{ claim = \"res.uk.work.through\", is = false }", "res.uk.work.through"),
        ("{ claim = \"res.uk.work.until\", before = { claim = \"res.valid_until\" } }", "res.valid_until"),
        ("{ claim = \"res.uk.work.until\", before = { fact = \"end_date\" } }", "end_date"),
        ("{ fact = \"start\", before = { now = true } }", "start"),
        ("{ threshold = \"id.age_over\", at_least = \"18\" }", "id.age_over"),
        ("{ missing_claim = \"res.uk.sponsor_match\" }", "res.uk.sponsor_match"),
        ("{ missing_fact = \"end_date\" }", "end_date"),
    ] {
        assert_eq!(
            message(condition, to),
            format!("P-12 sample-use: row 9: \"{name}\" is not registered"),
            "{to}"
        );
    }
    assert_eq!(
        message("until = { claim = \"res.uk.work.until\" }", "until = { claim = \"res.valid_until\" }"),
        "P-12 sample-use: row 7: \"res.valid_until\" is not registered"
    );
    assert_eq!(
        message("seen_by_person = [\"id.family_name\"]", "seen_by_person = [\"id.given_name\"]"),
        "P-12 sample-use: seen_by_person: \"id.given_name\" is not registered"
    );
}

#[test]
fn operators_fit_what_they_are_applied_to() {
    let condition = "{ claim = \"res.uk.work.permitted\", is = false }";
    for to in [
        "{ claim = \"res.uk.work.until\", is = false }",
        "{ claim = \"res.uk.work.permitted\", null = true }",
        "{ claim = \"res.uk.work.permitted\", equals = \"false\" }",
        "{ claim = \"res.uk.work.permitted\", member = \"x\", is = true }",
        "{ claim = \"res.uk.continuation\", equals = \"3c\" }",
        "{ claim = \"res.uk.continuation\", in = [\"3C\", \"3E\"] }",
        "{ claim = \"res.uk.continuation\", equals = 3 }",
        "{ claim = \"res.uk.continuation\", at_least = 3 }",
        "{ claim = \"res.uk.continuation\", equals = { fact = \"start_date\" } }",
        "{ claim = \"res.uk.continuation\", contains = \"3C\" }",
        "{ claim = \"res.uk.continuation\", before = { now = true } }",
        "{ claim = \"res.uk.work.until\", equals = { fact = \"start_date\" } }",
        "{ claim = \"res.uk.work.until\", before = { fact = \"contract\" } }",
        "{ claim = \"res.uk.work.until\", before = { claim = \"res.uk.continuation\" } }",
        "{ fact = \"contract\", equals = \"temporary\" }",
        "{ fact = \"contract\", null = true }",
        "{ fact = \"start_date\", equals = \"2027-01-01\" }",
        "{ threshold = \"res.uk.work.through\", at_least = \"2028-05\" }",
        "{ threshold = \"res.uk.work.through\", at_least = { fact = \"contract\" } }",
    ] {
        let error = error(condition, to);
        assert_eq!(error.code(), "P-13", "{to}: {error}");
        assert!(error.to_string().contains("row 9: "), "{error}");
    }
    let until = "until = { claim = \"res.uk.work.until\" }";
    assert_eq!(error(until, "until = { claim = \"res.uk.work.permitted\" }").code(), "P-13");
    assert_eq!(error(until, "until = { fact = \"contract\" }").code(), "P-13");
}

#[test]
fn outcomes_and_reasons() {
    for (from, to) in [
        ("until = { claim = \"res.uk.work.until\" }\n", ""),
        ("until = { claim = \"res.uk.work.until\" }", "until = {}"),
        (
            "until = { claim = \"res.uk.work.until\" }",
            "until = { claim = \"res.uk.work.until\", plus_months = 0 }",
        ),
        (
            "until = { claim = \"res.uk.work.until\" }",
            "until = { claim = \"res.uk.work.until\", fact = \"start_date\" }",
        ),
        ("outcome = \"ACCEPT_UNTIL\"", "outcome = \"ACCEPT\""),
        ("outcome = \"ACCEPT_UNTIL\"", "outcome = \"ACCEPT_UNTIL\"\nnotice = true"),
        ("notice = true\n", ""),
    ] {
        assert_eq!(error(from, to).code(), "P-14", "{to}");
    }
    assert_eq!(
        message("\"work-not-permitted\"", "\"no-work\""),
        "P-15 sample-use: row 9: reason \"no-work\" is not in the catalogue"
    );
    for (from, to) in [
        ("\"work-not-permitted\"", "\"claim-missing\""),
        ("\"claim-missing\"", "\"work-not-permitted\""),
        ("\"work-permitted-until\"", "\"work-hours-limited\""),
        ("\"work-hours-limited\"", "\"work-permitted\""),
        ("\"not-decidable\"", "\"holder-declined\""),
    ] {
        assert_eq!(error(from, to).code(), "P-15", "{to}");
    }
}

#[test]
fn the_last_row_catches_everything_and_says_neither_yes_nor_no() {
    let last = SAMPLE.rfind("[[decision]]").unwrap();
    let without = Profile::from_toml(&SAMPLE[..last]).unwrap_err();
    assert_eq!((without.code(), without.fault()), ("P-16", &ProfileFault::CatchAll { row: 9 }));
    let refusing =
        SAMPLE[last..].replace("INDETERMINATE", "REFUSE").replace("not-decidable", "work-not-permitted");
    let refusing = Profile::from_toml(&format!("{}{refusing}", &SAMPLE[..last])).unwrap_err();
    assert_eq!(refusing.code(), "P-16");
    let early = error("[{ claim = \"res.uk.work.permitted\", is = false }]", "[]");
    assert_eq!(early.fault(), &ProfileFault::CatchAll { row: 9 });
    let empty = Profile::from_toml(&SAMPLE[..SAMPLE.find("[[decision]]").unwrap()]).unwrap_err();
    assert_eq!(empty.code(), "P-01");
}

#[test]
fn a_refusal_never_rests_on_something_missing() {
    let condition = "{ claim = \"res.uk.work.permitted\", is = false }";
    for missing in [
        "{ missing = \"required-claims\" }",
        "{ missing = \"required-facts\" }",
        "{ missing_claim = \"res.uk.continuation\" }",
        "{ missing_fact = \"start_date\" }",
    ] {
        assert_eq!(
            message(condition, &format!("{condition}, {missing}")),
            "P-17 sample-use: row 9: REFUSE must not rest on something missing"
        );
    }
}

#[test]
fn nothing_is_asked_that_nobody_reads() {
    assert_eq!(
        message("{ claim = \"res.uk.continuation\", equals = \"none\" },", ""),
        "P-18 sample-use: \"res.uk.continuation\" is registered, but no row reads it and nobody looks at it"
    );
    assert_eq!(error("{ fact = \"contract\", in = [\"open\"] },", "").code(), "P-18");
    assert_eq!(
        error(
            "{ threshold = \"res.uk.work.through\", at_least = \"2027-05\" }",
            "{ status = \"under-review\" }"
        )
        .code(),
        "P-18"
    );
    assert_eq!(error("seen_by_person = [\"id.family_name\"]", "seen_by_person = []").code(), "P-18");
}

/// P-19: the five rows that no table may go without, as they are.
#[test]
fn the_guards_are_fixed() {
    for (from, to, row) in [
        ("status = \"revoked\"", "status = \"under-review\"", 1),
        ("reason = \"status-revoked\"", "reason = \"work-not-permitted\"", 1),
        ("reason = \"status-suspended\"", "reason = \"status-under-review\"", 2),
        ("status = \"superseded\"", "status = \"in-doubt\"", 3),
        ("{ status = \"in-doubt\" }", "{ status = \"in-doubt\" }, { missing = \"required-claims\" }", 4),
        ("\"max_status_age_s\"", "60", 5),
    ] {
        let error = error(from, to);
        assert_eq!((error.code(), error.fault()), ("P-19", &ProfileFault::NoGuards { row }), "{to}");
    }
    assert_eq!(
        message("status = \"suspended\"", "status = \"superseded\""),
        "P-19 sample-use: row 2: a table begins with the rows revoked, suspended, superseded, in-doubt and \
         max_status_age_s, with their outcomes and reasons"
    );
}
