//! One check with everything that is told about it, and as JSON.

use super::world::Asker;
use crate::outcome::{self, Learned};
use geleit_credential::decision::Decision;
use geleit_credential::reason::Lang;
use geleit_credential::receipt::VerifiedReceipt;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::Rejection;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What a check is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// The main job.
    Check,
    /// More is asked than is registered.
    OverAsking,
    /// An answer is shown a second time.
    Replay,
    /// Somebody else shows an answer.
    Forwarded,
    /// The registrar has withdrawn the registration.
    Withdrawn,
    /// A purpose for which nothing may be asked.
    ExcludedPurpose,
    /// A second limit of the same value is asked.
    Bisect,
    /// The evidence is older than the purpose allows.
    Stale,
    /// The copy that is shown was withdrawn.
    Revoked,
    /// The holder declines.
    Declined,
}

impl Case {
    /// What must not work, in the order in which it is told.
    pub(super) const MISUSES: [Self; 6] = [
        Self::OverAsking,
        Self::Replay,
        Self::Forwarded,
        Self::Withdrawn,
        Self::ExcludedPurpose,
        Self::Bisect,
    ];

    /// The stable name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::OverAsking => "over-asking",
            Self::Replay => "replay",
            Self::Forwarded => "forwarded",
            Self::Withdrawn => "withdrawn",
            Self::ExcludedPurpose => "excluded-purpose",
            Self::Bisect => "bisect",
            Self::Stale => "stale",
            Self::Revoked => "revoked",
            Self::Declined => "declined",
        }
    }
}

/// One check with everything that is told about it.
#[derive(Debug)]
pub(super) struct Check {
    /// What it is an example of.
    pub(super) case: Case,
    /// Which of several of the same case, in words, by language.
    pub(super) what: [&'static str; 2],
    /// Who asked.
    pub(super) asker: AskerFacts,
    /// Whose credentials they are.
    pub(super) person: &'static str,
    /// The claims that were asked: id (with its step) and title.
    pub(super) asked: Vec<(String, String)>,
    /// What the verifier learned.
    pub(super) learned: Vec<Learned>,
    /// Claims of the same credentials that the verifier did not learn: id and title.
    pub(super) withheld: Vec<(&'static str, String)>,
    /// How it ended.
    pub(super) end: End,
    /// Bytes of what was shown.
    pub(super) bytes: usize,
    /// Microseconds of verification (of the wallet's refusal, when it refused).
    pub(super) micros: u128,
    /// What the relying party stated itself.
    pub(super) stated: Vec<(&'static str, String)>,
    /// What the relying party signed about it.
    pub(super) receipt: Option<ReceiptNote>,
    /// Name of the request's file.
    pub(super) request_file: String,
    /// Name of the presentation's file, when there is one.
    pub(super) presentation_file: Option<String>,
    /// A command that checks the files again, from inside the folder.
    pub(super) command: Option<String>,
}

/// A receipt that was signed, verified, and replayed with the same result.
#[derive(Debug)]
pub(super) struct ReceiptNote {
    /// Name of its file.
    pub(super) file: String,
    /// What it says.
    pub(super) receipt: VerifiedReceipt,
}

/// Who asked, and on which basis.
#[derive(Debug)]
pub(super) struct AskerFacts {
    /// Identifier.
    pub(super) id: String,
    /// Name for people.
    pub(super) name: String,
    /// Country.
    pub(super) country: String,
    /// The intended use.
    pub(super) intended_use: String,
    /// Its title.
    pub(super) title: String,
    /// Its purpose in plain words.
    pub(super) purpose: String,
    /// Laws.
    pub(super) legal_basis: Vec<String>,
    /// Days for which the answer is kept.
    pub(super) retention_days: u32,
}

/// How a check ended.
#[derive(Debug)]
pub(super) enum End {
    /// Verified and decided.
    Decided(Box<Decision>),
    /// The wallet refused.
    Blocked(Box<Blocked>),
    /// The holder released nothing; the decision is what follows from silence.
    Declined(Box<Decision>),
    /// Not verified.
    NotVerified(Rejection),
}

/// The wallet's refusal, for its holder.
#[derive(Debug)]
pub(super) struct Blocked {
    /// The rule.
    pub(super) rule: &'static str,
    /// Its words.
    pub(super) error: String,
    /// Why, for the holder.
    pub(super) why: String,
    /// As a decision.
    pub(super) decision: Decision,
}

impl AskerFacts {
    /// Of a registered party.
    pub(super) fn of(asker: &Asker, lang: Lang) -> Self {
        let (party, profile) = (&asker.party, &asker.profile);
        Self {
            id: party.id().to_owned(),
            name: party.name().to_owned(),
            country: party.country().to_owned(),
            intended_use: profile.id().to_owned(),
            title: profile.title(lang).to_owned(),
            purpose: profile.purpose(lang).to_owned(),
            legal_basis: profile.legal_basis().to_vec(),
            retention_days: profile.retention_days(),
        }
    }
}

impl Check {
    /// A command that checks the files of this check again, from inside the folder.
    pub(super) fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }

    /// As `--json` prints it.
    pub(super) fn to_json(&self, lang: Lang) -> Json {
        let mut json = json!({
            "case": self.case.name(),
            "intended_use": self.asker.intended_use,
            "relying_party": {"id": self.asker.id, "name": self.asker.name, "country": self.asker.country},
            "person": self.person,
            "purpose": self.asker.purpose,
            "legal_basis": self.asker.legal_basis,
            "retention_days": self.asker.retention_days,
            "asked": self.asked.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        });
        outcome::merge(&mut json, self.end.to_json(lang));
        outcome::merge(
            &mut json,
            json!({
                "disclosed": self.learned.iter().map(|one| one.id).collect::<Vec<_>>(),
                "learned": self.learned.iter().map(Learned::to_json).collect::<Vec<_>>(),
                "withheld": self.withheld.iter().map(|(id, _)| id).collect::<Vec<_>>(),
                "facts": self.stated.iter().map(|(name, value)| (*name, value.as_str())).collect::<BTreeMap<_, _>>(),
                "request_file": self.request_file,
                "presentation_file": self.presentation_file,
                "bytes": self.bytes,
                "receipt": self.receipt.as_ref().map(ReceiptNote::to_json),
                "micros": u64::try_from(self.micros).unwrap_or(u64::MAX),
            }),
        );
        json
    }
}

impl End {
    fn to_json(&self, lang: Lang) -> Json {
        let (mut json, rule, error) = match self {
            Self::Decided(decision) => (outcome::to_json(decision, lang), None, None),
            Self::Declined(decision) => (outcome::to_json(decision, lang), None, None),
            Self::Blocked(blocked) => {
                let mut json = outcome::to_json(&blocked.decision, lang);
                outcome::merge(
                    &mut json,
                    json!({"reason_text": format!("{} {}", blocked.decision.reason().what(lang), blocked.why)}),
                );
                (json, Some(blocked.rule), Some(blocked.error.clone()))
            }
            Self::NotVerified(rejection) => {
                let reason = json!({"outcome": "NOT_VERIFIED", "reason": "not-verified", "reason_text": rejection.to_string()});
                (reason, Some(rejection.code()), Some(rejection.to_string()))
            }
        };
        outcome::merge(&mut json, json!({"rule_id": rule, "error": error}));
        json
    }
}

impl ReceiptNote {
    /// The time until which what was received may be kept; none while an event is awaited.
    pub(super) const fn keep_until(&self) -> Option<UnixTime> {
        self.receipt.keep_until()
    }

    fn to_json(&self) -> Json {
        let receipt = &self.receipt;
        json!({
            "file": self.file, "number": receipt.place().number(), "id": base16ct::lower::encode_string(receipt.id()),
            "outcome": receipt.verdict().name(), "reason": receipt.reason().as_str(),
            "rejected_by": receipt.rejected_by(), "keep_until": self.keep_until().map(|end| end.0),
            "retention_days": receipt.retention_days(), "replayed": true,
        })
    }
}
