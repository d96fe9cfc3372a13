//! Vectors for decisions: signed objects, facts, a time, and what follows from them.
//!
//! ```text
//! {"baseline": INPUTS, "cases": [CASE]}          an input of a case stands in place of the baseline's
//! CASE   = {"name", "kind": "decision"|"local-decision", "expect": "accept"} + INPUTS
//! INPUTS = {"now", "anchor": COSE_Key, "trust_list", "facts": {name: text},
//!           "decision": {"outcome", "reason", "notices"},
//!           "status_lists": [..], "registration", "request", "presentation"             decision
//!           "profile": id, "holder_keys": [COSE_Key], "credentials": [..]}              local-decision
//! ```
//!
//! Bytes are hexadecimal, times seconds since 1970. The purposes are those that are built in.

use super::{CaseResult, from_hex};
use geleit_cose::cbor::Limits;
use geleit_cose::key::PublicKey;
use geleit_credential::decision::{Decision, Facts, decide, decide_locally};
use geleit_credential::holder::HeldCredential;
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::Registration;
use geleit_credential::request::Request;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::status_list::{StatusListToken, StatusLists};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{SignedTrustList, TrustList};
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A vector file.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    #[serde(default)]
    baseline: Inputs,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    kind: Kind,
    #[serde(flatten)]
    inputs: Inputs,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Decision,
    LocalDecision,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inputs {
    now: Option<i64>,
    anchor: Option<String>,
    trust_list: Option<String>,
    facts: Option<BTreeMap<String, String>>,
    decision: Option<Decided>,
    status_lists: Option<Vec<String>>,
    registration: Option<String>,
    request: Option<String>,
    presentation: Option<String>,
    profile: Option<String>,
    holder_keys: Option<Vec<String>>,
    credentials: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Decided {
    outcome: String,
    reason: String,
    #[serde(default)]
    notices: Vec<String>,
}

/// Whether every case of the file is a decision.
pub(super) fn is_one(json: &Json) -> bool {
    let kind =
        |case: &Json| matches!(case.get("kind").and_then(Json::as_str), Some("decision" | "local-decision"));
    json.get("cases")
        .and_then(Json::as_array)
        .is_some_and(|cases| !cases.is_empty() && cases.iter().all(kind))
}

impl File {
    /// Reads a vector file.
    pub(super) fn read(json: Json) -> Result<Self, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    /// Runs every case.
    pub(super) fn run(&self) -> Result<Vec<CaseResult>, String> {
        self.cases.iter().map(|case| Given { file: self, case }.run()).collect()
    }
}

/// A case over the baseline of its file.
struct Given<'a> {
    file: &'a File,
    case: &'a Case,
}

/// Why there is no decision: the file is no vector file, or a rule was broken.
enum Why {
    Unreadable(String),
    Refused(String),
}

/// A rule that was broken.
fn refused(error: impl core::fmt::Display) -> Why {
    Why::Refused(error.to_string())
}

impl<'a> Given<'a> {
    fn run(&self) -> Result<CaseResult, String> {
        let expected = self.get("decision", |inputs| inputs.decision.as_ref());
        let decided = match self.case.kind {
            Kind::Decision => self.decide(),
            Kind::LocalDecision => self.decide_locally(),
        };
        let result = |passed, detail| Ok(CaseResult { name: self.case.name.clone(), passed, detail });
        match (expected, decided) {
            (Err(Why::Unreadable(error) | Why::Refused(error)), _) | (_, Err(Why::Unreadable(error))) => {
                Err(format!("case {}: {error}", self.case.name))
            }
            (Ok(_), Err(Why::Refused(error))) => result(false, format!("not decided: {error}")),
            (Ok(expected), Ok(decision)) => {
                let found = Decided::of(&decision);
                match *expected == found {
                    true => result(true, found.text()),
                    false => result(false, format!("{}; {} is expected", found.text(), expected.text())),
                }
            }
        }
    }

    fn get<T: ?Sized>(&self, name: &str, pick: impl Fn(&'a Inputs) -> Option<&'a T>) -> Result<&'a T, Why> {
        pick(&self.case.inputs)
            .or_else(|| pick(&self.file.baseline))
            .ok_or_else(|| Why::Unreadable(format!("\"{name}\" is missing")))
    }

    fn bytes(&self, name: &str, pick: impl Fn(&'a Inputs) -> Option<&'a String>) -> Result<Vec<u8>, Why> {
        from_hex(self.get(name, pick)?).map_err(Why::Unreadable)
    }

    fn list(
        &self,
        name: &str,
        pick: impl Fn(&'a Inputs) -> Option<&'a Vec<String>>,
    ) -> Result<Vec<Vec<u8>>, Why> {
        self.get(name, pick)?.iter().map(|item| from_hex(item).map_err(Why::Unreadable)).collect()
    }

    fn now(&self) -> Result<UnixTime, Why> {
        self.get("now", |inputs| inputs.now.as_ref()).map(|now| UnixTime(*now))
    }

    fn trust(&self) -> Result<TrustList, Why> {
        let anchor = self.bytes("anchor", |inputs| inputs.anchor.as_ref())?;
        let anchor = PublicKey::from_cose_key(&anchor).map_err(refused)?;
        let list = self.bytes("trust_list", |inputs| inputs.trust_list.as_ref())?;
        let list = SignedTrustList::parse(&list).map_err(refused)?;
        list.verify(&anchor, 0, self.now()?).map_err(refused)
    }

    fn statuses(&self, trust: &TrustList) -> Result<StatusLists, Why> {
        let mut statuses = StatusLists::new();
        for bytes in self.list("status_lists", |inputs| inputs.status_lists.as_ref())? {
            let token = StatusListToken::parse(&bytes).map_err(refused)?;
            let list = token.verify(trust, self.now()?).map_err(refused)?;
            statuses.insert(list).map_err(refused)?;
        }
        Ok(statuses)
    }

    fn facts(&self, profile: &Profile) -> Result<Facts, Why> {
        let facts = self.get("facts", |inputs| inputs.facts.as_ref())?;
        let pairs = facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Facts::parse(profile, pairs).map_err(refused)
    }

    fn decide(&self) -> Result<Decision, Why> {
        let (now, trust) = (self.now()?, self.trust()?);
        let (statuses, purposes) = (self.statuses(&trust)?, Purposes::embedded());
        let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
        let registration = self.bytes("registration", |inputs| inputs.registration.as_ref())?;
        let registration = Registration::parse(&registration).map_err(refused)?;
        let party = registration.verify(&known, now).map_err(refused)?;
        let request = self.bytes("request", |inputs| inputs.request.as_ref())?;
        let request = Request::parse(&request).map_err(refused)?.permit(&known, now).map_err(refused)?;
        let bytes = self.bytes("presentation", |inputs| inputs.presentation.as_ref())?;
        let presentation = Presentation::parse(&bytes, &Limits::TOKEN).map_err(refused)?;
        let profile = purposes.find(&party.intended_use().id).cloned();
        let profile = profile.ok_or_else(|| refused("a purpose that is not built in"))?;
        let verifier = Verifier::new(trust.clone(), party);
        let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
        let verified = verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace);
        decide(&verified.map_err(refused)?, &profile, &self.facts(&profile)?, now).map_err(refused)
    }

    fn decide_locally(&self) -> Result<Decision, Why> {
        let (now, trust) = (self.now()?, self.trust()?);
        let id = self.get("profile", |inputs| inputs.profile.as_ref())?;
        let profile = Profile::find_embedded(id).ok_or_else(|| refused("a purpose that is not built in"))?;
        let keys = self.list("holder_keys", |inputs| inputs.holder_keys.as_ref())?;
        let keys: Vec<PublicKey> = keys
            .iter()
            .map(|key| PublicKey::from_cose_key(key))
            .collect::<Result<_, _>>()
            .map_err(refused)?;
        let accept =
            |bytes: &Vec<u8>| HeldCredential::accept(bytes, &trust, &keys, now, &mut Scratch::default());
        let credentials = self.list("credentials", |inputs| inputs.credentials.as_ref())?;
        let held: Vec<HeldCredential> =
            credentials.iter().map(accept).collect::<Result<_, _>>().map_err(refused)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        decide_locally(&profile, &held, &self.facts(&profile)?, now).map_err(refused)
    }
}

impl Decided {
    fn of(decision: &Decision) -> Self {
        Self {
            outcome: decision.outcome().to_string(),
            reason: decision.reason().as_str().to_owned(),
            notices: decision.notices().iter().map(|code| code.as_str().to_owned()).collect(),
        }
    }

    fn text(&self) -> String {
        let Self { outcome, reason, notices } = self;
        if notices.is_empty() {
            format!("{outcome} {reason}")
        } else {
            format!("{outcome} {reason} + {}", notices.join(", "))
        }
    }
}
