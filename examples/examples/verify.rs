//! The relying party: ask for a registered purpose, verify the answer, decide.
//!
//! ```text
//! cargo run -p geleit-examples --example verify
//! ```

use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Facts, decide};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::reason::Lang;
use geleit_credential::registration::Registration;
use geleit_credential::request::Request;
use geleit_credential::trust_list::SignedTrustList;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
use geleit_examples::{Outcome, Setting, day, now};

fn main() -> Outcome {
    let now = now()?;
    let profile = Profile::find_embedded("uk-right-to-work").ok_or("no such profile")?;
    let setting = Setting::new(&profile, now)?;

    // Once per program: whom to trust, who we are, and which answers were used already.
    let trust = SignedTrustList::parse(&setting.trust_list)?.verify(&setting.anchor, 0, now)?;
    let relying_party = Registration::parse(&setting.registration)?.verify(&trust, now)?;
    let verifier = Verifier::new(trust.clone(), relying_party);
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());

    // Ask for what the profile requires; show it as a QR code or send it. Our own request has to
    // pass the check that a wallet makes.
    let required: Vec<&str> = profile.required().iter().map(String::as_str).collect();
    let question = setting.ask(&profile, &required, now)?;
    let request = Request::parse(&question)?.permit(&trust, now)?;

    // These bytes come back. Until `verify` has returned, nothing in them is worth anything, and
    // there is no way to read a claim.
    let answer = setting.answer(&question, now)?;
    let presentation = Presentation::parse(&answer, &Limits::TOKEN)?;
    let verified = verifier.verify(&presentation, &request, now, &mut nonces, &mut workspace)?;
    println!("verified {} bytes: {}", answer.len(), verified.disclosed().join(", "));

    // What only we know: the first day of work, and that a person compared the photo with the face.
    let facts = Facts::new().date("start_date", day(now, 30)?).text("face_matches", "yes");
    let decision = decide(&verified, &profile, &facts, now)?;
    println!("{}: {}", decision.outcome(), decision.reason().what(Lang::En));
    println!("{}", decision.reason().next(Lang::En));
    if let Some(fallback) = decision.fallback() {
        println!("no answer either way; instead: {}", fallback.text(Lang::En));
    }

    // An answer counts once.
    match verifier.verify(&presentation, &request, now, &mut nonces, &mut workspace) {
        Err(rejection) => println!("shown again: {rejection}"),
        Ok(_) => return Err("an answer was taken twice".into()),
    }
    Ok(())
}
