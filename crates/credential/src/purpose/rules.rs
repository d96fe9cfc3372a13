//! The P rules in one sentence each, for lists of findings and for tools that show them.

/// A rule on profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id in `spec/verification.md`.
    pub id: &'static str,
    /// A name of two or three words, in kebab-case.
    pub name: &'static str,
    /// What must hold, in the words of `spec/verification.md`.
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
    rule("P-03", "texts", "No text is empty, padded or broken into lines, in either language."),
    rule("P-04", "legal-basis", "A purpose that asks rests on at least one law."),
    rule(
        "P-05",
        "kind",
        "The kinds profile and statutory-full, and no others, list claims that may be asked; the others forbid everything.",
    ),
    rule("P-06", "listed-once", "No claim is listed twice, or listed and left out."),
    rule(
        "P-07",
        "known-claims",
        "Every claim exists in the schema of the credential type under which it is listed, as one that can be shown.",
    ),
    rule(
        "P-08",
        "forbidden",
        "Nothing that is listed is forbidden, and nothing is forbidden that does not exist.",
    ),
    rule(
        "P-09",
        "thresholds",
        "A threshold is a threshold claim with ascending steps of its domain, and instead_of names a required claim.",
    ),
    rule(
        "P-10",
        "facts",
        "A fact has a lower-case name, a choice at least two values, any other type none; in_place_of names a claim that no credential here has.",
    ),
    rule("P-11", "conditions", "A condition has one subject and one operator of the closed set."),
    rule("P-12", "registered", "Rows read, and people look at, only what the file lists."),
    rule("P-13", "operators", "An operator and its value fit the claim or fact; codes are in its code list."),
    rule("P-14", "outcome", "A row has an outcome or is a notice, and until goes with ACCEPT_UNTIL."),
    rule("P-15", "reason", "The reason of a row is in the catalogue and belongs to this kind of answer."),
    rule("P-16", "last-row", "The last row, and no other, has no condition; it is INDETERMINATE."),
    rule("P-17", "no-refusal-on-absence", "No row refuses because something is missing."),
    rule("P-18", "used", "Nothing is listed that no row reads and nobody looks at."),
    rule(
        "P-19",
        "guards",
        "Rows 1 to 5 of a table that asks are the fixed ones: revoked is REFUSE; suspended, superseded, in doubt, and evidence older than the profile permits are INDETERMINATE, each with its reason.",
    ),
    rule(
        "P-20",
        "data-minimisation",
        "No claim is asked for which a coarser step of its ladder gives the same decisions.",
    ),
    rule("P-21", "one-purpose", "Title, purpose and choices are no catch-all."),
    rule(
        "P-22",
        "retention",
        "Retention has a period in days, or an event from which it is counted or that ends it.",
    ),
    rule(
        "P-23",
        "no-shared-handle",
        "Two purposes of one controller ask for no common identifier, unless one names the other in links_with.",
    ),
    rule(
        "P-24",
        "way-out",
        "A purpose that decides has a fallback for when there is no answer, and a way to contest the answer.",
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
        "Each required claim and fact that is missing has a row that is INDETERMINATE, and \"under review\" has a row in a table that asks.",
    ),
    rule(
        "P-28",
        "high-risk-ai",
        "A high-risk AI system has a human overseer and a required fact with the reference of its impact assessment.",
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

    /// As the table of `spec/verification.md` has them, word for word: none is missing, none has another number.
    #[test]
    fn rules_are_those_of_the_table() {
        let table = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/verification.md");
        let table = std::fs::read_to_string(table).unwrap().replace('`', "");
        for (rule, number) in RULES.iter().zip(1..) {
            assert_eq!(rule.id, format!("P-{number:02}"));
            assert!(is_kebab(rule.name) && rule.text.ends_with('.'), "{}", rule.id);
            assert!(table.contains(&format!("| {} | author | {} | ", rule.id, rule.text)), "{}", rule.id);
        }
        assert_eq!((RULES.len(), find("P-29")), (28, None));
        assert_eq!(find("P-24").map(|rule| rule.name), Some("way-out"));
    }
}
