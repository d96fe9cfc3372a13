use super::{consent_text, query, registration};
use crate::purpose::Profile;
use crate::reason::Lang;
use crate::schema::lookup;
use serde_json::{Value as Json, json};

fn find(id: &str) -> Profile {
    Profile::find_embedded(id).unwrap()
}

fn to_json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap()
}

#[test]
fn a_registration_has_the_names_of_the_standard() {
    let profile = find("uk-carrier-permission-to-travel");
    let payload = to_json(&registration(&profile).unwrap());
    assert_eq!(payload["intended_use_id"], "uk-carrier-permission-to-travel");
    assert_eq!(payload["purpose"][1]["lang"], "de");
    assert_eq!(payload["policy_id"], json!(["0.4.0.19475.3.1"]));
    assert_eq!(payload["credentials"][0]["meta"]["vct_values"], json!(["urn:geleit:identity:1"]));
    let claims = payload["credentials"][1]["claim"].as_array().unwrap();
    assert!(claims.contains(&json!({"path": ["travel", "linked_documents", null, "number"]})), "{claims:?}");
    assert_eq!(payload["geleit"]["retention_days"], 2);
    assert_eq!(payload["geleit"]["profile_sha256"].as_str().unwrap().len(), 64);
    // Whose registration it is says the registrar.
    assert!(["name", "sub", "country", "exp"].iter().all(|field| payload.get(field).is_none()));
}

/// The least that is enough comes first: the month instead of the day.
#[test]
fn a_threshold_comes_before_what_it_replaces() {
    let query = to_json(&query(&find("uk-right-to-work")).unwrap());
    let residence = &query["credentials"][1];
    assert_eq!(residence["id"], "residence");
    assert_eq!(residence["format"], "sd-cwt");
    let sets = residence["claim_sets"].as_array().unwrap();
    assert_eq!(sets[0], json!(["res_uk_work_conditions", "res_uk_work_permitted", "res_uk_work_through"]));
    assert_eq!(sets[1], json!(["res_uk_work_conditions", "res_uk_work_permitted", "res_uk_work_until"]));
    assert_eq!(sets.last().unwrap().as_array().unwrap().len(), 6);
    let through =
        residence["claims"].as_array().unwrap().iter().find(|claim| claim["id"] == "res_uk_work_through");
    assert_eq!(through.unwrap()["geleit"]["at_least"][0], "2027-05");
    assert!(query.get("credential_sets").is_none());
}

/// Where only a threshold is asked, it is what is needed.
#[test]
fn something_is_always_needed() {
    let only_age = to_json(&query(&find("ee-private-eservice-login")).unwrap());
    assert_eq!(only_age["credential_sets"], json!([{"options": [["identity"]], "required": true}]));
    assert_eq!(only_age["credentials"][0]["claims"][0]["id"], "id_age_over");
    let matching = to_json(&query(&find("job-matching-profile")).unwrap());
    assert_eq!(
        matching["credential_sets"],
        json!([
            {"options": [["qualification"]], "required": true},
            {"options": [["residence"]], "required": false},
        ])
    );
}

/// Every query is one of OpenID4VP: ids of its alphabet, each once, and sets of ids that exist.
#[test]
fn queries_of_all_purposes_are_well_formed() {
    for profile in Profile::embedded() {
        let (Some(query), Some(payload)) = (query(&profile), registration(&profile)) else {
            assert!(!profile.asks() && consent_text(&profile, Lang::En).is_none());
            continue;
        };
        let asked: usize = payload.credentials.iter().map(|one| one.claim.len()).sum();
        let listed = profile.required().len() + profile.optional().len() + profile.thresholds().len();
        assert_eq!(asked, listed, "{}", profile.id());
        for credential in &query.credentials {
            let mut ids: Vec<&str> = credential.claims.iter().map(|claim| claim.id.as_str()).collect();
            let is_id =
                |id: &&str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            assert!(ids.iter().all(is_id), "{ids:?}");
            for set in &credential.claim_sets {
                assert!(
                    !set.is_empty() && set.iter().all(|id| ids.contains(&id.as_str())),
                    "{}",
                    profile.id()
                );
            }
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "{}", profile.id());
        }
    }
}

#[test]
fn the_text_says_what_a_person_has_to_know() {
    for profile in Profile::embedded().iter().filter(|profile| profile.asks()) {
        for lang in Lang::ALL {
            let text = consent_text(profile, lang).unwrap();
            let claims = profile.required().iter().chain(profile.optional());
            for id in claims.chain(profile.thresholds().iter().map(|(id, _)| id)) {
                assert!(text.contains(profile.why(id, lang).unwrap()), "{} {id}", profile.id());
                assert!(matches!(lookup(id), crate::schema::Lookup::Claim { .. }));
            }
            for part in [
                profile.title(lang),
                profile.purpose(lang),
                profile.controller(),
                profile.retention_note(lang),
                profile.redress(lang),
                profile.fallback(lang),
            ] {
                assert!(text.contains(part), "{}: {part}", profile.id());
            }
            assert!(profile.legal_basis().iter().all(|law| text.contains(law)));
        }
    }
    let german = consent_text(&find("uk-right-to-work"), Lang::De).unwrap();
    assert!(german.contains("\nWie lange es aufbewahrt wird:\n- 730 Tage. Gerechnet ab"), "{german}");
}
