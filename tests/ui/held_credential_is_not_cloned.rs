//! A copy of a credential is kept once, and wiped once.

use geleit_credential::holder::HeldCredential;

fn twice(held: &HeldCredential) -> HeldCredential {
    held.clone()
}

fn main() {}
