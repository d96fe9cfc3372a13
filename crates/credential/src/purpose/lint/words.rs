//! P-21: no purpose that fits everything.
//!
//! "Something else" is a purpose in running services. What it permits nobody can know, so that nobody can
//! say whether a list of claims is needed for it.

use super::finding::Flaw;
use crate::purpose::{FactType, Profile};
use crate::reason::Lang;

/// Words that make a purpose of everything, in title or purpose. They are compared as whole words, without
/// regard to case; a hyphen parts words.
pub(super) const CATCH_ALL_TEXT: &[(Lang, &str)] = &[
    (Lang::En, "all purposes"),
    (Lang::En, "and so on"),
    (Lang::En, "any other purpose"),
    (Lang::En, "any purpose"),
    (Lang::En, "any reason"),
    (Lang::En, "etc"),
    (Lang::En, "every purpose"),
    (Lang::En, "general check"),
    (Lang::En, "general purpose"),
    (Lang::En, "general purposes"),
    (Lang::En, "miscellaneous"),
    (Lang::En, "or similar"),
    (Lang::En, "other purpose"),
    (Lang::En, "other purposes"),
    (Lang::En, "other reasons"),
    (Lang::En, "something else"),
    (Lang::En, "various purposes"),
    (Lang::De, "alle zwecke"),
    (Lang::De, "allgemeine prüfung"),
    (Lang::De, "allgemeine zwecke"),
    (Lang::De, "andere zwecke"),
    (Lang::De, "anderer zweck"),
    (Lang::De, "beliebige zwecke"),
    (Lang::De, "beliebiger zweck"),
    (Lang::De, "beliebigen zweck"),
    (Lang::De, "etwas anderes"),
    (Lang::De, "jeden zweck"),
    (Lang::De, "jeder zweck"),
    (Lang::De, "oder ähnliches"),
    (Lang::De, "sonstige zwecke"),
    (Lang::De, "sonstiger zweck"),
    (Lang::De, "sonstiges"),
    (Lang::De, "und so weiter"),
    (Lang::De, "usw"),
    (Lang::De, "verschiedene zwecke"),
    (Lang::De, "verschiedenes"),
];

/// Values of a choice that name nothing. They are compared as a whole.
pub(super) const CATCH_ALL_VALUES: &[&str] = &[
    "andere",
    "anderes",
    "any",
    "anything",
    "else",
    "etc",
    "general",
    "misc",
    "miscellaneous",
    "other",
    "other-purpose",
    "others",
    "something-else",
    "sonstige",
    "sonstiges",
    "various",
    "verschiedenes",
];

/// P-21. Kinds that ask and decide nothing may speak of every purpose: an excluded one is named as what it is,
/// and a demand on the system is about all others.
pub(super) fn catch_all(profile: &Profile) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if profile.table().is_none() {
        return flaws;
    }
    for (lang, words) in CATCH_ALL_TEXT {
        for (field, text) in [("title", profile.title(*lang)), ("purpose", profile.purpose(*lang))] {
            if has_words(text, words) {
                flaws.push(Flaw::CatchAll { field: field.to_owned(), words });
            }
        }
    }
    for fact in profile.facts().filter(|fact| fact.fact_type() == FactType::Choice) {
        let found = CATCH_ALL_VALUES.iter().find(|value| fact.values().iter().any(|own| own == *value));
        flaws.extend(found.map(|words| Flaw::CatchAll { field: fact.name().to_owned(), words }));
    }
    flaws
}

fn has_words(text: &str, words: &str) -> bool {
    let lower = text.to_lowercase();
    let text: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words: Vec<&str> = words.split(' ').collect();
    text.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::{catch_all, has_words};
    use crate::purpose::Profile;
    use crate::purpose::lint::tests::{rules, with};
    use crate::reason::Lang;

    #[test]
    fn words_are_whole_words() {
        assert!(has_words("A check for something-else.", "something else"));
        assert!(has_words("Prüfung für ANDERE ZWECKE", "andere zwecke"));
        assert!(!has_words("for another purpose", "other purpose"));
        assert!(!has_words("Etcetera", "etc"));
        assert!(!has_words("", "etc"));
    }

    #[test]
    fn a_purpose_is_for_one_thing() {
        let purpose = |en: &str, de: &str| {
            let (en, de) = (format!("en = \"{en}\""), format!("de = \"{de}\""));
            rules(&with(&[("en = \"A sample.\"", &en), ("de = \"Ein Beispiel.\"", &de)]))
        };
        assert_eq!(purpose("A check for any purpose.", "Eine Prüfung."), ["P-21"]);
        assert_eq!(purpose("A check.", "Für sonstige Zwecke."), ["P-21"]);
        assert!(purpose("A check for the purpose of the lease.", "Eine andere Prüfung.").is_empty());
        assert_eq!(rules(&with(&[("en = \"Sample\"", "en = \"General check\"")])), ["P-21"]);
    }

    /// What is not done, or is about all purposes, may say so.
    #[test]
    fn kinds_without_a_table_may_name_everything() {
        let profile = Profile::find_embedded("ai-act-register").unwrap();
        assert!(profile.purpose(Lang::En).contains("every purpose") && catch_all(&profile).is_empty());
    }

    #[test]
    fn no_choice_is_everything_else() {
        assert_eq!(rules(&with(&[("[\"open\", \"fixed\"]", "[\"open\", \"other\"]")])), ["P-21"]);
        assert!(rules(&with(&[("[\"open\", \"fixed\"]", "[\"open\", \"other-employer\"]")])).is_empty());
    }
}
