//! Trust comes from the anchor's signature: not even the number of a list is changed afterwards.

use geleit_credential::trust_list::TrustList;

fn renew(list: &mut TrustList) {
    list.sequence = 8;
}

fn main() {}
