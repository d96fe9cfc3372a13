//! The fields of a receipt, from bytes whose signature was verified.

use super::{
    EvidenceNote, LogPlace, MAX_CLOCK_SKEW_S, ReceiptError, RuleVersion, TrustNote, Verdict, VerifiedReceipt,
};
use crate::numbers::claim;
use crate::purpose::{AiUse, RetentionFrom};
use crate::reason::{Kind, ReasonCode, Text};
use crate::register::{self, Fields};
use crate::registration::RelyingParty;
use crate::schema::CredentialType;
use crate::standing::Standing;
use crate::time::UnixTime;

/// Fields of a receipt beside `iss` and `iat`.
const NAMES: &[&str] = &[
    "verified_at",
    "number",
    "previous",
    "intended_use_id",
    "request",
    "presentation",
    "facts",
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
    if decided_at < from || verified_at >= until {
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
fn require_coherent(receipt: &VerifiedReceipt) -> Result<(), ReceiptError> {
    let answered = receipt.presentation.is_some();
    let (has_rule, has_facts) = (receipt.rule.is_some(), receipt.facts.is_some());
    let has_evidence = !receipt.evidence.is_empty();
    let coherent = match receipt.verdict {
        Verdict::NotVerified => {
            let decided = has_rule || has_facts || has_evidence || receipt.fallback.is_some();
            answered && receipt.rejected_by.is_some() && !decided && receipt.notices.is_empty()
        }
        Verdict::Decision(name) => {
            let silence = receipt.reason == ReasonCode::NO_ANSWER;
            let parts = [answered, has_rule, has_facts, has_evidence];
            receipt.rejected_by.is_none()
                && receipt.reason != ReasonCode::NOT_VERIFIED
                && (name == "INDETERMINATE") == receipt.fallback.is_some()
                && parts.into_iter().all(|part| part != silence)
                && (receipt.notices.is_empty() || receipt.reason.kind() == Kind::Positive)
        }
    };
    let first = receipt.place.number == 1;
    let placed = receipt.place.number > 0 && first == (receipt.place.previous == [0; 32]);
    if coherent && placed { Ok(()) } else { Err(ReceiptError::Incoherent) }
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
    let kept =
        receipt.keep_until == until && receipt.retention_days <= relying_party.intended_use().retention_days;
    let training = fields.text("training_use")? == TRAINING_USE;
    if kept && training { Ok(()) } else { Err(ReceiptError::Incoherent) }
}

/// What was received trains no model: there is no other value.
pub(super) const TRAINING_USE: &str = "prohibited";

fn reason(fields: &Fields) -> Result<ReasonCode, ReceiptError> {
    ReasonCode::find(&fields.text("reason")?).ok_or(ReceiptError::Incoherent)
}

fn verdict(fields: &Fields) -> Result<Verdict, ReceiptError> {
    let reason = reason(fields)?;
    Verdict::read(&fields.text("outcome")?, reason).ok_or(ReceiptError::Incoherent)
}

fn notices(fields: &Fields) -> Result<Vec<ReasonCode>, ReceiptError> {
    let codes = fields.texts("notices")?;
    codes.iter().map(|code| ReasonCode::find(code).ok_or(ReceiptError::Incoherent)).collect()
}

fn rule(fields: &Fields, name: &'static str) -> Result<RuleVersion, register::Error> {
    let rule = Fields::new(fields.value(name)?.clone());
    rule.require_only(&[], &["version", "hash", "row"])?;
    let version = u32::try_from(rule.uint("version")?).map_err(|_| register::Error::Field("version"))?;
    Ok(RuleVersion { version, hash: rule.hash("hash")?, row: rule.uint("row")? })
}

fn evidence(value: &geleit_cose::cbor::Value) -> Result<EvidenceNote, ReceiptError> {
    let note = Fields::new(value.clone());
    note.require_only(&[], &["vct", "issuer", "age_s", "status", "list"])?;
    let credential_type = CredentialType::by_vct(&note.text("vct")?).ok_or(ReceiptError::Incoherent)?;
    let standing = Standing::by_name(&note.text("status")?).ok_or(ReceiptError::Incoherent)?;
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
    RetentionFrom::by_name(&fields.text("retention_from")?).ok_or(ReceiptError::Incoherent)
}

fn automated(fields: &Fields) -> Result<AiUse, ReceiptError> {
    AiUse::by_name(&fields.text("automated_assessment")?).ok_or(ReceiptError::Incoherent)
}

fn text(fields: &Fields, name: &'static str) -> Result<Text, register::Error> {
    let text = Fields::new(fields.value(name)?.clone());
    text.require_only(&[], &["en", "de"])?;
    Ok(Text::new(text.text("en")?, text.text("de")?))
}
