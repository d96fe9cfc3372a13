//! The demo in words, and as JSON.

use super::check::{Case, Check, End, ReceiptNote};
use super::people::Person;
use super::words::Words;
use crate::answer::Answer;
use crate::outcome::{Learned, painted, reason_text};
use crate::text::{Style, Tone, fields, printable, table};
use core::fmt::Write;
use geleit_credential::decision::{Decision, Outcome};
use geleit_credential::reason::Lang;
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::Path;

/// Everything that is told.
pub(super) struct Report<'r, P> {
    /// The folder of the demo.
    pub(super) folder: &'r Path,
    /// Its time.
    pub(super) now: UnixTime,
    /// The people.
    pub(super) people: P,
    /// The checks.
    pub(super) checks: &'r [Check],
}

impl<'r, P: Iterator<Item = &'r Person>> Report<'r, P> {
    /// In words and as JSON.
    pub(super) fn answer(self, lang: Lang, style: Style) -> Answer {
        let people: Vec<&Person> = self.people.collect();
        let json = json!({
            "schema": "geleit.demo/1",
            "folder": self.folder.display().to_string(),
            "now": self.now.0,
            "people": people.iter().map(|person| person.name).collect::<Vec<_>>(),
            "checks": self.checks.iter().map(|check| check.to_json(lang)).collect::<Vec<_>>(),
        });
        let teller = Teller { words: Words::of(lang), lang, style };
        let mut text = teller.opening(self.folder, self.now, &people);
        let of = |case| self.checks.iter().filter(move |check| check.case == case);
        for (number, check) in of(Case::Check).enumerate() {
            text.push_str(&teller.check(number + 1, check));
        }
        let misuses = || Case::MISUSES.into_iter().flat_map(of);
        text.push_str(&teller.misuses(misuses()));
        for case in [Case::Stale, Case::Revoked, Case::Declined] {
            of(case).for_each(|check| text.push_str(&teller.aside(check)));
        }
        let counts = [
            of(Case::Check).count(),
            misuses().count(),
            of(Case::Revoked).count(),
            of(Case::Stale).chain(of(Case::Declined)).count(),
            self.checks.iter().filter(|check| check.receipt.is_some()).count(),
        ];
        text.push_str(&teller.summary(self.folder, counts));
        Answer::new(text, json)
    }
}

/// Tells one thing after another.
struct Teller {
    words: &'static Words,
    lang: Lang,
    style: Style,
}

impl Teller {
    fn heading(&self, text: &str) -> String {
        format!("\n{}\n\n", self.style.paint(Tone::Heading, text))
    }

    fn opening(&self, folder: &Path, now: UnixTime, people: &[&Person]) -> String {
        let words = self.words;
        let about = |person: &&Person| {
            let [en, de] = person.about;
            format!("{}: {}", person.name, self.either(en, de))
        };
        let mut rows = vec![(words.folder, folder.display().to_string()), (words.clock, now.to_string())];
        rows.extend(
            people
                .iter()
                .enumerate()
                .map(|(index, person)| (if index == 0 { words.people } else { "" }, about(person))),
        );
        rows.push(("", words.invented.to_owned()));
        format!("{}\n\n{}", self.style.paint(Tone::Heading, words.title), fields(rows))
    }

    const fn either(&self, en: &'static str, de: &'static str) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::De => de,
        }
    }

    fn check(&self, number: usize, check: &Check) -> String {
        let words = self.words;
        let mut text = self.heading(&format!("{number}  {}", check.asker.title));
        text.push_str(&self.question(check));
        let _ = write!(text, "\n{}\n", self.asked_and_learned(check));
        let titles: Vec<&str> = check.withheld.iter().map(|(_, title)| title.as_str()).collect();
        let not_learned = format!("{} {} {}", titles.len(), words.claims_of_the_same, titles.join("; "));
        let mut rows = vec![(words.not_learned, not_learned)];
        if let End::Decided(decision) = &check.end {
            rows.extend(self.decision(decision));
            rows.push((words.cost, self.cost(check, decision)));
        }
        rows.extend(self.receipt(check));
        text.push_str(&self.coloured(&fields(rows), &check.end));
        text
    }

    /// Tables count every character, so that colours come last.
    fn coloured(&self, text: &str, end: &End) -> String {
        match end {
            End::Decided(decision) | End::Declined(decision) => self.paint(text, decision.outcome()),
            End::Blocked(blocked) => self.paint(text, blocked.decision.outcome()),
            End::NotVerified(_) => {
                let name = self.words.not_verified;
                text.replacen(name, &self.style.paint(Tone::Bad, name), 1)
            }
        }
    }

    fn paint(&self, text: &str, outcome: &Outcome) -> String {
        text.replacen(&outcome.to_string(), &painted(outcome, self.style), 1)
    }

    fn asked_and_learned(&self, check: &Check) -> String {
        let words = self.words;
        let learned =
            check.learned.iter().map(|one: &Learned| [one.title.clone(), one.text(), one.id.to_owned()]);
        let unanswered = check.asked.iter().filter(|(id, _)| !check.learned.iter().any(|one| one.id == id));
        let unanswered =
            unanswered.map(|(id, title)| [title.clone(), words.not_shown.to_owned(), id.clone()]);
        table(&[words.asked, words.learned, words.claim], learned.chain(unanswered))
    }

    fn question(&self, check: &Check) -> String {
        let (words, asker) = (self.words, &check.asker);
        fields([
            (
                words.asked_by,
                format!("{} ({}, {})", printable(&asker.name), printable(&asker.id), asker.country),
            ),
            (words.of, check.person.to_owned()),
            (words.what_for, asker.purpose.clone()),
            (words.basis, asker.legal_basis.join("; ")),
            (words.kept, format!("{} {}", asker.retention_days, words.days)),
            (
                words.stated,
                check
                    .stated
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        ])
    }

    fn decision(&self, decision: &Decision) -> Vec<(&'static str, String)> {
        let (words, lang) = (self.words, self.lang);
        let mut rows = vec![
            (words.decision, format!("{} ({})", decision.outcome(), decision.reason())),
            (words.because, reason_text(decision.reason(), lang)),
        ];
        rows.extend(decision.notices().iter().map(|notice| (words.notice, reason_text(*notice, lang))));
        match decision.fallback() {
            Some(fallback) => rows.push((words.instead, fallback.text(lang).to_owned())),
            None => rows.push((words.next, decision.reason().next(lang).to_owned())),
        }
        rows
    }

    fn cost(&self, check: &Check, decision: &Decision) -> String {
        let words = self.words;
        let rule = decision.rule().map(|rule| {
            format!("; {} {} v{}, {} {}", words.rule, rule.profile(), rule.version(), words.row, rule.row())
        });
        let (bytes, micros) = (check.bytes, check.micros);
        format!("{bytes} {}; {} {micros} µs{}", words.bytes, words.verified_in, rule.unwrap_or_default())
    }

    fn misuses<'c>(&self, checks: impl Iterator<Item = &'c Check>) -> String {
        let mut text = self.heading(self.words.what_is_refused);
        for check in checks {
            let [en, de] = check.what;
            let mut refusal = self.refusal(check);
            if let Some(note) = &check.receipt {
                let number = note.receipt.place().number();
                let _ = write!(refusal, " ({} {} {number})", self.words.receipt, self.words.number);
            }
            let rows = [(self.name(check.case), self.either(en, de).to_owned()), ("", refusal)];
            text.push_str(&self.coloured(&fields(rows), &check.end));
        }
        text
    }

    const fn name(&self, case: Case) -> &'static str {
        match case {
            Case::Check => self.words.decision,
            Case::OverAsking => self.words.over_asking,
            Case::Replay => self.words.replay,
            Case::Forwarded => self.words.forwarded,
            Case::Withdrawn => self.words.withdrawn,
            Case::ExcludedPurpose => self.words.excluded,
            Case::Bisect => self.words.bisect,
            Case::Stale => self.words.stale,
            Case::Revoked => self.words.revoked,
            Case::Declined => self.words.declined,
        }
    }

    fn refusal(&self, check: &Check) -> String {
        match &check.end {
            End::Decided(decision) | End::Declined(decision) => decision.outcome().to_string(),
            End::NotVerified(rejection) => format!("{}  {rejection}", self.words.not_verified),
            End::Blocked(blocked) => {
                let (outcome, why) = (blocked.decision.outcome(), &blocked.why);
                format!("{outcome}  {}. {why} {}", blocked.error, self.words.no_answer)
            }
        }
    }

    /// What stands apart: neither the main job nor a misuse.
    fn aside(&self, check: &Check) -> String {
        let mut text = self.heading(match check.case {
            Case::Revoked => self.words.when_a_copy_was_withdrawn,
            Case::Declined => self.words.when_nothing_is_answered,
            _ => self.words.when_evidence_is_old,
        });
        let [en, de] = check.what;
        let mut rows = vec![(self.name(check.case), self.either(en, de).to_owned())];
        if let End::Decided(decision) | End::Declined(decision) = &check.end {
            rows.extend(self.decision(decision));
        }
        rows.extend(self.receipt(check));
        text.push_str(&self.coloured(&fields(rows), &check.end));
        text
    }

    /// What the relying party has signed, and until when it may keep what it received.
    fn receipt(&self, check: &Check) -> Option<(&'static str, String)> {
        let words = self.words;
        let note: &ReceiptNote = check.receipt.as_ref()?;
        let kept = match note.keep_until() {
            Some(end) => format!("{} {end}", words.delete_by),
            None => format!("{} {}", note.receipt.retention_days(), words.delete_after),
        };
        let number = note.receipt.place().number();
        let (outcome, reason) = (note.receipt.verdict().name(), note.receipt.reason());
        Some((
            words.receipt,
            format!("{} {number}: {outcome}, {reason}; {kept}; {}", words.number, words.replayed),
        ))
    }

    fn summary(&self, folder: &Path, counts: [usize; 5]) -> String {
        let words = self.words;
        let mut text = self.heading(words.summary);
        let told = [words.answered, words.refused, words.turned_down, words.left_open, words.receipts];
        for (count, words) in counts.into_iter().zip(told) {
            let _ = writeln!(text, "  {count} {words}");
        }
        let _ = write!(text, "\n  {}\n  {}: {}\n", words.try_next, words.folder, folder.display());
        text
    }
}
