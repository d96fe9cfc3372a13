//! Comparing what came with what was expected, and with what holds in every run.

use super::exchange::{Done, Kept, Spoke};
use super::schema::{CheckStep, Expect, ShareCodeExpect};
use crate::invariant::Invariant;
use crate::outcome::{Outcome, Sign, Truth, Word};
use crate::report::{Difference, InvariantReport};
use crate::row::{Answer, Design};
use crate::sut::{Hello, Reply, Texts};
use core::fmt::Display;
use geleit_cose::key::PublicKey;
use geleit_credential::decision::Facts;
use geleit_credential::purpose::Profile;
use geleit_credential::receipt::KeptInputs;
use geleit_credential::schema::{Lookup, lookup};
use geleit_credential::status_list::StatusListToken;
use geleit_credential::trust_list::SignedTrustList;
use std::collections::{BTreeMap, BTreeSet};

/// How often each invariant was looked at and broken.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    counts: BTreeMap<Invariant, (u64, u64)>,
    /// Requests that were answered with a "yes", by scenario.
    accepted: BTreeSet<Vec<u8>>,
}

impl Watch {
    /// A new scenario: its nonces are new, too.
    pub fn begin(&mut self) {
        self.accepted.clear();
    }

    /// Notes whether an invariant holds for a check.
    pub fn note(&mut self, invariant: Invariant, holds: bool, broken: &mut Vec<Invariant>) {
        let (checked, failed) = self.counts.entry(invariant).or_default();
        *checked += 1;
        if !holds {
            *failed += 1;
            broken.push(invariant);
        }
    }

    /// Adds what another part of the run looked at.
    pub fn add(&mut self, other: &Self) {
        for (invariant, (checked, failed)) in &other.counts {
            let to = self.counts.entry(*invariant).or_default();
            to.0 += checked;
            to.1 += failed;
        }
    }

    /// For the report: every invariant.
    #[must_use]
    pub fn report(&self) -> Vec<InvariantReport> {
        let one = |invariant: Invariant| {
            let (checked, broken) = self.counts.get(&invariant).copied().unwrap_or_default();
            InvariantReport {
                id: invariant.id().to_owned(),
                text: invariant.text().to_owned(),
                text_de: invariant.text_de().to_owned(),
                checked,
                broken,
            }
        };
        Invariant::ALL.into_iter().map(one).collect()
    }

    /// for an answer of the design of geleit. `request` stands for its nonce, and is given where a
    /// verifier spoke.
    pub fn look_at(
        &mut self,
        reply: &Reply,
        record: Truth,
        profile: Option<&Profile>,
        request: Option<&[u8]>,
        hello: &Hello,
    ) -> Vec<Invariant> {
        self.look_at_as(reply, reply.answer.outcome.word, record, profile, request, hello)
    }

    /// As [`Self::look_at`], for an answer that counts as `word`.
    pub(super) fn look_at_as(
        &mut self,
        reply: &Reply,
        word: Word,
        record: Truth,
        profile: Option<&Profile>,
        request: Option<&[u8]>,
        hello: &Hello,
    ) -> Vec<Invariant> {
        let mut broken = Vec::new();
        let refuses = word == Word::Refuse;
        if refuses {
            self.note(Invariant::UnknownIsNoRefusal, record == Truth::NoRight, &mut broken);
        }
        if let Some(profile) = profile {
            let within = reply.answer.disclosed.iter().all(|id| permits(profile, id));
            self.note(Invariant::DisclosedWithinUse, within, &mut broken);
        }
        if let Some(request) = request.filter(|_| word.sign() == Sign::Positive) {
            let first = self.accepted.insert(request.to_vec());
            self.note(Invariant::NonceOnce, first, &mut broken);
        }
        if hello.geleit_reasons || reply.texts != Texts::default() {
            if refuses {
                let explained = complete(&reply.texts.what) && complete(&reply.texts.redress);
                self.note(Invariant::RefusalExplained, explained, &mut broken);
            }
            if word.sign() == Sign::Neither {
                self.note(Invariant::WayOutNamed, complete(&reply.texts.fallback), &mut broken);
            }
        }
        broken
    }

    /// X-06 for a check that left a receipt.
    pub(super) fn replay(&mut self, done: &Done, anchor: &PublicKey, broken: &mut Vec<Invariant>) {
        if let Some(same) = replays(done, anchor) {
            self.note(Invariant::ReceiptReplays, same, broken);
        }
    }
}

fn complete(texts: &Option<[String; 2]>) -> bool {
    texts.as_ref().is_some_and(|texts| texts.iter().all(|text| !text.trim().is_empty()))
}

/// Whether a purpose lets a claim be asked, required, optional or as a threshold.
#[must_use]
pub fn permits(profile: &Profile, id: &str) -> bool {
    let listed = || profile.required().iter().chain(profile.optional());
    let is_listed = |id: &str| listed().any(|one| one == id);
    // A list stands for its members, of which a purpose names some.
    let names_a_member = || {
        let Lookup::Claim { claim, member: None, .. } = lookup(id) else { return false };
        claim.record().iter().any(|member| is_listed(member.id))
    };
    is_listed(id) || profile.thresholds().iter().any(|(threshold, _)| threshold == id) || names_a_member()
}

/// The status lists that a relying party keeps: of those at hand, the ones that verify.
fn relied_on<'k>(kept: &'k Kept, anchor: &PublicKey) -> Vec<&'k [u8]> {
    let trust = SignedTrustList::parse(&kept.trust_list);
    let trust = trust.and_then(|list| list.verify(anchor, 0, kept.decided_at));
    let verifies = |list: &&[u8]| {
        let token = StatusListToken::parse(list).ok();
        let list = token.zip(trust.as_ref().ok()).map(|(token, trust)| token.verify(trust, kept.decided_at));
        list.is_some_and(|list| list.is_ok())
    };
    kept.lists.iter().map(Vec::as_slice).filter(verifies).collect()
}

/// Whether the receipt leads to the same outcome once more; `None` without one.
fn replays(done: &Done, anchor: &PublicKey) -> Option<bool> {
    let kept = done.kept.as_ref()?;
    let lists = relied_on(kept, anchor);
    let texts = kept.facts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let again = Facts::parse(&kept.profile, texts).is_ok_and(|facts| {
        let inputs = KeptInputs {
            trust_list: &kept.trust_list,
            status_lists: &lists,
            profile: kept.profile.text(),
            request: &done.request,
            presentation: &done.presentation,
            facts: &facts,
            salt: &kept.receipt.salt,
        };
        let answer = &done.reply.answer;
        crate::replay::replays(&kept.receipt.bytes, &inputs, anchor, kept.decided_at, answer)
    });
    Some(again)
}

/// Where an answer differs from what the scenario expects of geleit, or of whoever is tested in its place.
pub(super) fn differences(step: &CheckStep, done: &Done, hello: &Hello) -> Vec<Difference> {
    let (expect, answer) = (&step.expect, &done.reply.answer);
    let mut found = Vec::new();
    let own_words = hello.geleit_reasons || done.spoke == Spoke::Wallet;
    if !same_outcome(expect.outcome, answer.outcome, own_words) {
        found.push(difference("outcome", expect.outcome, answer.outcome));
    }
    if own_words {
        if expect.reason != answer.reason {
            found.push(difference("reason", &expect.reason, &answer.reason));
        }
        if let Some(rule) = &expect.rule
            && answer.rule.as_ref() != Some(rule)
        {
            found.push(difference("rule", rule, answer.rule.as_deref().unwrap_or("none")));
        }
        if sorted(&expect.notices) != sorted(&answer.notices) {
            found.push(difference("notices", sorted(&expect.notices), sorted(&answer.notices)));
        }
    }
    found.extend(disclosed(expect, answer, done.learned.as_deref()));
    found
}

/// Exactly what the scenario says, or else what geleit learns from the same bytes.
fn disclosed(expect: &Expect, answer: &Answer, learned: Option<&[String]>) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(exactly) = expect.disclosed.as_deref().or(learned)
        && sorted(exactly) != sorted(&answer.disclosed)
    {
        found.push(difference("disclosed", sorted(exactly), sorted(&answer.disclosed)));
    }
    let leaked: Vec<String> =
        expect.withheld.iter().filter(|id| answer.disclosed.contains(id)).cloned().collect();
    if !leaked.is_empty() {
        found.push(difference(
            "withheld",
            sorted(&expect.withheld),
            format!("disclosed: {}", sorted(&leaked)),
        ));
    }
    found
}

/// A system with its own words may not know that a broken object is no refusal of a person.
fn same_outcome(expected: Outcome, actual: Outcome, own_words: bool) -> bool {
    expected == actual || (!own_words && is_forgiven(expected, actual))
}

fn is_forgiven(expected: Outcome, actual: Outcome) -> bool {
    expected.word == Word::NotVerified && actual.word == Word::Refuse
}

/// The outcome as invariants see it: a REFUSE that means "broken object" refuses nobody.
pub(super) fn counted(step: &CheckStep, done: &Done, hello: &Hello) -> Word {
    let answered = done.reply.answer.outcome;
    match !hello.geleit_reasons && is_forgiven(step.expect.outcome, answered) {
        true => Word::NotVerified,
        false => answered.word,
    }
}

fn sorted(words: &[String]) -> String {
    let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() { "none".to_owned() } else { words.into_iter().collect::<Vec<_>>().join(" ") }
}

fn difference(field: &str, expected: impl Display, actual: impl Display) -> Difference {
    Difference {
        design: Design::Geleit,
        field: field.to_owned(),
        expected: expected.to_string(),
        actual: actual.to_string(),
    }
}

/// Other bytes than in the earlier check that `same_answer_as` names, told by their lengths.
pub(super) fn same_answer(step: &CheckStep, done: &Done, earlier: Option<&Done>) -> Option<Difference> {
    let name = step.same_answer_as.as_ref()?;
    let same = earlier.is_some_and(|earlier| earlier.presentation == done.presentation);
    let length = |done: &Done| format!("{} bytes", done.presentation.len());
    let expected = earlier.map_or_else(|| "nothing".to_owned(), length);
    (!same).then(|| difference("answer", format!("as \"{name}\": {expected}"), length(done)))
}

/// Another outcome than expected.
pub(super) fn outcome(expected: Outcome, actual: Outcome) -> Difference {
    difference("outcome", expected, actual)
}

/// Where the share-code model differs from what the scenario expects of it.
pub(super) fn share_code_differences(expect: &ShareCodeExpect, answer: &Answer) -> Vec<Difference> {
    let pairs = [
        ("outcome", expect.outcome.to_string(), answer.outcome.to_string()),
        ("reason", expect.reason.clone(), answer.reason.clone()),
    ];
    let differing = pairs.into_iter().filter(|(_, expected, actual)| expected != actual);
    differing
        .map(|(field, expected, actual)| Difference {
            design: Design::ShareCode,
            ..difference(field, expected, actual)
        })
        .collect()
}

/// An invariant that broke, as a difference.
pub(super) fn broken(invariant: Invariant) -> Difference {
    difference(invariant.id(), invariant.text(), "broken")
}
