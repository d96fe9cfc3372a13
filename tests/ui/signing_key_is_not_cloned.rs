//! A secret key is in one place.

use geleit_cose::key::SigningKey;

fn main() {
    let key = SigningKey::ed25519_from_seed(&[7; 32]);
    let _ = key.clone();
}
