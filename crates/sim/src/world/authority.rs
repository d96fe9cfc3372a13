//! Those who sign: the trust anchor, issuers with their key history, the registrar, publishers of status lists.

use crate::rng::key;
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::schema::CredentialType;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{
    Compromise, Party, SignedTrustList, TrustList, TrustListContent, TrustedKey,
};

/// A year in seconds.
const YEAR_S: i64 = 365 * 86_400;

/// How long before the beginning the first keys were good.
const KEYS_FROM_S: i64 = -YEAR_S;

/// How an actor is called in scenarios, and what it may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The name in scenarios.
    pub alias: &'static str,
    /// The name in what it signs.
    pub iss: &'static str,
    /// Credential types that it may issue.
    pub types: &'static [&'static str],
}

/// Issues identity and residence of people in the United Kingdom.
pub const HOME_OFFICE: Role =
    Role { alias: "home-office", iss: "https://status.example", types: &["identity", "residence"] };

/// Issues identity and residence of people in Germany.
pub const FOREIGNERS_AUTHORITY: Role = Role {
    alias: "foreigners-authority",
    iss: "https://auslaenderbehoerde.example",
    types: &["identity", "residence"],
};

/// Issues qualifications.
pub const RECOGNITION: Role =
    Role { alias: "recognition", iss: "https://anerkennung.example", types: &["qualification"] };

/// Registers relying parties.
pub const REGISTRAR: Role = Role { alias: "registrar", iss: "https://registrar.example", types: &[] };

/// Publishes the status lists of all of the above.
pub const PUBLISHER: Role = Role { alias: "publisher", iss: "https://lists.example", types: &[] };

/// Publishes status lists too, but for those who issue qualifications only.
pub const OTHER_PUBLISHER: Role =
    Role { alias: "other-publisher", iss: "https://other-lists.example", types: &[] };

/// Every role that has keys on the trust list.
pub const ROLES: [Role; 6] =
    [HOME_OFFICE, FOREIGNERS_AUTHORITY, RECOGNITION, REGISTRAR, PUBLISHER, OTHER_PUBLISHER];

/// Name of the trust anchor.
const ANCHOR: &str = "https://anchor.example";

/// A key with its history.
#[derive(Debug)]
pub struct DatedKey {
    /// The key.
    pub key: SigningKey,
    /// First moment at which it may sign.
    pub from: UnixTime,
    /// Since when others may have it.
    pub compromise: Compromise,
}

/// One who signs.
#[derive(Debug)]
pub struct Authority {
    /// What it is.
    pub role: Role,
    /// Its keys, the newest last; there is always one.
    keys: Vec<DatedKey>,
}

impl Authority {
    /// With its first key.
    #[must_use]
    pub fn new(role: Role, seed: u64, now: UnixTime) -> Self {
        let first = DatedKey {
            key: key(seed, &format!("key {} 1", role.alias)),
            from: now.plus(KEYS_FROM_S),
            compromise: Compromise::NotKnown,
        };
        Self { role, keys: vec![first] }
    }

    /// The key that signs now.
    ///
    /// # Panics
    /// Never: there is a first key, and keys are only added.
    #[must_use]
    #[expect(clippy::expect_used, reason = "there is a first key, and keys are only added")]
    pub fn key(&self) -> &SigningKey {
        &self.keys.last().expect("keys are only added").key
    }

    /// A new key signs from now on. The old one stays on the list for what it signed; others may have it since
    /// `compromised`.
    pub fn rotate(&mut self, seed: u64, now: UnixTime, compromised: Option<UnixTime>) {
        if let (Some(old), Some(since)) = (self.keys.last_mut(), compromised) {
            old.compromise = Compromise::Since(since);
        }
        let label = format!("key {} {}", self.role.alias, self.keys.len() + 1);
        self.keys.push(DatedKey { key: key(seed, &label), from: now, compromise: Compromise::NotKnown });
    }

    fn party(&self, publishes_for: &[Role]) -> Party {
        let types = self.role.types.iter().filter_map(|name| CredentialType::by_name(name)).collect();
        let keys = self.keys.iter().map(|dated| TrustedKey {
            key: dated.key.public_key().clone(),
            from: dated.from,
            until: dated.from.plus(2 * YEAR_S),
            compromised: dated.compromise,
        });
        Party {
            iss: self.role.iss.to_owned(),
            types,
            publishes_for: publishes_for.iter().map(|role| role.iss.to_owned()).collect(),
            keys: keys.collect(),
        }
    }
}

/// Everybody who signs, and the list that says so.
#[derive(Debug)]
pub struct Authorities {
    seed: u64,
    anchor: SigningKey,
    sequence: u64,
    expires_at: UnixTime,
    parties: [Authority; ROLES.len()],
    signed: Vec<u8>,
    trust: TrustList,
    /// The list before the newest one, as long as somebody hands it out.
    older: Option<Vec<u8>>,
    before: Vec<u8>,
}

/// A list that was just signed does not verify: a defect of the simulator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("simulated {what}: {why}")]
pub struct Defect {
    /// What.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

impl Defect {
    pub(crate) fn of<E: core::fmt::Display>(what: &'static str) -> impl Fn(E) -> Self {
        move |error| Self { what, why: error.to_string() }
    }
}

impl Authorities {
    /// All of them with their first keys, at `now`, with a trust list that expires at `expires_at`.
    ///
    /// # Errors
    /// [`Defect`].
    pub fn new(seed: u64, now: UnixTime, expires_at: UnixTime) -> Result<Self, Defect> {
        let parties = ROLES.map(|role| Authority::new(role, seed, now));
        let anchor = key(seed, "key anchor");
        // Signed a month ago, so that older credentials can be looked at, too.
        let (signed, trust) = sign(&anchor, &parties, 1, (now.plus(-30 * 86_400), expires_at))?;
        let before = signed.clone();
        Ok(Self { seed, anchor, sequence: 1, expires_at, parties, signed, trust, older: None, before })
    }

    /// One of them, by its name in scenarios.
    #[must_use]
    pub fn find(&self, alias: &str) -> Option<&Authority> {
        self.parties.iter().find(|one| one.role.alias == alias)
    }

    /// One of them, by the name in what it issues.
    #[must_use]
    pub fn named(&self, iss: &str) -> Option<&Authority> {
        self.parties.iter().find(|one| one.role.iss == iss)
    }

    /// One of them.
    ///
    /// # Panics
    /// Never: every role of [`ROLES`] is there.
    #[must_use]
    #[expect(clippy::expect_used, reason = "one authority is made for each role")]
    pub fn of(&self, role: Role) -> &Authority {
        self.find(role.alias).expect("every role is there")
    }

    /// A new key for one of them, and a new trust list that everybody gets.
    ///
    /// # Errors
    /// [`Defect`]; also for a name that is none of [`ROLES`].
    pub fn rotate(
        &mut self,
        alias: &str,
        now: UnixTime,
        compromised: Option<UnixTime>,
    ) -> Result<(), Defect> {
        let seed = self.seed;
        let found = self.parties.iter_mut().find(|one| one.role.alias == alias);
        let found =
            found.ok_or_else(|| Defect { what: "key rotation", why: format!("nobody is called {alias}") })?;
        found.rotate(seed, now, compromised);
        self.sequence += 1;
        let times = (now, self.expires_at);
        self.before.clone_from(&self.signed);
        self.older = None;
        (self.signed, self.trust) = sign(&self.anchor, &self.parties, self.sequence, times)?;
        Ok(())
    }

    /// The anchor's key.
    #[must_use]
    pub const fn anchor(&self) -> &PublicKey {
        self.anchor.public_key()
    }

    /// From now on relying parties are handed the list before the newest one.
    pub fn roll_back(&mut self) {
        self.older = Some(self.before.clone());
    }

    /// The trust list that relying parties are handed: the newest one, or an older one that somebody passes off as it.
    #[must_use]
    pub fn signed(&self) -> &[u8] {
        self.older.as_deref().unwrap_or(&self.signed)
    }

    /// The newest trust list, verified when it was signed.
    #[must_use]
    pub const fn trust(&self) -> &TrustList {
        &self.trust
    }
}

fn sign(
    anchor: &SigningKey,
    parties: &[Authority],
    sequence: u64,
    (issued_at, expires_at): (UnixTime, UnixTime),
) -> Result<(Vec<u8>, TrustList), Defect> {
    let served = [HOME_OFFICE, FOREIGNERS_AUTHORITY, RECOGNITION, REGISTRAR];
    let select = |wanted: &[Role]| -> Vec<Party> {
        let chosen = parties.iter().filter(|one| wanted.contains(&one.role));
        let for_whom = |one: &Authority| match one.role {
            PUBLISHER => served.to_vec(),
            OTHER_PUBLISHER => vec![RECOGNITION],
            _ => Vec::new(),
        };
        chosen.map(|one| one.party(&for_whom(one))).collect()
    };
    let content = TrustListContent {
        iss: ANCHOR,
        sequence,
        issued_at,
        expires_at,
        issuers: select(&[HOME_OFFICE, FOREIGNERS_AUTHORITY, RECOGNITION]),
        registrars: select(&[REGISTRAR]),
        status_issuers: select(&[PUBLISHER, OTHER_PUBLISHER]),
    };
    let signed = content.sign(anchor).map_err(Defect::of("trust list"))?;
    let list = SignedTrustList::parse(&signed).map_err(Defect::of("trust list"))?;
    let trust = list.verify(anchor.public_key(), 0, issued_at).map_err(Defect::of("trust list"))?;
    Ok((signed, trust))
}
