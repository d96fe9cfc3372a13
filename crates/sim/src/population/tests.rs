//! Populations: the same bytes however a run is cut, every case and fault with the effect of the model, rates as drawn.

mod effects;
mod rates;

use super::mix::{Figure, Listed, Mix};
use super::run::{Part, Population};
use super::shard::{MergeError, Shard, merge};
use crate::report::Report;
use crate::row::Row;
use crate::scenario::fingerprint;

/// A run of a few people in small chunks.
fn run(mix: &Mix, (seed, people, chunk): (u64, u64, u64), part: Part, threads: usize) -> (Shard, Vec<Row>) {
    let hash = fingerprint(&mix.name);
    let mix_file = "mix.toml";
    let population =
        Population { mix, mix_file, mix_hash: &hash, seed, people, chunk, part, threads: Some(threads) };
    let mut rows = Vec::new();
    let mut keep = |row: &Row| {
        rows.push(row.clone());
        Ok(())
    };
    let shard = population.run(Some(&mut keep), &mut |_, _| {}).unwrap();
    (shard, rows)
}

fn whole(mix: &Mix, people: u64) -> (Report, Vec<Row>) {
    let (shard, rows) = run(mix, (7, people, 50), Part::WHOLE, 2);
    (shard.report, rows)
}

fn preset() -> Mix {
    Mix::preset("uk-evisa").unwrap().0
}

/// Nothing goes wrong, and everybody does what helps.
fn calm() -> Mix {
    let mut mix = preset();
    let (leave, hard, record) = (&mut mix.leave, &mut mix.hard, &mut mix.record);
    let (holder, desk) = (&mut mix.holder, &mut mix.desk);
    let never: [&mut Figure; 12] = [
        &mut leave.suspended_per_million,
        &mut leave.revoked_per_million,
        &mut hard.other_passport_per_million,
        &mut hard.twin_merged_per_million,
        &mut record.errors_per_million,
        &mut holder.no_phone_per_million,
        &mut holder.lost_phone_per_million,
        &mut holder.old_copy_per_million,
        &mut desk.unknown_as_no_code_per_million,
        &mut desk.unknown_as_no_geleit_per_million,
        &mut desk.replayed_per_million,
        &mut desk.late_trust_list_per_million,
    ];
    never.into_iter().for_each(|figure| figure.value = 0);
    for purpose in &mut mix.purpose {
        purpose.over_asks_per_million.value = 0;
    }
    let always = [
        &mut leave.pending_known_per_million,
        &mut holder.tells_of_application_per_million,
        &mut holder.shows_against_oneself_per_million,
    ];
    always.into_iter().for_each(|figure| figure.value = 1_000_000);
    holder.clock.truncate(1);
    desk.clock.truncate(1);
    mix.outage.clear();
    mix
}

/// Everybody is this person, except for what is drawn.
fn all_like(mut mix: Mix, person: Listed) -> Mix {
    mix.person = vec![person];
    mix.visits.truncate(1);
    mix
}

/// The row of the honest exchange.
fn is_main(row: &Row) -> bool {
    row.check.matches('/').count() == 1
}

#[test]
fn presets_are_read() {
    for (name, text) in super::mix::PRESETS {
        let (mix, same) = Mix::preset(name).unwrap();
        assert_eq!((mix.name.as_str(), text), (name, same));
    }
    assert_eq!(Mix::preset("tiny-50").unwrap().0.person.len(), 50);
    assert!(Mix::preset("nobody").is_err());
}

/// A misspelt or impossible mix never makes another run than was meant.
#[test]
fn wrong_mixes_are_refused() {
    let text = super::mix::PRESETS[0].1;
    let changes = [
        ("schema = \"geleit.population/1\"", "schema = \"geleit.population/2\"", "schema"),
        ("days = 14", "days = 91", "time.days"),
        ("days = 14", "days = 14\nweeks = 2", "unknown field"),
        ("opens = 8", "opens = 20", "opens"),
        ("renewed_every = \"3d\"", "renewed_every = \"7d\"", "renewed_every"),
        ("errors_per_million = { value = 500", "errors_per_million = { value = 1000001", "record.errors"),
        ("class = \"settled\"", "class = \"settle\"", "no class"),
        ("names = \"cyrillic\"", "names = \"runes\"", "no list of names"),
        ("id = \"uk-status-study\"", "id = \"uk-status-other\"", "is required"),
        ("\"res.uk.work.permitted\"]", "\"res.uk.work.permited\"]", "no claim"),
        ("mark = \"published\"", "mark = \"proven\"", "unknown variant"),
    ];
    for (from, to, expected) in changes {
        assert!(text.contains(from), "{from}");
        let error = Mix::from_toml("changed", &text.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(expected), "{from} -> {to}: {error}");
    }
}

/// Every figure of the file, with its origin, and what is published says where.
#[test]
fn assumptions_are_all_of_the_mix() {
    for (name, text) in super::mix::PRESETS {
        let assumptions = super::assumptions::of(&Mix::preset(name).unwrap().0);
        let written = |mark: &str| text.matches(&format!("mark = \"{mark}\"")).count();
        assert_eq!(assumptions.with_mark("published"), 0, "{name}");
        assert_eq!(assumptions.context.len(), written("published"), "{name}");
        assert!(assumptions.figures.iter().all(|one| one.mark == "assumption"), "{name}");
        let marked = assumptions.with_mark("assumption");
        // The link, and what has no mark of its own: times, patience, ways out.
        let plain = ["time.", "way_out.", "desk.patience", "desk.late", "key_rotation.", "link."];
        let plain = |one: &&crate::report::Assumed| {
            one.name.ends_with(".within") || plain.iter().any(|start| one.name.starts_with(start))
        };
        let plain: Vec<_> = assumptions.figures.iter().filter(plain).collect();
        let marked_too = ["way_out.taken_geleit_per_million", "desk.late_trust_list_per_million"].len();
        assert_eq!(marked, written("assumption") + plain.len() - marked_too, "{name}");
        let of = |name: &str| assumptions.figures.iter().find(|one| one.name == name).unwrap();
        assert_eq!(of("way_out.employer").value, "7d");
        assert_eq!(of("permit[settled].weight").value, "3000");
        assert_eq!(of("age[16-17].weight").value, "20");
        assert_eq!(of("link.bytes_per_s").value, "50000");
        assert!(of("record.errors_per_million").source.contains("factor of ten"));
    }
    let text = super::mix::PRESETS[0].1;
    let from = "mark = \"published\", source = \"digest of evisa failures 2024-2026, Numbers\"";
    let changed = text.replacen(from, "mark = \"published\", source = \" \"", 1);
    let error = Mix::from_toml("changed", &changed).unwrap_err();
    assert!(error.to_string().ends_with("a published figure requires a source"), "{error}");
}

#[test]
fn another_mix_has_another_name_than_a_preset() {
    let changed = super::mix::PRESETS[0].1.replacen("days = 14", "days = 13", 1);
    let error = Mix::from_toml("mine.toml", &changed).unwrap_err();
    assert!(error.to_string().contains("mix mine.toml: name: \"uk-evisa\" is a preset"), "{error}");
    let renamed = changed.replacen("name = \"uk-evisa\"", "name = \"of mine\"", 1);
    assert_eq!(Mix::from_toml("mine.toml", &renamed).unwrap().name, "of mine");
}

#[test]
fn the_same_bytes_however_a_run_is_cut() {
    let mix = preset();
    let size = (7, 110, 20);
    let (one, rows) = run(&mix, size, Part::WHOLE, 1);
    let json = serde_json::to_string(&one).unwrap();
    let (again, rows_again) = run(&mix, size, Part::WHOLE, 2);
    assert_eq!((serde_json::to_string(&again).unwrap(), rows_again), (json, rows.clone()));

    for of in [3, 4] {
        let parts = (1..=of).map(|number| run(&mix, size, Part { number, of }, 2));
        let (mut shards, rows_of_parts): (Vec<Shard>, Vec<Vec<Row>>) = parts.unzip();
        assert_eq!(rows_of_parts.concat(), rows, "rows of {of} parts");
        // In any order, and after files.
        shards.reverse();
        let files: Vec<String> = shards.iter().map(|shard| serde_json::to_string(shard).unwrap()).collect();
        let read = files.iter().map(|text| Shard::from_json("part", text).unwrap());
        let merged = merge(&mut read.collect::<Vec<_>>()).unwrap();
        assert_eq!(serde_json::to_string(&merged).unwrap(), serde_json::to_string(&one.report).unwrap());
    }
    let (other, _) = run(&mix, (8, 110, 20), Part::WHOLE, 2);
    assert_ne!(other.report.tally, one.report.tally, "another seed, other people");
}

/// How many people there are does not change who they are.
#[test]
fn a_person_depends_on_seed_and_number_alone() {
    let mix = preset();
    let (_, few) = run(&mix, (7, 20, 10), Part::WHOLE, 1);
    let (_, more) = run(&mix, (7, 40, 10), Part::WHOLE, 1);
    assert_eq!(more.get(..few.len()), Some(few.as_slice()));
    // The size of chunks draws signatures, and nothing that counts.
    let (_, other) = run(&mix, (7, 20, 7), Part::WHOLE, 1);
    let known = |rows: &[Row]| -> Vec<_> {
        rows.iter().map(|row| (row.check.clone(), row.truth, row.answer.clone())).collect()
    };
    assert_eq!(known(&other), known(&few));
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let mix = preset();
    let part = |seed, people, number, of| run(&mix, (seed, people, 1), Part { number, of }, 1).0;
    let (first, second) = (part(7, 2, 1, 2), part(7, 2, 2, 2));
    let differs = |other: &Shard, expected: &str| match merge(&mut [first.clone(), other.clone()]) {
        Err(MergeError::Differs { what, .. }) => assert_eq!(what, expected),
        other => panic!("{expected}: {other:?}"),
    };
    differs(&part(8, 2, 2, 2), "seed");
    differs(&part(7, 3, 2, 2), "population");
    let changed = |change: &dyn Fn(&mut Shard)| {
        let mut shard = second.clone();
        change(&mut shard);
        shard
    };
    differs(&changed(&|one| one.report.run.population.as_mut().unwrap().of = 3), "number of parts");
    differs(&changed(&|one| one.report.run.version = "0.0.0".into()), "version");
    differs(&changed(&|one| one.report.run.wallet_policy = "arf3".into()), "wallet policy");
    differs(&changed(&|one| one.report.run.inputs.clear()), "text of the mix");
    differs(&changed(&|one| one.report.run.population.as_mut().unwrap().mix = "other".into()), "mix");
    differs(&changed(&|one| one.chunk = 2), "size of chunks");
    let rows = super::shard::RowsFile { file: "r".into(), sha256: "0".into() };
    differs(&changed(&|one| one.rows = Some(rows.clone())), "kept rows");

    let twice = merge(&mut [first.clone(), first.clone()]);
    assert_eq!(twice, Err(MergeError::Twice { number: 1, of: 2 }));
    assert_eq!(merge(&mut [first]), Err(MergeError::Missing { number: 2, of: 2 }));
    assert_eq!(merge(&mut [second.clone()]), Err(MergeError::Missing { number: 1, of: 2 }));
    assert_eq!(merge(&mut []), Err(MergeError::None));
    assert_eq!(merge(&mut [changed(&|one| one.report.run.population = None)]), Err(MergeError::NoPopulation));
    assert!(Shard::from_json("x", "{}").is_err());
}

/// Whoever changes the file of a part has to change all of it.
#[test]
fn forged_parts_are_refused() {
    let mix = preset();
    let parts = [1, 2].map(|number| run(&mix, (7, 40, 20), Part { number, of: 2 }, 2).0);
    assert!(merge(&mut parts.clone()).is_ok());
    // Where figures of the tally stand, as they are private.
    let tally = |one: &mut Shard, at: &str, value: u64| {
        let mut json = serde_json::to_value(&one.report.tally).unwrap();
        *json.pointer_mut(at).unwrap() = value.into();
        one.report.tally = serde_json::from_value(json).unwrap();
    };
    let all = |name: &str| format!("/groups/geleit/all/all/{name}");
    let huge = u64::MAX / 2 + 1;
    type Forge<'f> = &'f dyn Fn(&mut Shard);
    let in_all: [(&str, Forge<'_>); 15] = [
        ("the invariants", &|one| drop(one.report.invariants.pop())),
        ("the invariants", &|one| one.report.invariants.push(one.report.invariants[0].clone())),
        ("the invariants", &|one| one.report.invariants.clear()),
        ("has 20 people, where", &|one| one.report.run.population.as_mut().unwrap().people = 100),
        ("has 10 people, where 20", &|one| one.people = 10),
        ("no such part", &|one| one.chunk = 0),
        ("no such part", &|one| one.chunk = 40),
        ("no such part", &|one| one.report.run.population.as_mut().unwrap().people = 0),
        ("without scenarios", &|one| one.report.schema = "geleit.sim/2".to_owned()),
        ("cannot be broken by", &|one| one.report.invariants[0].broken = huge),
        ("contradict themselves", &|one| tally(one, &all("with_right"), u64::MAX)),
        ("contradict themselves", &|one| tally(one, &all("request_bytes"), u64::MAX)),
        ("contradict themselves", &|one| tally(one, &all("outcomes/ACCEPT"), huge)),
        ("cannot be of 20 people", &|one| tally(one, &all("checks"), huge)),
        ("cannot be of 20 people", &|one| one.report.tally = crate::tally::Tally::default()),
    ];
    for (expected, forge) in in_all {
        let mut forged = parts.clone();
        forged.iter_mut().for_each(forge);
        let error = merge(&mut forged).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    // A part in place of the whole.
    let mut alone = parts[0].clone();
    let population = alone.report.run.population.as_mut().unwrap();
    (population.shards, population.of) = (vec![1], 1);
    let error = merge(&mut [alone.clone()]).unwrap_err().to_string();
    assert!(error.contains("part 1 of 1: it has 20 people, where 40 are required"), "{error}");
    alone.people = 40;
    let error = merge(&mut [alone]).unwrap_err().to_string();
    assert!(error.contains("cannot be of 40 people"), "{error}");
    // Each is possible, the sum is none.
    let mut forged = parts.clone();
    for one in &mut forged {
        (one.report.invariants[0].checked, one.report.invariants[0].broken) = (huge, huge);
    }
    assert_eq!(merge(&mut forged), Err(MergeError::TooMany("X-01".to_owned())));
    // A broken invariant that rows tell of is in the report, too.
    let mut silent = parts;
    let mut json = serde_json::to_value(&silent[1].report.tally).unwrap();
    json["violations"]["X-01"] = 1.into();
    silent[1].report.tally = serde_json::from_value(json).unwrap();
    let error = merge(&mut silent).unwrap_err().to_string();
    assert!(error.contains("part 2 of 2: X-01 cannot be broken by 0 of"), "{error}");
}

#[test]
fn rows_are_beside_their_shard() {
    let (mut shard, _) = run(&preset(), (7, 1, 1), Part::WHOLE, 1);
    let mut read = |file: &str, sha256: &str| {
        let rows = super::shard::RowsFile { file: file.to_owned(), sha256: sha256.to_owned() };
        shard.rows = Some(rows);
        Shard::from_json("part", &serde_json::to_string(&shard).unwrap())
    };
    let hash = "0a".repeat(32);
    assert!(read("part-1.rows..jsonl", &hash).is_ok());
    for file in ["", ".", "..", "../other.jsonl", "/etc/hostname", "a/b", "a\\b", "c:rows", "a\0"] {
        let error = read(file, &hash).unwrap_err().to_string();
        assert!(error.contains("a file beside the shard"), "{file}: {error}");
    }
    assert!(read("rows", "").is_err() && read("rows", &"0A".repeat(32)).is_err());
}

#[test]
fn more_parts_than_chunks_are_refused_at_once() {
    let (mix, hash) = (preset(), fingerprint("mix"));
    let of = |number, of| {
        let part = Part { number, of };
        let population = Population {
            mix: &mix,
            mix_file: "tiny-50.toml",
            mix_hash: &hash,
            seed: 7,
            people: 20,
            chunk: 10,
            part,
            threads: Some(1),
        };
        population.run(None, &mut |_, _| {}).map(|shard| shard.people)
    };
    assert_eq!((of(1, 2).unwrap(), of(2, 2).unwrap()), (10, 10));
    for (number, parts) in [(1, 3), (1, u32::MAX), (u32::MAX, u32::MAX)] {
        let error = of(number, parts).unwrap_err().to_string();
        assert!(error.starts_with("2 parts at most are possible"), "{error}");
    }
}

#[test]
fn weights_that_no_sum_holds_are_refused() {
    for weight in [(1 << 32) + 1, u64::MAX] {
        let mut mix = preset();
        mix.permit[0].weight.value = weight;
        let error = super::check_mix::check(&mix).unwrap_err();
        assert_eq!(error, "permit: a weight of 4294967296 at most is allowed");
    }
    let mut mix = preset();
    mix.permit.iter_mut().for_each(|one| one.weight.value = 1 << 32);
    assert_eq!(super::check_mix::check(&mix), Ok(()));
    assert_eq!(run(&mix, (7, 3, 3), Part::WHOLE, 1).0.people, 3);
}

#[test]
fn parts_are_read() {
    assert_eq!(Part::parse("2/4"), Some(Part { number: 2, of: 4 }));
    for text in ["", "2", "0/4", "5/4", "1/0", "a/b", "-1/2"] {
        assert_eq!(Part::parse(text), None, "{text}");
    }
}
