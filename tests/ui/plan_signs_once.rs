//! A plan is signed once: a second answer needs a second look at what was shown before.

use geleit_cose::key::SigningKey;
use geleit_credential::holder::Plan;

fn twice(plan: Plan<'_>, key: &SigningKey) {
    let _ = plan.sign(key);
    let _ = plan.sign(key);
}

fn main() {}
