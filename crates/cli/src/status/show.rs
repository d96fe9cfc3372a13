//! `geleit status show`: what a list says, verified or not.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::text::{fields, printable};
use crate::trust;
use core::num::NonZeroU64;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::numbers::claim;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, ListLimits, StatusFinding, StatusList, StatusListError, StatusListToken, StatusLists,
    StatusReference,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use serde_json::{Map, Value as Json, json};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Without a trust list nothing is verified: anybody could have written it.

Example: geleit status show list.cbor --trust trust-list.cbor --anchor-key anchor.pub.pem --index 4711";

/// Show who publishes a list, since when, and what it says
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Show {
    /// The list, or "-"
    list: PathBuf,
    /// The trust list that names its publisher
    #[arg(long, value_name = "FILE", requires = "anchor_key")]
    trust: Option<PathBuf>,
    /// The public key of the trust anchor (PEM)
    #[arg(long, value_name = "PUB.pem", requires = "trust")]
    anchor_key: Option<PathBuf>,
    /// The entry to look up
    #[arg(long, value_name = "N")]
    index: Option<u64>,
}

/// What a list says of itself. Nothing of it is verified.
pub(super) struct Seen {
    pub(super) uri: String,
    issued_at: UnixTime,
    expires_at: Option<UnixTime>,
    ttl_s: Option<NonZeroU64>,
    pub(super) entries: Entries,
}

/// A list that was verified, with those for whom its publisher may speak.
struct Verified {
    list: StatusList,
    trust: TrustList,
    speaks_for: Vec<String>,
}

impl Show {
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        let verified = match (&self.trust, &self.anchor_key) {
            (Some(trust), Some(anchor)) => {
                Some(Verified::read(&self.list, trust::read(trust, anchor, now)?, now)?)
            }
            _ => None,
        };
        let seen = Seen::read(&self.list)?;
        let standing = self.index.map(|index| self.look_up(index, &seen, verified.as_ref())).transpose()?;
        Ok(self.answer(&seen, verified.as_ref(), standing, now))
    }

    fn look_up(&self, index: u64, seen: &Seen, verified: Option<&Verified>) -> Result<Standing, Failure> {
        let standing = match verified {
            Some(verified) => verified.look_up(index),
            None => seen.entries.get(index),
        };
        standing.ok_or_else(|| {
            let count = seen.entries.count();
            Failure::usage(format!(
                "{}: index {index} is outside of a list of {count} entries",
                files::name(&self.list)
            ))
            .hint("indices are counted from 0")
        })
    }

    fn answer(
        &self,
        seen: &Seen,
        verified: Option<&Verified>,
        standing: Option<Standing>,
        now: UnixTime,
    ) -> Answer {
        let counts = seen.counts();
        let none = || "none".to_owned();
        let mut rows = vec![
            (
                "verified",
                verified.map_or(UNVERIFIED, |_| "signature of a status issuer of the trust list").to_owned(),
            ),
            ("address", printable(&seen.uri)),
        ];
        if let Some(verified) = verified {
            rows.push(("publisher", printable(verified.list.publisher())));
            rows.push(("speaks for", printable(&verified.speaks_for.join(", "))));
        }
        rows.extend([
            ("as of", seen.issued_at.to_string()),
            ("valid to", seen.expires_at.map_or_else(none, |end| end.to_string())),
            ("fetch again", seen.ttl_s.map_or_else(none, |ttl| format!("after {ttl} s"))),
            ("entries", format!("{} of {} bits", seen.entries.count(), seen.entries.bits().number())),
            ("not valid", text_of(&counts)),
        ]);
        if let (Some(index), Some(standing)) = (self.index, standing) {
            rows.push(("entry", format!("{index} is {}", standing.name())));
        }
        let json = json!({
            "schema": "geleit.status/1", "verified": verified.is_some(), "uri": seen.uri,
            "publisher": verified.map(|one| one.list.publisher()),
            "for": verified.map(|one| &one.speaks_for),
            "hash": verified.map(|one| base16ct::lower::encode_string(one.list.hash())),
            "iat": seen.issued_at.0, "exp": seen.expires_at.map(|end| end.0), "ttl_s": seen.ttl_s,
            "expired": seen.expires_at.is_some_and(|end| now >= end),
            "entries": seen.entries.count(), "bits": seen.entries.bits().number(), "not_valid": counts,
            "index": self.index, "standing": standing.map(Standing::name),
        });
        let answer = Answer::new(fields(rows), json);
        match seen.expires_at.filter(|end| now >= *end) {
            Some(end) => answer.note(format!("note: its publisher no longer stands by it since {end}")),
            None => answer,
        }
    }
}

const UNVERIFIED: &str = "nothing: this is what somebody wrote (give --trust and --anchor-key)";

fn text_of(counts: &Map<String, Json>) -> String {
    let all: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

impl Seen {
    /// Reads a list without any signature.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read_object(path)?;
        StatusListToken::parse(&bytes)
            .and_then(|_| Self::payload(&bytes))
            .map_err(|error| trust::status_list_refused(&error, path))
    }

    fn payload(bytes: &[u8]) -> Result<Self, StatusListError> {
        let missing = StatusListError::Claim;
        let envelope = Sign1::parse(bytes, &Limits::REGISTER, Encoding::Deterministic, &mut NoHeaders)
            .map_err(StatusListError::Cose)?;
        let payload = envelope.dangerous_unverified_payload();
        let claims = Value::decode(payload, &Limits::REGISTER, Encoding::Deterministic)?;
        let time = |key| claims.get_int(key).and_then(Value::as_int).map(UnixTime);
        let list = claims.get_int(claim::STATUS_LIST).ok_or(missing("status_list"))?;
        let unsigned =
            |value: Option<&Value>| value.and_then(Value::as_int).and_then(|n| u64::try_from(n).ok());
        let bits = Bits::from_number(unsigned(list.get("bits")).ok_or(missing("bits"))?)?;
        let lst = list.get("lst").and_then(Value::as_bytes).ok_or(missing("lst"))?;
        Ok(Self {
            uri: claims.get_int(claim::SUB).and_then(Value::as_text).ok_or(missing("sub"))?.to_owned(),
            issued_at: time(claim::IAT).ok_or(missing("iat"))?,
            expires_at: time(claim::EXP),
            ttl_s: unsigned(claims.get_int(claim::TTL)).and_then(NonZeroU64::new),
            entries: Entries::inflate(bits, lst, &ListLimits::STANDARD)?,
        })
    }

    /// How many entries say something else than valid, by what they say.
    fn counts(&self) -> Map<String, Json> {
        let entries = || (0..self.entries.count()).filter_map(|index| self.entries.get(index));
        let mut counts = Map::new();
        for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Valid) {
            let count = entries().filter(|one| *one == standing).count();
            if count > 0 {
                counts.insert(standing.name().to_owned(), count.into());
            }
        }
        counts
    }
}

impl Verified {
    fn read(path: &Path, trust: TrustList, now: UnixTime) -> Result<Self, Failure> {
        let list = trust::read_status_list(path, &trust, now)?;
        let publisher = trust.status_issuers().iter().find(|party| party.iss == list.publisher());
        let speaks_for = publisher.map(|party| party.publishes_for.clone()).unwrap_or_default();
        Ok(Self { list, trust, speaks_for })
    }

    /// The only way to a verified entry asks for somebody whom the publisher may speak for; it says the same
    /// for each of them.
    fn look_up(&self, index: u64) -> Option<Standing> {
        let mut lists = StatusLists::new();
        lists.insert(self.list.clone()).ok()?;
        let reference = StatusReference { uri: self.list.uri(), index };
        match lists.find(&self.trust, self.speaks_for.first()?, &reference) {
            StatusFinding::Known { standing, .. } => Some(standing),
            StatusFinding::NoList | StatusFinding::NotEntitled | StatusFinding::OutOfRange => None,
        }
    }
}
