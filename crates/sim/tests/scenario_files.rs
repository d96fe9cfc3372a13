//! The files of `spec/scenarios`: each can be read, and its people can be issued credentials.

use geleit_credential::schema::Date;
use geleit_sim::scenario::people::Templates;
use geleit_sim::scenario::{ExpectedSkips, Scenario};
use std::path::Path;

#[test]
fn every_file_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/scenarios");
    let templates = Templates::embedded().unwrap();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".toml") || name == "people.toml" || name == "expected-skips.toml" {
            continue;
        }
        match Scenario::from_toml(&name, &std::fs::read_to_string(&path).unwrap()) {
            Err(error) => wrong.push(error.to_string()),
            Ok(scenario) => {
                let today = Date::from_unix(scenario.world.now.0.0).unwrap();
                for (who, person) in &scenario.people {
                    if let Err(error) = templates.claims(person, today) {
                        wrong.push(format!("{name}: {who}: {error}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn at_most_five_are_skipped() {
    let skips = ExpectedSkips::embedded().unwrap();
    assert!(skips.scenario.len() <= 5);
    let catalogue = Scenario::catalogue().unwrap();
    for skip in &skips.scenario {
        assert!(!skip.why.is_empty() && !skip.title.is_empty(), "{}", skip.id);
        assert!(catalogue.iter().all(|one| one.id != skip.id), "{} is skipped and has a file", skip.id);
    }
}

#[test]
fn the_embedded_catalogue_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/scenarios");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .filter(|id| id != "people" && id != "expected-skips")
        .collect();
    files.sort();
    let embedded: Vec<String> = Scenario::catalogue().unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(embedded, files);
}
