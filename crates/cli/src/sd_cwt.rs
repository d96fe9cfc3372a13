//! `geleit sd-cwt`: the format alone, for any conforming SD-CWT (draft-ietf-spice-sd-cwt-08).
//!
//! No trust list, no purpose, no credential type: keys are trusted because the caller names them. Checks
//! on people belong to `geleit verify`.

mod issue;
mod present;
mod verify;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::inspect;
use clap::Subcommand;
use geleit_cose::algorithm::Algorithms;
use geleit_credential::sd_cwt::{IssuerName, Nonce};
use std::path::PathBuf;

/// The format alone: issue, present, verify and look at any SD-CWT
#[derive(Debug, Subcommand)]
pub(crate) enum SdCwt {
    Issue(issue::Issue),
    Present(present::Present),
    Verify(verify::Verify),
    /// Show a token in CBOR diagnostic notation; nothing is verified
    #[command(after_help = "Example: geleit sd-cwt inspect presentation.cbor")]
    Inspect {
        /// An SD-CWT or a key-binding token, or "-"
        file: PathBuf,
    },
}

impl SdCwt {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Issue(command) => command.run(context),
            Self::Present(command) => command.run(context),
            Self::Verify(command) => command.run(context),
            Self::Inspect { file } => inspect::object(file),
        }
    }
}

/// Signature algorithms beyond Ed25519 (-19).
#[derive(Clone, Copy, Debug, clap::Args)]
struct Allowed {
    /// Also allow Ed25519 under its deprecated name EdDSA (-8)
    #[arg(long)]
    allow_eddsa: bool,
    /// Also allow ECDSA with P-256: ESP256 (-9) and ES256 (-7)
    #[arg(long)]
    allow_p256: bool,
}

impl Allowed {
    const fn algorithms(self) -> Algorithms {
        match (self.allow_eddsa, self.allow_p256) {
            (false, false) => Algorithms::ED25519,
            (true, false) => Algorithms::ED25519_AND_EDDSA,
            (false, true) => Algorithms::FOREIGN,
            (true, true) => Algorithms::FOREIGN_AND_EDDSA,
        }
    }
}

/// Bytes in hexadecimal on the command line. A nonce is no secret.
#[derive(Clone, Debug)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

/// Reads [`Hex`].
pub(crate) fn hex(text: &str) -> Result<Hex, String> {
    match base16ct::mixed::decode_vec(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(Hex(bytes)),
        _ => Err("hexadecimal digits are required, two for each byte".to_owned()),
    }
}

fn nonce(hex: Option<&Hex>) -> Nonce<'_> {
    hex.map_or(Nonce::NoneAsked, |hex| Nonce::Exactly(&hex.0))
}

fn issuer_name(name: Option<&str>) -> IssuerName<'_> {
    name.map_or(IssuerName::DangerousWhateverTheKeySigns, IssuerName::Exactly)
}

/// What helps with a refusal of the format.
fn hint(rule: &str) -> &'static str {
    match rule {
        "V-01" => "an SD-CWT as an issuer made it is required: `geleit inspect FILE` says what the file is",
        "V-02" => {
            "a key-binding token is required, as `geleit sd-cwt present` makes it; answers of `geleit present` are \
             checked with `geleit verify`"
        }
        "C-01" => {
            "`geleit inspect FILE` says what the file is; answers of `geleit present` are checked with `geleit verify`"
        }
        "C-03" => "--allow-eddsa and --allow-p256 allow what is not allowed without being named",
        "C-05" => "check that --issuer-key is the key of this issuer, and that the file is complete",
        "V-21" | "V-22" | "V-23" | "V-25" | "V-26" | "V-27" | "V-28" => {
            "check --now and the clocks; an expired credential has to be issued again"
        }
        "V-29" | "V-30" => "check --audience: the holder signed for another one",
        "V-31" => {
            "check --nonce: it has to be the one that the holder answered, and must be left out if there was none"
        }
        "V-34" => "check --issuer: the key signed another name",
        "H-03" => "the credential is bound to another key: give the holder's key that it was issued to",
        "M-10" => "a token has at most 65535 bytes: the file is no token, or one that nobody should read",
        "M-11" | "M-12" | "M-13" | "V-35" => {
            "the token is larger or deeper than any honest one: do not use it"
        }
        rule if rule.starts_with("M-") => "the file is truncated, damaged or no CBOR: get it again",
        _ => "the token breaks the format: ask whoever made it",
    }
}
