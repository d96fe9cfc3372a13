//! Nothing but what was asked: every shown claim is in the scope of the request and in the schema.

use super::rejection::{BindingRule, Rejection};
use crate::numbers::claim;
use crate::schema::CredentialType;
use crate::scope::{Scope, ScopedClaim};
use crate::sd_cwt::{Claims, Item};
use geleit_cose::cbor::Key;

/// Receipt of B-14, B-15 and B-17.
#[derive(Clone, Copy, Debug)]
pub(super) struct InScope(());

impl InScope {
    pub(super) fn check(
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        scope: &Scope,
    ) -> Result<Self, Rejection> {
        visit_shown(claims, credential_type, |shown, item| {
            if scope.covering(&shown).is_none() {
                return Err(Rejection::Binding(BindingRule::NotAsked));
            }
            let kind = shown.member.map_or(&shown.claim.kind, |member| &member.kind);
            kind.check_shown(item).map_err(|fault| Rejection::Value { id: shown.id(), rule: fault.code() })
        })?;
        Ok(Self(()))
    }
}

/// The registered claims that stand in the payload of every credential.
const PLAIN: [i64; 5] = [claim::ISS, claim::EXP, claim::IAT, claim::CNF, claim::VCT];

/// Visits every claim that was shown. For a list of records it visits the members.
pub(super) fn visit_shown<'b, 's>(
    claims: &Claims<'b, 's>,
    credential_type: &'static CredentialType,
    mut visit: impl FnMut(ScopedClaim, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let mut outcome = Ok(());
    let _ = claims.top().for_each_entry(|key, item| {
        if outcome.is_ok() {
            outcome = match key {
                Key::Text(name) => visit_group(credential_type, name, &item, &mut visit),
                key if PLAIN.iter().any(|label| Key::int(*label) == key) => Ok(()),
                key if key == Key::int(claim::SUB) => Err(Rejection::Binding(BindingRule::NotAsked)),
                _ => Err(Rejection::Binding(BindingRule::PlainClaim)),
            };
        }
    });
    outcome
}

fn visit_group<'b, 's>(
    credential_type: &'static CredentialType,
    name: &str,
    group: &Item<'b, 's>,
    visit: &mut impl FnMut(ScopedClaim, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let not_asked = Rejection::Binding(BindingRule::NotAsked);
    let found = credential_type.group(name).ok_or(not_asked)?;
    let mut outcome = Ok(());
    let visited = group.for_each_entry(|key, item| {
        if outcome.is_ok() {
            let member = match key {
                Key::Text(name) => found.claim(name),
                _ => None,
            };
            outcome = member.ok_or(not_asked).and_then(|claim| {
                let shown = ScopedClaim { credential_type, group: found, claim, member: None };
                if claim.record().is_empty() {
                    visit(shown, &item)
                } else {
                    visit_records(shown, &item, visit)
                }
            });
        }
    });
    visited.ok_or(Rejection::Value { id: credential_type.name, rule: "S-11" })?;
    outcome
}

fn visit_records<'b, 's>(
    list: ScopedClaim,
    item: &Item<'b, 's>,
    visit: &mut impl FnMut(ScopedClaim, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let wrong = Rejection::Value { id: list.claim.id, rule: "S-14" };
    let mut outcome = Ok(());
    let visited = item.for_each_element(|element| {
        let inside = element.for_each_entry(|key, value| {
            if outcome.is_ok() {
                let member = match key {
                    Key::Text(name) => list.claim.record().iter().find(|member| member.key == name),
                    _ => None,
                };
                outcome = match member {
                    Some(member) => visit(ScopedClaim { member: Some(member), ..list }, &value),
                    None => Err(Rejection::Binding(BindingRule::NotAsked)),
                };
            }
        });
        if inside.is_none() && outcome.is_ok() {
            outcome = Err(wrong);
        }
    });
    visited.ok_or(wrong)?;
    outcome
}
