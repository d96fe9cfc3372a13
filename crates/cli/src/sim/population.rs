//! `geleit sim run --population N`: synthetic people and their checks, in both designs.

use super::outputs::Outputs;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Readers};
use geleit_sim::population::{self, CHUNK, Mix, Part, Population, Shard};
use geleit_sim::report::Report;
use geleit_sim::row::Row;
use geleit_sim::scenario::fingerprint;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often progress is shown.
const EVERY: Duration = Duration::from_millis(200);

/// A population in place of scenarios.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Population")]
pub(crate) struct People {
    /// Run a population of this size in place of scenarios
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    #[arg(conflicts_with_all = ["scenarios", "all", "expected_failures", "sut", "sut_url", "sut_timeout", "wallet_policy"])]
    pub(crate) population: Option<u64>,
    /// A file of a mix, or the name of a preset: uk-evisa, tiny-50
    #[arg(long, value_name = "FILE", default_value = "uk-evisa", requires = "population")]
    mix: PathBuf,
    /// Only this part of the run, such as 2/4; put together by `geleit sim merge`
    #[arg(long, value_name = "I/N", value_parser = part, requires = "out")]
    shard: Option<Part>,
    /// What this part found, for `geleit sim merge`
    #[arg(long, value_name = "FILE", requires = "population")]
    out: Option<PathBuf>,
    /// Threads; without it, one for each core. It changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024), requires = "population")]
    threads: Option<u16>,
}

fn part(text: &str) -> Result<Part, String> {
    Part::parse(text).ok_or_else(|| "a part such as 2/4 is required".to_owned())
}

impl People {
    /// Runs the population, or a part of it.
    pub(super) fn run(&self, people: u64, outputs: &Outputs, context: &Context) -> Result<Report, Failure> {
        let (mix, text, file) = self.mix()?;
        let hash = fingerprint(&text);
        let population = Population {
            mix: &mix,
            mix_file: &file,
            mix_hash: &hash,
            seed: context.seed.unwrap_or(super::SEED),
            people,
            chunk: CHUNK,
            part: self.shard.unwrap_or(Part::WHOLE),
            threads: self.threads.map(usize::from),
        };
        let mut progress = Progress::new();
        let mut rows = outputs.rows()?;
        let mut write = |row: &Row| rows.row(row);
        let shard = population
            .run(outputs.want_rows().then_some(&mut write), &mut |done, all| progress.show(done, all));
        progress.clear();
        let mut shard = shard.map_err(broken)?;
        shard.rows = rows.finish()?;
        if let Some(out) = &self.out {
            files::write(out, as_json(&shard)?.as_bytes(), Readers::Anybody)?;
        }
        outputs.write(&shard.report)?;
        Ok(shard.report)
    }

    /// The mix, its text, and the name of its file.
    fn mix(&self) -> Result<(Mix, String, String), Failure> {
        let hint = "spec/populations/README.md describes the format";
        let name = self.mix.to_string_lossy();
        if let Ok((mix, text)) = Mix::preset(&name) {
            return Ok((mix, text.to_owned(), format!("{name}.toml")));
        }
        let text = files::read_text(&self.mix)?;
        let mix = Mix::from_toml(&files::name(&self.mix), &text);
        let mix = mix.map_err(|error| Failure::usage(error.to_string()).hint(hint))?;
        let file = self.mix.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((mix, text.to_string(), file))
    }
}

/// The file of a shard.
fn as_json(shard: &Shard) -> Result<String, Failure> {
    let mut json = serde_json::to_string(shard).map_err(|error| Failure::io("the shard", &error.into()))?;
    json.push('\n');
    Ok(json)
}

fn broken(failure: population::Failure) -> Failure {
    match failure {
        population::Failure::Sink(error) => Failure::io("rows", &error),
        population::Failure::Defect(_) | population::Failure::Usage(_) => Failure::usage(failure.to_string()),
    }
}

/// Progress on standard error, for eyes only.
struct Progress {
    began: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Self {
        Self { began: Instant::now(), shown: None, is_terminal: io::stderr().is_terminal() }
    }

    fn show(&mut self, done: u64, all: u64) {
        let late = self.shown.is_none_or(|shown| shown.elapsed() >= EVERY);
        if !self.is_terminal || !late {
            return;
        }
        let elapsed = self.began.elapsed();
        self.shown = Some(self.began + elapsed);
        let seconds = elapsed.as_secs().max(1);
        let rate = done / seconds;
        let left = all.saturating_sub(done).checked_div(rate).unwrap_or(0);
        let _ = write!(io::stderr(), "\r\x1b[K{done} of {all} people, {rate} a second, {left} s left");
    }

    fn clear(&self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
