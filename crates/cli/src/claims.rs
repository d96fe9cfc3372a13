//! `geleit claims`: which claims exist, and which never will.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::issue::unknown;
use crate::suggest::closest;
use crate::text::{fields, table};
use geleit_credential::schema::{
    Claim, CredentialType, FAMILIES, Family, Field, Group, Kind, Lookup, NEVER, NeverClaim, Presence,
    Sensitivity, TYPES, lookup,
};
use serde_json::{Value as Json, json};

const AFTER_HELP: &str = "\
Class: S0 harmless alone, S1 personal, S2 identifies or links, S3 sensitive by inference.
In a credential: \"required\" always; \"with its group\" if anything of the group is stated; \"conditional\"
when another claim makes it necessary; \"optional\" may be absent; \"derived\" computed from a finer claim,
or stated in its place. A threshold is answered as \"at least\" one of its steps, without its value.

The members of an object stand below their claim. In the claims file they are one JSON object:
  {\"res.uk.work.conditions\": {\"sponsor_tied\": false, \"max_hours_term\": 20}}

Example: geleit claims --type residence
         geleit claims res.uk.work.conditions";

/// List the claims of the credential types, and the claims that exist in none
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Claims {
    /// Only this claim, with the members of its value
    #[arg(value_name = "ID", conflicts_with = "only")]
    id: Option<String>,
    /// Only this type: identity, qualification or residence
    #[arg(long = "type", value_name = "TYPE", value_parser = credential_type)]
    only: Option<&'static CredentialType>,
}

/// Reads the name of a credential type.
pub(crate) fn credential_type(name: &str) -> Result<&'static CredentialType, String> {
    CredentialType::by_name(name).ok_or_else(|| {
        let meant = closest(name, TYPES.iter().map(|one| one.name));
        let meant = meant.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        format!("identity, qualification or residence is required{meant}")
    })
}

impl Claims {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        match &self.id {
            Some(id) => one(id),
            None => Ok(self.all()),
        }
    }

    fn all(&self) -> Answer {
        let types: Vec<_> =
            TYPES.iter().copied().filter(|one| self.only.is_none_or(|only| only.vct == one.vct)).collect();
        let mut text: String = types.iter().map(|one| type_text(one, |_| true)).collect();
        text.push_str("Never: claims that exist in no credential\n\n");
        text.push_str(&fields(NEVER.iter().map(|never| (never.id, never.reason.en))));
        text.push_str("\nNever: kinds of data that exist in no credential, whatever they are called\n\n");
        text.push_str(&fields(FAMILIES.iter().map(|family| (family.name, family.reason.en))));
        text.push_str(
            "\nS0 harmless alone, S1 personal, S2 identifies or links, S3 sensitive by inference.\n\
             Conditional: when another claim makes it necessary. Derived: computed from a finer claim, or stated in its place.\n\
             A threshold is answered as \"at least\" one of its steps, without its value.\n",
        );
        let json = json!({
            "schema": "geleit.claims/1",
            "types": types.iter().map(|one| type_json(one, |_| true)).collect::<Vec<_>>(),
            "never": NEVER.iter().map(never_json).collect::<Vec<_>>(),
            "never_kinds": FAMILIES.iter().map(family_json).collect::<Vec<_>>(),
        });
        Answer::new(text, json)
    }
}

/// What one id stands for.
fn one(id: &str) -> Result<Answer, Failure> {
    match lookup(id) {
        Lookup::Claim { credential_type, claim, member, .. } => {
            Ok(some(credential_type, &[member.unwrap_or(claim).id]))
        }
        Lookup::Step { credential_type, claim, .. } => Ok(some(credential_type, &[claim.id])),
        Lookup::Several(mapping) => {
            let credential_type = TYPES
                .iter()
                .copied()
                .find(|one| mapping.claims.first().is_some_and(|first| one.claim(first).is_some()));
            credential_type
                .map(|credential_type| some(credential_type, mapping.claims))
                .ok_or_else(|| not_listed(id))
        }
        Lookup::Never(never) => Ok(none(
            &format!("{} exists in no credential: {}", never.id, never.reason.en),
            &[never_json(never)],
            &[],
        )),
        Lookup::OutOfScope(family) => Ok(none(
            &format!("{} exist in no credential: {}", family.name, family.reason.en),
            &[],
            &[family_json(family)],
        )),
        Lookup::Elsewhere(supporting) => Err(not_listed(id).hint(format!(
            "it belongs to credentials of kind \"{}\", which are not part of this tool",
            supporting.credential
        ))),
        _ => Err(not_listed(id)),
    }
}

fn not_listed(id: &str) -> Failure {
    Failure::usage(format!("there is no claim \"{id}\"")).hint(unknown(id))
}

/// Some claims of one type.
fn some(credential_type: &'static CredentialType, ids: &[&str]) -> Answer {
    let wanted = |claim: &Claim| {
        let list = claim.id.rsplit_once('.').map_or("", |(list, _)| list);
        let in_list = ids.contains(&list) && credential_type.claim(list).is_some();
        ids.contains(&claim.id) || in_list
    };
    let json = json!({
        "schema": "geleit.claims/1",
        "types": [type_json(credential_type, wanted)], "never": [], "never_kinds": [],
    });
    let long = credential_type.claims().filter(|(_, claim)| wanted(claim)).filter_map(|(_, claim)| {
        let Kind::Enum(texts) = claim.kind else { return None };
        (texts.len() > FEW).then(|| (claim.id, texts.join(", ")))
    });
    let text = format!("{}{}", type_text(credential_type, wanted), fields(long));
    let text = format!("{}\n", text.trim_end());
    Answer::new(text, json)
}

/// A claim that exists in no credential.
fn none(text: &str, never: &[Json], kinds: &[Json]) -> Answer {
    let json = json!({"schema": "geleit.claims/1", "types": [], "never": never, "never_kinds": kinds});
    Answer::new(format!("{text}\n"), json)
}

fn type_text(credential_type: &'static CredentialType, wanted: impl Fn(&Claim) -> bool) -> String {
    let claims =
        credential_type.claims().flat_map(|(_, claim)| core::iter::once(claim).chain(claim.record()));
    let rows = claims.filter(|claim| wanted(claim)).flat_map(|claim| {
        let row = [
            claim.id.to_owned(),
            claim.title.en.to_owned(),
            value(&claim.kind),
            sensitivity(claim).to_owned(),
            presence(claim).to_owned(),
        ];
        core::iter::once(row).chain(members(&claim.kind).iter().map(member_row))
    });
    let table = table(&["claim", "title", "value", "class", "in a credential"], rows);
    format!("{} ({})\n\n{table}\n", credential_type.title.en, credential_type.vct)
}

/// A member of an object, below its claim.
fn member_row(field: &Field) -> [String; 5] {
    let presence = if field.optional { "optional" } else { "required" };
    let key = format!("- {}", field.key);
    [key, String::new(), value(&field.kind), String::new(), presence.to_owned()]
}

/// The members of an object, of one that may be null, or of the objects in an array.
const fn members(kind: &Kind) -> &'static [Field] {
    match kind {
        Kind::Object(fields) => fields,
        Kind::Nullable(inner) | Kind::Array { element: inner, .. } | Kind::List { element: inner, .. } => {
            members(inner)
        }
        _ => &[],
    }
}

/// Texts of an enumeration that stand in a table at most.
const FEW: usize = 8;

/// What a value is, in a few words.
fn value(kind: &Kind) -> String {
    match kind {
        Kind::Threshold(domain) => {
            let labels: Vec<String> = domain.thresholds().filter_map(|step| domain.label(step)).collect();
            match labels.as_slice() {
                [first, .., last] if labels.len() > 14 => format!("threshold: {first} to {last}"),
                labels => format!("threshold: {}", labels.join(" ")),
            }
        }
        Kind::Enum(texts) if texts.len() <= FEW => texts.join(" | "),
        Kind::Enum(texts) => format!("one of {} texts", texts.len()),
        Kind::IntOf(numbers) => numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" | "),
        Kind::Object(_) => "an object with these members".to_owned(),
        Kind::Nullable(inner) => format!("{}, or null", value(inner)),
        Kind::Array { element: Kind::Object(_), max } => format!("0 to {max} objects with these members"),
        Kind::Array { element, .. } => format!("{kind}: {}", value(element)),
        Kind::List { element: Kind::Record(_), .. } => kind.to_string(),
        Kind::List { element, .. } => format!("{kind}: {}", value(element)),
        kind => kind.to_string(),
    }
}

const fn sensitivity(claim: &Claim) -> &'static str {
    match claim.sensitivity {
        Sensitivity::S0 => "S0",
        Sensitivity::S1 => "S1",
        Sensitivity::S2 => "S2",
        Sensitivity::S3 => "S3",
        Sensitivity::S4 => "S4",
    }
}

const fn presence(claim: &Claim) -> &'static str {
    match claim.presence {
        Presence::Mandatory => "required",
        Presence::WithGroup => "with its group",
        Presence::Conditional => "conditional",
        Presence::Optional => "optional",
        Presence::Derived => "derived",
    }
}

fn never_json(never: &NeverClaim) -> Json {
    json!({"id": never.id, "reason": never.reason.en, "reason_de": never.reason.de})
}

fn family_json(family: &Family) -> Json {
    let reason = family.reason;
    json!({"name": family.name, "words": family.words, "reason": reason.en, "reason_de": reason.de})
}

fn type_json(credential_type: &'static CredentialType, wanted: impl Fn(&Claim) -> bool) -> Json {
    let claims = credential_type.claims().flat_map(|(group, claim)| {
        core::iter::once(claim).chain(claim.record()).map(move |claim| (group, claim))
    });
    let claims = claims.filter(|(_, claim)| wanted(claim)).map(|(group, claim)| claim_json(group, claim));
    json!({
        "name": credential_type.name,
        "vct": credential_type.vct,
        "title": credential_type.title.en,
        "title_de": credential_type.title.de,
        "claims": claims.collect::<Vec<_>>(),
    })
}

fn claim_json(group: &Group, claim: &Claim) -> Json {
    let members: Vec<Json> = members(&claim.kind).iter().map(field_json).collect();
    let steps = claim
        .domain()
        .map(|domain| domain.thresholds().filter_map(|step| domain.label(step)).collect::<Vec<_>>());
    json!({
        "id": claim.id, "group": group.key, "key": claim.key,
        "title": claim.title.en, "title_de": claim.title.de,
        "kind": claim.kind.name(), "required": claim.kind.to_string(), "values": values(&claim.kind), "at_least": steps,
        "members": if members.is_empty() { None } else { Some(members) },
        "sensitivity": sensitivity(claim), "presence": presence(claim),
    })
}

fn field_json(field: &Field) -> Json {
    json!({
        "key": field.key, "kind": field.kind.name(), "required": field.kind.to_string(),
        "values": values(&field.kind), "optional": field.optional,
    })
}

/// Every text or number that is allowed, when they are listed.
fn values(kind: &Kind) -> Option<Json> {
    match kind {
        Kind::Enum(texts) => Some(json!(texts)),
        Kind::IntOf(numbers) => Some(json!(numbers)),
        Kind::Nullable(inner) => values(inner),
        _ => None,
    }
}
