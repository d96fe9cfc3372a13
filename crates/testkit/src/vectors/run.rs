//! Running a case against the library.

use super::case::{Case, CopyInputs, Decided, File, Hex, Inputs, Kind, VectorKey};
use crate::world::WalletState;
use crate::{FixedRng, forge, people, world};
use core::fmt::{Debug, Display};
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Decoder, Encoding, Head, Limits, Value, WellFormed};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::decision::{Facts, decide, decide_locally};
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, answer};
use geleit_credential::issuer::{Copy, Issuer, Order};
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::{Registration, RelyingParty};
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::schema::ClaimSet;
use geleit_credential::scope::ScopedClaim;
use geleit_credential::sd_cwt::{
    self, Expected, IssuerName, KeyBinding, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, issue,
    receive, select,
};
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{StatusListToken, StatusLists, StatusReference};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{SignedTrustList, TrustList};
use geleit_credential::verifier::{
    BindingRule, NonceRegister, OpenNonces, Rejection, ToCheck, VerifiedPresentation, Verifier, Workspace,
    Workspaces,
};

/// The verdict on a presentation.
type Verdict = Result<(), Rejection>;

/// What an accepted case yields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The validated claims in deterministic encoding, for `issued` and `kbt`.
    pub claims: Option<Hex>,
    /// What was shown, for `presentation`.
    pub shows: Option<Vec<String>>,
    /// What was decided, for `decision` and `local-decision`.
    pub decision: Option<Decided>,
}

/// Why a case was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule id.
    pub rule: String,
    /// The error for people.
    pub text: String,
    /// The error for programmers.
    pub debug: String,
}

impl Refusal {
    fn new(rule: &str, error: &(impl Display + Debug)) -> Self {
        Self { rule: rule.to_owned(), text: error.to_string(), debug: format!("{error:?}") }
    }
}

macro_rules! refusals {
    ($($error:ty),+) => {
        $(impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::new(error.code(), &error)
            }
        })+
    };
}

refusals!(
    geleit_cose::key::KeyError,
    geleit_credential::holder::AcceptError,
    geleit_credential::holder::AnswerError,
    geleit_credential::issuer::BatchError,
    geleit_credential::issuer::IssueError,
    geleit_credential::presentation::PresentationError,
    geleit_credential::registration::RegistrationError,
    geleit_credential::request::RequestError,
    geleit_credential::scope::ScopeError,
    geleit_credential::trust_list::TrustError,
    Rejection,
    sd_cwt::BuildError,
    sd_cwt::Error
);

/// The inputs of a case over those of its file.
struct Given<'a> {
    file: &'a File,
    case: &'a Case,
}

impl File {
    /// Runs one of its cases.
    ///
    /// # Errors
    /// The refusal.
    pub fn run(&self, case: &Case) -> Result<Accepted, Refusal> {
        let given = Given { file: self, case };
        match case.kind {
            Kind::Answer => given.answer(),
            Kind::Bind => given.bind(),
            Kind::ClaimId => given.claim_id(),
            Kind::CoseKey => given.cose_key(),
            Kind::CredentialAccept => given.credential_accept(),
            Kind::Decision => given.decision(),
            Kind::Issue => given.issue(),
            Kind::IssueBatch => given.issue_batch(),
            Kind::IssueCopy => given.issue_copy(),
            Kind::Issued => given.issued(),
            Kind::Kbt => given.kbt(),
            Kind::LocalDecision => given.local_decision(),
            Kind::Presentation => given.presentation(),
            Kind::Registration => given.registration(),
            Kind::Request => given.request(),
            Kind::Select => given.select(),
            Kind::TrustList => given.trust_list(given.now()).map(|_| Accepted::default()),
        }
    }
}

impl<'a> Given<'a> {
    /// An input of the case, else of the file.
    fn find<T>(&self, pick: impl Fn(&'a Inputs) -> &'a Option<T>) -> Option<&'a T> {
        pick(&self.case.inputs).as_ref().or_else(|| pick(&self.file.baseline).as_ref())
    }

    fn get<T>(&self, name: &str, pick: impl Fn(&'a Inputs) -> &'a Option<T>) -> &'a T {
        self.find(pick).unwrap_or_else(|| self.broken(name))
    }

    fn broken<T>(&self, what: &str) -> T {
        unreachable!("case {}: {what}", self.case.name)
    }

    /// A step before the one that the case is about.
    fn prepared<T>(&self, step: Result<T, impl Into<Refusal>>) -> T {
        step.unwrap_or_else(|error| self.broken(&format!("prepared, but {}", error.into().text)))
    }

    fn now(&self) -> UnixTime {
        UnixTime(*self.get("now", |inputs| &inputs.now))
    }

    fn prepared_at(&self) -> UnixTime {
        self.find(|inputs| &inputs.prepared_at).map_or_else(|| self.now(), |time| UnixTime(*time))
    }

    fn trust_list(&self, at: UnixTime) -> Result<TrustList, Refusal> {
        let bytes = self.get("trust_list", |inputs| &inputs.trust_list);
        self.trust_list_of(bytes, self.get("anchor", |inputs| &inputs.anchor), at)
    }

    fn trust_list_of(&self, bytes: &Hex, anchor: &Hex, at: UnixTime) -> Result<TrustList, Refusal> {
        let anchor = self.prepared(PublicKey::from_cose_key(&anchor.0));
        let newest = self.find(|inputs| &inputs.newest_known).copied().unwrap_or_default();
        Ok(SignedTrustList::parse(&bytes.0)?.verify(&anchor, newest, at)?)
    }

    fn trust(&self) -> TrustList {
        self.prepared(self.trust_list(self.prepared_at()))
    }

    /// The status lists at hand: those that verify under the trust list.
    fn statuses(&self, trust: &TrustList, at: UnixTime) -> StatusLists {
        let mut statuses = StatusLists::new();
        for bytes in self.find(|inputs| &inputs.status_lists).into_iter().flatten() {
            let list = StatusListToken::parse(&bytes.0).and_then(|token| token.verify(trust, at));
            if let Ok(list) = list {
                statuses.insert(list).unwrap_or_else(|_| self.broken("status lists with one address"));
            }
        }
        statuses
    }

    fn with_known<T>(&self, trust: &TrustList, at: UnixTime, with: impl FnOnce(&Known<'_>) -> T) -> T {
        let statuses = self.statuses(trust, at);
        with(&Known { trust, purposes: &Purposes::embedded(), statuses: &statuses })
    }

    fn relying_party(&self, at: UnixTime) -> Result<RelyingParty, Refusal> {
        let bytes = self.get("registration", |inputs| &inputs.registration);
        let registration = Registration::parse(&bytes.0)?;
        Ok(self.with_known(&self.trust(), at, |known| registration.verify(known, at))?)
    }

    fn permit(&self, at: UnixTime) -> Result<PermittedRequest, Refusal> {
        let bytes = self.get("request", |inputs| &inputs.request);
        let other = self.find(|inputs| &inputs.request_trust_list);
        let trust = match (other, self.find(|inputs| &inputs.request_anchor)) {
            (Some(list), Some(anchor)) => self.prepared(self.trust_list_of(list, anchor, self.prepared_at())),
            _ => self.trust(),
        };
        let request = Request::parse(&bytes.0)?;
        Ok(self.with_known(&trust, at, |known| request.permit(known, at))?)
    }

    fn registration(&self) -> Result<Accepted, Refusal> {
        self.relying_party(self.now()).map(|_| Accepted::default())
    }

    fn request(&self) -> Result<Accepted, Refusal> {
        self.permit(self.now()).map(|_| Accepted::default())
    }

    fn presentation(&self) -> Result<Accepted, Refusal> {
        self.verified(|verified| Accepted { shows: Some(shown(verified)), ..Accepted::default() })
    }

    fn decision(&self) -> Result<Accepted, Refusal> {
        let profile = self.profile(&self.prepared(self.relying_party(self.prepared_at())).intended_use().id);
        let facts = self.facts(&profile);
        self.verified(|verified| {
            let decision = decide(verified, &profile, &facts, self.now());
            let decision = decision.unwrap_or_else(|error| self.broken(&error.to_string()));
            Accepted { decision: Some((&decision).into()), ..Accepted::default() }
        })
    }

    fn local_decision(&self) -> Result<Accepted, Refusal> {
        let profile = self.profile(self.get("profile", |inputs| &inputs.profile));
        let (trust, keys) = (self.trust(), self.holder_keys());
        let accept = |bytes: &Hex| {
            HeldCredential::accept(&bytes.0, &trust, &keys, self.now(), &mut Scratch::default())
        };
        let credentials = self.get("credentials", |inputs| &inputs.credentials).iter();
        let held: Vec<HeldCredential> = credentials.map(accept).collect::<Result<_, _>>()?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let decision = decide_locally(&profile, &held, &self.facts(&profile), self.now());
        let decision = decision.unwrap_or_else(|error| self.broken(&error.to_string()));
        Ok(Accepted { decision: Some((&decision).into()), ..Accepted::default() })
    }

    fn profile(&self, id: &str) -> Profile {
        Profile::find_embedded(id).unwrap_or_else(|| self.broken("an embedded profile"))
    }

    fn facts(&self, profile: &Profile) -> Facts {
        let stated = self.find(|inputs| &inputs.facts).into_iter().flatten();
        let facts = Facts::parse(profile, stated.map(|(name, value)| (name.as_str(), value.as_str())));
        facts.unwrap_or_else(|error| self.broken(&error.to_string()))
    }

    fn verified<T>(&self, with: impl FnOnce(&VerifiedPresentation<'_, '_>) -> T) -> Result<T, Refusal> {
        let relying_party = self.prepared(self.relying_party(self.prepared_at()));
        let request = self.prepared(self.permit(self.prepared_at()));
        let mut nonces = OpenNonces::default();
        for nonce in self.find(|inputs| &inputs.nonces_used).into_iter().flatten() {
            nonces.use_up(&nonce.0, UnixTime(i64::MAX)).unwrap_or_else(|_| self.broken("a nonce twice"));
        }
        let bytes = self.get("presentation", |inputs| &inputs.presentation);
        let presentation = Presentation::parse(&bytes.0, &self.limits())?;
        let trust = self.trust();
        let statuses = self.statuses(&trust, self.prepared_at());
        let verifier = Verifier::new(trust, relying_party);
        let mut workspace = Workspace::new();
        let now = self.now();
        let together = self.verdicts_together(&verifier, &presentation, &request, &statuses, &nonces);
        let verified = verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace);
        let verdict = verified.as_ref().map(drop).map_err(|rejection| *rejection);
        for (first, again) in together {
            assert_eq!(first, verdict, "{}: the verdict of many together differs", self.case.name);
            let used = Err(Rejection::Binding(BindingRule::NonceUsed));
            let again_expected = if verdict.is_ok() { used } else { verdict };
            assert_eq!(again, again_expected, "{}: the second time", self.case.name);
        }
        Ok(with(&verified?))
    }

    /// What [`Verifier::verify_many`] says of a presentation and of its repetition, with keys as they are and
    /// with prepared ones.
    fn verdicts_together(
        &self,
        verifier: &Verifier,
        presentation: &Presentation<'_>,
        request: &PermittedRequest,
        statuses: &StatusLists,
        nonces: &OpenNonces,
    ) -> [(Verdict, Verdict); 2] {
        let prepared = verifier.clone().with_prepared_issuers(4);
        [verifier, &prepared].map(|verifier| {
            let mut verdicts = Vec::new();
            let checks = [ToCheck { presentation, request }; 2];
            let mut workspaces = Workspaces::new();
            let (mut nonces, now) = (nonces.clone(), self.now());
            verifier.verify_many(checks, statuses, now, &mut nonces, &mut workspaces, |number, verified| {
                assert_eq!(number, verdicts.len(), "{}: in order", self.case.name);
                verdicts.push(verified.map(drop));
            });
            let verdicts: [Verdict; 2] = verdicts.try_into().expect("one verdict for each");
            verdicts.into()
        })
    }

    fn limits(&self) -> Limits {
        let lower = self.find(|inputs| &inputs.limits).cloned().unwrap_or_default();
        Limits {
            max_bytes: lower.max_bytes.unwrap_or(Limits::TOKEN.max_bytes),
            max_items: lower.max_items.unwrap_or(Limits::TOKEN.max_items),
            max_depth: lower.max_depth.unwrap_or(Limits::TOKEN.max_depth),
            max_disclosures: lower.max_disclosures.unwrap_or(Limits::TOKEN.max_disclosures),
            ..Limits::TOKEN
        }
    }

    fn credential_accept(&self) -> Result<Accepted, Refusal> {
        let bytes = self.get("credential", |inputs| &inputs.credential);
        let keys = self.holder_keys();
        HeldCredential::accept(&bytes.0, &self.trust(), &keys, self.now(), &mut Scratch::default())?;
        Ok(Accepted::default())
    }

    fn holder_keys(&self) -> Vec<PublicKey> {
        let key = |key: &Hex| self.prepared(PublicKey::from_cose_key(&key.0));
        self.get("holder_keys", |inputs| &inputs.holder_keys).iter().map(key).collect()
    }

    fn answer(&self) -> Result<Accepted, Refusal> {
        let key = self.signing_key();
        let keys = core::slice::from_ref(key.public_key());
        let trust = self.trust();
        let accept = |bytes: &Hex| {
            let mut scratch = Scratch::default();
            // A wallet may hold what it was given earlier, and for several keys.
            let stranger = world::key("stranger");
            let all = [keys, core::slice::from_ref(stranger.public_key())].concat();
            self.prepared(HeldCredential::accept(&bytes.0, &trust, &all, self.prepared_at(), &mut scratch))
        };
        let held: Vec<HeldCredential> =
            self.get("credentials", |inputs| &inputs.credentials).iter().map(accept).collect();
        let held: Vec<&HeldCredential> = held.iter().collect();
        let request = self.prepared(self.permit(self.prepared_at()));
        let optional: Vec<&str> =
            self.find(|inputs| &inputs.optional).into_iter().flatten().map(String::as_str).collect();
        let mut state = WalletState::new(&held);
        if let Some(states) = self.find(|inputs| &inputs.origin) {
            let states: Vec<&str> = states.iter().map(String::as_str).collect();
            state.origin = Origin::stated(&states).unwrap_or_else(Origin::unknown);
        }
        if let Some(ledger) = self.find(|inputs| &inputs.ledger) {
            state.ledger = ledger.clone();
        }
        let consent = Consent::Agreed { optional: &optional };
        let answered = answer(&request, &state.wallet(key.public_key(), &held), &key, consent, self.now())?;
        drop(answered.record(&mut DisclosureLedger::empty()));
        Ok(Accepted::default())
    }

    fn signing_key(&self) -> SigningKey {
        let seed = &self.get("seed", |inputs| &inputs.seed).0;
        let seed: Option<[u8; 32]> = seed.as_slice().try_into().ok();
        SigningKey::ed25519_from_seed(&seed.unwrap_or_else(|| self.broken("a seed of 32 bytes")))
    }

    fn key(&self, key: &VectorKey) -> PublicKey {
        let cose_key = [[0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20].as_slice(), &key.public.0].concat();
        self.prepared(PublicKey::from_cose_key(&cose_key))
    }

    fn keys(&self) -> (PublicKey, Option<PublicKey>) {
        let keys = self.file.keys.as_ref().unwrap_or_else(|| self.broken("keys"));
        (self.key(&keys.issuer), keys.holder.as_ref().map(|holder| self.key(holder)))
    }

    fn issued(&self) -> Result<Accepted, Refusal> {
        let (issuer, holder) = self.keys();
        let verifier = self.get("verifier", |inputs| &inputs.verifier);
        let audiences: Vec<&str> = verifier.audiences.iter().map(String::as_str).collect();
        let nonces: Vec<&[u8]> = verifier.cnonce.iter().map(|nonce| nonce.0.as_slice()).collect();
        let keys = holder
            .as_ref()
            .map_or(MyKeys::DangerousNotChecked, |key| MyKeys::OneOf(core::slice::from_ref(key)));
        let receiving = Receiving {
            keys,
            audiences: &audiences,
            nonces: &nonces,
            now: UnixTime(verifier.now),
            algorithms: Algorithms::ED25519_AND_EDDSA,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let token =
            SdCwt::parse(&self.get("cbor", |inputs| &inputs.cbor).0, &Limits::TOKEN, Encoding::Tolerant)?;
        let mut scratch = Scratch::default();
        let received = receive(&token, &issuer, &receiving, &mut scratch)?;
        Ok(Accepted { claims: Some(received.claims().to_value().encode().into()), ..Accepted::default() })
    }

    fn kbt(&self) -> Result<Accepted, Refusal> {
        let (issuer, _) = self.keys();
        let verifier = self.get("verifier", |inputs| &inputs.verifier);
        let audiences: Vec<&str> = verifier.audiences.iter().map(String::as_str).collect();
        let expected = Expected {
            audiences: &audiences,
            nonce: verifier.cnonce.as_ref().map_or(Nonce::NoneAsked, |nonce| Nonce::Exactly(&nonce.0)),
            now: UnixTime(verifier.now),
            algorithms: Algorithms::ED25519_AND_EDDSA,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let bytes = &self.get("cbor", |inputs| &inputs.cbor).0;
        let token = KeyBoundToken::parse(bytes, &Limits::TOKEN, Encoding::Tolerant)?;
        let mut scratch = Scratch::default();
        let verified = sd_cwt::verify(&token, &issuer, &expected, &mut scratch)?;
        Ok(Accepted { claims: Some(verified.claims().to_value().encode().into()), ..Accepted::default() })
    }

    fn select(&self) -> Result<Accepted, Refusal> {
        let (issuer, _) = self.keys();
        let receiving = Receiving {
            keys: MyKeys::DangerousNotChecked,
            audiences: &[],
            nonces: &[],
            now: self.now(),
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let bytes = &self.get("cbor", |inputs| &inputs.cbor).0;
        let token = self.prepared(SdCwt::parse(bytes, &Limits::TOKEN, Encoding::Deterministic));
        let mut scratch = Scratch::default();
        let received = self.prepared(receive(&token, &issuer, &receiving, &mut scratch));
        let chosen = self.get("chosen", |inputs| &inputs.chosen);
        select(&received, |one| match one.key() {
            Some(geleit_cose::cbor::Key::Text(key)) => chosen.iter().any(|name| name == key),
            _ => false,
        })?;
        Ok(Accepted::default())
    }

    fn bind(&self) -> Result<Accepted, Refusal> {
        let binding = KeyBinding {
            audience: "https://verifier.example",
            nonce: Nonce::NoneAsked,
            issued_at: self.now(),
            more: &[],
        };
        let algorithm = Algorithm::from_id(*self.get("algorithm", |inputs| &inputs.algorithm));
        let bytes = &self.get("cbor", |inputs| &inputs.cbor).0;
        sd_cwt::bind_encoded(bytes, &binding, &self.signing_key(), algorithm)?;
        Ok(Accepted::default())
    }

    fn issue(&self) -> Result<Accepted, Refusal> {
        let encoded = &self.get("claims", |inputs| &inputs.claims).0;
        let claims = read_marked(&mut forge::decoder(encoded));
        let algorithm = Algorithm::from_id(*self.get("algorithm", |inputs| &inputs.algorithm));
        issue(&claims, b"kid", &self.signing_key(), algorithm, &mut self.generator())?;
        Ok(Accepted::default())
    }

    fn generator(&self) -> FixedRng {
        match self.find(|inputs| &inputs.drawn) {
            Some(drawn) => FixedRng::giving((*drawn.0).try_into().unwrap_or_else(|_| self.broken("drawn"))),
            None => FixedRng::new(&self.case.name),
        }
    }

    fn issue_copy(&self) -> Result<Accepted, Refusal> {
        let key = self.signing_key();
        let holder = world::key("holder 1");
        let uri = self.find(|inputs| &inputs.status_uri).map_or(world::CREDENTIAL_LIST, String::as_str);
        let copy = Copy {
            holder_key: holder.public_key(),
            subject: self.find(|inputs| &inputs.subject).map_or("urn:example:subject:1", String::as_str),
            issued_at: self.now(),
            lifetime_s: *self.get("lifetime_s", |inputs| &inputs.lifetime_s),
            status: StatusReference { uri, index: 1 },
        };
        let issuer = Issuer::new(world::HOME_OFFICE, &key);
        issuer.issue(&people::residence(), &copy, &mut self.generator())?;
        Ok(Accepted::default())
    }

    fn issue_batch(&self) -> Result<Accepted, Refusal> {
        let key = self.signing_key();
        let copies = self.get("copies", |inputs| &inputs.copies);
        let people = [people::identity(), people::qualification(), people::residence()];
        let claims = |name: &str| people.iter().find(|set| set.credential_type().name == name);
        let last = copies.iter().map(|copy| copy.holder).max().unwrap_or_default();
        let holders: Vec<_> = (0..=last).map(|number| world::key(&format!("holder {number}"))).collect();
        let copy = |one: &CopyInputs, number| Copy {
            holder_key: holders.get(one.holder).expect("a key for each number").public_key(),
            subject: "urn:example:subject:1",
            issued_at: self.now(),
            lifetime_s: *self.get("lifetime_s", |inputs| &inputs.lifetime_s),
            status: StatusReference { uri: world::CREDENTIAL_LIST, index: one.index + number },
        };
        let in_a_row =
            |one: &CopyInputs| (0..one.times.unwrap_or(1)).map(|number| copy(one, number)).collect();
        let listed: Vec<Vec<Copy<'_>>> = copies.iter().map(in_a_row).collect();
        let claims_of = |one: &CopyInputs| claims(&one.of).unwrap_or_else(|| self.broken("copies"));
        let claims: Vec<&ClaimSet> = copies.iter().map(claims_of).collect();
        let order = |(claims, copies)| Order { claims, copies };
        let orders: Vec<Order<'_>> =
            claims.into_iter().zip(listed.iter().map(Vec::as_slice)).map(order).collect();
        Issuer::new(world::HOME_OFFICE, &key).issue_batch(&orders, &mut self.generator())?;
        Ok(Accepted::default())
    }

    fn cose_key(&self) -> Result<Accepted, Refusal> {
        PublicKey::from_cose_key(&self.get("cose_key", |inputs| &inputs.cose_key).0)?;
        Ok(Accepted::default())
    }

    fn claim_id(&self) -> Result<Accepted, Refusal> {
        ScopedClaim::by_id(self.get("claim_id", |inputs| &inputs.claim_id))?;
        Ok(Accepted::default())
    }
}

/// Reads any item, tags as map keys included: the library's reader has no keys of that kind.
fn read_marked(decoder: &mut Decoder<'_>) -> Value {
    match decoder.peek().expect("an item") {
        Head::Array(elements) => {
            decoder.array().expect("an array");
            Value::Array((0..elements).map(|_| read_marked(decoder)).collect())
        }
        Head::Map(entries) => {
            decoder.map().expect("a map");
            Value::Map((0..entries).map(|_| (read_marked(decoder), read_marked(decoder))).collect())
        }
        Head::Tag(tag) => {
            decoder.tag().expect("a tag");
            Value::Tag(tag, Box::new(read_marked(decoder)))
        }
        _ => Value::read(decoder, &WellFormed).expect("an item"),
    }
}

/// Ids of what was shown, thresholds with their number.
fn shown(verified: &VerifiedPresentation<'_, '_>) -> Vec<String> {
    let shown = |id: &str| match verified.proven_at_least(id) {
        Some(threshold) => format!("{id} >= {threshold}"),
        None => id.to_owned(),
    };
    let mut ids: Vec<String> = verified.disclosed().into_iter().map(shown).collect();
    for credential in verified.credentials() {
        let standing = credential.status().standing();
        if standing != Standing::Valid {
            ids.push(format!("{} is {}", credential.credential_type().name, standing.name()));
        }
    }
    ids.sort();
    ids
}
