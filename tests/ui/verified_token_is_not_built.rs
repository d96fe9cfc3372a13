//! Nor is a verified token of any conforming SD-CWT.

use geleit_credential::sd_cwt::{KeyBoundToken, VerifiedToken};

fn pretend<'b, 's>(token: KeyBoundToken<'b>) -> VerifiedToken<'b, 's> {
    token.into()
}

fn main() {}
