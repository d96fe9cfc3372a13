//! Purposes that decide nothing, or not this way.

use super::{Decision, Facts, Lang, NOW, Profile, ReasonCode, Shown, evaluate};

const EXCLUDED: &str = r#"
    id = "sample-use"
    version = 1
    kind = "excluded"
    controller = "sample"
    verifier_class = "sample"
    legal_basis = []
    ai_use = "none"
    confidence = "high"
    forbidden = ["*"]
    neighbours = []
    title = { en = "S", de = "B" }
    purpose = { en = "S", de = "B" }
    why_excluded = { en = "Not done.", de = "Wird nicht gemacht." }
"#;

#[test]
fn an_excluded_purpose_is_not_decided() {
    let profile = Profile::from_toml(EXCLUDED).unwrap();
    assert_eq!(
        evaluate(&profile, &Shown::default(), &Facts::new(), NOW).unwrap_err().to_string(),
        "profile \"sample-use\": kind excluded is not decided this way"
    );
    assert!(evaluate(&profile, &Shown::default(), &Facts::new().number("days", 1), NOW).is_err());
}

/// Silence needs another way even where the profile names none.
#[test]
fn silence_has_a_fallback() {
    let profile = Profile::from_toml(EXCLUDED).unwrap();
    let silent = Decision::no_answer(&profile, NOW);
    for lang in Lang::ALL {
        assert_eq!(silent.fallback().unwrap().text(lang), ReasonCode::NO_ANSWER.next(lang));
        assert_eq!(silent.redress(lang), ReasonCode::NO_ANSWER.next(lang));
    }
}
