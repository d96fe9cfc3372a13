//! What is known of a status comes from the verifier.

use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::StatusEvidence;

fn main() {
    let _ = StatusEvidence { standing: Standing::Valid, as_of: UnixTime(0), list: None };
}
