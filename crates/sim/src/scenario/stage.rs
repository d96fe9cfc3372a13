//! The stage of a scenario: its world, its people and who asks, and everything that happens except checks.

use super::exchange::Broken;
use super::people::{TYPES, Templates, changed};
use super::schema::{
    CheckStep, CredentialName, IssueStep, IssuerTimes, ListLayout, Outage, PublishedStanding, Record,
    RegistrationState, RelyingPartySetup, Scenario, Service, Signer, StatusFetch, StatusSigner, World,
};
use crate::rng::{SimRng, key, rng};
use crate::world::authority::{Authorities, Defect, OTHER_PUBLISHER, PUBLISHER};
use crate::world::network::Network;
use crate::world::relying_party::{REGISTRATIONS, REQUEST_OPEN_S, Registering, RelyingParty};
use crate::world::status_service::{ENTRIES, StatusService, verified};
use crate::world::wallet::{Order, Times, Wallet, issuer_of};
use geleit_cose::key::SigningKey;
use geleit_credential::known::Known;
use geleit_credential::purpose::Purposes;
use geleit_credential::schema::{ClaimSet, Date};
use geleit_credential::standing::Standing;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// Copies of each credential in a wallet.
pub(super) const COPIES: usize = 5;

/// Address of the status list of credentials.
const CREDENTIALS: &str = "https://lists.example/1";

/// Somebody who takes part.
#[derive(Debug)]
pub(super) struct Actor {
    /// What issuers state, by the name of the credential.
    pub(super) claims: BTreeMap<&'static str, ClaimSet>,
    /// The wallet.
    pub(super) wallet: Wallet,
    /// What is wrong with the record in the share-code model.
    pub(super) record: Record,
    /// What became of credentials since they were issued, by name.
    pub(super) standings: BTreeMap<String, Standing>,
}

/// The stage.
#[derive(Debug)]
pub(super) struct Stage<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) purposes: &'s Purposes,
    pub(super) seed: u64,
    pub(super) now: UnixTime,
    pub(super) rng: SimRng,
    pub(super) authorities: Authorities,
    pub(super) service: StatusService,
    pub(super) network: Network,
    pub(super) people: BTreeMap<String, Actor>,
    parties: BTreeMap<(String, String), RelyingParty>,
    wallet_lists: Vec<Vec<u8>>,
}

impl<'s> Stage<'s> {
    /// Everything as it is when the scenario begins.
    pub(super) fn set(
        scenario: &'s Scenario,
        templates: &Templates,
        purposes: &'s Purposes,
        seed: u64,
    ) -> Result<Self, Broken> {
        scenario.check_people(templates).map_err(|error| Broken::Scenario(error.to_string()))?;
        let world = &scenario.world;
        let now = world.now.0;
        let authorities = Authorities::new(seed, now, now.plus(world.trust_expires_in.0))?;
        let mut stage = Self {
            scenario,
            purposes,
            seed,
            now,
            rng: rng(seed, &format!("scenario {}", scenario.id)),
            authorities,
            service: StatusService::default(),
            network: Network::default(),
            people: BTreeMap::new(),
            parties: BTreeMap::new(),
            wallet_lists: Vec::new(),
        };
        for (name, person) in &scenario.people {
            let claims = templates.claims(person, day(now)?).map_err(Defect::of("claims"))?;
            let wallet = Wallet::new(seed, name, COPIES);
            let record = person.record.clone();
            stage.people.insert(name.clone(), Actor { claims, wallet, record, standings: BTreeMap::new() });
        }
        let issued_at = now.plus(-world.credential_age.0);
        for name in scenario.people.keys() {
            stage.issue_all(name, &TYPES, issued_at)?;
        }
        stage.register_all()?;
        stage.publish(now.plus(-world.status_age.0), true)?;
        Ok(stage)
    }

    fn world(&self) -> &World {
        &self.scenario.world
    }

    fn issue_all(&mut self, who: &str, names: &[&'static str], issued_at: UnixTime) -> Result<(), Defect> {
        let setup = self.scenario.people.get(who);
        let bound_to = setup.and_then(|person| person.residence_bound_to.clone());
        let others = match &bound_to {
            Some(other) => Some(self.person(other)?.wallet.public_keys()),
            None => None,
        };
        let one_list_each = self.world().list_layout == ListLayout::OneEach;
        let times = self.times(who);
        let actor = self.people.get_mut(who).ok_or_else(|| nobody(who))?;
        for name in TYPES.into_iter().filter(|name| names.contains(name)) {
            let Some(claims) = actor.claims.get(name) else { continue };
            let role = issuer_of(name, actor.claims.get("residence"));
            let mine = actor.wallet.public_keys();
            let keys = others.as_ref().filter(|_| name == "residence").unwrap_or(&mine);
            let order = Order { name, claims, issued_at, list: CREDENTIALS, one_list_each, times };
            let issuer = self.authorities.of(role);
            let place = (&self.authorities, &mut self.service);
            let refused = actor.wallet.obtain(&order, issuer, keys, place, &mut self.rng)?;
            // Only what the scenario describes as a mistake of the issuer may be refused.
            let is_meant = others.is_some() || times != Times::WholeHours;
            if let Some(rule) = refused.filter(|_| !is_meant) {
                return Err(Defect {
                    what: "credential",
                    why: format!("the wallet of {who} refuses it: {rule}"),
                });
            }
        }
        Ok(())
    }

    /// Everybody who asks is registered before the first list is published.
    fn register_all(&mut self) -> Result<(), Defect> {
        let checks = self.scenario.step.iter().filter_map(|step| match step {
            super::Step::Check(check) => Some(check.as_ref()),
            _ => None,
        });
        let mut wanted = Vec::new();
        for check in checks {
            let setup = self.scenario.relying_parties.get(&check.by);
            let registered = setup.and_then(|setup| setup.registered_for.clone());
            wanted.push((check.by.clone(), registered.unwrap_or_else(|| check.purpose.clone()), check));
            let other = check.verified_for.clone().unwrap_or_else(|| check.purpose.clone());
            let who = check.verified_by.clone().unwrap_or_else(|| check.by.clone());
            wanted.push((who, other, check));
        }
        for (alias, purpose, check) in wanted {
            let known = self.parties.contains_key(&(alias.clone(), purpose.clone()));
            if !known {
                self.register(&alias, &purpose, check)?;
            }
        }
        Ok(())
    }

    fn register(&mut self, alias: &str, purpose: &str, check: &CheckStep) -> Result<(), Defect> {
        let ordinary = RelyingPartySetup::default();
        let setup = self.scenario.relying_parties.get(alias).unwrap_or(&ordinary);
        let country = if purpose.starts_with("uk-") { "GB" } else { "DE" };
        let has_profile = self.purposes.find(purpose).is_some_and(geleit_credential::purpose::Profile::asks);
        let careless = setup.registration == RegistrationState::Wider || !has_profile;
        let registering = Registering {
            alias,
            name: setup.name.as_deref().unwrap_or(alias),
            country: setup.country.as_deref().unwrap_or(country),
            purpose,
            beyond: if careless { &check.over_ask } else { &[] },
            state: setup.registration,
            clock_ahead_s: setup.clock_ahead.0,
            request_open_s: setup.request_open.map_or(REQUEST_OPEN_S, |span| span.0),
        };
        let place = (&self.authorities, &mut self.service);
        let party =
            RelyingParty::register(self.seed, &registering, self.purposes, place, self.now, &mut self.rng)?;
        self.parties.insert((alias.to_owned(), purpose.to_owned()), party);
        Ok(())
    }

    /// The relying party that asks, with the registration that it has for it.
    pub(super) fn party(&mut self, alias: &str, purpose: &str) -> Result<&mut RelyingParty, Defect> {
        let setup = self.scenario.relying_parties.get(alias);
        let registered = setup.and_then(|setup| setup.registered_for.as_deref()).unwrap_or(purpose);
        let found = self.parties.get_mut(&(alias.to_owned(), registered.to_owned()));
        found.ok_or_else(|| Defect { what: "relying party", why: format!("{alias} is not registered") })
    }

    pub(super) fn person(&self, who: &str) -> Result<&Actor, Defect> {
        self.people.get(who).ok_or_else(|| nobody(who))
    }

    pub(super) fn person_mut(&mut self, who: &str) -> Result<&mut Actor, Defect> {
        self.people.get_mut(who).ok_or_else(|| nobody(who))
    }

    /// The key of a publisher, whose lists nobody has reason to trust where the scenario says so.
    fn publisher_key(&self) -> SigningKey {
        match self.world().status_signer {
            StatusSigner::Publisher => key(self.seed, &format!("key {} 1", PUBLISHER.alias)),
            StatusSigner::OtherPublisher => key(self.seed, &format!("key {} 1", OTHER_PUBLISHER.alias)),
            StatusSigner::Stranger => key(self.seed, "key stranger"),
        }
    }

    /// Signs lists anew, as of `at`. Registrations have a publisher of their own, who makes no mistakes.
    pub(super) fn publish(&mut self, at: UnixTime, fetched: bool) -> Result<(), Defect> {
        let expires = self.world().status_expires_after.map(|span| span.0);
        let of_credentials = self.publisher_key();
        self.service.publish(|uri| uri != REGISTRATIONS, &of_credentials, at, expires)?;
        let own = self.authorities.of(PUBLISHER).key();
        // Wallets get the list of registrations every day.
        let registrations_at = if at < self.now { self.now.plus(-600) } else { at };
        self.service.publish(|uri| uri == REGISTRATIONS, own, registrations_at, None)?;
        if fetched {
            self.fetch_everywhere(at);
        }
        Ok(())
    }

    /// Everybody fetches lists when they are published, and not when somebody is checked.
    fn fetch_everywhere(&mut self, at: UnixTime) {
        self.wallet_lists = self.service.fetch("wallets", at);
        for party in self.parties.values_mut() {
            party.lists = self.service.fetch(&party.alias, at);
        }
    }

    /// Fetches for one relying party, if it can.
    pub(super) fn fetch(&mut self, alias: &str) {
        if !self.network.is_up(Service::StatusService, self.now) {
            return;
        }
        for party in self.parties.values_mut().filter(|party| party.alias == alias) {
            party.lists = self.service.fetch(alias, self.now);
        }
    }

    /// Before a check, where lists are fetched for each: the one list that all share, or those of the copy that is
    /// shown.
    pub(super) fn fetch_at_check(&mut self, alias: &str, who: &str, copy: usize) -> Result<(), Defect> {
        match (self.world().status_fetch, self.world().list_layout) {
            (StatusFetch::Ahead, _) => {}
            (StatusFetch::AtCheck, ListLayout::Herd) => self.fetch(alias),
            (StatusFetch::AtCheck, ListLayout::OneEach) => {
                let copies = self.person(who)?.wallet.copy(copy).into_iter().flat_map(BTreeMap::values);
                let uris: Vec<String> = copies.map(|held| held.place.uri.clone()).collect();
                if self.network.is_up(Service::StatusService, self.now) {
                    for party in self.parties.values_mut().filter(|party| party.alias == alias) {
                        party.lists.extend(self.service.fetch_some(&uris, alias, self.now));
                    }
                }
            }
        }
        Ok(())
    }

    /// How many credentials share the list of this address.
    pub(super) fn shared_by(&self, uri: &str) -> u64 {
        let herd = self.world().list_layout == ListLayout::Herd || uri == REGISTRATIONS;
        if herd { ENTRIES } else { 1 }
    }

    /// How exact the times are that this person's issuers write. All copies of one person have the same second.
    pub(super) fn times(&self, who: &str) -> Times {
        match self.world().issuer_times {
            IssuerTimes::WholeHours => Times::WholeHours,
            IssuerTimes::ToTheSecond => {
                let drawn = i64::try_from(crate::rng::number(self.seed, &format!("second {who}")) % 3_599);
                let setup = self.scenario.people.get(who);
                Times::ToTheSecond {
                    seconds: -1 - drawn.unwrap_or_default(),
                    taken_anyway: setup.is_some_and(|person| person.careless_wallet),
                }
            }
        }
    }

    /// Calls `with` with what wallets know at `now`.
    pub(super) fn with_known<T>(&self, now: UnixTime, with: impl FnOnce(&Known<'_>) -> T) -> T {
        let statuses: StatusLists = verified(&self.wallet_lists, &self.authorities, now);
        with(&Known { trust: self.authorities.trust(), purposes: self.purposes, statuses: &statuses })
    }

    pub(super) fn set_standing(
        &mut self,
        who: &str,
        credential: &CredentialName,
        standing: &PublishedStanding,
    ) -> Result<(), Defect> {
        let (credential, standing) = (credential.name(), Standing::from(*standing));
        self.person_mut(who)?.standings.insert(credential.to_owned(), standing);
        let places: Vec<_> = self.person(who)?.wallet.places(credential).cloned().collect();
        places.iter().try_for_each(|place| self.service.set(place, standing))
    }

    pub(super) fn issue(&mut self, step: &IssueStep) -> Result<(), Defect> {
        let today = day(self.now)?;
        let all = CredentialName::ALL.into_iter();
        let issued: Vec<_> = all.filter(|one| *one == step.credential || step.with.contains(one)).collect();
        if let Some(standing) = &step.old {
            for one in &issued {
                self.set_standing(&step.who, one, standing)?;
            }
        }
        let names: Vec<&'static str> = issued.into_iter().map(CredentialName::name).collect();
        let actor = self.person_mut(&step.who)?;
        for name in &names {
            let Some(set) = actor.claims.get(name) else { continue };
            if *name == step.credential.name() {
                let new = changed(set, &step.claims, &step.without, today).map_err(Defect::of("claims"))?;
                actor.claims.insert(name, new);
            }
            actor.wallet.forget(name);
            actor.standings.remove(*name);
        }
        if step.new_keys {
            actor.wallet.renew(COPIES);
        }
        let now = self.now;
        self.issue_all(&step.who, &names, now)
    }

    pub(super) fn cut(&mut self, outage: &Outage) {
        self.network.cut(outage.of, self.now, outage.span.0);
    }

    /// Everybody has the new trust list at once.
    pub(super) fn rotate(&mut self, issuer: &Signer, compromised_s: Option<i64>) -> Result<(), Defect> {
        let since = compromised_s.map(|seconds| self.now.plus(-seconds));
        self.authorities.rotate(issuer.role().alias, self.now, since)
    }
}

/// The day of a time in UTC.
pub(super) fn day(now: UnixTime) -> Result<Date, Defect> {
    Date::from_unix(now.0).ok_or_else(|| Defect { what: "clock", why: "a time beyond the calendar".into() })
}

fn nobody(who: &str) -> Defect {
    Defect { what: "people", why: format!("nobody is called {who}") }
}
