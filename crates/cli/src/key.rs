//! `geleit key`: key files, as openssl writes them.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::text;
use base64ct::{Base64UrlUnpadded, Encoding};
use clap::{Subcommand, ValueEnum};
use geleit_cose::key::{PublicKey, SigningKey};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// Make keys and show them
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a private key (PKCS#8 PEM, readable by its owner only)
    #[command(after_help = "Example: geleit key new -o holder.pem")]
    New {
        /// The kind of key
        #[arg(long, value_enum, default_value_t = Kind::Ed25519)]
        alg: Kind,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Write the public key of a key file (SPKI PEM); with --json also its names
    #[command(after_help = "Example: geleit key public holder.pem -o holder.pub.pem")]
    Public {
        /// A private or public key file in PEM, or "-"
        file: PathBuf,
        #[command(flatten)]
        output: Output,
    },
}

/// A kind of key.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Ed25519 (RFC 8032): what everything of this project is signed with
    Ed25519,
    /// ECDSA with P-256: for tokens of others
    P256,
}

impl Key {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::New { alg, force, output } => new(context, *alg, *force, output),
            Self::Public { file, output } => public(file, output),
        }
    }
}

fn new(context: &Context, kind: Kind, force: bool, output: &Output) -> Result<Answer, Failure> {
    let mut random = context.random()?;
    let key = match kind {
        Kind::Ed25519 => SigningKey::generate_ed25519(&mut random),
        Kind::P256 => SigningKey::generate_p256(&mut random),
    };
    let pem = key.to_pem();
    let mut json = describe(key.public_key());
    let mut answer = match output.file() {
        Some(path) => {
            let write = if force { files::write } else { files::write_new };
            write(path, pem.as_bytes(), Readers::Owner)?;
            insert(&mut json, "file", path.display().to_string());
            let text = format!("{}: private key, kid {}\n", path.display(), kid(key.public_key()));
            Answer::new(text, json)
        }
        None => {
            insert(&mut json, "private_key_pem", pem.to_string());
            Answer::new(pem.to_string(), json)
        }
    };
    if context.seed.is_some() {
        answer = answer.note("warning: this key is not secret: whoever knows the seed can compute it");
    }
    Ok(answer)
}

fn public(file: &std::path::Path, output: &Output) -> Result<Answer, Failure> {
    let text = files::read_text(file)?;
    let key = match SigningKey::from_pem(&text) {
        Ok(key) => key.public_key().clone(),
        Err(private) => PublicKey::from_pem(&text).map_err(|_| {
            let hint = private.hint().unwrap_or("`geleit key new -o FILE` makes a private key");
            Failure::unusable(private.code(), private.to_string()).at(files::name(file)).hint(hint)
        })?,
    };
    let pem = key.to_pem();
    let mut json = describe(&key);
    insert(&mut json, "public_key_pem", pem.clone());
    if let Some(path) = output.file() {
        files::write(path, pem.as_bytes(), Readers::Anybody)?;
        insert(&mut json, "file", path.display().to_string());
        return Ok(Answer::new(format!("{}: public key, kid {}\n", path.display(), kid(&key)), json));
    }
    Ok(Answer::new(pem, json))
}

fn describe(key: &PublicKey) -> Json {
    json!({
        "schema": "geleit.key/1",
        "algorithm": key.algorithm().name(),
        "kid": kid(key),
        "thumbprint": base16ct::lower::encode_string(&key.thumbprint()),
        "thumbprint_uri": thumbprint_uri(key),
        "cose_key": base16ct::lower::encode_string(&key.to_cose_key()),
    })
}

fn insert(json: &mut Json, member: &str, value: String) {
    if let Some(object) = json.as_object_mut() {
        object.insert(member.to_owned(), value.into());
    }
}

/// The key id in hexadecimal.
pub(crate) fn kid(key: &PublicKey) -> String {
    base16ct::lower::encode_string(&key.key_id())
}

/// The name of a key (RFC 9679 section 5.6): what a credential calls its holder when nobody gave a name.
pub(crate) fn thumbprint_uri(key: &PublicKey) -> String {
    let thumbprint = Base64UrlUnpadded::encode_string(&key.thumbprint());
    format!("urn:ietf:params:oauth:ckt:sha-256:{thumbprint}")
}

/// A key file for `inspect`: what can be said about it without showing a secret.
pub(crate) fn inspect(pem: &str) -> Option<Answer> {
    let (kind, key) = match SigningKey::from_pem(pem) {
        Ok(key) => ("private key (its secret is not shown)", key.public_key().clone()),
        Err(_) => ("public key", PublicKey::from_pem(pem).ok()?),
    };
    let mut json = describe(&key);
    insert(&mut json, "kind", kind.to_owned());
    let rows = [
        ("kind", kind.to_owned()),
        ("algorithm", key.algorithm().to_string()),
        ("kid", kid(&key)),
        ("thumbprint", base16ct::lower::encode_string(&key.thumbprint())),
        ("COSE_Key", base16ct::lower::encode_string(&key.to_cose_key())),
    ];
    Some(Answer::new(text::fields(rows), json))
}
