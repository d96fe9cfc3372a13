use super::{Case, Facts, Profile, Shown, Value, check_cases, check_withholding, decide, object};

fn profile() -> Profile {
    Profile::find_embedded("de-recognition-result-employer").unwrap()
}

fn decided(kind: &str, result: &str) -> Shown {
    let occupation = [("kldb", Value::text("26212")), ("label", Value::text("Elektroniker/in"))];
    Shown::default()
        .text("qual.kind", kind)
        .text("qual.result", result)
        .bool("qual.valid_now", true)
        .with("qual.reference_occupation", object(&occupation))
        .with("qual.issuing_authority", object(&[("name", Value::text("Beispielkammer"))]))
        .aged(600)
}

fn result(result: &str) -> Shown {
    decided("equivalence_nonregulated", result)
}

fn job(kldb: &str) -> Facts {
    Facts::new().text("job_kldb", kldb)
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let statement = decided("comparability_statement", "comparable").without("qual.reference_occupation");
    let facts = || job("26212");
    let table = [
        (7, "INDETERMINATE", "status-under-review", result("none").reviewed(), facts()),
        (5, "INDETERMINATE", "evidence-stale", result("none").aged(86_401), facts()),
        (8, "INDETERMINATE", "not-a-recognition", statement, facts()),
        (8, "INDETERMINATE", "not-a-recognition", decided("comparability_statement", "full"), facts()),
        (8, "INDETERMINATE", "not-a-recognition", decided("academic_recognition", "full"), facts()),
        (8, "INDETERMINATE", "not-a-recognition", decided("licence", "none"), facts()),
        (9, "INDETERMINATE", "claim-missing", result("full").without("qual.kind"), facts()),
        (9, "INDETERMINATE", "claim-missing", result("none").without("qual.result"), facts()),
        (9, "INDETERMINATE", "claim-missing", result("none").without("qual.issuing_authority"), facts()),
        (6, "INDETERMINATE", "fact-missing", result("none"), Facts::new()),
        (10, "INDETERMINATE", "recognition-other-occupation", result("full"), job("26213")),
        (10, "INDETERMINATE", "recognition-other-occupation", result("none"), job("26213")),
        (11, "REFUSE", "recognition-not-in-force", result("full").bool("qual.valid_now", false), facts()),
        (13, "ACCEPT", "recognition-full", result("full"), facts()),
        (13, "ACCEPT", "recognition-full", result("full_after_measure"), facts()),
        (13, "ACCEPT_WITH_NOTICE", "recognition-full", decided("access_regulated", "full"), facts()),
        (14, "ACCEPT_WITH_NOTICE", "recognition-partial", result("partial"), facts()),
        (15, "REFUSE", "recognition-none", result("none"), facts()),
        (16, "INDETERMINATE", "not-decidable", result("comparable"), facts()),
    ];
    table.into_iter().map(|(row, outcome, reason, shown, facts)| Case { row, outcome, reason, shown, facts }).collect()
}

#[test]
fn every_row_answers() {
    check_cases(&profile(), cases());
}

#[test]
fn withholding_never_helps_and_never_harms() {
    for case in cases() {
        check_withholding(&profile(), &case.shown, &case.facts);
    }
}

#[test]
fn only_a_recognition_decision_is_a_recognition() {
    for kind in crate::schema::qualification::KINDS {
        for outcome in crate::schema::qualification::RESULTS {
            let decision = decide(&profile(), &decided(kind, outcome), &job("26212"));
            let is_decision = ["equivalence_nonregulated", "access_regulated"].contains(kind);
            let counts = ["full", "full_after_measure", "partial"].contains(outcome);
            assert_eq!(decision.outcome().is_positive(), is_decision && counts, "{kind} {outcome}");
            assert!(is_decision || decision.reason().as_str() == "not-a-recognition");
        }
    }
}

#[test]
fn a_recognition_is_not_a_licence() {
    let decision = decide(&profile(), &decided("access_regulated", "full"), &job("26212"));
    assert_eq!(
        decision.notices().iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        ["recognition-is-not-a-licence"]
    );
}
