//! The cases of `tests/purposes`, with everything signed: the claims of a case become credentials, a
//! request, a wallet's answer and status lists.
//!
//! ```text
//! tests/purposes/<id>.toml --issue, accept, ask, answer, publish--> tests/vectors/purposes/<id>.json
//! ```
//!
//! A case that no issuer would sign, or that no wallet would answer, is a fault of the case.

use super::case::{Decided, File, Inputs, Kind};
use crate::world::{self, CREDENTIAL_LIST, LIST_AGE_S, NOW, REGISTRATION_LIST, WalletState, World};
use crate::{FixedRng, people};
use core::fmt::Display;
use geleit_cose::cbor::Value;
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, LIFETIMES_S};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, ProfileKind, Purposes};
use geleit_credential::request::{Request, RequestContent};
use geleit_credential::schema::{ClaimSet, CredentialType, Date, Kind as ClaimKind, TYPES};
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The vectors of every file in `tests/purposes`, with the name that each has to have in
/// `tests/vectors/purposes`.
///
/// # Errors
/// One line for each case of which no vector can be made.
pub fn purposes() -> Result<Vec<(String, File)>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/purposes");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{id}: {error}"))?;
        match vectors(&id, &text) {
            Ok(file) => files.push((format!("{id}.json"), file)),
            Err(mut more) => faults.append(&mut more),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults.join("\n")) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    case: Vec<Stated>,
}

type Claims = BTreeMap<String, toml::Value>;

/// One case as a person writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    name: String,
    why: String,
    outcome: String,
    reason: String,
    #[serde(default)]
    notices: Vec<String>,
    now: Option<String>,
    #[serde(default = "usual_age")]
    age_s: i64,
    #[serde(default)]
    status: BTreeMap<String, String>,
    ask: Option<Vec<String>>,
    #[serde(default)]
    optional: Vec<String>,
    #[serde(default)]
    at_least: BTreeMap<String, String>,
    #[serde(default)]
    facts: BTreeMap<String, toml::Value>,
    identity: Option<Claims>,
    qualification: Option<Claims>,
    residence: Option<Claims>,
}

const fn usual_age() -> i64 {
    LIST_AGE_S
}

fn vectors(id: &str, text: &str) -> Result<File, Vec<String>> {
    let whole = |error: String| vec![format!("{id}: {error}")];
    let source: Source = toml::from_str(text).map_err(|error| whole(error.to_string()))?;
    let profile = Profile::find_embedded(id).ok_or_else(|| whole("no such profile".to_owned()))?;
    let maker = Maker { world: World::new(), profile: &profile };
    let mut file = File::new(
        &format!("Decisions of {id}: credentials, answer and facts, and what follows from them."),
        maker.baseline(),
    );
    let mut faults = Vec::new();
    for case in &source.case {
        match maker.inputs(case) {
            Ok(inputs) => {
                if file.baseline.request.is_none() {
                    file.baseline.request.clone_from(&inputs.request);
                }
                let inputs = without(inputs, &file.baseline);
                file.accept(maker.kind(), &case.name, &case.why, inputs);
            }
            Err(fault) => faults.push(format!("{id} {}: {fault}", case.name)),
        }
    }
    if faults.is_empty() { Ok(file) } else { Err(faults) }
}

/// Leaves out what the file has already.
fn without(mut inputs: Inputs, baseline: &Inputs) -> Inputs {
    let unless_same = |one: &mut Option<_>, other: &Option<_>| {
        if *one == *other {
            *one = None;
        }
    };
    unless_same(&mut inputs.request, &baseline.request);
    if inputs.status_lists == baseline.status_lists {
        inputs.status_lists = None;
    }
    if inputs.now == baseline.now {
        inputs.now = None;
    }
    inputs
}

/// Makes the signed objects of one file.
struct Maker<'a> {
    world: World,
    profile: &'a Profile,
}

impl Maker<'_> {
    fn is_local(&self) -> bool {
        self.profile.kind() == ProfileKind::ZeroClaim
    }

    fn kind(&self) -> Kind {
        if self.is_local() { Kind::LocalDecision } else { Kind::Decision }
    }

    /// What all cases of a file have in common.
    fn baseline(&self) -> Inputs {
        let common = Inputs {
            now: Some(NOW.0),
            anchor: Some(self.world.anchor.public_key().to_cose_key().into()),
            trust_list: Some(self.world.trust_list_bytes().into()),
            ..Inputs::default()
        };
        if self.is_local() {
            return Inputs {
                profile: Some(self.profile.id().to_owned()),
                holder_keys: Some(vec![self.world.holder.public_key().to_cose_key().into()]),
                ..common
            };
        }
        let lists = [self.list(CREDENTIAL_LIST, NOW, &[]), self.list(REGISTRATION_LIST, NOW, &[])];
        Inputs {
            registration: Some(self.world.registration_bytes(self.profile).into()),
            status_lists: Some(lists.into_iter().map(Into::into).collect()),
            ..common
        }
    }

    /// A status list of the usual age at `now`.
    fn list(&self, uri: &str, now: UnixTime, standings: &[(u64, Standing)]) -> Vec<u8> {
        let mut content = self.world.status_list_content(uri);
        content.issued_at = now.plus(-LIST_AGE_S);
        content.expires_at = Some(now.plus(86_400));
        for (index, standing) in standings {
            content.entries.set(*index, *standing).expect("an index of the list");
        }
        content.sign(&self.world.publisher).expect("an Ed25519 key signs")
    }

    fn inputs(&self, case: &Stated) -> Result<Inputs, String> {
        let now = case.now()?;
        let held = self.held(case, now)?;
        let decision = Decided {
            outcome: case.outcome.clone(),
            reason: case.reason.clone(),
            notices: case.notices.clone(),
        };
        let facts = case.facts.iter().map(|(name, value)| (name.clone(), as_text(value))).collect();
        let common =
            Inputs { now: Some(now.0), facts: Some(facts), decision: Some(decision), ..Inputs::default() };
        if self.is_local() {
            let credentials = held.iter().map(|one| one.bytes().into()).collect();
            return Ok(Inputs { credentials: Some(credentials), ..common });
        }
        let lists = self.status_lists(case, now)?;
        let request = self.request(case, now)?;
        let presentation = self.answer(case, &request, &lists, &held, now)?;
        Ok(Inputs {
            status_lists: Some(lists.into_iter().map(Into::into).collect()),
            request: Some(request.into()),
            presentation: Some(presentation.into()),
            ..common
        })
    }

    /// The credentials of a case. They are as old as what is known of their status.
    fn held(&self, case: &Stated, now: UnixTime) -> Result<Vec<HeldCredential>, String> {
        let holder = self.world.holder.public_key();
        let issued_at = now.plus(-case.age_s);
        let lifetime_s =
            LIFETIMES_S.into_iter().find(|life| *life >= DEFAULT_LIFETIME_S && *life > case.age_s + 3_600);
        let lifetime_s = lifetime_s.ok_or("age_s: no credential lives that long")?;
        let hold = |(credential_type, claims): (&'static CredentialType, &Claims)| {
            let set = claim_set(credential_type, claims, issued_at)?;
            let seed = self.seed(case, credential_type);
            let copy = Copy {
                holder_key: holder,
                subject: "urn:example:subject:1",
                issued_at,
                lifetime_s,
                status: StatusReference { uri: CREDENTIAL_LIST, index: world::index_of(&seed) },
            };
            let issuer = self.world.issuer_of(credential_type);
            let bytes = issuer.issue(&set, &copy, &mut FixedRng::new(&seed)).map_err(text)?;
            let keys = core::slice::from_ref(holder);
            HeldCredential::accept(&bytes, &self.world.trust_list(), keys, now, &mut Scratch::default())
                .map_err(text)
        };
        case.credentials().map(hold).collect()
    }

    /// A seed for salts and status index.
    fn seed(&self, case: &Stated, credential_type: &CredentialType) -> String {
        format!("{} {} {}", self.profile.id(), case.name, credential_type.name)
    }

    fn status_lists(&self, case: &Stated, now: UnixTime) -> Result<Vec<Vec<u8>>, String> {
        let standing = |(name, standing): (&String, &String)| {
            let of_type = |(one, _): &(&'static CredentialType, &Claims)| one.name == name;
            let (credential_type, _) =
                case.credentials().find(of_type).ok_or(format!("status of {name}, which is not held"))?;
            let standing = Standing::by_name(standing).ok_or(format!("unknown standing {standing}"))?;
            Ok((world::index_of(&self.seed(case, credential_type)), standing))
        };
        let standings: Vec<_> = case.status.iter().map(standing).collect::<Result<_, String>>()?;
        let as_of = now.plus(LIST_AGE_S - case.age_s);
        Ok(vec![self.list(CREDENTIAL_LIST, as_of, &standings), self.list(REGISTRATION_LIST, NOW, &[])])
    }

    fn request(&self, case: &Stated, now: UnixTime) -> Result<Vec<u8>, String> {
        let registration = self.world.registration_bytes(self.profile);
        let nonce = Sha256::digest(self.profile.id());
        let content = RequestContent {
            registration: &registration,
            relying_party: world::RELYING_PARTY,
            intended_use_id: self.profile.id(),
            scope: case.scope(self.profile)?,
            retention_days: self.profile.retention_days(),
            nonce: &nonce[..16],
            issued_at: now,
            expires_at: now.plus(600),
        };
        content.sign(&self.world.relying_party).map_err(text)
    }

    fn answer(
        &self,
        case: &Stated,
        request: &[u8],
        lists: &[Vec<u8>],
        held: &[HeldCredential],
        now: UnixTime,
    ) -> Result<Vec<u8>, String> {
        let (trust, purposes) = (self.world.trust_list(), Purposes::embedded());
        let statuses = self.world.status_lists_of(lists, now);
        let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
        let request =
            Request::parse(request).and_then(|request| request.permit(&known, now)).map_err(text)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let mut state = WalletState::new(&held);
        if state.origin == Origin::unknown() {
            // The holder of no identity credential, or of no nationality, names the state.
            state.origin = Origin::stated(&["TR"]).expect("a state");
        }
        let mut optional: Vec<&str> = case.optional.iter().map(String::as_str).collect();
        let is_optional = |id: &&String| self.profile.replaced_by(id).is_none();
        optional.extend(case.at_least.keys().filter(is_optional).map(String::as_str));
        let key = &self.world.holder;
        let consent = Consent::Agreed { optional: &optional };
        let answered = answer(&request, &state.wallet(key.public_key(), &held), key, consent, now);
        Ok(answered.map_err(text)?.record(&mut DisclosureLedger::empty()))
    }
}

impl Stated {
    fn now(&self) -> Result<UnixTime, String> {
        let Some(now) = &self.now else { return Ok(NOW) };
        // All cases are on days near the reference clock.
        let near = |hours: i64| NOW.rounded_down(86_400).plus(hours * 1_800);
        let days = (-48 * 30..48 * 30).map(near);
        days.clone().find(|time| time.to_string() == *now).ok_or_else(|| format!("now = {now}"))
    }

    fn credentials(&self) -> impl Iterator<Item = (&'static CredentialType, &Claims)> {
        let all = [
            ("identity", &self.identity),
            ("qualification", &self.qualification),
            ("residence", &self.residence),
        ];
        TYPES.iter().filter_map(move |one| {
            let (_, claims) = all.iter().find(|(name, _)| *name == one.name)?;
            claims.as_ref().map(|claims| (*one, claims))
        })
    }

    /// What is asked: what the profile requires, or what the case says; and what the case adds.
    fn scope(&self, profile: &Profile) -> Result<Scope, String> {
        let replaced: Vec<&str> = self.at_least.keys().filter_map(|id| profile.replaced_by(id)).collect();
        let required = match &self.ask {
            Some(ask) => ask.clone(),
            None => {
                profile.required().iter().filter(|id| !replaced.contains(&id.as_str())).cloned().collect()
            }
        };
        let claim = |id: &String| ScopedClaim::by_id(id).map_err(|error| format!("{id}: {error}"));
        let mut entries = Vec::new();
        for id in &required {
            entries.push(ScopeEntry::required(claim(id)?));
        }
        for id in &self.optional {
            entries.push(ScopeEntry::optional(claim(id)?));
        }
        for (id, label) in &self.at_least {
            let scoped = claim(id)?;
            let step = scoped.claim.domain().and_then(|domain| domain.threshold(label));
            let entry = match profile.replaced_by(id) {
                Some(_) => ScopeEntry::required(scoped),
                None => ScopeEntry::optional(scoped),
            };
            let at_least = vec![step.ok_or_else(|| format!("{id} has no step {label}"))?];
            entries.push(ScopeEntry { at_least, ..entry });
        }
        Scope::new(entries).map_err(text)
    }
}

/// The claims that an issuer signs on the day of `issued_at`.
fn claim_set(
    credential_type: &'static CredentialType,
    claims: &Claims,
    issued_at: UnixTime,
) -> Result<ClaimSet, String> {
    let mut set = ClaimSet::new(credential_type);
    for (id, value) in claims {
        let (_, claim) = credential_type.claim(id).ok_or(format!("{id}: no claim of this credential"))?;
        let stated = match claim.domain() {
            Some(_) => {
                let number = value.as_integer().and_then(|number| u8::try_from(number).ok());
                set.set_threshold(id, number.ok_or(format!("{id}: a number is required"))?)
            }
            None => set.set(id, to_cbor(value, &claim.kind).map_err(|error| format!("{id}: {error}"))?),
        };
        stated.map_err(text)?;
    }
    let today = Date::parse(&issued_at.to_string()[..10]).ok_or("no day")?;
    set.derive(today).map_err(text)?;
    set.check().map_err(text)?;
    Ok(set)
}

fn to_cbor(value: &toml::Value, kind: &ClaimKind) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(word) if *kind == ClaimKind::Image && word == "sample" => {
            Value::bytes(people::PORTRAIT)
        }
        toml::Value::String(text) => Value::text(text.as_str()),
        toml::Value::Integer(number) => Value::int(*number),
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Array(items) => {
            Value::Array(items.iter().map(|item| to_cbor(item, kind)).collect::<Result<_, _>>()?)
        }
        toml::Value::Table(entries) if entries.get("none").is_some() => Value::Null,
        toml::Value::Table(entries) => {
            let entry = |(key, value): (&String, &toml::Value)| {
                Ok((Value::text(key.as_str()), to_cbor(value, kind)?))
            };
            Value::Map(entries.iter().map(entry).collect::<Result<_, String>>()?)
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            return Err("a text, number, truth value, array or table is required".to_owned());
        }
    })
}

/// A fact as it is written on a command line.
fn as_text(value: &toml::Value) -> String {
    value
        .as_integer()
        .map_or_else(|| value.as_str().unwrap_or_default().to_owned(), |number| number.to_string())
}

fn text(error: impl Display) -> String {
    error.to_string()
}
