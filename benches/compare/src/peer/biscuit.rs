//! `biscuit-auth`: a token of 20 facts that is bound to the holder's key by a check, and presented with a
//! third-party block that the holder signs.

use super::{About, FORGED_BYTE, Forgery, Peer, Refused, exchange, flip};
use crate::data::{self, Claim, Nonce, Value};
use biscuit_auth::builder::{Check, Fact, Rule, Term, bytes, fact, int, string};
use biscuit_auth::{Algorithm, AuthorizerBuilder, AuthorizerLimits, Biscuit, BlockBuilder};
use biscuit_auth::{KeyPair, PrivateKey, PublicKey};
use std::time::Duration;

pub(super) const ABOUT: About = About {
    system: "biscuit-auth",
    package: Some(("biscuit-auth", "6.0")),
    note: "cannot hide a fact: every presentation shows all 20, and three are read; the holder is bound by a \
           check of the first block that asks for a third-party block with the holder's key, so that a \
           presentation has three signatures; its rules run within every verification",
    hides: false,
    make: || Box::new(BiscuitAuth::new()),
    make_knowing: None,
};

struct BiscuitAuth {
    issuer: KeyPair,
    issuer_key: PublicKey,
    holder: PrivateKey,
    holder_key: PublicKey,
    /// Checks of the first block.
    bound: Check,
    not_expired: Check,
    /// What a verifier adds, without the nonce.
    policy: AuthorizerBuilder,
    query: Rule,
    held: Option<Biscuit>,
}

fn date(seconds: i64) -> Term {
    Term::Date(u64::try_from(seconds).expect("a time after 1970"))
}

impl BiscuitAuth {
    fn new() -> Self {
        let private = |seed| PrivateKey::from_bytes(seed, Algorithm::Ed25519).expect("a seed");
        let issuer = KeyPair::from(&private(&data::ISSUER_SEED));
        let holder = private(&data::HOLDER_SEED);
        let holder_key = holder.public();
        let bound = format!(
            "check if audience($audience), nonce($nonce), earliest($from), latest($until), \
             presented($audience, $nonce, $at), $at >= $from, $at <= $until \
             trusting ed25519/{}",
            holder_key.to_bytes_hex()
        );
        // The default of one millisecond is within reach of a machine that does something else as well.
        let limits = AuthorizerLimits { max_time: Duration::from_secs(10), ..AuthorizerLimits::default() };
        let policy = AuthorizerBuilder::new()
            .fact(fact("audience", &[string(data::AUDIENCE)]))
            .and_then(|policy| policy.fact(fact("time", &[date(data::NOW)])))
            .and_then(|policy| policy.fact(fact("earliest", &[date(data::NOW - data::MAX_AGE_S)])))
            .and_then(|policy| policy.fact(fact("latest", &[date(data::NOW)])))
            .and_then(|policy| policy.policy(format!("allow if issuer(\"{}\")", data::ISSUER).as_str()));
        Self {
            issuer_key: issuer.public(),
            issuer,
            holder,
            holder_key,
            bound: bound.as_str().try_into().expect("a check"),
            not_expired: "check if time($now), expires($at), $now < $at".try_into().expect("a check"),
            policy: policy.expect("facts and a policy").set_limits(limits),
            query: "claims($name, $value) <- claim($name, $value)".try_into().expect("a rule"),
            held: None,
        }
    }

    fn verified_claims(&self, presentation: &[u8], nonce: Nonce) -> Result<Vec<Fact>, Refused> {
        let token = Biscuit::from(presentation, self.issuer_key).map_err(|_| Refused)?;
        let policy = self.policy.clone().fact(fact("nonce", &[bytes(nonce.bytes)]));
        let mut authorizer = policy.map_err(|_| Refused)?.build(&token).map_err(|_| Refused)?;
        authorizer.authorize().map_err(|_| Refused)?;
        authorizer.query(self.query.clone()).map_err(|_| Refused)
    }
}

impl Peer for BiscuitAuth {
    fn issue(&mut self) -> Vec<u8> {
        let registered = [
            fact("issuer", &[string(data::ISSUER)]),
            fact("subject", &[string(data::SUBJECT)]),
            fact("type", &[string(data::TYPE)]),
            fact("issued", &[date(data::NOW)]),
            fact("expires", &[date(data::EXPIRES)]),
        ];
        let claims = data::CLAIMS.iter().map(|claim| {
            let value = match claim.value {
                Value::Text(text) => string(text),
                Value::Number(number) => int(number),
            };
            fact("claim", &[string(claim.name), value])
        });
        let facts = registered.into_iter().chain(claims);
        let builder = facts.fold(Biscuit::builder(), |builder, fact| builder.fact(fact).expect("a fact"));
        let checks = [self.bound.clone(), self.not_expired.clone()];
        let builder = checks.into_iter().fold(builder, |builder, one| builder.check(one).expect("a check"));
        let token = builder.build(&self.issuer).expect("facts and checks");
        token.to_vec().expect("a token")
    }

    fn accept(&mut self, issued: &[u8]) {
        self.held = Some(Biscuit::from(issued, self.issuer_key).expect("a token"));
    }

    fn present(&mut self, _: &[usize], nonce: Nonce) -> Vec<u8> {
        let held = self.held.as_ref().expect("a token was accepted");
        let presented = [string(data::AUDIENCE), bytes(nonce.bytes), date(data::NOW)];
        let block = BlockBuilder::new().fact(fact("presented", &presented)).expect("a fact");
        let request = held.third_party_request().expect("a token that is not sealed");
        let block = request.create_block(&self.holder, block).expect("a block");
        let token = held.append_third_party(self.holder_key, block).expect("the holder's block");
        token.to_vec().expect("a token")
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let facts = self.verified_claims(presentation, nonce)?;
        for claim in data::claims_at(asked) {
            let value = facts.iter().find_map(|fact| match fact.predicate.terms.as_slice() {
                [Term::Str(name), value] if name == claim.name => Some(value),
                _ => None,
            });
            match value.ok_or(Refused)? {
                Term::Str(text) => read(claim, Value::Text(text)),
                Term::Integer(number) => read(claim, Value::Number(*number)),
                _ => return Err(Refused),
            }
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        match forgery {
            Forgery::IssuerSignature => {
                let token = Biscuit::from(presentation, self.issuer_key).ok()?;
                let signature = token.container().authority.signature.to_bytes();
                let place = presentation.windows(signature.len()).position(|window| window == signature)?;
                flip(presentation, place + FORGED_BYTE)
            }
            Forgery::HolderSignature => {
                flip(presentation, self.holder_signature(presentation)? + FORGED_BYTE)
            }
            Forgery::Claim => exchange(presentation),
        }
    }
}

impl BiscuitAuth {
    /// Where the external signature is: field 1, 64 bytes, and then the key that made it: field 2, 36 bytes;
    /// algorithm 0; 32 bytes.
    fn holder_signature(&self, presentation: &[u8]) -> Option<usize> {
        let key = [&[0x12, 0x24, 0x08, 0x00, 0x12, 0x20], self.holder_key.to_bytes().as_slice()].concat();
        let end = presentation.windows(key.len()).rposition(|window| window == key)?;
        let start = end.checked_sub(64)?;
        presentation.get(..start)?.ends_with(&[0x0a, 0x40]).then_some(start)
    }
}
