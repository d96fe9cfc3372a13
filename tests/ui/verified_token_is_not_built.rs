//! Nor is a verified token of any conforming SD-CWT.

use geleit_credential::sd_cwt::VerifiedToken;

fn main() {
    let _ = VerifiedToken { bound: todo!(), checked: todo!() };
}
