//! A permitted request was checked against its registration.

use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;

fn main() {
    let _ = PermittedRequest {
        hash: [0; 32],
        relying_party: todo!(),
        scope: todo!(),
        nonce: Vec::new(),
        retention_days: 0,
        issued_at: UnixTime(0),
        expires_at: UnixTime(0),
    };
}
