//! What is attacked, and who helps: the last credential of an answer, its issuer and its holder.

use super::Scene;
use super::forge::{self, Credential, Envelope, Hidden, Node, RawMap};
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_credential::numbers::{HASH_BYTES, SALT_BYTES, cbor, claim, header};
use geleit_credential::presentation::Presentation;
use geleit_credential::schema::CredentialType;
use geleit_credential::sd_cwt::KeyBoundToken;
use geleit_credential::time::UnixTime;

/// A salt that no honest issuer drew.
pub(super) const SALT: [u8; 16] = *b"salt of attacker";

/// The last token of the honest answer, and what is needed to break it.
pub(super) struct Target<'a> {
    pub(super) scene: &'a Scene<'a>,
    /// The tokens of the honest answer.
    pub(super) tokens: Vec<Vec<u8>>,
    /// The last of them.
    pub(super) token: Vec<u8>,
    /// The credential in it, with what was disclosed.
    pub(super) credential: Vec<u8>,
    /// Name and key of its issuer.
    pub(super) issuer: (&'a str, &'a SigningKey),
    credential_type: &'static CredentialType,
}

impl<'a> Target<'a> {
    /// `None` for an answer that [`forge`] could not take apart: one that declines, or that is broken already.
    pub(super) fn of(scene: &'a Scene<'a>) -> Option<Self> {
        let presentation = Presentation::parse(scene.honest, &Limits::TOKEN).ok()?;
        if !presentation.tokens().all(is_whole) {
            return None;
        }
        let tokens = forge::tokens(scene.honest);
        let token = tokens.last()?.clone();
        let credential = forge::credential_of(&token);
        let credential_type = type_of(&credential)?;
        let iss = text_of(&credential, claim::ISS)?;
        let issuer = scene.issuers.iter().find(|(name, one, _)| *name == credential_type.name && *one == iss);
        let issuer = issuer.map(|(_, iss, key)| (*iss, *key))?;
        Some(Self { scene, tokens, token, credential, issuer, credential_type })
    }

    /// The name of the credential's type.
    pub(super) const fn type_name(&self) -> &'static str {
        self.credential_type.name
    }

    /// The answer with another token in place of the last.
    pub(super) fn with(&self, token: Vec<u8>) -> Vec<u8> {
        let mut tokens = self.tokens.clone();
        tokens.pop();
        tokens.push(token);
        forge::presentation(&tokens)
    }

    /// The answer with a token that nobody signed again.
    pub(super) fn tampered(&self, change: impl FnOnce(&mut Envelope)) -> Vec<u8> {
        self.with(Envelope::tamper(&self.token, change))
    }

    /// The answer with what the holder signed instead.
    pub(super) fn holder(&self, change: impl FnOnce(&mut Envelope)) -> Vec<u8> {
        self.with(Envelope::resign(&self.token, self.scene.holder_key, change))
    }

    /// As [`Self::holder`], one claim of the key-binding token.
    pub(super) fn holder_claim(&self, label: i64, value: &Value) -> Vec<u8> {
        self.holder(|token| token.payload.set(&Value::int(label), value))
    }

    /// The answer with a claim that no profile has, encoded like this.
    pub(super) fn holder_extra(&self, encoded: &[u8]) -> Vec<u8> {
        self.holder(|token| token.payload.set_raw(&Value::Uint(5_000), encoded.to_vec()))
    }

    /// The answer around another credential.
    pub(super) fn around(&self, credential: Vec<u8>) -> Vec<u8> {
        self.with(forge::rebind(&self.token, credential, self.scene.holder_key))
    }

    /// The answer around the credential with these disclosures, which the issuer's signature does not cover.
    pub(super) fn disclosing(&self, disclosures: Vec<Vec<u8>>) -> Vec<u8> {
        self.around(forge::with_disclosures(&self.credential, disclosures))
    }

    /// The answer around what the issuer signed instead.
    pub(super) fn issuer(&self, change: impl FnOnce(&mut Credential)) -> Vec<u8> {
        self.around(self.issued(change))
    }

    /// As [`Self::issuer`], one plain claim.
    pub(super) fn issuer_claim(&self, label: i64, value: &Value) -> Vec<u8> {
        self.issuer(|credential| credential.claims.set_plain(&Value::int(label), value))
    }

    /// As [`Self::issuer`], without one plain claim.
    pub(super) fn issuer_without(&self, label: i64) -> Vec<u8> {
        self.issuer(|credential| credential.claims.remove_plain(&Value::int(label)))
    }

    /// As [`Self::issuer`], with changes of headers and encoding.
    pub(super) fn issuer_envelope(&self, change: impl FnOnce(&mut Envelope)) -> Vec<u8> {
        self.around(Envelope::resign(&self.credential, self.issuer.1, change))
    }

    /// What the issuer signed instead.
    pub(super) fn issued(&self, change: impl FnOnce(&mut Credential)) -> Vec<u8> {
        let mut credential = Credential::open(&self.credential);
        change(&mut credential);
        credential.seal(self.issuer.1)
    }

    /// What the issuer signed instead: a disclosure of this content, which may have any shape, in place of one that is
    /// hidden at the top.
    pub(super) fn issued_disclosure(&self, content: &Value) -> Option<Vec<u8>> {
        let encoded = Value::bytes(content.encode()).encode();
        let hash = geleit_credential::sd_cwt::redacted_claim_hash(&encoded);
        let mut credential = Credential::open(&self.credential);
        *hidden_at(&mut credential.claims)? = Hidden::Unknown(hash);
        Some(self.around(credential.seal_with(self.issuer.1, |all| {
            all.push(encoded);
            forge::sort_disclosures(all);
        })))
    }

    /// What was disclosed.
    pub(super) fn disclosures(&self) -> Vec<Vec<u8>> {
        forge::disclosures(&self.credential)
    }

    /// Whether the holder shows the disclosure of this.
    pub(super) fn shows(&self, one: &Hidden) -> bool {
        one.disclosure().is_some_and(|disclosure| self.disclosures().contains(&disclosure))
    }

    /// The credential as it was issued.
    pub(super) fn whole(&self) -> Option<&'a [u8]> {
        let signature = forge::signature(&self.credential);
        self.scene.credentials.iter().find(|one| one.ends_with(&signature)).copied()
    }

    /// A date of the credential, in seconds.
    pub(super) fn date(&self, label: i64) -> Option<UnixTime> {
        date(&Envelope::open(&self.credential).payload, label)
    }

    /// A date of the key-binding token.
    pub(super) fn bound_date(&self, label: i64) -> Option<UnixTime> {
        date(&Envelope::open(&self.token).payload, label)
    }

    /// A date of the request.
    pub(super) fn request_date(&self, label: i64) -> Option<UnixTime> {
        date(&Envelope::open(self.scene.request).payload, label)
    }
}

/// Whether payloads and disclosures have the shapes that [`forge`] relies on; headers were parsed.
fn is_whole(token: &KeyBoundToken<'_>) -> bool {
    let credential = token.credential().envelope();
    let payloads = [token.envelope(), credential].map(|one| value_of(one.dangerous_unverified_payload()));
    let claims = payloads.iter().all(|one| one.as_ref().is_some_and(|one| is_map(one) && is_regular(one)));
    let headers = value_of(credential.unprotected());
    let disclosures = headers.as_ref().and_then(|headers| headers.get_int(header::SD_CLAIMS));
    claims
        && match disclosures {
            None => true,
            Some(Value::Array(all)) => all.iter().all(is_disclosure),
            Some(_) => false,
        }
}

const fn is_map(value: &Value) -> bool {
    matches!(value, Value::Map(_))
}

fn is_disclosure(encoded: &Value) -> bool {
    let Value::Bytes(content) = encoded else { return false };
    match value_of(content) {
        Some(Value::Array(parts)) => {
            (1..=3).contains(&parts.len())
                && parts.first().is_some_and(|salt| is_bytes(salt, SALT_BYTES))
                && parts.iter().all(is_regular)
        }
        _ => false,
    }
}

/// Whether hashes stand where something is redacted, and nothing else.
fn is_regular(value: &Value) -> bool {
    let is_hash = |one: &Value| is_bytes(one, HASH_BYTES);
    match value {
        Value::Array(items) => items.iter().all(|item| match item {
            Value::Tag(cbor::REDACTED_ELEMENT, hash) => is_hash(hash),
            other => is_regular(other),
        }),
        Value::Map(entries) => entries.iter().all(|(key, value)| match (key, value) {
            (Value::Simple(cbor::REDACTED_CLAIM_KEYS), Value::Array(hashes)) => hashes.iter().all(is_hash),
            (Value::Simple(cbor::REDACTED_CLAIM_KEYS), _) => false,
            (_, value) => is_regular(value),
        }),
        _ => true,
    }
}

fn is_bytes(value: &Value, length: usize) -> bool {
    matches!(value, Value::Bytes(bytes) if bytes.len() == length)
}

/// A hash of a map that was not disclosed: of a claim or of nothing.
pub(super) fn hidden_at(node: &mut Node) -> Option<&mut Hidden> {
    let Node::Map(_, hidden) = node else { return None };
    hidden.iter_mut().find(|one| matches!(one, Hidden::Unknown(_)))
}

/// The disclosed entries of a map.
pub(super) fn shown_at(node: &mut Node) -> impl Iterator<Item = (&mut [u8; 16], &mut Node)> {
    let hidden = match node {
        Node::Map(_, hidden) => hidden.as_mut_slice(),
        Node::Leaf(_) | Node::Array(_) => &mut [],
    };
    hidden.iter_mut().filter_map(|one| match one {
        Hidden::Entry(salt, _, value) => Some((salt, value)),
        Hidden::Unknown(_) | Hidden::Decoy(_) | Hidden::Element(..) => None,
    })
}

/// The first list that is opened in a group.
pub(super) fn list_at(claims: &mut Node) -> Option<&mut Vec<Result<Node, Hidden>>> {
    shown_at(claims).flat_map(|(_, group)| shown_at(group)).find_map(|(_, value)| match value {
        Node::Array(elements) => Some(elements),
        Node::Leaf(_) | Node::Map(..) => None,
    })
}

/// A disclosure of nothing that anybody issued.
pub(super) fn orphan(number: u8) -> Vec<u8> {
    let content = Value::Array(vec![Value::bytes([number; 16]), Value::Bool(true), Value::text("bonus")]);
    Value::bytes(content.encode()).encode()
}

/// An encoded item as a value.
pub(super) fn value_of(encoded: &[u8]) -> Option<Value> {
    use geleit_cose::cbor::{Encoding, Limits};
    Value::decode(encoded, &Limits::REGISTER, Encoding::Tolerant).ok()
}

fn date(payload: &RawMap, label: i64) -> Option<UnixTime> {
    value_of(payload.get(&Value::int(label))?)?.as_int().map(UnixTime)
}

fn type_of(credential: &[u8]) -> Option<&'static CredentialType> {
    CredentialType::by_vct(&text_of(credential, claim::VCT)?)
}

fn text_of(credential: &[u8], label: i64) -> Option<String> {
    let envelope = Envelope::open(credential);
    value_of(envelope.payload.get(&Value::int(label))?)?.as_text().map(str::to_owned)
}

/// The label of the disclosures.
pub(super) const SD_CLAIMS: Value = Value::int(header::SD_CLAIMS);
