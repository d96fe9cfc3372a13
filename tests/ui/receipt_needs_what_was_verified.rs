//! A receipt of a decision is signed over a verified presentation only.

use geleit_credential::decision::{Decision, Facts};
use geleit_credential::presentation::Presentation;
use geleit_credential::receipt::Decided;

fn receipt(presentation: &Presentation<'_>, decision: &Decision, facts: &Facts) {
    let _ = Decided::Verified { presentation, decision, facts, salt: &[0; 16] };
}

fn main() {}
