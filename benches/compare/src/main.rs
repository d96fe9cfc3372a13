//! Compares geleit with the cryptography that nobody can leave out, and with other projects at the same
//! work, and prints ratios.
//!
//! ```text
//! cargo run --release --manifest-path benches/compare/Cargo.toml -- [--json] [--quick]
//! ```
//!
//! ```text
//! data -> peer/*   issue, present, verify: the same 20 claims for everybody, one file each
//!         system/* every system at every job: a row, or the reason why there is none
//!         measure  proves, counts allocations, samples everything in turn, computes ratios
//!         report   a table or JSON
//! ```

mod arguments;
mod data;
mod environment;
mod job;
mod measure;
mod peer;
mod report;
mod system;

use arguments::{Arguments, Command, HELP};
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: alloc_counter::AllocCounterSystem = alloc_counter::AllocCounterSystem;

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    match Command::read(std::env::args_os().skip(1)) {
        Command::Help => print(HELP),
        Command::Misuse(argument) => {
            eprintln!("error: unexpected argument \"{argument}\"\nhint: compare --help");
            ExitCode::from(MISUSED)
        }
        Command::Compare(arguments) => compare(arguments),
    }
}

fn compare(arguments: Arguments) -> ExitCode {
    // A peer that panics has said why on standard error.
    let result = std::panic::catch_unwind(|| measure::run(arguments.quick))
        .unwrap_or_else(|_| Err("an operation failed while it was measured".to_owned()));
    match result {
        Ok(comparison) if arguments.json => print(&format!("{:#}\n", comparison.to_json())),
        Ok(comparison) => print(&comparison.to_text()),
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::from(FAILED)
        }
    }
}

/// Whoever reads may stop reading.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: standard output: {error}");
            ExitCode::from(FAILED)
        }
        _ => ExitCode::SUCCESS,
    }
}
