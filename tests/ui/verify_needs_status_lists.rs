//! The status lists at hand are an argument: there is no call without them.

use geleit_credential::presentation::Presentation;
use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};

fn check(verifier: &Verifier, presentation: &Presentation<'_>, request: &PermittedRequest) {
    let mut nonces = OpenNonces::default();
    let _ = verifier.verify(presentation, request, UnixTime(0), &mut nonces, &mut Workspace::new());
}

fn main() {}
