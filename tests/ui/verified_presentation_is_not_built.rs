//! There is one way to a verified presentation, and it is not this one.

use geleit_credential::time::UnixTime;
use geleit_credential::verifier::VerifiedPresentation;

fn main() {
    let _ = VerifiedPresentation {
        credentials: [None, None, None, None],
        request_hash: [0; 32],
        verified_at: UnixTime(0),
        _receipts: todo!(),
    };
}
