//! The copies of a chunk: issued together, by the key that the issuer had at the time of each.

use super::Failure;
use super::ground::Ground;
use super::on_record::OnRecord;
use super::person::{Person, Phone, Visit};
use crate::rng::{SimRng, key};
use crate::row::Design;
use crate::scenario::Service;
use crate::scenario::people::PORTRAIT;
use crate::world::authority::{Defect, HOME_OFFICE};
use crate::world::status_service::ENTRIES;
use geleit_cose::key::SigningKey;
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer, MAX_BATCH_COPIES, Order, TIME_GRAIN_S};
use geleit_credential::schema::{ClaimSet, Date};
use geleit_credential::status_list::{Bits, Entries, StatusIndices, StatusReference};
use geleit_credential::time::UnixTime;

/// Copies of one check: identity and residence.
const TYPES: usize = 2;

/// What a wallet has for one check.
#[derive(Debug)]
pub(super) struct Copies<'p> {
    pub(super) issued_at: UnixTime,
    pub(super) carried: OnRecord<'p>,
    /// Places in the status list.
    pub(super) places: [u64; TYPES],
    pub(super) key: SigningKey,
    /// Copies of a phone that was lost.
    pub(super) is_old: bool,
    /// As issued; none where the issuer does not know the holder.
    pub(super) bytes: Vec<Vec<u8>>,
    issuer: usize,
    sets: Option<[ClaimSet; TYPES]>,
    subject: String,
}

/// One check that is planned.
#[derive(Debug)]
pub(super) struct Planned<'p> {
    pub(super) person: &'p Person,
    pub(super) visit: &'p Visit,
    /// None where there is no wallet, or it is empty.
    pub(super) copies: Option<Copies<'p>>,
}

/// When the copies of a check were issued; `None` when there are none.
fn issued_at(ground: &Ground, person: &Person, visit: &Visit) -> Option<(UnixTime, bool)> {
    let at = visit.at;
    let mut issued = at.plus(-visit.copy_age_s);
    // Wallets renew before the service goes away, not while it is.
    while !ground.network.is_up(Service::LookUp, issued) {
        issued = issued.plus(-TIME_GRAIN_S);
    }
    let correction_s = ground.parameters.delays.correction.0;
    let corrected = person.error.as_ref().and_then(|error| error.corrected(Design::Geleit, correction_s));
    if let Some(corrected) = corrected.filter(|corrected| *corrected <= at) {
        issued = issued.max(corrected);
    }
    match person.phone {
        Phone::Works => Some((issued, false)),
        Phone::None => None,
        Phone::Lost { since, .. } if at < since => Some((issued, false)),
        Phone::Lost { since, shows_old_copy: true, .. } => Some((issued.min(since), true)),
        Phone::Lost { renewed, .. } if renewed <= at => Some((issued.max(renewed), false)),
        Phone::Lost { .. } => None,
    }
}

/// Plans all checks of a chunk and issues what they need.
pub(super) fn issue<'p>(
    ground: &Ground,
    seed: u64,
    people: &'p [Person],
    list: &str,
    rng: &mut SimRng,
) -> Result<Vec<Planned<'p>>, Failure> {
    let entries = Entries::all_valid(Bits::Four, ENTRIES).map_err(Defect::of("status list"))?;
    let mut indices = StatusIndices::of(&entries);
    let mut planned = Vec::new();
    for person in people {
        for visit in &person.visits {
            let copies = plan(ground, seed, (person, visit), &mut indices, rng)?;
            planned.push(Planned { person, visit, copies });
        }
    }
    for number in 0..ground.trusted.len() {
        let trusted = ground.trusted(number)?;
        let issuer = Issuer::new(HOME_OFFICE.iss, &trusted.issuer);
        let mut of_key: Vec<&mut Copies<'p>> = planned
            .iter_mut()
            .filter_map(|one| one.copies.as_mut())
            .filter(|copies| copies.issuer == number && copies.sets.is_some())
            .collect();
        for batch in of_key.chunks_mut(MAX_BATCH_COPIES / TYPES) {
            sign(&issuer, batch, list, rng)?;
        }
    }
    Ok(planned)
}

fn plan<'p>(
    ground: &Ground,
    seed: u64,
    (person, visit): (&'p Person, &Visit),
    indices: &mut StatusIndices,
    rng: &mut SimRng,
) -> Result<Option<Copies<'p>>, Defect> {
    let Some((issued_at, is_old)) = issued_at(ground, person, visit) else { return Ok(None) };
    let correction_s = ground.parameters.delays.correction.0;
    let carried = person.on_record(Design::Geleit, issued_at, correction_s);
    if carried.name_fails {
        return Ok(None);
    }
    let full = || Defect { what: "status list", why: "no free entry".into() };
    let mut place = || indices.draw(rng).ok_or_else(full);
    let places = [place()?, place()?];
    let beyond = || Defect { what: "clock", why: "a time beyond the calendar".into() };
    let today = Date::from_unix(issued_at.0).ok_or_else(beyond)?;
    let identity = carried.state.identity(PORTRAIT, today).map_err(Defect::of("identity"))?;
    let residence =
        carried.state.residence(visit.question.is_sponsor, today).map_err(Defect::of("residence"))?;
    let label = format!("wallet p{} {}", person.number, visit.number);
    Ok(Some(Copies {
        issued_at,
        carried,
        places,
        key: key(seed, &label),
        is_old,
        bytes: Vec::new(),
        issuer: ground.trust_at(issued_at.rounded_down(TIME_GRAIN_S)),
        sets: Some([identity, residence]),
        subject: format!("urn:uuid:{:032x}", u128::from(crate::rng::number(seed, &label))),
    }))
}

fn sign(
    issuer: &Issuer<'_>,
    batch: &mut [&mut Copies<'_>],
    list: &str,
    rng: &mut SimRng,
) -> Result<(), Defect> {
    let copies: Vec<[[Copy<'_>; 1]; TYPES]> = batch
        .iter()
        .map(|one| {
            one.places.map(|index| {
                [Copy {
                    holder_key: one.key.public_key(),
                    subject: &one.subject,
                    issued_at: one.issued_at,
                    lifetime_s: DEFAULT_LIFETIME_S,
                    status: StatusReference { uri: list, index },
                }]
            })
        })
        .collect();
    let orders: Vec<Order<'_>> = batch
        .iter()
        .zip(&copies)
        .filter_map(|(one, copies)| Some((one.sets.as_ref()?, copies)))
        .flat_map(|(sets, copies)| sets.iter().zip(copies).map(|(claims, copies)| Order { claims, copies }))
        .collect();
    let issued = issuer.issue_batch(&orders, rng).map_err(Defect::of("credentials"))?;
    let mut issued = issued.into_iter().flatten();
    for one in batch {
        one.bytes = issued.by_ref().take(TYPES).collect();
        one.sets = None;
    }
    Ok(())
}
