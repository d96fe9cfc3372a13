//! `geleit sd-cwt present`: chosen disclosures, signed for one audience.

use super::{Allowed, Hex, hex, hint, nonce};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::json;
use clap::ArgGroup;
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Key, Limits, Value};
use geleit_cose::key::{PublicKey, SignatureError, SigningKey, Verify};
use geleit_credential::sd_cwt::{
    BuildError, Claims, Error, IssuerName, Item, KeyBinding, MyKeys, ReceivedToken, Receiving, Scratch,
    SdCwt, bind, receive, select,
};
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Paths are JSON Pointers of redacted claims: /name, /address/city, /nationalities/0. What they stand in
is shown with them; what stands inside them only when it is named, too, or with a path ending in /*.

Example: geleit sd-cwt present --holder-key holder.pem --audience https://verifier.example \\
           --nonce 00112233445566778899aabbccddeeff --disclose /name -o presentation.cbor \\
           credential.cbor";

/// Show chosen claims of an SD-CWT to one audience
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("choice").args(["disclose", "all", "none"]).required(true))]
pub(crate) struct Present {
    /// The holder's private key (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    holder_key: PathBuf,
    /// The issuer's public key, to check its signature, too
    #[arg(long, value_name = "PUB.pem")]
    issuer_key: Option<PathBuf>,
    /// The verifier that the presentation is for
    #[arg(long, value_name = "NAME")]
    audience: String,
    /// The verifier's nonce in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = hex)]
    nonce: Option<Hex>,
    /// Show the claim at this path (repeatable)
    #[arg(long, value_name = "PATH")]
    disclose: Vec<String>,
    /// Show everything
    #[arg(long)]
    all: bool,
    /// Show nothing that is redacted
    #[arg(long)]
    none: bool,
    #[command(flatten)]
    output: Output,
    /// The SD-CWT, or "-"
    file: PathBuf,
}

impl Present {
    /// Runs the command.
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.holder_key)?;
        let issuer = self.issuer_key.as_deref().map(files::read_public_key).transpose()?;
        let bytes = files::read_object(&self.file)?;
        let now = context.now()?;
        let refused = |error: Error| {
            Failure::refused(error.code(), error).at(files::name(&self.file)).hint(hint(error.code()))
        };
        let token = SdCwt::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant).map_err(refused)?;
        let receiving = Receiving {
            keys: MyKeys::OneOf(core::slice::from_ref(key.public_key())),
            audiences: &[&self.audience],
            nonces: &[],
            now,
            algorithms: self.algorithms(),
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let mut scratch = Scratch::default();
        let received =
            receive(&token, &IssuerKey(issuer.as_ref()), &receiving, &mut scratch).map_err(refused)?;
        let redacted = Redacted::list(received.claims());
        let chosen = self.chosen(&redacted)?;
        let shown: Vec<&str> = redacted
            .iter()
            .filter(|one| chosen.contains(&one.offset))
            .map(|one| one.pointer.as_str())
            .collect();
        let presentation = self.bind(&received, &chosen, &key, now)?;
        let text = format!(
            "key-binding token of {} bytes for {}, shows {}\n",
            presentation.len(),
            self.audience,
            list(&shown)
        );
        let json = json!({
            "schema": "geleit.sd-cwt-present/1", "audience": self.audience, "iat": now.0, "disclosed": shown,
            "bytes": presentation.len(),
        });
        let mut answer = Answer::new(text, json);
        if issuer.is_none() {
            answer = answer.note("note: the issuer's signature was not checked; --issuer-key checks it");
        }
        self.output.deliver(presentation, Readers::Owner, answer)
    }

    fn algorithms(&self) -> Algorithms {
        // The holder shows what the issuer signed; which algorithms count is for the verifier to say.
        Allowed { allow_eddsa: true, allow_p256: true }.algorithms()
    }

    fn bind(
        &self,
        received: &ReceivedToken<'_, '_>,
        chosen: &[usize],
        key: &SigningKey,
        now: geleit_credential::time::UnixTime,
    ) -> Result<Vec<u8>, Failure> {
        let built = |error: BuildError| {
            Failure::refused(error.code(), &error).hint("name the claim that it stands in, too")
        };
        let selected = select(received, |disclosure| {
            disclosure.item().is_some_and(|item| chosen.contains(&item.offset()))
        })
        .map_err(built)?;
        let binding = KeyBinding {
            audience: &self.audience,
            nonce: nonce(self.nonce.as_ref()),
            issued_at: now,
            more: &[],
        };
        bind(&selected, &binding, key, key.algorithm()).map_err(built)
    }

    /// Offsets of what is shown.
    fn chosen(&self, redacted: &[Redacted]) -> Result<Vec<usize>, Failure> {
        if self.all {
            return Ok(redacted.iter().map(|one| one.offset).collect());
        }
        let mut chosen = Vec::new();
        for path in &self.disclose {
            let (inside, target) = match path.strip_suffix("/*") {
                Some(target) => (true, target),
                None => (false, path.as_str()),
            };
            let below =
                |one: &&Redacted| one.pointer.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'));
            let wanted = |one: &&Redacted| one.pointer == target || (inside && below(one));
            if !redacted.iter().any(|one| wanted(&one)) {
                return Err(nothing_redacted(path, redacted));
            }
            let above =
                |one: &&Redacted| target.strip_prefix(&one.pointer).is_some_and(|rest| rest.starts_with('/'));
            chosen.extend(redacted.iter().filter(|one| wanted(one) || above(one)).map(|one| one.offset));
        }
        Ok(chosen)
    }
}

fn list(pointers: &[&str]) -> String {
    if pointers.is_empty() { "nothing that is redacted".to_owned() } else { pointers.join(", ") }
}

fn nothing_redacted(path: &str, redacted: &[Redacted]) -> Failure {
    let pointers: Vec<&str> = redacted.iter().map(|one| one.pointer.as_str()).collect();
    let hint = match pointers.is_empty() {
        true => "this credential has no redacted claims: use --none".to_owned(),
        false => format!("redacted are {}", pointers.join(", ")),
    };
    Failure::usage(format!("--disclose {path}: the credential has no redacted claim at this place"))
        .hint(hint)
}

/// A redacted claim that the holder can open.
struct Redacted {
    pointer: String,
    offset: usize,
}

impl Redacted {
    fn list(claims: &Claims<'_, '_>) -> Vec<Self> {
        let opened: Vec<usize> =
            claims.disclosures().filter_map(|disclosure| Some(disclosure.item()?.offset())).collect();
        let mut list = Vec::new();
        Self::walk(&claims.top(), "", &opened, &mut list);
        list
    }

    fn walk(item: &Item<'_, '_>, pointer: &str, opened: &[usize], list: &mut Vec<Self>) {
        let mut visit = |step: String, child: &Item<'_, '_>| {
            let pointer = format!("{pointer}/{}", json::escaped(&step));
            if opened.contains(&child.offset()) {
                list.push(Self { pointer: pointer.clone(), offset: child.offset() });
            }
            Self::walk(child, &pointer, opened, list);
        };
        let _ = item.for_each_entry(|key, child| visit(json::key_to_json(&owned(key)), &child));
        let mut index = 0_usize;
        let _ = item.for_each_element(|child| {
            visit(index.to_string(), &child);
            index += 1;
        });
    }
}

fn owned(key: Key<'_>) -> Value {
    match key {
        Key::Uint(number) => Value::Uint(number),
        Key::Nint(number) => Value::Nint(number),
        Key::Bytes(bytes) => Value::bytes(bytes),
        Key::Text(text) => Value::text(text),
        Key::Simple(number) => Value::Simple(number),
    }
}

/// The issuer's key, or none: then every signature passes, and the answer says so.
struct IssuerKey<'k>(Option<&'k PublicKey>);

impl Verify for IssuerKey<'_> {
    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.0.map_or(Ok(()), |key| key.verify(algorithm, message, signature))
    }
}
