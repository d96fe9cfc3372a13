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

/// A scenario with every kind of step.
const WHOLE: &str = r#"
id = "T01"
family = "working-cases"
title = { en = "A title", de = "Ein Titel" }

[catalogue]
outcome = "LINKED vs. NOT_LINKED"
reason = "of the catalogue"
differs = "D-70"

[world]
now = "2026-11-23T09:00:00Z"
status_age = "10m"
status_expires_after = "17h"
credential_age = "1d"

[people.asha]
like = "settled"
without = ["res.uk.study.permitted"]
lacks = ["qualification"]
residence."res.valid_now" = true
residence_bound_to = "efua"
record = { merged_with = "efua", earlier = { birth_date = "1989-05-02" } }

[people.efua]
like = "settled"

[relying_parties.employer]
country = "GB"
registered_for = "uk-right-to-work"
request_open = "1d"
clock_ahead = "2h"

[[step]]
do = "check"
name = "one"
who = "asha"
by = "employer"
purpose = "uk-right-to-work"
facts = { start_date = "2026-12-01", face_matches = "yes", hours_per_week = 15 }
ask = ["res.uk.sponsor_match"]
over_ask = ["doc.number"]
leave_out = ["id.family_name"]
show = ["res.uk.sponsor_match"]
retention_days = 3650
copy = 1
delay = "6m"
attack = "cut-short"

[step.expect]
outcome = "NOT_VERIFIED"
reason = "not-verified"
rule = "M-01"
notices = ["evidence-not-fresh"]
disclosed = []
withheld = ["id.birth_date"]
truth = "open"

[step.share_code]
outcome = "NO_SUCH_CHECK"
reason = "no-such-check"

[step.arf3]
outcome = "WARN_USER"

[[step]]
do = "check"
name = "two"
who = "asha"
by = "employer"
purpose = "uk-right-to-work"
again = "one"

[step.expect]
outcome = "NOT_VERIFIED"
reason = "not-verified"
truth = "open"

[step.share_code]
outcome = "NO_SUCH_CHECK"
reason = "no-such-check"

[[step]]
do = "issue"
who = "asha"
credential = "residence"
claims = { "res.valid_now" = false }
without = ["res.uk.sponsor_match"]
with = ["identity"]
old = "superseded"

[[step]]
do = "status"
who = "asha"
credential = "identity"
standing = "revoked"

[[step]]
do = "fetch"
by = "employer"

[[step]]
do = "wait"
span = "2d"

[[step]]
do = "outage"
of = "network"
span = "12h"

[[step]]
do = "rotate-key"
issuer = "home-office"
compromised_since = "1h"

[[step]]
do = "compare"
name = "both"
checks = ["one", "two"]
by = "relying-parties"
expect = { outcome = "LINKED", reason = "linked-by-copy", handles = ["salts"] }
share_code = { outcome = "LINKED", reason = "pages-compared" }
"#;

/// What is written in place of what, and what the message says.
const MISSPELT: &[(&str, &str, &str)] = &[
    (
        "again = \"one\"",
        "again = \"one\"\nattack = \"alg-none\"",
        "check \"two\": `attack` and `again` exclude",
    ),
    ("again = \"one\"", "again = \"one\"\ncopy = 1", "check \"two\": `copy` and `again` exclude"),
    ("again = \"one\"", "again = \"won\"", "check \"two\": `again` names \"won\""),
    ("again = \"one\"", "same_answer_as = \"two\"", "check \"two\": `same_answer_as` names \"two\""),
    (
        "name = \"two\"\nwho = \"asha\"",
        "name = \"two\"\nwho = \"efua\"",
        "`again`: the answer in \"one\" is of \"asha\"",
    ),
    ("name = \"two\"", "name = \"one\"", "check \"one\": another check has the same name"),
    ("again = \"one\"", "for_original_request = true", "`for_original_request` needs"),
    ("working-cases", "working-case", "`family`: there is no \"working-case\""),
    ("LINKED vs.", "LINKD vs.", "[catalogue]: `outcome`: \"LINKD\""),
    ("D-70", "D70", "[catalogue]: `differs`: \"D70\""),
    ("2026-11-23T09:00:00Z", "9999-12-31T09:00:00Z", "[world]: `now`: a time of the years"),
    ("status_age = \"10m\"", "status_age = \"-10m\"", "[world]: `status_age`"),
    ("credential_age = \"1d\"", "credential_age = \"9999d\"", "[world]: `credential_age`: ten years"),
    ("after = \"17h\"", "after = \"0s\"", "[world]: `status_expires_after`"),
    ("credential_age = \"1d\"", "trust_expires_in = \"-31d\"", "[world]: `trust_expires_in`"),
    ("lacks = [\"qualification\"]", "lacks = [\"identitty\"]", "unknown variant `identitty`"),
    (
        "without = [\"res.uk.study.permitted\"]",
        "without = [\"res.uk.study.permitte\"]",
        "[people.asha]: `without`: there is no claim",
    ),
    ("\"res.valid_now\" = true", "\"res.valid_no\" = true", "[people.asha]: `residence`"),
    ("\"res.valid_now\" = true", "\"res.valid_now\" = 7", "[people.asha]: `residence`"),
    ("bound_to = \"efua\"", "bound_to = \"nobody\"", "[people.asha]: `residence_bound_to`: nobody"),
    ("merged_with = \"efua\"", "merged_with = \"nobody\"", "[people.asha]: `record.merged_with`: nobody"),
    ("birth_date = \"1989-05-02\"", "birth_date = \"1989-05\"", "`record.earlier.birth_date`: \"1989-05\""),
    (
        "[relying_parties.employer]",
        "[relying_parties.emplyer]",
        "[relying_parties.emplyer]: no step names it",
    ),
    ("country = \"GB\"", "country = \"Britain\"", "[relying_parties.employer]: `country`"),
    (
        "registered_for = \"uk-right-to-work\"",
        "registered_for = \"uk-right-to-wrk\"",
        "`registered_for`: there is no purpose",
    ),
    ("request_open = \"1d\"", "request_open = \"25h\"", "`request_open`"),
    ("request_open = \"1d\"", "request_open = \"0s\"", "`request_open`"),
    ("clock_ahead = \"2h\"", "clock_ahead = \"-9999d\"", "`clock_ahead`"),
    ("who = \"asha\"", "who = \"ashe\"", "check \"one\": nobody is called \"ashe\""),
    (
        "purpose = \"uk-right-to-work\"",
        "purpose = \"uk-right-to-wrk\"",
        "check \"one\": `purpose`: there is no purpose",
    ),
    (
        "purpose = \"uk-right-to-work\"",
        "purpose = \"uk-right-to-work\"\nverified_for = \"uk\"",
        "`verified_for`: there is no purpose",
    ),
    ("start_date = \"2026-12-01\"", "start_date = 2026-12-01", "`facts.start_date`: text in quotation marks"),
    ("hours_per_week = 15", "hours_per_week = 15.5", "`facts.hours_per_week`: text in quotation marks"),
    ("hours_per_week = 15", "hours_per_week = [15]", "`facts.hours_per_week`: text in quotation marks"),
    ("face_matches", "face_match", "check \"one\": `facts`: "),
    ("face_matches = \"yes\"", "face_matches = \"maybe\"", "check \"one\": `facts`: "),
    ("ask = [\"res.uk.sponsor_match\"]", "ask = [\"res.uk.sponsor_mtch\"]", "check \"one\": `ask`: "),
    ("over_ask = [\"doc.number\"]", "over_ask = [\"doc.numbr\"]", "check \"one\": `over_ask`: "),
    (
        "leave_out = [\"id.family_name\"]",
        "leave_out = [\"id.given_name\"]",
        "`leave_out`: \"id.given_name\" is not required",
    ),
    ("show = [\"res.uk.sponsor_match\"]", "show = [\"res.uk.sponsor_mtch\"]", "`show`: there is no claim"),
    ("retention_days = 3650", "retention_days = 0", "`retention_days`"),
    ("retention_days = 3650", "retention_days = 36526", "`retention_days`"),
    ("copy = 1", "copy = 0", "check \"one\": `copy`: copies are counted from 1 to 5"),
    ("copy = 1", "copy = 6", "check \"one\": `copy`: copies are counted from 1 to 5"),
    ("delay = \"6m\"", "delay = \"9999d\"", "check \"one\": `delay`"),
    ("delay = \"6m\"", "holder_clock_ahead = \"9999d\"", "check \"one\": `holder_clock_ahead`"),
    ("attack = \"cut-short\"", "attack = \"cut-shrt\"", "`attack`: there is no attack \"cut-shrt\""),
    ("reason = \"not-verified\"", "reason = \"not-verifed\"", "check \"one\": `expect.reason`"),
    ("rule = \"M-01\"", "rule = \"M-1\"", "`expect.rule`: \"M-1\""),
    ("rule = \"M-01\"", "rule = \"M01\"", "`expect.rule`: \"M01\""),
    ("notices = [\"evidence-not-fresh\"]", "notices = [\"evidence-not-frsh\"]", "`expect.notices`"),
    ("disclosed = []", "disclosed = [\"id.birth\"]", "`expect.disclosed`: there is no claim"),
    ("withheld = [\"id.birth_date\"]", "withheld = [\"id.birth\"]", "`expect.withheld`: there is no claim"),
    ("reason = \"no-such-check\"", "reason = \"no-such-chek\"", "check \"one\": `share_code.reason`"),
    ("outcome = \"WARN_USER\"", "outcome = \"REFUSE\"", "check \"one\": `arf3.outcome`"),
    ("credential = \"residence\"", "credential = \"residense\"", "unknown variant `residense`"),
    ("{ \"res.valid_now\"", "{ \"id.given_name\"", "step 3 (issue): `claims`"),
    (
        "without = [\"res.uk.sponsor_match\"]",
        "without = [\"res.uk.no_such\"]",
        "step 3 (issue): `without`: there is no claim",
    ),
    ("with = [\"identity\"]", "with = [\"identitty\"]", "unknown variant `identitty`"),
    ("with = [\"identity\"]", "with = [\"residence\"]", "step 3 (issue): `with`: residence is issued anyway"),
    ("old = \"superseded\"", "old = \"superseeded\"", "unknown variant `superseeded`"),
    ("standing = \"revoked\"", "standing = \"in-doubt\"", "unknown variant `in-doubt`"),
    (
        "do = \"fetch\"\nby = \"employer\"",
        "do = \"fetch\"\nby = \"nobody\"",
        "step 5 (fetch): `by`: no check is made by \"nobody\"",
    ),
    ("span = \"2d\"", "span = \"-2d\"", "step 6 (wait): `span`"),
    ("span = \"12h\"", "span = \"0s\"", "step 7 (outage): `span`"),
    ("issuer = \"home-office\"", "issuer = \"homeoffice\"", "unknown variant `homeoffice`"),
    ("since = \"1h\"", "since = \"-1h\"", "step 8 (rotate-key): `compromised_since`"),
    (
        "checks = [\"one\", \"two\"]",
        "checks = [\"one\", \"three\"]",
        "compare \"both\": `checks` names \"three\"",
    ),
    ("checks = [\"one\", \"two\"]", "checks = [\"one\"]", "compare \"both\": `checks`: at least 2"),
    (
        "outcome = \"LINKED\", reason = \"linked-by",
        "outcome = \"ACCEPT\", reason = \"linked-by",
        "`expect.outcome`: ACCEPT",
    ),
    ("linked-by-copy", "linked-by-copies", "compare \"both\": `expect.reason`"),
    ("handles = [\"salts\"]", "handles = [\"salt\"]", "compare \"both\": `expect.handles`"),
    ("pages-compared", "page-compared", "compare \"both\": `share_code.reason`"),
];

#[test]
fn a_misspelt_word_is_an_error() {
    let whole = Scenario::from_toml("T01.toml", WHOLE).unwrap();
    whole.check_people(&Templates::embedded().unwrap()).unwrap();
    for (from, to, message) in MISSPELT {
        assert!(WHOLE.contains(from), "{from}");
        let error = Scenario::from_toml("T01.toml", &WHOLE.replacen(from, to, 1))
            .err()
            .map(|error| error.to_string());
        let error = error.unwrap_or_else(|| panic!("{to} passes"));
        assert!(error.contains(message) && !error.contains('\n'), "{to}: {error}");
    }
}

/// What depends on `people.toml`, of which a folder may have its own.
#[test]
fn a_person_who_does_not_exist_is_an_error() {
    let templates = Templates::embedded().unwrap();
    let wrong = [
        (
            "like = \"settled\"",
            "like = \"setled\"",
            "T01: [people.asha]: people.toml has no person \"setled\"",
        ),
        (
            "without = [\"res.uk.study.permitted\"]",
            "without = [\"id.sex\"]",
            "T01: [people.asha]: `without`: there is no \"id.sex\"",
        ),
        (
            "lacks = [\"qualification\"]",
            "lacks = [\"residence\"]",
            "T01: step 3 (issue): `credential`: \"asha\" has no",
        ),
        (
            "lacks = [\"qualification\"]",
            "lacks = [\"identity\"]",
            "T01: step 4 (status): `credential`: \"asha\" has no",
        ),
    ];
    for (from, to, message) in wrong {
        let scenario = Scenario::from_toml("T01.toml", &WHOLE.replacen(from, to, 1)).unwrap();
        let error = scenario.check_people(&templates).expect_err(to).to_string();
        assert!(error.starts_with(message), "{to}: {error}");
    }
}
