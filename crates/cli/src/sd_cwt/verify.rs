//! `geleit sd-cwt verify`: a key-binding token, for a named issuer key, audience and nonce.

use super::{Allowed, Hex, hex, hint, issuer_name, nonce};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::json;
use crate::text::{fields, printable};
use geleit_cose::cbor::{Encoding, Limits};
use geleit_cose::diagnostic;
use geleit_credential::sd_cwt::{Error, Expected, KeyBoundToken, Scratch, SdCwt, VerifiedToken, verify};
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Only Ed25519 (-19) is allowed without being named. A token with a nonce is refused when --nonce is not
given: it answers somebody else's question. Without --nonce freshness is not checked: a token that is
shown again is not noticed.

Example: geleit sd-cwt verify --issuer-key issuer.pub.pem --audience https://verifier.example \\
           --nonce 00112233445566778899aabbccddeeff --now 2026-11-23T09:00:00Z presentation.cbor";

/// Verify a key-binding token and print the validated claims
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verify {
    /// The issuer's public key (PEM)
    #[arg(long, value_name = "PUB.pem")]
    issuer_key: PathBuf,
    /// A name of this verifier
    #[arg(long, value_name = "NAME")]
    audience: String,
    /// The nonce that was sent to the holder, in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = hex)]
    nonce: Option<Hex>,
    /// The only issuer name that may stand behind the key
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    #[command(flatten)]
    allowed: Allowed,
    /// The key-binding token, or "-"
    file: PathBuf,
}

impl Verify {
    /// Runs the command.
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_public_key(&self.issuer_key)?;
        let bytes = files::read_object(&self.file)?;
        let refused = |error: Error| {
            Failure::refused(error.code(), error).at(files::name(&self.file)).hint(hint(error.code()))
        };
        let token = KeyBoundToken::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant).map_err(|error| {
            let without_key_binding = SdCwt::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant).is_ok();
            if without_key_binding { refused(error).hint(hint("V-02")) } else { refused(error) }
        })?;
        let expected = Expected {
            audiences: &[&self.audience],
            nonce: nonce(self.nonce.as_ref()),
            now: context.now()?,
            algorithms: self.allowed.algorithms(),
            issuer: issuer_name(self.issuer.as_deref()),
        };
        let mut scratch = Scratch::default();
        let verified = verify(&token, &key, &expected, &mut scratch).map_err(refused)?;
        self.answer(&verified)
    }

    const fn checked(&self) -> &'static str {
        match self.nonce {
            Some(_) => "issuer signature, holder signature, times, audience, nonce, every disclosure",
            None => {
                "issuer signature, holder signature, times, audience, every disclosure; no nonce: freshness not checked"
            }
        }
    }

    fn answer(&self, verified: &VerifiedToken<'_, '_>) -> Result<Answer, Failure> {
        let claims = verified.claims().to_value();
        let cbor = claims.encode();
        let hex = base16ct::lower::encode_string(&cbor);
        let notation = diagnostic::pretty(&cbor, &Limits::REGISTER)
            .map_err(|error| Failure::refused(error.code(), error))?;
        let holder = base16ct::lower::encode_string(&verified.confirmation_key().thumbprint());
        let head = fields([
            ("verified", self.checked()),
            ("issuer", &printable(verified.issuer())),
            ("audience", &printable(&self.audience)),
            ("holder key", &holder),
        ]);
        let text = format!("{head}\nClaims:\n{notation}\n\nClaims in deterministic CBOR:\n{hex}\n");
        let json = json!({
            "schema": "geleit.sd-cwt-verify/1",
            "verified": true,
            "iss": verified.issuer(),
            "audience": self.audience,
            "nonce_checked": self.nonce.is_some(),
            "holder_thumbprint": holder,
            "claims": json::from_cbor(&claims),
            "claims_cbor": hex,
        });
        Ok(Answer::new(text, json))
    }
}
