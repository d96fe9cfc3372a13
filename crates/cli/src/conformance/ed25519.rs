//! Ed25519 vectors of others, against the strict rule of `geleit_cose::ed25519`.
//!
//! Wycheproof says itself what has to be accepted. The other two sets only describe their cases, so that
//! the rule says it: of CCTV exactly those cases whose every flag is a `low_order_component_...` (an honest
//! sum of torsion that cancels out), of speccheck exactly number 3 (mixed order, everything canonical).

use super::{CaseResult, from_hex};
use geleit_cose::algorithm::Algorithm;
use geleit_cose::ed25519;
use geleit_cose::key::{PublicKey, Verify};
use serde::Deserialize;
use serde_json::Value as Json;

/// A known set of vectors.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    /// <https://github.com/C2SP/wycheproof>
    Wycheproof,
    /// <https://github.com/C2SP/CCTV>
    Cctv,
    /// <https://github.com/novifinancial/ed25519-speccheck>
    SpecCheck,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wycheproof {
    test_groups: Vec<WycheproofGroup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WycheproofGroup {
    public_key: WycheproofKey,
    tests: Vec<WycheproofTest>,
}

#[derive(Deserialize)]
struct WycheproofKey {
    pk: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WycheproofTest {
    tc_id: u32,
    comment: String,
    msg: String,
    sig: String,
    result: String,
}

#[derive(Deserialize)]
struct Cctv {
    number: u32,
    key: String,
    sig: String,
    msg: String,
    flags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct SpecCheck {
    message: String,
    pub_key: String,
    signature: String,
}

/// The only case of speccheck that the strict rule accepts, and how many cases there are.
const SPECCHECK_ACCEPTED: usize = 3;
const SPECCHECK_CASES: usize = 12;

impl Format {
    /// The set that a file belongs to, by what is in it.
    pub(super) fn of(json: &Json) -> Option<Self> {
        if json.get("algorithm").and_then(Json::as_str) == Some("EDDSA") && json.get("testGroups").is_some() {
            return Some(Self::Wycheproof);
        }
        let first = json.get(0)?;
        let has = |members: &[&str]| members.iter().all(|member| first.get(member).is_some());
        if has(&["number", "key", "sig", "msg"]) {
            return Some(Self::Cctv);
        }
        let cases = json.as_array().map_or(0, Vec::len);
        (has(&["message", "pub_key", "signature"]) && cases == SPECCHECK_CASES).then_some(Self::SpecCheck)
    }

    /// A name for reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Wycheproof => "wycheproof",
            Self::Cctv => "cctv",
            Self::SpecCheck => "speccheck",
        }
    }

    /// Runs every case.
    pub(super) fn run(self, json: Json) -> Result<Vec<CaseResult>, String> {
        match self {
            Self::Wycheproof => wycheproof(json),
            Self::Cctv => cctv(json),
            Self::SpecCheck => speccheck(json),
        }
    }
}

fn wycheproof(json: Json) -> Result<Vec<CaseResult>, String> {
    let file: Wycheproof = read(json)?;
    let mut results = Vec::new();
    for group in &file.test_groups {
        let key = from_hex(&group.public_key.pk)?;
        for test in &group.tests {
            let name = format!("wycheproof {} {}", test.tc_id, test.comment);
            // Signatures of a wrong length are among the cases; so are ones that are no hexadecimal text.
            let accepted = accepts(&key, &from_hex(&test.msg)?, &from_hex(&test.sig)?);
            results.push(compare(name.trim_end().to_owned(), test.result == "valid", accepted));
        }
    }
    Ok(results)
}

fn cctv(json: Json) -> Result<Vec<CaseResult>, String> {
    let run = |case: &Cctv| {
        let harmless = |flag: &String| flag.starts_with("low_order_component_");
        let expected = case.flags.iter().flatten().all(harmless);
        let accepted = accepts(&from_hex(&case.key)?, case.msg.as_bytes(), &from_hex(&case.sig)?);
        Ok(compare(format!("cctv {}", case.number), expected, accepted))
    };
    read::<Vec<Cctv>>(json)?.iter().map(run).collect()
}

fn speccheck(json: Json) -> Result<Vec<CaseResult>, String> {
    let run = |(index, case): (usize, &SpecCheck)| {
        let (key, signature) = (from_hex(&case.pub_key)?, from_hex(&case.signature)?);
        let accepted = accepts(&key, &from_hex(&case.message)?, &signature);
        Ok(compare(format!("speccheck {index}"), index == SPECCHECK_ACCEPTED, accepted))
    };
    read::<Vec<SpecCheck>>(json)?.iter().enumerate().map(run).collect()
}

fn read<T: for<'de> Deserialize<'de>>(json: Json) -> Result<T, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// Both halves of the rule: the key can be held, and the signature verifies with it.
fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = key.try_into() else { return false };
    ed25519::PublicKey::from_bytes(key)
        .is_ok_and(|key| PublicKey::Ed25519(key).verify(Algorithm::ED25519, &[message], signature).is_ok())
}

fn compare(name: String, expected: bool, accepted: bool) -> CaseResult {
    let word = |accepted| if accepted { "accepted" } else { "refused" };
    let detail = match expected == accepted {
        true => word(accepted).to_owned(),
        false => format!("{}, has to be {}", word(accepted), word(expected)),
    };
    CaseResult { name, passed: expected == accepted, detail }
}
