//! A relying party comes from a registrar's signature.

use geleit_credential::registration::{RegistrationContent, RelyingParty};

fn pretend(content: RegistrationContent) -> RelyingParty {
    content.into()
}

fn change(relying_party: &mut RelyingParty, content: RegistrationContent) {
    relying_party.content = content;
}

fn main() {}
