//! An SD-CWT of no type of this project: twenty redacted claims, of which three are shown.

use crate::FixedRng;
use crate::world::{NOW, key};
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Key, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_credential::numbers::{cbor, claim, confirmation};
use geleit_credential::sd_cwt::{
    IssuerName, KeyBinding, MyKeys, Nonce, ReceivedToken, Receiving, Scratch, SdCwt, bind, issue, receive,
    select,
};

/// Keys of the claims that are shown.
const SHOWN: [&str; 3] = ["claim 3", "claim 7", "claim 11"];

/// The credential and the keys behind it.
#[derive(Debug)]
pub struct Twenty {
    issuer: SigningKey,
    holder: SigningKey,
    /// As the issuer sent it.
    pub issued: Vec<u8>,
}

impl Default for Twenty {
    fn default() -> Self {
        Self::new()
    }
}

impl Twenty {
    /// The same bytes in every run.
    #[must_use]
    pub fn new() -> Self {
        let (issuer, holder) = (key("issuer"), key("holder"));
        let cose_key =
            Value::decode(&holder.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
        let cnf = (Value::int(confirmation::COSE_KEY), cose_key.expect("a key that was just encoded"));
        let mut claims = vec![
            (Value::int(claim::ISS), Value::text("https://issuer.example")),
            (Value::int(claim::SUB), Value::text("somebody")),
            (Value::int(claim::EXP), Value::int(NOW.plus(86_400).0)),
            (Value::int(claim::IAT), Value::int(NOW.0)),
            (Value::int(claim::CNF), Value::Map(vec![cnf])),
        ];
        claims.extend((0..20).map(|number| {
            let key = Value::text(format!("claim {number}"));
            let value = Value::text(format!("value of claim {number}"));
            (Value::Tag(cbor::TO_BE_REDACTED, Box::new(key)), value)
        }));
        let rng = &mut FixedRng::new("twenty");
        let issued = issue(&Value::Map(claims), b"issuer key 1", &issuer, Algorithm::ED25519, rng);
        Self { issuer, holder, issued: issued.expect("claims that can be issued") }
    }

    /// The parsed credential.
    #[must_use]
    pub fn token(&self) -> SdCwt<'_> {
        SdCwt::parse(&self.issued, &Limits::TOKEN, Encoding::Deterministic).expect("an SD-CWT")
    }

    /// The holder checks it.
    #[must_use]
    pub fn receive<'b, 's>(&self, token: &SdCwt<'b>, scratch: &'s mut Scratch) -> ReceivedToken<'b, 's> {
        let receiving = Receiving {
            keys: MyKeys::OneOf(core::slice::from_ref(self.holder.public_key())),
            audiences: &[],
            nonces: &[],
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly("https://issuer.example"),
        };
        receive(token, self.issuer.public_key(), &receiving, scratch).expect("a credential for this holder")
    }

    /// The holder shows three claims.
    #[must_use]
    pub fn present(&self, received: &ReceivedToken<'_, '_>) -> Vec<u8> {
        let shown = |key| matches!(key, Some(Key::Text(key)) if SHOWN.contains(&key));
        let selected = select(received, |one| shown(one.key())).expect("claims without parents");
        let binding = KeyBinding {
            audience: "https://verifier.example",
            nonce: Nonce::Exactly(b"sixteen byte nonce"),
            issued_at: NOW,
            more: &[],
        };
        bind(&selected, &binding, &self.holder, Algorithm::ED25519).expect("the holder's key signs")
    }
}
