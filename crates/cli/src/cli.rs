//! The command line: which commands there are, and how one of them is run.

use crate::answer::{Answer, Printed};
use crate::context::Context;
use crate::failure::Failure;
use crate::{
    claims, clock, conformance, demo, inspect, issue, key, purpose, receipt, registrar, request, sd_cwt, sim,
    status, trust, verifier, verify, wallet,
};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use geleit_credential::time::UnixTime;
use std::ffi::OsString;

const AFTER_HELP: &str = "\
A verifier learns what a registered purpose permits, and nothing else.

Files: \"-\" is standard input or output. Objects are read as binary CBOR or as hexadecimal text. Keys
are PKCS#8 and SPKI PEM files as openssl writes them; secrets are never arguments.

Exit codes: 0 done; 1 refused or not verified; 2 wrong usage or unusable input; 3 a file could not be
read or written; 4 a store is locked or damaged; 5 no decision: verified, neither yes nor no.

Failures are two lines on standard error: \"error:\", with the id of the rule if one was broken, and
\"hint:\". With --json exactly one object is on standard output, whatever happens; a failure is
{\"schema\":\"geleit.error/1\",\"error\":..,\"rule\":..,\"hint\":..,\"exit_code\":..}, and on standard error, too.

Example: geleit demo";

/// Safe conduct for identity, qualification and residence credentials
#[derive(Debug, Parser)]
#[command(name = "geleit", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
struct Common {
    /// Print one JSON object with a versioned "schema"
    #[arg(long, global = true)]
    json: bool,
    /// Seconds since 1970, or a time such as 2026-11-23T09:00:00Z [default: now]
    #[arg(long, global = true, value_name = "TIME", value_parser = clock::parse, allow_negative_numbers = true)]
    now: Option<UnixTime>,
    /// For repeatable tests: whoever knows the seed knows every key and salt
    #[arg(long, global = true, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Claims(claims::Claims),
    #[command(subcommand)]
    Conformance(conformance::Conformance),
    Demo(demo::Demo),
    Inspect(inspect::Inspect),
    Issue(issue::Issue),
    #[command(subcommand)]
    Key(key::Key),
    Present(wallet::Present),
    #[command(subcommand)]
    Purpose(purpose::Purpose),
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    #[command(subcommand)]
    Registrar(registrar::Registrar),
    Request(request::Ask),
    #[command(subcommand)]
    SdCwt(sd_cwt::SdCwt),
    #[command(subcommand)]
    Sim(sim::Sim),
    #[command(subcommand)]
    Status(status::Status),
    #[command(subcommand)]
    Trust(trust::Trust),
    #[command(subcommand)]
    Verifier(verifier::Verifier),
    Verify(verify::Verify),
}

/// Runs the command that the arguments name.
pub(crate) fn run(arguments: &[OsString]) -> Printed {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => {
            let context = Context { json: cli.common.json, given_now: cli.common.now, seed: cli.common.seed };
            match cli.command.run(&context) {
                Ok(answer) => Printed::result(answer, context.json),
                Err(failure) => Printed::failure(&failure, context.json),
            }
        }
        Err(error) => no_command(&error, arguments),
    }
}

impl Command {
    fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Claims(command) => command.run(),
            Self::Conformance(command) => command.run(),
            Self::Demo(command) => command.run(context),
            Self::Inspect(command) => command.run(),
            Self::Issue(command) => command.run(context),
            Self::Key(command) => command.run(context),
            Self::Present(command) => command.run(context),
            Self::Purpose(command) => command.run(context),
            Self::Receipt(command) => command.run(context),
            Self::Registrar(command) => command.run(context),
            Self::Request(command) => command.run(context),
            Self::SdCwt(command) => command.run(context),
            Self::Sim(command) => command.run(context),
            Self::Status(command) => command.run(context),
            Self::Trust(command) => command.run(context),
            Self::Verifier(command) => command.run(context),
            Self::Verify(command) => command.run(context),
        }
    }
}

/// Help and version are answers; everything else is a mistake in the arguments.
fn no_command(error: &clap::Error, arguments: &[OsString]) -> Printed {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Printed::help(error.render().to_string());
    }
    let json = arguments.iter().any(|argument| argument == "--json");
    Printed::failure(&usage(error, arguments), json)
}

/// The message of clap in our two lines.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let one_line = |paragraph: &str| paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = one_line(paragraphs.next().unwrap_or_default());
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is missing".to_owned(),
        _ => first.strip_prefix("error: ").unwrap_or(&first).to_owned(),
    };
    let tip =
        paragraphs.map(one_line).find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned));
    let help = format!("`{} --help` shows how it is used", command_words(arguments));
    Failure::usage(message).hint(tip.map_or_else(|| help.clone(), |tip| format!("{tip}; {help}")))
}

/// The leading words that are names of commands.
fn command_words(arguments: &[OsString]) -> String {
    let mut command = <Cli as clap::CommandFactory>::command();
    let mut words = vec!["geleit".to_owned()];
    for argument in arguments.iter().skip(1).filter_map(|argument| argument.to_str()) {
        let Some(next) = command.find_subcommand(argument).cloned() else { break };
        words.push(argument.to_owned());
        command = next;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        fn visit(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            if command.get_subcommands().next().is_none() {
                let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(after.contains("Example: geleit "), "{name}");
            }
            command.get_subcommands().for_each(visit);
        }
        visit(&Cli::command());
    }
}
