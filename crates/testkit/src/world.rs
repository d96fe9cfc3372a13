//! A small world: trust anchor, registrar, issuers, relying parties, and a holder with credentials.

use crate::FixedRng;
use crate::purposes::permitting;
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, Wallet, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::{
    Addresses, IntendedUse, Registration, RegistrationContent, RelyingParty, Revocation,
};
use geleit_credential::request::{PermittedRequest, Request, RequestContent, RequestError};
use geleit_credential::schema::{ClaimSet, CredentialType};
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, StatusListContent, StatusListToken, StatusLists, StatusReference,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{Party, SignedTrustList, TrustList, TrustListContent, TrustedKey};
use geleit_credential::verifier::Verifier;
use sha2::{Digest, Sha256};

/// The reference clock: 2026-11-23T09:00:00Z.
pub const NOW: UnixTime = UnixTime(1_795_424_400);

/// Issuer of identity and residence credentials.
pub const HOME_OFFICE: &str = "https://status.example";

/// Issuer of qualification credentials.
pub const RECOGNITION: &str = "https://anerkennung.example";

/// Registrar of relying parties.
pub const REGISTRAR: &str = "https://registrar.example";

/// Publisher of the status lists of all issuers and of the registrar.
pub const PUBLISHER: &str = "https://lists.example";

/// The status list of every credential.
pub const CREDENTIAL_LIST: &str = "https://lists.example/1";

/// The status list of every registration.
pub const REGISTRATION_LIST: &str = "https://lists.example/r";

/// Entries of each list: as many as herd privacy requires.
pub const LIST_ENTRIES: u64 = 131_072;

/// The index of every registration.
pub const REGISTRATION_INDEX: u64 = 4_711;

/// How old the status lists are at [`NOW`], in seconds.
pub const LIST_AGE_S: i64 = 600;

/// The relying party of every registration.
pub const RELYING_PARTY: &str = "https://employer.example";

/// Everybody's keys. Derived from words: never use them outside of tests.
#[derive(Debug)]
pub struct World {
    /// Trust anchor.
    pub anchor: SigningKey,
    /// Registrar.
    pub registrar: SigningKey,
    /// Issuer of identity and residence.
    pub home_office: SigningKey,
    /// Issuer of qualifications.
    pub recognition: SigningKey,
    /// Publisher of status lists.
    pub publisher: SigningKey,
    /// Request key of the relying party.
    pub relying_party: SigningKey,
    /// The holder's key number 1.
    pub holder: SigningKey,
    /// Somebody else's key.
    pub stranger: SigningKey,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// The addresses that every registration states.
pub const ADDRESSES: Addresses<'static> = Addresses {
    support: "https://employer.example/help",
    privacy_policy: "https://employer.example/privacy",
    supervisory_authority: "https://authority.example",
};

/// The index of the credential that is issued with this seed.
#[must_use]
pub fn index_of(seed: &str) -> u64 {
    let digest = Sha256::digest(seed.as_bytes());
    u64::from(u16::from_be_bytes([digest[0], digest[1]]))
}

/// The seed that belongs to a word.
#[must_use]
pub fn seed(word: &str) -> [u8; 32] {
    Sha256::digest(word.as_bytes()).into()
}

/// The key that belongs to a word.
#[must_use]
pub fn key(word: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(&seed(word))
}

impl World {
    /// The world.
    #[must_use]
    pub fn new() -> Self {
        Self {
            anchor: key("anchor"),
            registrar: key("registrar"),
            home_office: key("home office"),
            recognition: key("recognition"),
            publisher: key("publisher"),
            relying_party: key("relying party"),
            holder: key("holder 1"),
            stranger: key("stranger"),
        }
    }

    /// The content of the trust list, for tests that change it before it is signed.
    #[must_use]
    pub fn trust_list_content(&self) -> TrustListContent<'static> {
        let types = |names: &[&str]| -> Vec<&'static CredentialType> {
            names.iter().filter_map(|name| CredentialType::by_name(name)).collect()
        };
        let keys = |key: &SigningKey| {
            vec![TrustedKey::valid(key.public_key().clone(), NOW.plus(-86_400 * 365), NOW.plus(86_400 * 365))]
        };
        let party = |iss: &str, names: &[&str], key: &SigningKey| Party {
            iss: iss.to_owned(),
            types: types(names),
            publishes_for: Vec::new(),
            keys: keys(key),
        };
        TrustListContent {
            iss: "https://anchor.example",
            sequence: 7,
            issued_at: NOW.plus(-3_600),
            expires_at: NOW.plus(86_400 * 30),
            issuers: vec![
                party(HOME_OFFICE, &["identity", "residence"], &self.home_office),
                party(RECOGNITION, &["qualification"], &self.recognition),
            ],
            registrars: vec![party(REGISTRAR, &[], &self.registrar)],
            status_issuers: vec![Party {
                publishes_for: [HOME_OFFICE, RECOGNITION, REGISTRAR].map(str::to_owned).to_vec(),
                ..party(PUBLISHER, &[], &self.publisher)
            }],
        }
    }

    /// The trust list, signed.
    #[must_use]
    pub fn trust_list_bytes(&self) -> Vec<u8> {
        self.trust_list_content().sign(&self.anchor).expect("an Ed25519 key signs")
    }

    /// The trust list, verified.
    #[must_use]
    pub fn trust_list(&self) -> TrustList {
        let bytes = self.trust_list_bytes();
        let list = SignedTrustList::parse(&bytes).expect("a trust list that was just signed");
        list.verify(self.anchor.public_key(), 0, NOW).expect("a trust list that was just signed")
    }

    /// The content of a status list in which everything is valid.
    #[must_use]
    pub fn status_list_content(&self, uri: &str) -> StatusListContent {
        StatusListContent {
            uri: uri.to_owned(),
            issued_at: NOW.plus(-LIST_AGE_S),
            expires_at: Some(NOW.plus(86_400)),
            ttl_s: None,
            entries: Entries::all_valid(Bits::Four, LIST_ENTRIES).expect("entries of a list"),
        }
    }

    /// The status lists of credentials and registrations, signed; `standings` of credentials by index.
    #[must_use]
    pub fn status_list_bytes(&self, standings: &[(u64, Standing)]) -> [Vec<u8>; 2] {
        [CREDENTIAL_LIST, REGISTRATION_LIST].map(|uri| {
            let mut content = self.status_list_content(uri);
            for (index, standing) in standings.iter().filter(|_| uri == CREDENTIAL_LIST) {
                content.entries.set(*index, *standing).expect("an index of the list");
            }
            content.sign(&self.publisher).expect("an Ed25519 key signs")
        })
    }

    /// Status lists, verified at `at`.
    #[must_use]
    pub fn status_lists_of(&self, lists: &[Vec<u8>], at: UnixTime) -> StatusLists {
        let mut statuses = StatusLists::new();
        for bytes in lists {
            let token = StatusListToken::parse(bytes).expect("a list that was just signed");
            let list = token.verify(&self.trust_list(), at).expect("a list that was just signed");
            statuses.insert(list).expect("lists with different addresses");
        }
        statuses
    }

    /// Status lists in which everything is valid, verified.
    #[must_use]
    pub fn status_lists(&self) -> StatusLists {
        self.status_lists_of(&self.status_list_bytes(&[]), NOW)
    }

    /// Calls `with` with everything that a party of this world knows.
    pub fn with_known<T>(&self, with: impl FnOnce(&Known<'_>) -> T) -> T {
        let (trust, purposes, statuses) = (self.trust_list(), Purposes::embedded(), self.status_lists());
        with(&Known { trust: &trust, purposes: &purposes, statuses: &statuses })
    }

    /// Permits a request at `at`, with status lists of that time.
    ///
    /// # Errors
    /// As [`Request::permit`].
    pub fn permit(
        &self,
        request: &[u8],
        purposes: &Purposes,
        at: UnixTime,
    ) -> Result<PermittedRequest, RequestError> {
        let lists = [CREDENTIAL_LIST, REGISTRATION_LIST].map(|uri| {
            let issued_at = at.plus(-LIST_AGE_S);
            let content = StatusListContent { issued_at, expires_at: None, ..self.status_list_content(uri) };
            content.sign(&self.publisher).expect("an Ed25519 key signs")
        });
        let (trust, statuses) = (self.trust_list(), self.status_lists_of(&lists, at));
        Request::parse(request)?.permit(&Known { trust: &trust, purposes, statuses: &statuses }, at)
    }

    /// The content of a registration for a purpose profile.
    #[must_use]
    pub fn registration_content(&self, profile: &Profile) -> RegistrationContent {
        RegistrationContent {
            iss: REGISTRAR.to_owned(),
            relying_party: RELYING_PARTY.to_owned(),
            name: "Example Ltd".to_owned(),
            country: "GB".to_owned(),
            service: "front-desk".to_owned(),
            request_key: self.relying_party.public_key().clone(),
            revocation: Revocation::Entry { uri: REGISTRATION_LIST.to_owned(), index: REGISTRATION_INDEX },
            issued_at: NOW.plus(-86_400),
            expires_at: NOW.plus(86_400 * 180),
            intended_use: IntendedUse::from_profile(profile, &ADDRESSES).expect("an embedded profile"),
        }
    }

    /// The registration for an embedded purpose profile, signed.
    #[must_use]
    pub fn registration_bytes(&self, profile: &Profile) -> Vec<u8> {
        self.registration_content(profile).sign(&self.registrar).expect("an Ed25519 key signs")
    }

    /// The relying party with an embedded purpose profile.
    #[must_use]
    pub fn relying_party(&self, profile: &Profile) -> RelyingParty {
        let bytes = self.registration_bytes(profile);
        let registration = Registration::parse(&bytes).expect("a registration that was just signed");
        self.with_known(|known| registration.verify(known, NOW)).expect("a registration that was just signed")
    }

    /// The verifier of the relying party.
    #[must_use]
    pub fn verifier(&self, profile: &Profile) -> Verifier {
        Verifier::new(self.trust_list(), self.relying_party(profile))
    }

    /// The content of a request for everything that a profile requires. `registration` is from
    /// [`Self::registration_bytes`].
    #[must_use]
    pub fn request_content<'a>(
        &self,
        profile: &'a Profile,
        registration: &'a [u8],
        nonce: &'a [u8],
    ) -> RequestContent<'a> {
        let entry = |id: &String| ScopeEntry::required(ScopedClaim::by_id(id).expect("an embedded profile"));
        RequestContent {
            registration,
            relying_party: RELYING_PARTY,
            intended_use_id: profile.id(),
            scope: Scope::new(profile.required().iter().map(entry).collect()).expect("distinct claims"),
            retention_days: profile.retention_days(),
            nonce,
            issued_at: NOW,
            expires_at: NOW.plus(600),
        }
    }

    /// A signed request for everything that a profile requires.
    #[must_use]
    pub fn request_bytes(&self, profile: &Profile, nonce: &[u8]) -> Vec<u8> {
        let registration = self.registration_bytes(profile);
        let content = self.request_content(profile, &registration, nonce);
        content.sign(&self.relying_party).expect("an Ed25519 key signs")
    }

    /// A request for everything that a profile requires, checked as a wallet checks it.
    #[must_use]
    pub fn request(&self, profile: &Profile, nonce: &[u8]) -> PermittedRequest {
        let bytes = self.request_bytes(profile, nonce);
        let request = Request::parse(&bytes).expect("a request that was just signed");
        self.with_known(|known| request.permit(known, NOW)).expect("a request within its registration")
    }

    /// A request for these claims and nothing else, registered and permitted for them, under the name of an
    /// embedded purpose.
    #[must_use]
    pub fn request_for(&self, purpose: &str, asked: &[ScopeEntry], nonce: &[u8]) -> PermittedRequest {
        let scope = Scope::new(asked.to_vec()).expect("distinct claims");
        let profile = Profile::find_embedded(purpose).expect("an embedded profile");
        let mut registration = self.registration_content(&profile);
        registration.intended_use.scope = scope.clone();
        let registration = registration.sign(&self.registrar).expect("an Ed25519 key signs");
        let mut content = self.request_content(&profile, &registration, nonce);
        content.scope = scope;
        let bytes = content.sign(&self.relying_party).expect("an Ed25519 key signs");
        let purposes = Purposes::new(vec![permitting(purpose, asked)]);
        self.permit(&bytes, &purposes, NOW).expect("a request within its registration")
    }

    /// The issuer of a credential type.
    #[must_use]
    pub fn issuer_of(&self, credential_type: &CredentialType) -> Issuer<'_> {
        match credential_type.name {
            "qualification" => Issuer::new(RECOGNITION, &self.recognition),
            _ => Issuer::new(HOME_OFFICE, &self.home_office),
        }
    }

    /// Issues one copy to a key.
    #[must_use]
    pub fn issue(&self, claims: &ClaimSet, holder: &PublicKey, seed: &str) -> Vec<u8> {
        let copy = Copy {
            holder_key: holder,
            subject: "urn:example:subject:1",
            issued_at: NOW,
            lifetime_s: DEFAULT_LIFETIME_S,
            status: StatusReference { uri: CREDENTIAL_LIST, index: index_of(seed) },
        };
        let issuer = self.issuer_of(claims.credential_type());
        issuer.issue(claims, &copy, &mut FixedRng::new(seed)).expect("claims that fit the schema")
    }

    /// Issues one copy to the holder, who accepts it.
    #[must_use]
    pub fn held(&self, claims: &ClaimSet, seed: &str) -> HeldCredential {
        let holder = self.holder.public_key();
        let bytes = self.issue(claims, holder, seed);
        let keys = core::slice::from_ref(holder);
        HeldCredential::accept(&bytes, &self.trust_list(), keys, NOW, &mut Scratch::default())
            .expect("a credential that was just issued")
    }

    /// The holder's answer with required claims only.
    #[must_use]
    pub fn answer(&self, request: &PermittedRequest, held: &[&HeldCredential]) -> Vec<u8> {
        self.answer_as(&WalletState::new(held), request, held)
    }

    /// As [`Self::answer`], by a wallet with this state.
    #[must_use]
    pub fn answer_as(
        &self,
        state: &WalletState,
        request: &PermittedRequest,
        held: &[&HeldCredential],
    ) -> Vec<u8> {
        let wallet = state.wallet(self.holder.public_key(), held);
        answer(request, &wallet, &self.holder, Consent::REQUIRED_ONLY, NOW)
            .expect("everything that is asked is held")
            .record(&mut DisclosureLedger::empty())
    }
}

/// What a wallet goes by beside its credentials.
#[derive(Debug)]
pub struct WalletState {
    /// Where guarded claims are not shown.
    pub origin: Origin,
    /// What was answered before.
    pub ledger: DisclosureLedger,
    /// The purposes that the wallet knows.
    pub purposes: Purposes,
}

impl WalletState {
    /// A wallet that has answered nobody, knows the embedded purposes, and reads the origin of its
    /// holder from these credentials.
    #[must_use]
    pub fn new(held: &[&HeldCredential]) -> Self {
        Self { origin: Origin::of(held), ledger: DisclosureLedger::empty(), purposes: Purposes::embedded() }
    }

    /// The wallet with these credentials.
    #[must_use]
    pub const fn wallet<'a>(&'a self, key: &'a PublicKey, held: &'a [&'a HeldCredential]) -> Wallet<'a> {
        Wallet { held, key, origin: &self.origin, ledger: &self.ledger, purposes: &self.purposes }
    }
}
