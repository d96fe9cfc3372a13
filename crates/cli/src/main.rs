//! The `geleit` command: parse arguments, read files, call the library, print, exit.
//!
//! Nothing is decided here. Who may ask what, what is verified and what follows from it is in
//! `geleit_credential`; this program only carries bytes to it and words back.

mod answer;
mod claims;
mod cli;
mod clock;
mod conformance;
mod context;
mod demo;
mod failure;
mod files;
mod inspect;
mod issue;
mod json;
mod key;
mod ledger;
mod nonce_store;
mod outcome;
mod purpose;
mod random;
mod receipt;
mod receipt_store;
mod registrar;
mod request;
mod sd_cwt;
mod sim;
mod status;
mod suggest;
mod text;
mod trust;
mod verifier;
mod verify;
mod wallet;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    cli::run(&arguments).print()
}
