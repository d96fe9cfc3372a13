//! Nothing but what was asked: every shown claim, and everything that was opened to show it, is in the
//! scope of the request and in the schema.

use super::rejection::{BindingRule, Rejection};
use crate::numbers::claim;
use crate::schema::{Claim, CredentialType, Group};
use crate::scope::{Scope, ScopedClaim};
use crate::sd_cwt::{Claims, Item};
use geleit_cose::cbor::Key;

/// Receipt of B-14, B-15, B-17 and B-24, with what they met.
#[derive(Clone, Copy, Debug)]
pub(super) struct InScope {
    commitments: usize,
}

impl InScope {
    pub(super) fn check(
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        scope: &Scope,
    ) -> Result<Self, Rejection> {
        Self::require_type(credential_type, scope)?;
        // B-24: a decoy tells what the holder lacks, and with a threshold's companion its exact value.
        if claims.shows_decoys() || !claims.disclosures_are_sorted() {
            return Err(Rejection::Binding(BindingRule::Disclosed));
        }
        let mut commitments = 0;
        visit_shown(claims, credential_type, |shown, item| match shown {
            Shown::Group(group) => {
                let asked = scope.of_type(credential_type).any(|entry| entry.claim.group.key == group.key);
                if asked { Ok(()) } else { Err(Rejection::NotAsked { id: group.key }) }
            }
            // Opening a list is part of showing one of its members.
            Shown::List(list) => {
                let asked = scope.of_type(credential_type).any(|entry| entry.claim.claim.id == list.id);
                if asked { Ok(()) } else { Err(Rejection::NotAsked { id: list.id }) }
            }
            Shown::Claim(shown) => {
                scope.covering(&shown).ok_or(Rejection::NotAsked { id: shown.id() })?;
                commitments += usize::from(shown.claim.domain().is_some());
                let kind = shown.member.map_or(&shown.claim.kind, |member| &member.kind);
                let fits = kind.check_shown(item);
                fits.map_err(|fault| Rejection::Value { id: shown.id(), rule: fault.code() })
            }
        })?;
        Ok(Self { commitments })
    }

    /// B-14: the request asks something of this type.
    pub(super) fn require_type(
        credential_type: &'static CredentialType,
        scope: &Scope,
    ) -> Result<(), Rejection> {
        match scope.of_type(credential_type).next() {
            Some(_) => Ok(()),
            None => Err(Rejection::NotAsked { id: credential_type.name }),
        }
    }

    /// How many commitments of threshold claims are shown.
    pub(super) const fn commitments(&self) -> usize {
        self.commitments
    }
}

/// The registered claims that stand in the payload of every credential.
const PLAIN: [i64; 6] = [claim::ISS, claim::EXP, claim::IAT, claim::CNF, claim::VCT, claim::STATUS];

/// Something that the holder opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    /// A group, before its members.
    Group(&'static Group),
    /// A list of records, before their members.
    List(&'static Claim),
    /// A claim with its value, or a member of a record.
    Claim(ScopedClaim),
}

/// Visits everything that was shown.
pub(super) fn visit_shown<'b, 's>(
    claims: &Claims<'b, 's>,
    credential_type: &'static CredentialType,
    mut visit: impl FnMut(Shown, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let plain_claim = Rejection::Binding(BindingRule::PlainClaim);
    claims.top().try_each_entry(plain_claim, |key, item| match key {
        Key::Text(name) => visit_group(credential_type, name, &item, &mut visit),
        key if PLAIN.iter().any(|label| Key::int(*label) == key) => Ok(()),
        key if key == Key::int(claim::SUB) => Err(Rejection::NotAsked { id: "sub" }),
        _ => Err(plain_claim),
    })
}

fn visit_group<'b, 's>(
    credential_type: &'static CredentialType,
    name: &str,
    item: &Item<'b, 's>,
    visit: &mut impl FnMut(Shown, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let unknown = Rejection::Binding(BindingRule::UnknownClaim);
    let group = credential_type.group(name).ok_or(unknown)?;
    visit(Shown::Group(group), item)?;
    item.try_each_entry(unknown, |key, value| {
        let Key::Text(name) = key else { return Err(unknown) };
        let claim = group.claim(name).ok_or(unknown)?;
        let shown = ScopedClaim { credential_type, group, claim, member: None };
        if claim.record().is_empty() {
            visit(Shown::Claim(shown), &value)
        } else {
            visit_records(shown, &value, visit)
        }
    })
}

fn visit_records<'b, 's>(
    list: ScopedClaim,
    item: &Item<'b, 's>,
    visit: &mut impl FnMut(Shown, &Item<'b, 's>) -> Result<(), Rejection>,
) -> Result<(), Rejection> {
    let unknown = Rejection::Binding(BindingRule::UnknownClaim);
    let mut free = list.claim.slots().unwrap_or_default();
    visit(Shown::List(list.claim), item)?;
    item.try_each_element(Rejection::Value { id: list.claim.id, rule: "S-13" }, |element| {
        let wrong = Rejection::Value { id: list.claim.id, rule: "S-14" };
        free = free.checked_sub(1).ok_or(Rejection::Value { id: list.claim.id, rule: "S-13" })?;
        element.try_each_entry(wrong, |key, value| {
            let Key::Text(name) = key else { return Err(unknown) };
            let member = list.claim.record().iter().find(|member| member.key == name).ok_or(unknown)?;
            visit(Shown::Claim(ScopedClaim { member: Some(member), ..list }), &value)
        })
    })
}
