//! Findings as a log of SARIF 2.1.0 (OASIS), the format that code review and editors read.

use super::lint::Found;
use geleit_credential::purpose::rules::RULES;
use serde_json::{Value as Json, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with every rule, and a result for each finding. A finding in a file has its line; one in the
/// catalogue has the name of the profile.
pub(super) fn log(found: &[Found]) -> Json {
    let rules = RULES.iter().map(|rule| {
        json!({
            "id": rule.id,
            "name": rule.name,
            "shortDescription": {"text": rule.text},
            "help": {"text": format!("{} See spec/purposes/README.md.", rule.text)},
            "defaultConfiguration": {"level": "error"},
        })
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "geleit",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "results": found.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn result(one: &Found) -> Json {
    let location = match (&one.at, &one.profile) {
        (Some((file, line)), _) => json!({"physicalLocation": {
            "artifactLocation": {"uri": file.replace('\\', "/")}, "region": {"startLine": line},
        }}),
        (None, profile) => json!({"logicalLocations": [{"name": profile, "kind": "resource"}]}),
    };
    json!({
        "ruleId": one.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == one.rule),
        "level": "error",
        "message": {"text": format!("{}. Hint: {}.", one.message, one.hint)},
        "locations": [location],
    })
}

#[cfg(test)]
mod tests {
    use super::{Found, log};
    use serde_json::json;

    fn found(at: Option<(String, usize)>) -> Found {
        Found {
            rule: "P-20",
            profile: Some("sample-use".to_owned()),
            message: "too fine".to_owned(),
            hint: "ask for less".to_owned(),
            at,
        }
    }

    /// What section 3.27 of the standard asks of a result, and what makes it point at a line.
    #[test]
    fn a_result_has_a_rule_a_message_and_a_place() {
        let log = log(&[found(Some(("a/b.toml".to_owned(), 24))), found(None)]);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let result = &run["results"][0];
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "P-20");
        assert_eq!(result["message"]["text"], "too fine. Hint: ask for less.");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a/b.toml");
        assert_eq!(place["region"]["startLine"], 24);
        let built_in = &run["results"][1]["locations"][0]["logicalLocations"][0];
        assert_eq!(*built_in, json!({"name": "sample-use", "kind": "resource"}));
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(log(&[])["runs"][0]["results"], json!([]));
    }
}
