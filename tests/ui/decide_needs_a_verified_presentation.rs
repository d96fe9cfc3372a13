//! Nothing is decided on what was only parsed.

use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Facts, decide};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::time::UnixTime;

fn main() {
    let presentation = Presentation::parse(b"", &Limits::TOKEN).unwrap();
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let _ = decide(&presentation, &profile, &Facts::new(), UnixTime(0));
}
