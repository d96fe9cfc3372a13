//! `geleit demo`: the main job, end to end, on files that can be looked at afterwards.
//!
//! ```text
//! people::invented ----> world::World ----> cases::run ------> report
//!   claims                keys, trust list,   exchange: ask,      text, JSON
//!                         status lists,       answer, verify,
//!                         registrations,      decide, receipt,
//!                         credentials         replay
//! ```
//!
//! Everything is built in a temporary folder, which becomes the folder of the demo when all is well.

mod cases;
mod check;
mod exchange;
mod lists;
mod people;
mod report;
mod words;
mod world;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::purpose::Language;
use geleit_credential::time::UnixTime;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use world::World;

const AFTER_HELP: &str = "\
Makes a trust list, status lists, issuers, relying parties and wallets in a folder, issues identity,
qualification and residence credentials to invented people, and runs three checks: by an employer in
the United Kingdom, an employer in Germany, a carrier. Then it tries what must not work: over-asking,
replay, a forwarded presentation, a withdrawn registration, an excluded purpose, a second limit of one
date; and shows what happens when the evidence is too old, when a copy was withdrawn, and when the
person declines. Each check of a relying party gets a receipt, which is verified and replayed.

The time is 2026-11-23T09:00:00Z unless --now is given. With --seed, --now and --dir everything that
is printed and written is the same in every run, except the microseconds.

With --json: {\"schema\":\"geleit.demo/1\",\"folder\":..,\"checks\":[..]}. The \"case\" of a check is check,
over-asking, replay, forwarded, bisect, excluded-purpose, stale, declined, withdrawn or revoked.
\"outcome\" is ACCEPT, ACCEPT_UNTIL, ACCEPT_WITH_NOTICE, REFUSE, INDETERMINATE or BLOCKED_BY_WALLET; for
what was not even verified it is NOT_VERIFIED, with the reason \"not-verified\". \"rule_id\" names the
rule that was broken, \"disclosed\" and \"withheld\" are claim ids, \"micros\" is the time of verification
in microseconds, \"receipt\" what the relying party signed: number, outcome, reason, keep_until.

Example: geleit demo --lang de";

/// 2026-11-23T09:00:00Z, the reference clock.
const REFERENCE_CLOCK: UnixTime = UnixTime(1_795_424_400);

/// Run the main job on sample people, and what must not work
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Demo {
    /// The folder to make, absent or empty [default: a fresh temporary one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

impl Demo {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.given_now.unwrap_or(REFERENCE_CLOCK);
        let building = self.temporary_folder()?;
        let mut world = World::new(building.path(), now, context.random()?)?;
        let checks = cases::run(&mut world, self.lang.lang())?;
        world.write_ledgers()?;
        world.write_readme(&checks)?;
        let folder = self.settle(building)?;
        let report = report::Report { folder: &folder, now, people: world.people(), checks: &checks };
        Ok(report.answer(self.lang.lang(), context.style()))
    }

    /// A folder on the same file system as the one that it will become.
    fn temporary_folder(&self) -> Result<TempDir, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("geleit-demo-");
        let Some(dir) = &self.dir else {
            return builder.tempdir().map_err(|error| Failure::io("temporary folder", &error));
        };
        require_absent_or_empty(dir)?;
        let parent =
            dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        builder.tempdir_in(parent).map_err(|error| Failure::io(parent.display(), &error))
    }

    fn settle(&self, building: TempDir) -> Result<PathBuf, Failure> {
        let Some(dir) = &self.dir else { return Ok(building.keep()) };
        let failed = |error: &std::io::Error| Failure::io(dir.display(), error);
        if dir.exists() {
            fs::remove_dir(dir).map_err(|error| failed(&error))?;
        }
        fs::rename(building.path(), dir).map_err(|error| failed(&error))?;
        // It is no longer where it would be deleted.
        drop(building.keep());
        Ok(dir.clone())
    }
}

fn require_absent_or_empty(dir: &Path) -> Result<(), Failure> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::store(format!("{} is not empty", dir.display()))
            .hint("name a folder that is absent or empty, or leave --dir out")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io(dir.display(), &error)),
    }
}
