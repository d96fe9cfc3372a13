//! What all people of a run share: who signs, who asks, which lists there are when. Made once, read by every chunk.
//!
//! ```text
//! trust list 1 ----------|---- trust list 2            the issuer's key changes once
//! lists  |  |  |  |  |  |  |  |  |  |  |  |            published and fetched; not while the service is away
//! ```

use super::Failure;
use super::mix::Mix;
use super::state::Purpose;
use crate::rng::{key, rng};
use crate::scenario::{RegistrationState, Service};
use crate::world::authority::{Authorities, Defect, HOME_OFFICE, PUBLISHER};
use crate::world::network::Network;
use crate::world::relying_party::{Asking, REGISTRATIONS, Registering, RelyingParty, scope};
use crate::world::status_service::{StatusService, verified};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::Registration;
use geleit_credential::scope::Scope;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use geleit_credential::verifier::Verifier;

/// Copies are issued, and lists looked at, since so many days before the beginning.
const BEFORE_DAYS: i64 = 9;

/// Keys of the one issuer of a population, which is the first on the trust lists: these are prepared.
const ISSUER_KEYS: usize = 2;

/// A trust list and when it was signed.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) from: UnixTime,
    pub(super) signed: Vec<u8>,
    pub(super) list: TrustList,
    /// The issuer's key of the time.
    pub(super) issuer: SigningKey,
}

/// A time at which lists were published, with what everybody fetched then.
#[derive(Debug)]
pub(super) struct Publication {
    pub(super) at: UnixTime,
    /// The list of registrations, signed and verified.
    pub(super) signed: Vec<Vec<u8>>,
    pub(super) registrations: StatusLists,
}

/// One who asks, for one purpose.
#[derive(Debug)]
pub(super) struct Party {
    pub(super) profile: Profile,
    pub(super) party: RelyingParty,
    pub(super) scope: Scope,
    /// With too much.
    pub(super) wide: Scope,
    /// A verifier for each trust list.
    pub(super) verifiers: Vec<Verifier>,
}

/// The ground that a run stands on.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) purposes: Purposes,
    pub(super) anchor: PublicKey,
    pub(super) trusted: Vec<Trusted>,
    pub(super) publisher: SigningKey,
    pub(super) publications: Vec<Publication>,
    /// By [`Purpose::number`]; none for a purpose that is not in the mix.
    parties: Vec<Option<Party>>,
    pub(super) network: Network,
    /// Of the share-code model.
    pub(super) parameters: crate::share_code::Parameters,
}

impl Ground {
    pub(super) fn make(mix: &Mix, seed: u64) -> Result<Self, Failure> {
        let start = mix.time.start.0;
        let end = start.plus_days(mix.time.days);
        let mut authorities = Authorities::new(seed, start, end.plus_days(90))?;
        let purposes = Purposes::embedded();
        let network = network(mix);

        let mut service = StatusService::default();
        let mut random = rng(seed, "population registrations");
        let mut registered = Vec::new();
        for purpose in Purpose::ALL {
            let share = mix.purpose.iter().find(|share| share.id == purpose.id());
            registered.push(match share {
                None => None,
                Some(share) => {
                    let alias = purpose.id();
                    let registering = Registering {
                        alias,
                        name: alias,
                        country: "GB",
                        purpose: alias,
                        beyond: &[],
                        state: RegistrationState::Valid,
                        clock_ahead_s: 0,
                        request_open_s: crate::world::relying_party::REQUEST_OPEN_S,
                    };
                    let place = (&authorities, &mut service);
                    // Registered before the first list and the slowest clock.
                    let early = start.plus(-BEFORE_DAYS * 86_400);
                    let party =
                        RelyingParty::register(seed, &registering, &purposes, place, early, &mut random)?;
                    Some((share, party))
                }
            });
        }
        let publications = publications(mix, &authorities, &mut service, &network)?;
        let mut trusted = vec![snapshot(&authorities, seed, 1, start.plus(-30 * 86_400))];
        let changes = start.plus(mix.key_rotation.after.0);
        authorities.rotate(HOME_OFFICE.alias, changes, None)?;
        trusted.push(snapshot(&authorities, seed, 2, changes));

        let mut parties = Vec::new();
        for found in registered {
            parties.push(match found {
                None => None,
                Some((share, party)) => Some(Party::of(share, party, &purposes, &trusted, &publications)?),
            });
        }
        Ok(Self {
            anchor: authorities.anchor().clone(),
            purposes,
            trusted,
            publisher: key(seed, &format!("key {} 1", PUBLISHER.alias)),
            publications,
            parties,
            network,
            parameters: super::today::parameters(mix),
        })
    }

    /// Who asks for a purpose.
    pub(super) fn party(&self, purpose: Purpose) -> Result<&Party, Defect> {
        let party = self.parties.get(purpose.number()).and_then(Option::as_ref);
        party.ok_or_else(|| Defect { what: "population", why: format!("nobody asks for {}", purpose.id()) })
    }

    /// The number of the trust list of a time.
    pub(super) fn trust_at(&self, at: UnixTime) -> usize {
        self.trusted.iter().rposition(|trusted| trusted.from <= at).unwrap_or(0)
    }

    /// A trust list.
    pub(super) fn trusted(&self, number: usize) -> Result<&Trusted, Defect> {
        let found = self.trusted.get(number);
        found.ok_or_else(|| Defect { what: "trust list", why: format!("there is no number {number}") })
    }

    /// The number of the newest lists that were fetched by then.
    pub(super) fn newest_lists(&self, at: UnixTime) -> usize {
        self.publications.partition_point(|one| one.at <= at).saturating_sub(1)
    }
}

impl Party {
    fn of(
        share: &super::mix::PurposeShare,
        party: RelyingParty,
        purposes: &Purposes,
        trusted: &[Trusted],
        publications: &[Publication],
    ) -> Result<Self, Defect> {
        let missing = || Defect { what: "purpose", why: format!("there is no {}", share.id) };
        let profile = purposes.find(&share.id).ok_or_else(missing)?.clone();
        let optional: Vec<String> = profile.optional().to_vec();
        let asking = |beyond| Asking {
            purpose: &share.id,
            optional: &optional,
            beyond,
            leave_out: &[],
            retention_days: None,
        };
        let scope_of = |beyond| scope(Some(&profile), &asking(beyond)).map_err(Defect::of("request"));
        let (narrow, wide) = (scope_of(&[])?, scope_of(&share.over_asked)?);
        let first = publications.first().ok_or_else(missing)?;
        let verifiers = trusted.iter().map(|trusted| {
            let known = Known { trust: &trusted.list, purposes, statuses: &first.registrations };
            let registration = Registration::parse(&party.registration);
            let verified = registration.and_then(|one| one.verify(&known, first.at.max(trusted.from)));
            let verified = verified.map_err(Defect::of("registration"))?;
            Ok(Verifier::new(trusted.list.clone(), verified).with_prepared_issuers(ISSUER_KEYS))
        });
        let verifiers = verifiers.collect::<Result<_, Defect>>()?;
        Ok(Self { profile, party, scope: narrow, wide, verifiers })
    }
}

fn network(mix: &Mix) -> Network {
    let mut network = Network::default();
    for window in &mix.outage {
        network.cut(window.of, mix.time.start.0.plus(window.after.0), window.span.0);
    }
    network
}

fn snapshot(authorities: &Authorities, seed: u64, number: usize, from: UnixTime) -> Trusted {
    Trusted {
        from,
        signed: authorities.signed().to_vec(),
        list: authorities.trust().clone(),
        issuer: key(seed, &format!("key {} {number}", HOME_OFFICE.alias)),
    }
}

/// Every publication that could be fetched when it came out.
fn publications(
    mix: &Mix,
    authorities: &Authorities,
    service: &mut StatusService,
    network: &Network,
) -> Result<Vec<Publication>, Defect> {
    let start = mix.time.start.0;
    let (first, last) = (start.plus(-86_400), start.plus_days(mix.time.days + 1));
    let times = core::iter::successors(Some(first), |at| Some(at.plus(mix.time.lists_every.0)));
    let times = times.take_while(|at| *at < last).filter(|at| network.is_up(Service::StatusService, *at));
    let mut publications = Vec::new();
    for at in times {
        service.publish(|uri| uri == REGISTRATIONS, authorities.of(PUBLISHER).key(), at, None)?;
        let signed = service.fetch("everybody", at);
        let registrations = verified(&signed, authorities, at);
        publications.push(Publication { at, signed, registrations });
    }
    Ok(publications)
}
