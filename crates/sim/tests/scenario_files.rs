//! The files of `spec/scenarios`: each can be read, and its people can be issued credentials.

use geleit_credential::schema::Date;
use geleit_credential::schema::{Lookup, lookup};
use geleit_sim::scenario::people::Templates;
use geleit_sim::scenario::{ExpectedSkips, FAMILIES, Scenario, Step};
use std::collections::BTreeSet;
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
                wrong.extend(scenario.check_people(&templates).err().map(|error| error.to_string()));
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
fn the_embedded_files_are_those_of_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/scenarios");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.filter_map(|name| name.to_str()?.strip_suffix(".toml").map(str::to_owned));
    let in_folder: BTreeSet<String> =
        names.filter(|name| name != "people" && name != "expected-skips").collect();
    let catalogue = Scenario::catalogue().unwrap();
    let embedded: BTreeSet<String> = catalogue.iter().map(|scenario| scenario.id.clone()).collect();
    assert_eq!(embedded, in_folder);
    for scenario in &catalogue {
        let family = FAMILIES.iter().zip("ABCDEFGHIJK".chars()).find(|(name, _)| **name == scenario.family);
        assert_eq!(family.map(|(_, letter)| letter), scenario.id.chars().next(), "{}", scenario.id);
    }
}

/// What nobody has, nobody withholds.
#[test]
fn what_stays_hidden_is_held() {
    let templates = Templates::embedded().unwrap();
    let mut wrong = Vec::new();
    for scenario in Scenario::catalogue().unwrap() {
        let today = Date::from_unix(scenario.world.now.0.0).unwrap();
        for step in &scenario.step {
            let Step::Check(check) = step else { continue };
            let sets = templates.claims(&scenario.people[&check.who], today).unwrap();
            for id in &check.expect.withheld {
                let Lookup::Claim { claim, .. } = lookup(id) else { panic!("{id}") };
                if !sets.values().any(|set| set.get(claim.id).is_some()) {
                    wrong.push(format!("{}: {} does not have {id}", scenario.id, check.who));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where we expect something else than the catalogue, a decision says why.
#[test]
fn a_difference_from_the_catalogue_has_its_decision() {
    let decisions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/decisions.md");
    let decisions = std::fs::read_to_string(decisions).unwrap();
    let mut ids = 0;
    for scenario in Scenario::catalogue().unwrap() {
        let Some(catalogue) = &scenario.catalogue else { continue };
        ids += 1;
        let ours = scenario.step.iter().filter_map(|step| match step {
            Step::Check(check) => Some(check.expect.outcome),
            Step::Compare(compare) => Some(compare.expect.outcome),
            _ => None,
        });
        let same = ours.map(|outcome| outcome.word.name().replace('_', " ")).any(|word| {
            catalogue
                .outcome
                .replace('_', " ")
                .split(" vs. ")
                .any(|one| one == word || one.starts_with(&format!("{word} ")))
        });
        match &catalogue.differs {
            Some(decision) => {
                assert!(decisions.contains(&format!("### {decision} ")), "{}: {decision}", scenario.id);
            }
            None => assert!(same, "{}: the catalogue expects {}", scenario.id, catalogue.outcome),
        }
    }
    // 72 of the catalogue, five of which are not run, and two that stand in two files.
    assert_eq!(ids, 69);
}
