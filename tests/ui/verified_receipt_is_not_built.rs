//! A receipt counts when its signature was checked, and is not changed afterwards.

use geleit_credential::receipt::VerifiedReceipt;

fn renew(receipt: &mut VerifiedReceipt) {
    receipt.keep_until = None;
}

fn main() {}
