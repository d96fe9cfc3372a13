//! `geleit sim verifier`: geleit's verifier as a system under test, on standard input and output.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use geleit_sim::sut::PROTOCOL;
use geleit_sim::sut::geleit::Geleit;
use geleit_sim::sut::serve::serve;
use serde_json::json;
use std::io::{BufReader, ErrorKind, stdin, stdout};

const AFTER_HELP: &str = "\
Reads messages of the protocol geleit.sut/1 and answers them, one JSON object on a line, until \"bye\" or the
end of the input; spec/harness.md describes them. The time of each check is in its message: --now is not used. No
receipts are signed, because the key of the relying party is not part of a question.

Example: geleit sim run --all --sut 'geleit sim verifier'";

/// Answer the questions of a harness as geleit's verifier does
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verifier {}

impl Verifier {
    /// Runs the command.
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        if context.json {
            return Err(Failure::usage("--json: what this command writes is JSON lines anyway")
                .hint("leave --json out"));
        }
        match serve(&mut Geleit::new(), &mut BufReader::new(stdin().lock()), &mut stdout().lock()) {
            // A harness that has gone needs no answer.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::io("standard input and output", &error))
            }
            Ok(()) | Err(_) => Ok(Answer::new("", json!({"schema": PROTOCOL}))),
        }
    }
}
