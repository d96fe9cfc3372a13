//! Measures, and draws `benches/plots/claims.svg` and `benches/plots/batch.svg`.
//!
//! ```text
//! cargo run --release -p geleit-benches --bin plot [-- ROUNDS]
//! ```
//!
//! Every place is a ratio to the floor of the same work, both sampled in turn: the median of all rounds, in
//! a band from the lower to the upper quartile.

use geleit_benches::floor::{Issue, Verify};
use geleit_benches::queue::Desk;
use geleit_benches::sample::{Samples, consume};
use geleit_benches::shown::{Shape, Shown};
use geleit_benches::svg::{Chart, Point, Scale, Series};
use geleit_benches::{Queue, Scenario, sample, wallet};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::verifier::{OpenNonces, Workspace};
use std::path::Path;

const ROUNDS: usize = 101;

/// Claims that are shown, of a credential with as many claims as the last.
const FEW: [u16; 11] = [0, 1, 2, 3, 4, 5, 8, 11, 14, 17, 20];
const MANY: [u16; 9] = [0, 3, 10, 20, 30, 40, 60, 80, 100];

/// Sizes of a batch.
const BATCHES: [u16; 7] = [1, 2, 4, 8, 16, 32, 64];

/// One way to work through a batch of this size; answers with the ratio to the floor.
type Way = fn(&Scenario, rounds: usize, size: u16) -> (f64, f64, f64);

/// The lines of the second plot.
const WAYS: [(&str, Way); 4] = [
    ("Verifier::verify, one presentation after the other", verify_in_turn),
    ("Verifier::verify_many, issuers prepared", verify_many),
    ("Issuer::issue, one copy after the other", issue_in_turn),
    ("Issuer::issue_batch", issue_batch),
];

fn main() -> std::io::Result<()> {
    let rounds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
    std::fs::create_dir_all(&folder)?;
    write(&folder.join("claims.svg"), &claims(rounds))?;
    write(&folder.join("batch.svg"), &batch(rounds))
}

fn write(path: &Path, chart: &Chart) -> std::io::Result<()> {
    std::fs::write(path, chart.render())?;
    println!("{}", path.display());
    Ok(())
}

fn claims(rounds: usize) -> Chart {
    let series = [&FEW[..], &MANY[..]].map(|shown| {
        let all = shown.last().copied().unwrap_or_default();
        Series {
            label: format!("of a credential with {all} claims"),
            points: points(shown, |shown| verify_shown(rounds, shown, all)),
        }
    });
    Chart {
        title: "Verifying any SD-CWT, by the claims that are shown",
        x_label: "claims shown",
        y_label: "Time as a ratio to its floor: two signatures and the digests of what is shown",
        one: "the floor: bare cryptography",
        scale: Scale::Linear,
        ticks: &[0, 10, 20, 30, 40, 60, 80, 100],
        series: series.into(),
    }
}

fn batch(rounds: usize) -> Chart {
    let scenario = Scenario::three_claims();
    let series = WAYS.map(|(label, way)| Series {
        label: label.to_owned(),
        points: points(&BATCHES, |size| way(&scenario, rounds, size)),
    });
    Chart {
        title: "Residence credentials, three claims shown, by the size of a batch",
        x_label: "presentations or copies in a batch",
        y_label: "Time as a ratio to the floor of the same number, each by itself",
        one: "the floor: bare cryptography, one by one",
        scale: Scale::Doubling,
        ticks: &BATCHES,
        series: series.into(),
    }
}

fn points(places: &[u16], ratio: impl Fn(u16) -> (f64, f64, f64)) -> Vec<Point> {
    places.iter().map(|x| Point { x: *x, quartiles: ratio(*x) }).collect()
}

fn verify_shown(rounds: usize, shown: u16, claims: u16) -> (f64, f64, f64) {
    let token = Shown::new(Shape::Map, shown, claims);
    let (floor, mut scratch) = (token.floor(), Scratch::default());
    Samples::take(rounds, &mut [&mut || token.verify(&mut scratch), &mut || floor.run()]).ratio(0, 1)
}

fn verify_in_turn(scenario: &Scenario, rounds: usize, size: u16) -> (f64, f64, f64) {
    let presentation = scenario.parse(&scenario.answer);
    let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
    let floor = Verify::of(scenario);
    let mut ours = || consume(scenario.verify(&presentation, &mut nonces, &mut workspace));
    compare(rounds, size, &mut ours, &mut || floor.run())
}

fn verify_many(scenario: &Scenario, rounds: usize, size: u16) -> (f64, f64, f64) {
    let queue = Queue::new(scenario, usize::from(size));
    let (mut desk, floors) = (Desk::new(scenario, queue.size()), queue.floors(scenario));
    let mut floor = || floors.iter().for_each(Verify::run);
    Samples::take(rounds, &mut [&mut || queue.verify_many(&mut desk), &mut floor]).ratio(0, 1)
}

fn issue_in_turn(scenario: &Scenario, rounds: usize, size: u16) -> (f64, f64, f64) {
    let (claims, _) = scenario.credential(0);
    let (issuer, mut floor) = (scenario.issuer(claims), Issue::of(scenario, 0));
    compare(rounds, size, &mut || consume(scenario.issue(&issuer, claims)), &mut || floor.run())
}

fn issue_batch(scenario: &Scenario, rounds: usize, size: u16) -> (f64, f64, f64) {
    let (claims, _) = scenario.credential(0);
    let (issuer, mut floor) = (scenario.issuer(claims), Issue::of(scenario, 0));
    let keys = wallet(usize::from(size));
    let mut ours = || consume(Scenario::issue_batch(&issuer, claims, &keys));
    let mut floor = || (0..size).for_each(|_| floor.run());
    Samples::take(rounds, &mut [&mut ours, &mut floor]).ratio(0, 1)
}

/// `size` calls of both.
fn compare(
    rounds: usize,
    size: u16,
    ours: sample::Operation<'_>,
    floor: sample::Operation<'_>,
) -> (f64, f64, f64) {
    let mut ours = || (0..size).for_each(|_| ours());
    let mut floor = || (0..size).for_each(|_| floor());
    Samples::take(rounds, &mut [&mut ours, &mut floor]).ratio(0, 1)
}
