//! Prints what verification costs by the number of disclosures that are shown, for any SD-CWT.
//!
//! ```text
//! cargo run --release -p geleit-benches --bin growth [-- ROUNDS]
//! ```
//!
//! Everything that the credential has is shown. What a disclosure costs beyond the two signatures has to
//! stay the same: then cost grows linearly. The floor grows too, by one digest for each disclosure and by
//! the bytes that are signed.

use geleit_benches::sample::Samples;
use geleit_benches::shown::{Shape, Shown};
use geleit_credential::sd_cwt::Scratch;

const ROUNDS: usize = 61;
const ENTRIES: [u16; 7] = [1, 3, 10, 20, 100, 1_000, 10_000];
const ELEMENTS: [u16; 5] = [1, 10, 100, 1_000, 10_000];

fn main() {
    let rounds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    for (name, shape, shown) in
        [("entries of a map", Shape::Map, &ENTRIES[..]), ("elements of an array", Shape::List, &ELEMENTS[..])]
    {
        println!();
        println!(
            "| {name} | bytes | µs | of its floor (quartiles) | µs of each beyond the first | of which not floor |"
        );
        println!("|---|---|---|---|---|---|");
        table(rounds, shape, shown);
    }
}

fn table(rounds: usize, shape: Shape, shown: &[u16]) {
    let mut first = None;
    for shown in shown {
        let token = Shown::new(shape, *shown, *shown);
        let (floor, mut scratch) = (token.floor(), Scratch::default());
        let samples = Samples::take(rounds, &mut [&mut || token.verify(&mut scratch), &mut || floor.run()]);
        let (low, median, high) = samples.ratio(0, 1);
        let (ours, bare) = (samples.micros(0), samples.micros(1));
        let (one, one_bare) = *first.get_or_insert((ours, bare));
        let more = f64::from(shown - 1);
        let each = |micros: f64| if *shown > 1 { format!("{:.3}", micros / more) } else { "-".to_owned() };
        println!(
            "| {shown} | {} | {ours:.1} | {median:.3} ({low:.3} to {high:.3}) | {} | {} |",
            token.bytes().len(),
            each(ours - one),
            each((ours - one) - (bare - one_bare)),
        );
    }
}
