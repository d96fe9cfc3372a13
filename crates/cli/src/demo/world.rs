//! Everybody who takes part, with keys, signed documents and credentials, in memory and on disk.
//!
//! ```text
//! keys/NAME.pem, keys/NAME.pub.pem      anchor, registrar, issuers, relying parties
//! trust-list.cbor
//! registrations/NAME.cbor
//! wallets/PERSON/key.pem, TYPE.cbor
//! requests/N-NAME.cbor, presentations/N-NAME.cbor
//! ```

use super::cases::Check;
use super::people::{self, Person};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::purpose;
use crate::random::Random;
use core::fmt::{Display, Write};
use geleit_cose::key::SigningKey;
use geleit_credential::holder::HeldCredential;
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::purpose::Profile;
use geleit_credential::registration::{IntendedUse, Registration, RegistrationContent, RelyingParty};
use geleit_credential::schema::{CredentialType, Date};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{Party, SignedTrustList, TrustList, TrustListContent, TrustedKey};
use std::fs;
use std::path::{Path, PathBuf};

/// Seconds of a day.
pub(super) const DAY_S: i64 = 86_400;

const ANCHOR: &str = "https://anchor.example";
const REGISTRAR: &str = "https://registrar.example";
/// Issues identity and residence.
const STATUS: &str = "https://status.example";
/// Issues qualifications.
const RECOGNITION: &str = "https://anerkennung.example";

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
}

/// The relying parties by what they do.
#[derive(Clone, Copy, Debug)]
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
}

/// Writes below the folder of the demo.
struct Folder<'f>(&'f Path);

impl Folder<'_> {
    fn write(&self, name: &str, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
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

impl World {
    /// Makes everything up to the point where somebody asks.
    pub(super) fn new(folder: &Path, now: UnixTime, mut random: Random) -> Result<Self, Failure> {
        let files = Folder(folder);
        let mut key = |name: &str| files.key(&format!("keys/{name}"), &mut random);
        let keys = Keys {
            anchor: key("anchor")?,
            registrar: key("registrar")?,
            status: key("status-issuer")?,
            recognition: key("recognition-issuer")?,
        };
        let trust = trust_list(&files, &keys, now)?;
        let mut asker = |file, purpose, id: &str, name: &str, country: &str| {
            let who = Who { file, purpose, id, name, country };
            who.register(&files, &keys, &trust, now, &mut random)
        };
        let uk_employer = asker(
            "uk-employer",
            "uk-right-to-work",
            "https://harbour-tools.example",
            "Harbour Tools Ltd",
            "GB",
        )?;
        let german_employer = asker(
            "german-employer",
            "de-recognition-result-employer",
            "https://muster-elektro.example",
            "Muster Elektro GmbH",
            "DE",
        )?;
        let carrier = asker(
            "carrier",
            "uk-carrier-permission-to-travel",
            "https://channel-ferries.example",
            "Channel Ferries",
            "GB",
        )?;
        let other_employer = asker(
            "other-employer",
            "uk-right-to-work",
            "https://second-shift.example",
            "Second Shift Ltd",
            "GB",
        )?;
        let holders = holders(&files, &keys, &trust, now, &mut random)?;
        Ok(Self {
            folder: folder.to_owned(),
            now,
            random,
            trust,
            uk_employer,
            german_employer,
            carrier,
            other_employer,
            holders,
        })
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
        for check in checks.iter().filter(|check| check.verified()) {
            let _ = write!(text, "\n  {}\n", check.command());
        }
        self.write("README.txt", text.as_bytes(), Readers::Anybody)
    }
}

const README: &str = "\
A run of `geleit demo`. The people are invented; the keys are worth nothing.

keys/            anchor, registrar, issuers, relying parties: private (.pem) and public (.pub.pem)
trust-list.cbor  who may issue and register, signed by the anchor
registrations/   what each relying party may ask, signed by the registrar
wallets/         keys and credentials of the people, as the issuers signed them
requests/        what was asked
presentations/   what was answered

`geleit inspect FILE` shows any of them. These commands check the answers again, from inside this folder.
The last one ends with exit code 5, \"no decision\": its evidence is too old.
";

fn trust_list(files: &Folder<'_>, keys: &Keys, now: UnixTime) -> Result<TrustList, Failure> {
    let party = |iss: &str, types: &[&str], key: &SigningKey| Party {
        iss: iss.to_owned(),
        types: types.iter().filter_map(|name| CredentialType::by_name(name)).collect(),
        publishes_for: Vec::new(),
        keys: vec![TrustedKey::valid(
            key.public_key().clone(),
            now.plus(-365 * DAY_S),
            now.plus(365 * DAY_S),
        )],
    };
    let content = TrustListContent {
        iss: ANCHOR,
        sequence: 1,
        issued_at: now.plus(-3_600),
        expires_at: now.plus(30 * DAY_S),
        issuers: vec![
            party(STATUS, &["identity", "residence"], &keys.status),
            party(RECOGNITION, &["qualification"], &keys.recognition),
        ],
        registrars: vec![party(REGISTRAR, &[], &keys.registrar)],
        status_issuers: Vec::new(),
    };
    let signed = content.sign(&keys.anchor).map_err(|error| broken(error.code(), error))?;
    files.write("trust-list.cbor", &signed, Readers::Anybody)?;
    let list = SignedTrustList::parse(&signed).and_then(|list| list.verify(keys.anchor.public_key(), 0, now));
    list.map_err(|error| broken(error.code(), error))
}

/// A relying party before it is registered.
struct Who<'w> {
    file: &'static str,
    purpose: &'w str,
    id: &'w str,
    name: &'w str,
    country: &'w str,
}

impl Who<'_> {
    fn register(
        &self,
        files: &Folder<'_>,
        keys: &Keys,
        trust: &TrustList,
        now: UnixTime,
        random: &mut Random,
    ) -> Result<Asker, Failure> {
        let key = files.key(&format!("keys/{}", self.file), random)?;
        let profile = purpose::find(self.purpose)?;
        let intended_use = IntendedUse::from_profile(&profile, &format!("{}/help", self.id))
            .map_err(|error| broken(error.code(), error))?;
        let content = RegistrationContent {
            iss: REGISTRAR.to_owned(),
            relying_party: self.id.to_owned(),
            name: self.name.to_owned(),
            country: self.country.to_owned(),
            request_key: key.public_key().clone(),
            issued_at: now.plus(-DAY_S),
            expires_at: now.plus(180 * DAY_S),
            intended_use,
        };
        let registration = content.sign(&keys.registrar).map_err(|error| broken(error.code(), error))?;
        files.write(&format!("registrations/{}.cbor", self.file), &registration, Readers::Anybody)?;
        let party =
            Registration::parse(&registration).and_then(|registration| registration.verify(trust, now));
        let party = party.map_err(|error| broken(error.code(), error))?;
        Ok(Asker { file: self.file, key, registration, party, profile })
    }
}

fn holders(
    files: &Folder<'_>,
    keys: &Keys,
    trust: &TrustList,
    now: UnixTime,
    random: &mut Random,
) -> Result<[Holder; 3], Failure> {
    let too_late = || Failure::usage("--now is not a day of the years 1 to 9999").hint("leave --now out");
    let today = Date::from_unix(now.0).ok_or_else(too_late)?;
    let [a, b, c] = people::invented(today).map_err(|error| broken(error.code(), error))?;
    let mut hold = |person: Person| {
        let key = files.key(&format!("wallets/{}/key", person.folder), random)?;
        let held = credentials(files, keys, trust, &person, &key, now, random)?;
        Ok(Holder { person, key, held })
    };
    Ok([hold(a)?, hold(b)?, hold(c)?])
}

fn credentials(
    files: &Folder<'_>,
    keys: &Keys,
    trust: &TrustList,
    person: &Person,
    key: &SigningKey,
    now: UnixTime,
    random: &mut Random,
) -> Result<Vec<HeldCredential>, Failure> {
    let subject = format!("urn:example:{}", person.folder);
    let mut held = Vec::new();
    for claims in &person.credentials {
        let name = claims.credential_type().name;
        let issuer = match name {
            "qualification" => Issuer::new(RECOGNITION, &keys.recognition),
            _ => Issuer::new(STATUS, &keys.status),
        };
        let copy = Copy {
            holder_key: key.public_key(),
            subject: &subject,
            issued_at: now,
            lifetime_s: DEFAULT_LIFETIME_S,
        };
        let bytes = issuer.issue(claims, &copy, random).map_err(|error| broken(error.code(), error))?;
        files.write(&format!("wallets/{}/{name}.cbor", person.folder), &bytes, Readers::Owner)?;
        let mine = core::slice::from_ref(key.public_key());
        let accepted = HeldCredential::accept(&bytes, trust, mine, now, &mut Scratch::default());
        held.push(accepted.map_err(|error| broken(error.code(), error))?);
    }
    Ok(held)
}
