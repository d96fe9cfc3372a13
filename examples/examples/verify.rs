//! The relying party: ask for a registered purpose, verify the answer, decide.
//!
//! ```text
//! cargo run -p geleit-examples --example verify
//! ```

use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Facts, decide};
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::Lang;
use geleit_credential::receipt::{Decided, LogPlace, Receipt, SignedReceipt};
use geleit_credential::registration::Registration;
use geleit_credential::request::Request;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
use geleit_examples::{Outcome, Setting, day, now};

fn main() -> Outcome {
    let now = now()?;
    let profile = Profile::find_embedded("uk-right-to-work").ok_or("no such profile")?;
    let setting = Setting::new(&profile, now)?;

    // Once per program: whom to trust, who we are, and which answers were used already.
    let (trust, statuses) = setting.verified(now)?;
    let purposes = Purposes::embedded();
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    let relying_party = Registration::parse(&setting.registration)?.verify(&known, now)?;
    let verifier = Verifier::new(trust.clone(), relying_party.clone());
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());

    // Ask for what the profile requires; show it as a QR code or send it. Our own request has to
    // pass the check that a wallet makes.
    let required: Vec<&str> = profile.required().iter().map(String::as_str).collect();
    let question = setting.ask(&profile, &required, now)?;
    let request = Request::parse(&question)?.permit(&known, now)?;

    // These bytes come back. Until `verify` has returned, nothing in them is worth anything, and
    // there is no way to read a claim.
    let answer = setting.answer(&question, now)?;
    let presentation = Presentation::parse(&answer, &Limits::TOKEN)?;
    let verified = verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace)?;
    println!("verified {} bytes: {}", answer.len(), verified.disclosed().join(", "));

    // What only we know: the first day of work, and that a person compared the photo with the face.
    let facts = Facts::new().date("start_date", day(now, 30)?).text("face_matches", "yes");
    let decision = decide(&verified, &profile, &facts, now)?;
    println!("{}: {}", decision.outcome(), decision.reason().what(Lang::En));
    println!("{}", decision.reason().next(Lang::En));
    if let Some(fallback) = decision.fallback() {
        println!("no answer either way; instead: {}", fallback.text(Lang::En));
    }

    // The person gets a receipt: why, by which rule, on evidence how old, and how to object. No claim is in it.
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    let receipt = Receipt {
        request: &request,
        profile: &profile,
        trust: &trust,
        statuses: &statuses,
        decided: Decided::Verified {
            presentation: &verified,
            decision: &decision,
            facts: &facts,
            salt: &salt,
        },
        decided_at: now,
        place: LogPlace::FIRST,
    };
    let receipt = receipt.sign(&setting.relying_party)?;
    let read = SignedReceipt::parse(&receipt)?.verify(&relying_party, now)?;
    println!("receipt {} of {} bytes: {}", read.place().number(), receipt.len(), read.verdict().name());

    // An answer counts once.
    match verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace) {
        Err(rejection) => println!("shown again: {rejection}"),
        Ok(_) => return Err("an answer was taken twice".into()),
    }
    Ok(())
}
