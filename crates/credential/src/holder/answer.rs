//! What a wallet answers: everything that a permitted request requires, or nothing.

use super::{HeldCredential, Place};
use crate::numbers::claim;
use crate::request::PermittedRequest;
use crate::scope::{Necessity, ScopeEntry};
use crate::sd_cwt::{BuildError, KeyBinding, Nonce, bind_checked};
use crate::threshold::Chain;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::key::{PublicKey, SigningKey};

/// Members of lists that are opened only where they equal another claim of the same answer: what
/// the verifier learns then, it knows already.
const OPENED_WHERE_EQUAL: &[(&str, &str)] = &[("res.uk.linked_documents.number", "doc.number")];

/// What the holder decides about claims that may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Consent<'a> {
    /// Ids of optional claims that are shown too.
    pub optional: &'a [&'a str],
}

impl Consent<'_> {
    /// Only what the purpose requires.
    pub const REQUIRED_ONLY: Self = Self { optional: &[] };

    fn allows(&self, entry: &ScopeEntry) -> bool {
        match entry.necessity {
            Necessity::Required => true,
            Necessity::Optional => self.optional.contains(&entry.claim.id()),
        }
    }
}

/// Answers a permitted request: one key-binding token for each credential type that is asked.
///
/// Of several held credentials of one type the first that has everything required is used. All have to be bound to `key`, which
/// proves that they have one holder. Claims beyond the request are never shown.
///
/// # Errors
/// W-01 when something that is required is not held: the wallet then answers nothing, the same as
/// when its holder declines. W-02 when the request is not open now. I-06 for a key that cannot sign.
pub fn answer(
    request: &PermittedRequest,
    held: &[&HeldCredential],
    key: &SigningKey,
    consent: Consent<'_>,
    now: UnixTime,
) -> Result<Vec<u8>, AnswerError> {
    if now < request.issued_at() || now >= request.expires_at() {
        let (from, until) = (request.issued_at(), request.expires_at());
        return Err(AnswerError::RequestExpired { from, until, now });
    }
    let picked = pick(request, held, key.public_key(), consent, now)?;
    let mut tokens = Vec::with_capacity(picked.len());
    for one in &picked {
        tokens.extend(answer_with(request, one, &picked, key, now)?);
    }
    if tokens.is_empty() {
        return Err(AnswerError::Declined { missing: Vec::new() });
    }
    let mut out = Encoder::with_capacity(tokens.iter().map(Vec::len).sum::<usize>() + 4);
    out.array(tokens.len());
    for token in &tokens {
        out.raw(token);
    }
    Ok(out.into_bytes())
}

/// The credential that answers for one type, and what it is asked with the holder's consent.
struct Picked<'a> {
    credential: &'a HeldCredential,
    entries: Vec<&'a ScopeEntry>,
}

/// One credential for each type. A type of which nothing is required may be absent.
fn pick<'a>(
    request: &'a PermittedRequest,
    held: &[&'a HeldCredential],
    key: &PublicKey,
    consent: Consent<'_>,
    now: UnixTime,
) -> Result<Vec<Picked<'a>>, AnswerError> {
    let mut picked = Vec::new();
    for credential_type in request.scope().credential_types() {
        let of_type = request.scope().of_type(credential_type);
        let entries: Vec<&ScopeEntry> = of_type.filter(|entry| consent.allows(entry)).collect();
        let usable = |one: &&&HeldCredential| {
            let valid = one.issued_at <= now && now < one.expires_at;
            one.credential_type.vct == credential_type.vct && one.key == *key && valid
        };
        // Of several, the first that has everything that is required.
        let complete = |one: &&&HeldCredential| {
            let mut required = entries.iter().filter(|entry| entry.necessity == Necessity::Required);
            required.all(|entry| one.has(|place| *place == Place::Claim(entry.claim.claim)))
        };
        let mut candidates = held.iter().filter(usable);
        let first = candidates.clone().next();
        match candidates.find(complete).or(first) {
            Some(credential) => picked.push(Picked { credential, entries }),
            None => {
                let required = entries.iter().filter(|entry| entry.necessity == Necessity::Required);
                let missing: Vec<_> = required.map(|entry| entry.claim.id()).collect();
                if !missing.is_empty() {
                    return Err(AnswerError::Declined { missing });
                }
            }
        }
    }
    Ok(picked)
}

fn answer_with(
    request: &PermittedRequest,
    picked: &Picked<'_>,
    all: &[Picked<'_>],
    key: &SigningKey,
    now: UnixTime,
) -> Result<Option<Vec<u8>>, AnswerError> {
    let Picked { credential, entries } = picked;
    let choices: Vec<Choice> = entries.iter().map(|entry| Choice::of(credential, entry, all)).collect();
    let missing: Vec<_> = core::iter::zip(entries, &choices)
        .filter(|(entry, choice)| **choice == Choice::Lacks && entry.necessity == Necessity::Required)
        .map(|(entry, _)| entry.claim.id())
        .collect();
    if !missing.is_empty() {
        return Err(AnswerError::Declined { missing });
    }
    let chosen: Vec<(&ScopeEntry, &Choice)> = core::iter::zip(entries.iter().copied(), &choices)
        .filter(|(_, choice)| **choice != Choice::Lacks)
        .collect();
    if chosen.is_empty() {
        return Ok(None);
    }
    let selected = credential.select(|place| chosen.iter().any(|(entry, choice)| choice.opens(entry, place)));
    let mut more = vec![(claim::REQUEST_HASH, Value::bytes(request.hash().as_slice()).encode())];
    let links = chosen.iter().filter_map(|(entry, choice)| choice.link(entry));
    let links: Vec<(Value, Value)> = links.collect();
    if !links.is_empty() {
        more.push((claim::THRESHOLD_LINKS, Value::Map(links).encode()));
    }
    let binding = KeyBinding {
        audience: request.relying_party().id(),
        nonce: Nonce::Exactly(request.nonce()),
        issued_at: now,
        more: &more,
    };
    Ok(Some(bind_checked(&selected, &binding, key, key.algorithm())?))
}

/// The value of a claim that this answer shows, whatever else is held.
fn shown_value(all: &[Picked<'_>], id: &str) -> Option<Value> {
    let shows = |one: &&Picked<'_>| one.entries.iter().any(|entry| entry.claim.id() == id);
    all.iter().find(shows).and_then(|one| one.credential.value_of(id))
}

/// How one asked claim is answered.
#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Lacks,
    /// The claim with everything inside.
    Whole,
    /// One member of these elements of a list.
    Elements(Vec<usize>),
    /// A commitment, and the link for the threshold.
    AtLeast {
        threshold: u8,
        link: [u8; 32],
    },
}

impl Choice {
    fn of(credential: &HeldCredential, entry: &ScopeEntry, all: &[Picked<'_>]) -> Self {
        let wanted = entry.claim.claim;
        if !credential.has(|place| *place == Place::Claim(wanted)) {
            return Self::Lacks;
        }
        if let Some(threshold) = entry.at_least.first() {
            let held = credential.thresholds.iter().find(|held| held.claim.id == wanted.id);
            let link =
                held.and_then(|held| Chain::of(wanted.id).link(&held.companion, held.value, *threshold));
            return link.map_or(Self::Lacks, |link| Self::AtLeast { threshold: *threshold, link });
        }
        let Some(member) = entry.claim.member else { return Self::Whole };
        let equal_to = OPENED_WHERE_EQUAL.iter().find(|(list, _)| *list == member.id);
        let elements = match equal_to {
            Some((_, other)) => shown_value(all, other)
                .map(|value| credential.elements_where(member, &value))
                .unwrap_or_default(),
            None => (0..usize::from(wanted.slots().unwrap_or_default())).collect(),
        };
        if elements.is_empty() { Self::Lacks } else { Self::Elements(elements) }
    }

    /// Does a disclosure at `place` belong to the answer?
    fn opens(&self, entry: &ScopeEntry, place: &Place) -> bool {
        let (group, wanted) = (entry.claim.group, entry.claim.claim);
        match (place, self) {
            (_, Self::Lacks) | (Place::Subject, _) => false,
            (Place::Group(one), _) => one.key == group.key,
            (Place::Claim(one), _) => one.id == wanted.id,
            (Place::Element { claim, .. } | Place::Member { claim, .. }, Self::Whole) => {
                claim.id == wanted.id
            }
            (Place::Element { claim, element }, Self::Elements(elements)) => {
                claim.id == wanted.id && elements.contains(element)
            }
            (Place::Member { claim, element, member }, Self::Elements(elements)) => {
                claim.id == wanted.id
                    && elements.contains(element)
                    && entry.claim.member.is_some_and(|wanted| wanted.id == member.id)
            }
            (Place::Element { .. } | Place::Member { .. }, Self::AtLeast { .. }) => false,
        }
    }

    /// `claim id: [threshold, link]`.
    fn link(&self, entry: &ScopeEntry) -> Option<(Value, Value)> {
        let Self::AtLeast { threshold, link } = self else { return None };
        let proof = vec![Value::Uint(u64::from(*threshold)), Value::bytes(link.as_slice())];
        Some((Value::text(entry.claim.id()), Value::Array(proof)))
    }
}

/// Why a wallet answers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// W-01: something that is required is not held. The ids are for the holder alone: to the outside
    /// this looks like a holder who declines.
    Declined {
        /// Claims that are not held.
        missing: Vec<&'static str>,
    },
    /// W-02: the request is not open at this time.
    RequestExpired {
        /// First moment.
        from: UnixTime,
        /// First moment at which an answer comes too late.
        until: UnixTime,
        /// The time of the answer.
        now: UnixTime,
    },
    /// I-06: the key cannot sign.
    Build(BuildError),
}

impl AnswerError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined { .. } => "W-01",
            Self::RequestExpired { .. } => "W-02",
            Self::Build(error) => error.code(),
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined { missing } if missing.is_empty() => {
                f.write_str("W-01 nothing is answered: nothing is required and the holder chose nothing")
            }
            Self::Declined { missing } => {
                write!(f, "W-01 nothing is answered: the wallet has no valid {}", missing.join(", "))
            }
            Self::RequestExpired { from, until, now } => {
                write!(f, "W-02 request: answers are given from {from} to {until}, asked at {now}")
            }
            Self::Build(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for AnswerError {}

impl From<BuildError> for AnswerError {
    fn from(error: BuildError) -> Self {
        Self::Build(error)
    }
}
