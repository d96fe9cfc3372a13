//! The holder: which credentials are kept, and what answers a permitted request.
//!
//! ```text
//! bytes --accept(trust list, my keys, now)--> HeldCredential       refuses what could be a tracking mark
//! PermittedRequest + HeldCredentials --answer--> presentation      what was asked, and nothing else
//! ```
//!
//! `accept` goes beyond the draft: encoding, order, number of hashes and times have to be those that
//! every holder of the type gets, because any difference could mark a person (draft section 16.7).

use crate::issuer::TIME_GRAIN_S;
use crate::numbers::{SALT_BYTES, claim};
use crate::request::PermittedRequest;
use crate::schema::{Claim, CredentialType, Group};
use crate::scope::{Necessity, ScopeEntry};
use crate::sd_cwt::{
    self, BuildError, Claims, Disclosure, IssuerName, IssuerSigned, Item, KeyBinding, MyKeys, Nonce, Receiving,
    Scratch, SdCwt, bind, receive,
};
use crate::threshold::Chain;
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, TrustList};
use core::fmt;
use core::ops::Range;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Encoder, Encoding, Key, Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_cose::sign1::{self, Spans};
use zeroize::Zeroizing;

/// Members of lists that are opened only where they equal another claim of the same answer: what
/// the verifier learns then, it knows already.
const OPENED_WHERE_EQUAL: &[(&str, &str)] = &[("res.uk.linked_documents.number", "doc.number")];

/// A credential that passed every check of the holder. It is wiped when it is dropped; `Debug`
/// prints no claim.
pub struct HeldCredential {
    bytes: Zeroizing<Vec<u8>>,
    credential_type: &'static CredentialType,
    issuer: String,
    key: PublicKey,
    issued_at: UnixTime,
    expires_at: UnixTime,
    parts: Spans,
    disclosures: Vec<Held>,
    thresholds: Vec<HeldThreshold>,
}

/// One disclosure and what it opens.
struct Held {
    encoded: Range<usize>,
    value: Range<usize>,
    place: Place,
}

/// The place of a disclosure in the tree of its type.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Subject,
    Group(&'static Group),
    Claim(&'static Claim),
    /// An element of a list, by its number among those that the holder has.
    Element { claim: &'static Claim, element: usize },
    /// A member of such an element.
    Member { claim: &'static Claim, element: usize, member: &'static Claim },
}

/// The value behind a commitment, with the salt that its chain starts from.
struct HeldThreshold {
    claim: &'static Claim,
    value: u8,
    companion: Zeroizing<[u8; SALT_BYTES]>,
}

impl fmt::Debug for HeldCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldCredential")
            .field("credential_type", &self.credential_type.name)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl HeldCredential {
    /// Checks a credential that an issuer sent, and keeps it.
    ///
    /// # Errors
    /// M, C, V, S and H rules.
    pub fn accept(
        bytes: &[u8],
        trust: &TrustList,
        my_keys: &[PublicKey],
        now: UnixTime,
        scratch: &mut Scratch,
    ) -> Result<Self, AcceptError> {
        let token = SdCwt::parse(bytes, &Limits::TOKEN, Encoding::Deterministic)?;
        let kid = token.kid().unwrap_or_default();
        let (issuer, trusted) = trust.issuer_key(kid).ok_or(AcceptError::UnknownIssuer)?;
        let receiving = Receiving {
            keys: MyKeys::OneOf(my_keys),
            audiences: &[],
            nonces: &[],
            now,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(&issuer.iss),
        };
        let received = receive(&token, &trusted.key, &receiving, scratch)?;
        let signed = received.signed();
        let credential_type =
            signed.vct().and_then(CredentialType::by_vct).ok_or(AcceptError::UnknownType)?;
        let (issued_at, expires_at) = rounded_times(signed)?;
        if !issuer.may_issue(credential_type) || trusted.standing_at(issued_at) != Some(KeyStanding::Good) {
            return Err(AcceptError::UnknownIssuer);
        }
        let tree = Tree::read(received.claims(), credential_type)?;
        let place = |disclosure: &Disclosure<'_, '_>| {
            let value = disclosure.value_span()?;
            let (_, place) = tree.places.iter().find(|(at, _)| *at == value.start)?;
            Some(Held { encoded: disclosure.encoded_span(), value, place: *place })
        };
        let disclosures = received.claims().disclosures().filter_map(|one| place(&one)).collect();
        Ok(Self {
            bytes: Zeroizing::new(bytes.to_vec()),
            credential_type,
            issuer: issuer.iss.clone(),
            key: received.confirmation_key().clone(),
            issued_at,
            expires_at,
            parts: token.envelope().spans(),
            disclosures,
            thresholds: tree.thresholds,
        })
    }

    /// The type.
    #[must_use]
    pub const fn credential_type(&self) -> &'static CredentialType {
        self.credential_type
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key that it is bound to.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Time of issue, in whole hours.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// First moment at which it has expired.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// The credential as the issuer sent it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The claims that the holder has, for the holder's own eyes: id and value; for a threshold
    /// claim the number, for a list the elements.
    #[must_use]
    pub fn claims(&self) -> Vec<(&'static str, Value)> {
        let mut claims = Vec::new();
        for held in &self.disclosures {
            match held.place {
                Place::Claim(claim) if claim.domain().is_none() && claim.slots().is_none() => {
                    claims.push((claim.id, self.value(held)));
                }
                Place::Element { claim, .. } if claim.record().is_empty() => {
                    claims.push((claim.id, self.value(held)));
                }
                Place::Member { member, .. } => claims.push((member.id, self.value(held))),
                Place::Subject | Place::Group(_) | Place::Claim(_) | Place::Element { .. } => {}
            }
        }
        let numbers = self.thresholds.iter();
        claims.extend(numbers.map(|held| (held.claim.id, Value::Uint(u64::from(held.value)))));
        claims.sort_by_key(|(id, _)| *id);
        claims
    }

    fn value(&self, held: &Held) -> Value {
        let raw = self.bytes.get(held.value.clone()).unwrap_or_default();
        Value::decode(raw, &Limits::TOKEN, Encoding::Deterministic).unwrap_or(Value::Undefined)
    }

    fn has(&self, place: impl Fn(&Place) -> bool) -> bool {
        self.disclosures.iter().any(|held| place(&held.place))
    }

    /// The elements of the list whose member equals `wanted`.
    fn elements_where(&self, member: &Claim, wanted: &Value) -> Vec<usize> {
        let equal = |held: &&Held| {
            matches!(held.place, Place::Member { member: one, .. } if one.id == member.id)
                && self.value(held) == *wanted
        };
        let element = |held: &Held| match held.place {
            Place::Member { element, .. } => Some(element),
            _ => None,
        };
        self.disclosures.iter().filter(equal).filter_map(element).collect()
    }

    fn value_of(&self, id: &str) -> Option<Value> {
        let held = self.disclosures.iter().find(|held| match held.place {
            Place::Claim(claim) => claim.id == id,
            _ => false,
        })?;
        Some(self.value(held))
    }

    /// The credential with the chosen disclosures only; they keep the order of their hashes.
    fn select(&self, choose: impl Fn(&Place) -> bool) -> Vec<u8> {
        let slice = |span: &Range<usize>| self.bytes.get(span.clone()).unwrap_or_default();
        let chosen = || self.disclosures.iter().filter(|held| choose(&held.place));
        let mut out = Encoder::with_capacity(self.bytes.len());
        out.tag(sign1::TAG).array(4).bytes(slice(&self.parts.protected));
        match chosen().count() {
            0 => out.map(0),
            count => out.map(1).int(crate::numbers::header::SD_CLAIMS).array(count),
        };
        for held in chosen() {
            out.raw(slice(&held.encoded));
        }
        out.bytes(slice(&self.parts.payload)).bytes(slice(&self.parts.signature));
        out.into_bytes()
    }
}

/// H-08: whole hours, so that a time singles nobody out.
fn rounded_times(signed: &IssuerSigned<'_>) -> Result<(UnixTime, UnixTime), AcceptError> {
    let rounded = |time: &UnixTime| time.rounded_down(TIME_GRAIN_S) == *time;
    let issued_at = signed.issued_at().filter(rounded).ok_or(AcceptError::Times)?;
    let expires_at = signed.expires_at().filter(rounded).ok_or(AcceptError::Times)?;
    Ok((issued_at, expires_at))
}

/// The claims of a credential, found to be exactly as every holder of the type gets them.
struct Tree {
    /// Offset of a disclosed value, and the place that it has.
    places: Vec<(usize, Place)>,
    thresholds: Vec<HeldThreshold>,
}

/// `iss`, `exp`, `iat`, `cnf`, `vct`: all that is not redacted.
const PLAIN_CLAIMS: usize = 5;

impl Tree {
    fn read(claims: &Claims<'_, '_>, credential_type: &'static CredentialType) -> Result<Self, AcceptError> {
        if !claims.disclosures_are_sorted() {
            return Err(AcceptError::Order);
        }
        let mut tree = Self { places: Vec::new(), thresholds: Vec::new() };
        let top = claims.top();
        // One hash for each group and one for sub.
        require_shape(&top, PLAIN_CLAIMS, credential_type.digest_count() + 1)?;
        let mut outcome = Ok(());
        let visited = top.for_each_entry(|key, item| {
            if outcome.is_ok() {
                outcome = tree.top_entry(claims, credential_type, key, &item);
            }
        });
        outcome.and(visited.ok_or(AcceptError::Shape)).map(|()| tree)
    }

    fn top_entry(
        &mut self,
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        key: Key<'_>,
        item: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        match key {
            Key::Uint(label) if label == claim::SUB.unsigned_abs() => {
                item.as_text().ok_or(AcceptError::Shape)?;
                self.places.push((item.offset(), Place::Subject));
                Ok(())
            }
            Key::Text(name) => {
                let group = credential_type.group(name).ok_or(AcceptError::UnknownClaim)?;
                self.places.push((item.offset(), Place::Group(group)));
                self.group(claims, group, item)
            }
            // The five plain ones were counted, and four of them can only be plain (V-16).
            Key::Uint(label) if PLAIN_LABELS.contains(&label) => Ok(()),
            Key::Uint(_) | Key::Nint(_) | Key::Bytes(_) | Key::Simple(_) => Err(AcceptError::UnknownClaim),
        }
    }

    fn group(
        &mut self,
        claims: &Claims<'_, '_>,
        group: &'static Group,
        item: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        require_shape(item, 0, group.digest_count())?;
        let mut outcome = Ok(());
        let visited = item.for_each_entry(|key, value| {
            if outcome.is_ok() {
                outcome = match key {
                    Key::Text(name) => group.claim(name).ok_or(AcceptError::UnknownClaim),
                    _ => Err(AcceptError::UnknownClaim),
                }
                .and_then(|member| self.member(claims, item, member, &value));
            }
        });
        outcome.and(visited.ok_or(AcceptError::Shape))
    }

    fn member(
        &mut self,
        claims: &Claims<'_, '_>,
        group: &Item<'_, '_>,
        member: &'static Claim,
        value: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        self.places.push((value.offset(), Place::Claim(member)));
        let tree = value.to_value();
        member.kind.check(&tree).map_err(|fault| AcceptError::Claim { id: member.id, code: fault.code() })?;
        if let Some(domain) = member.domain() {
            let chain = Chain::of(member.id);
            let commitment = tree.as_bytes().unwrap_or_default();
            let found = claims
                .decoy_salts(group)
                .find_map(|salt| Some((salt, chain.value(salt, commitment, domain.max)?)));
            let (companion, value) = found.ok_or(AcceptError::Companion { id: member.id })?;
            let companion = Zeroizing::new(*companion);
            self.thresholds.push(HeldThreshold { claim: member, value, companion });
        }
        match member.slots() {
            Some(slots) => self.list(member, usize::from(slots), value),
            None => Ok(()),
        }
    }

    fn list(
        &mut self,
        claim: &'static Claim,
        slots: usize,
        list: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        require_shape(list, 0, slots)?;
        let mut element = 0;
        let mut outcome = Ok(());
        let visited = list.for_each_element(|item| {
            self.places.push((item.offset(), Place::Element { claim, element }));
            if outcome.is_ok() && !claim.record().is_empty() {
                outcome = self.record(claim, element, &item);
            }
            element += 1;
        });
        outcome.and(visited.ok_or(AcceptError::Shape))
    }

    fn record(
        &mut self,
        claim: &'static Claim,
        element: usize,
        item: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        require_shape(item, 0, claim.record().len())?;
        let visited = item.for_each_entry(|key, value| {
            // Kind::check of the list refused members that the schema does not know.
            if let Key::Text(name) = key
                && let Some(member) = claim.record().iter().find(|member| member.key == name)
            {
                self.places.push((value.offset(), Place::Member { claim, element, member }));
            }
        });
        visited.ok_or(AcceptError::Shape)
    }
}

const PLAIN_LABELS: [u64; PLAIN_CLAIMS] = [
    claim::ISS.unsigned_abs(),
    claim::EXP.unsigned_abs(),
    claim::IAT.unsigned_abs(),
    claim::CNF.unsigned_abs(),
    claim::VCT.unsigned_abs(),
];

/// H-06, H-07 and H-09: as many plain entries and hashes as every holder of the type has, in order.
fn require_shape(item: &Item<'_, '_>, plain: usize, hashes: usize) -> Result<(), AcceptError> {
    let shape = item.shape().ok_or(AcceptError::Shape)?;
    if shape.plain != plain {
        return Err(AcceptError::PlainClaims);
    }
    if shape.hashes != hashes {
        return Err(AcceptError::HashCount { required: hashes, presented: shape.hashes });
    }
    if shape.unsorted { Err(AcceptError::Order) } else { Ok(()) }
}

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
/// Of several held credentials of one type the first is used. All have to be bound to `key`, which
/// proves that they have one holder. Claims beyond the request are never shown.
///
/// # Errors
/// W-01 when something that is required is not held: the wallet then answers nothing, the same as
/// when its holder declines. I-06 for a key that cannot sign.
pub fn answer(
    request: &PermittedRequest,
    held: &[&HeldCredential],
    key: &SigningKey,
    consent: Consent<'_>,
    now: UnixTime,
) -> Result<Vec<u8>, AnswerError> {
    let public = key.public_key();
    let usable = |one: &&&HeldCredential| one.key == *public && one.issued_at <= now && now < one.expires_at;
    let mut tokens = Vec::new();
    for credential_type in request.scope().credential_types() {
        let entries: Vec<&ScopeEntry> =
            request.scope().of_type(credential_type).filter(|entry| consent.allows(entry)).collect();
        if entries.is_empty() {
            continue;
        }
        let of_type = |one: &&&HeldCredential| one.credential_type.vct == credential_type.vct;
        let credential = held.iter().filter(usable).find(of_type).ok_or_else(|| {
            AnswerError::Declined { missing: entries.iter().map(|entry| entry.claim.id()).collect() }
        })?;
        tokens.push(answer_with(request, credential, &entries, held, key, now)?);
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

fn answer_with(
    request: &PermittedRequest,
    credential: &HeldCredential,
    entries: &[&ScopeEntry],
    all: &[&HeldCredential],
    key: &SigningKey,
    now: UnixTime,
) -> Result<Vec<u8>, AnswerError> {
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
    Ok(bind(&selected, &binding, key, key.algorithm())?)
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
    AtLeast { threshold: u8, link: [u8; 32] },
}

impl Choice {
    fn of(credential: &HeldCredential, entry: &ScopeEntry, all: &[&HeldCredential]) -> Self {
        let wanted = entry.claim.claim;
        if !credential.has(|place| *place == Place::Claim(wanted)) {
            return Self::Lacks;
        }
        if let Some(threshold) = entry.at_least.first() {
            let held = credential.thresholds.iter().find(|held| held.claim.id == wanted.id);
            let link = held.and_then(|held| {
                Chain::of(wanted.id).link(&held.companion, held.value, *threshold)
            });
            return link.map_or(Self::Lacks, |link| Self::AtLeast { threshold: *threshold, link });
        }
        let Some(member) = entry.claim.member else { return Self::Whole };
        let equal_to = OPENED_WHERE_EQUAL.iter().find(|(list, _)| *list == member.id);
        let elements = match equal_to {
            Some((_, other)) => {
                let value = all.iter().filter(|one| one.key == credential.key).find_map(|one| one.value_of(other));
                value.map(|value| credential.elements_where(member, &value)).unwrap_or_default()
            }
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
            (Place::Element { claim, .. } | Place::Member { claim, .. }, Self::Whole) => claim.id == wanted.id,
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

/// Why a holder does not keep a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptError {
    /// M, C, V rules and H-01 to H-04.
    Token(sd_cwt::Error),
    /// H-05: no issuer of the trust list has this key for this type at this time.
    UnknownIssuer,
    /// H-06: a plain claim, or audience, nonce or claims header, that no other holder's credential has.
    PlainClaims,
    /// H-07: another number of hashes than every holder of the type has.
    HashCount {
        /// How many the type has.
        required: usize,
        /// How many there are.
        presented: usize,
    },
    /// H-08: `iat` and `exp` have to be there, in whole hours.
    Times,
    /// H-09: disclosures and hashes have to be in ascending order of the hashes.
    Order,
    /// H-10: a claim has a value that the schema does not allow.
    Claim {
        /// The claim.
        id: &'static str,
        /// The S rule.
        code: &'static str,
    },
    /// H-11: a claim that the type does not have.
    UnknownClaim,
    /// H-12: a threshold claim whose commitment no companion decoy explains.
    Companion {
        /// The claim.
        id: &'static str,
    },
    /// H-13: a credential type that is none of the three.
    UnknownType,
    /// H-14: a group, list or record that is not built as the type says.
    Shape,
}

impl AcceptError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::UnknownIssuer => "H-05",
            Self::PlainClaims => "H-06",
            Self::HashCount { .. } => "H-07",
            Self::Times => "H-08",
            Self::Order => "H-09",
            Self::Claim { .. } => "H-10",
            Self::UnknownClaim => "H-11",
            Self::Companion { .. } => "H-12",
            Self::UnknownType => "H-13",
            Self::Shape => "H-14",
        }
    }
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::UnknownIssuer => {
                f.write_str("H-05 issuer: required a key of the trust list that may issue this type at this time")
            }
            Self::PlainClaims => f.write_str("H-06 credential: a plain claim that the type does not have could mark the holder"),
            Self::HashCount { required, presented } => {
                write!(f, "H-07 credential: required {required} hashes in a map of this type, presented {presented}")
            }
            Self::Times => f.write_str("H-08 credential: iat and exp are required, in whole hours"),
            Self::Order => f.write_str("H-09 credential: hashes and disclosures are required in ascending order"),
            Self::Claim { id, code } => {
                write!(f, "H-10 claim {id}: its value breaks rule {code} of the schema")
            }
            Self::UnknownClaim => f.write_str("H-11 credential: it has a claim that its type does not have"),
            Self::Companion { id } => {
                write!(f, "H-12 claim {id}: no companion decoy explains its commitment")
            }
            Self::UnknownType => f.write_str("H-13 credential type: required identity, qualification or residence"),
            Self::Shape => f.write_str("H-14 credential: a group, list or record is not built as its type says"),
        }
    }
}

impl core::error::Error for AcceptError {}

impl From<sd_cwt::Error> for AcceptError {
    fn from(error: sd_cwt::Error) -> Self {
        Self::Token(error)
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
    /// I-06: the key cannot sign.
    Build(BuildError),
}

impl AnswerError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined { .. } => "W-01",
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
