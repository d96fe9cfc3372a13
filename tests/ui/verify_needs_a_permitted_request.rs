//! A request is checked against its registration before anything answers it.

use geleit_credential::presentation::Presentation;
use geleit_credential::request::Request;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};

fn check(verifier: &Verifier, presentation: &Presentation<'_>, request: &Request<'_>) {
    let mut nonces = OpenNonces::default();
    let _ = verifier.verify(presentation, request, &StatusLists::new(), UnixTime(0), &mut nonces, &mut Workspace::new());
}

fn main() {}
