//! The claim tables against the list of the domain research, and the rules between claims.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Value;
use geleit_credential::schema::identity::{Address, Identity, Place, TravelDocument};
use geleit_credential::schema::qualification::{
    ForeignAward, Qualification, Recognition, ReferenceOccupation,
};
use geleit_credential::schema::residence::{GermanTitle, LinkedDocument, Residence, UkConditions};
use geleit_credential::schema::threshold::{self, DOMAINS};
use geleit_credential::schema::work_permission::{Restrictions, WorkPermission, WorkingTime};
use geleit_credential::schema::{
    Claim, ClaimError, ClaimSet, Date, ELSEWHERE, End, FAMILIES, How, Invariant, Kind, Lookup, MAPPINGS,
    Month, NEVER, PartialDate, Presence, Sensitivity, THRESHOLD_SETS, TYPES, lookup,
};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use std::collections::{BTreeMap, BTreeSet};

/// Claims that the schemas have and the domain list has not.
const ADDED: &[&str] = &[
    // The domain list names these objects and lists their members.
    "id.place_of_birth.country",
    "id.place_of_birth.region",
    "id.place_of_birth.locality",
    "id.address.formatted",
    "id.address.street_address",
    "id.address.locality",
    "id.address.postal_code",
    "id.address.region",
    "id.address.country",
    "res.de.work_restrictions.until",
    "res.de.work_restrictions.establishment",
    "res.de.work_restrictions.occupation",
    "res.de.work_restrictions.employer",
    "res.de.work_restrictions.region",
    "res.de.work_restrictions.working_time",
    "res.de.work_restrictions.days_year_max",
    "res.de.work_restrictions.self_employment",
    // The domain list has one step of it.
    "id.age_over",
    // "At least until" for the right to work, so that an employer need not see the end date.
    "res.uk.work.through",
];

/// Elements of lists of records, which are addressed below the list.
const MEMBERS: &[&str] =
    &["res.uk.linked_documents.type", "res.uk.linked_documents.country", "res.uk.linked_documents.number"];

struct Listed {
    id: String,
    credential: String,
    kind: String,
    values: String,
    example: String,
    sensitivity: String,
    presence: String,
}

fn domain_list() -> Vec<Listed> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/claims.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let field = |claim: &serde_json::Value, key: &str| claim[key].as_str().unwrap().to_owned();
    file["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| Listed {
            id: field(claim, "id"),
            credential: field(claim, "credential"),
            kind: field(claim, "type"),
            values: field(claim, "values"),
            example: field(claim, "example"),
            sensitivity: field(claim, "sensitivity"),
            presence: field(claim, "presence"),
        })
        .collect()
}

fn claims() -> impl Iterator<Item = &'static Claim> {
    TYPES.iter().flat_map(|credential_type| credential_type.claims().map(|(_, claim)| claim))
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn today() -> Date {
    day("2026-11-23")
}

mod tables {
    use super::*;

    #[test]
    fn every_listed_claim_is_accounted_for_exactly_once() {
        let list = domain_list();
        assert_eq!(list.len(), 156);
        let mut counts = BTreeMap::new();
        for listed in &list {
            let id = listed.id.as_str();
            let places = [
                claims().any(|claim| claim.id == id),
                MAPPINGS.iter().any(|mapping| mapping.id == id),
                NEVER.iter().any(|never| never.id == id),
                ELSEWHERE.iter().any(|other| other.id == id),
            ];
            assert_eq!(places.iter().filter(|place| **place).count(), 1, "{id}: {places:?}");
            let place = places.iter().position(|place| *place).unwrap();
            *counts.entry(place).or_insert(0) += 1;
            assert_eq!(place == 2, listed.presence == "never", "{id}");
            let beside = matches!(listed.credential.as_str(), "job" | "household" | "other");
            assert_eq!(place == 3, beside && listed.presence != "never", "{id}");
        }
        assert_eq!(counts, BTreeMap::from([(0, 107), (1, 6), (2, 25), (3, 18)]));
    }

    #[test]
    fn nothing_else_is_in_a_schema() {
        let listed: BTreeSet<String> = domain_list().into_iter().map(|listed| listed.id).collect();
        let added: Vec<&str> = claims().map(|claim| claim.id).filter(|id| !listed.contains(*id)).collect();
        assert_eq!(added.iter().collect::<BTreeSet<_>>(), ADDED.iter().collect::<BTreeSet<_>>());
        let members: Vec<&str> = claims().flat_map(|claim| claim.record()).map(|member| member.id).collect();
        assert_eq!(members, MEMBERS);
    }

    #[test]
    fn claims_are_in_the_credential_that_the_list_says() {
        for listed in domain_list() {
            if let Lookup::Claim { credential_type, .. } = lookup(&listed.id) {
                let expected = if listed.credential == "travel" { "residence" } else { &listed.credential };
                assert_eq!(credential_type.name, expected, "{}", listed.id);
            }
            if let Lookup::Elsewhere(other) = lookup(&listed.id) {
                assert_eq!(other.credential, listed.credential);
            }
        }
    }

    #[test]
    fn sensitivity_is_never_lower_than_listed() {
        let level = |text: &str| match text {
            "S0" => Sensitivity::S0,
            "S1" => Sensitivity::S1,
            "S2" => Sensitivity::S2,
            "S3" => Sensitivity::S3,
            _ => Sensitivity::S4,
        };
        for listed in domain_list() {
            if let Lookup::Claim { claim, .. } = lookup(&listed.id) {
                assert!(claim.sensitivity >= level(&listed.sensitivity), "{}", listed.id);
            }
        }
        assert!(claims().all(|claim| claim.sensitivity < Sensitivity::S4));
    }

    #[test]
    fn boolean_sets_became_threshold_claims_with_the_same_steps() {
        for listed in domain_list().iter().filter(|listed| listed.kind == "bool set") {
            match lookup(&listed.id) {
                Lookup::Claim { claim, .. } => assert!(claim.domain().is_some(), "{}", listed.id),
                other => assert!(matches!(other, Lookup::Elsewhere(_)), "{}", listed.id),
            }
        }
        for (id, labels) in THRESHOLD_SETS {
            let Lookup::Claim { claim, .. } = lookup(id) else { panic!("{id}") };
            let domain = claim.domain().unwrap();
            assert!(labels.iter().all(|label| domain.threshold(label).is_some()), "{id}");
            if *id != "res.valid_through" {
                let steps: Vec<String> = domain.thresholds().filter_map(|at| domain.label(at)).collect();
                assert_eq!(steps, *labels, "{id}");
            }
        }
        let ages = domain_list().into_iter().find(|listed| listed.id == "id.age_over_18").unwrap().values;
        assert_eq!(ages, format!("fixed set {}", THRESHOLD_SETS[0].1.join(",")));
        let thresholds: BTreeSet<&str> =
            claims().filter(|claim| claim.domain().is_some()).map(|claim| claim.id).collect();
        let mut sets: BTreeSet<&str> = THRESHOLD_SETS.iter().map(|(id, _)| *id).collect();
        sets.insert("res.uk.work.through");
        assert_eq!(thresholds, sets);
    }

    #[test]
    fn mappings_name_claims_of_one_type() {
        for mapping in MAPPINGS {
            for id in mapping.claims {
                assert!(matches!(lookup(id), Lookup::Claim { member: None, .. }), "{id}");
            }
            if let How::Step(at) = mapping.how {
                assert!(matches!(lookup(mapping.id), Lookup::Step { at: found, .. } if found == at));
            } else {
                assert_eq!(lookup(mapping.id), Lookup::Several(mapping));
            }
        }
    }

    #[test]
    fn ids_and_keys_are_unique() {
        let ids: Vec<&str> =
            claims().flat_map(|c| core::iter::once(c).chain(c.record())).map(|c| c.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        for credential_type in TYPES {
            let groups: BTreeSet<&str> = credential_type.groups.iter().map(|group| group.key).collect();
            assert_eq!(groups.len(), credential_type.groups.len());
            for group in credential_type.groups {
                let keys: BTreeSet<&str> = group.members.iter().map(|claim| claim.key).collect();
                assert_eq!(keys.len(), group.members.len(), "{}", group.key);
            }
        }
        let vcts: BTreeSet<&str> = TYPES.iter().map(|credential_type| credential_type.vct).collect();
        assert_eq!(vcts.len(), TYPES.len());
    }

    #[test]
    fn keys_are_ascii_and_titles_are_in_both_languages() {
        let key = |key: &str| key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        for credential_type in TYPES {
            for group in credential_type.groups {
                assert!(key(group.key) && !group.title.en.is_empty() && !group.title.de.is_empty());
            }
        }
        for claim in claims().flat_map(|claim| core::iter::once(claim).chain(claim.record())) {
            assert!(key(claim.key), "{}", claim.id);
            assert!(!claim.title.en.is_empty() && !claim.title.de.is_empty(), "{}", claim.id);
        }
    }

    /// The counts are part of the format: a change makes old and new credentials distinguishable.
    #[test]
    fn digest_counts_are_these() {
        let counts: Vec<(&str, usize, Vec<_>)> = TYPES
            .iter()
            .map(|t| (t.name, t.digest_count(), t.groups.iter().map(|g| (g.key, g.digest_count())).collect()))
            .collect();
        assert_eq!(
            counts,
            [
                (
                    "identity",
                    8,
                    vec![
                        ("name", 6),
                        ("birth", 8),
                        ("nationality", 4),
                        ("portrait", 1),
                        ("address", 6),
                        ("doc", 5),
                        ("number", 2),
                        ("civil", 4),
                    ]
                ),
                (
                    "qualification",
                    9,
                    vec![
                        ("recognition", 6),
                        ("decision", 4),
                        ("occupation", 7),
                        ("level", 6),
                        ("foreign", 9),
                        ("measure", 3),
                        ("licence", 4),
                        ("language", 5),
                        ("experience", 3),
                    ]
                ),
                (
                    "residence",
                    7,
                    vec![
                        ("validity", 8),
                        ("title", 9),
                        ("de_work", 10),
                        ("uk_work", 7),
                        ("uk_rent", 2),
                        ("uk_status", 5),
                        ("travel", 8),
                    ]
                ),
            ]
        );
        let slots: Vec<(&str, u8)> = claims().filter_map(|claim| Some((claim.id, claim.slots()?))).collect();
        assert_eq!(
            slots,
            [("id.nationality", 4), ("qual.skills.esco[]", 16), ("res.uk.linked_documents", 4)]
        );
    }

    #[test]
    fn digest_counts_do_not_depend_on_the_holder() {
        let counts = |set: &ClaimSet| -> Vec<usize> {
            set.credential_type().groups.iter().map(|group| group.digest_count()).collect()
        };
        let rich = samples::uk_residence();
        let poor = Residence::new("tolerated", true).build(today()).unwrap();
        assert!(rich.iter().count() > poor.iter().count());
        assert_eq!(counts(&rich), counts(&poor));
    }

    #[test]
    fn the_types_of_the_profiles_are_found() {
        let work = TYPES[2].group("uk_work").unwrap();
        let keys: Vec<&str> = work.members.iter().map(|claim| claim.key).collect();
        assert_eq!(keys, ["permitted", "until", "through", "conditions", "sponsor_match", "continuation"]);
        for (id, group) in [
            ("qual.result", "recognition"),
            ("qual.issuing_authority", "recognition"),
            ("qual.valid_now", "recognition"),
            ("qual.reference_occupation", "occupation"),
            ("travel.uk.permission_valid", "travel"),
            ("doc.number", "doc"),
            ("id.portrait.view", "portrait"),
        ] {
            assert!(matches!(lookup(id), Lookup::Claim { group: found, .. } if found.key == group), "{id}");
        }
    }

    /// What the domain list gives as an example is accepted where it is a value of the claim.
    #[test]
    fn listed_examples_are_values() {
        let placeholders = [
            "(uri)",
            "(bytes)",
            "(hash)",
            "(sha-256)",
            "-",
            "{}",
            "[...]",
            // A name without the code that goes with it, and a label with its list.
            "IHK FOSA",
            "KldB 81302",
            "KldB 26212",
        ];
        for listed in domain_list() {
            let Lookup::Claim { claim, .. } = lookup(&listed.id) else { continue };
            let example = listed.example.as_str();
            // An empty list of skills is stated by stating none.
            let empty_list = claim.slots().is_some() && example == "[]";
            if placeholders.contains(&example) || claim.domain().is_some() || empty_list {
                continue;
            }
            let parsed =
                serde_json::from_str(example).map_or_else(|_| Value::text(example), |json| value(&json));
            let value = if claim.kind.check(&parsed).is_ok() { parsed } else { Value::text(example) };
            assert_eq!(claim.kind.check(&value), Ok(()), "{}: {example}", listed.id);
        }
    }

    fn value(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => Value::int(number.as_i64().unwrap()),
            serde_json::Value::String(text) => Value::text(text),
            serde_json::Value::Array(items) => Value::Array(items.iter().map(value).collect()),
            serde_json::Value::Object(map) => {
                Value::Map(map.iter().map(|(key, item)| (Value::text(key), value(item))).collect())
            }
        }
    }
}

mod never {
    use super::*;

    #[test]
    fn no_schema_has_a_never_claim_or_its_key() {
        assert_eq!(NEVER.len(), 25);
        for never in NEVER {
            assert!(matches!(lookup(never.id), Lookup::Never(found) if found == never), "{}", never.id);
            let (prefix, key) = never.id.rsplit_once('.').unwrap();
            let below = format!("{}.", never.id);
            for claim in claims().flat_map(|claim| core::iter::once(claim).chain(claim.record())) {
                assert!(claim.id != never.id && !claim.id.starts_with(&below), "{}", claim.id);
                let area = prefix.split('.').next().unwrap();
                assert!(
                    !claim.id.starts_with(area) || claim.key != key,
                    "{} has the key of {}",
                    claim.id,
                    never.id
                );
            }
            assert!(!never.reason.en.is_empty() && !never.reason.de.is_empty());
        }
        assert!(claims().all(
            |claim| !matches!(claim.kind, Kind::Object(fields) if fields.iter().any(|f| f.key == "employer"))
        ));
    }

    #[test]
    fn what_is_below_a_never_claim_is_never_too() {
        for id in ["qual.grades.average", "id.portrait.template.iso", "doc.mrz[1]", "res.uk.sponsor.name"] {
            assert!(matches!(lookup(id), Lookup::Never(_)), "{id}");
        }
        assert!(matches!(lookup("res.uk.sponsor_match"), Lookup::Claim { .. }));
    }

    #[test]
    fn families_are_refused_whatever_they_are_called() {
        for (id, name) in [
            ("id.risk_score", "scoring"),
            ("res.ranking", "scoring"),
            ("id.face_match_score", "biometric"),
            ("res.overstay.Risk", "scoring"),
            ("qual.personality-traits", "profiling"),
            ("doc.fingerprint[0]", "biometric"),
            ("id.portrait.embedding", "biometric"),
        ] {
            assert!(matches!(lookup(id), Lookup::OutOfScope(family) if family.name == name), "{id}");
        }
        assert!(FAMILIES.iter().all(|family| !family.reason.en.is_empty() && !family.reason.de.is_empty()));
    }

    #[test]
    fn no_claim_of_ours_belongs_to_a_family() {
        for claim in claims() {
            let words: Vec<&str> = claim.id.split(['.', '_', '[', ']']).collect();
            for family in FAMILIES {
                assert!(words.iter().all(|word| !family.words.contains(word)), "{}", claim.id);
            }
        }
    }

    #[test]
    fn the_set_refuses_them_with_the_reason() {
        let mut set = ClaimSet::new(TYPES[0]);
        let refused =
            |result: Result<(), ClaimError>, code: &str| assert_eq!(result.unwrap_err().code(), code);
        refused(set.set("id.religion", Value::text("-")), "S-17");
        refused(set.set("id.risk_score", Value::Uint(1)), "S-18");
        refused(set.set("res.title_code", Value::text("AufenthG:18a")), "S-19");
        refused(set.set("job.employer", Value::text("-")), "S-19");
        refused(set.set("id.address", Value::Map(Vec::new())), "S-20");
        refused(set.set("id.age_over.18", Value::Bool(true)), "S-20");
        refused(set.set("id.age_over", Value::bytes([0; 32])), "S-21");
        refused(set.set_threshold("id.sex", 1), "S-21");
        refused(set.set_threshold("id.age_over", 128), "S-21");
        refused(set.set("id.shoe_size", Value::Uint(43)), "S-16");
        assert!(set.set("id.religion", Value::Null).unwrap_err().to_string().contains("special category"));
        assert_eq!(set.iter().count(), 0);
    }

    #[test]
    fn addresses_below_claims() {
        assert!(matches!(
            lookup("res.uk.linked_documents.number"),
            Lookup::Claim { claim, member: Some(member), .. }
                if claim.id == "res.uk.linked_documents" && member.key == "number"
        ));
        for (id, step) in [
            ("id.age_over.18", 18),
            ("id.age_over_13", 13),
            ("res.valid_through.2027-05", 29),
            ("res.uk.work.through.2027-05", 29),
            ("qual.language_test.at_least.B2", 4),
            ("qual.education_level_at_least.6", 6),
            ("travel.days_remaining_at_least.14", 3),
        ] {
            assert!(matches!(lookup(id), Lookup::Step { at, .. } if at == step), "{id}");
        }
        for id in ["id.age_over.19", "id.age_over_19", "res.valid_through.2024-12", "ID.SEX", "", ".", "id."]
        {
            assert_eq!(lookup(id), Lookup::Unknown, "{id}");
        }
    }
}

/// Invented persons.
mod samples {
    use super::*;

    pub(super) fn identity() -> Identity {
        Identity::new()
            .name("Öztürk", Some("Ayşe Nur"))
            .birth_date(day("1993-04-17").into())
            .born_in(Place { country: Some("TR"), locality: Some("İzmir"), ..Place::default() })
            .nationalities(&["TR"])
            .address(Address { locality: Some("Köln"), country: "DE", ..Address::default() })
            .document(TravelDocument {
                kind: "P",
                number: "L898902C3",
                issuing_country: "TUR",
                expiry: day("2031-05-09"),
            })
            .sex(2)
            .portrait(&[0xff, 0xd8, 0xff, 0xe0])
    }

    pub(super) fn recognition(kind: &str, result: &str) -> Qualification {
        Qualification::new("Beispielkammer")
            .recognition(Recognition {
                kind,
                result,
                decided_on: day("2026-03-12"),
                case_number: "X-0000001",
                legal_basis: "PflBG:40",
            })
            .reference_occupation(ReferenceOccupation {
                kldb: "81302",
                label: "Pflegefachfrau/-mann",
                dqr_level: 4,
            })
            .occupation("3221")
            .foreign_award(ForeignAward {
                title: "Hemşirelik Lisans Diploması",
                awarding_body: "Örnek Üniversitesi",
                country: "TR",
                awarded_on: day("2015-06-30"),
                eqf_level: Some(6),
            })
            .language("B2", day("2026-01-20"))
    }

    pub(super) fn bound() -> WorkPermission {
        WorkPermission::EmploymentBound(Restrictions {
            until: Some(day("2028-03-31")),
            occupation: Some("813".to_owned()),
            employer: Some("Beispiel Pflege GmbH".to_owned()),
            working_time: Some(WorkingTime { hours_week_max: 40, night_work: true }),
            ..Restrictions::default()
        })
    }

    pub(super) fn german(permission: &WorkPermission) -> Residence {
        Residence::new("work_skilled", true)
            .german_title(GermanTitle {
                code: "AufenthG:18a",
                document_number: "Y0A1B2C3D",
                issuing_authority: "Land Beispiel",
                until: End::Day(day("2029-02-28")),
            })
            .german_work(permission)
            .german_fiction("none")
    }

    pub(super) fn british() -> Residence {
        Residence::new("work_skilled", true)
            .uk_work(
                End::Day(day("2028-03-31")),
                UkConditions {
                    max_hours_term: Some(20),
                    occupation_tied: Some("6135"),
                    ..UkConditions::default()
                },
            )
            .uk_rent(End::Day(day("2027-11-23")))
            .uk_status(true, Month::parse("2028-03"))
            .uk_continuation("none")
            .uk_travel("eVisa", &[LinkedDocument { kind: "P", country: "TUR", number: "L898902C3" }])
    }

    pub(super) fn uk_residence() -> ClaimSet {
        british().build(today()).unwrap()
    }
}

mod values {
    use super::*;

    fn name(family: &str, given: Option<&str>) -> Result<ClaimSet, ClaimError> {
        Identity::new()
            .name(family, given)
            .birth_date(PartialDate::from_year(1988).unwrap())
            .born_in(Place { country: Some("AF"), ..Place::default() })
            .nationalities(&["AF"])
            .build(today())
    }

    #[test]
    fn names_of_any_script_are_accepted() {
        for family in [
            "آیشه",
            "محمد بن عبد الله",
            "می\u{200c}خواهم",
            "प्रिया",
            "李小龍",
            "အောင်ဆန်း",
            "'t Hart",
            "O\u{2019}Brien-Núñez",
            "Nguye\u{302}\u{303}n",
            "ß",
            "X",
            "𠮷田",
        ] {
            name(family, Some("Ayşe Nur")).unwrap();
        }
        assert_eq!(name(&"ü".repeat(151), Some("A")).unwrap_err().code(), "S-03");
        assert!(name(&"ü".repeat(150), Some("A")).is_ok());
        assert_eq!(name("a\u{1b}[2J", Some("A")).unwrap_err().code(), "S-03");
        assert_eq!(name("", Some("A")).unwrap_err().code(), "S-03");
    }

    #[test]
    fn one_name_is_a_name() {
        let set = name("Sukarno", None).unwrap();
        assert_eq!(set.plain("id.mononym"), Some(&Value::Bool(true)));
        assert_eq!(set.get("id.given_name"), None);
    }

    #[test]
    fn stateless_and_unknown_are_accepted() {
        for (code, free) in [("QS", Some(false)), ("QU", None), ("XK", Some(false)), ("FR", Some(true))] {
            let set = samples::identity().nationalities(&[code]).build(today()).unwrap();
            assert_eq!(set.plain("id.eu_eea_ch"), free.map(Value::Bool).as_ref(), "{code}");
        }
        for codes in
            [[].as_slice(), &["ZZ"], &["tr"], &["TUR"], &["TR", "TR"], &["TR", "SY", "IQ", "IR", "AF"]]
        {
            assert!(samples::identity().nationalities(codes).build(today()).is_err(), "{codes:?}");
        }
    }

    #[test]
    fn an_unknown_day_of_birth_stays_unknown() {
        for text in ["1993", "1993-04"] {
            let set =
                samples::identity().birth_date(PartialDate::parse(text).unwrap()).build(today()).unwrap();
            assert_eq!(set.plain("id.birth_date"), Some(&Value::text(text)));
            assert_eq!(set.plain("id.birth_year"), Some(&Value::Uint(1993)));
        }
        let age = |text: &str| {
            let set =
                samples::identity().birth_date(PartialDate::parse(text).unwrap()).build(today()).unwrap();
            (set.threshold("id.age_over").unwrap(), set.plain("id.age_band_5y").cloned())
        };
        assert_eq!(age("1996"), (29, None));
        assert_eq!(age("2008"), (17, Some(Value::text("15-19"))));
        assert_eq!(age("2008-11"), (17, Some(Value::text("15-19"))));
        assert_eq!(age("2008-11-23"), (18, Some(Value::text("15-19"))));
        assert_eq!(age("1993"), (32, Some(Value::text("30-34"))));
        assert_eq!(age("1900"), (125, Some(Value::text("85+"))));
        assert_eq!(age("1800"), (127, Some(Value::text("85+"))));
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        let mut set = ClaimSet::new(TYPES[0]);
        for text in ["2026-02-30", "2026-13", "26-1-1", "2026-13-01", "93", "", "1993-04-17T00:00:00Z"] {
            assert_eq!(set.set("id.birth_date", Value::text(text)).unwrap_err().code(), "S-05", "{text}");
            assert_eq!(set.set("doc.expiry_date", Value::text(text)).unwrap_err().code(), "S-04", "{text}");
        }
        assert_eq!(set.set("doc.expiry_date", Value::text("2026-12")).unwrap_err().code(), "S-04");
        let error = set.set("doc.expiry_date", Value::text("2026-12-1")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "S-04 date: required YYYY-MM-DD, a day of the calendar, presented text of 9 characters in \"doc.expiry_date\""
        );
    }

    #[test]
    fn every_kind_refuses_what_it_is_not() {
        let map = |entries: &[(&str, Value)]| {
            Value::Map(entries.iter().map(|(key, value)| (Value::text(*key), value.clone())).collect())
        };
        let document = |number: &str| {
            map(&[("type", Value::text("P")), ("country", Value::text("D")), ("number", Value::text(number))])
        };
        let area = ("area", Value::text("theory"));
        let cases: Vec<(usize, &str, Value, &str)> = vec![
            (0, "id.mononym", Value::Uint(1), "S-01"),
            (0, "id.birth_year", Value::text("1993"), "S-02"),
            (0, "id.birth_year", Value::Uint(10_000), "S-02"),
            (0, "id.sex", Value::Uint(7), "S-02"),
            (0, "id.family_name", Value::Uint(1), "S-03"),
            (2, "travel.valid_until", Value::Null, "S-04"),
            (2, "res.valid_until", Value::text("2029-02-29"), "S-04"),
            (2, "res.valid_until", Value::Bool(false), "S-04"),
            (2, "res.valid_until_month", Value::text("2029-2"), "S-06"),
            (0, "doc.number", Value::text("L898902C<"), "S-07"),
            (0, "doc.issuing_country", Value::text("DEU"), "S-07"),
            (2, "res.title_code", Value::text("18a"), "S-07"),
            (1, "qual.occupation.isco_unit", Value::text("9999"), "S-07"),
            (1, "qual.result", Value::text("Full"), "S-08"),
            (0, "id.portrait.view", Value::bytes([0x89, 0x50, 0x4e]), "S-09"),
            (
                0,
                "id.portrait.view",
                Value::bytes([&[0xff, 0xd8, 0xff], [0; 20_478].as_slice()].concat()),
                "S-09",
            ),
            (1, "qual.foreign.transcript", Value::bytes([0; 31]), "S-10"),
            (0, "id.guardian", map(&[("family_name", Value::text("A"))]), "S-11"),
            (2, "res.uk.work.conditions", map(&[("employer", Value::text("A"))]), "S-11"),
            (2, "res.uk.work.conditions", map(&[("sponsor_tied", Value::Null)]), "S-01"),
            (1, "qual.differences_summary", Value::Array(vec![map(std::slice::from_ref(&area))]), "S-11"),
            (1, "qual.licence.restrictions", Value::Array(vec![Value::text("a"); 11]), "S-12"),
            (0, "id.nationality", Value::Array(Vec::new()), "S-13"),
            (2, "res.uk.linked_documents", Value::Array(vec![document("A1"); 2]), "S-13"),
            (2, "res.uk.linked_documents", Value::Array(vec![Value::text("A1")]), "S-14"),
            (2, "res.uk.linked_documents", Value::Array(vec![document("a1")]), "S-07"),
        ];
        for (credential_type, id, value, code) in cases {
            let error = ClaimSet::new(TYPES[credential_type]).set(id, value).unwrap_err();
            assert_eq!(error.code(), code, "{error}");
        }
        let twice = Value::Map(vec![(Value::text("sponsor_tied"), Value::Bool(true)); 2]);
        let error = ClaimSet::new(TYPES[2]).set("res.uk.work.conditions", twice).unwrap_err();
        assert_eq!(error.code(), "S-11");
        assert_eq!(Kind::Threshold(&threshold::AGE).check(&Value::Uint(18)).unwrap_err().code(), "S-15");
        assert_eq!(Kind::Threshold(&threshold::AGE).check(&Value::bytes([0; 32])), Ok(()));
    }

    /// No error contains a value: every text claim is the word, in every wrong place.
    #[test]
    fn errors_and_debug_contain_no_values() {
        let secret = Value::text("SECRET");
        let nested = Value::Map(vec![(secret.clone(), secret.clone())]);
        let wrong = [
            secret.clone(),
            nested.clone(),
            Value::Array(vec![secret.clone(), secret.clone()]),
            Value::Array(vec![nested]),
            Value::bytes(*b"SECRET"),
        ];
        for claim in claims() {
            for value in &wrong {
                if let Err(fault) = claim.kind.check(value) {
                    assert!(!format!("{fault} {fault:?}").contains("SECRET"), "{}", claim.id);
                }
            }
        }
        let mut set = ClaimSet::new(TYPES[0]);
        set.set("id.family_name", secret.clone()).unwrap();
        let error = set.check().unwrap_err();
        let unknown = set.set("SECRET", secret).unwrap_err();
        assert!(!format!("{set:?} {error} {error:?} {unknown} {unknown:?}").contains("SECRET"));
        assert!(!format!("{:?}", set.get("id.family_name")).contains("SECRET"));
    }
}

mod rules {
    use super::*;

    /// A whole set, and statements that break it.
    fn broken(base: &ClaimSet, statements: &[(&str, Option<Value>)]) -> ClaimError {
        base.check().unwrap();
        let mut set = base.clone();
        for (id, value) in statements {
            match value {
                Some(value) => set.set(id, value.clone()).unwrap(),
                None => assert!(set.remove(id), "{id}"),
            }
        }
        set.check().unwrap_err()
    }

    fn threshold_broken(base: &ClaimSet, id: &str, value: u8) -> ClaimError {
        let mut set = base.clone();
        set.set_threshold(id, value).unwrap();
        set.check().unwrap_err()
    }

    fn text(text: &str) -> Option<Value> {
        Some(Value::text(text))
    }

    fn codes(codes: &[&str]) -> Option<Value> {
        Some(Value::Array(codes.iter().map(|code| Value::text(*code)).collect()))
    }

    fn differences() -> Option<Value> {
        let item = [("area", Value::text("theory")), ("hours", Value::Uint(320))];
        Some(Value::Array(vec![Value::Map(item.map(|(key, value)| (Value::text(key), value)).into())]))
    }

    const YES: Option<Value> = Some(Value::Bool(true));
    const NO: Option<Value> = Some(Value::Bool(false));

    /// Every rule has a case that breaks it and nothing else first.
    #[test]
    fn every_rule_between_claims_can_be_broken() {
        use Invariant as I;
        let id = samples::identity().build(today()).unwrap();
        let full = samples::recognition("access_regulated", "full").build(today()).unwrap();
        let partial = samples::recognition("access_regulated", "partial")
            .differences(&[("geriatric nursing", 320)])
            .measure("adaptation_period", 10)
            .build(today())
            .unwrap();
        let licence = Qualification::new("Beispielamt")
            .kind("licence")
            .licence("active", "Pflegefachfrau", Some(End::Never))
            .build(today())
            .unwrap();
        let bound = samples::german(&samples::bound()).build(today()).unwrap();
        let free = samples::german(&WorkPermission::EmploymentAny).build(today()).unwrap();
        let uk = samples::uk_residence();
        let no_work = Residence::new("visitor", true).uk_no_work().build(today()).unwrap();
        let eu =
            Residence::new("visitor", true).eu_travel(true, day("2029-05-01"), 20).build(today()).unwrap();
        let restriction = |level: &str, ars: &str| {
            Some(Value::Map(vec![
                (Value::text("level"), Value::text(level)),
                (Value::text("ars"), Value::text(ars)),
            ]))
        };

        let cases = vec![
            (I::Mononym, broken(&id, &[("id.given_name", None)])),
            (I::Mononym, broken(&id, &[("id.mononym", YES)])),
            (
                I::PlaceOfBirth,
                broken(&id, &[("id.place_of_birth.country", None), ("id.place_of_birth.locality", None)]),
            ),
            (I::BirthYear, broken(&id, &[("id.birth_year", Some(Value::Uint(1992)))])),
            (I::AgeBand, threshold_broken(&id, "id.age_over", 35)),
            (I::AgeBand, broken(&id, &[("id.age_band_5y", text("85+"))])),
            (I::FreeMovement, broken(&id, &[("id.eu_eea_ch", YES)])),
            (I::FreeMovement, broken(&id, &[("id.other_nationalities", codes(&["FR"]))])),
            (I::OtherNationalities, broken(&id, &[("id.other_nationalities", codes(&["TR"]))])),
            (I::NoNationality, broken(&id, &[("id.nationality", codes(&["TR", "QS"]))])),
            (I::NoNationality, broken(&id, &[("id.other_nationalities", codes(&["QS"]))])),
            (I::IscoLadder, broken(&full, &[("qual.occupation.isco_minor", text("222"))])),
            (I::IscoLadder, broken(&full, &[("qual.occupation.isco_submajor", text("22"))])),
            (
                I::IscoLadder,
                broken(
                    &full,
                    &[("qual.occupation.isco_minor", None), ("qual.occupation.isco_submajor", text("22"))],
                ),
            ),
            (I::ResultOfKind, broken(&full, &[("qual.kind", text("comparability_statement"))])),
            (I::ResultOfKind, broken(&full, &[("qual.result", text("comparable"))])),
            (I::ResultOfKind, broken(&licence, &[("qual.result", text("full"))])),
            (I::RequiredOfKind, broken(&full, &[("qual.reference_occupation", None)])),
            (I::RequiredOfKind, broken(&licence, &[("qual.kind", text("language_test"))])),
            (I::RegulatedOfKind, broken(&full, &[("qual.regulated", NO)])),
            (I::RegulatedOfKind, broken(&full, &[("qual.kind", text("equivalence_nonregulated"))])),
            (I::PartialDifferences, broken(&partial, &[("qual.differences_summary", None)])),
            (I::PartialDifferences, broken(&partial, &[("qual.differences_summary", codes(&[]))])),
            (I::FullDifferences, broken(&full, &[("qual.differences_summary", differences())])),
            (I::FullDifferences, broken(&full, &[("qual.measure.type", text("aptitude_test"))])),
            (I::Measure, broken(&partial, &[("qual.measure.type", None)])),
            (
                I::Measure,
                broken(&partial, &[("qual.result", text("none")), ("qual.differences_summary", None)]),
            ),
            (I::DecisionYear, broken(&full, &[("qual.decision_year", Some(Value::Uint(2025)))])),
            (I::EducationAtLeast, threshold_broken(&full, "qual.education_level_at_least", 7)),
            (I::EducationOfFour, broken(&full, &[("qual.education_level_4", text("secondary"))])),
            (I::LanguageAtLeast, threshold_broken(&full, "qual.language_test.at_least", 5)),
            (I::LicenceEnded, broken(&licence, &[("qual.licence.state", text("suspended"))])),
            (I::Unlimited, broken(&bound, &[("res.unlimited", YES)])),
            (I::ValidUntilMonth, broken(&bound, &[("res.valid_until_month", text("2029-03"))])),
            (I::ValidThrough, threshold_broken(&bound, "res.valid_through", 127)),
            (I::AnyEmployer, broken(&bound, &[("res.may_work_any_employer", YES)])),
            (I::RestrictionsStated, broken(&bound, &[("res.de.work_restrictions.region", None)])),
            (
                I::RestrictionsStated,
                broken(
                    &bound,
                    &[
                        ("res.de.work_restrictions.until", Some(Value::Null)),
                        ("res.de.work_restrictions.occupation", Some(Value::Null)),
                        ("res.de.work_restrictions.employer", Some(Value::Null)),
                        ("res.de.work_restrictions.working_time", Some(Value::Null)),
                    ],
                ),
            ),
            (I::RestrictionsAbsent, broken(&free, &[("res.de.work_restrictions.region", text("05"))])),
            (I::GermanStatus, broken(&free, &[("res.title_code", None)])),
            (I::GermanStatus, broken(&free, &[("res.document_number", None)])),
            (I::TitleClass, broken(&free, &[("res.status_class", text("settled"))])),
            (I::OneCountry, broken(&free, &[("travel.uk.permission_valid", NO)])),
            (
                I::ResidenceRestriction,
                broken(&free, &[("res.de.residence_restriction", restriction("land", "05315"))]),
            ),
            (
                I::ResidenceRestriction,
                broken(&free, &[("res.de.residence_restriction", restriction("none", "05"))]),
            ),
            (I::UkNoWork, broken(&no_work, &[("res.uk.work.until", text("2028-03-31"))])),
            (I::UkNoWork, threshold_broken(&no_work, "res.uk.work.through", 1)),
            (I::UkConditions, broken(&uk, &[("res.uk.work.conditions", None)])),
            (I::UkWorkThrough, threshold_broken(&uk, "res.uk.work.through", 40)),
            (I::UkWorkWithinStay, broken(&uk, &[("res.uk.valid_until_month", text("2028-02"))])),
            (I::UkNoRent, broken(&uk, &[("res.uk.rent.permitted", NO)])),
            (I::UkTravel, broken(&uk, &[("res.uk.linked_documents", None)])),
            (I::UkTravel, broken(&uk, &[("travel.uk.permission_valid", None)])),
            (I::EuTravel, broken(&eu, &[("travel.authorised_now", None)])),
        ];
        for (rule, error) in &cases {
            assert_eq!(*error, ClaimError::Broken(*rule), "{error}");
        }
        let tested: BTreeSet<&str> = cases.iter().map(|(rule, _)| rule.code()).collect();
        assert_eq!(tested, I::ALL.iter().map(|rule| rule.code()).collect());
    }

    #[test]
    fn rules_have_unique_codes_and_name_claims_of_their_type() {
        let codes: Vec<&str> = Invariant::ALL.iter().map(|rule| rule.code()).collect();
        assert!(codes.windows(2).all(|w| w[0] < w[1]));
        for rule in Invariant::ALL {
            for id in rule.claims() {
                let known = match lookup(id) {
                    Lookup::Claim { credential_type, .. } => credential_type.name == rule.credential_type(),
                    other => matches!(other, Lookup::Several(_)),
                };
                assert!(known, "{} {id}", rule.code());
            }
        }
    }

    #[test]
    fn levels_of_occupation_and_award_may_differ() {
        let set = samples::recognition("access_regulated", "full").build(today()).unwrap();
        assert_eq!(set.plain("qual.dqr_level"), Some(&Value::Uint(4)));
        assert_eq!(set.plain("qual.education_level_eqf"), Some(&Value::Uint(6)));
        assert_eq!(set.plain("qual.education_level_4"), Some(&Value::text("higher")));
    }

    #[test]
    fn a_comparability_statement_is_never_a_recognition() {
        let statement = |result: &str| {
            Qualification::new("ZAB")
                .kind("comparability_statement")
                .set("qual.result", Value::text(result))
                .set("qual.decision_date", Value::text("2026-03-12"))
                .set("qual.case_number", Value::text("Z-1"))
                .foreign_award(ForeignAward {
                    title: "Lisans",
                    awarding_body: "Örnek Üniversitesi",
                    country: "TR",
                    awarded_on: day("2015-06-30"),
                    eqf_level: None,
                })
                .build(today())
        };
        assert!(statement("comparable").is_ok() && statement("not_comparable").is_ok());
        for result in ["full", "partial", "none", "full_after_measure"] {
            assert_eq!(statement(result).unwrap_err(), ClaimError::Broken(Invariant::ResultOfKind));
        }
    }

    #[test]
    fn a_recognition_stands_when_the_licence_is_withdrawn() {
        let set = samples::recognition("access_regulated", "full")
            .licence("withdrawn", "Pflegefachfrau", None)
            .build(today())
            .unwrap();
        assert_eq!(set.plain("qual.valid_now"), YES.as_ref());
        let licence = |state: &str, until: Option<End>| {
            let set =
                Qualification::new("Beispielamt").kind("licence").licence(state, "Pflegefachfrau", until);
            set.build(today()).map(|set| set.plain("qual.valid_now").cloned())
        };
        assert_eq!(licence("active", None), Ok(YES));
        assert_eq!(licence("restricted", Some(End::Day(today()))), Ok(YES));
        assert_eq!(licence("active", Some(End::Day(day("2026-11-22")))), Ok(NO));
        assert_eq!(licence("suspended", None), Ok(NO));
        assert_eq!(licence("under_review", None), Err(ClaimError::Missing { id: "qual.valid_now" }));
    }

    #[test]
    fn presence_is_required_where_every_holder_has_it() {
        for (base, ids) in [
            (
                samples::identity().build(today()).unwrap(),
                ["id.family_name", "id.birth_date", "id.nationality"].as_slice(),
            ),
            (
                samples::recognition("access_regulated", "full").build(today()).unwrap(),
                &["qual.kind", "qual.valid_now", "qual.issuing_authority"],
            ),
            (samples::uk_residence(), &["res.valid_now", "res.under_review", "res.status_class"]),
        ] {
            let mandatory: Vec<&str> = base
                .credential_type()
                .claims()
                .filter(|(_, claim)| claim.presence == Presence::Mandatory)
                .map(|(_, claim)| claim.id)
                .collect();
            assert_eq!(mandatory.iter().collect::<BTreeSet<_>>(), ids.iter().collect::<BTreeSet<_>>());
            for id in mandatory {
                assert_eq!(broken(&base, &[(id, None)]), ClaimError::Missing { id });
            }
        }
        let id = samples::identity().build(today()).unwrap();
        let error = broken(&id, &[("doc.issuing_country", None)]);
        assert_eq!(error, ClaimError::MissingInGroup { id: "doc.issuing_country", group: "doc" });
        let without = ["doc.type", "doc.number", "doc.issuing_country", "doc.expiry_date", "doc.valid_now"];
        let mut set = id;
        assert!(without.iter().all(|id| set.remove(id)));
        assert_eq!(set.check(), Ok(()));
    }

    #[test]
    fn a_stated_step_that_contradicts_its_source_is_refused() {
        let residence = samples::german(&samples::bound());
        let late = residence.build(day("2029-03-01")).unwrap_err();
        assert_eq!(late, ClaimError::Contradicts { id: "res.valid_now", source: "res.valid_until" });
        let ended =
            samples::german(&samples::bound()).set("res.valid_now", Value::Bool(false)).build(today());
        assert_eq!(ended.unwrap().plain("res.valid_now"), NO.as_ref());
        let continued = samples::german(&samples::bound()).german_fiction("81_4").build(day("2029-03-01"));
        assert_eq!(continued.unwrap().plain("res.valid_now"), YES.as_ref());
        let year = samples::identity().set("id.birth_year", Value::Uint(1990)).build(today()).unwrap_err();
        assert_eq!(year.code(), "S-24");
    }

    #[test]
    fn the_builder_reports_the_first_mistake() {
        let error = samples::identity().sex(7).set("id.religion", Value::Null).build(today()).unwrap_err();
        assert_eq!(error.code(), "S-02");
    }

    #[test]
    fn restrictions_survive_the_way_through_the_claims() {
        let set = samples::german(&samples::bound()).build(today()).unwrap();
        assert_eq!(WorkPermission::read(|id| set.plain(id)), Some(samples::bound()));
    }
}

mod ladders {
    use super::*;

    fn any_day() -> impl Strategy<Value = Date> {
        // 1900-01-01 to 2026-11-23
        (-25_567_i64..=20_780).prop_map(|days| Date::from_days(days).unwrap())
    }

    #[test]
    fn thresholds_are_monotone() {
        for domain in DOMAINS {
            for value in 0..=domain.max {
                let met: Vec<bool> = domain.thresholds().map(|at| value >= at).collect();
                assert!(met.windows(2).all(|w| w[0] || !w[1]), "{} {value}", domain.name);
            }
            let steps: Vec<u8> = domain.thresholds().collect();
            assert!(steps.windows(2).all(|w| w[0] < w[1]) && steps.iter().all(|at| *at <= domain.max));
        }
    }

    #[test]
    fn end_dates_of_each_country() {
        let unlimited = Residence::new("settled", true)
            .german_title(GermanTitle {
                code: "AufenthG:9",
                document_number: "Y0A1B2C3D",
                issuing_authority: "Land Beispiel",
                until: End::Never,
            })
            .german_work(&WorkPermission::Any)
            .build(today())
            .unwrap();
        assert_eq!(unlimited.threshold("res.valid_through"), Some(127));
        assert_eq!(unlimited.plain("res.unlimited"), Some(&Value::Bool(true)));
        assert_eq!(unlimited.get("res.valid_until_month"), None);
        assert_eq!(unlimited.plain("res.may_work_any_employer"), Some(&Value::Bool(true)));
        let uk = samples::uk_residence();
        assert_eq!(uk.threshold("res.uk.work.through"), Some(39));
        assert_eq!(uk.plain("res.may_work_any_employer"), Some(&Value::Bool(true)));
        let none = Residence::new("visitor", true).uk_no_work().build(today()).unwrap();
        assert_eq!(none.threshold("res.uk.work.through"), Some(0));
    }

    proptest! {
        /// Whatever day somebody was really born on, "at least" is true.
        #[test]
        fn age_is_never_overstated(birth in any_day(), now in any_day()) {
            let known = birth.to_string();
            for text in [&known[..4], &known[..7], &known] {
                let partial = PartialDate::parse(text).unwrap();
                let mut set = ClaimSet::new(TYPES[0]);
                set.set("id.birth_date", Value::text(text)).unwrap();
                set.derive(now).unwrap();
                let age = set.threshold("id.age_over").unwrap();
                prop_assert!(u16::from(age) <= birth.completed_years(now));
                prop_assert!(partial.earliest() <= birth && birth <= partial.latest());
                if let Some(band) = set.plain("id.age_band_5y") {
                    let mut whole = ClaimSet::new(TYPES[0]);
                    whole.set("id.birth_date", Value::text(known.as_str())).unwrap();
                    whole.derive(now).unwrap();
                    prop_assert_eq!(whole.plain("id.age_band_5y"), Some(band));
                }
            }
        }

        /// "Valid through a month" is true on the last day of that month.
        #[test]
        fn validity_is_never_overstated(days in 20_000_i64..30_000) {
            let until = Date::from_days(days).unwrap();
            let value = threshold::valid_through(Some(until));
            if let Some(month) = threshold::month_at(value) {
                prop_assert!(month.last_day() <= until);
            }
        }

        #[test]
        fn deriving_twice_changes_nothing(birth in any_day()) {
            let mut set = samples::identity().birth_date(birth.into()).build(today()).unwrap();
            let once = set.clone();
            set.derive(today()).unwrap();
            prop_assert!(set == once);
        }
    }
}
