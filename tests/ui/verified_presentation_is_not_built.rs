//! There is one way to a verified presentation, and nothing is changed in it.

use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{VerifiedCredential, VerifiedPresentation};

fn redate(presentation: &mut VerifiedPresentation<'_, '_>) {
    presentation.verified_at = UnixTime(0);
}

fn swap<'b, 's>(
    mut presentation: VerifiedPresentation<'b, 's>,
    credential: VerifiedCredential<'b, 's>,
) -> VerifiedPresentation<'b, 's> {
    presentation.credentials = [Some(credential), None, None, None];
    presentation
}

fn main() {}
