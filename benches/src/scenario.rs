//! One question, the credentials that answer it, and the answer.

use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::decision::{Decision, Facts, decide};
use geleit_credential::holder::{Answered, Consent, DisclosureLedger, HeldCredential, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer, Order};
use geleit_credential::known::Known;
use geleit_credential::numbers::{cbor, claim, confirmation};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::schema::{ClaimSet, Date};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::{self, Scratch};
use geleit_credential::status_list::{StatusLists, StatusReference};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use geleit_credential::verifier::{
    MAX_PREPARED, OpenNonces, Rejection, VerifiedPresentation, Verifier, Workspace,
};
use geleit_testkit::world::{CREDENTIAL_LIST, NOW, WalletState};
use geleit_testkit::{World, people, world};
use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};

const NONCE: &[u8] = b"a nonce of thirty-two bytes 1234";

/// Everything around one check of the purpose `uk-right-to-work`.
#[derive(Debug)]
pub struct Scenario {
    /// What the tables call it.
    pub name: &'static str,
    /// Keys and documents.
    pub world: World,
    /// Trust, verified.
    pub trust: TrustList,
    /// The status lists, in which everything is valid.
    pub statuses: StatusLists,
    /// The purposes that exist.
    pub purposes: Purposes,
    /// The purpose.
    pub profile: Profile,
    /// The relying party's verifier.
    pub verifier: Verifier,
    /// The signed request.
    pub question: Vec<u8>,
    /// The same, permitted.
    pub request: PermittedRequest,
    /// The claims of each credential.
    pub claims: Vec<ClaimSet>,
    /// The credentials as issued.
    pub issued: Vec<Vec<u8>>,
    /// The credentials as held.
    pub held: Vec<HeldCredential>,
    /// What the wallet goes by beside them.
    pub wallet: WalletState,
    /// The presentation.
    pub answer: Vec<u8>,
}

impl Scenario {
    /// Residence with three claims: permitted, until, conditions.
    #[must_use]
    pub fn three_claims() -> Self {
        Self::new("residence, 3 claims", vec![people::residence()], &|_| scope(&THREE, None))
    }

    /// The same with one threshold: permitted through a month.
    #[must_use]
    pub fn threshold() -> Self {
        let with_threshold = |profile: &Profile| {
            let (claim, steps) = profile.thresholds().first().expect("the profile has a threshold");
            scope(&THREE, steps.first().map(|step| (claim.as_str(), *step)))
        };
        Self::new("residence, 3 claims and a threshold", vec![people::residence()], &with_threshold)
    }

    /// All that the purpose requires, from an identity and a residence credential.
    #[must_use]
    pub fn right_to_work() -> Self {
        let required = |profile: &Profile| {
            let ids: Vec<&str> = profile.required().iter().map(String::as_str).collect();
            scope(&ids, None)
        };
        Self::new("right to work, 2 credentials", vec![people::identity(), people::residence()], &required)
    }

    /// All three.
    #[must_use]
    pub fn all() -> [Self; 3] {
        [Self::three_claims(), Self::threshold(), Self::right_to_work()]
    }

    fn new(name: &'static str, claims: Vec<ClaimSet>, scope: &dyn Fn(&Profile) -> Scope) -> Self {
        let mut world = World::new();
        // Issuers sign much with one key.
        world.home_office.prepare();
        world.recognition.prepare();
        let profile = Profile::find_embedded("uk-right-to-work").expect("an embedded profile");
        let question = question(&world, &profile, &scope(&profile), NONCE);
        let trust = world.trust_list();
        let (statuses, purposes) = (world.status_lists(), Purposes::embedded());
        let request = permit(&question, &Known { trust: &trust, purposes: &purposes, statuses: &statuses });
        let holder = world.holder.public_key();
        let issued: Vec<Vec<u8>> =
            claims.iter().map(|one| world.issue(one, holder, one.credential_type().name)).collect();
        let held: Vec<HeldCredential> = issued.iter().map(|one| accept(one, &world, &trust)).collect();
        let wallet = WalletState::new(&held.iter().collect::<Vec<_>>());
        let answer = present(&request, &held, &wallet, &world).record(&mut DisclosureLedger::empty());
        let verifier = world.verifier(&profile);
        Self {
            name,
            world,
            trust,
            profile,
            verifier,
            statuses,
            purposes,
            question,
            request,
            claims,
            issued,
            held,
            wallet,
            answer,
        }
    }

    /// Claims and bytes of the credential with this number.
    #[must_use]
    pub fn credential(&self, index: usize) -> (&ClaimSet, &[u8]) {
        let pair = self.claims.get(index).zip(self.issued.get(index));
        pair.map(|(claims, bytes)| (claims, bytes.as_slice())).expect("a credential of the scenario")
    }

    /// The issuer of a credential with these claims.
    #[must_use]
    pub fn issuer(&self, claims: &ClaimSet) -> Issuer<'_> {
        self.world.issuer_of(claims.credential_type())
    }

    /// Issues a credential with these claims, with the operating system's randomness.
    #[must_use]
    pub fn issue(&self, issuer: &Issuer<'_>, claims: &ClaimSet) -> Vec<u8> {
        self.issue_with(issuer, claims, &mut UnwrapErr(SysRng))
    }

    /// The same with other randomness.
    #[must_use]
    pub fn issue_with(&self, issuer: &Issuer<'_>, claims: &ClaimSet, rng: &mut impl CryptoRng) -> Vec<u8> {
        let copy = Self::copy(self.world.holder.public_key(), 77_120);
        issuer.issue(claims, &copy, rng).expect("claims that fit the schema")
    }

    const fn copy(holder_key: &PublicKey, index: u64) -> Copy<'_> {
        Copy {
            holder_key,
            subject: "urn:example:subject:1",
            issued_at: NOW,
            lifetime_s: DEFAULT_LIFETIME_S,
            status: StatusReference { uri: CREDENTIAL_LIST, index },
        }
    }

    /// Issues as many copies as there are keys, each with a place of its own in the status list.
    #[must_use]
    pub fn issue_batch(issuer: &Issuer<'_>, claims: &ClaimSet, keys: &[SigningKey]) -> Vec<Vec<Vec<u8>>> {
        let copies: Vec<Copy<'_>> =
            keys.iter().zip(77_120..).map(|(key, index)| Self::copy(key.public_key(), index)).collect();
        let order = Order { claims, copies: &copies };
        issuer.issue_batch(&[order], &mut UnwrapErr(SysRng)).expect("claims that fit the schema")
    }

    /// The holder takes a credential.
    #[must_use]
    pub fn accept(&self, issued: &[u8], scratch: &mut Scratch) -> HeldCredential {
        let keys = core::slice::from_ref(self.world.holder.public_key());
        HeldCredential::accept(issued, &self.trust, keys, NOW, scratch).expect("a credential of an issuer")
    }

    /// The wallet checks the request.
    #[must_use]
    pub fn permit(&self) -> PermittedRequest {
        let Self { trust, purposes, statuses, .. } = self;
        permit(&self.question, &Known { trust, purposes, statuses })
    }

    /// The same question to somebody else.
    #[must_use]
    pub fn request_with(&self, nonce: &[u8]) -> PermittedRequest {
        let Self { trust, purposes, statuses, .. } = self;
        let question = question(&self.world, &self.profile, self.request.scope(), nonce);
        permit(&question, &Known { trust, purposes, statuses })
    }

    /// The wallet answers to such a question.
    pub fn present_to(&self, request: &PermittedRequest) -> Answered {
        present(request, &self.held, &self.wallet, &self.world)
    }

    /// The wallet answers. The ledger, which keeps the record and grows now and then, is not part of it.
    pub fn present(&self) -> Answered {
        present(&self.request, &self.held, &self.wallet, &self.world)
    }

    /// The verifier reads an answer.
    #[must_use]
    pub fn parse<'b>(&self, answer: &'b [u8]) -> Presentation<'b> {
        Presentation::parse(answer, &Limits::TOKEN).expect("a presentation")
    }

    /// The verifier verifies it, with a register in which no nonce is used up.
    ///
    /// # Errors
    /// What the verifier rejects.
    pub fn verify<'b, 's>(
        &self,
        presentation: &Presentation<'b>,
        nonces: &mut OpenNonces,
        workspace: &'s mut Workspace,
    ) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
        self.verify_by(&self.verifier, presentation, nonces, workspace)
    }

    /// The same by another verifier.
    ///
    /// # Errors
    /// What the verifier rejects.
    pub fn verify_by<'b, 's>(
        &self,
        verifier: &Verifier,
        presentation: &Presentation<'b>,
        nonces: &mut OpenNonces,
        workspace: &'s mut Workspace,
    ) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
        nonces.forget_expired(UnixTime(i64::MAX));
        verifier.verify(presentation, &self.request, &self.statuses, NOW, nonces, workspace)
    }

    /// Its verifier with the keys of the issuers prepared.
    #[must_use]
    pub fn knowing_verifier(&self) -> Verifier {
        self.verifier.clone().with_prepared_issuers(MAX_PREPARED)
    }

    /// The relying party decides.
    #[must_use]
    pub fn decide(&self, verified: &VerifiedPresentation<'_, '_>, facts: &Facts) -> Decision {
        decide(verified, &self.profile, facts, NOW).expect("facts that the profile declares")
    }

    /// What the relying party states itself.
    #[must_use]
    pub fn facts() -> Facts {
        let start = Date::parse("2026-12-01").expect("a day");
        Facts::new().date("start_date", start).text("face_matches", "yes")
    }

    /// The answer with one bit changed in the issuer's signature of the first credential.
    #[must_use]
    pub fn forged_by_issuer(&self) -> Vec<u8> {
        self.forged(|presentation| {
            let token = presentation.tokens().next().expect("a token");
            token.credential().envelope().spans().signature.start
        })
    }

    /// The answer with one bit changed in the last signature that is checked, the holder's.
    #[must_use]
    pub fn forged_by_holder(&self) -> Vec<u8> {
        self.forged(|presentation| {
            let token = presentation.tokens().last().expect("a token");
            token.envelope().spans().signature.start
        })
    }

    fn forged(&self, place: impl Fn(&Presentation<'_>) -> usize) -> Vec<u8> {
        // The lowest byte of `s`: a forged `R` is no point at all half of the time, and a verifier that
        // decompresses it would be done at once.
        let at = place(&self.parse(&self.answer)) + 32;
        let mut bytes = self.answer.clone();
        *bytes.get_mut(at).expect("a place in the presentation") ^= 1;
        bytes
    }
}

const THREE: [&str; 3] = ["res.uk.work.permitted", "res.uk.work.until", "res.uk.work.conditions"];

fn scope(ids: &[&str], threshold: Option<(&str, u8)>) -> Scope {
    let claim = |id: &str| ScopedClaim::by_id(id).expect("a claim of the schema");
    let required = ids.iter().map(|id| ScopeEntry::required(claim(id)));
    let threshold = threshold.map(|(id, step)| ScopeEntry {
        claim: claim(id),
        necessity: Necessity::Required,
        at_least: vec![step],
    });
    Scope::new(required.chain(threshold).collect()).expect("distinct claims")
}

fn question(world: &World, profile: &Profile, scope: &Scope, nonce: &[u8]) -> Vec<u8> {
    let registration = world.registration_bytes(profile);
    let mut content = world.request_content(profile, &registration, nonce);
    content.scope = scope.clone();
    content.sign(&world.relying_party).expect("an Ed25519 key signs")
}

fn permit(question: &[u8], known: &Known<'_>) -> PermittedRequest {
    let request = Request::parse(question).expect("a request that was just signed");
    request.permit(known, NOW).expect("a request within its registration")
}

fn accept(issued: &[u8], world: &World, trust: &TrustList) -> HeldCredential {
    let keys = core::slice::from_ref(world.holder.public_key());
    HeldCredential::accept(issued, trust, keys, NOW, &mut Scratch::default())
        .expect("a credential of an issuer")
}

fn present(
    request: &PermittedRequest,
    held: &[HeldCredential],
    wallet: &WalletState,
    world: &World,
) -> Answered {
    let answered = |held: &[&HeldCredential]| {
        let wallet = wallet.wallet(world.holder.public_key(), held);
        answer(request, &wallet, &world.holder, Consent::REQUIRED_ONLY, NOW)
    };
    // Without a vector of references, which would be counted.
    let answered = match held {
        [one] => answered(&[one]),
        [one, other] => answered(&[one, other]),
        _ => unreachable!("a scenario has one or two credentials"),
    };
    answered.expect("everything that is asked is held")
}

/// Copies that a wallet gets at once.
pub const BATCH: usize = 64;

/// The keys of a wallet, one for each copy.
#[must_use]
pub fn wallet(keys: usize) -> Vec<SigningKey> {
    (0..keys).map(|number| world::key(&format!("wallet {number}"))).collect()
}

/// A tree of claims for any SD-CWT, twenty of them redacted.
#[derive(Debug)]
pub struct Tree {
    /// Signs.
    pub issuer: SigningKey,
    /// Its public key is in the claims.
    pub holder: SigningKey,
    claims: Value,
}

impl Tree {
    /// Twenty short texts.
    #[must_use]
    pub fn twenty_claims() -> Self {
        let (mut issuer, holder) = (world::key("issuer"), world::key("holder"));
        issuer.prepare();
        let key = Value::decode(&holder.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
        let cnf = (Value::int(confirmation::COSE_KEY), key.expect("a key that was just encoded"));
        let mut claims = vec![
            (Value::int(claim::ISS), Value::text("https://issuer.example")),
            (Value::int(claim::SUB), Value::text("urn:example:subject:1")),
            (Value::int(claim::EXP), Value::int(NOW.plus(DEFAULT_LIFETIME_S).0)),
            (Value::int(claim::IAT), Value::int(NOW.0)),
            (Value::int(claim::CNF), Value::Map(vec![cnf])),
        ];
        let hidden = |key: String| Value::Tag(cbor::TO_BE_REDACTED, Box::new(Value::Text(key)));
        claims.extend(
            (0..20).map(|n| (hidden(format!("claim_number_{n}")), Value::text(format!("value {n}")))),
        );
        Self { issuer, holder, claims: Value::Map(claims) }
    }

    /// Issues them, with the operating system's randomness.
    #[must_use]
    pub fn issue(&self) -> Vec<u8> {
        let algorithm = Algorithm::ED25519;
        let (holder, random) = (self.holder.public_key(), &mut UnwrapErr(SysRng));
        sd_cwt::issue_to(holder, &self.claims, b"a key id", &self.issuer, algorithm, random)
            .expect("claims of an SD-CWT")
    }
}
