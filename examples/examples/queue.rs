//! A relying party with a queue: many people, each with a request of their own, verified together.
//!
//! ```text
//! cargo run --release -p geleit-examples --example queue
//! cargo run --release -p geleit-examples --example queue --features rayon     the same on all cores
//! ```
//!
//! The library starts no thread. Whoever has several cores gives each its share of the queue, its own
//! memory, and one register of nonces that all of them ask.

use geleit_cose::cbor::Limits;
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::Registration;
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::status_list::SharedStatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{MAX_PREPARED, OpenNonces, ToCheck, Verifier, Workspaces};
use geleit_examples::{Outcome, Setting, now};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// People in the queue.
const PEOPLE: usize = 96;

/// How many of them one core takes at a time.
const SHARE: usize = 32;

/// One of them: what was asked, and what came back.
struct Visitor {
    request: PermittedRequest,
    answer: Vec<u8>,
}

/// What all cores share.
struct Desk {
    verifier: Verifier,
    statuses: SharedStatusLists,
    nonces: Mutex<OpenNonces>,
    now: UnixTime,
}

fn main() -> Outcome {
    let now = now()?;
    let profile = Profile::find_embedded("uk-right-to-work").ok_or("no such profile")?;
    let setting = Setting::new(&profile, now)?;
    let (trust, statuses) = setting.verified(now)?;
    let purposes = Purposes::embedded();
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    let relying_party = Registration::parse(&setting.registration)?.verify(&known, now)?;

    let required: Vec<&str> = profile.required().iter().map(String::as_str).collect();
    let visitor = |_| -> Outcome<Visitor> {
        let question = setting.ask(&profile, &required, now)?;
        let request = Request::parse(&question)?.permit(&known, now)?;
        Ok(Visitor { request, answer: setting.answer(&question, now)? })
    };
    let queue: Vec<Visitor> = (0..PEOPLE).map(visitor).collect::<Outcome<_>>()?;

    // Once per program: the keys of the issuers, which the trust list names, are prepared.
    let verifier = Verifier::new(trust.clone(), relying_party).with_prepared_issuers(MAX_PREPARED);
    let desk = Desk {
        verifier,
        // A thread of its own may `insert` newer lists at any time.
        statuses: SharedStatusLists::new(statuses.clone()),
        nonces: Mutex::new(OpenNonces::with_capacity(PEOPLE)),
        now,
    };
    println!("at once: {:?}", desk.verify_all(&queue));
    println!("shown again: {:?}", desk.verify_all(&queue));
    // A register in memory grows with the answers; a service calls this from time to time.
    let mut nonces = desk.nonces.into_inner()?;
    nonces.forget_expired(now.plus(86_400));
    Ok(())
}

/// How often each verdict was given: `ok`, or the rule that was broken.
type Tally = BTreeMap<&'static str, usize>;

fn add(mut all: Tally, some: Tally) -> Tally {
    for (verdict, times) in some {
        *all.entry(verdict).or_default() += times;
    }
    all
}

impl Desk {
    #[cfg(not(feature = "rayon"))]
    fn verify_all(&self, queue: &[Visitor]) -> Tally {
        queue.chunks(SHARE).map(|share| self.verify_share(share)).fold(Tally::new(), add)
    }

    #[cfg(feature = "rayon")]
    fn verify_all(&self, queue: &[Visitor]) -> Tally {
        use rayon::iter::ParallelIterator;
        use rayon::slice::ParallelSlice;
        queue.par_chunks(SHARE).map(|share| self.verify_share(share)).reduce(Tally::new, add)
    }

    fn verify_share(&self, share: &[Visitor]) -> Tally {
        let mut tally = Tally::new();
        let mut readable = Vec::with_capacity(share.len());
        for Visitor { request, answer } in share {
            match Presentation::parse(answer, &Limits::TOKEN) {
                Ok(presentation) => readable.push((presentation, request)),
                Err(error) => *tally.entry(error.code()).or_default() += 1,
            }
        }
        let checks = readable.iter().map(|(presentation, request)| ToCheck { presentation, request });
        let (statuses, mut workspaces, now) = (self.statuses.current(), Workspaces::new(), self.now);
        self.verifier.verify_many(
            checks,
            &statuses,
            now,
            &mut &self.nonces,
            &mut workspaces,
            |_, verified| {
                // Here a service decides, with what it knows of this person.
                let verdict = verified.map_or_else(|rejection| rejection.code(), |_| "ok");
                *tally.entry(verdict).or_default() += 1;
            },
        );
        tally
    }
}
