//! `geleit request`: a relying party asks.
//!
//! Anything may be signed; whether it is permitted is for the wallet to say (rules ). What a
//! wallet would refuse is said here in advance, because it costs nothing.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::issue::unknown;
use crate::sd_cwt::{Hex, hex};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::PublicKey;
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::numbers::{claim, confirmation};
use geleit_credential::purpose::Profile;
use geleit_credential::registration::Registration;
use geleit_credential::request::{RequestContent, RequestError};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopeError, ScopedClaim};
use rand_core::Rng;
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Without --claims the request asks for everything that the purpose requires. --at-least asks for a
threshold, and leaves out the exact claim that it replaces.

Example: geleit request --registration registration.cbor --request-key employer.pem \\
           --optional id.given_name -o request.cbor";

/// Sign a request for a registered purpose
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Ask {
    /// The registration, as the registrar signed it
    #[arg(long, value_name = "FILE")]
    registration: PathBuf,
    /// The private key that is registered for requests (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    request_key: PathBuf,
    /// Ask for exactly these claims, with commas between them or one option for each
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    claims: Vec<String>,
    /// Also ask for these claims, which the holder may leave out; commas or one option for each
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    optional: Vec<String>,
    /// Ask for "at least", such as res.uk.work.through=2028-05 (repeatable)
    #[arg(long, value_name = "ID=STEP", value_parser = pair)]
    at_least: Vec<(String, String)>,
    /// Days for which the answer will be kept [default: as registered]
    #[arg(long, value_name = "DAYS")]
    retention_days: Option<u32>,
    /// A nonce of 16 to 64 bytes in hexadecimal [default: 16 random bytes]
    #[arg(long, value_name = "HEX", value_parser = hex)]
    nonce: Option<Hex>,
    /// Seconds for which answers are taken
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(i64).range(1..))]
    valid: i64,
    #[command(flatten)]
    output: Output,
}

/// Reads `name=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("NAME=VALUE is required".to_owned()),
    }
}

/// What a relying party reads in its own registration. Nothing of it is verified.
struct Unverified {
    relying_party: String,
    intended_use_id: String,
    retention_days: u32,
    scope: Scope,
    request_key: Option<PublicKey>,
}

impl Ask {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.request_key)?;
        let bytes = files::read_object(&self.registration)?;
        let registration = Unverified::read(&bytes, &self.registration)?;
        let now = context.now()?;
        let scope = self.scope(&registration)?;
        let nonce = match &self.nonce {
            Some(Hex(nonce)) => nonce.clone(),
            None => {
                let mut nonce = vec![0; 16];
                context.random()?.fill_bytes(&mut nonce);
                nonce
            }
        };
        let content = RequestContent {
            registration: &bytes,
            relying_party: &registration.relying_party,
            intended_use_id: &registration.intended_use_id,
            scope,
            retention_days: self.retention_days.unwrap_or(registration.retention_days),
            nonce: &nonce,
            issued_at: now,
            expires_at: now.plus(self.valid),
        };
        let signed = content.sign(&key).map_err(|error| refused(&error))?;
        let mut answer = describe(&content, signed.len());
        for warning in warnings(&content, &registration, key.public_key()) {
            answer = answer.note(warning);
        }
        self.output.deliver(signed, Readers::Anybody, answer)
    }

    fn scope(&self, registration: &Unverified) -> Result<Scope, Failure> {
        let mut entries: Vec<ScopeEntry> = Vec::new();
        if self.claims.is_empty() {
            entries.extend(
                required(&registration.scope).filter(|entry| !self.replaces(registration, entry)).cloned(),
            );
        }
        for id in &self.claims {
            entries.push(ScopeEntry::required(scoped(id)?));
        }
        for (id, label) in &self.at_least {
            entries.push(at_least(id, label)?);
        }
        for id in &self.optional {
            entries.push(ScopeEntry::optional(scoped(id)?));
        }
        Scope::new(entries).map_err(|error| {
            let hint = "name each claim once; thresholds are asked with --at-least ID=STEP, see `geleit purpose show`";
            Failure::refused(error.code(), error).hint(hint)
        })
    }

    /// Does a threshold that is asked stand for this claim?
    fn replaces(&self, registration: &Unverified, entry: &ScopeEntry) -> bool {
        let Some(profile) = Profile::find_embedded(&registration.intended_use_id) else { return false };
        self.at_least.iter().any(|(id, _)| profile.replaced_by(id) == Some(entry.claim.id()))
    }
}

/// What the use requires, thresholds aside: they are alternatives.
pub(crate) fn required(scope: &Scope) -> impl Iterator<Item = &ScopeEntry> {
    scope.entries().iter().filter(|entry| entry.necessity == Necessity::Required && entry.at_least.is_empty())
}

fn scoped(id: &str) -> Result<ScopedClaim, Failure> {
    ScopedClaim::by_id(id).map_err(|error| match error {
        ScopeError::Unknown => Failure::refused(
            error.code(),
            format!("R-09 claim \"{id}\": it is none of the three credential types"),
        )
        .hint(unknown(id)),
        error => Failure::refused(error.code(), error).hint("`geleit claims` lists what exists"),
    })
}

fn at_least(id: &str, label: &str) -> Result<ScopeEntry, Failure> {
    let claim = scoped(id)?;
    let not_a_step = |steps: String| {
        Failure::refused("R-14", format!("R-14 claim {id}: \"{label}\" is not a step of its threshold"))
            .hint(steps)
    };
    let domain = claim.claim.domain().ok_or_else(|| not_a_step("it is not a threshold claim".to_owned()))?;
    let step = domain.threshold(label).ok_or_else(|| {
        let labels: Vec<String> = domain.thresholds().filter_map(|step| domain.label(step)).collect();
        not_a_step(format!("steps are {}", labels.join(", ")))
    })?;
    Ok(ScopeEntry { claim, necessity: Necessity::Required, at_least: vec![step] })
}

fn refused(error: &RequestError) -> Failure {
    let hint = match error {
        RequestError::Nonce { .. } => {
            "leave --nonce out for a random one, or give at least 32 hexadecimal digits"
        }
        _ => "a relying party needs an Ed25519 key",
    };
    Failure::refused(error.code(), error).hint(hint)
}

/// What a wallet will refuse.
fn warnings(content: &RequestContent<'_>, registration: &Unverified, key: &PublicKey) -> Vec<String> {
    let mut warnings = Vec::new();
    if Profile::find_embedded(content.intended_use_id).is_none_or(|profile| !profile.asks()) {
        let id = content.intended_use_id;
        warnings.push(format!("warning: wallets will refuse this (R-19): nothing may be asked for {id}"));
    }
    let beyond = content.scope.beyond(&registration.scope);
    if !beyond.is_empty() {
        warnings
            .push(format!("warning: wallets will refuse this (R-06): not registered: {}", beyond.join(", ")));
    }
    if registration.request_key.as_ref() != Some(key) {
        warnings.push("warning: wallets will refuse this (R-03): another key is registered".to_owned());
    }
    if content.retention_days > registration.retention_days {
        let days = registration.retention_days;
        warnings.push(format!("warning: wallets will refuse this (R-10): {days} days are registered"));
    }
    warnings
}

fn describe(content: &RequestContent<'_>, bytes: usize) -> Answer {
    let ids: Vec<String> = content.scope.entries().iter().map(asked).collect();
    let until = content.expires_at;
    let text = format!(
        "request for {} of {bytes} bytes, answers are taken to {until}: {}\n",
        content.intended_use_id,
        ids.join(", ")
    );
    let json = json!({
        "schema": "geleit.request/1", "relying_party": content.relying_party, "intended_use": content.intended_use_id,
        "claims": ids, "nonce": base16ct::lower::encode_string(content.nonce), "retention_days": content.retention_days,
        "iat": content.issued_at.0, "exp": until.0, "bytes": bytes,
    });
    Answer::new(text, json)
}

/// The id of what is asked, with its step.
pub(crate) fn asked(entry: &ScopeEntry) -> String {
    let step = entry.at_least.first().and_then(|step| entry.claim.claim.domain()?.label(*step));
    step.map_or_else(|| entry.claim.id().to_owned(), |step| format!("{} >= {step}", entry.claim.id()))
}

/// The purpose that a request names, for words about it: of its registration, by which it is judged.
/// Nothing of it is verified.
pub(crate) fn purpose_of(request: &[u8]) -> Option<String> {
    let fields = fields(request)?;
    Unverified::payload(fields.get("registration")?.as_bytes()?)
        .map(|registration| registration.intended_use_id)
}

/// What somebody signed, unverified.
fn fields(bytes: &[u8]) -> Option<Value> {
    let sign1 = Sign1::parse(bytes, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders).ok()?;
    Value::decode(sign1.dangerous_unverified_payload(), &Limits::TOKEN, Encoding::Deterministic).ok()
}

impl Unverified {
    fn read(bytes: &[u8], path: &Path) -> Result<Self, Failure> {
        let hint = "give the file that `geleit registrar register` wrote";
        Registration::parse(bytes)
            .map_err(|error| Failure::refused(error.code(), error).at(files::name(path)).hint(hint))?;
        Self::payload(bytes).ok_or_else(|| {
            Failure::refused("T-03", "T-03 a field is missing or has another type than it must have")
                .at(files::name(path))
                .hint(hint)
        })
    }

    fn payload(bytes: &[u8]) -> Option<Self> {
        let fields = fields(bytes)?;
        let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
        let key = fields.get_int(claim::CNF).and_then(|cnf| cnf.get_int(confirmation::COSE_KEY));
        Some(Self {
            relying_party: text(fields.get_int(claim::SUB))?,
            intended_use_id: text(fields.get("intended_use_id"))?,
            retention_days: fields
                .get("retention_days")?
                .as_int()
                .and_then(|days| u32::try_from(days).ok())?,
            scope: Scope::from_value(fields.get("credentials")?).ok()?,
            request_key: key.and_then(|key| PublicKey::from_cose_key(&key.encode()).ok()),
        })
    }
}
