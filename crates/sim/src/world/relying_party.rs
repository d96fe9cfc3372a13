//! Relying parties: a registration, requests for it, and the lists that they have at hand.

use super::authority::{Authorities, Defect, REGISTRAR};
use super::status_service::{Place, StatusService};
use crate::rng::{SimRng, key};
use crate::scenario::RegistrationState;
use geleit_cose::key::SigningKey;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::{Addresses, IntendedUse, RegistrationContent, Revocation};
use geleit_credential::request::RequestContent;
use geleit_credential::scope::{Scope, ScopeEntry, ScopeError, ScopedClaim};
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use rand_core::Rng;

/// Address of the status list of registrations.
pub const REGISTRATIONS: &str = "https://lists.example/r";

/// How long a request is open, in seconds.
pub const REQUEST_OPEN_S: i64 = 600;

/// Days for which a registration holds.
const REGISTERED_DAYS: u32 = 180;

/// A relying party with one registration.
#[derive(Debug)]
pub struct RelyingParty {
    /// Its name in the scenario.
    pub alias: String,
    /// Its identifier: the audience of presentations.
    pub id: String,
    /// Its key for requests and receipts.
    pub key: SigningKey,
    /// The registration as signed.
    pub registration: Vec<u8>,
    /// The purpose that it is registered for.
    pub registered_for: String,
    /// The status lists at hand.
    pub lists: Vec<Vec<u8>>,
    /// Its clock is ahead by so many seconds.
    pub clock_ahead_s: i64,
    request_open_s: i64,
    rng: SimRng,
}

/// How a relying party is registered.
#[derive(Clone, Copy, Debug)]
pub struct Registering<'a> {
    /// Its name in the scenario.
    pub alias: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// Country, ISO 3166-1.
    pub country: &'a str,
    /// The purpose.
    pub purpose: &'a str,
    /// Claims beyond the purpose, where a careless registrar lets it have them, or no profile has any.
    pub beyond: &'a [String],
    /// What is the matter with the registration.
    pub state: RegistrationState,
    /// Its clock is ahead by so many seconds.
    pub clock_ahead_s: i64,
    /// How long its requests are open, in seconds.
    pub request_open_s: i64,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The purpose that the request names.
    pub purpose: &'a str,
    /// Optional claims and thresholds (`id>=step`) that are asked for as well.
    pub optional: &'a [String],
    /// Claims beyond the purpose.
    pub beyond: &'a [String],
    /// Required claims that are not asked for.
    pub leave_out: &'a [String],
    /// Days, if not those of the purpose.
    pub retention_days: Option<u32>,
}

/// Reads `id` or `id>=step`.
fn entry(text: &str, necessity: impl Fn(ScopedClaim) -> ScopeEntry) -> Result<ScopeEntry, ScopeError> {
    let Some((id, label)) = text.split_once(">=") else { return ScopedClaim::by_id(text).map(necessity) };
    let claim = ScopedClaim::by_id(id.trim())?;
    let step = claim.claim.domain().and_then(|domain| domain.threshold(label.trim()));
    let at_least = step.map(|step| vec![step]).ok_or(ScopeError::Thresholds { id: claim.id() })?;
    Ok(ScopeEntry { at_least, ..necessity(claim) })
}

/// The claims of a request.
///
/// # Errors
/// [`ScopeError`] for a claim that does not exist or is asked twice.
pub fn scope(profile: Option<&Profile>, asking: &Asking<'_>) -> Result<Scope, ScopeError> {
    let required = profile.map(Profile::required).unwrap_or_default();
    // A threshold that is asked stands in for the claim that it replaces.
    let replaced: Vec<&str> = asking
        .optional
        .iter()
        .filter_map(|text| profile?.replaced_by(text.split_once(">=")?.0.trim()))
        .collect();
    let kept =
        required.iter().filter(|id| !asking.leave_out.contains(id) && !replaced.contains(&id.as_str()));
    let kept = kept.map(|id| entry(id, ScopeEntry::required));
    let thresholds_are_required = |text: &String| match text.contains(">=") {
        true => entry(text, ScopeEntry::required),
        false => entry(text, ScopeEntry::optional),
    };
    let optional = asking.optional.iter().map(thresholds_are_required);
    let beyond = asking.beyond.iter().map(|id| entry(id, ScopeEntry::required));
    Scope::new(kept.chain(optional).chain(beyond).collect::<Result<_, _>>()?)
}

impl RelyingParty {
    /// Registers.
    ///
    /// # Errors
    /// [`Defect`].
    pub fn register(
        seed: u64,
        registering: &Registering<'_>,
        purposes: &Purposes,
        (authorities, service): (&Authorities, &mut StatusService),
        now: UnixTime,
        rng: &mut SimRng,
    ) -> Result<Self, Defect> {
        let Registering { alias, purpose, state, .. } = *registering;
        let own = key(seed, &format!("relying party {alias}"));
        let id = format!("https://{alias}.example");
        let place = service.draw(REGISTRATIONS, rng)?;
        if state == RegistrationState::Revoked {
            service.set(&place, Standing::Revoked)?;
        }
        let content = content(registering, &id, own.public_key(), purposes, &place, now)?;
        let signer = match state {
            RegistrationState::None => &own,
            RegistrationState::Valid
            | RegistrationState::Expired
            | RegistrationState::Revoked
            | RegistrationState::Wider => authorities.of(REGISTRAR).key(),
        };
        let registration = content.sign(signer).map_err(Defect::of("registration"))?;
        Ok(Self {
            alias: alias.to_owned(),
            id,
            key: own,
            registration,
            registered_for: purpose.to_owned(),
            lists: Vec::new(),
            clock_ahead_s: registering.clock_ahead_s,
            request_open_s: registering.request_open_s,
            rng: crate::rng::rng(seed, &format!("requests of {alias} for {purpose}")),
        })
    }

    /// Signs a request.
    ///
    /// # Errors
    /// [`Defect`] for a claim that does not exist.
    pub fn ask(
        &mut self,
        asking: &Asking<'_>,
        purposes: &Purposes,
        now: UnixTime,
    ) -> Result<Vec<u8>, Defect> {
        let profile = purposes.find(asking.purpose);
        let scope = scope(profile, asking).map_err(Defect::of("request"))?;
        let mut nonce = [0; 32];
        self.rng.fill_bytes(&mut nonce);
        let retention = profile.filter(|profile| profile.asks()).map_or(1, Profile::retention_days);
        let content = RequestContent {
            registration: &self.registration,
            relying_party: &self.id,
            intended_use_id: asking.purpose,
            scope,
            retention_days: asking.retention_days.unwrap_or(retention),
            nonce: &nonce,
            issued_at: now,
            expires_at: now.plus(self.request_open_s),
        };
        content.sign(&self.key).map_err(Defect::of("request"))
    }
}

fn content(
    registering: &Registering<'_>,
    id: &str,
    request_key: &geleit_cose::key::PublicKey,
    purposes: &Purposes,
    place: &Place,
    now: UnixTime,
) -> Result<RegistrationContent, Defect> {
    let age_days = match registering.state {
        RegistrationState::Expired => REGISTERED_DAYS + 1,
        RegistrationState::Valid
        | RegistrationState::None
        | RegistrationState::Revoked
        | RegistrationState::Wider => 1,
    };
    let issued_at = now.plus(-86_400 * i64::from(age_days));
    Ok(RegistrationContent {
        iss: REGISTRAR.iss.to_owned(),
        relying_party: id.to_owned(),
        name: registering.name.to_owned(),
        country: registering.country.to_owned(),
        service: "front-desk".to_owned(),
        request_key: request_key.clone(),
        revocation: Revocation::Entry { uri: place.uri.clone(), index: place.index },
        issued_at,
        expires_at: issued_at.plus_days(REGISTERED_DAYS),
        intended_use: intended_use(registering, id, purposes)?,
    })
}

/// The use as the profile has it; for a purpose without one, what somebody would write who registers it all the
/// same.
fn intended_use(registering: &Registering<'_>, id: &str, purposes: &Purposes) -> Result<IntendedUse, Defect> {
    let (support, privacy_policy) = (format!("{id}/help"), format!("{id}/privacy"));
    let addresses = Addresses {
        support: &support,
        privacy_policy: &privacy_policy,
        supervisory_authority: "https://authority.example",
    };
    let profile = purposes.find(registering.purpose).filter(|profile| profile.asks());
    let beyond = registering.beyond.iter().map(|id| entry(id, ScopeEntry::required));
    let beyond = beyond.collect::<Result<Vec<_>, _>>().map_err(Defect::of("registration"))?;
    let Some(profile) = profile else {
        return Ok(IntendedUse {
            id: registering.purpose.to_owned(),
            purpose: vec![
                ("en".into(), registering.purpose.into()),
                ("de".into(), registering.purpose.into()),
            ],
            legal_basis: vec!["none".into()],
            scope: Scope::new(beyond).map_err(Defect::of("registration"))?,
            retention_days: 1,
            max_status_age_s: 86_400,
            support_uri: support,
            privacy_policy,
            supervisory_authority: "https://authority.example".into(),
        });
    };
    let mut used = IntendedUse::from_profile(profile, &addresses).map_err(Defect::of("registration"))?;
    if registering.state == RegistrationState::Wider {
        let wider = used.scope.entries().iter().cloned().chain(beyond).collect();
        used.scope = Scope::new(wider).map_err(Defect::of("registration"))?;
    }
    Ok(used)
}
