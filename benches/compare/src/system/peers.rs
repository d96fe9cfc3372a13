//! The jobs of everything that stands behind the joint [`Peer`].

use super::{Plan, Row, System, Variant, floor};
use crate::data::{self, Nonce};
use crate::job::Job;
use crate::peer::{About, Forgery, Peer};
use geleit_benches::sample::consume;
use std::hint::black_box;

pub(super) fn system(about: About) -> System {
    System {
        name: about.system,
        package: about.package,
        note: about.note,
        floor: floor::FORMAT,
        plan: Box::new(move |job| plan(about, job)),
    }
}

fn plan(about: About, job: Job) -> Plan {
    match job {
        Job::Issue20 => Plan::Row(issue(about)),
        Job::Present3Of20 => Plan::Row(present(about)),
        Job::Verify3Of20 => Plan::Row(verify(about, about.make, data::THREE)),
        Job::Verify20Of20 => Plan::Row(verify(about, about.make, data::ALL)),
        Job::VerifyKnownIssuer3Of20 => match about.make_knowing {
            Some(make) => Plan::Row(verify(about, make, data::THREE)),
            None => Plan::Absent("no call that prepares an issuer's key"),
        },
        Job::VerifyMany64 | Job::VerifyMany1024 => Plan::Absent("no call for many presentations"),
        Job::IssueBatch64 => Plan::Absent("no call for a batch of copies"),
        Job::RejectForged => Plan::Row(reject_forged(about)),
        Job::RejectReplayed => Plan::Row(reject_replayed(about)),
        Job::Decide => Plan::Absent("no decision apart from verification"),
    }
}

/// Claims that a verifier gets to see.
fn visible(about: About, shown: &[usize]) -> Option<usize> {
    Some(if about.hides { shown.len() } else { data::CLAIMS.len() })
}

/// A system whose holder has a credential.
fn holding(make: fn() -> Box<dyn Peer>) -> Box<dyn Peer> {
    let mut peer = make();
    let issued = peer.issue();
    peer.accept(&issued);
    peer
}

fn issue(about: About) -> Row {
    let mut peer = (about.make)();
    Row::new(peer.issue().len(), None, move || consume(peer.issue()))
}

fn present(about: About) -> Row {
    let mut peer = holding(about.make);
    let bytes = peer.present(data::THREE, data::NONCE).len();
    let shown = visible(about, data::THREE);
    Row::new(bytes, shown, move || consume(peer.present(black_box(data::THREE), data::NONCE)))
}

fn verify(about: About, make: fn() -> Box<dyn Peer>, asked: &'static [usize]) -> Row {
    let mut peer = holding(make);
    let presentation = peer.present(asked, data::NONCE);
    let bytes = presentation.len();
    Row::new(bytes, visible(about, asked), move || {
        let verdict = peer.verify(black_box(&presentation), asked, data::NONCE, &mut |claim, value| {
            consume((claim, value));
        });
        verdict.expect("a good presentation");
    })
}

fn reject_forged(about: About) -> Row {
    let mut peer = holding(about.make);
    let good = peer.present(data::THREE, data::NONCE);
    let kinds = [
        ("issuer's signature or proof forged", Forgery::IssuerSignature),
        ("holder's signature forged", Forgery::HolderSignature),
    ];
    let variants = kinds.into_iter().filter_map(|(name, forgery)| {
        let forged = peer.forge(&good, forgery)?;
        Some(reject(name, about, forged, data::NONCE))
    });
    Row {
        variants: variants.collect(),
        per_call: 1,
        bytes: Some(good.len()),
        shown: visible(about, data::THREE),
    }
}

/// A verifier without memory expects the nonce of its newest question: an answer to an older one is refused.
fn reject_replayed(about: About) -> Row {
    let presentation = holding(about.make).present(data::THREE, data::NONCE);
    let bytes = presentation.len();
    let variants = vec![reject("answer to an older question", about, presentation, data::OTHER_NONCE)];
    Row { variants, per_call: 1, bytes: Some(bytes), shown: visible(about, data::THREE) }
}

fn reject(name: &'static str, about: About, presentation: Vec<u8>, nonce: Nonce) -> Variant {
    let mut peer = holding(about.make);
    Variant::new(name, move || {
        let verdict = peer.verify(black_box(&presentation), data::THREE, nonce, &mut |_, _| ());
        verdict.expect_err("a presentation that is to be refused");
    })
}
