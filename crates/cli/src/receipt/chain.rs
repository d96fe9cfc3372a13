//! A verified receipt in words and as JSON.

use crate::outcome::{merge, reason_text};
use crate::text::{fields, printable, table};
use geleit_credential::reason::Lang;
use geleit_credential::receipt::{EvidenceNote, VerifiedReceipt};
use serde_json::{Value as Json, json};

/// The id as it is written.
pub(super) fn hex(id: &[u8; 32]) -> String {
    base16ct::lower::encode_string(id)
}

/// Everything that it says.
pub(super) fn text(receipt: &VerifiedReceipt, lang: Lang) -> String {
    let reason = receipt.reason();
    let mut rows = vec![
        ("receipt", format!("number {}, {}", receipt.place().number(), hex(receipt.id()))),
        ("relying party", printable(receipt.relying_party())),
        ("purpose", printable(receipt.intended_use_id())),
        ("decided", receipt.decided_at().to_string()),
        ("outcome", receipt.verdict().name().to_owned()),
        ("because", format!("{} ({reason})", reason_text(reason, lang))),
        ("next", reason.next(lang).to_owned()),
    ];
    rows.extend(receipt.rejected_by().map(|rule| ("rule broken", printable(rule))));
    rows.extend(receipt.notices().iter().map(|code| ("notice", reason_text(*code, lang))));
    rows.extend(receipt.fallback(lang).map(|text| ("instead", printable(text))));
    rows.push(("to contest it", printable(receipt.redress(lang))));
    rows.push(("contact", printable(receipt.contact())));
    rows.push(("kept", retention(receipt)));
    rows.push(("automated", receipt.automated().name().to_owned()));
    if let Some(rule) = receipt.rule() {
        rows.push((
            "rule",
            format!("version {}, row {}, text {}", rule.version, rule.row, hex(receipt.profile())),
        ));
    }
    let mut text = fields(rows);
    if !receipt.evidence().is_empty() {
        text.push('\n');
        text.push_str(&table(&["credential", "issuer", "status", "age"], receipt.evidence().iter().map(row)));
    }
    text
}

fn row(note: &EvidenceNote) -> [String; 4] {
    let source = if note.list.is_some() { "" } else { ", no list" };
    [
        note.credential_type.name.to_owned(),
        printable(&note.issuer),
        format!("{}{source}", note.standing.name()),
        format!("{} s", note.age_s),
    ]
}

fn retention(receipt: &VerifiedReceipt) -> String {
    let days = receipt.retention_days();
    match receipt.keep_until() {
        Some(until) => format!("to {until} ({days} days)"),
        None => format!("for {days} days from an event"),
    }
}

/// The same for programs.
pub(super) fn json(receipt: &VerifiedReceipt, lang: Lang) -> Json {
    let evidence = receipt.evidence().iter().map(|note| {
        json!({
            "vct": note.credential_type.vct, "issuer": note.issuer, "age_s": note.age_s,
            "status": note.standing.name(), "list": note.list.as_ref().map(hex),
        })
    });
    let rule = receipt
        .rule()
        .map(|rule| json!({"version": rule.version, "hash": hex(receipt.profile()), "row": rule.row}));
    let mut json = json!({
        "id": hex(receipt.id()), "number": receipt.place().number(), "previous": hex(receipt.place().previous()),
        "relying_party": receipt.relying_party(), "intended_use": receipt.intended_use_id(),
        "decided_at": receipt.decided_at().0, "verified_at": receipt.verified_at().0,
        "outcome": receipt.verdict().name(), "reason": receipt.reason().as_str(),
        "reason_text": reason_text(receipt.reason(), lang), "next": receipt.reason().next(lang),
        "notices": receipt.notices().iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "rejected_by": receipt.rejected_by(), "rule": rule, "evidence": evidence.collect::<Vec<_>>(),
    });
    merge(
        &mut json,
        json!({
            "request": hex(receipt.request()), "presentation": receipt.presentation().map(hex),
            "profile": hex(receipt.profile()), "status_lists": hex(receipt.status_lists()),
            "trust_list": {"sequence": receipt.trust().sequence, "hash": hex(&receipt.trust().hash)},
            "fallback": receipt.fallback(lang), "redress": receipt.redress(lang), "contact": receipt.contact(),
            "retention_days": receipt.retention_days(), "retention_from": receipt.retention_from().name(),
            "keep_until": receipt.keep_until().map(|until| until.0), "automated_assessment": receipt.automated().name(),
        }),
    );
    json
}
