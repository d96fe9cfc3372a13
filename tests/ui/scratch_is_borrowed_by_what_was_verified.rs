//! The memory of a verification is not used again while its result is looked at.

use geleit_credential::presentation::Presentation;
use geleit_credential::request::PermittedRequest;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};

fn check(verifier: &Verifier, presentation: &Presentation<'_>, request: &PermittedRequest) {
    let statuses = StatusLists::new();
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let first = verifier.verify(presentation, request, &statuses, UnixTime(0), &mut nonces, &mut workspace);
    let second = verifier.verify(presentation, request, &statuses, UnixTime(0), &mut nonces, &mut workspace);
    let _ = (first, second);
}

fn main() {}
