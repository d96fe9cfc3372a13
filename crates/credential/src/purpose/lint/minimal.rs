//! P-20: no claim is asked for which a coarser one gives the same decisions.
//!
//! ```text
//! conditions that read the claim      coarser, when
//!   occupation in ["2211", "2212"]    minor group: they are the same for every unit group of 221
//!   level at_least 6                  threshold: each is true from a registered step upwards
//!   end date before { now = true }    valid now: nothing but now is asked, and no answer names the date
//!   end date null = true              unlimited: nothing but that is asked
//!   birth date before { now = true, minus_months = 216 }    threshold 18
//! ```
//!
//! The comparison is of truth values, not of texts: for each value of the claim the list of what each
//! condition says is computed, and all values with the same coarser value need the same list. Conditions
//! that compare with another claim or with a fact are about the exact value, so that nothing coarser serves.
//! So does a claim that another condition or the date of an answer reads.
//!
//! A threshold is never false. Rows that rest on "less" therefore keep the exact claim; where all rest on
//! "at least", what was false becomes unknown, and an answer can only turn into INDETERMINATE.
//!
//! Not looked at: what a person looks at (whether that is needed is argued in the text of the claim, and
//! asking the coarser claim besides would show more, not less), lists that a law closes, and what is read
//! on the holder's device and never leaves it.

use super::finding::Flaw;
use super::fit::kind_of;
use super::values::{Candidate, enumerate};
use crate::code_list::level;
use crate::purpose::table::{Anchor, Condition, Literal, Moment, Subject, Table, Test, Then};
use crate::purpose::{Profile, ProfileKind};
use crate::schema::threshold::{AGE, CEFR, Domain, EQF};

/// How a coarser claim follows from a finer one.
#[derive(Clone, Copy)]
enum Follows {
    /// Each value has one coarser value; none where it does not follow.
    Value(fn(&Literal) -> Option<Coarse>),
    /// Each value has a rank, and the coarser claim is a threshold of these ranks.
    Rank(fn(&Literal) -> Option<u8>, &'static Domain),
    /// The day has come or not.
    Today,
    /// There is a day or not.
    End,
    /// Completed years since the day.
    Age,
}

/// A coarser value, which is only compared.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Coarse {
    Bool(bool),
    Text(String),
}

/// A step of a ladder.
struct Step {
    fine: &'static str,
    coarser: &'static str,
    follows: Follows,
}

const fn step(fine: &'static str, coarser: &'static str, follows: Follows) -> Step {
    Step { fine, coarser, follows }
}

/// The ladders of `schema::derive`, for each claim the coarsest step first.
///
/// Left out are steps that do not follow from every value, because an issuer may then state either: the
/// four levels of education from an EQF level (1, 2 and 5), "regulated" from the kind of paper. Free
/// movement is left out, too: of nationalities single elements are shown, and no row reads all of them.
const LADDER: &[Step] = &[
    step("doc.expiry_date", "doc.valid_now", Follows::Today),
    step("id.age_band_5y", "id.age_over", Follows::Rank(first_year, &AGE)),
    step("id.birth_date", "id.age_over", Follows::Age),
    step("qual.education_level_eqf", "qual.education_level_at_least", Follows::Rank(number, &EQF)),
    step("qual.language_test.cefr", "qual.language_test.at_least", Follows::Rank(cefr, &CEFR)),
    step("qual.licence.valid_until", "qual.valid_now", Follows::Today),
    step("qual.occupation.isco_minor", "qual.occupation.isco_submajor", Follows::Value(two_digits)),
    step("qual.occupation.isco_unit", "qual.occupation.isco_submajor", Follows::Value(two_digits)),
    step("qual.occupation.isco_unit", "qual.occupation.isco_minor", Follows::Value(three_digits)),
    step("res.de.work_permission", "res.may_work_any_employer", Follows::Value(any_employer)),
    step("res.uk.valid_until_month", "res.uk.valid_now", Follows::Today),
    step("res.valid_until", "res.valid_now", Follows::Today),
    step("res.valid_until", "res.unlimited", Follows::End),
    step("res.valid_until_month", "res.valid_now", Follows::Today),
];

/// P-20.
pub(super) fn coarser(profile: &Profile) -> Vec<Flaw> {
    if profile.kind() != ProfileKind::Profile {
        return Vec::new();
    }
    let asked = profile.required().iter().chain(profile.optional());
    let by_row = asked.filter(|claim| !profile.seen_by_person().contains(claim));
    by_row
        .filter_map(|claim| {
            let tests = Reading::of(profile, claim).only_tests()?;
            let found = LADDER.iter().find(|step| step.fine == claim && step.serves(&tests))?;
            Some(Flaw::TooFine { claim: claim.clone(), coarser: found.coarser })
        })
        .collect()
}

/// What the rows do with a claim.
struct Reading<'t> {
    tests: Vec<&'t Test>,
    /// As the right side of a comparison, as a date of an answer, or member by member.
    otherwise: bool,
}

impl<'t> Reading<'t> {
    fn of(profile: &'t Profile, claim: &str) -> Self {
        let mut reading = Self { tests: Vec::new(), otherwise: false };
        for row in profile.table().into_iter().flat_map(Table::iter) {
            row.when.iter().for_each(|condition| reading.note(claim, condition));
            reading.otherwise |= matches!(&row.then, Then::AcceptUntil(until) if until.reads() == claim);
        }
        reading
    }

    fn note(&mut self, claim: &str, condition: &'t Condition) {
        match condition {
            // Whether it is there at all can be said of the coarser one, too.
            Condition::MissingClaim(_) => {}
            Condition::Test(Subject::Claim { id, member: None }, test) if id == claim => {
                self.tests.push(test);
                self.otherwise |= test.reads() == Some(claim);
            }
            condition => self.otherwise |= condition.reads().any(|name| name == claim),
        }
    }

    fn only_tests(self) -> Option<Vec<&'t Test>> {
        Some(self.tests).filter(|tests| !tests.is_empty() && !self.otherwise)
    }
}

impl Step {
    /// Whether the coarser claim gives the same decisions as these tests.
    fn serves(&self, tests: &[&Test]) -> bool {
        match self.follows {
            Follows::Value(coarse) => {
                self.values().is_some_and(|values| constant_in_classes(&values, tests, coarse))
            }
            Follows::Rank(rank, domain) => self
                .values()
                .is_some_and(|values| tests.iter().all(|test| is_threshold(&values, test, rank, domain))),
            Follows::Today => tests.iter().all(|test| is_about_today(test)),
            Follows::End => tests.iter().all(|test| matches!(test, Test::Null(_))),
            Follows::Age => tests.iter().all(|test| is_age(test)),
        }
    }

    fn values(&self) -> Option<Vec<Candidate>> {
        enumerate(kind_of(self.fine)?)
    }
}

/// Whether all values with the same coarser value pass the same tests.
fn constant_in_classes(
    values: &[Candidate],
    tests: &[&Test],
    coarse: fn(&Literal) -> Option<Coarse>,
) -> bool {
    let mut classes: Vec<(Coarse, Vec<bool>)> = Vec::new();
    for value in values {
        let Candidate::Is(literal) = value else { return false };
        let passed: Option<Vec<bool>> = tests.iter().map(|test| value.passes(test)).collect();
        let (Some(class), Some(passed)) = (coarse(literal), passed) else { return false };
        match classes.iter().find(|(known, _)| *known == class) {
            Some((_, same)) if *same != passed => return false,
            Some(_) => {}
            None => classes.push((class, passed)),
        }
    }
    true
}

/// Whether a test is true from a registered step upwards, and false below it.
fn is_threshold(
    values: &[Candidate],
    test: &Test,
    rank: fn(&Literal) -> Option<u8>,
    domain: &Domain,
) -> bool {
    let ranked = values.iter().map(|value| match value {
        Candidate::Is(literal) => Some((rank(literal)?, value.passes(test)?)),
        Candidate::Null | Candidate::Bool(_) | Candidate::Another => None,
    });
    let Some(mut ranked) = ranked.collect::<Option<Vec<(u8, bool)>>>() else { return false };
    ranked.sort_unstable();
    let first = ranked.iter().find(|(_, passed)| *passed).map(|(rank, _)| *rank);
    let upwards = ranked.is_sorted_by_key(|(_, passed)| *passed);
    upwards && first.is_some_and(|first| domain.has_step(first))
}

fn is_about_today(test: &Test) -> bool {
    matches!(
        test,
        Test::OnOrAfter(Moment { of: Anchor::Now, months: 0 })
            | Test::Before(Moment { of: Anchor::Now, months: 0 })
    )
}

/// Born earlier than a whole number of years ago. The birthday itself counts with the threshold.
fn is_age(test: &Test) -> bool {
    let Test::Before(Moment { of: Anchor::Now, months }) = test else { return false };
    let years = months.checked_neg().filter(|months| months % 12 == 0).map(|months| months / 12);
    years.and_then(|years| u8::try_from(years).ok()).is_some_and(|years| AGE.has_step(years))
}

fn text_of(literal: &Literal) -> Option<&str> {
    if let Literal::Text(text) = literal { Some(text) } else { None }
}

fn two_digits(code: &Literal) -> Option<Coarse> {
    text_of(code)?.get(..2).map(|code| Coarse::Text(code.to_owned()))
}

fn three_digits(code: &Literal) -> Option<Coarse> {
    text_of(code)?.get(..3).map(|code| Coarse::Text(code.to_owned()))
}

fn any_employer(permission: &Literal) -> Option<Coarse> {
    Some(Coarse::Bool(matches!(text_of(permission)?, "any" | "employment_any")))
}

fn cefr(code: &Literal) -> Option<u8> {
    level::cefr_rank(text_of(code)?)
}

/// The youngest age of a band such as `20-24` or `85+`.
fn first_year(band: &Literal) -> Option<u8> {
    text_of(band)?.split(['-', '+']).next()?.parse().ok()
}

fn number(level: &Literal) -> Option<u8> {
    if let Literal::Number(number) = level { u8::try_from(*number).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::LADDER;
    use crate::purpose::lint::tests::{findings, with_rows};
    use crate::schema::{Lookup, lookup};

    /// The sample with one more optional claim and rows that read it.
    fn reading(credential_type: &str, claim: &str, rows: &[(&str, &str)]) -> String {
        let section = format!(
            "[claims.{credential_type}.optional]\n    \"{claim}\" = {{ en = \"Why.\", de = \"Warum.\" }}\n\n    [facts.hours]"
        );
        with_rows(rows).replacen("[facts.hours]", &section, 1)
    }

    /// Which coarser claim is enough when rows of one condition each read the claim.
    fn coarser(credential_type: &str, claim: &str, conditions: &[&str]) -> Option<String> {
        let rows: Vec<String> =
            conditions.iter().map(|condition| format!("{{ claim = \"{claim}\", {condition} }}")).collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|row| (row.as_str(), "INDETERMINATE")).collect();
        let findings = findings(&reading(credential_type, claim, &rows));
        assert!(findings.len() <= 1, "{findings:?}");
        let start = format!("P-20 sample-use: claim \"{claim}\": \"");
        findings
            .first()
            .map(|finding| finding.strip_prefix(&start).unwrap().split('"').next().unwrap().to_owned())
    }

    fn check(credential_type: &str, claim: &str, cases: &[(&[&str], Option<&str>)]) {
        for (conditions, expected) in cases {
            let found = coarser(credential_type, claim, conditions);
            assert_eq!(found.as_deref(), *expected, "{claim} {conditions:?}");
        }
    }

    #[test]
    fn the_ladder_leads_from_claim_to_claim() {
        for step in LADDER {
            for id in [step.fine, step.coarser] {
                assert!(matches!(lookup(id), Lookup::Claim { member: None, .. }), "{id}");
            }
        }
    }

    #[test]
    fn occupations() {
        check(
            "qualification",
            "qual.occupation.isco_unit",
            &[
                // Both unit groups of 221.
                (&["in = [\"2211\", \"2212\"]"], Some("qual.occupation.isco_minor")),
                (&["equals = \"2211\""], None),
                (&["in = [\"2211\", \"2212\"]", "equals = \"2221\""], None),
                (
                    &["in = [\"2211\", \"2212\"]", "in = [\"2221\", \"2222\"]"],
                    Some("qual.occupation.isco_minor"),
                ),
                // One unit group, which is a minor group of its own.
                (&["equals = \"2230\""], Some("qual.occupation.isco_minor")),
                // The only one of 01.
                (&["in = [\"0110\"]"], Some("qual.occupation.isco_submajor")),
                (&["equals = { fact = \"contract\" }"], None),
            ],
        );
        check(
            "qualification",
            "qual.occupation.isco_minor",
            &[
                (&["in = [\"251\", \"252\"]"], Some("qual.occupation.isco_submajor")),
                (&["differs_from = \"251\""], None),
            ],
        );
    }

    #[test]
    fn levels() {
        check(
            "qualification",
            "qual.education_level_eqf",
            &[
                (&["at_least = 6"], Some("qual.education_level_at_least")),
                (&["at_least = 6", "at_least = 4"], Some("qual.education_level_at_least")),
                (&["in = [6, 7, 8]"], Some("qual.education_level_at_least")),
                (&["equals = 6"], None),
                (&["in = [6, 8]"], None),
                // A threshold is never false, and is no "less".
                (&["below = 6"], None),
                (&["at_least = 6", "below = 4"], None),
                // No registered step.
                (&["at_least = 8"], None),
                (&["at_least = 1"], None),
                (&["at_least = { fact = \"hours\" }"], None),
            ],
        );
        check(
            "qualification",
            "qual.language_test.cefr",
            &[
                (&["in = [\"B2\", \"C1\", \"C2\"]"], Some("qual.language_test.at_least")),
                (&["in = [\"B2\", \"C1\"]"], None),
                (&["equals = \"C2\""], None),
            ],
        );
    }

    #[test]
    fn dates() {
        let now = "before = { now = true }";
        check(
            "residence",
            "res.valid_until",
            &[
                (&[now], Some("res.valid_now")),
                (&["on_or_after = { now = true }", now], Some("res.valid_now")),
                (&["null = true"], Some("res.unlimited")),
                (&["null = true", now], None),
                (&["before = { now = true, plus_months = 4 }"], None),
                (&[now, "before = { fact = \"start_date\" }"], None),
            ],
        );
        check("identity", "doc.expiry_date", &[(&[now], Some("doc.valid_now"))]);
        check(
            "identity",
            "id.birth_date",
            &[
                (&["before = { now = true, minus_months = 216 }"], Some("id.age_over")),
                (&["before = { now = true, minus_months = 217 }"], None),
                (&["before = { now = true, minus_months = 228 }"], None),
                (&["on_or_after = { now = true, minus_months = 216 }"], None),
                (&[now], None),
            ],
        );
    }

    #[test]
    fn people_and_permissions() {
        check(
            "identity",
            "id.age_band_5y",
            &[
                (&["in = [\"65-69\", \"70-74\", \"75-79\", \"80-84\", \"85+\"]"], Some("id.age_over")),
                (&["in = [\"65-69\", \"70-74\"]"], None),
            ],
        );
        check(
            "residence",
            "res.de.work_permission",
            &[
                (&["in = [\"any\", \"employment_any\"]"], Some("res.may_work_any_employer")),
                (&["equals = \"any\""], None),
                (&["equals = \"none\""], None),
            ],
        );
    }

    /// An end date that an answer names, that something is compared with, or that a person looks at.
    #[test]
    fn what_is_read_otherwise_is_not_too_fine() {
        let now = "{ claim = \"res.valid_until\", on_or_after = { now = true } }";
        let text = reading("residence", "res.valid_until", &[(now, "ACCEPT")]);
        assert_eq!(findings(&text).len(), 1);
        let until =
            reading("residence", "res.valid_until", &[(now, "until = { claim = \"res.valid_until\" }")]);
        assert!(findings(&until).is_empty());
        let compared = "{ fact = \"start_date\", before = { claim = \"res.valid_until\" } }";
        assert!(
            findings(&reading("residence", "res.valid_until", &[(now, "ACCEPT"), (compared, "REFUSE")]))
                .is_empty()
        );
        let seen = text.replacen("[\"doc.number\"]", "[\"doc.number\", \"res.valid_until\"]", 1);
        assert!(findings(&seen).is_empty());
        let statutory = text.replacen("kind = \"profile\"", "kind = \"statutory-full\"", 1);
        assert!(findings(&statutory).is_empty());
        // Whether it is there can be asked of the coarser claim, too.
        let missing = ("{ missing_claim = \"res.valid_until\" }", "INDETERMINATE");
        assert_eq!(findings(&reading("residence", "res.valid_until", &[missing, (now, "ACCEPT")])).len(), 1);
    }
}
