//! What a kind of profile has beyond the head: exactly these fields (P-01).
//!
//! ```text
//! profile, statutory-full   Asking       asks for claims, decides
//! zero-claim                Local        asks for nothing, decides on the holder's device
//! excluded                  Excluded     says why it is not done
//! governance                Governance   says what serves the demand
//! ```

use super::error::ProfileFault;
use super::source::{
    ClaimsSource, FactSource, FeatureSource, LocalSource, ProfileSource, RowSource, ThresholdSource,
};
use super::vocabulary::{AiUse, Binding, ProfileKind, RetentionFrom, SubjectId};
use crate::reason::Text;
use crate::zone::Zone;
use core::num::NonZeroU32;
use std::collections::BTreeMap;

/// The fields of a kind.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Asking(Box<Asking>),
    Local(Local),
    Excluded(Excluded),
    Governance(Governance),
}

/// A decision table and what its answers need.
#[derive(Clone, Debug)]
pub(super) struct Deciding {
    pub(super) zone: Zone,
    pub(super) fallback: Text,
    pub(super) redress: Text,
    pub(super) facts: BTreeMap<String, FactSource>,
    pub(super) decision: Vec<RowSource>,
}

/// `profile` and `statutory-full`.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) deciding: Deciding,
    pub(super) retention_days: u32,
    pub(super) retention_from: RetentionFrom,
    pub(super) retention_note: Text,
    pub(super) max_status_age_s: NonZeroU32,
    pub(super) subject_id: SubjectId,
    pub(super) binding: Binding,
    pub(super) seen_by_person: Vec<String>,
    pub(super) claims: ClaimsSource,
    pub(super) threshold: Vec<ThresholdSource>,
    pub(super) links_with: Vec<String>,
    pub(super) left_out: BTreeMap<String, String>,
}

/// `zero-claim`.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) deciding: Deciding,
    pub(super) claims: LocalSource,
}

/// `excluded`.
#[derive(Clone, Debug)]
pub(super) struct Excluded {
    pub(super) why: Text,
    pub(super) neighbours: Vec<String>,
}

/// `governance`.
#[derive(Clone, Debug)]
pub(super) struct Governance {
    pub(super) features: Vec<FeatureSource>,
}

impl Body {
    /// Takes the fields of the kind out of `source`, in which only the head is left.
    ///
    /// # Errors
    /// P-01: one is missing, or one of another kind is there. P-24 when it is the fallback or the redress.
    pub(super) fn take(source: &mut ProfileSource) -> Result<Self, ProfileFault> {
        let kind = source.kind;
        let body = match kind {
            ProfileKind::Profile | ProfileKind::StatutoryFull => {
                Self::Asking(Box::new(Asking::take(source)?))
            }
            ProfileKind::ZeroClaim => Self::Local(Local {
                deciding: Deciding::take(source)?,
                claims: source.local.take().unwrap_or_default(),
            }),
            ProfileKind::Excluded => Self::Excluded(Excluded {
                why: need(kind, "why_excluded", &mut source.why_excluded)?,
                neighbours: need(kind, "neighbours", &mut source.neighbours)?,
            }),
            ProfileKind::Governance => {
                Self::Governance(Governance { features: need(kind, "feature", &mut source.feature)? })
            }
        };
        if let Some(field) = left(source) {
            return Err(ProfileFault::Misplaced { kind, field });
        }
        check_ai(source)?;
        Ok(body)
    }

    pub(super) fn deciding(&self) -> Option<&Deciding> {
        match self {
            Self::Asking(asking) => Some(&asking.deciding),
            Self::Local(local) => Some(&local.deciding),
            Self::Excluded(_) | Self::Governance(_) => None,
        }
    }

    pub(super) fn asking(&self) -> Option<&Asking> {
        if let Self::Asking(asking) = self { Some(asking) } else { None }
    }
}

impl Deciding {
    fn take(source: &mut ProfileSource) -> Result<Self, ProfileFault> {
        let kind = source.kind;
        Ok(Self {
            zone: need(kind, "zone", &mut source.zone)?,
            fallback: need_way_out(kind, "fallback", &mut source.fallback)?,
            redress: need_way_out(kind, "redress", &mut source.redress)?,
            facts: source.facts.take().unwrap_or_default(),
            decision: need(kind, "decision", &mut source.decision)?,
        })
    }
}

impl Asking {
    fn take(source: &mut ProfileSource) -> Result<Self, ProfileFault> {
        let kind = source.kind;
        Ok(Self {
            deciding: Deciding::take(source)?,
            retention_days: need(kind, "retention_days", &mut source.retention_days)?,
            retention_from: need(kind, "retention_from", &mut source.retention_from)?,
            retention_note: need(kind, "retention_note", &mut source.retention_note)?,
            max_status_age_s: need(kind, "max_status_age_s", &mut source.max_status_age_s)?,
            subject_id: need(kind, "subject_id", &mut source.subject_id)?,
            binding: need(kind, "binding", &mut source.binding)?,
            seen_by_person: source.seen_by_person.take().unwrap_or_default(),
            claims: source.claims.take().unwrap_or_default(),
            threshold: source.threshold.take().unwrap_or_default(),
            links_with: source.links_with.take().unwrap_or_default(),
            left_out: source.left_out.take().unwrap_or_default(),
        })
    }
}

fn need<T>(kind: ProfileKind, field: &'static str, slot: &mut Option<T>) -> Result<T, ProfileFault> {
    slot.take().ok_or(ProfileFault::MissingField { kind, field })
}

/// P-24: nobody is left without an answer and without a way to contest it.
fn need_way_out<T>(kind: ProfileKind, field: &'static str, slot: &mut Option<T>) -> Result<T, ProfileFault> {
    slot.take().ok_or(ProfileFault::NoWayOut { kind, field })
}

/// The first field that no part of the kind has taken.
fn left(source: &ProfileSource) -> Option<&'static str> {
    let fields = [
        ("zone", source.zone.is_some()),
        ("fallback", source.fallback.is_some()),
        ("redress", source.redress.is_some()),
        ("facts", source.facts.is_some()),
        ("decision", source.decision.is_some()),
        ("retention_days", source.retention_days.is_some()),
        ("retention_from", source.retention_from.is_some()),
        ("retention_note", source.retention_note.is_some()),
        ("max_status_age_s", source.max_status_age_s.is_some()),
        ("subject_id", source.subject_id.is_some()),
        ("binding", source.binding.is_some()),
        ("seen_by_person", source.seen_by_person.is_some()),
        ("claims", source.claims.is_some()),
        ("threshold", source.threshold.is_some()),
        ("links_with", source.links_with.is_some()),
        ("left_out", source.left_out.is_some()),
        ("local", source.local.is_some()),
        ("why_excluded", source.why_excluded.is_some()),
        ("neighbours", source.neighbours.is_some()),
        ("feature", source.feature.is_some()),
    ];
    fields.into_iter().find_map(|(field, is_there)| is_there.then_some(field))
}

/// A note goes with every use of AI, an overseer with a high-risk use only. That a high-risk use has one
/// is another rule.
fn check_ai(head: &ProfileSource) -> Result<(), ProfileFault> {
    let note_fits = head.ai_note.is_some() == (head.ai_use != AiUse::None);
    let oversight_fits = head.oversight.is_none() || head.ai_use == AiUse::HighRisk;
    if note_fits && oversight_fits { Ok(()) } else { Err(ProfileFault::AiFields) }
}
