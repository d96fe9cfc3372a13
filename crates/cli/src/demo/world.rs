//! Everybody who takes part, with keys, signed documents and credentials, in memory and on disk.
//!
//! ```text
//! keys/NAME.pem, keys/NAME.pub.pem      anchor, registrar, issuers, status publisher, relying parties
//! trust-list.cbor
//! lists/NAME-N.cbor
//! registrations/NAME.cbor
//! wallets/PERSON/key.pem, TYPE.cbor, ledger.json
//! requests/N-NAME.cbor, presentations/N-NAME.cbor, receipts/N-NAME.cbor
//! ```

use super::check::Check;
use super::lists::{Published, Publisher, Which};
use super::people::{self, Person};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::ledger;
use crate::purpose;
use crate::random::Random;
use core::fmt::{Display, Write};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::holder::{DisclosureLedger, HeldCredential};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::Lang;
use geleit_credential::receipt::LogPlace;
use geleit_credential::registration::{
    Addresses, IntendedUse, Registration, RegistrationContent, RelyingParty, Revocation,
};
use geleit_credential::schema::{ClaimSet, CredentialType, Date};
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{StatusLists, StatusReference};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{Party, SignedTrustList, TrustList, TrustListContent, TrustedKey};
use rand_core::Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Seconds of a day.
pub(super) const DAY_S: i64 = 86_400;

const ANCHOR: &str = "https://anchor.example";
const REGISTRAR: &str = "https://registrar.example";
/// Issues identity and residence.
const STATUS: &str = "https://status.example";
/// Issues qualifications.
const RECOGNITION: &str = "https://anerkennung.example";
/// Publishes status lists.
const PUBLISHER: &str = "https://lists.example";

/// Seconds since which the first status lists say what they say.
const LIST_AGE_S: i64 = 600;

/// Whoever asks.
#[derive(Debug)]
pub(super) struct Asker {
    /// Name of its files.
    pub(super) file: &'static str,
    /// Its key for requests.
    pub(super) key: SigningKey,
    /// The registration as signed.
    pub(super) registration: Vec<u8>,
    /// The registration as verified.
    pub(super) party: RelyingParty,
    /// The purpose that it is registered for.
    pub(super) profile: Profile,
    /// Where its next receipt stands.
    pub(super) place: LogPlace,
    /// The place of its registration in the list of registrations.
    index: u64,
}

/// Whoever answers.
#[derive(Debug)]
pub(super) struct Holder {
    /// The person.
    pub(super) person: Person,
    /// The key that the credentials are bound to.
    pub(super) key: SigningKey,
    /// The credentials.
    pub(super) held: Vec<HeldCredential>,
    /// What was answered.
    pub(super) ledger: DisclosureLedger,
    /// The places of the credentials in the list of credentials.
    indices: Vec<u64>,
}

/// The relying parties by what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Employer in the United Kingdom.
    UkEmployer,
    /// Employer in Germany.
    GermanEmployer,
    /// Carrier to the United Kingdom.
    Carrier,
    /// Another employer in the United Kingdom, who got hold of a presentation.
    OtherEmployer,
}

/// All of it.
pub(super) struct World {
    folder: PathBuf,
    /// The time of the demo.
    pub(super) now: UnixTime,
    /// Randomness.
    pub(super) random: Random,
    /// The trust list.
    pub(super) trust: TrustList,
    /// The trust list as it was signed.
    pub(super) trust_bytes: Vec<u8>,
    /// The anchor's key.
    pub(super) anchor: PublicKey,
    /// The purposes that everybody knows.
    pub(super) purposes: Purposes,
    /// The newest status lists.
    pub(super) lists: Rc<Published>,
    publisher: Publisher,
    registrar: SigningKey,
    uk_employer: Asker,
    german_employer: Asker,
    carrier: Asker,
    other_employer: Asker,
    /// The people, in the order of [`people::invented`].
    pub(super) holders: [Holder; 3],
}

/// A step of the demo that fails against all expectations.
pub(super) fn broken(rule: &'static str, error: impl Display) -> Failure {
    Failure::refused(rule, error).hint("the demo cannot run with these options: try it without --now")
}

/// Who gets keys when a world is made.
struct Keys {
    anchor: SigningKey,
    registrar: SigningKey,
    status: SigningKey,
    recognition: SigningKey,
    publisher: PublicKey,
}

/// Writes below the folder of the demo.
pub(super) struct Folder<'f>(&'f Path);

impl Folder<'_> {
    /// Writes a file, with the folders that it is in.
    pub(super) fn write(&self, name: &str, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| Failure::io(parent.display(), &error))?;
        }
        files::write(&path, bytes, readers)
    }

    /// A new key with its two files.
    fn key(&self, name: &str, random: &mut Random) -> Result<SigningKey, Failure> {
        let key = SigningKey::generate_ed25519(random);
        self.write(&format!("{name}.pem"), key.to_pem().as_bytes(), Readers::Owner)?;
        self.write(&format!("{name}.pub.pem"), key.public_key().to_pem().as_bytes(), Readers::Anybody)?;
        Ok(key)
    }
}

/// What is made before anybody registers or issues.
struct Ground<'g> {
    files: Folder<'g>,
    keys: Keys,
    trust: TrustList,
    publisher: Publisher,
    now: UnixTime,
    random: Random,
}

impl World {
    /// Makes everything up to the point where somebody asks.
    pub(super) fn new(folder: &Path, now: UnixTime, mut random: Random) -> Result<Self, Failure> {
        let files = Folder(folder);
        let mut key = |name: &str| files.key(&format!("keys/{name}"), &mut random);
        let publisher = key("status-publisher")?;
        let keys = Keys {
            anchor: key("anchor")?,
            registrar: key("registrar")?,
            status: key("status-issuer")?,
            recognition: key("recognition-issuer")?,
            publisher: publisher.public_key().clone(),
        };
        let (trust_bytes, trust) = trust_list(&files, &keys, now)?;
        let publisher = Publisher::new(publisher)?;
        let mut ground = Ground { files, keys, trust, publisher, now, random };
        let lists = ground.publisher.publish(&ground.files, &ground.trust, now.plus(-LIST_AGE_S))?;
        let purposes = Purposes::embedded();
        let known = (&purposes, &lists.statuses);
        let uk_employer = UK_EMPLOYER.register(&mut ground, known)?;
        let german_employer = GERMAN_EMPLOYER.register(&mut ground, known)?;
        let carrier = CARRIER.register(&mut ground, known)?;
        let other_employer = OTHER_EMPLOYER.register(&mut ground, known)?;
        let holders = ground.holders()?;
        Ok(Self {
            folder: folder.to_owned(),
            now,
            random: ground.random,
            trust: ground.trust,
            trust_bytes,
            anchor: ground.keys.anchor.public_key().clone(),
            purposes,
            lists: Rc::new(lists),
            publisher: ground.publisher,
            registrar: ground.keys.registrar,
            uk_employer,
            german_employer,
            carrier,
            other_employer,
            holders,
        })
    }

    /// What everybody knows, with these status lists.
    pub(super) fn known<'w>(&'w self, lists: &'w Published) -> Known<'w> {
        Known { trust: &self.trust, purposes: &self.purposes, statuses: &lists.statuses }
    }

    /// An authority withdraws the credentials of a person, the registrar a registration.
    pub(super) fn withdraw(&mut self, holder: usize, role: Role, at: UnixTime) -> Result<(), Failure> {
        let indices = self.holders.get(holder).map(|holder| holder.indices.clone()).unwrap_or_default();
        for index in indices {
            self.publisher.set(Which::Credentials, index, Standing::Revoked)?;
        }
        let index = self.asker(role).index;
        self.publisher.set(Which::Registrations, index, Standing::Revoked)?;
        self.lists = Rc::new(self.publisher.publish(&Folder(&self.folder), &self.trust, at)?);
        Ok(())
    }

    /// What a registrar should never sign: a use that is excluded, with claims that belong to none.
    pub(super) fn register_excluded(&mut self) -> Result<Excluded, Failure> {
        let key = Folder(&self.folder).key("keys/border-agency", &mut self.random)?;
        let profile = purpose::find("eurodac")?;
        let claim = ScopedClaim::by_id("id.portrait.view").map_err(|error| broken(error.code(), error))?;
        let scope = Scope::new(vec![ScopeEntry::required(claim)]);
        let id = "https://border-agency.example";
        let addresses = addresses_of(id);
        let intended_use = IntendedUse {
            id: profile.id().to_owned(),
            purpose: vec![("en".to_owned(), profile.purpose(Lang::En).to_owned())],
            legal_basis: profile.legal_basis().to_vec(),
            scope: scope.map_err(|error| broken(error.code(), error))?,
            retention_days: 3_650,
            max_status_age_s: DAY_S.unsigned_abs().try_into().unwrap_or(u32::MAX),
            support_uri: addresses.0,
            privacy_policy: addresses.1,
            supervisory_authority: SUPERVISORY_AUTHORITY.to_owned(),
        };
        let index = self.publisher.draw(Which::Registrations, &mut self.random)?;
        let content = RegistrationContent {
            iss: REGISTRAR.to_owned(),
            relying_party: id.to_owned(),
            name: "Border Agency".to_owned(),
            country: "DE".to_owned(),
            service: "border-agency".to_owned(),
            request_key: key.public_key().clone(),
            revocation: Revocation::Entry { uri: Which::Registrations.uri().to_owned(), index },
            issued_at: self.now.plus(-DAY_S),
            expires_at: self.now.plus(180 * DAY_S),
            intended_use,
        };
        let registration = content.sign(&self.registrar).map_err(|error| broken(error.code(), error))?;
        self.write("registrations/border-agency.cbor", &registration, Readers::Anybody)?;
        Ok(Excluded { key, content, registration, profile })
    }

    /// 16 random bytes.
    pub(super) fn draw(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    /// A person.
    pub(super) fn holder(&self, index: usize) -> Result<&Holder, Failure> {
        self.holders.get(index).ok_or_else(|| Failure::usage("no such person in the demo"))
    }

    /// Writes what the wallets remember.
    pub(super) fn write_ledgers(&self) -> Result<(), Failure> {
        for holder in &self.holders {
            let name = format!("wallets/{}/ledger.json", holder.person.folder);
            self.write(&name, &ledger::encode(&holder.ledger)?, Readers::Owner)?;
        }
        Ok(())
    }

    /// The log of a relying party goes on.
    pub(super) const fn move_on(&mut self, role: Role, place: LogPlace) {
        let asker = match role {
            Role::UkEmployer => &mut self.uk_employer,
            Role::GermanEmployer => &mut self.german_employer,
            Role::Carrier => &mut self.carrier,
            Role::OtherEmployer => &mut self.other_employer,
        };
        asker.place = place;
    }

    /// A relying party.
    pub(super) const fn asker(&self, role: Role) -> &Asker {
        match role {
            Role::UkEmployer => &self.uk_employer,
            Role::GermanEmployer => &self.german_employer,
            Role::Carrier => &self.carrier,
            Role::OtherEmployer => &self.other_employer,
        }
    }

    /// The people.
    pub(super) fn people(&self) -> impl Iterator<Item = &Person> {
        self.holders.iter().map(|holder| &holder.person)
    }

    /// Writes a request or a presentation.
    pub(super) fn write(&self, name: &str, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
        Folder(&self.folder).write(name, bytes, readers)
    }

    /// Writes what the folder holds, with commands that check it again.
    pub(super) fn write_readme(&self, checks: &[Check]) -> Result<(), Failure> {
        let mut text = README.to_owned();
        for command in checks.iter().filter_map(Check::command) {
            let _ = write!(text, "\n  {command}\n");
        }
        self.write("README.txt", text.as_bytes(), Readers::Anybody)
    }
}

const README: &str = "\
A run of `geleit demo`. The people are invented; the keys are worth nothing.

keys/            anchor, registrar, issuers, status publisher, relying parties: private and public
trust-list.cbor  who may issue, register and publish status, signed by the anchor
lists/           status lists: what became of credentials and registrations; 2 is newer than 1
registrations/   what each relying party may ask, signed by the registrar
wallets/         keys and credentials of the people, as the issuers signed them; what was shown to whom
requests/        what was asked
presentations/   what was answered; one byte where a wallet answered nothing
receipts/        what was decided, signed by the party that decided

`geleit inspect FILE` shows any of them. These commands check the answers again, from inside this folder.
Number 6 ends with exit code 5, \"no decision\": its evidence is too old. Number 10 ends with exit code 1:
the credential was withdrawn. `geleit present` ends with exit code 1: the wallet answers none of these.
";

fn trust_list(files: &Folder<'_>, keys: &Keys, now: UnixTime) -> Result<(Vec<u8>, TrustList), Failure> {
    let party = |iss: &str, types: &[&str], key: &PublicKey| Party {
        iss: iss.to_owned(),
        types: types.iter().filter_map(|name| CredentialType::by_name(name)).collect(),
        publishes_for: Vec::new(),
        keys: vec![TrustedKey::valid(key.clone(), now.plus(-365 * DAY_S), now.plus(365 * DAY_S))],
    };
    let content = TrustListContent {
        iss: ANCHOR,
        sequence: 1,
        issued_at: now.plus(-3_600),
        expires_at: now.plus(30 * DAY_S),
        issuers: vec![
            party(STATUS, &["identity", "residence"], keys.status.public_key()),
            party(RECOGNITION, &["qualification"], keys.recognition.public_key()),
        ],
        registrars: vec![party(REGISTRAR, &[], keys.registrar.public_key())],
        status_issuers: vec![Party {
            publishes_for: [STATUS, RECOGNITION, REGISTRAR].map(str::to_owned).to_vec(),
            ..party(PUBLISHER, &[], &keys.publisher)
        }],
    };
    let signed = content.sign(&keys.anchor).map_err(|error| broken(error.code(), error))?;
    files.write("trust-list.cbor", &signed, Readers::Anybody)?;
    let list = SignedTrustList::parse(&signed).and_then(|list| list.verify(keys.anchor.public_key(), 0, now));
    let list = list.map_err(|error| broken(error.code(), error))?;
    Ok((signed, list))
}

const SUPERVISORY_AUTHORITY: &str = "https://data-protection.example";

/// Where somebody gets help, and how a party handles personal data.
fn addresses_of(id: &str) -> (String, String) {
    (format!("{id}/help"), format!("{id}/privacy"))
}

/// Somebody with a registration for a purpose that is excluded.
pub(super) struct Excluded {
    /// The key for requests.
    pub(super) key: SigningKey,
    /// What the registrar signed.
    pub(super) content: RegistrationContent,
    /// The registration as signed.
    pub(super) registration: Vec<u8>,
    /// The purpose.
    pub(super) profile: Profile,
}

/// A relying party before it is registered.
struct Who {
    file: &'static str,
    purpose: &'static str,
    id: &'static str,
    name: &'static str,
    country: &'static str,
}

const UK_EMPLOYER: Who = Who {
    file: "uk-employer",
    purpose: "uk-right-to-work",
    id: "https://harbour-tools.example",
    name: "Harbour Tools Ltd",
    country: "GB",
};

const GERMAN_EMPLOYER: Who = Who {
    file: "german-employer",
    purpose: "de-recognition-result-employer",
    id: "https://muster-elektro.example",
    name: "Muster Elektro GmbH",
    country: "DE",
};

const CARRIER: Who = Who {
    file: "carrier",
    purpose: "uk-carrier-permission-to-travel",
    id: "https://channel-ferries.example",
    name: "Channel Ferries",
    country: "GB",
};

const OTHER_EMPLOYER: Who = Who {
    file: "other-employer",
    purpose: "uk-right-to-work",
    id: "https://second-shift.example",
    name: "Second Shift Ltd",
    country: "GB",
};

impl Who {
    fn register(
        &self,
        ground: &mut Ground<'_>,
        (purposes, statuses): (&Purposes, &StatusLists),
    ) -> Result<Asker, Failure> {
        let key = ground.files.key(&format!("keys/{}", self.file), &mut ground.random)?;
        let profile = purpose::find(self.purpose)?;
        let (support, privacy_policy) = addresses_of(self.id);
        let addresses = Addresses {
            support: &support,
            privacy_policy: &privacy_policy,
            supervisory_authority: SUPERVISORY_AUTHORITY,
        };
        let intended_use =
            IntendedUse::from_profile(&profile, &addresses).map_err(|error| broken(error.code(), error))?;
        let index = ground.publisher.draw(Which::Registrations, &mut ground.random)?;
        let content = RegistrationContent {
            iss: REGISTRAR.to_owned(),
            relying_party: self.id.to_owned(),
            name: self.name.to_owned(),
            country: self.country.to_owned(),
            service: self.file.to_owned(),
            request_key: key.public_key().clone(),
            revocation: Revocation::Entry { uri: Which::Registrations.uri().to_owned(), index },
            issued_at: ground.now.plus(-DAY_S),
            expires_at: ground.now.plus(180 * DAY_S),
            intended_use,
        };
        let registration =
            content.sign(&ground.keys.registrar).map_err(|error| broken(error.code(), error))?;
        ground.files.write(&format!("registrations/{}.cbor", self.file), &registration, Readers::Anybody)?;
        let known = Known { trust: &ground.trust, purposes, statuses };
        let party = Registration::parse(&registration)
            .and_then(|registration| registration.verify(&known, ground.now));
        let party = party.map_err(|error| broken(error.code(), error))?;
        Ok(Asker { file: self.file, key, registration, party, profile, place: LogPlace::FIRST, index })
    }
}

impl Ground<'_> {
    fn holders(&mut self) -> Result<[Holder; 3], Failure> {
        let too_late = || Failure::usage("--now is not a day of the years 1 to 9999").hint("leave --now out");
        let today = Date::from_unix(self.now.0).ok_or_else(too_late)?;
        let [a, b, c] = people::invented(today).map_err(|error| broken(error.code(), error))?;
        Ok([self.holder(a)?, self.holder(b)?, self.holder(c)?])
    }

    fn holder(&mut self, person: Person) -> Result<Holder, Failure> {
        let key = self.files.key(&format!("wallets/{}/key", person.folder), &mut self.random)?;
        let (mut held, mut indices) = (Vec::new(), Vec::new());
        for claims in &person.credentials {
            let index = self.publisher.draw(Which::Credentials, &mut self.random)?;
            held.push(self.issue(claims, &person, &key, index)?);
            indices.push(index);
        }
        Ok(Holder { person, key, held, ledger: DisclosureLedger::empty(), indices })
    }

    fn issue(
        &mut self,
        claims: &ClaimSet,
        person: &Person,
        key: &SigningKey,
        index: u64,
    ) -> Result<HeldCredential, Failure> {
        let name = claims.credential_type().name;
        let issuer = match name {
            "qualification" => Issuer::new(RECOGNITION, &self.keys.recognition),
            _ => Issuer::new(STATUS, &self.keys.status),
        };
        let copy = Copy {
            holder_key: key.public_key(),
            subject: &format!("urn:example:{}", person.folder),
            issued_at: self.now,
            lifetime_s: DEFAULT_LIFETIME_S,
            status: StatusReference { uri: Which::Credentials.uri(), index },
        };
        let bytes =
            issuer.issue(claims, &copy, &mut self.random).map_err(|error| broken(error.code(), error))?;
        self.files.write(&format!("wallets/{}/{name}.cbor", person.folder), &bytes, Readers::Owner)?;
        let mine = core::slice::from_ref(key.public_key());
        let accepted = HeldCredential::accept(&bytes, &self.trust, mine, self.now, &mut Scratch::default());
        accepted.map_err(|error| broken(error.code(), error))
    }
}
