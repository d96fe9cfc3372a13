//! The demo in words, and as JSON.

use super::cases::{Case, Check, End};
use super::people::Person;
use super::words::Words;
use crate::answer::Answer;
use crate::outcome::{Learned, painted, reason_text};
use crate::text::{Style, Tone, fields, printable, table};
use core::fmt::Write;
use geleit_credential::decision::Decision;
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
        let misuses = || of(Case::OverAsking).chain(of(Case::Replay)).chain(of(Case::Forwarded));
        text.push_str(&teller.misuses(misuses()));
        of(Case::Stale).for_each(|check| text.push_str(&teller.stale(check)));
        let counts = [of(Case::Check).count(), misuses().count(), of(Case::Stale).count()];
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
        text.push_str(&self.coloured(&fields(rows), &check.end));
        text
    }

    /// Tables count every character, so that colours come last.
    fn coloured(&self, text: &str, end: &End) -> String {
        match end {
            End::Decided(decision) | End::Blocked(_, decision) => {
                let outcome = decision.outcome();
                text.replacen(&outcome.to_string(), &painted(outcome, self.style), 1)
            }
            End::NotVerified(_) => {
                let name = self.words.not_verified;
                text.replacen(name, &self.style.paint(Tone::Bad, name), 1)
            }
        }
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
            let rows = [(self.name(check.case), self.either(en, de).to_owned()), ("", self.refusal(check))];
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
            Case::Stale => self.words.stale,
        }
    }

    fn refusal(&self, check: &Check) -> String {
        match &check.end {
            End::Decided(decision) => decision.outcome().to_string(),
            End::NotVerified(rejection) => format!("{}  {rejection}", self.words.not_verified),
            End::Blocked(error, decision) => {
                let why = decision.reason().why(self.lang);
                format!("{}  {error}. {why} {}", decision.outcome(), self.words.no_answer)
            }
        }
    }

    fn stale(&self, check: &Check) -> String {
        let mut text = self.heading(self.words.when_evidence_is_old);
        let [en, de] = check.what;
        let mut rows = vec![(self.name(check.case), self.either(en, de).to_owned())];
        if let End::Decided(decision) = &check.end {
            rows.extend(self.decision(decision));
        }
        text.push_str(&self.coloured(&fields(rows), &check.end));
        text
    }

    fn summary(&self, folder: &Path, counts: [usize; 3]) -> String {
        let words = self.words;
        let mut text = self.heading(words.summary);
        for (count, words) in counts.into_iter().zip([words.answered, words.refused, words.left_open]) {
            let _ = writeln!(text, "  {count} {words}");
        }
        let _ = write!(text, "\n  {}\n  {}: {}\n", words.try_next, words.folder, folder.display());
        text
    }
}
