//! Whether a mix can be run: what its format alone does not say.

use super::mix::{Figure, Mix, SCHEMA};
use super::names;
use super::state::Purpose;
use geleit_credential::issuer::DEFAULT_LIFETIME_S;
use geleit_credential::schema::{Lookup, PartialDate, lookup};

/// The longest time of a run, in days: keys and registrations hold for longer than that.
const MOST_DAYS: u32 = 90;

/// The largest weight: sums of them stay far below what 64 bits hold.
const MOST_WEIGHT: u64 = 1 << 32;

type Checked = Result<(), String>;

pub(super) fn check(mix: &Mix) -> Checked {
    require(mix.schema == SCHEMA, || format!("schema {SCHEMA} is required; it says \"{}\"", mix.schema))?;
    let lists: [(&str, Vec<&Figure>); 8] = [
        ("permit", mix.permit.iter().map(|one| &one.weight).collect()),
        ("nationality", mix.nationality.iter().map(|one| &one.weight).collect()),
        ("age", mix.age.iter().map(|one| &one.weight).collect()),
        ("sex", mix.sex.iter().map(|one| &one.weight).collect()),
        ("purpose", mix.purpose.iter().map(|one| &one.weight).collect()),
        ("visits", mix.visits.iter().map(|one| &one.weight).collect()),
        ("record.kind", mix.record.kind.iter().map(|one| &one.weight).collect()),
        ("clock", mix.holder.clock.iter().chain(&mix.desk.clock).map(|one| &one.weight).collect()),
    ];
    for (name, weights) in lists {
        require(weights.iter().all(|weight| weight.value <= MOST_WEIGHT), || {
            format!("{name}: a weight of {MOST_WEIGHT} at most is allowed")
        })?;
        require(weights.iter().any(|weight| weight.value > 0), || {
            format!("{name}: at least one entry with a weight is required")
        })?;
    }
    for (name, clock) in [("holder", &mix.holder.clock), ("desk", &mix.desk.clock)] {
        require(!clock.is_empty(), || format!("{name}.clock: at least one entry is required"))?;
    }
    time(mix)?;
    rates(mix)?;
    margins(mix)?;
    sources(mix)?;
    people(mix)
}

/// What is called published says where.
fn sources(mix: &Mix) -> Checked {
    let assumptions = super::assumptions::of(mix);
    let figures = assumptions.figures.iter().chain(&assumptions.context);
    let figures = figures.map(|one| (&one.name, &one.mark, &one.source));
    let outages = assumptions.outages.iter().map(|one| (&one.of, &one.mark, &one.source));
    for (name, mark, source) in figures.chain(outages) {
        require(mark != "published" || !source.trim().is_empty(), || {
            format!("{name}: a published figure requires a source")
        })?;
    }
    Ok(())
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn time(mix: &Mix) -> Checked {
    let time = &mix.time;
    require((1..=MOST_DAYS).contains(&time.days), || format!("time.days: 1 to {MOST_DAYS} are required"))?;
    require(time.opens < time.closes && time.closes <= 24, || {
        "time: opens before closes, closes at 24 at most".to_owned()
    })?;
    require((900..=86_400).contains(&time.lists_every.0), || {
        "time.lists_every: 15 minutes to a day are required".to_owned()
    })?;
    require((3_600..=DEFAULT_LIFETIME_S - 7_200).contains(&time.renewed_every.0), || {
        "time.renewed_every: an hour to two hours less than a week are required".to_owned()
    })?;
    let inside = (0..=i64::from(time.days) * 86_400).contains(&mix.key_rotation.after.0);
    require(inside, || "key_rotation.after: within the days is required".to_owned())?;
    for window in &mix.outage {
        require(window.after.0 >= 0 && (0..=5 * 86_400).contains(&window.span.0), || {
            "outage: after the start, and five days at most are required".to_owned()
        })?;
    }
    Ok(())
}

fn rates(mix: &Mix) -> Checked {
    let (leave, hard, record, holder, desk) = (&mix.leave, &mix.hard, &mix.record, &mix.holder, &mix.desk);
    let all = [
        ("leave.pending", &leave.pending_per_million),
        ("leave.pending_known", &leave.pending_known_per_million),
        ("leave.expired", &leave.expired_per_million),
        ("leave.revoked", &leave.revoked_per_million),
        ("leave.suspended", &leave.suspended_per_million),
        ("leave.under_review", &leave.under_review_per_million),
        ("hard.mononym", &hard.mononym_per_million),
        ("hard.unknown_birth_day", &hard.unknown_birth_day_per_million),
        ("hard.double_nationality", &hard.double_nationality_per_million),
        ("hard.other_passport", &hard.other_passport_per_million),
        ("hard.dependant", &hard.dependant_per_million),
        ("hard.twin", &hard.twin_per_million),
        ("hard.twin_merged", &hard.twin_merged_per_million),
        ("record.errors", &record.errors_per_million),
        ("record.noticed_in_wallet", &record.noticed_in_wallet_per_million),
        ("record.noticed_in_account", &record.noticed_in_account_per_million),
        ("record.interim_right", &record.interim_right_per_million),
        ("holder.no_phone", &holder.no_phone_per_million),
        ("holder.no_phone_code", &holder.no_phone_code_per_million),
        ("holder.lost_phone", &holder.lost_phone_per_million),
        ("holder.old_copy", &holder.old_copy_per_million),
        ("holder.lost_code", &holder.lost_code_per_million),
        ("holder.shows_against_oneself", &holder.shows_against_oneself_per_million),
        ("holder.tells_of_application", &holder.tells_of_application_per_million),
        ("desk.unknown_as_no_code", &desk.unknown_as_no_code_per_million),
        ("desk.unknown_as_no_geleit", &desk.unknown_as_no_geleit_per_million),
        ("desk.asks_again", &desk.asks_again_per_million),
        ("desk.gives_in", &desk.gives_in_per_million),
        ("desk.replayed", &desk.replayed_per_million),
        ("desk.late_trust_list", &desk.late_trust_list_per_million),
        ("way_out.taken_geleit", &mix.way_out.taken_geleit_per_million),
    ];
    let of_purposes = mix.purpose.iter().map(|one| ("purpose.over_asks", &one.over_asks_per_million));
    for (name, figure) in all.into_iter().chain(of_purposes) {
        require(figure.value <= 1_000_000, || format!("{name}_per_million: a million at most is allowed"))?;
    }
    let ended = leave.pending_per_million.value + leave.expired_per_million.value;
    let decided = leave.revoked_per_million.value
        + leave.suspended_per_million.value
        + leave.under_review_per_million.value;
    require(ended + decided <= 1_000_000, || "leave: a million in all at most is allowed".to_owned())?;
    let days = [
        ("leave.longest_days", &leave.longest_days),
        ("record.began_within_days", &record.began_within_days),
        ("holder.lost_within_days", &holder.lost_within_days),
        ("holder.reissue_within_days", &holder.reissue_within_days),
    ];
    for (name, figure) in days {
        require((1..=3_650).contains(&figure.value), || format!("{name}: 1 to 3,650 are required"))?;
    }
    Ok(())
}

fn margins(mix: &Mix) -> Checked {
    for permit in &mix.permit {
        let known = geleit_credential::code_list::status::StatusClass::from_code(&permit.class).is_some();
        require(known, || format!("permit {}: there is no class \"{}\"", permit.name, permit.class))?;
        require(permit.hours.is_none_or(|hours| hours <= 60), || {
            format!("permit {}: 60 hours a week at most are allowed", permit.name)
        })?;
    }
    for group in &mix.nationality {
        require(!group.codes.is_empty(), || format!("nationality {}: a code is required", group.name))?;
        require(names::list(&group.names).is_some(), || {
            format!("nationality {}: there is no list of names \"{}\"", group.name, group.names)
        })?;
    }
    for band in &mix.age {
        require(band.from <= band.to && band.from >= 16 && band.to <= 100, || {
            "age: from 16 to 100, from before to, is required".to_owned()
        })?;
    }
    for purpose in &mix.purpose {
        purpose_named(&purpose.id)?;
        for id in &purpose.over_asked {
            require(matches!(lookup(id), Lookup::Claim { .. }), || {
                format!("purpose {}: there is no claim \"{id}\"", purpose.id)
            })?;
        }
    }
    Ok(())
}

fn purpose_named(id: &str) -> Checked {
    require(Purpose::by_id(id).is_some(), || {
        format!("purpose \"{id}\": one of {} is required", Purpose::ALL.map(Purpose::id).join(", "))
    })
}

fn people(mix: &Mix) -> Checked {
    for (number, person) in mix.person.iter().enumerate() {
        let at = |what: String| format!("person {}: {what}", number + 1);
        if let Some(name) = &person.permit {
            require(mix.permit.iter().any(|one| one.name == *name), || format!("no permit \"{name}\""))
                .map_err(at)?;
        }
        if let Some(id) = &person.purpose {
            purpose_named(id).map_err(at)?;
            require(mix.purpose.iter().any(|one| one.id == *id), || format!("no purpose \"{id}\""))
                .map_err(at)?;
        }
        if let Some(birth) = &person.birth {
            require(PartialDate::parse(birth).is_some(), || format!("\"{birth}\" is no date")).map_err(at)?;
        }
        if let Some(codes) = &person.nationality {
            let first = codes.first().ok_or_else(|| at("a nationality is required".to_owned()))?;
            let known = mix.nationality.iter().any(|group| group.codes.contains(first));
            require(known, || format!("no group has the nationality {first}")).map_err(at)?;
        }
    }
    Ok(())
}
