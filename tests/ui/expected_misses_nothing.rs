//! No expectation can be left out.

use geleit_cose::algorithm::Algorithms;
use geleit_credential::sd_cwt::{Expected, IssuerName, Nonce};
use geleit_credential::time::UnixTime;

fn main() {
    let _ = Expected {
        audiences: &["https://verifier.example"],
        nonce: Nonce::NoneAsked,
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
    let _ = Expected {
        audiences: &["https://verifier.example"],
        now: UnixTime(0),
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
}
