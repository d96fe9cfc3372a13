//! `geleit trust`: the list of who may issue, register and publish status, signed by the anchor; and what
//! commands go by: trust list, purposes and status lists.

mod memory;

use crate::answer::Answer;
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::json;
use crate::key::kid;
use crate::text::{fields, printable};
use clap::Subcommand;
use geleit_cose::key::PublicKey;
use geleit_credential::known::Known;
use geleit_credential::purpose::Purposes;
use geleit_credential::schema::CredentialType;
use geleit_credential::status_list::{StatusList, StatusListError, StatusListToken, StatusLists};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{
    Compromise, Party, SignedTrustList, TrustError, TrustList, TrustListContent, TrustedKey,
};
use memory::TrustMemory;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

const BUILD_HELP: &str = "\
The description is one JSON object. Key files are relative to it; times are RFC 3339 or seconds:
  {\"iss\": \"https://anchor.example\", \"sequence\": 1, \"expires\": \"2027-01-01T00:00:00Z\",
   \"issuers\": [{\"iss\": \"https://issuer.example\", \"types\": [\"identity\", \"residence\"],
                \"keys\": [{\"pem\": \"issuer.pub.pem\", \"from\": \"2026-01-01T00:00:00Z\",
                          \"until\": \"2028-01-01T00:00:00Z\"}]}],
   \"registrars\": [{\"iss\": \"https://registrar.example\", \"keys\": [{\"pem\": \"registrar.pub.pem\"}]}],
   \"status_issuers\": [{\"iss\": \"https://lists.example\", \"for\": [\"https://issuer.example\",
                \"https://registrar.example\"], \"keys\": [{\"pem\": \"lists.pub.pem\"}]}]}
\"for\" names the issuers and registrars whose status a status issuer may publish, letter by letter.
When they are left out, \"from\" is one day before the time of signing, because credentials are dated back
to the full hour, and \"until\" is 365 days after \"from\". A key may have \"compromised\": the time since
when others may have it.

Example: geleit trust build --anchor-key anchor.pem -o trust-list.cbor trust.json";

/// Build and show trust lists
#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Sign a trust list that is described in JSON
    #[command(after_help = BUILD_HELP)]
    Build {
        /// The anchor's private key (PEM)
        #[arg(long, value_name = "PRIV.pem")]
        anchor_key: PathBuf,
        #[command(flatten)]
        output: Output,
        /// The description in JSON, or "-"
        #[arg(value_name = "SPEC.json", default_value = "-")]
        spec: PathBuf,
    },
    /// Verify a trust list and show who is in it
    #[command(after_help = "Example: geleit trust show trust-list.cbor --anchor-key anchor.pub.pem")]
    Show {
        /// The trust list, or "-"
        file: PathBuf,
        /// The anchor's public key (PEM)
        #[arg(long, value_name = "PUB.pem")]
        anchor_key: PathBuf,
    },
}

/// Which trust list a command goes by.
#[derive(Debug, clap::Args)]
pub(crate) struct Trusted {
    /// The trust list
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// The public key of the trust anchor (PEM)
    #[arg(long, value_name = "PUB.pem")]
    anchor_key: PathBuf,
}

/// What a command goes by that judges registrations, requests and presentations.
#[derive(Debug, clap::Args)]
pub(crate) struct Knowing {
    #[command(flatten)]
    trusted: Trusted,
    /// A status list, as its publisher signed it (repeatable)
    #[arg(long = "status", value_name = "FILE")]
    statuses: Vec<PathBuf>,
}

/// Trust, purposes and status, all of them verified.
#[derive(Debug)]
pub(crate) struct Knowledge {
    /// Who may issue, register and publish status.
    pub(crate) trust: TrustList,
    /// The purposes that are built in.
    pub(crate) purposes: Purposes,
    /// The status lists that were given.
    pub(crate) statuses: StatusLists,
    /// All of it as it was read, for who keeps it.
    pub(crate) read: KnowledgeRead,
}

/// What trust and status were read from.
#[derive(Debug)]
pub(crate) struct KnowledgeRead {
    /// The anchor's key.
    pub(crate) anchor: PublicKey,
    /// The trust list.
    pub(crate) trust_list: Vec<u8>,
    /// The status lists, in the order of the command line.
    pub(crate) status_lists: Vec<Vec<u8>>,
}

impl Knowing {
    /// Reads and verifies the trust list and the status lists. Beside `store`, the highest sequence of a trust
    /// list is remembered: an older one is refused (T-05).
    pub(crate) fn read_beside(&self, store: &Path, now: UnixTime) -> Result<Knowledge, Failure> {
        let memory = TrustMemory::beside(store)?;
        let anchor = files::read_public_key(&self.trusted.anchor_key)?;
        let knowledge = self.read_from(memory.minimum(&anchor.thumbprint()), now)?;
        memory.remember(&knowledge.trust)?;
        Ok(knowledge)
    }

    /// As [`Self::read_beside`], for who looks back or has nothing to remember by.
    pub(crate) fn read(&self, now: UnixTime) -> Result<Knowledge, Failure> {
        self.read_from(0, now)
    }

    fn read_from(&self, minimum: u64, now: UnixTime) -> Result<Knowledge, Failure> {
        let Trusted { trust, anchor_key } = &self.trusted;
        let anchor = files::read_public_key(anchor_key)?;
        let trust_list = files::read_object(trust)?;
        let trust = verify(&trust_list, trust, &anchor, minimum, now)?;
        let (mut statuses, mut status_lists) = (StatusLists::new(), Vec::new());
        for path in &self.statuses {
            let bytes = files::read_object(path)?;
            let list = StatusListToken::parse(&bytes).and_then(|token| token.verify(&trust, now));
            let inserted = list.and_then(|list| statuses.insert(list));
            inserted.map_err(|error| status_list_refused(&error, path))?;
            status_lists.push(bytes);
        }
        let read = KnowledgeRead { anchor, trust_list, status_lists };
        Ok(Knowledge { trust, purposes: Purposes::embedded(), statuses, read })
    }
}

impl Knowledge {
    /// The three together.
    pub(crate) const fn known(&self) -> Known<'_> {
        Known { trust: &self.trust, purposes: &self.purposes, statuses: &self.statuses }
    }
}

/// Reads and verifies a status list.
pub(crate) fn read_status_list(path: &Path, trust: &TrustList, now: UnixTime) -> Result<StatusList, Failure> {
    let bytes = files::read_object(path)?;
    let list = StatusListToken::parse(&bytes).and_then(|token| token.verify(trust, now));
    list.map_err(|error| status_list_refused(&error, path))
}

/// Why a status list is not relied on.
pub(crate) fn status_list_refused(error: &StatusListError, path: &Path) -> Failure {
    let hint = match error {
        StatusListError::NotPublished => {
            "the trust list has to name the status issuer with this key; get the newest trust list"
        }
        StatusListError::FromFuture { .. } => "check the clock, or --now",
        StatusListError::RollBack { .. } => "of two lists with one address give the newer one alone",
        StatusListError::Type => {
            "a list as `geleit status build` writes it is required; `geleit inspect FILE` says what the file is"
        }
        _ => "get the list again from its publisher",
    };
    Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
}

/// Reads and verifies a trust list.
pub(crate) fn read(path: &Path, anchor: &Path, now: UnixTime) -> Result<TrustList, Failure> {
    let anchor = files::read_public_key(anchor)?;
    verify(&files::read_object(path)?, path, &anchor, 0, now)
}

fn verify(
    bytes: &[u8],
    path: &Path,
    anchor: &PublicKey,
    minimum: u64,
    now: UnixTime,
) -> Result<TrustList, Failure> {
    let list = SignedTrustList::parse(bytes).and_then(|list| list.verify(anchor, minimum, now));
    list.map_err(|error| {
        let hint = match error {
            TrustError::NotValid { .. } => "get the newest trust list, or check --now",
            TrustError::Document(_) => {
                "check that --trust is a trust list and --anchor-key the key of its anchor"
            }
            _ => "get another trust list from the anchor",
        };
        Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    iss: String,
    sequence: u64,
    expires: Time,
    issuers: Vec<SpecParty>,
    #[serde(default)]
    registrars: Vec<SpecParty>,
    #[serde(default)]
    status_issuers: Vec<SpecParty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecParty {
    iss: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default, rename = "for")]
    publishes_for: Vec<String>,
    keys: Vec<SpecKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecKey {
    pem: PathBuf,
    from: Option<Time>,
    until: Option<Time>,
    compromised: Option<Time>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Json")]
struct Time(UnixTime);

impl TryFrom<Json> for Time {
    type Error = String;

    fn try_from(json: Json) -> Result<Self, String> {
        match json {
            Json::String(text) => clock::parse(&text).map(Self),
            other => clock::parse(&other.to_string()).map(Self),
        }
    }
}

/// Seconds of 365 days: how long a key may sign when nothing else is said.
const KEY_LIFE_S: i64 = 365 * 86_400;

/// Seconds before the signing from which a key may sign when nothing else is said. A credential is dated
/// back to the full hour, and that time has to lie inside.
const KEY_LEAD_S: i64 = 86_400;

impl Trust {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        match self {
            Self::Build { anchor_key, output, spec } => build(anchor_key, output, spec, now),
            Self::Show { file, anchor_key } => Ok(show(&read(file, anchor_key, now)?)),
        }
    }
}

fn build(anchor: &Path, output: &Output, path: &Path, now: UnixTime) -> Result<Answer, Failure> {
    let anchor = files::read_private_key(anchor)?;
    let spec: Spec = serde_json::from_value(json::read(path)?).map_err(|error| {
        Failure::usage(format!("{}: {error}", files::name(path)))
            .hint("`geleit trust build --help` shows the description")
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let parties = |parties: &[SpecParty]| {
        parties.iter().map(|party| party.read(folder, now)).collect::<Result<Vec<_>, _>>()
    };
    let content = TrustListContent {
        iss: &spec.iss,
        sequence: spec.sequence,
        issued_at: now,
        expires_at: spec.expires.0,
        issuers: parties(&spec.issuers)?,
        registrars: parties(&spec.registrars)?,
        status_issuers: parties(&spec.status_issuers)?,
    };
    let signed = content
        .sign(&anchor)
        .map_err(|error| Failure::refused(error.code(), error).hint("an anchor needs an Ed25519 key"))?;
    // What nobody could use is not written: two keys with one id, a list that has expired already.
    let list = SignedTrustList::parse(&signed).and_then(|list| list.verify(anchor.public_key(), 0, now));
    let list = list.map_err(|error| {
        let hint = match error {
            TrustError::PublishesForNobody => {
                "give each status issuer \"for\": the names of the issuers and registrars it publishes for"
            }
            TrustError::KeyTwice => "give every party and role a key of its own",
            _ => "correct the description",
        };
        Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
    })?;
    let text = format!(
        "trust list {} of {} bytes with {} issuers, {} registrars and {} status issuers, valid to {}\n",
        list.sequence(),
        signed.len(),
        list.issuers().len(),
        list.registrars().len(),
        list.status_issuers().len(),
        list.expires_at()
    );
    let json = to_json(&list);
    output.deliver(signed, Readers::Anybody, Answer::new(text, json))
}

impl SpecParty {
    fn read(&self, folder: &Path, now: UnixTime) -> Result<Party, Failure> {
        let credential_type = |name: &String| {
            CredentialType::by_name(name).or_else(|| CredentialType::by_vct(name)).ok_or_else(|| {
                Failure::usage(format!("{}: unknown credential type \"{name}\"", self.iss))
                    .hint("types are identity, qualification and residence")
            })
        };
        Ok(Party {
            iss: self.iss.clone(),
            types: self.types.iter().map(credential_type).collect::<Result<_, _>>()?,
            publishes_for: self.publishes_for.clone(),
            keys: self.keys.iter().map(|key| key.read(folder, now)).collect::<Result<_, _>>()?,
        })
    }
}

impl SpecKey {
    fn read(&self, folder: &Path, now: UnixTime) -> Result<TrustedKey, Failure> {
        let from = self.from.map_or(now.plus(-KEY_LEAD_S), |time| time.0);
        let until = self.until.map_or(from.plus(KEY_LIFE_S), |time| time.0);
        let key = files::read_public_key(&folder.join(&self.pem))?;
        let compromised = self.compromised.map_or(Compromise::NotKnown, |time| Compromise::Since(time.0));
        Ok(TrustedKey { compromised, ..TrustedKey::valid(key, from, until) })
    }
}

fn show(list: &TrustList) -> Answer {
    let mut text = fields([
        ("verified", "signature of the anchor, times".to_owned()),
        ("sequence", list.sequence().to_string()),
        ("valid to", list.expires_at().to_string()),
        ("hash", base16ct::lower::encode_string(list.hash())),
    ]);
    for (role, parties) in roles(list) {
        for party in parties {
            text.push('\n');
            text.push_str(&fields(rows(role, party)));
        }
    }
    Answer::new(text, to_json(list))
}

/// A party with what it may do, and its keys.
fn rows(role: &'static str, party: &Party) -> Vec<(&'static str, String)> {
    let mut rows = vec![(role, printable(&party.iss))];
    if !party.types.is_empty() {
        let types: Vec<&str> = party.types.iter().map(|one| one.name).collect();
        rows.push(("may issue", types.join(", ")));
    }
    if !party.publishes_for.is_empty() {
        rows.push(("publishes for", printable(&party.publishes_for.join(", "))));
    }
    rows.extend(party.keys.iter().map(|key| ("key", described(key))));
    rows
}

fn described(key: &TrustedKey) -> String {
    let window = format!("{} from {} to {}", kid(&key.key), key.from, key.until);
    match key.compromised {
        Compromise::NotKnown => window,
        Compromise::Since(since) => format!("{window}, compromised since {since}"),
    }
}

fn roles(list: &TrustList) -> [(&'static str, &[Party]); 3] {
    [("issuer", list.issuers()), ("registrar", list.registrars()), ("status issuer", list.status_issuers())]
}

fn to_json(list: &TrustList) -> Json {
    let key = |key: &TrustedKey| {
        let compromised = match key.compromised {
            Compromise::NotKnown => None,
            Compromise::Since(since) => Some(since.0),
        };
        json!({"kid": kid(&key.key), "from": key.from.0, "until": key.until.0, "compromised": compromised})
    };
    let keys = |party: &Party| party.keys.iter().map(key).collect::<Vec<_>>();
    let parties = |parties: &[Party]| -> Json {
        let party = |party: &Party| {
            let types: Vec<&str> = party.types.iter().map(|one| one.vct).collect();
            json!({"iss": party.iss, "types": types, "keys": keys(party)})
        };
        parties.iter().map(party).collect()
    };
    let publisher =
        |party: &Party| json!({"iss": party.iss, "for": party.publishes_for, "keys": keys(party)});
    json!({
        "schema": "geleit.trust-list/1", "sequence": list.sequence(), "exp": list.expires_at().0,
        "hash": base16ct::lower::encode_string(list.hash()),
        "issuers": parties(list.issuers()), "registrars": parties(list.registrars()),
        "status_issuers": list.status_issuers().iter().map(publisher).collect::<Vec<_>>(),
    })
}
