//! P-22, P-23 and P-28: what the controller does beyond the single check.

use super::finding::Flaw;
use crate::purpose::vocabulary::{AiUse, FactType, RetentionFrom};
use crate::purpose::{Profile, ProfileKind};
use crate::schema::{Lookup, Sensitivity, lookup};

/// A hundred years: longer than any person's file is kept, so that it is no period.
const MAX_RETENTION_DAYS: u32 = 36_525;

/// The fact in which the reference of an impact assessment is stated.
const ASSESSMENT: &str = "fria_reference";

/// P-22: days from the decision, or an event. No days after an event means: until the event.
pub(super) fn retention(profile: &Profile) -> Vec<Flaw> {
    let days = profile.retention_days();
    let open = days == 0 && profile.retention_from() == RetentionFrom::Decision;
    if profile.asks() && (open || days > MAX_RETENTION_DAYS) {
        vec![Flaw::NoPeriod { days }]
    } else {
        Vec::new()
    }
}

/// P-28: a person who can set a high-risk system aside, and the reference of the assessment.
pub(super) fn high_risk(profile: &Profile) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if profile.ai_use() != AiUse::HighRisk {
        return flaws;
    }
    if profile.oversight(crate::reason::Lang::En).is_none() {
        flaws.push(Flaw::NoOversight);
    }
    let decides = !matches!(profile.kind(), ProfileKind::Excluded | ProfileKind::Governance);
    let stated = profile.fact(ASSESSMENT);
    let stated = stated.is_some_and(|fact| fact.is_required() && fact.fact_type() == FactType::Text);
    if decides && !stated {
        flaws.push(Flaw::NoAssessment);
    }
    flaws
}

/// P-23: what `profile` shares with an earlier purpose of the same controller. One of the two has to
/// name the other in `links_with`; only identifiers count (S2).
pub(super) fn shared_handles<'p>(profile: &'p Profile, earlier: &[&'p Profile]) -> Vec<Flaw> {
    let linked = |a: &Profile, b: &Profile| a.links_with().iter().any(|id| id == b.id());
    let mut flaws = Vec::new();
    for other in earlier {
        let same_party = other.controller() == profile.controller() && other.id() != profile.id();
        if !same_party || linked(profile, other) || linked(other, profile) {
            continue;
        }
        let theirs: Vec<&str> = asked(other).collect();
        let shared = asked(profile).filter(|claim| is_handle(claim) && theirs.contains(claim));
        flaws.extend(
            shared.map(|claim| Flaw::SharedHandle { claim: claim.to_owned(), other: other.id().to_owned() }),
        );
    }
    flaws
}

fn asked(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.required().iter().chain(profile.optional()).map(String::as_str)
}

fn is_handle(id: &str) -> bool {
    match lookup(id) {
        Lookup::Claim { claim, member, .. } => member.unwrap_or(claim).sensitivity == Sensitivity::S2,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::purpose::lint::tests::{HIGH_RISK, rules, with};
    use crate::purpose::{Profile, lint_all};

    /// No days from the decision is no period; no days from an event is one: until the event.
    #[test]
    fn retention_has_an_end() {
        let from_decision = ("retention_from = \"event\"", "retention_from = \"decision\"");
        for (days, edits, expected) in [
            ("0", vec![from_decision], vec!["P-22"]),
            ("0", vec![], vec![]),
            ("1", vec![from_decision], vec![]),
            ("36525", vec![], vec![]),
            ("36526", vec![], vec!["P-22"]),
        ] {
            let days = format!("retention_days = {days}");
            let edits: Vec<_> = edits.into_iter().chain([("retention_days = 30", days.as_str())]).collect();
            assert_eq!(rules(&with(&edits)), expected, "{days}");
        }
    }

    #[test]
    fn a_high_risk_system_has_an_overseer_and_an_assessment() {
        assert!(rules(&with(HIGH_RISK)).is_empty());
        let without = |from: &'static str, to: &'static str| {
            let text = with(HIGH_RISK);
            assert!(text.contains(from), "{from}");
            rules(&text.replacen(from, to, 1))
        };
        assert_eq!(without("oversight = { en = \"An officer.\", de = \"Ein Mensch.\" }", ""), ["P-28"]);
        assert_eq!(
            without("type = \"text\"\n    required = true", "type = \"text\"\n    required = false"),
            ["P-28"]
        );
        assert_eq!(rules(&with(&HIGH_RISK[..1])), ["P-28"]);
    }

    #[test]
    fn one_controller_joins_no_purposes_by_an_identifier() {
        let first = with(&[]);
        let named =
            |text: &str| Profile::from_toml(&text.replacen("\"sample-use\"", "\"second-use\"", 1)).unwrap();
        let all = |second: &Profile| {
            let first = Profile::from_toml(&first).unwrap();
            lint_all(&[&first, second]).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let same = named(&first);
        assert_eq!(
            all(&same),
            [
                "P-23 second-use: claim \"doc.number\": \"sample-use\" of the same controller asks for it, too, so \
                 that both can be joined"
            ]
        );
        let linked =
            named(&first.replacen("version = 1", "version = 1\n    links_with = [\"sample-use\"]", 1));
        assert!(all(&linked).is_empty());
        let other = named(&first.replacen("\"employer\"", "\"landlord\"", 1));
        assert!(all(&other).is_empty());
        // A name is no identifier (S1).
        let by_name = named(&first.replace("doc.number", "id.family_name"));
        assert!(all(&by_name).is_empty());
    }
}
