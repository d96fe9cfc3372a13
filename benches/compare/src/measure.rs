//! Proves every system, counts its allocations, samples everything in turn, and computes the ratios.

use crate::environment::Environment;
use crate::job::Job;
use crate::peer;
use crate::system::{self, Plan, REFERENCE, Row, System, Variant};
use geleit_benches::sample::{Operation, Samples};
use std::io::{IsTerminal, Write};

/// Rounds of a run.
const ROUNDS: usize = 601;

/// Rounds of a quick run.
const QUICK_ROUNDS: usize = 61;

/// Everything that a report needs.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// What it was made with.
    pub(crate) environment: Environment,
    /// Whether few rounds were asked for.
    pub(crate) quick: bool,
    /// Rounds.
    pub(crate) rounds: usize,
    /// The systems.
    pub(crate) systems: Vec<About>,
    /// The figures, in the order of jobs, then of systems.
    pub(crate) figures: Vec<Figures>,
    /// What has no row, and why.
    pub(crate) absent: Vec<Absent>,
}

/// A system, for the reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// Its name.
    pub(crate) name: &'static str,
    /// The version of its package.
    pub(crate) version: Option<&'static str>,
    /// What a reader has to know to compare.
    pub(crate) note: &'static str,
}

/// No row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Absent {
    /// The job.
    pub(crate) job: Job,
    /// The system.
    pub(crate) system: &'static str,
    /// Why.
    pub(crate) reason: &'static str,
}

/// A ratio over the rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    /// Lower quartile.
    pub(crate) low: f64,
    /// Median.
    pub(crate) median: f64,
    /// Upper quartile.
    pub(crate) high: f64,
}

/// One row: of several variants, the slowest.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// The job.
    pub(crate) job: Job,
    /// The system.
    pub(crate) system: &'static str,
    /// The variant, by name, where there are several.
    pub(crate) variant: &'static str,
    /// Relative to the bare cryptography.
    pub(crate) of_floor: Option<Ratio>,
    /// Relative to geleit's format.
    pub(crate) of_geleit: Option<Ratio>,
    /// Where the job is to refuse: what the good presentation is relative to the same floor.
    pub(crate) good_of_floor: Option<f64>,
    /// Median time, in seconds.
    pub(crate) median: f64,
    /// Shortest time, in seconds.
    pub(crate) fastest: f64,
    /// Times it was sampled.
    pub(crate) samples: usize,
    /// Credentials or presentations in one call.
    pub(crate) per_call: u32,
    /// Bytes on the wire.
    pub(crate) bytes: Option<usize>,
    /// Claims that a verifier sees.
    pub(crate) shown: Option<usize>,
    /// Heap allocations, reallocations included, for one credential or presentation.
    pub(crate) allocations: f64,
    /// The other variants.
    pub(crate) others: Vec<Other>,
}

/// A variant that is not the slowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other {
    /// Its name.
    pub(crate) variant: &'static str,
    /// Relative to the bare cryptography.
    pub(crate) of_floor: Option<Ratio>,
    /// Median time, in seconds.
    pub(crate) median: f64,
}

/// Runs everything. Panics inside a peer are the caller's to catch.
///
/// # Errors
/// A system that does not do what it is measured for.
pub(crate) fn run(quick: bool) -> Result<Comparison, String> {
    let progress = Progress::new();
    let rounds = if quick { QUICK_ROUNDS } else { ROUNDS };
    for about in &peer::ALL {
        progress.say(format_args!("checking {}", about.system));
        peer::prove(about)?;
    }
    let environment = Environment::here();
    let systems = system::all();
    let (mut places, absent) = plan(&systems);
    let allocations: Vec<f64> = places.iter_mut().map(|place| count(&mut place.variant)).collect();
    let samples = sample(rounds, &mut places, &progress);
    progress.clear();
    let table = Table { places: &places, samples: &samples, allocations: &allocations, systems: &systems };
    let about = |system: &System| About {
        name: system.name,
        version: system.package.and_then(|(package, prefix)| crate::environment::locked(package, prefix)),
        note: system.note,
    };
    Ok(Comparison {
        environment,
        quick,
        rounds,
        systems: systems.iter().map(about).collect(),
        figures: table.figures(),
        absent,
    })
}

/// One operation and the row that it belongs to.
struct Place {
    job: Job,
    system: &'static str,
    per_call: u32,
    bytes: Option<usize>,
    shown: Option<usize>,
    variant: Variant,
}

fn plan(systems: &[System]) -> (Vec<Place>, Vec<Absent>) {
    let (mut places, mut absent) = (Vec::new(), Vec::new());
    for job in Job::ALL {
        for System { name: system, plan, .. } in systems {
            match plan(job) {
                Plan::Absent(reason) => absent.push(Absent { job, system, reason }),
                Plan::Row(Row { variants, per_call, bytes, shown }) => {
                    let place = |variant| Place { job, system, per_call, bytes, shown, variant };
                    places.extend(variants.into_iter().map(place));
                }
            }
        }
    }
    (places, absent)
}

/// The operation runs once beforehand, so that memory which is kept and used again does not count.
fn count(variant: &mut Variant) -> f64 {
    (variant.run)();
    let ((allocations, reallocations, _), ()) = alloc_counter::count_alloc(|| (variant.run)());
    f64::from(u32::try_from(allocations + reallocations).unwrap_or(u32::MAX))
}

/// Nothing is counted meanwhile: that would cost time.
fn sample(rounds: usize, places: &mut [Place], progress: &Progress) -> Samples {
    let run = |place| -> Operation<'_> {
        let Place { variant, .. }: &mut Place = place;
        &mut *variant.run
    };
    let mut operations: Vec<Operation<'_>> = places.iter_mut().map(run).collect();
    alloc_counter::allow_alloc(|| {
        Samples::take_and_report(rounds, &mut operations, |round| {
            progress.say(format_args!("round {} of {rounds}", round + 1));
        })
    })
}

struct Table<'t> {
    places: &'t [Place],
    samples: &'t Samples,
    allocations: &'t [f64],
    systems: &'t [System],
}

impl Table<'_> {
    fn figures(&self) -> Vec<Figures> {
        let mut figures = Vec::new();
        for job in Job::ALL {
            for System { name, floor, .. } in self.systems {
                if let Some(slowest) = self.slowest(job, name) {
                    figures.extend(self.row(slowest, floor));
                }
            }
        }
        figures
    }

    /// The operations of a job by a system.
    fn of(&self, job: Job, system: &str) -> Vec<usize> {
        let places = self.places.iter().enumerate();
        places.filter(|(_, place)| place.job == job && place.system == system).map(|(at, _)| at).collect()
    }

    /// The one that stands for all of them.
    fn slowest(&self, job: Job, system: &str) -> Option<usize> {
        let seconds = |at: &usize| self.samples.seconds(*at);
        self.of(job, system).into_iter().max_by(|one, other| seconds(one).total_cmp(&seconds(other)))
    }

    fn row(&self, at: usize, floor: &str) -> Option<Figures> {
        let place = self.places.get(at)?;
        let copies = f64::from(place.per_call);
        let reference = place.job.floor().and_then(|job| self.slowest(job, floor));
        let geleit = self.slowest(place.job, REFERENCE);
        let good = place.job.refuses().then(|| self.slowest(Job::Verify3Of20, place.system)).flatten();
        let variants = self.of(place.job, place.system);
        let others = variants.iter().filter(|other| **other != at).filter_map(|other| {
            Some(Other {
                variant: self.places.get(*other)?.variant.name,
                of_floor: reference.map(|reference| self.ratio(*other, reference)),
                median: self.samples.seconds(*other) / copies,
            })
        });
        Some(Figures {
            job: place.job,
            system: place.system,
            variant: place.variant.name,
            of_floor: reference.map(|reference| self.ratio(at, reference)),
            of_geleit: geleit.map(|geleit| self.ratio(at, geleit)),
            good_of_floor: good.zip(reference).map(|(good, reference)| self.ratio(good, reference).median),
            median: self.samples.seconds(at) / copies,
            fastest: self.samples.fastest(at) / copies,
            samples: self.samples.count(at),
            per_call: place.per_call,
            bytes: place.bytes,
            shown: place.shown,
            allocations: self.allocations.get(at)? / copies,
            others: others.collect(),
        })
    }

    /// For one credential or presentation on each side.
    fn ratio(&self, at: usize, reference: usize) -> Ratio {
        let copies = |at: usize| f64::from(self.places.get(at).map_or(1, |place| place.per_call));
        let (low, median, high) = self.samples.ratio(at, reference);
        let scale = copies(reference) / copies(at);
        Ratio { low: low * scale, median: median * scale, high: high * scale }
    }
}

/// Words for somebody who waits, on standard error, when that is a terminal.
struct Progress {
    shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self { shown: std::io::stderr().is_terminal() }
    }

    fn say(&self, what: std::fmt::Arguments<'_>) {
        if self.shown {
            let mut out = std::io::stderr().lock();
            // Whether somebody can read this does not matter to the figures.
            let _ = write!(out, "\r\x1b[K{what}").and_then(|()| out.flush());
        }
    }

    fn clear(&self) {
        self.say(format_args!(""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(job: Job, system: &'static str, name: &'static str, per_call: u32) -> Place {
        let variant = Variant { name, run: Box::new(|| ()) };
        Place { job, system, per_call, bytes: Some(7), shown: Some(3), variant }
    }

    fn figures<const N: usize>(places: &[Place; N], rounds: &[[f64; N]]) -> Vec<Figures> {
        let systems = system::all();
        let samples = Samples::of_rounds(rounds.iter().map(|round| round.to_vec()).collect());
        let allocations = [128.0; N];
        Table { places, samples: &samples, allocations: &allocations, systems: &systems }.figures()
    }

    #[test]
    fn a_row_is_the_slowest_of_its_variants() {
        let job = Job::RejectForged;
        let places = [
            place(Job::Verify3Of20, "floor", "", 1),
            place(Job::Verify3Of20, "coset", "", 1),
            place(job, "coset", "quick", 1),
            place(job, "coset", "slow", 1),
            place(job, REFERENCE, "quick", 1),
            place(job, REFERENCE, "slow", 1),
        ];
        let rounds = [[2.0, 4.0, 1.0, 3.0, 1.0, 1.5], [4.0, 8.0, 2.0, 6.0, 2.0, 3.0]];
        let figures = figures(&places, &rounds);
        let row = figures.iter().find(|row| row.job == job && row.system == "coset").unwrap();
        assert_eq!((row.variant, row.system), ("slow", "coset"));
        assert_eq!(row.of_floor.map(|ratio| ratio.median), Some(1.5));
        assert_eq!(row.good_of_floor, Some(2.0));
        assert_eq!(row.of_geleit.map(|ratio| ratio.median), Some(2.0), "slowest to slowest");
        let good = figures.iter().find(|row| row.job == Job::Verify3Of20 && row.system == "coset").unwrap();
        assert!(good.of_geleit.is_none(), "geleit's format has no such row here");
        let [other] = row.others.as_slice() else { panic!("one other variant") };
        assert_eq!((other.variant, other.of_floor.map(|ratio| ratio.median)), ("quick", Some(0.5)));
    }

    #[test]
    fn figures_are_for_one_of_many() {
        let places = [
            place(Job::Verify3Of20, "floor of geleit", "", 1),
            place(Job::Verify3Of20, REFERENCE, "", 1),
            place(Job::VerifyMany64, "geleit", "", 64),
            place(Job::VerifyMany64, REFERENCE, "", 64),
        ];
        let figures = figures(&places, &[[2.0, 1.0, 64.0, 128.0], [2.0, 1.0, f64::NAN, 128.0]]);
        let of = |job, system| figures.iter().find(|row| row.job == job && row.system == system).unwrap();
        let many = of(Job::VerifyMany64, "geleit");
        assert_eq!(many.of_floor.map(|ratio| (ratio.low, ratio.median, ratio.high)), Some((0.5, 0.5, 0.5)));
        assert_eq!(many.of_geleit.map(|ratio| ratio.median), Some(0.5));
        assert_eq!((many.median, many.fastest, many.samples), (1.0, 1.0, 1));
        assert_eq!((many.allocations, many.per_call), (2.0, 64));
        let floor = of(Job::Verify3Of20, "floor of geleit");
        assert_eq!(floor.of_floor.map(|ratio| ratio.median), Some(1.0));
        assert_eq!(floor.of_geleit.map(|ratio| ratio.median), Some(2.0));
    }

    #[test]
    fn what_needs_no_cryptography_has_no_floor() {
        let figures = figures(&[place(Job::Decide, "geleit", "", 1)], &[[1.0]]);
        assert!(figures.iter().all(|row| row.of_floor.is_none() && row.of_geleit.is_none()));
        assert_eq!(figures.len(), 1);
    }

    #[test]
    fn allocations_are_counted_without_the_first_call() {
        let mut kept: Option<Vec<u8>> = None;
        let mut variant = Variant {
            name: "",
            run: Box::new(move || {
                kept.get_or_insert_with(|| vec![1; 64]);
                geleit_benches::sample::consume((vec![0_u8; 8], vec![0_u8; 9]));
            }),
        };
        assert_eq!(count(&mut variant), 2.0);
    }
}
