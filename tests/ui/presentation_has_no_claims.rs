//! A parsed presentation shows no claim.

use geleit_credential::presentation::Presentation;

fn read(presentation: &Presentation<'_>) {
    let _ = presentation.claim("res.uk.work.permitted");
}

fn main() {}
