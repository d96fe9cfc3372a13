//! What a wallet checks before it keeps a credential: beyond the draft, that nothing could mark the
//! holder (H-05 to H-15).

use super::{Held, HeldCredential, HeldThreshold, Place};
use crate::issuer::{LIFETIMES_S, MAX_STATUS_URI_BYTES, PlainClaims, TIME_GRAIN_S};
use crate::numbers::{claim, header};
use crate::schema::{Claim, ClaimSet, CredentialType, Date, Group};
use crate::sd_cwt::{
    self, Claims, Disclosure, IssuerName, IssuerSigned, Item, MyKeys, Receiving, Scratch, SdCwt,
    protected_header, receive,
};
use crate::threshold::Chain;
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, TrustError, TrustList};
use core::fmt;
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoder, Encoding, Key, Limits};
use geleit_cose::key::PublicKey;
use geleit_cose::sign1::Sign1;
use zeroize::Zeroizing;

impl HeldCredential {
    /// Checks a credential that an issuer sent, and keeps it.
    ///
    /// # Errors
    /// T-04; M, C, V and H rules.
    pub fn accept(
        bytes: &[u8],
        trust: &TrustList,
        my_keys: &[PublicKey],
        now: UnixTime,
        scratch: &mut Scratch,
    ) -> Result<Self, AcceptError> {
        trust.require_current(now)?;
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
        let status = signed.status().filter(|status| status.uri.len() <= MAX_STATUS_URI_BYTES);
        let plain = PlainClaims {
            iss: &issuer.iss,
            times: (issued_at, expires_at),
            holder_key: signed.confirmation_key(),
            credential_type,
            status: status.ok_or(AcceptError::Status)?,
        };
        require_unmarked(token.envelope(), signed.payload(), kid, plain.encode().as_bytes())?;
        let tree = Tree::read(received.claims(), credential_type, issued_at)?;
        // Whatever opens something has a place in the tree, so that the wallet knows all that it holds.
        let place = |disclosure: Disclosure<'_, '_>| {
            let value = disclosure.value_span()?;
            let place = tree.places.iter().find(|(at, _)| *at == value.start);
            Some(place.ok_or(AcceptError::Shape).map(|(_, place)| Held {
                encoded: disclosure.encoded_span(),
                value,
                place: *place,
            }))
        };
        let disclosures = received.claims().disclosures().filter_map(place).collect::<Result<_, _>>()?;
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
}

/// H-08: whole hours and one of the usual lives, so that a time singles nobody out.
fn rounded_times(signed: &IssuerSigned<'_>) -> Result<(UnixTime, UnixTime), AcceptError> {
    let rounded = |time: &UnixTime| time.rounded_down(TIME_GRAIN_S) == *time;
    let issued_at = signed.issued_at().filter(rounded).ok_or(AcceptError::Times)?;
    let expires_at = signed.expires_at().filter(rounded).ok_or(AcceptError::Times)?;
    if !LIFETIMES_S.contains(&expires_at.since(issued_at)) {
        return Err(AcceptError::Times);
    }
    Ok((issued_at, expires_at))
}

/// H-06: headers and plain claims are, to the byte, those that every holder of the type gets.
fn require_unmarked(
    envelope: &Sign1<'_>,
    payload: &[u8],
    kid: &[u8],
    plain_claims: &[u8],
) -> Result<(), AcceptError> {
    let mut unprotected = Encoder::new();
    unprotected.map(1).int(header::SD_CLAIMS);
    let alike = envelope.protected() == protected_header(kid, Algorithm::ED25519)
        && envelope.unprotected().starts_with(unprotected.as_bytes())
        && payload.starts_with(plain_claims);
    if alike { Ok(()) } else { Err(AcceptError::PlainClaims) }
}

/// What the thresholds of a credential most likely are: an issuer derives them from the finer claims beside them.
/// Nothing rests on it but the order in which values are tried.
fn likely(
    claims: &Claims<'_, '_>,
    credential_type: &'static CredentialType,
    issued_at: UnixTime,
) -> ClaimSet {
    let mut set = ClaimSet::new(credential_type);
    for group in credential_type.groups {
        let Some(opened) = claims.get(Key::Text(group.key)) else { continue };
        for claim in group.members.iter().filter(|claim| claim.domain().is_none()) {
            if let Some(item) = opened.get(Key::Text(claim.key)) {
                let _ = set.set(claim.id, item.to_value());
            }
        }
    }
    if let Some(today) = Date::from_unix(issued_at.0) {
        let _ = set.derive(today);
    }
    set
}

/// The claims of a credential, found to be exactly as every holder of the type gets them.
struct Tree {
    /// Offset of a disclosed value, and the place that it has.
    places: Vec<(usize, Place)>,
    thresholds: Vec<HeldThreshold>,
    /// What thresholds are looked for first.
    likely: ClaimSet,
}

/// `iss`, `exp`, `iat`, `cnf`, `vct`, `status`: all that is not redacted.
const PLAIN_CLAIMS: usize = PlainClaims::COUNT;

impl Tree {
    fn read(
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        issued_at: UnixTime,
    ) -> Result<Self, AcceptError> {
        if !claims.disclosures_are_sorted() {
            return Err(AcceptError::Order);
        }
        let likely = likely(claims, credential_type, issued_at);
        let mut tree = Self { places: Vec::new(), thresholds: Vec::new(), likely };
        let top = claims.top();
        // One hash for each group and one for sub.
        require_shape(&top, PLAIN_CLAIMS, credential_type.digest_count() + 1)?;
        top.try_each_entry(AcceptError::Shape, |key, item| {
            tree.top_entry(claims, credential_type, key, &item)
        })?;
        Ok(tree)
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
            // The six plain ones were counted, and four of them can only be plain (V-16).
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
        item.try_each_entry(AcceptError::Shape, |key, value| {
            let Key::Text(name) = key else { return Err(AcceptError::UnknownClaim) };
            let member = group.claim(name).ok_or(AcceptError::UnknownClaim)?;
            self.member(claims, item, member, &value)
        })
    }

    fn member(
        &mut self,
        claims: &Claims<'_, '_>,
        group: &Item<'_, '_>,
        member: &'static Claim,
        value: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        self.places.push((value.offset(), Place::Claim(member)));
        if member.slots().is_none() {
            require_whole(value)?;
        }
        let tree = value.to_value();
        member.kind.check(&tree).map_err(|fault| AcceptError::Claim { id: member.id, code: fault.code() })?;
        if let Some(domain) = member.domain() {
            let chain = Chain::of(member.id);
            let commitment = tree.as_bytes().unwrap_or_default();
            let likely = self.likely.threshold(member.id);
            let found = chain.find(claims.decoy_salts(group), commitment, likely, domain.max);
            let (companion, value) = found.ok_or(AcceptError::Companion { id: member.id })?;
            let companion = Zeroizing::new(*companion);
            self.thresholds.push(HeldThreshold { claim: member, value, companion });
        }
        match member.slots() {
            Some(slots) => self.list(member, usize::from(slots), value),
            None => Ok(()),
        }
    }

    fn list(&mut self, claim: &'static Claim, slots: usize, list: &Item<'_, '_>) -> Result<(), AcceptError> {
        require_shape(list, 0, slots)?;
        let mut element = 0;
        list.try_each_element(AcceptError::Shape, |item| {
            self.places.push((item.offset(), Place::Element { claim, element }));
            if claim.record().is_empty() {
                require_whole(&item)?;
            } else {
                self.record(claim, element, &item)?;
            }
            element += 1;
            Ok(())
        })
    }

    fn record(
        &mut self,
        claim: &'static Claim,
        element: usize,
        item: &Item<'_, '_>,
    ) -> Result<(), AcceptError> {
        require_shape(item, 0, claim.record().len())?;
        item.try_each_entry(AcceptError::Shape, |key, value| {
            let Key::Text(name) = key else { return Err(AcceptError::UnknownClaim) };
            let member = claim.record().iter().find(|member| member.key == name);
            let member = member.ok_or(AcceptError::UnknownClaim)?;
            self.places.push((value.offset(), Place::Member { claim, element, member }));
            require_whole(&value)
        })
    }
}

const PLAIN_LABELS: [u64; PLAIN_CLAIMS] = [
    claim::ISS.unsigned_abs(),
    claim::EXP.unsigned_abs(),
    claim::IAT.unsigned_abs(),
    claim::CNF.unsigned_abs(),
    claim::VCT.unsigned_abs(),
    claim::STATUS.unsigned_abs(),
];

/// H-14: a claim that is one disclosure has nothing redacted inside.
fn require_whole(value: &Item<'_, '_>) -> Result<(), AcceptError> {
    if value.is_unredacted() { Ok(()) } else { Err(AcceptError::Shape) }
}

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

/// Why a holder does not keep a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptError {
    /// T-04: the trust list is not valid now.
    Trust(TrustError),
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
    /// H-08: `iat` and `exp` have to be there, in whole hours, and one of the usual lives apart.
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
    /// H-15: no place in a status list, or an address that is too long.
    Status,
}

impl AcceptError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Trust(error) => error.code(),
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
            Self::Status => "H-15",
        }
    }
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trust(error) => error.fmt(f),
            Self::Token(error) => error.fmt(f),
            Self::UnknownIssuer => f.write_str(
                "H-05 issuer: required a key of the trust list that may issue this type at this time",
            ),
            Self::PlainClaims => f.write_str(
                "H-06 credential: a plain claim that the type does not have could mark the holder",
            ),
            Self::HashCount { required, presented } => {
                write!(
                    f,
                    "H-07 credential: required {required} hashes in a map of this type, presented {presented}"
                )
            }
            Self::Times => f.write_str(
                "H-08 credential: iat and exp are required, in whole hours, 1, 7 or 28 days apart",
            ),
            Self::Order => {
                f.write_str("H-09 credential: hashes and disclosures are required in ascending order")
            }
            Self::Claim { id, code } => {
                write!(f, "H-10 claim {id}: its value breaks rule {code} of the schema")
            }
            Self::UnknownClaim => f.write_str("H-11 credential: it has a claim that its type does not have"),
            Self::Companion { id } => {
                write!(f, "H-12 claim {id}: no companion decoy explains its commitment")
            }
            Self::UnknownType => {
                f.write_str("H-13 credential type: required identity, qualification or residence")
            }
            Self::Shape => {
                f.write_str("H-14 credential: a group, list or record is not built as its type says")
            }
            Self::Status => write!(
                f,
                "H-15 credential: required a place in a status list, with an address of at most \
                 {MAX_STATUS_URI_BYTES} bytes"
            ),
        }
    }
}

impl core::error::Error for AcceptError {}

impl From<TrustError> for AcceptError {
    fn from(error: TrustError) -> Self {
        Self::Trust(error)
    }
}

impl From<sd_cwt::Error> for AcceptError {
    fn from(error: sd_cwt::Error) -> Self {
        Self::Token(error)
    }
}
