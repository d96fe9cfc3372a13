//! Zero-claim purposes over credentials as a wallet keeps them.

use super::{Facts, NOW, Profile, UnixTime, day};
use crate::decision::stays::{PERMITTED_DAYS, Stay, days_used};
use crate::decision::{Decision, FactError, decide_locally};
use crate::holder::HeldCredential;
use crate::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use crate::schema::identity::{self, Identity, Place};
use crate::schema::residence::{self, LinkedDocument, Residence, UkConditions};
use crate::schema::{ClaimSet, End, PartialDate};
use crate::sd_cwt::Scratch;
use crate::status_list::StatusReference;
use crate::trust_list::{Party, SignedTrustList, TrustList, TrustListContent, TrustedKey};
use geleit_cose::key::SigningKey;
use rand_core::{Infallible, TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// The same numbers in every run.
struct Numbers(u64);

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            let block = Sha256::digest(self.0.to_be_bytes());
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

/// An issuer that the wallet trusts, and the wallet's key.
struct World {
    numbers: Numbers,
    issuer: SigningKey,
    holder: SigningKey,
    trust: TrustList,
}

impl World {
    fn new() -> Self {
        let mut numbers = Numbers(0);
        let mut key = || SigningKey::generate_ed25519(&mut numbers);
        let (anchor, issuer, holder) = (key(), key(), key());
        let issuing =
            TrustedKey::valid(issuer.public_key().clone(), NOW.plus(-86_400), NOW.plus(365 * 86_400));
        let trust = TrustListContent {
            iss: "https://anchor.example",
            sequence: 1,
            issued_at: NOW,
            expires_at: NOW.plus(30 * 86_400),
            issuers: vec![Party {
                iss: "https://status.example".into(),
                types: vec![&identity::TYPE, &residence::TYPE],
                publishes_for: vec![],
                keys: vec![issuing],
            }],
            registrars: vec![],
            status_issuers: vec![],
        }
        .sign(&anchor)
        .unwrap();
        let trust = SignedTrustList::parse(&trust).unwrap().verify(anchor.public_key(), 0, NOW).unwrap();
        Self { numbers, issuer, holder, trust }
    }

    fn held(&mut self, claims: &ClaimSet) -> HeldCredential {
        let copy = Copy {
            holder_key: self.holder.public_key(),
            subject: "urn:example:1",
            issued_at: NOW,
            lifetime_s: DEFAULT_LIFETIME_S,
            status: StatusReference { uri: "https://lists.example/1", index: 7 },
        };
        let issuer = Issuer::new("https://status.example", &self.issuer);
        let bytes = issuer.issue(claims, &copy, &mut self.numbers).unwrap();
        let keys = [self.holder.public_key().clone()];
        HeldCredential::accept(&bytes, &self.trust, &keys, NOW, &mut Scratch::default()).unwrap()
    }
}

fn person(born: &str) -> ClaimSet {
    Identity::new()
        .name("Sample", Some("Asha"))
        .birth_date(PartialDate::parse(born).unwrap())
        .born_in(Place { country: Some("TR"), region: None, locality: None })
        .nationalities(&["TR"])
        .portrait(&[0xff, 0xd8, 0xff, 0xd9])
        .build(day("2026-11-23"))
        .unwrap()
}

fn permission(until: &str, documents: &[&str]) -> ClaimSet {
    let documents: Vec<LinkedDocument<'_>> =
        documents.iter().map(|number| LinkedDocument { kind: "P", country: "UTO", number }).collect();
    Residence::new("work_skilled", true)
        .uk_work(End::Day(day(until)), UkConditions::default())
        .uk_travel("eVisa", &documents)
        .build(day("2026-11-23"))
        .unwrap()
}

/// Accepts on one condition.
fn profile(condition: &str) -> Profile {
    Profile::from_toml(&format!(
        r#"
        id = "sample-use"
        version = 1
        kind = "zero-claim"
        controller = "the holder"
        verifier_class = "nobody"
        legal_basis = []
        ai_use = "none"
        confidence = "high"
        forbidden = ["*"]
        zone = "Europe/Berlin"
        title = {{ en = "S", de = "B" }}
        purpose = {{ en = "S", de = "B" }}
        fallback = {{ en = "Count.", de = "Zählen." }}
        redress = {{ en = "Ask.", de = "Fragen." }}

        [local.identity]
        "id.age_over" = {{ en = "S", de = "B" }}
        "id.nationality" = {{ en = "S", de = "B" }}
        [local.residence]
        "res.uk.work.until" = {{ en = "S", de = "B" }}
        "res.uk.linked_documents.number" = {{ en = "S", de = "B" }}
        [facts.days_used]
        type = "number"
        required = false
        title = {{ en = "S", de = "B" }}

        [[decision]]
        when = [{condition}]
        outcome = "ACCEPT"
        reason = "work-permitted"

        # Reads everything that is listed.
        [[decision]]
        when = [
            {{ threshold = "id.age_over", at_least = "18" }},
            {{ claim = "id.nationality", contains = "AT" }},
            {{ claim = "res.uk.work.until", null = true }},
            {{ claim = "res.uk.linked_documents.number", equals = "X1234567" }},
            {{ fact = "days_used", equals = -1 }},
        ]
        outcome = "INDETERMINATE"
        reason = "no-answer"

        [[decision]]
        when = []
        outcome = "INDETERMINATE"
        reason = "not-decidable"
        "#
    ))
    .unwrap()
}

fn decide(condition: &str, held: &[&HeldCredential]) -> Decision {
    decide_locally(&profile(condition), held, &Facts::new(), NOW).unwrap()
}

fn holds(condition: &str, held: &[&HeldCredential]) -> bool {
    decide(condition, held).outcome().name() == "ACCEPT"
}

const ADULT: &str = "{ threshold = \"id.age_over\", at_least = \"18\" }";
const LASTS: &str = "{ claim = \"res.uk.work.until\", on_or_after = { now = true, plus_months = 12 } }";

#[test]
fn the_holders_own_claims_are_read() {
    let mut world = World::new();
    let (adult, child) = (world.held(&person("1993-04-17")), world.held(&person("2012-04-17")));
    let permission = world.held(&permission("2027-11-23", &["L898902C3", "X1234567"]));
    assert!(holds(ADULT, &[&adult]));
    assert!(!holds(ADULT, &[&child]));
    assert!(!holds(ADULT, &[]));
    assert!(holds(LASTS, &[&adult, &permission]));
    assert!(holds("{ claim = \"id.nationality\", contains = \"TR\" }", &[&adult]));
    let linked = "{ claim = \"res.uk.linked_documents.number\", equals = \"L898902C3\" }";
    assert!(!holds(linked, &[&permission]), "one of two elements does not stand for the list");
    assert!(holds(linked, &[&world.held(&self::permission("2027-11-23", &["L898902C3"]))]));
}

#[test]
fn what_the_decision_says() {
    let mut world = World::new();
    let child = world.held(&person("2012-04-17"));
    let open = decide(ADULT, &[&child]);
    assert_eq!((open.outcome().name(), open.reason().as_str()), ("INDETERMINATE", "not-decidable"));
    assert_eq!(open.fallback().unwrap().text(crate::reason::Lang::De), "Zählen.");
    assert_eq!((open.evidence_age_s(), open.decided_at()), (None, NOW));
    assert_eq!(open.rule().unwrap().profile(), "sample-use");
    assert!(open.missing().iter().any(|claim| claim == "res.uk.work.until"));
}

/// Which of two is right is not for this function to say.
#[test]
fn credentials_that_contradict_each_other() {
    let mut world = World::new();
    let (long, short) = (
        world.held(&permission("2027-11-23", &["L898902C3"])),
        world.held(&permission("2026-12-31", &["L898902C3"])),
    );
    let again = world.held(&permission("2027-11-23", &["L898902C3"]));
    assert!(holds(LASTS, &[&long]) && holds(LASTS, &[&long, &again]));
    assert!(!holds(LASTS, &[&long, &short]));
    assert!(!holds(
        "{ claim = \"res.uk.work.until\", before = { now = true, plus_months = 12 } }",
        &[&long, &short]
    ));
    let (adult, child) = (world.held(&person("1993-04-17")), world.held(&person("2012-04-17")));
    assert!(!holds(ADULT, &[&adult, &child]));
    assert!(holds("{ threshold = \"id.age_over\", at_least = \"14\" }", &[&adult, &child]));
}

#[test]
fn expired_credentials_are_no_evidence() {
    let mut world = World::new();
    let adult = world.held(&person("1993-04-17"));
    let at = |now: UnixTime| decide_locally(&profile(ADULT), &[&adult], &Facts::new(), now).unwrap();
    let name = |now| at(now).outcome().name();
    assert_eq!(name(adult.expires_at().plus(-1)), "ACCEPT");
    assert_eq!(name(adult.expires_at()), "INDETERMINATE");
    assert_eq!(name(adult.issued_at()), "ACCEPT");
    assert_eq!(name(adult.issued_at().plus(-1)), "INDETERMINATE");
}

#[test]
fn the_days_of_stay_are_a_fact() {
    let within = profile("{ fact = \"days_used\", below = 90 }");
    let stays = [Stay::new(day("2026-06-01"), day("2026-07-31")).unwrap()];
    let answer = |open: &str| {
        let used = days_used(&stays, Some(day(open)), day("2026-11-23"));
        let facts = Facts::new().number("days_used", i64::from(used));
        (used, decide_locally(&within, &[], &facts, NOW).unwrap().outcome().name())
    };
    assert_eq!(answer("2026-10-27"), (89, "ACCEPT"));
    assert_eq!(answer("2026-10-26"), (PERMITTED_DAYS, "INDETERMINATE"));
}

#[test]
fn purposes_of_other_kinds_are_misuse() {
    let asking = Profile::find_embedded("uk-right-to-work").unwrap();
    let error = decide_locally(&asking, &[], &Facts::new(), NOW).unwrap_err();
    assert!(matches!(error, FactError::WrongKind { .. }));
    assert_eq!(error.to_string(), "profile \"uk-right-to-work\": kind profile is not decided this way");
    let unknown = decide_locally(&profile(ADULT), &[], &Facts::new().number("salary", 1), NOW).unwrap_err();
    assert!(matches!(unknown, FactError::Unknown { .. }));
}
