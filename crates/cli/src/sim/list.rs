//! `geleit sim list`: the scenarios that there are.

use super::files::Inputs;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::text::table;
use serde_json::{Value as Json, json};

/// List the scenarios of the catalogue
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Scenarios are files of spec/scenarios, whose README describes the format. A family can be chosen.

Example: geleit sim list --family status-changes")]
pub(crate) struct List {
    /// Only this family
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
}

impl List {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let inputs = Inputs::catalogue()?;
        let chosen: Vec<_> = inputs
            .scenarios
            .iter()
            .filter(|one| self.family.as_ref().is_none_or(|family| *family == one.family))
            .collect();
        if chosen.is_empty() {
            let mut families: Vec<&str> = inputs.scenarios.iter().map(|one| one.family.as_str()).collect();
            families.dedup();
            return Err(
                Failure::usage("there is no such family").hint(format!("there are {}", families.join(", ")))
            );
        }
        let rows = chosen.iter().map(|one| [one.id.clone(), one.family.clone(), one.title.en.clone()]);
        let text = table(&["id", "family", "what happens"], rows);
        let skipped = inputs.skips.scenario.iter();
        let json = json!({
            "schema": "geleit.sim.list/1",
            "scenarios": chosen.iter().map(|one| json!({
                "id": one.id, "family": one.family, "title": {"en": one.title.en, "de": one.title.de},
            })).collect::<Vec<Json>>(),
            "skipped": skipped.map(|one| json!({"id": one.id, "title": one.title, "why": one.why})).collect::<Vec<Json>>(),
        });
        Ok(Answer::new(text, json))
    }
}
