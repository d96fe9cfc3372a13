use super::{Case, Facts, Profile, Shown, Value, check_cases, check_withholding, decide};

fn profile() -> Profile {
    Profile::find_embedded("uk-carrier-permission-to-travel").unwrap()
}

fn traveller(valid: bool, linked: &str) -> Shown {
    Shown::default()
        .text("doc.number", "L898902C3")
        .bool("travel.uk.permission_valid", valid)
        .text("res.uk.linked_documents.number", linked)
        .aged(86_400)
}

fn passport(number: &str) -> Facts {
    Facts::new().text("document_number_presented", number)
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let valid = || traveller(true, "L898902C3");
    let invalid = || traveller(false, "L898902C3");
    let facts = || passport("L898902C3");
    let table = [
        (8, "INDETERMINATE", "dispute-open", invalid().reviewed(), facts()),
        (12, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", valid().reviewed(), facts()),
        (5, "INDETERMINATE", "evidence-stale", invalid().aged(172_801), facts()),
        (6, "INDETERMINATE", "fact-missing", invalid(), Facts::new()),
        (7, "INDETERMINATE", "document-differs", invalid(), passport("X1234567")),
        (7, "INDETERMINATE", "document-differs", valid(), passport("X1234567")),
        (9, "REFUSE", "permission-to-travel-not-valid", invalid(), facts()),
        (9, "REFUSE", "permission-to-travel-not-valid", invalid().without("res.uk.linked_documents.number"), facts()),
        (10, "INDETERMINATE", "claim-missing", invalid().without("doc.number"), facts()),
        (10, "INDETERMINATE", "claim-missing", valid().without("travel.uk.permission_valid"), facts()),
        (10, "INDETERMINATE", "claim-missing", valid().without("res.uk.linked_documents.number"), facts()),
        (11, "INDETERMINATE", "document-not-linked", traveller(true, "X1234567"), facts()),
        (13, "ACCEPT", "permission-to-travel-valid", valid(), facts()),
        (14, "INDETERMINATE", "not-decidable", valid().with("travel.uk.permission_valid", Value::Uint(1)), facts()),
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

/// The holder opens one element of the list of linked documents.
#[test]
fn the_opened_element_stands_for_the_list() {
    let linked = |numbers: &[&str]| {
        let list = Value::Array(numbers.iter().map(|number| Value::text(*number)).collect());
        let shown = traveller(true, "").with("res.uk.linked_documents.number", list);
        decide(&profile(), &shown, &passport("L898902C3")).reason().as_str()
    };
    assert_eq!(linked(&["L898902C3"]), "permission-to-travel-valid");
    assert_eq!(linked(&["X1234567"]), "document-not-linked");
    assert_eq!(linked(&["L898902C3", "X1234567"]), "not-decidable");
    assert_eq!(linked(&[]), "not-decidable");
}
