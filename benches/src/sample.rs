//! Samples several operations in turn, so that drift of the machine hits all of them alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one sample of one operation takes at least; short ones are repeated.
const SAMPLE: Duration = Duration::from_micros(400);

/// What an operation may take of each round on average; one that takes longer sits rounds out, so that a
/// slow operation does not decide how often the quick ones are sampled.
const SHARE: Duration = Duration::from_millis(2);

/// Samples that even the slowest operation gets, rounds permitting.
const SAMPLES_AT_LEAST: usize = 5;

/// Tries that find out how long one call takes, and the time after which no other one begins.
const TRIES: usize = 20;
const TRYING: Duration = Duration::from_millis(10);

/// Calls in a sample at most.
const MOST_REPEATS: u32 = 1 << 15;

/// Where on the stack a sample runs is another place in every round: some code, AVX2 code of signatures
/// among it, is up to a fifth slower at some places, and these differ from start to start of a program.
const DEPTHS: usize = 61;
const FRAME: usize = 16;

/// One operation.
pub type Operation<'o> = &'o mut dyn FnMut();

/// Time per call of each operation, in seconds, one row per round; not a number where an operation sat
/// the round out.
#[derive(Debug)]
pub struct Samples {
    rounds: Vec<Vec<f64>>,
}

impl Samples {
    /// Runs `rounds` rounds; in each round every operation is sampled once, in turn, unless it sits the round out.
    pub fn take(rounds: usize, operations: &mut [Operation<'_>]) -> Self {
        Self::take_and_report(rounds, operations, |_| ())
    }

    /// As [`Self::take`]; `report` hears the number of each round before it begins.
    pub fn take_and_report(
        rounds: usize,
        operations: &mut [Operation<'_>],
        mut report: impl FnMut(usize),
    ) -> Self {
        let paces: Vec<Pace> = operations.iter_mut().map(|one| Pace::of(one, rounds)).collect();
        let mut round = |number| {
            report(number);
            let turns = operations.iter_mut().zip(&paces);
            turns.map(|(operation, pace)| pace.sample(operation, number)).collect()
        };
        Self { rounds: (0..rounds).map(&mut round).collect() }
    }

    /// Of times that were taken elsewhere: seconds per call, one row per round.
    #[must_use]
    pub const fn of_rounds(rounds: Vec<Vec<f64>>) -> Self {
        Self { rounds }
    }

    /// The median time of an operation in microseconds.
    #[must_use]
    pub fn micros(&self, operation: usize) -> f64 {
        1e6 * self.seconds(operation)
    }

    /// The median time of an operation in seconds.
    #[must_use]
    pub fn seconds(&self, operation: usize) -> f64 {
        self.quantiles(|round| round.get(operation).copied()).1
    }

    /// The shortest time of an operation in seconds.
    #[must_use]
    pub fn fastest(&self, operation: usize) -> f64 {
        let times = self.rounds.iter().filter_map(|round| round.get(operation).copied());
        times.fold(f64::NAN, f64::min)
    }

    /// How often an operation was sampled.
    #[must_use]
    pub fn count(&self, operation: usize) -> usize {
        let times = self.rounds.iter().filter_map(|round| round.get(operation));
        times.filter(|time| !time.is_nan()).count()
    }

    /// Lower quartile, median and upper quartile of the ratio of two operations of the same round.
    #[must_use]
    pub fn ratio(&self, operation: usize, reference: usize) -> (f64, f64, f64) {
        self.quantiles(|round| Some(round.get(operation)? / round.get(reference)?))
    }

    fn quantiles(&self, value: impl Fn(&[f64]) -> Option<f64>) -> (f64, f64, f64) {
        let values = self.rounds.iter().filter_map(|round| value(round));
        let mut values: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
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

/// How an operation is sampled: so many calls in a sample, in one round of so many.
#[derive(Clone, Copy, Debug)]
struct Pace {
    repeats: u32,
    every: usize,
}

impl Pace {
    /// Found by trying, which warms the operation up as well. The shortest of some tries counts, because
    /// whatever interrupts one would make a quick operation look slow.
    fn of(operation: &mut Operation<'_>, rounds: usize) -> Self {
        let begun = Instant::now();
        let mut call = f64::INFINITY;
        for _ in 0..TRIES {
            call = call.min(measure(operation, 1));
            if begun.elapsed() > TRYING {
                break;
            }
        }
        Self::for_call(call, rounds)
    }

    /// For an operation of which one call takes so many seconds.
    fn for_call(call: f64, rounds: usize) -> Self {
        let repeats = (1..=MOST_REPEATS).find(|repeats| call * f64::from(*repeats) >= SAMPLE.as_secs_f64());
        let most = (rounds / SAMPLES_AT_LEAST).max(1);
        let powers = core::iter::successors(Some(1_usize), |every| every.checked_mul(2));
        let mut powers = powers.take_while(|every| *every <= most);
        let fits = |every: &usize| call <= SHARE.as_secs_f64() * count(*every);
        let slowest = powers.clone().last().unwrap_or(1);
        Self { repeats: repeats.unwrap_or(MOST_REPEATS), every: powers.find(fits).unwrap_or(slowest) }
    }

    /// Seconds per call, when it is this operation's turn. It sits out powers of two, so that of two slow operations
    /// the slower one is sampled in rounds of the other: a ratio needs both in one round.
    fn sample(self, operation: &mut Operation<'_>, round: usize) -> f64 {
        if !round.is_multiple_of(self.every) {
            return f64::NAN;
        }
        deeper(round / self.every % DEPTHS, &mut || measure_warm(operation, self.repeats))
    }
}

/// A small number.
fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Runs something so many frames further down the stack.
#[inline(never)]
fn deeper(frames: usize, measure: &mut dyn FnMut() -> f64) -> f64 {
    let frame = black_box([0_u8; FRAME]);
    let seconds = if frames == 0 { measure() } else { deeper(frames - 1, measure) };
    black_box(&frame);
    seconds
}

/// Seconds per call, after one call that does not count: what ran in between has emptied the caches, which would be
/// charged to whoever has most code. A slow operation, one call of which is a sample, fills them itself.
fn measure_warm(operation: &mut Operation<'_>, repeats: u32) -> f64 {
    if repeats > 1 {
        operation();
    }
    measure(operation, repeats)
}

/// Seconds per call.
fn measure(operation: &mut Operation<'_>, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        operation();
    }
    start.elapsed().as_secs_f64() / f64::from(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(rounds: &[&[f64]]) -> Samples {
        Samples::of_rounds(rounds.iter().map(|round| round.to_vec()).collect())
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        // The machine is half as fast in the second round; the ratio does not notice.
        let samples = samples(&[&[2.0, 1.0], &[4.0, 2.0], &[6.0, 2.0], &[2.0, 1.0], &[2.0, 2.0]]);
        assert_eq!(samples.ratio(0, 1), (2.0, 2.0, 2.0));
        assert_eq!((samples.seconds(0), samples.fastest(0)), (2.0, 2.0));
    }

    #[test]
    fn rounds_that_were_sat_out_do_not_count() {
        let samples = samples(&[&[f64::NAN, 1.0], &[30.0, 2.0], &[f64::NAN, 9.0], &[20.0, 1.0]]);
        assert_eq!(samples.ratio(0, 1), (15.0, 15.0, 15.0));
        assert_eq!((samples.count(0), samples.count(1)), (2, 4));
        assert_eq!((samples.fastest(0), samples.fastest(1)), (20.0, 1.0));
    }

    #[test]
    fn every_operation_is_sampled_in_every_round() {
        let (mut first, mut second) = (0_u32, 0_u32);
        let mut reported = Vec::new();
        let operations: &mut [Operation<'_>] = &mut [&mut || first += 1, &mut || second += 1];
        let samples = Samples::take_and_report(7, operations, |round| reported.push(round));
        assert_eq!(reported, [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!((samples.count(0), samples.count(1)), (7, 7));
        assert!(first > 7 && second > 7);
    }

    #[test]
    fn a_quick_operation_is_repeated_and_a_slow_one_sits_rounds_out() {
        let pace = |call, rounds| {
            let Pace { repeats, every } = Pace::for_call(call, rounds);
            (repeats, every)
        };
        assert_eq!(pace(1e-4, 100), (4, 1));
        assert_eq!(pace(1e-12, 100), (MOST_REPEATS, 1));
        assert_eq!(pace(7e-3, 100), (1, 4));
        assert_eq!(pace(1.0, 100), (1, 16));
        assert_eq!(pace(1.0, 1), (1, 1));
        // Of any two slow ones, one sits out whenever the other does, or more often.
        for millis in 1..40 {
            assert!(pace(f64::from(millis) * 1e-3, 301).1.is_power_of_two());
        }
    }

    #[test]
    fn what_is_unknown_is_not_a_number() {
        assert!(samples(&[]).seconds(0).is_nan());
        assert!(samples(&[&[1.0]]).ratio(0, 3).1.is_nan());
    }
}
