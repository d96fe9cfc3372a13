//! "No nonce" is said in words, not by leaving it out.

use geleit_cose::algorithm::Algorithms;
use geleit_credential::sd_cwt::{Expected, IssuerName};
use geleit_credential::time::UnixTime;

fn main() {
    let _ = Expected {
        audiences: &["https://verifier.example"],
        nonce: None,
        now: UnixTime(0),
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
}
