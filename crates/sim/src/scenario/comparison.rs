//! What parties find when they compare what they saw, in both designs.
//!
//! ```text
//! relying parties   every two presentations        LINKED by a handle of the design, else NOT_LINKED
//! issuer            its copies, a presentation      LINKED when it finds the person who was checked
//! status service    its log, the times of checks    LEAK when it learns of a check
//! share code        pages side by side (SC-51), and what the authority knows of look-ups (SC-52)
//! ```

use super::exchange::{Broken, Done};
use super::schema::{Compare, Comparer};
use super::stage::Stage;
use crate::instant::Instant;
use crate::linking::{
    CheckTime, Fetch, Handle, IssuedRecord, Unreadable, handles, issuer_finds, status_lists, status_log_tells,
};
use crate::outcome::{Outcome, Truth, Verdict, Word};
use crate::report::{CheckReport, Difference};
use crate::row::{Answer, Design, Fallback, Row, Subgroup};
use crate::share_code::page::Page;
use crate::share_code::reason::Reason;
use crate::share_code::{Look, trace};
use geleit_credential::presentation::is_declined;
use std::collections::{BTreeMap, BTreeSet};

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    word: Word,
    reason: &'static str,
    handles: Vec<Handle>,
    purpose: String,
    share_code: Answer,
}

/// Compares what was seen in the checks that `compare` names.
///
/// # Errors
/// A check that is not there, that disclosed nothing, or that cannot be read: then nothing was compared.
pub(super) fn compare(
    stage: &Stage<'_>,
    compare: &Compare,
    done: &BTreeMap<&str, Done>,
) -> Result<Found, Broken> {
    let fault = |what: String| Broken::Scenario(format!("\"{}\": {what}", compare.name));
    let mut seen = Vec::new();
    for name in &compare.checks {
        let one = done.get(name.as_str()).ok_or_else(|| fault(format!("there is no check \"{name}\"")))?;
        if is_declined(&one.presentation) {
            return Err(fault(format!("nothing was shown in \"{name}\"")));
        }
        seen.push(one);
    }
    let found = match compare.by {
        Comparer::RelyingParties => relying_parties(&seen),
        Comparer::Issuer => issuer(stage, &seen),
        Comparer::StatusService => status_service(stage, &seen),
    };
    let (word, reason, handles) = found.map_err(|error| fault(error.to_string()))?;
    let purpose = seen.first().map(|one| one.purpose.clone()).unwrap_or_default();
    let share_code = share_code(compare.by, &seen);
    Ok(Found { word, reason, handles, purpose, share_code })
}

type Comparison = Result<(Word, &'static str, Vec<Handle>), Unreadable>;

fn relying_parties(seen: &[&Done]) -> Comparison {
    let mut found = BTreeSet::new();
    for (number, one) in seen.iter().enumerate() {
        for other in seen.iter().skip(number + 1) {
            found.extend(handles(&one.presentation, &other.presentation)?);
        }
    }
    let of_the_design: Vec<&Handle> = found.iter().filter(|handle| handle.is_of_the_design()).collect();
    let (word, reason) = match of_the_design.as_slice() {
        [] => (Word::NotLinked, "not-linked"),
        [Handle::Times] => (Word::Linked, "linked-by-times"),
        _ => (Word::Linked, "linked-by-copy"),
    };
    Ok((word, reason, found.into_iter().collect()))
}

/// The issuer kept every copy that is still in use.
fn issuer(stage: &Stage<'_>, seen: &[&Done]) -> Comparison {
    let copies = stage.people.iter().flat_map(|(person, actor)| {
        let issued = actor.wallet.issued();
        issued.map(|credential| IssuedRecord { person: person.clone(), credential: credential.to_vec() })
    });
    let kept: Vec<IssuedRecord> = copies.collect();
    for one in seen {
        if issuer_finds(&kept, &one.presentation)? != Some(one.who.as_str()) {
            return Ok((Word::NotLinked, "not-linked", Vec::new()));
        }
    }
    Ok((Word::Linked, "linked-by-issuer", Vec::new()))
}

fn status_service(stage: &Stage<'_>, seen: &[&Done]) -> Comparison {
    let mut checks = Vec::new();
    for one in seen {
        let lists = status_lists(&one.presentation)?.into_iter();
        checks.extend(lists.map(|list| CheckTime { by: one.by.clone(), list, at: one.at }));
    }
    let log = stage.service.log().iter().map(|fetch| Fetch {
        by: fetch.by.clone(),
        list: fetch.uri.clone(),
        shared_by: stage.shared_by(&fetch.uri),
        at: fetch.at,
    });
    let log: Vec<Fetch> = log.collect();
    Ok(match status_log_tells(&log, &checks).is_leak() {
        true => (Word::Leak, "fetch-tells", Vec::new()),
        false => (Word::NoLeak, "fetch-tells-nothing", Vec::new()),
    })
}

/// The same in the share-code model, from the pages that were looked up (SC-51, SC-52). A check without a page told
/// nobody anything.
fn share_code(by: Comparer, seen: &[&Done]) -> Answer {
    let looks: Vec<&Look> = seen.iter().filter_map(|one| one.look.as_ref()).collect();
    let pages: Vec<&Page> = looks.iter().filter_map(|look| look.page()).collect();
    let found: Vec<Answer> = match by {
        Comparer::RelyingParties => {
            let pairs = pages.iter().enumerate().flat_map(|(number, one)| {
                pages.iter().skip(number + 1).map(move |other| trace::checkers(one, other))
            });
            pairs.collect()
        }
        Comparer::Issuer => looks.iter().map(|look| trace::checker_and_authority(look)).collect(),
        Comparer::StatusService => looks.iter().map(|look| trace::authority(look)).collect(),
    };
    let tells = |answer: &Answer| matches!(answer.outcome.word, Word::Linked | Word::Leak);
    let all_there = looks.len() == seen.len() && !found.is_empty();
    let told = match by {
        // Whoever is found in one of the checks is found; the issuer has to find all of them.
        Comparer::RelyingParties | Comparer::StatusService => found.iter().any(tells),
        Comparer::Issuer => all_there && found.iter().all(tells),
    };
    let (word, reason) = match (by, told) {
        (Comparer::RelyingParties, true) => (Word::Linked, Reason::PagesCompared),
        (Comparer::RelyingParties, false) => (Word::NotLinked, Reason::PagesCompared),
        (Comparer::Issuer, true) => (Word::Linked, Reason::AuthorityLooksUp),
        (Comparer::Issuer, false) => (Word::NotLinked, Reason::AuthorityLooksUp),
        (Comparer::StatusService, true) => (Word::Leak, Reason::AuthorityLooksUp),
        (Comparer::StatusService, false) => (Word::NoLeak, Reason::AuthorityLooksUp),
    };
    trace::answer(word, reason)
}

impl Found {
    /// A row for each design.
    pub(super) fn rows(&self, id: &str, stage: &Stage<'_>) -> Vec<Row> {
        let row = |design, word, reason: &str| Row {
            check: id.to_owned(),
            design,
            family: stage.scenario.family.clone(),
            purpose: self.purpose.clone(),
            at: Instant(stage.now),
            subgroup: Subgroup::default(),
            fault: "none".to_owned(),
            truth: Truth::Open,
            record: Truth::Open,
            verdict: Verdict::of(word, Truth::Open),
            answer: Answer {
                outcome: Outcome::of(word),
                reason: reason.to_owned(),
                rule: None,
                notices: Vec::new(),
                disclosed: Vec::new(),
            },
            asked: 0,
            request_bytes: 0,
            presentation_bytes: 0,
            latency_ms: 0,
            fallback: Fallback::NotNeeded,
            violated: Vec::new(),
        };
        let today = &self.share_code;
        vec![
            row(Design::Geleit, self.word, self.reason),
            row(Design::ShareCode, today.outcome.word, &today.reason),
        ]
    }

    /// The report, with every difference to what the scenario expects.
    pub(super) fn report(&self, compare: &Compare, rows: Vec<Row>) -> CheckReport {
        let today = &self.share_code;
        let expect = &compare.expect;
        let mut pairs = vec![
            (Design::Geleit, "outcome", expect.outcome.to_string(), Outcome::of(self.word).to_string()),
            (Design::Geleit, "reason", expect.reason.clone(), self.reason.to_owned()),
            (Design::ShareCode, "outcome", compare.share_code.outcome.to_string(), today.outcome.to_string()),
            (Design::ShareCode, "reason", compare.share_code.reason.clone(), today.reason.clone()),
        ];
        if let Some(handles) = &expect.handles {
            let found: Vec<&str> = self.handles.iter().map(|handle| handle.name()).collect();
            pairs.push((Design::Geleit, "handles", listed(handles), listed(&found)));
        }
        let differing = pairs.into_iter().filter(|(_, _, expected, actual)| expected != actual);
        CheckReport {
            name: compare.name.clone(),
            expected: BTreeMap::from([
                (Design::Geleit, expect.outcome),
                (Design::ShareCode, compare.share_code.outcome),
            ]),
            rows,
            differences: differing
                .map(|(design, field, expected, actual)| Difference {
                    design,
                    field: field.to_owned(),
                    expected,
                    actual,
                })
                .collect(),
        }
    }
}

fn listed(words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(" ") }
}
