//! Trust comes from the anchor's signature.

use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;

fn main() {
    let _ = TrustList {
        sequence: 1,
        expires_at: UnixTime(0),
        issuers: todo!(),
        registrars: todo!(),
        status_issuers: todo!(),
    };
}
