//! What a verifier expects is always said.

use geleit_credential::sd_cwt::Expected;

fn main() {
    let _ = Expected::default();
}
