//! The fields of a receipt, from bytes whose signature was verified.

use super::{
    EvidenceNote, Incoherence, LogPlace, ReceiptError, RuleVersion, TrustNote, Verdict, VerifiedReceipt,
};
use crate::decision::OutcomeName;
use crate::numbers::claim;
use crate::purpose::{AiUse, RetentionFrom};
use crate::reason::{Kind, ReasonCode, Text};
use crate::register::{self, Fields};
use crate::registration::RelyingParty;
use crate::schema::CredentialType;
use crate::standing::Standing;
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};

/// Fields of a receipt beside `iss` and `iat`.
const NAMES: &[&str] = &[
    "verified_at",
    "number",
    "previous",
    "intended_use_id",
    "request",
    "presentation",
    "facts",
    "profile",
    "status_lists",
    "outcome",
    "reason",
    "notices",
    "rule",
    "rejected_by",
    "evidence",
    "trust_list",
    "retention_days",
    "retention_from",
    "keep_until",
    "fallback",
    "redress",
    "contact",
    "automated_assessment",
    "training_use",
];

/// E-02, E-03, E-13 and E-04, in this order.
pub(super) fn receipt(
    fields: &Fields,
    id: [u8; 32],
    relying_party: &RelyingParty,
    now: UnixTime,
) -> Result<VerifiedReceipt, ReceiptError> {
    fields.require_only(&[claim::ISS, claim::IAT], NAMES)?;
    let (iss, intended_use_id) = (fields.iss()?, fields.text("intended_use_id")?);
    if iss != relying_party.id() || intended_use_id != relying_party.intended_use().id {
        return Err(ReceiptError::OtherParty);
    }
    let (decided_at, verified_at) = (fields.iat()?, fields.time("verified_at")?);
    if verified_at > decided_at || decided_at > now.plus(MAX_CLOCK_SKEW_S) {
        return Err(ReceiptError::Times { verified_at, decided_at, now });
    }
    let (from, until) = (relying_party.issued_at(), relying_party.expires_at());
    if decided_at < from || decided_at >= until {
        return Err(ReceiptError::NotRegisteredThen { from, until, decided_at });
    }
    let receipt = VerifiedReceipt {
        id,
        place: LogPlace { number: fields.uint("number")?, previous: fields.hash("previous")? },
        relying_party: iss,
        key: relying_party.request_key().thumbprint(),
        intended_use_id,
        decided_at,
        verified_at,
        request: fields.hash("request")?,
        presentation: fields.optional("presentation", Fields::hash)?,
        facts: fields.optional("facts", Fields::hash)?,
        profile: fields.hash("profile")?,
        status_lists: fields.hash("status_lists")?,
        reason: reason(fields)?,
        verdict: verdict(fields)?,
        notices: notices(fields)?,
        rule: fields.optional("rule", rule)?,
        rejected_by: fields.optional("rejected_by", Fields::text)?,
        evidence: fields.array("evidence")?.iter().map(evidence).collect::<Result<_, _>>()?,
        trust: trust(fields)?,
        retention_days: days(fields)?,
        retention_from: retention_from(fields)?,
        keep_until: fields.optional("keep_until", Fields::time)?,
        fallback: fields.optional("fallback", text)?,
        redress: text(fields, "redress")?,
        contact: fields.text("contact")?,
        automated: automated(fields)?,
    };
    require_coherent(&receipt)?;
    require_promises(&receipt, fields, relying_party)?;
    Ok(receipt)
}

/// E-04: every answer has what goes with it, and nothing that does not.
fn require_coherent(receipt: &VerifiedReceipt) -> Result<(), Incoherence> {
    let silence = receipt.reason == ReasonCode::NO_ANSWER;
    let (decided, indeterminate) = match receipt.verdict {
        Verdict::NotVerified => (false, false),
        Verdict::Decision(outcome) => (!silence, outcome == OutcomeName::Indeterminate),
    };
    let not_verified = receipt.verdict == Verdict::NotVerified;
    let outcome = if silence { "no answer" } else { receipt.verdict.name() };
    for (part, required, presented) in [
        ("presentation", decided || not_verified, receipt.presentation.is_some()),
        ("rule", decided, receipt.rule.is_some()),
        ("facts", decided, receipt.facts.is_some()),
        ("evidence", decided, !receipt.evidence.is_empty()),
        ("rejected_by", not_verified, receipt.rejected_by.is_some()),
        ("fallback", indeterminate, receipt.fallback.is_some()),
    ] {
        match (required, presented) {
            (true, false) => return Err(Incoherence::Absent { part, outcome }),
            (false, true) => return Err(Incoherence::Present { part, outcome }),
            (true, true) | (false, false) => {}
        }
    }
    if !receipt.notices.is_empty() && receipt.reason.kind() != Kind::Positive {
        return Err(Incoherence::Present { part: "notices", outcome });
    }
    let number = receipt.place.number;
    let placed = number > 0 && (number == 1) == (receipt.place.previous == [0; 32]);
    if placed { Ok(()) } else { Err(Incoherence::Place { number }) }
}

/// E-04: what is promised to the person is what was registered.
fn require_promises(
    receipt: &VerifiedReceipt,
    fields: &Fields,
    relying_party: &RelyingParty,
) -> Result<(), ReceiptError> {
    let until = match receipt.retention_from {
        RetentionFrom::Decision => Some(receipt.decided_at.plus_days(receipt.retention_days)),
        RetentionFrom::Event => None,
    };
    if receipt.keep_until != until {
        return Err(Incoherence::KeepUntil { required: until, presented: receipt.keep_until }.into());
    }
    let (registered, presented) = (relying_party.intended_use().retention_days, receipt.retention_days);
    if presented > registered {
        return Err(Incoherence::Retention { registered, presented }.into());
    }
    if fields.text("training_use")? != TRAINING_USE {
        return Err(Incoherence::TrainingUse.into());
    }
    Ok(())
}

/// What was received trains no model: there is no other value.
pub(super) const TRAINING_USE: &str = "prohibited";

/// E-04: a name that is not one of its list.
fn known<T>(found: Option<T>, part: &'static str) -> Result<T, Incoherence> {
    found.ok_or(Incoherence::UnknownName { part })
}

fn reason(fields: &Fields) -> Result<ReasonCode, ReceiptError> {
    Ok(known(ReasonCode::find(&fields.text("reason")?), "reason")?)
}

fn verdict(fields: &Fields) -> Result<Verdict, ReceiptError> {
    let verdict = known(Verdict::from_name(&fields.text("outcome")?), "outcome")?;
    let reason = reason(fields)?;
    let not_verified = reason == ReasonCode::NOT_VERIFIED;
    let fits = match verdict {
        Verdict::NotVerified => not_verified,
        Verdict::Decision(outcome) => reason.kind() == outcome.kind() && !not_verified,
    };
    if fits { Ok(verdict) } else { Err(Incoherence::Reason { reason, outcome: verdict.name() }.into()) }
}

fn notices(fields: &Fields) -> Result<Vec<ReasonCode>, ReceiptError> {
    let codes = fields.texts("notices")?;
    Ok(codes.iter().map(|code| known(ReasonCode::find(code), "notices")).collect::<Result<_, _>>()?)
}

fn rule(fields: &Fields, name: &'static str) -> Result<RuleVersion, register::Error> {
    let rule = Fields::new(fields.value(name)?.clone());
    rule.require_only(&[], &["version", "row"])?;
    let version = u32::try_from(rule.uint("version")?).map_err(|_| register::Error::Field("version"))?;
    Ok(RuleVersion { version, row: rule.uint("row")? })
}

fn evidence(value: &geleit_cose::cbor::Value) -> Result<EvidenceNote, ReceiptError> {
    let note = Fields::new(value.clone());
    note.require_only(&[], &["vct", "issuer", "age_s", "status", "list"])?;
    let credential_type = known(CredentialType::by_vct(&note.text("vct")?), "vct")?;
    let standing = known(Standing::by_name(&note.text("status")?), "status")?;
    let age_s = i64::try_from(note.uint("age_s")?).map_err(|_| register::Error::Field("age_s"))?;
    let list = note.optional("list", Fields::hash)?;
    Ok(EvidenceNote { credential_type, issuer: note.text("issuer")?, age_s, standing, list })
}

fn trust(fields: &Fields) -> Result<TrustNote, register::Error> {
    let trust = Fields::new(fields.value("trust_list")?.clone());
    trust.require_only(&[], &["anchor", "sequence", "hash"])?;
    Ok(TrustNote {
        anchor: trust.hash("anchor")?,
        sequence: trust.uint("sequence")?,
        hash: trust.hash("hash")?,
    })
}

fn days(fields: &Fields) -> Result<u32, register::Error> {
    u32::try_from(fields.uint("retention_days")?).map_err(|_| register::Error::Field("retention_days"))
}

fn retention_from(fields: &Fields) -> Result<RetentionFrom, ReceiptError> {
    Ok(known(RetentionFrom::by_name(&fields.text("retention_from")?), "retention_from")?)
}

fn automated(fields: &Fields) -> Result<AiUse, ReceiptError> {
    Ok(known(AiUse::by_name(&fields.text("automated_assessment")?), "automated_assessment")?)
}

fn text(fields: &Fields, name: &'static str) -> Result<Text, register::Error> {
    let text = Fields::new(fields.value(name)?.clone());
    text.require_only(&[], &["en", "de"])?;
    Ok(Text::new(text.text("en")?, text.text("de")?))
}
