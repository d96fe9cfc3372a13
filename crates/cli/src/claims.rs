//! `geleit claims`: which claims exist, and which never will.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::suggest::closest;
use crate::text::{fields, table};
use geleit_credential::schema::{
    Claim, CredentialType, FAMILIES, Family, Group, Kind, NEVER, NeverClaim, Presence, Sensitivity, TYPES,
};
use serde_json::{Value as Json, json};

/// List the claims of the credential types, and the claims that exist in none
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: geleit claims --type residence")]
pub(crate) struct Claims {
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
        let types: Vec<_> =
            TYPES.iter().copied().filter(|one| self.only.is_none_or(|only| only.vct == one.vct)).collect();
        let mut text: String = types.iter().map(|one| type_text(one)).collect();
        text.push_str("Never: claims that exist in no credential\n\n");
        text.push_str(&fields(NEVER.iter().map(|never| (never.id, never.reason.en))));
        text.push_str("\nNever: kinds of data that exist in no credential, whatever they are called\n\n");
        text.push_str(&fields(FAMILIES.iter().map(|family| (family.name, family.reason.en))));
        text.push_str(
            "\nS0 harmless alone, S1 personal, S2 identifies or links, S3 sensitive by inference.\n\
             A threshold is answered as \"at least\" one of its steps, without its value.\n",
        );
        let json = json!({
            "schema": "geleit.claims/1",
            "types": types.iter().map(|one| type_json(one)).collect::<Vec<_>>(),
            "never": NEVER.iter().map(never_json).collect::<Vec<_>>(),
            "never_kinds": FAMILIES.iter().map(family_json).collect::<Vec<_>>(),
        });
        Ok(Answer::new(text, json))
    }
}

fn type_text(credential_type: &'static CredentialType) -> String {
    let rows = credential_type.claims().flat_map(|(_, claim)| core::iter::once(claim).chain(claim.record()));
    let rows = rows.map(|claim| {
        [
            claim.id.to_owned(),
            claim.title.en.to_owned(),
            kind(claim),
            sensitivity(claim).to_owned(),
            presence(claim).to_owned(),
        ]
    });
    let table = table(&["claim", "title", "value", "", ""], rows);
    format!("{} ({})\n\n{table}\n", credential_type.title.en, credential_type.vct)
}

/// What a value of the claim is, in a few words.
pub(crate) fn kind(claim: &Claim) -> String {
    match claim.kind {
        Kind::Threshold(domain) => {
            let labels: Vec<String> = domain.thresholds().filter_map(|step| domain.label(step)).collect();
            match labels.as_slice() {
                [first, .., last] if labels.len() > 14 => format!("threshold: {first} to {last}"),
                labels => format!("threshold: {}", labels.join(" ")),
            }
        }
        Kind::Enum(texts) if texts.len() <= 8 => texts.join(" | "),
        Kind::Enum(texts) => format!("one of {} texts", texts.len()),
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

fn type_json(credential_type: &'static CredentialType) -> Json {
    let claims = credential_type.claims().flat_map(|(group, claim)| {
        let members = claim.record().iter().map(move |member| claim_json(group, member));
        core::iter::once(claim_json(group, claim)).chain(members)
    });
    json!({
        "name": credential_type.name,
        "vct": credential_type.vct,
        "title": credential_type.title.en,
        "title_de": credential_type.title.de,
        "claims": claims.collect::<Vec<_>>(),
    })
}

fn claim_json(group: &Group, claim: &Claim) -> Json {
    let values = if let Kind::Enum(texts) = claim.kind { Some(texts) } else { None };
    let steps = claim
        .domain()
        .map(|domain| domain.thresholds().filter_map(|step| domain.label(step)).collect::<Vec<_>>());
    json!({
        "id": claim.id, "group": group.key, "key": claim.key,
        "title": claim.title.en, "title_de": claim.title.de,
        "kind": claim.kind.name(), "required": claim.kind.to_string(), "values": values, "at_least": steps,
        "sensitivity": sensitivity(claim), "presence": presence(claim),
    })
}
