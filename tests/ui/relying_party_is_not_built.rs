//! A relying party comes from a registrar's signature.

use geleit_credential::registration::{RegistrationContent, RelyingParty};

fn pretend(content: RegistrationContent) -> RelyingParty {
    RelyingParty { content }
}

fn main() {}
