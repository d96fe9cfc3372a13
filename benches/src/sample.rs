//! Samples several operations in turn, so that drift of the machine hits all of them alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one sample of one operation takes at least; short ones are repeated.
const SAMPLE: Duration = Duration::from_micros(400);

/// One operation.
pub type Operation<'o> = &'o mut dyn FnMut();

/// Time per call of each operation, in seconds, one row per round.
#[derive(Debug)]
pub struct Samples<const N: usize> {
    rounds: Vec<[f64; N]>,
}

impl<const N: usize> Samples<N> {
    /// Runs `rounds` rounds; in each round every operation is sampled once, in turn.
    pub fn take(rounds: usize, mut operations: [Operation<'_>; N]) -> Self {
        let repeats = operations.each_mut().map(repeats);
        let round = |_| {
            let mut times = [0.0; N];
            for ((time, operation), repeats) in times.iter_mut().zip(&mut operations).zip(repeats) {
                *time = measure(operation, repeats);
            }
            times
        };
        Self { rounds: (0..rounds).map(round).collect() }
    }

    /// The median time of an operation in microseconds.
    #[must_use]
    pub fn micros(&self, operation: usize) -> f64 {
        1e6 * self.quantiles(|round| round.get(operation).copied().unwrap_or(f64::NAN)).1
    }

    /// Lower quartile, median and upper quartile of the ratio of two operations of the same round.
    #[must_use]
    pub fn ratio(&self, operation: usize, reference: usize) -> (f64, f64, f64) {
        self.quantiles(|round| match (round.get(operation), round.get(reference)) {
            (Some(operation), Some(reference)) => operation / reference,
            _ => f64::NAN,
        })
    }

    fn quantiles(&self, value: impl Fn(&[f64; N]) -> f64) -> (f64, f64, f64) {
        let mut values: Vec<f64> = self.rounds.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        let at = |quarters: usize| {
            let index = values.len().saturating_sub(1) * quarters / 4;
            values.get(index).copied().unwrap_or(f64::NAN)
        };
        (at(1), at(2), at(3))
    }
}

/// Takes a result that would otherwise be optimised away.
pub fn consume<T>(result: T) {
    let _ = black_box(result);
}

/// How often an operation is repeated in one sample.
fn repeats(operation: &mut Operation<'_>) -> u32 {
    let mut repeats = 1;
    loop {
        let took = measure(operation, repeats) * f64::from(repeats);
        if took >= SAMPLE.as_secs_f64() || repeats > 1 << 20 {
            return repeats;
        }
        repeats *= 2;
    }
}

/// Seconds per call.
fn measure(operation: &mut Operation<'_>, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        operation();
    }
    start.elapsed().as_secs_f64() / f64::from(repeats)
}
