//! What stands before each example begins, and the parts that the other roles play in it.
//!
//! ```text
//! trust anchor --signs--> trust list     who may issue, register, publish       Setting::trust_list
//! status issuer -signs--> status list    what was withdrawn                     Setting::status_list
//! registrar ----signs--> registration    who may ask what, and what for         Setting::registration
//! ```
//!
//! In an app these are files or downloads: bytes that somebody else signed. Three examples show one
//! role each, whole, and `queue` many people at once; where they need the other two roles, they call [`Setting::issue`],
//! [`Setting::ask`] and [`Setting::answer`]. `naive_verifier` is wrong on purpose, for the harness to catch.

use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, Wallet, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::{Addresses, IntendedUse, RegistrationContent, Revocation};
use geleit_credential::request::{Request, RequestContent};
use geleit_credential::schema::identity::{self, Identity, Place};
use geleit_credential::schema::residence::{self, Residence, UkConditions};
use geleit_credential::schema::{ClaimSet, Date, End, PartialDate};
use geleit_credential::scope::{Scope, ScopeEntry, ScopeError, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::status_list::{
    Bits, Entries, StatusIndices, StatusListContent, StatusListToken, StatusLists, StatusReference,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{Party, SignedTrustList, TrustList, TrustListContent, TrustedKey};
use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use std::error::Error;
use std::time::SystemTime;

/// What the examples return: any error, shown as its text.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The name of the issuer.
pub const ISSUER: &str = "https://status.example";

/// The name of the relying party, which is the audience of presentations.
pub const RELYING_PARTY: &str = "https://employer.example";

/// The address of the status list.
pub const STATUS_LIST: &str = "https://lists.example/1";

/// A grey JPEG that shows nobody.
const PORTRAIT: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00,
    0x01, 0x00, 0x00, 0xff, 0xd9,
];

/// What the registration states for people.
const ADDRESSES: Addresses<'static> = Addresses {
    support: "https://employer.example/help",
    privacy_policy: "https://employer.example/privacy",
    supervisory_authority: "https://authority.example",
};

/// The clock. The library has none: it is read here, once, and handed down.
///
/// # Errors
/// When the clock stands before 1970.
pub fn now() -> Outcome<UnixTime> {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(UnixTime(i64::try_from(since_1970.as_secs())?))
}

/// The operating system's random numbers. A system without them stops the program.
#[must_use]
pub fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// Keys and signed documents, made anew each time.
#[derive(Debug)]
pub struct Setting {
    /// The public key of the trust anchor. Apps come with it; everything else is checked against it.
    pub anchor: PublicKey,
    /// The anchor's list of issuers and registrars, signed.
    pub trust_list: Vec<u8>,
    /// The status list of credentials and registrations, signed by the status issuer.
    pub status_list: Vec<u8>,
    /// The relying party's registration for the right-to-work check, signed by the registrar.
    pub registration: Vec<u8>,
    /// The key with which the relying party signs its requests.
    pub relying_party: SigningKey,
    issuer: SigningKey,
}

impl Setting {
    /// Makes keys, signs a trust list and registers the relying party for `profile`.
    ///
    /// # Errors
    /// None in practice; the library's errors are handed on.
    pub fn new(profile: &Profile, now: UnixTime) -> Outcome<Self> {
        let mut rng = rng();
        let mut key = || SigningKey::generate_ed25519(&mut rng);
        let (anchor, registrar, issuer, relying_party, publisher) = (key(), key(), key(), key(), key());
        let year = now.plus(365 * 86_400);
        let keys =
            |key: &SigningKey| vec![TrustedKey::valid(key.public_key().clone(), now.plus(-86_400), year)];
        let registrar_name = "https://registrar.example".to_owned();
        let trust_list = TrustListContent {
            iss: "https://anchor.example",
            sequence: 1,
            issued_at: now.plus(-3_600),
            expires_at: now.plus(30 * 86_400),
            issuers: vec![Party {
                iss: ISSUER.to_owned(),
                types: vec![&identity::TYPE, &residence::TYPE],
                publishes_for: Vec::new(),
                keys: keys(&issuer),
            }],
            registrars: vec![Party {
                iss: registrar_name.clone(),
                types: Vec::new(),
                publishes_for: Vec::new(),
                keys: keys(&registrar),
            }],
            status_issuers: vec![Party {
                iss: "https://lists.example".to_owned(),
                types: Vec::new(),
                publishes_for: vec![ISSUER.to_owned(), registrar_name.clone()],
                keys: keys(&publisher),
            }],
        };
        let status_list = StatusListContent {
            uri: STATUS_LIST.to_owned(),
            issued_at: now.plus(-600),
            expires_at: None,
            ttl_s: None,
            entries: Entries::all_valid(Bits::Four, 131_072)?,
        };
        let registration = RegistrationContent {
            iss: registrar_name,
            relying_party: RELYING_PARTY.to_owned(),
            name: "Example Ltd".to_owned(),
            country: "GB".to_owned(),
            service: "hiring".to_owned(),
            revocation: Revocation::Entry { uri: STATUS_LIST.to_owned(), index: 40_961 },
            request_key: relying_party.public_key().clone(),
            issued_at: now.plus(-3_600),
            expires_at: now.plus(180 * 86_400),
            intended_use: IntendedUse::from_profile(profile, &ADDRESSES)?,
        };
        Ok(Self {
            anchor: anchor.public_key().clone(),
            trust_list: trust_list.sign(&anchor)?,
            status_list: status_list.sign(&publisher)?,
            registration: registration.sign(&registrar)?,
            relying_party,
            issuer,
        })
    }

    /// Everybody's part: the trust list and the status list at hand, verified. Apps fetch both beforehand, whole, so
    /// that nobody learns of a check.
    ///
    /// # Errors
    /// T and L rules.
    pub fn verified(&self, now: UnixTime) -> Outcome<(TrustList, StatusLists)> {
        // 0 on the first day; from then on the sequence number of the last list, against roll-back.
        let trust = SignedTrustList::parse(&self.trust_list)?.verify(&self.anchor, 0, now)?;
        let mut statuses = StatusLists::new();
        statuses.insert(StatusListToken::parse(&self.status_list)?.verify(&trust, now)?)?;
        Ok((trust, statuses))
    }

    /// The issuer's part: an identity and a residence credential for one key of a holder.
    ///
    /// # Errors
    /// None in practice; the library's errors are handed on.
    pub fn issue(&self, holder_key: &PublicKey, now: UnixTime) -> Outcome<Vec<Vec<u8>>> {
        let issuer = Issuer::new(ISSUER, &self.issuer);
        let mut indices = StatusIndices::of(&Entries::all_valid(Bits::Four, 131_072)?);
        let mut issue = |claims: &ClaimSet| {
            let index = indices.draw(&mut rng()).ok_or("the status list is full")?;
            let status = StatusReference { uri: STATUS_LIST, index };
            let subject = "urn:example:1";
            let copy = Copy { holder_key, subject, issued_at: now, lifetime_s: DEFAULT_LIFETIME_S, status };
            Ok(issuer.issue(claims, &copy, &mut rng())?)
        };
        [sample_identity(now)?, sample_residence(now)?].iter().map(&mut issue).collect()
    }

    /// The relying party's part: a request for the claims with these ids.
    ///
    /// # Errors
    /// R rules, for ids that no credential has.
    pub fn ask(&self, profile: &Profile, ids: &[&str], now: UnixTime) -> Outcome<Vec<u8>> {
        let mut nonce = [0; 32];
        getrandom::fill(&mut nonce)?;
        let entries = ids.iter().map(|id| ScopedClaim::by_id(id).map(ScopeEntry::required));
        let content = RequestContent {
            registration: &self.registration,
            relying_party: RELYING_PARTY,
            intended_use_id: profile.id(),
            scope: Scope::new(entries.collect::<Result<_, ScopeError>>()?)?,
            retention_days: profile.retention_days(),
            nonce: &nonce,
            issued_at: now,
            expires_at: now.plus(600),
        };
        Ok(content.sign(&self.relying_party)?)
    }

    /// The holder's part: a wallet that answers `question` with what is required.
    ///
    /// # Errors
    /// H, R and W rules: what the wallet refuses.
    pub fn answer(&self, question: &[u8], now: UnixTime) -> Outcome<Vec<u8>> {
        let (trust, statuses) = self.verified(now)?;
        let key = SigningKey::generate_ed25519(&mut rng());
        let my_keys = [key.public_key().clone()];
        let accept =
            |bytes: &Vec<u8>| HeldCredential::accept(bytes, &trust, &my_keys, now, &mut Scratch::default());
        let issued = self.issue(key.public_key(), now)?;
        let held = issued.iter().map(accept).collect::<Result<Vec<_>, _>>()?;
        let purposes = Purposes::embedded();
        let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
        let request = Request::parse(question)?.permit(&known, now)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let mut ledger = DisclosureLedger::empty();
        let wallet = Wallet {
            held: &held,
            key: key.public_key(),
            origin: &Origin::of(&held),
            ledger: &ledger,
            purposes: &purposes,
        };
        Ok(answer(&request, &wallet, &key, Consent::REQUIRED_ONLY, now)?.record(&mut ledger))
    }
}

/// The day on which `time` lies, in UTC, later by `days`.
///
/// # Errors
/// When there is no such day in the calendar.
pub fn day(time: UnixTime, days: i64) -> Outcome<Date> {
    Ok(Date::from_days(time.days() + days).ok_or("a day between the years 1 and 9999 is required")?)
}

/// Identity of an invented person.
fn sample_identity(now: UnixTime) -> Outcome<ClaimSet> {
    let claims = Identity::new()
        .name("Sample", Some("Asha"))
        .birth_date(PartialDate::parse("1993-04-17").ok_or("a date is required")?)
        .born_in(Place { country: Some("TR"), region: None, locality: Some("İzmir") })
        .nationalities(&["TR"])
        .portrait(PORTRAIT)
        .build(day(now, 0)?)?;
    Ok(claims)
}

/// Residence status of an invented person: may work for any employer, for 500 days.
fn sample_residence(now: UnixTime) -> Outcome<ClaimSet> {
    let conditions = UkConditions { self_employment: Some(true), ..UkConditions::default() };
    let claims = Residence::new("work_skilled", true)
        .uk_work(End::Day(day(now, 500)?), conditions)
        .uk_rent(End::Day(day(now, 365)?))
        .build(day(now, 0)?)?;
    Ok(claims)
}
