//! Rates of a large sample lie within the interval of what the mix says. People alone: no signature is needed for it.

use super::super::mix::{ErrorKind, HardCase, LeaveKind, Mix};
use super::super::person::{Maker, Person, Phone};
use super::preset;
use crate::stats::Share;

const PEOPLE: u64 = 20_000;

fn sample(mix: &Mix) -> Vec<Person> {
    let maker = Maker { mix, seed: 11 };
    (0..PEOPLE).map(|number| maker.person(number).unwrap()).collect()
}

/// Four standard errors around the expected share: a wrong draw would be far outside.
#[expect(clippy::as_conversions, reason = "a test")]
fn near(what: &str, count: usize, of: usize, per_million: u64) {
    let (n, p) = (of as f64, per_million as f64 / 1e6);
    let share = Share::new(u64::try_from(count).unwrap(), u64::try_from(of).unwrap());
    let error = 4.0 * (p * (1.0 - p) / n).sqrt() + 1.0 / n;
    assert!((share.share - p).abs() <= error, "{what}: {count} of {of}, expected {p} +- {error}");
}

#[test]
fn people_have_the_rates_of_the_mix() {
    let mut mix = preset();
    // Common enough to be seen among so many.
    mix.record.errors_per_million.value = 50_000;
    mix.hard.twin_per_million.value = 10_000;
    let people = sample(&mix);
    let count = |of: &dyn Fn(&Person) -> bool| people.iter().filter(|one| of(one)).count();

    let weight: u64 = mix.permit.iter().map(|one| one.weight.value).sum();
    let settled = mix.permit.iter().find(|one| one.name == "settled").unwrap().weight.value;
    // Dependants have the permission of families instead.
    let not_dependant = 1_000_000 - mix.hard.dependant_per_million.value;
    let rough = settled * 1_000_000 / weight;
    let share = count(&|one| one.subgroup.permit == "settled");
    let low = usize::try_from(PEOPLE * (rough * not_dependant / 1_000_000 - 15_000) / 1_000_000).unwrap();
    let high = usize::try_from(PEOPLE * (rough + 15_000) / 1_000_000).unwrap();
    assert!((low..=high).contains(&share), "settled: {share} of {low} to {high}");

    let groups: u64 = mix.nationality.iter().map(|one| one.weight.value).sum();
    for group in &mix.nationality {
        let of = count(&|one| one.subgroup.nationality == group.name);
        near(&group.name, of, people.len(), group.weight.value * 1_000_000 / groups);
    }
    let all = people.len();
    near("revoked", count(&|one| one.leave == LeaveKind::Revoked), all, mix.leave.revoked_per_million.value);
    near("no phone", count(&|one| one.phone == Phone::None), all, mix.holder.no_phone_per_million.value);
    near("twins", count(&|one| one.subgroup.hard_case == "twin"), all, mix.hard.twin_per_million.value);
    let errors =
        50_000 + mix.hard.twin_per_million.value * mix.hard.twin_merged_per_million.value / 1_000_000;
    near("errors", count(&|one| one.error.is_some()), all, errors);

    let wrong: Vec<&Person> = people.iter().filter(|one| one.error.is_some()).collect();
    let noticed =
        wrong.iter().filter(|one| one.error.as_ref().is_some_and(|error| error.reported_in_wallet.is_some()));
    near("noticed", noticed.count(), wrong.len(), mix.record.noticed_in_wallet_per_million.value);

    let limited = people.iter().filter(|one| one.truth.end.last_day().is_some()).count();
    let pending = count(&|one| one.leave == LeaveKind::Pending);
    assert!(pending < limited && pending > 0, "only leave with an end can have ended");
}

#[test]
fn checks_have_the_rates_of_the_mix() {
    let mix = preset();
    let people = sample(&mix);
    let visits: Vec<_> = people.iter().flat_map(|one| &one.visits).collect();
    let of: u64 = mix.visits.iter().map(|one| one.weight.value).sum();
    let single = people.iter().filter(|one| one.visits.len() == 1).count();
    near("one check", single, people.len(), mix.visits.first().unwrap().weight.value * 1_000_000 / of);

    let shares: u64 = mix.purpose.iter().map(|one| one.weight.value).sum();
    for purpose in &mix.purpose {
        let asked: Vec<_> = visits.iter().filter(|visit| visit.question.purpose.id() == purpose.id).collect();
        near(&purpose.id, asked.len(), visits.len(), purpose.weight.value * 1_000_000 / shares);
        let over = asked.iter().filter(|visit| visit.over_asks).count();
        near("over-asking", over, asked.len(), purpose.over_asks_per_million.value);
    }
    let as_no = visits.iter().filter(|visit| visit.unknown_as_no_geleit).count();
    near("unknown as no", as_no, visits.len(), mix.desk.unknown_as_no_geleit_per_million.value);
    let same = visits.iter().all(|visit| visit.unknown_as_no_geleit == visit.unknown_as_no_code);
    assert!(same, "one desk, and the same rate in both designs");
    let replayed = visits.iter().filter(|visit| visit.receipt_replayed).count();
    near("replayed receipts", replayed, visits.len(), 1_000_000 / super::super::REPLAYED_ONE_IN);

    let start = mix.time.start.0;
    let end = start.plus_days(mix.time.days);
    assert!(visits.iter().all(|visit| start <= visit.at && visit.at < end));
}

#[test]
fn every_case_and_every_error_is_drawn() {
    let mut mix = preset();
    mix.record.errors_per_million.value = 100_000;
    mix.hard.twin_per_million.value = 1_000;
    let people = sample(&mix);
    for hard in HardCase::ALL {
        assert!(people.iter().any(|one| one.subgroup.hard_case == hard.name()), "{hard:?}");
    }
    for kind in ErrorKind::ALL {
        assert!(
            people.iter().any(|one| one.error.as_ref().is_some_and(|error| error.kind == kind)),
            "{kind:?}"
        );
    }
    for band in &mix.age {
        let name = format!("{}-{}", band.from, band.to);
        assert!(people.iter().any(|one| one.subgroup.age_band == name), "{name}");
    }
}
