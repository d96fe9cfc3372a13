//! The P rules in one sentence each, for lists of findings and for tools that show them.

/// A rule on profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id in `spec/purposes/README.md`.
    pub id: &'static str,
    /// A name of two or three words, in kebab-case.
    pub name: &'static str,
    /// What the rule asks.
    pub text: &'static str,
}

const fn rule(id: &'static str, name: &'static str, text: &'static str) -> Rule {
    Rule { id, name, text }
}

/// Every rule, in the order of the ids. Of the last nine only P-24 is an error of reading; the others are
/// findings of [`super::lint`].
pub const RULES: &[Rule] = &[
    rule(
        "P-01",
        "format",
        "The file is TOML with exactly the fields of its kind; none is unknown and none is missing.",
    ),
    rule("P-02", "names", "Ids are lower-case words with hyphens, and the version is at least 1."),
    rule("P-03", "texts", "No text is empty, in either language."),
    rule("P-04", "legal-basis", "A purpose that asks rests on at least one law."),
    rule(
        "P-05",
        "kind",
        "Only the kinds profile and statutory-full list claims, and they do; the others forbid everything.",
    ),
    rule("P-06", "listed-once", "No claim is listed twice, or listed and left out."),
    rule(
        "P-07",
        "known-claims",
        "Every claim is in the schema of its credential type and is not one that is never shown.",
    ),
    rule("P-08", "forbidden", "Nothing listed is forbidden, and nothing is forbidden that does not exist."),
    rule(
        "P-09",
        "thresholds",
        "Thresholds are threshold claims with registered, ascending steps; instead_of names a required claim.",
    ),
    rule(
        "P-10",
        "facts",
        "Facts have a lower-case name, and a choice at least two values; only a choice has values.",
    ),
    rule("P-11", "conditions", "A condition is one subject with one operator of the closed set."),
    rule("P-12", "registered", "Rows read only what the file lists."),
    rule("P-13", "operators", "Operators and values fit the claim or fact, and codes are in its code list."),
    rule("P-14", "outcome", "A row has an outcome or is a notice; until goes with ACCEPT_UNTIL only."),
    rule("P-15", "reason", "The reason is in the catalogue and belongs to this kind of answer."),
    rule("P-16", "last-row", "The last row, and only that, has no condition; it is INDETERMINATE."),
    rule("P-17", "no-refusal-on-absence", "No REFUSE rests on something missing."),
    rule("P-18", "used", "Nothing is listed that no row reads and nobody looks at."),
    rule(
        "P-19",
        "guards",
        "A table that asks begins with the rows revoked, suspended, superseded, in doubt and too old.",
    ),
    rule(
        "P-20",
        "data-minimisation",
        "No claim is asked for which a coarser one gives the same decisions (GDPR Art. 5(1)(c)).",
    ),
    rule("P-21", "one-purpose", "The purpose is one thing and no catch-all (GDPR Art. 5(1)(b))."),
    rule(
        "P-22",
        "retention",
        "What is received is kept for days from the decision, or until or after an event (GDPR Art. 5(1)(e)).",
    ),
    rule(
        "P-23",
        "no-shared-handle",
        "Two purposes of one controller ask for no common identifier, unless links_with says why.",
    ),
    rule(
        "P-24",
        "way-out",
        "There is a fallback for when there is no answer, and a way to contest the answer.",
    ),
    rule(
        "P-25",
        "reachable",
        "Every row can answer: no earlier row has a part of its conditions, and they do not exclude each other.",
    ),
    rule("P-26", "distinct-rows", "No two rows answer the same conditions."),
    rule(
        "P-27",
        "missing-input",
        "A row covers each required claim and fact that is missing, and a status under review.",
    ),
    rule(
        "P-28",
        "high-risk-ai",
        "A high-risk AI system has a human overseer and the reference of an impact assessment (Regulation (EU) 2024/1689 Art. 14, 27).",
    ),
];

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::{RULES, find};
    use crate::reason::is_kebab;

    /// As the table of the format has them: none is missing, none has another number.
    #[test]
    fn rules_are_numbered_without_gaps() {
        let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/purposes/README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        for (rule, number) in RULES.iter().zip(1..) {
            assert_eq!(rule.id, format!("P-{number:02}"));
            assert!(is_kebab(rule.name) && rule.text.ends_with('.'), "{}", rule.id);
            assert!(readme.contains(&format!("| {} | ", rule.id)), "{}", rule.id);
        }
        assert_eq!((RULES.len(), find("P-29")), (28, None));
        assert_eq!(find("P-24").map(|rule| rule.name), Some("way-out"));
    }
}
