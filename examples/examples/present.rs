//! The wallet: keep what is safe to keep, see who asks what for, show that and nothing else.
//!
//! ```text
//! cargo run -p geleit-examples --example present
//! ```

use geleit_cose::key::SigningKey;
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, Wallet, plan};
use geleit_credential::known::Known;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::Lang;
use geleit_credential::request::Request;
use geleit_credential::sd_cwt::Scratch;
use geleit_examples::{Outcome, Setting, now, rng};

const ASKED: [&str; 4] =
    ["id.portrait.view", "id.family_name", "res.uk.work.permitted", "res.uk.work.conditions"];

fn main() -> Outcome {
    let now = now()?;
    let profile = Profile::find_embedded("uk-right-to-work").ok_or("no such profile")?;
    let setting = Setting::new(&profile, now)?;
    let (trust, statuses) = setting.verified(now)?;
    let purposes = Purposes::embedded();
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };

    // One key, one copy of each credential. What is shown together is bound to the same key.
    let key = SigningKey::generate_ed25519(&mut rng());
    let my_keys = [key.public_key().clone()];
    let mut scratch = Scratch::default();
    let mut held = Vec::new();
    for bytes in setting.issue(key.public_key(), now)? {
        // Refuses whatever could be a mark on this one holder: order, counts, times, encodings.
        held.push(HeldCredential::accept(&bytes, &trust, &my_keys, now, &mut scratch)?);
    }

    // Checks who asks, that a registrar knows them and has not withdrawn it, that they ask no more than is
    // registered, and that no more is registered than the purpose needs.
    let question = setting.ask(&profile, &ASKED, now)?;
    let request = Request::parse(&question)?.permit(&known, now)?;
    println!("{} asks: {}", request.relying_party().name(), profile.title(Lang::En));
    for entry in request.scope().entries() {
        let id = entry.claim.id();
        println!("  {id}: {}", profile.why(id, Lang::En).unwrap_or("no reason is registered"));
    }

    // The wallet remembers what it has shown to whom, so that answers do not add up, and knows to which
    // states it never shows what could tell of protection. It plans with its public key alone.
    let held: Vec<&HeldCredential> = held.iter().collect();
    let mut ledger = DisclosureLedger::empty();
    let wallet = Wallet {
        held: &held,
        key: key.public_key(),
        origin: &Origin::of(&held),
        ledger: &ledger,
        purposes: &purposes,
    };

    // The holder agrees. What may be left out is shown only when it is named here.
    let plan = plan(&request, &wallet, Consent::REQUIRED_ONLY, now)?;
    println!("{} claims would be shown", plan.shown().count());
    let presentation = plan.sign(&key)?.record(&mut ledger);
    println!("answered with {} bytes", presentation.len());

    // Consent cannot widen what is registered: the holder is not even asked.
    let too_much = setting.ask(&profile, &["res.uk.work.permitted", "res.uk.route"], now)?;
    match Request::parse(&too_much)?.permit(&known, now) {
        Err(refused) => println!("refused: {refused}"),
        Ok(_) => return Err("a request beyond its registration was permitted".into()),
    }
    Ok(())
}
