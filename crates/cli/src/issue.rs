//! `geleit issue`: one of the three credential types from JSON claims.

use crate::answer::Answer;
use crate::claims::credential_type;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::json;
use crate::key::thumbprint_uri;
use crate::suggest::{claim_ids, closest};
use crate::text::printable;
use geleit_cose::cbor::Value;
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, IssueError, Issuer, TIME_GRAIN_S};
use geleit_credential::schema::{ClaimError, ClaimSet, CredentialType, Date, Domain, Kind, Lookup, lookup};
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use serde_json::{Map, Value as Json, json};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Claims are one JSON object with claim ids as keys; `geleit claims` lists them, and `geleit claims ID`
shows one. This is a complete file for --type identity:
  {\"id.family_name\": \"Muster\", \"id.given_name\": \"Ayla\", \"id.birth_date\": \"1993-04\",
   \"id.place_of_birth.country\": \"TR\", \"id.nationality\": [\"TR\"]}
What the other types require is marked in `geleit claims --type residence` and `--type qualification`.
Byte strings are {\"$hex\": ..}, {\"$base64\": ..} or {\"$file\": ..}, relative to the claims file, such as
\"id.portrait.view\": {\"$file\": \"portrait.jpg\"}. A threshold claim is a number or the label of a step;
thresholds, age bands and the like are derived from finer claims on their own. Times are rounded down
to whole hours, so that they single nobody out.

Each copy has a place of its own in a status list, drawn at random by `geleit status draw`: neighbours
would be recognised as copies of one holder.

Example: geleit issue --type identity --issuer-key issuer.pem --iss https://issuer.example \\
           --holder-key holder.pub.pem --status-uri https://lists.example/1 --status-index 92614 \\
           -o identity.cbor claims.json";

/// Issue an identity, qualification or residence credential
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Issue {
    /// identity, qualification or residence
    #[arg(long = "type", value_name = "TYPE", value_parser = credential_type)]
    credential_type: &'static CredentialType,
    /// The issuer's private key (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    issuer_key: PathBuf,
    /// The issuer's name, as in the trust list
    #[arg(long, value_name = "NAME")]
    iss: String,
    /// The holder's public key (PEM), another one for each copy
    #[arg(long, value_name = "PUB.pem")]
    holder_key: PathBuf,
    /// The issuer's name for the holder, redacted [default: the key's thumbprint URI]
    #[arg(long, value_name = "NAME")]
    sub: Option<String>,
    /// Life in seconds: 86400, 604800 or 2419200 (1, 7 or 28 days)
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_LIFETIME_S)]
    lifetime: i64,
    /// Address of the status list that says what becomes of the copy
    #[arg(long, value_name = "URI")]
    status_uri: String,
    /// Place of the copy in that list, of its own and drawn at random
    #[arg(long, value_name = "N")]
    status_index: u64,
    #[command(flatten)]
    output: Output,
    /// Claims in JSON, or "-"
    #[arg(value_name = "CLAIMS.json", default_value = "-")]
    claims: PathBuf,
}

impl Issue {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.issuer_key)?;
        let holder = files::read_public_key(&self.holder_key)?;
        let now = context.now()?;
        let claims = self.read_claims(now)?;
        let subject = self.sub.clone().unwrap_or_else(|| thumbprint_uri(&holder));
        let copy = Copy {
            holder_key: &holder,
            subject: &subject,
            issued_at: now,
            lifetime_s: self.lifetime,
            status: StatusReference { uri: &self.status_uri, index: self.status_index },
        };
        let issued = Issuer::new(&self.iss, &key).issue(&claims, &copy, &mut context.random()?);
        let credential = issued.map_err(|error| self.refused(&error))?;
        let ids: Vec<&str> = claims.iter().map(|(_, claim, _)| claim.id).collect();
        let name = self.credential_type.name;
        let from = now.rounded_down(TIME_GRAIN_S);
        let until = from.plus(self.lifetime);
        let text = format!("{name} credential of {} bytes with {} claims\n", credential.len(), ids.len());
        let json = json!({
            "schema": "geleit.issue/1", "type": name, "vct": self.credential_type.vct, "iss": self.iss,
            "claims": ids, "bytes": credential.len(), "iat": from.0, "exp": until.0,
            "status": {"uri": self.status_uri, "index": self.status_index},
        });
        let note = format!(
            "issued: {name} credential of {} with {} claims, holds from {from} to {until}",
            printable(&self.iss),
            ids.len()
        );
        self.output.deliver(credential, Readers::Owner, Answer::new(text, json).note(note))
    }

    fn read_claims(&self, now: UnixTime) -> Result<ClaimSet, Failure> {
        let name = files::name(&self.claims);
        let json = json::read(&self.claims)?;
        let entries = json.as_object().ok_or_else(|| {
            Failure::usage(format!("{name}: at the top level: an object of claims is required"))
                .hint("`geleit issue --help` shows how claims are written")
        })?;
        let folder = self.claims.parent().unwrap_or_else(|| Path::new("."));
        let mut claims = ClaimSet::new(self.credential_type);
        for (id, value) in entries {
            set(&mut claims, id, value, folder).map_err(|failure| failure.at(&name))?;
        }
        let today = Date::from_unix(now.0).ok_or_else(|| Failure::usage("--now is beyond the year 9999"))?;
        claims
            .derive(today)
            .and_then(|()| claims.check())
            .map_err(|error| not_accepted(&error, "").at(&name))?;
        Ok(claims)
    }

    fn refused(&self, error: &IssueError) -> Failure {
        let hint = match error {
            IssueError::Lifetime { .. } => "give --lifetime 86400, 604800 or 2419200",
            IssueError::StatusUri { .. } => {
                "give --status-uri the address of the list, as short as it can be"
            }
            _ => "`geleit issue --help` shows what is needed",
        };
        match error {
            IssueError::Claims(error) => not_accepted(error, "").at(files::name(&self.claims)),
            error => Failure::refused(error.code(), error).hint(hint),
        }
    }
}

/// States one claim of the file.
fn set(claims: &mut ClaimSet, id: &str, json: &Json, folder: &Path) -> Result<(), Failure> {
    if let Lookup::Claim { claim, member: None, .. } = lookup(id)
        && let Some(domain) = claim.domain()
    {
        let value = threshold(domain, json).ok_or_else(|| not_a_threshold(id, domain))?;
        return claims.set_threshold(id, value).map_err(|error| not_accepted(&error, id));
    }
    let value = value(id, json, folder)?;
    claims.set(id, value).map_err(|error| not_accepted(&error, id))
}

fn value(id: &str, json: &Json, folder: &Path) -> Result<Value, Failure> {
    if let Some(path) = json.as_object().and_then(file) {
        return files::read_raw(&folder.join(path)).map(Value::Bytes);
    }
    json::to_cbor(json, &format!("/{}", json::escaped(id))).map_err(|misplaced| {
        Failure::usage(misplaced.to_string()).hint("`geleit issue --help` shows how claims are written")
    })
}

/// `{"$file": ...}`.
fn file(entries: &Map<String, Json>) -> Option<&str> {
    if entries.len() == 1 { entries.get("$file")?.as_str() } else { None }
}

fn threshold(domain: &Domain, json: &Json) -> Option<u8> {
    match json {
        Json::Number(number) => u8::try_from(number.as_u64()?).ok(),
        Json::String(label) => domain.threshold(label),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn not_a_threshold(id: &str, domain: &Domain) -> Failure {
    let message =
        format!("S-21 claim \"{id}\": a number from 0 to {} or the label of a step is required", domain.max);
    Failure::refused("S-21", message).hint("leave the claim out: it is derived from the finer claim")
}

/// A refused claim. The id is the caller's own, so that it may be shown to the caller.
fn not_accepted(error: &ClaimError, id: &str) -> Failure {
    let message = match error {
        ClaimError::Unknown => format!("S-16 unknown claim \"{id}\": the id is in no table"),
        error => error.to_string(),
    };
    Failure::refused(error.code(), message).hint(hint(error, id))
}

fn hint(error: &ClaimError, id: &str) -> String {
    match error {
        ClaimError::Unknown => unknown(id),
        ClaimError::Fault { fault, .. } => match fault.kind {
            Kind::Enum(texts) => format!("allowed are {}", texts.join(", ")),
            Kind::IntOf(numbers) => {
                format!("allowed are {}", numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
            }
            Kind::PartialDate => "leave out what is not known: \"1993\" or \"1993-04\" is enough".to_owned(),
            Kind::Image => "give the image as {\"$file\": \"portrait.jpg\"}".to_owned(),
            _ => "correct the value in the claims file".to_owned(),
        },
        ClaimError::Never(_) | ClaimError::OutOfScope(_) => {
            "leave the claim out; `geleit claims` lists what exists".to_owned()
        }
        ClaimError::OtherCredential { belongs, .. } => match CredentialType::by_name(belongs) {
            Some(_) => format!("issue it with --type {belongs}"),
            None => "leave the claim out: credentials of that kind are not part of this tool".to_owned(),
        },
        ClaimError::NotSettable { .. } => match lookup(id) {
            Lookup::Several(mapping) => format!("state its parts: {}", mapping.claims.join(", ")),
            Lookup::Step { claim, .. } | Lookup::Claim { claim, .. } => format!("state {}", claim.id),
            _ => "`geleit claims` lists what can be stated".to_owned(),
        },
        ClaimError::Missing { .. } | ClaimError::MissingInGroup { .. } => {
            "add the claim to the file".to_owned()
        }
        ClaimError::Contradicts { id, .. } => format!("leave {id} out: it is derived"),
        ClaimError::IsThreshold { .. }
        | ClaimError::NotThreshold { .. }
        | ClaimError::ThresholdRange { .. } => "`geleit claims` lists the steps of thresholds".to_owned(),
        _ => "correct the claims that the message names".to_owned(),
    }
}

/// What helps with an unknown claim id.
pub(crate) fn unknown(id: &str) -> String {
    match closest(id, claim_ids()) {
        Some(meant) => format!("did you mean {meant}? `geleit claims` lists all"),
        None => "`geleit claims` lists the claims that exist".to_owned(),
    }
}
