//! Nothing is verified by default.

use geleit_credential::verifier::VerifiedPresentation;

fn main() {
    let _ = VerifiedPresentation::default();
}
