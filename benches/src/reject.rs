//! Presentations that a verifier has to refuse: what somebody could send to cost it time.
//!
//! Each is the good presentation of a [`Scenario`] with one thing wrong, signed again wherever whoever
//! sends it has the key; so each differs from the good one by what is wrong with it and by nothing else.

use crate::Scenario;
use core::hint::black_box;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::sign1;
use geleit_credential::numbers::{claim, header};
use geleit_credential::presentation::Presentation;
use geleit_credential::sd_cwt::SdCwt;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Rejection, Workspace};
use geleit_testkit::forge::{self, Envelope};
use geleit_testkit::world::NOW;

/// One presentation that is refused.
#[derive(Debug)]
pub struct Reject {
    /// What is wrong with it.
    pub name: &'static str,
    /// The rule that refuses it.
    pub code: &'static str,
    bytes: Vec<u8>,
    now: UnixTime,
    register: Register,
}

/// What the verifier's register knows when the presentation comes.
#[derive(Clone, Copy, Debug)]
enum Register {
    Empty,
    NonceUsedUp,
}

/// The memory of one verifier.
#[derive(Debug)]
pub struct Desk {
    nonces: OpenNonces,
    workspace: Workspace,
}

impl Reject {
    /// Every kind, for the answer of a scenario.
    #[must_use]
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let holder = &scenario.world.holder;
        let of_holder = |change: &dyn Fn(&mut Envelope)| {
            with_last(scenario, |token| Envelope::resign(token, holder, |envelope| change(envelope)))
        };
        let of_issuer = |change: &dyn Fn(&mut Envelope)| {
            with_last(scenario, |token| {
                let credential = forge::credential_of(token);
                let issuer = &scenario.world.home_office;
                forge::rebind(
                    token,
                    Envelope::resign(&credential, issuer, |envelope| change(envelope)),
                    holder,
                )
            })
        };
        let set = |label: i64, value: Value| {
            move |envelope: &mut Envelope| envelope.payload.set(&Value::int(label), &value)
        };
        let stranger = Value::bytes(scenario.world.stranger.public_key().key_id());
        let answer = &scenario.answer;
        let case =
            |name, code, bytes: Vec<u8>| Self { name, code, bytes, now: NOW, register: Register::Empty };
        vec![
            case("input too long", "M-10", [answer.as_slice(), &[0; 65_536]].concat()),
            Self { now: NOW.plus(600), ..case("request closed", "B-02", answer.clone()) },
            case("513 disclosures", "V-35", with_disclosures(scenario, 513)),
            case(
                "issuer unknown",
                "B-05",
                of_issuer(&|envelope| {
                    envelope.protected.set(&Value::int(sign1::label::KID), &stranger);
                }),
            ),
            case("issuer's signature forged", "C-05", scenario.forged_by_issuer()),
            case("last signature forged", "C-05", scenario.forged_by_holder()),
            case(
                "answers another request",
                "B-12",
                of_holder(&set(claim::REQUEST_HASH, Value::bytes([7; 32]))),
            ),
            case("other audience", "V-29", of_holder(&set(claim::AUD, Value::text("https://other.example")))),
            case("other nonce", "V-31", of_holder(&set(claim::CNONCE, Value::bytes([7; 32])))),
            case(
                "credential expired",
                "V-22",
                of_issuer(&|envelope| {
                    envelope.payload.set(&Value::int(claim::IAT), &Value::int(NOW.0 - 3_600));
                    envelope.payload.set(&Value::int(claim::EXP), &Value::int(NOW.0));
                }),
            ),
            case("512 disclosures of no claim", "B-23", with_disclosures(scenario, 512)),
            case("16 disclosures of no claim", "V-15", with_disclosures(scenario, 16)),
            Self { register: Register::NonceUsedUp, ..case("replayed", "B-20", answer.clone()) },
        ]
    }

    /// The presentation.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The memory that the verifier of this presentation starts with.
    #[must_use]
    pub fn desk(&self, scenario: &Scenario) -> Desk {
        let mut desk = Desk { nonces: OpenNonces::with_capacity(1), workspace: Workspace::new() };
        match self.register {
            Register::Empty => {}
            Register::NonceUsedUp => {
                let presentation = scenario.parse(&scenario.answer);
                let first = scenario.verify(&presentation, &mut desk.nonces, &mut desk.workspace);
                first.map(drop).expect("an answer that was just made");
            }
        }
        desk
    }

    /// Reads and refuses it.
    pub fn run(&self, scenario: &Scenario, desk: &mut Desk) {
        let refused = self.verify(scenario, desk).expect_err("what has to be refused");
        assert_eq!(refused.code(), self.code, "{}: {refused}", self.name);
    }

    fn verify(&self, scenario: &Scenario, desk: &mut Desk) -> Result<(), Rejection> {
        let presentation = Presentation::parse(black_box(&self.bytes), &Limits::TOKEN)?;
        let Desk { nonces, workspace } = desk;
        let verified = scenario.verifier.verify(
            &presentation,
            &scenario.request,
            &scenario.statuses,
            self.now,
            nonces,
            workspace,
        );
        verified.map(drop)
    }
}

/// The answer with its last token changed, so that all that comes before is good.
fn with_last(scenario: &Scenario, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut tokens = forge::tokens(&scenario.answer);
    let last = tokens.last_mut().expect("a token");
    *last = change(last);
    forge::presentation(&tokens)
}

/// The answer with so many disclosures in its last token that belong to no claim. The holder can put them
/// there and sign, because what is shown is not covered by the issuer's signature.
fn with_disclosures(scenario: &Scenario, count: u16) -> Vec<u8> {
    let mut unprotected = Encoder::new();
    unprotected.map(1).int(header::SD_CLAIMS).array(usize::from(count));
    for number in 0..count {
        let mut salt = [0; 16];
        salt.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
        let mut disclosure = Encoder::new();
        disclosure.array(3).bytes(&salt).int(1).text("key");
        unprotected.bytes(disclosure.as_bytes());
    }
    with_last(scenario, |token| {
        let credential = forge::credential_of(token);
        let signed = SdCwt::parse(&credential, &Limits::TOKEN, Encoding::Deterministic);
        let signed = signed.expect("a credential");
        let envelope = signed.envelope();
        let mut out = Encoder::new();
        out.tag(sign1::TAG).array(4).bytes(envelope.protected()).raw(unprotected.as_bytes());
        out.bytes(envelope.dangerous_unverified_payload()).bytes(envelope.signature());
        forge::rebind(token, out.into_bytes(), &scenario.world.holder)
    })
}
