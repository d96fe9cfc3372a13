//! P-25, P-26 and P-27: every row can be reached, once, and missing input has a row.
//!
//! ```text
//! row A   [x >= 3]             ACCEPT
//! row B   [x >= 5, y]          REFUSE      whenever B holds, A holds: B is never reached
//! row C   [y, y is not y]      ACCEPT      holds never
//! ```
//!
//! An earlier row that holds does not always answer: while another row before it is open, only an
//! INDETERMINATE row still can (see `decision::evaluate`). A row that is INDETERMINATE is therefore
//! reachable behind a yes or a no with fewer conditions. A row with a date answers only as long as the date
//! has not passed, which counts as a condition of it.

use super::finding::Flaw;
use super::values::candidates;
use crate::purpose::Profile;
use crate::purpose::table::{
    Age, Anchor, Condition, Level, Moment, Operand, Row, Subject, Table, Test, Then, Until, UntilDay,
};
use crate::standing::Standing;

/// A row with everything that has to hold of it.
struct Conditions<'t> {
    row: &'t Row,
    all: Vec<Condition>,
    /// A date some months after a day, which no condition can express.
    later: Option<&'t Until>,
}

impl<'t> Conditions<'t> {
    fn of(row: &'t Row) -> Self {
        let mut all = row.when.clone();
        let until = if let Then::AcceptUntil(until) = &row.then { Some(until) } else { None };
        all.extend(until.filter(|until| until.plus_months == 0).map(to_come));
        Self { row, all, later: until.filter(|until| until.plus_months != 0) }
    }

    /// Whether each condition of `other` holds when these do.
    fn imply(&self, profile: &Profile, other: &Self) -> bool {
        let date = other.later.is_none_or(|until| self.later == Some(until));
        date && other.all.iter().all(|wanted| implied(profile, &self.all, wanted))
    }

    fn are_those_of(&self, other: &Self) -> bool {
        self.later == other.later
            && self.all.iter().all(|condition| other.all.contains(condition))
            && other.all.iter().all(|condition| self.all.contains(condition))
    }
}

/// The condition that a date has not passed.
fn to_come(until: &Until) -> Condition {
    let from_now = Test::OnOrAfter(Moment { of: Anchor::Now, months: 0 });
    match &until.day {
        UntilDay::Claim(id) => Condition::Test(Subject::Claim { id: id.clone(), member: None }, from_now),
        UntilDay::Fact(name) => Condition::Test(Subject::Fact(name.clone()), from_now),
        UntilDay::Threshold(id) => Condition::Proven { threshold: id.clone(), at_least: Level::ThisMonth },
    }
}

/// P-25 and P-26. Of the faults of one row the first is reported.
pub(super) fn reachable(profile: &Profile) -> Vec<Flaw> {
    let rows: Vec<Conditions<'_>> =
        profile.table().into_iter().flat_map(|table| &table.rows).map(Conditions::of).collect();
    let mut flaws = Vec::new();
    for (index, later) in rows.iter().enumerate() {
        let (row, earlier) = (later.row.number, rows.get(..index).unwrap_or_default());
        let flaw = contradiction(profile, &later.all)
            .map(|name| Flaw::Contradiction { row, name })
            .or_else(|| same(earlier, later).map(|earlier| Flaw::SameConditions { row, earlier }))
            .or_else(|| shadow(profile, earlier, later).map(|by| Flaw::Unreachable { row, by }));
        flaws.extend(flaw);
    }
    flaws
}

/// P-26: two answers, or two notices with one text, on the same conditions. A notice goes with an answer.
fn same(earlier: &[Conditions<'_>], later: &Conditions<'_>) -> Option<usize> {
    let rivals = |one: &&Conditions<'_>| match (&one.row.then, &later.row.then) {
        (Then::Notice, Then::Notice) => one.row.reason == later.row.reason,
        (Then::Notice, _) | (_, Then::Notice) => false,
        _ => true,
    };
    earlier.iter().filter(rivals).find(|one| one.are_those_of(later)).map(|one| one.row.number)
}

/// The earlier row that always answers, or stays in the way, when `later` holds.
fn shadow(profile: &Profile, earlier: &[Conditions<'_>], later: &Conditions<'_>) -> Option<usize> {
    let position = earlier.iter().enumerate().position(|(index, one)| {
        let before = earlier.get(..index).unwrap_or_default();
        one.row.then != Then::Notice && later.imply(profile, one) && stops(before, one.row, later.row)
    });
    position.and_then(|index| earlier.get(index)).map(|one| one.row.number)
}

/// Whether a row that holds leaves nothing to a later one.
fn stops(before: &[Conditions<'_>], holds: &Row, later: &Row) -> bool {
    let definite = holds.then != Then::Indeterminate;
    let can_be_held_up = before.iter().any(|one| {
        one.row.then != Then::Notice
            && is_yes(&one.row.then) != is_yes(&holds.then)
            && one.row.when.iter().any(can_be_unknown)
    });
    !(definite && later.then == Then::Indeterminate && can_be_held_up)
}

/// The sign of an answer; none for INDETERMINATE.
const fn is_yes(then: &Then) -> Option<bool> {
    match then {
        Then::Accept | Then::AcceptUntil(_) | Then::AcceptWithNotice => Some(true),
        Then::Refuse => Some(false),
        Then::Indeterminate | Then::Notice => None,
    }
}

const fn can_be_unknown(condition: &Condition) -> bool {
    matches!(condition, Condition::Proven { .. } | Condition::Test(..))
}

fn tests_of<'c>(conditions: &'c [Condition], subject: &Subject) -> Vec<&'c Test> {
    conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::Test(own, test) if own == subject => Some(test),
            _ => None,
        })
        .collect()
}

/// Whether `wanted` is definitely true when all of `given` are.
fn implied(profile: &Profile, given: &[Condition], wanted: &Condition) -> bool {
    if given.contains(wanted) {
        return true;
    }
    match wanted {
        Condition::Test(subject, test) => implied_test(profile, subject, &tests_of(given, subject), test),
        Condition::Proven { threshold, at_least: Level::Label(label) } => given.iter().any(|given| {
            matches!(given, Condition::Proven { threshold: own, at_least: Level::Label(proven) }
                if own == threshold && Profile::step(own, proven) >= Profile::step(own, label))
        }),
        Condition::EvidenceOlderThan(limit) => given.iter().any(|given| {
            matches!(given, Condition::EvidenceOlderThan(age) if seconds(profile, age) >= seconds(profile, limit))
        }),
        Condition::MissingRequiredClaims => {
            given.iter().any(|given| matches!(given, Condition::MissingClaim(id) if is_needed(profile, id)))
        }
        Condition::MissingRequiredFacts => given.iter().any(|given| {
            matches!(given, Condition::MissingFact(name)
                if profile.fact(name).is_some_and(|fact| fact.is_required()))
        }),
        Condition::Proven { .. }
        | Condition::Status(_)
        | Condition::MissingClaim(_)
        | Condition::MissingFact(_) => false,
    }
}

fn seconds(profile: &Profile, age: &Age) -> i64 {
    match age {
        Age::Permitted => i64::from(profile.max_status_age_s()),
        Age::Seconds(seconds) => *seconds,
    }
}

/// Required, and replaced by no threshold.
fn is_needed(profile: &Profile, claim: &str) -> bool {
    let mut thresholds = profile.thresholds().iter();
    profile.required().iter().any(|id| id == claim)
        && !thresholds.any(|(threshold, _)| profile.replaced_by(threshold) == Some(claim))
}

fn implied_test(profile: &Profile, subject: &Subject, given: &[&Test], wanted: &Test) -> bool {
    match wanted {
        Test::OnOrAfter(moment) => given.iter().any(|given| {
            matches!(given, Test::OnOrAfter(own) if own.of == moment.of && own.months >= moment.months)
        }),
        Test::Before(moment) => given.iter().any(|given| {
            matches!(given, Test::Before(own) if own.of == moment.of && own.months <= moment.months)
        }),
        wanted => {
            let all: Vec<&Test> = given.iter().copied().chain([wanted]).collect();
            let possible = possible(profile, subject, given, &all);
            !given.is_empty() && !possible.is_empty() && possible.iter().all(|value| value.passes(wanted) == Some(true))
        }
    }
}

/// The values that the tests leave, of those that the literals of `all` tell apart.
fn possible(
    profile: &Profile,
    subject: &Subject,
    tests: &[&Test],
    all: &[&Test],
) -> Vec<super::values::Candidate> {
    let mut values = candidates(profile, subject, all);
    values.retain(|value| tests.iter().all(|test| value.passes(test) != Some(false)));
    values
}

/// The claim, threshold or fact on which conditions exclude each other.
fn contradiction(profile: &Profile, conditions: &[Condition]) -> Option<String> {
    conditions.iter().find_map(|condition| match condition {
        Condition::MissingClaim(name) | Condition::MissingFact(name) => {
            let reads =
                |other: &&Condition| !other.rests_on_absence() && other.reads().any(|read| read == name);
            conditions.iter().find(reads).map(|_| name.clone())
        }
        Condition::Test(subject, _) => {
            let tests = tests_of(conditions, subject);
            let none_is_left = possible(profile, subject, &tests, &tests).is_empty();
            (none_is_left || excluded(&tests)).then(|| name_of(subject).to_owned())
        }
        _ => None,
    })
}

fn name_of(subject: &Subject) -> &str {
    match subject {
        Subject::Claim { id, .. } => id,
        Subject::Fact(name) => name,
    }
}

/// Whether two tests with the same right side exclude each other whatever it is.
fn excluded(tests: &[&Test]) -> bool {
    tests.iter().any(|one| {
        tests.iter().any(|other| match (one, other) {
            (Test::OnOrAfter(from), Test::Before(to)) => from.of == to.of && from.months >= to.months,
            (Test::Equals(a), Test::DiffersFrom(b)) | (Test::AtLeast(a), Test::Below(b)) => {
                a == b && !matches!(a, Operand::Literal(_))
            }
            _ => false,
        })
    })
}

/// P-27: a row for each required claim and fact that is missing, and one for a status under review.
///
/// The row has no other condition, and answers: a guarded row leaves the other cases open, and a notice
/// says nothing when there is no yes. On the holder's device no status is known.
pub(super) fn input_has_rows(profile: &Profile) -> Vec<Flaw> {
    let Some(table) = profile.table() else { return Vec::new() };
    let has = |wanted: &Condition| answers_to(table, wanted);
    let mut flaws = Vec::new();
    if !has(&Condition::MissingRequiredFacts) {
        let required = profile.facts().filter(|fact| fact.is_required());
        let open = required.filter(|fact| !has(&Condition::MissingFact(fact.name().to_owned())));
        flaws.extend(open.map(|fact| Flaw::NoRowForMissing { name: fact.name().to_owned() }));
    }
    if !has(&Condition::MissingRequiredClaims) {
        let open = profile.required().iter().filter(|id| !has(&Condition::MissingClaim((*id).clone())));
        flaws.extend(open.map(|id| Flaw::NoRowForMissing { name: id.clone() }));
    }
    let review = Condition::Status(Standing::UnderReview);
    if profile.asks() && !table.rows.iter().any(|row| row.then != Then::Notice && row.when.contains(&review))
    {
        flaws.push(Flaw::NoRowForReview);
    }
    flaws
}

fn answers_to(table: &Table, condition: &Condition) -> bool {
    let alone = core::slice::from_ref(condition);
    table.rows.iter().any(|row| row.then == Then::Indeterminate && row.when == alone)
}

#[cfg(test)]
mod tests {
    use crate::purpose::lint::tests::{findings, rules, with, with_rows};

    const HOURS_10: &str = "{ fact = \"hours\", at_least = 10 }";
    const HOURS_20: &str = "{ fact = \"hours\", at_least = 20 }";
    const OPEN: &str = "{ fact = \"contract\", equals = \"open\" }";
    const VALID: &str = "{ claim = \"res.valid_now\", is = true }";

    /// The findings of the sample with these rows, which begin with row 11, without rule and profile.
    fn found(rows: &[(&str, &str)]) -> Vec<String> {
        let strip = |finding: &String| finding.split_once(": ").unwrap().1.to_owned();
        findings(&with_rows(rows)).iter().map(strip).collect()
    }

    fn both(a: &str, b: &str) -> String {
        format!("{a}, {b}")
    }

    #[test]
    fn rows_behind_a_row_with_fewer_conditions() {
        let never = ["row 12: never answers, because whenever it holds row 11 holds before it"];
        let open_and_more = both(OPEN, HOURS_20);
        for then in ["ACCEPT", "REFUSE", "INDETERMINATE", "NOTICE"] {
            assert_eq!(found(&[(OPEN, "INDETERMINATE"), (&open_and_more, then)]), never, "{then}");
        }
        for then in ["ACCEPT", "REFUSE", "NOTICE"] {
            assert_eq!(found(&[(OPEN, "REFUSE"), (&open_and_more, then)]), never, "{then}");
        }
        assert!(found(&[(&open_and_more, "REFUSE"), (OPEN, "REFUSE")]).is_empty());
        assert!(found(&[(OPEN, "NOTICE"), (&open_and_more, "REFUSE")]).is_empty());
        assert!(found(&[(OPEN, "REFUSE"), (HOURS_10, "REFUSE")]).is_empty());
    }

    /// Row 10 can be open, so that row 11 does not answer although it holds.
    #[test]
    fn an_open_row_leaves_an_indeterminate_one_reachable() {
        assert!(found(&[(OPEN, "REFUSE"), (&both(OPEN, HOURS_10), "INDETERMINATE")]).is_empty());
    }

    #[test]
    fn conditions_that_follow_from_others() {
        let follows = |wanted: &str, given: &str| {
            !found(&[(wanted, "INDETERMINATE"), (&both(given, VALID), "REFUSE")]).is_empty()
        };
        assert!(follows(HOURS_10, HOURS_20) && !follows(HOURS_20, HOURS_10));
        assert!(follows("{ fact = \"hours\", below = 20 }", "{ fact = \"hours\", below = 10 }"));
        assert!(follows("{ fact = \"hours\", at_least = 10 }", "{ fact = \"hours\", in = [10, 12] }"));
        assert!(!follows("{ fact = \"hours\", at_least = 11 }", "{ fact = \"hours\", in = [10, 12] }"));
        assert!(follows("{ fact = \"contract\", differs_from = \"fixed\" }", OPEN));
        assert!(follows(OPEN, "{ fact = \"contract\", differs_from = \"fixed\" }"));
        assert!(!follows(OPEN, "{ fact = \"contract\", in = [\"open\", \"fixed\"] }"));
        let start = |test: &str| format!("{{ fact = \"start_date\", {test} }}");
        let before = start("before = { now = true }");
        assert!(follows(&before, &start("before = { now = true, minus_months = 1 }")));
        assert!(!follows(&before, &start("before = { now = true, plus_months = 1 }")));
        let missing = "{ missing_fact = \"start_date\" }";
        assert_eq!(
            found(&[(missing, "INDETERMINATE")]),
            ["row 11: never answers, because whenever it holds row 6 holds before it"]
        );
        assert!(found(&[("{ missing_fact = \"hours\" }", "INDETERMINATE")]).is_empty());
        assert_eq!(
            found(&[("{ evidence_older_than_s = 7200 }", "INDETERMINATE")]),
            ["row 11: never answers, because whenever it holds row 5 holds before it"]
        );
        assert!(found(&[("{ evidence_older_than_s = 60 }", "INDETERMINATE")]).is_empty());
    }

    /// A row with a date holds until the date has passed.
    #[test]
    fn the_date_of_an_answer_is_a_condition() {
        let until = "until = { fact = \"start_date\" }";
        assert!(found(&[(OPEN, until), (OPEN, "REFUSE")]).is_empty());
        let to_come = "{ fact = \"start_date\", on_or_after = { now = true } }";
        let never = ["row 12: never answers, because whenever it holds row 11 holds before it"];
        assert_eq!(found(&[(OPEN, until), (&format!("{OPEN}, {to_come}, {HOURS_10}"), "REFUSE")]), never);
        assert_eq!(found(&[(OPEN, until), (&both(OPEN, HOURS_10), until)]), never);
        let later = "until = { fact = \"start_date\", plus_months = 3 }";
        assert!(found(&[(OPEN, later), (&both(OPEN, to_come), "REFUSE")]).is_empty());
        assert_eq!(found(&[(OPEN, later), (&both(OPEN, HOURS_10), later)]), never);
        let past = "{ fact = \"start_date\", before = { now = true } }";
        assert_eq!(
            found(&[(&both(OPEN, past), until)]),
            ["row 11: never holds, because its conditions on \"start_date\" exclude each other"]
        );
    }

    #[test]
    fn conditions_that_exclude_each_other() {
        let start = |test: &str| format!("{{ fact = \"start_date\", {test} }}");
        for (a, b) in [
            (VALID.to_owned(), "{ claim = \"res.valid_now\", is = false }".to_owned()),
            (OPEN.to_owned(), "{ fact = \"contract\", equals = \"fixed\" }".to_owned()),
            (OPEN.to_owned(), "{ fact = \"contract\", in = [\"fixed\"] }".to_owned()),
            (HOURS_20.to_owned(), "{ fact = \"hours\", below = 20 }".to_owned()),
            (start("before = { now = true }"), start("on_or_after = { now = true }")),
            (
                start("before = { now = true, plus_months = 1 }"),
                start("on_or_after = { now = true, plus_months = 2 }"),
            ),
            ("{ missing_fact = \"hours\" }".to_owned(), HOURS_10.to_owned()),
            ("{ missing_claim = \"res.valid_now\" }".to_owned(), VALID.to_owned()),
        ] {
            let found = found(&[(&both(&a, &b), "INDETERMINATE")]);
            assert!(found.len() == 1 && found[0].starts_with("row 11: never holds"), "{a} {b}: {found:?}");
        }
        let window =
            both(&start("on_or_after = { now = true }"), &start("before = { now = true, plus_months = 1 }"));
        assert!(found(&[(&window, "REFUSE")]).is_empty());
        assert!(found(&[(&both(HOURS_10, "{ fact = \"hours\", below = 11 }"), "REFUSE")]).is_empty());
    }

    #[test]
    fn no_claim_is_there_and_not_there() {
        let text = with_rows(&[(
            "{ claim = \"res.valid_until\", null = true }, { claim = \"res.valid_until\", before = { fact = \"start_date\" } }",
            "REFUSE",
        )]);
        let listed = "\"res.valid_now\" = {";
        let text = text.replacen(
            listed,
            &format!("\"res.valid_until\" = {{ en = \"End.\", de = \"Ende.\" }}\n    {listed}"),
            1,
        );
        assert_eq!(rules(&text), ["P-25"]);
        assert!(rules(&text.replacen("null = true", "null = false", 1)).is_empty());
    }

    #[test]
    fn two_rows_with_the_same_conditions() {
        let same = ["row 12: has the same conditions as row 11"];
        let (one, other) = (both(OPEN, HOURS_10), both(HOURS_10, OPEN));
        assert_eq!(found(&[(&one, "REFUSE"), (&other, "REFUSE")]), same);
        assert_eq!(found(&[(&one, "REFUSE"), (&other, "INDETERMINATE")]), same);
        assert_eq!(rules(&with_rows(&[(OPEN, "REFUSE"), (OPEN, "ACCEPT")])), ["P-26"]);
        // A notice goes with an answer; the same notice twice does not.
        assert!(found(&[(&one, "REFUSE")]).is_empty());
        assert_eq!(found(&[(&one, "NOTICE")]), ["row 11: has the same conditions as row 9"]);
    }

    #[test]
    fn missing_input_has_a_row() {
        let row = |when: &str, instead: &str| rules(&with(&[(when, instead)]));
        let facts = "when = [{ missing = \"required-facts\" }]";
        let claims = "when = [{ missing = \"required-claims\" }]";
        let review = "when = [{ status = \"under-review\" }]";
        assert!(row(facts, "when = [{ missing_fact = \"start_date\" }]").is_empty());
        assert_eq!(row(facts, "when = [{ missing_fact = \"hours\" }]"), ["P-27"]);
        assert_eq!(row(facts, &format!("when = [{{ missing = \"required-facts\" }}, {OPEN}]")), ["P-27"]);
        assert_eq!(row(claims, "when = [{ missing_claim = \"res.valid_now\" }]"), ["P-27"]);
        assert_eq!(row(claims, "when = [{ fact = \"hours\", at_least = 12 }]"), ["P-27", "P-27"]);
        assert_eq!(row(review, "when = [{ fact = \"hours\", at_least = 12 }]"), ["P-27"]);
        assert!(row(review, &format!("when = [{{ status = \"under-review\" }}, {OPEN}]")).is_empty());
    }
}
