//! What to change in a profile that breaks a rule of reading.

use crate::suggest::{claim_ids, closest};
use geleit_credential::purpose::{ProfileFault, rules};
use geleit_credential::reason::{Kind, ReasonCode};
use geleit_credential::schema::{Lookup, lookup};

/// What to do about a fault. Where the message says it already, what the rule asks.
pub(super) fn remedy(fault: &ProfileFault) -> String {
    match fault {
        ProfileFault::NotInSchema { claim, credential_type } => of_another_type(claim, credential_type),
        ProfileFault::ForbidsNothing { pattern } => match closest(pattern, claim_ids()) {
            Some(meant) => format!("did you mean {meant}? A group ends in \".*\""),
            None => "name a claim that `geleit claims` lists, or a group such as \"res.uk.*\"".to_owned(),
        },
        ProfileFault::Forbidden { claim } => {
            format!("list {claim} or forbid it; a pattern with \".*\" forbids all below it")
        }
        ProfileFault::Threshold { claim } => match lookup(claim) {
            Lookup::Claim { claim: found, .. } if found.domain().is_some() => {
                format!("`geleit claims {claim}` shows its steps; name some of them, from low to high")
            }
            _ => "`geleit claims` shows which claims are thresholds, and their steps".to_owned(),
        },
        ProfileFault::DoesNotFit { name, .. } if name.contains('.') => format!(
            "`geleit claims {name}` shows its values; spec/purposes/README.md has the operators under Conditions"
        ),
        ProfileFault::NotRegistered { name, .. } => not_registered(name),
        ProfileFault::SeenNotRegistered { claim } => {
            format!("remove {claim} from seen_by_person, or list it under [claims] with its reason")
        }
        ProfileFault::Unused { name } => {
            format!("remove {name}, read it in a row, or name it in seen_by_person if a person looks at it")
        }
        ProfileFault::UnknownReason { reason, .. } => {
            let meant = closest(reason, ReasonCode::all().map(ReasonCode::as_str));
            let meant = meant.map(|meant| format!("did you mean {meant}? ")).unwrap_or_default();
            format!(
                "{meant}spec/reasons.toml has all reasons; a new one is added there, and then geleit is built again"
            )
        }
        ProfileFault::ReasonOfOtherKind { reason, .. } => other_kind(reason),
        fault => rules::find(fault.code()).map(|rule| as_hint(rule.text)).unwrap_or_default(),
    }
}

fn of_another_type(claim: &str, credential_type: &str) -> String {
    match lookup(claim) {
        Lookup::Claim { credential_type: own, .. } if own.name != credential_type => {
            format!("list it under [claims.{}]", own.name)
        }
        Lookup::Claim { .. } => {
            "list it as a [[threshold]] if it is one; `geleit claims` says what it is".to_owned()
        }
        Lookup::Never(never) => format!("leave it out: {}", never.reason.en),
        _ => match closest(claim, claim_ids()) {
            Some(meant) => format!("did you mean {meant}? `geleit claims` lists all"),
            None => "`geleit claims` lists the claims that exist".to_owned(),
        },
    }
}

/// A claim has a dot in its name, a fact has none.
fn not_registered(name: &str) -> String {
    if !name.contains('.') {
        return format!("add [facts.{name}], or remove the condition that reads it");
    }
    match (lookup(name), closest(name, claim_ids())) {
        (Lookup::Claim { credential_type, .. }, _) => format!(
            "list it with its reason, under [claims.{}.required.\"{name}\"] or [[threshold]], or remove the \
             condition that reads it",
            credential_type.name
        ),
        (_, Some(meant)) => format!("did you mean {meant}? `geleit claims` lists all"),
        (_, None) => "`geleit claims` lists the claims that exist".to_owned(),
    }
}

fn other_kind(reason: &str) -> String {
    let Some(code) = ReasonCode::find(reason) else { return String::new() };
    let (kind, answer) = match code.kind() {
        Kind::Positive => ("positive", "ACCEPT, ACCEPT_UNTIL and ACCEPT_WITH_NOTICE"),
        Kind::Notice => ("notice", "rows with notice = true"),
        Kind::Negative => ("negative", "REFUSE"),
        Kind::Indeterminate => ("indeterminate", "INDETERMINATE"),
        Kind::NotVerified => ("not-verified", "receipts of answers that broke a rule, never a row"),
        Kind::Wallet => ("wallet", "refusals of a wallet, never a row"),
    };
    format!("{reason} is of kind {kind}, for {answer}; spec/reasons.toml has the reasons of each kind")
}

/// A sentence as the part of a line.
fn as_hint(sentence: &str) -> String {
    let mut rest = sentence.trim_end_matches('.').chars();
    rest.next().into_iter().flat_map(char::to_lowercase).chain(rest.by_ref().collect::<Vec<_>>()).collect()
}
