//! Wallets: one-time copies of credentials, each number with a key of its own, and what was answered before.

use super::authority::{
    Authorities, Authority, Defect, FOREIGNERS_AUTHORITY, HOME_OFFICE, RECOGNITION, Role,
};
use super::status_service::{Place, StatusService};
use crate::linking::to_the_second;
use crate::rng::{SimRng, key};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::holder::{
    AnswerError, Answered, Consent, DisclosureLedger, HeldCredential, Origin, Wallet as Held, answer,
};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::purpose::Purposes;
use geleit_credential::request::PermittedRequest;
use geleit_credential::schema::ClaimSet;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// A copy that a wallet keeps.
#[derive(Debug)]
pub struct HeldCopy {
    /// As issued.
    pub bytes: Vec<u8>,
    /// As accepted.
    pub held: HeldCredential,
    /// Where its status stands.
    pub place: Place,
}

/// A credential that is asked of an issuer.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Its name: `identity`, `residence`, `qualification`.
    pub name: &'static str,
    /// What is stated.
    pub claims: &'a ClaimSet,
    /// Time of issue.
    pub issued_at: UnixTime,
    /// Address of the status list, without the end that makes it one for each copy.
    pub list: &'a str,
    /// Whether each copy has a list of its own.
    pub one_list_each: bool,
    /// How exact its times are.
    pub times: Times,
}

/// How exact the times of credentials are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Whole hours.
    WholeHours,
    /// Later than a whole hour by `seconds`, which wallets do not accept.
    ToTheSecond {
        /// Seconds.
        seconds: i64,
        /// The wallet looks at nothing. It keeps the copy as it would be with whole hours, and what it shows of it
        /// has to be moved by these seconds.
        taken_anyway: bool,
    },
}

/// A wallet.
#[derive(Debug)]
pub struct Wallet {
    seed: u64,
    label: String,
    generation: u32,
    keys: Vec<SigningKey>,
    /// By copy, then by the name of the credential.
    copies: Vec<BTreeMap<&'static str, HeldCopy>>,
    used: usize,
    ledger: DisclosureLedger,
}

/// Who issues a credential: identity and residence by the country of the residence.
#[must_use]
pub fn issuer_of(name: &str, residence: Option<&ClaimSet>) -> Role {
    let german = residence.is_some_and(|set| set.plain("res.de.work_permission").is_some());
    match (name, german) {
        ("qualification", _) => RECOGNITION,
        (_, true) => FOREIGNERS_AUTHORITY,
        (_, false) => HOME_OFFICE,
    }
}

impl Wallet {
    /// An empty wallet with keys for so many copies. `label` is distinct in a run.
    #[must_use]
    pub fn new(seed: u64, label: &str, copies: usize) -> Self {
        let mut wallet = Self {
            seed,
            label: label.to_owned(),
            generation: 0,
            keys: Vec::new(),
            copies: Vec::new(),
            used: 0,
            ledger: DisclosureLedger::empty(),
        };
        wallet.renew(copies);
        wallet
    }

    /// A new phone: new keys, no copies.
    pub fn renew(&mut self, copies: usize) {
        self.generation += 1;
        let name = |number| format!("wallet {} {} {number}", self.label, self.generation);
        self.keys = (0..copies).map(|number| key(self.seed, &name(number))).collect();
        self.copies = (0..copies).map(|_| BTreeMap::new()).collect();
        self.used = 0;
    }

    /// The public keys of all copies.
    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.keys.iter().map(|key| key.public_key().clone()).collect()
    }

    /// The key of a copy, from 0.
    #[must_use]
    pub fn key(&self, copy: usize) -> Option<&SigningKey> {
        self.keys.get(copy)
    }

    /// The copies of this number, from 0, by the name of the credential.
    #[must_use]
    pub fn copy(&self, copy: usize) -> Option<&BTreeMap<&'static str, HeldCopy>> {
        self.copies.get(copy)
    }

    /// The places of all copies of a credential.
    pub fn places(&self, name: &str) -> impl Iterator<Item = &Place> {
        self.copies.iter().filter_map(move |copies| copies.get(name)).map(|held| &held.place)
    }

    /// The number of the next copy that was never shown.
    pub const fn next_copy(&mut self) -> usize {
        self.used += 1;
        self.used - 1
    }

    /// Every copy in it, as issued.
    pub fn issued(&self) -> impl Iterator<Item = &[u8]> {
        self.copies.iter().flat_map(BTreeMap::values).map(|held| held.bytes.as_slice())
    }

    /// Marks copies as shown up to this one.
    pub fn used_up_to(&mut self, copy: usize) {
        self.used = self.used.max(copy.saturating_add(1));
    }

    /// Asks an issuer for copies, bound to `keys`, which are those of this wallet unless the issuer makes a
    /// mistake, and keeps those that the wallet accepts. Why it accepts none is returned.
    ///
    /// # Errors
    /// [`Defect`].
    pub fn obtain(
        &mut self,
        order: &Order<'_>,
        issuer: &Authority,
        keys: &[PublicKey],
        (authorities, service): (&Authorities, &mut StatusService),
        rng: &mut SimRng,
    ) -> Result<Option<&'static str>, Defect> {
        let mut refused = None;
        let mut scratch = Scratch::default();
        let mine = self.public_keys();
        for (number, holder_key) in keys.iter().enumerate() {
            let uri = match order.one_list_each {
                true => format!("{}/{}/{}/{number}", order.list, self.label, order.name),
                false => order.list.to_owned(),
            };
            let place = service.draw(&uri, rng)?;
            let subject = format!(
                "urn:uuid:{:032x}",
                u128::from(crate::rng::number(
                    self.seed,
                    &format!("subject {} {} {number}", self.label, self.generation)
                ))
            );
            let copy = Copy {
                holder_key,
                subject: &subject,
                issued_at: order.issued_at,
                lifetime_s: DEFAULT_LIFETIME_S,
                status: StatusReference { uri: &place.uri, index: place.index },
            };
            let issued = Issuer::new(issuer.role.iss, issuer.key()).issue(order.claims, &copy, rng);
            let bytes = issued.map_err(Defect::of("credential"))?;
            let sent = match order.times {
                Times::ToTheSecond { seconds, taken_anyway: false } => {
                    to_the_second::issue(&bytes, seconds, issuer.key()).map_err(Defect::of("credential"))?
                }
                Times::WholeHours | Times::ToTheSecond { taken_anyway: true, .. } => bytes.clone(),
            };
            // A wallet looks at what it gets when it gets it; issuers round down to the hour.
            match HeldCredential::accept(&sent, authorities.trust(), &mine, order.issued_at, &mut scratch) {
                Ok(held) => {
                    if let Some(copies) = self.copies.get_mut(number) {
                        copies.insert(order.name, HeldCopy { bytes, held, place });
                    }
                }
                Err(error) => refused = Some(error.code()),
            }
        }
        Ok(refused)
    }

    /// Takes a credential out of the wallet: newer copies replace it.
    pub fn forget(&mut self, name: &str) {
        for copies in &mut self.copies {
            copies.remove(name);
        }
    }

    /// Answers a permitted request with the copies of one number.
    ///
    /// # Errors
    /// Why nothing is answered.
    pub fn answer(
        &self,
        copy: usize,
        request: &PermittedRequest,
        consent: Consent<'_>,
        purposes: &Purposes,
        now: UnixTime,
    ) -> Result<Answered, AnswerError> {
        let (Some(copies), Some(key)) = (self.copies.get(copy), self.keys.get(copy)) else {
            return Err(AnswerError::Declined);
        };
        let held: Vec<&HeldCredential> = copies.values().map(|copy| &copy.held).collect();
        let all: Vec<&HeldCredential> =
            self.copies.iter().flat_map(BTreeMap::values).map(|copy| &copy.held).collect();
        let origin = Origin::of(&all);
        let wallet =
            Held { held: &held, key: key.public_key(), origin: &origin, ledger: &self.ledger, purposes };
        answer(request, &wallet, key, consent, now)
    }

    /// Records an answer, after which its bytes may go out.
    pub fn record(&mut self, answered: Answered) -> Vec<u8> {
        answered.record(&mut self.ledger)
    }
}
