//! What was written down is not verified.

use geleit_credential::verifier::VerifiedPresentation;

fn main() {
    let _: VerifiedPresentation<'_, '_> = serde_json::from_str("{}").unwrap();
}
