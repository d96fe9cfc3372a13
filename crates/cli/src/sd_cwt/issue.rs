//! `geleit sd-cwt issue`: JSON claims to a signed SD-CWT.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::json;
use crate::key::thumbprint_uri;
use clap::ArgGroup;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::PublicKey;
use geleit_credential::numbers::{cbor, claim, confirmation};
use geleit_credential::sd_cwt::{self, BuildError};
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Claims are one JSON object. Keys of decimal digits are integer keys (\"text:501\" is the text key
\"501\"); byte strings are {\"$hex\": \"00ff\"} or {\"$base64\": \"AP8=\"}; a key that occurs twice is refused.
Paths are JSON Pointers (RFC 6901): /name, /address/city, /nationalities/0, /501.

Example: geleit sd-cwt issue --issuer-key issuer.pem --holder-key holder.pub.pem \\
           --iss https://issuer.example --redact /name --redact /address/city \\
           -o credential.cbor claims.json";

/// Issue an SD-CWT from JSON claims
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("redaction").args(["redact", "redact_all"]))]
pub(crate) struct Issue {
    /// The issuer's private key (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    issuer_key: PathBuf,
    /// The holder's public key (PEM)
    #[arg(long, value_name = "PUB.pem")]
    holder_key: PathBuf,
    /// The issuer's name: claim 1
    #[arg(long, value_name = "NAME")]
    iss: String,
    /// The holder's name: claim 2 [default: the key's thumbprint URI]
    #[arg(long, value_name = "NAME")]
    sub: Option<String>,
    /// Seconds from the time of issue to the expiry
    #[arg(long, value_name = "SECONDS", default_value_t = 7 * 86_400, value_parser = clap::value_parser!(i64).range(1..))]
    lifetime: i64,
    /// Redact the claim or array element at this path (repeatable)
    #[arg(long, value_name = "PATH")]
    redact: Vec<String>,
    /// Redact every claim of the file at the top level, and `sub`
    #[arg(long)]
    redact_all: bool,
    /// Add this many decoys at the top level
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=256))]
    decoys: u16,
    #[command(flatten)]
    output: Output,
    /// Claims in JSON, or "-"
    #[arg(value_name = "CLAIMS.json", default_value = "-")]
    claims: PathBuf,
}

impl Issue {
    /// Runs the command.
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.issuer_key)?;
        let holder = files::read_public_key(&self.holder_key)?;
        let now = context.now()?;
        let mut entries = self.file_claims()?;
        if self.redact_all {
            entries.iter_mut().for_each(|(key, _)| mark(key));
        }
        self.add_registered(&mut entries, &holder, now.0)?;
        for path in &self.redact {
            mark_in_map(&mut entries, path, path)?;
        }
        for number in 1..=u64::from(self.decoys) {
            entries.push((Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(number))), Value::Null));
        }
        let kid = key.public_key().key_id();
        let mut random = context.random()?;
        let token = sd_cwt::issue_to(&holder, &Value::Map(entries), &kid, &key, key.algorithm(), &mut random)
            .map_err(|error| self.refused(&error))?;
        let expires_at = now.plus(self.lifetime);
        let text = format!("SD-CWT of {} bytes, valid from {now} to {expires_at}\n", token.len());
        let json = json!({
            "schema": "geleit.sd-cwt-issue/1", "iss": self.iss, "iat": now.0, "exp": expires_at.0,
            "bytes": token.len(),
        });
        self.output.deliver(token, Readers::Owner, Answer::new(text, json))
    }

    fn file_claims(&self) -> Result<Vec<(Value, Value)>, Failure> {
        let name = files::name(&self.claims);
        let wrong = |message: String| {
            Failure::usage(format!("{name}: {message}"))
                .hint("`geleit sd-cwt issue --help` shows how claims are written")
        };
        let json = json::read(&self.claims)?;
        match json::to_cbor(&json, "").map_err(|misplaced| wrong(misplaced.to_string()))? {
            Value::Map(entries) => Ok(entries),
            _ => Err(wrong("at the top level: an object of claims is required".to_owned())),
        }
    }

    fn add_registered(
        &self,
        entries: &mut Vec<(Value, Value)>,
        holder: &PublicKey,
        now: i64,
    ) -> Result<(), Failure> {
        let subject_key = |entries: &[(Value, Value)]| {
            entries
                .iter()
                .any(|(key, _)| *key == Value::int(claim::SUB) || *key == marked(Value::int(claim::SUB)))
        };
        if self.sub.is_some() || !subject_key(entries) {
            let subject = self.sub.clone().unwrap_or_else(|| thumbprint_uri(holder));
            let key = Value::int(claim::SUB);
            entries.push((if self.redact_all { marked(key) } else { key }, Value::text(subject)));
        }
        let cose_key = Value::decode(&holder.to_cose_key(), &Limits::TOKEN, Encoding::Deterministic)
            .map_err(|error| Failure::refused(error.code(), error))?;
        let cnf = Value::Map(vec![(Value::int(confirmation::COSE_KEY), cose_key)]);
        entries.extend([
            (Value::int(claim::ISS), Value::text(self.iss.as_str())),
            (Value::int(claim::EXP), Value::int(now.saturating_add(self.lifetime))),
            (Value::int(claim::IAT), Value::int(now)),
            (Value::int(claim::CNF), cnf),
        ]);
        Ok(())
    }

    fn refused(&self, error: &BuildError) -> Failure {
        let hint = match error {
            BuildError::KeyTwice => "leave 1 (iss), 2 (sub), 4 (exp), 6 (iat) and 8 (cnf) to the options",
            BuildError::NeverRedacted { .. } => {
                "leave this claim plain: the draft does not let it be redacted"
            }
            _ => "`geleit sd-cwt issue --help` shows how claims are written",
        };
        Failure::refused(error.code(), error).at(files::name(&self.claims)).hint(hint)
    }
}

/// Tag 58: to be redacted.
fn marked(value: Value) -> Value {
    Value::Tag(cbor::TO_BE_REDACTED, Box::new(value))
}

fn mark(value: &mut Value) {
    if !matches!(value, Value::Tag(cbor::TO_BE_REDACTED, _)) {
        *value = marked(core::mem::replace(value, Value::Null));
    }
}

/// Marks what `rest` leads to inside a map; `path` is the whole of it, for errors.
fn mark_in_map(entries: &mut [(Value, Value)], rest: &str, path: &str) -> Result<(), Failure> {
    let (step, rest) = split(rest, path)?;
    let wanted = json::key_to_cbor(&step);
    let same = |key: &Value| *key == wanted || *key == marked(wanted.clone());
    let (key, value) = entries.iter_mut().find(|(key, _)| same(key)).ok_or_else(|| nothing_at(path))?;
    match rest {
        "" => {
            mark(key);
            Ok(())
        }
        rest => mark_inside(value, rest, path),
    }
}

fn mark_inside(value: &mut Value, rest: &str, path: &str) -> Result<(), Failure> {
    match value {
        Value::Map(entries) => mark_in_map(entries, rest, path),
        Value::Array(elements) => {
            let (step, rest) = split(rest, path)?;
            let index = step.parse::<usize>().ok();
            let element = index.and_then(|index| elements.get_mut(index)).ok_or_else(|| nothing_at(path))?;
            match rest {
                "" => {
                    mark(element);
                    Ok(())
                }
                rest => mark_inside(element, rest, path),
            }
        }
        Value::Tag(_, content) => mark_inside(content, rest, path),
        _ => Err(nothing_at(path)),
    }
}

fn nothing_at(path: &str) -> Failure {
    Failure::usage(format!("--redact {path}: the claims have nothing at this place"))
        .hint("paths are JSON Pointers: /name, /address/city, /nationalities/0")
}

/// The first step of a JSON Pointer, unescaped, and the rest.
fn split<'p>(pointer: &'p str, path: &str) -> Result<(String, &'p str), Failure> {
    let steps = pointer.strip_prefix('/').ok_or_else(|| {
        Failure::usage(format!("--redact {path}: a path begins with /"))
            .hint("write /name for the claim \"name\"")
    })?;
    let (step, rest) = match steps.find('/') {
        Some(end) => steps.split_at(end),
        None => (steps, ""),
    };
    Ok((step.replace("~1", "/").replace("~0", "~"), rest))
}
