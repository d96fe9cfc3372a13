//! What is known cannot be put together without the status lists.

use geleit_credential::known::Known;
use geleit_credential::purpose::Purposes;
use geleit_credential::trust_list::TrustList;

fn know<'a>(trust: &'a TrustList, purposes: &'a Purposes) -> Known<'a> {
    Known { trust, purposes }
}

fn main() {}
