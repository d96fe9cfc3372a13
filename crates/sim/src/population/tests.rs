use super::mix::{ErrorKind, HardCase, Mix};
use super::run::{Part, Population};
use super::shard::{Shard, merge};
use crate::row::Row;
use crate::scenario::fingerprint;

fn run(mix: &Mix, text: &str, people: u64, part: Part, threads: usize) -> (Shard, Vec<Row>) {
    let hash = fingerprint(text);
    let population =
        Population { mix, mix_hash: &hash, seed: 7, people, chunk: 40, part, threads: Some(threads) };
    let mut rows = Vec::new();
    let shard = population
        .run(
            Some(&mut |row: &Row| {
                rows.push(row.clone());
                Ok(())
            }),
            &mut |_, _| {},
        )
        .unwrap();
    (shard, rows)
}

#[test]
fn smoke() {
    let (mix, text) = Mix::preset("tiny-50").unwrap();
    let (shard, rows) = run(&mix, text, 50, Part::WHOLE, 1);
    for row in &rows {
        println!("{} {} {} {} {} truth {:?} record {:?} -> {} {} {:?} {:?} {:?}", row.check, row.design.name(), row.purpose, row.fault, row.subgroup.hard_case, row.truth, row.record,
            row.answer.outcome, row.answer.reason, row.answer.rule, row.verdict, row.fallback);
    }
    for one in &shard.report.invariants {
        println!("{one:?}");
    }
}
