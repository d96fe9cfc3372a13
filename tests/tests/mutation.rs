//! No signed object survives a change: every byte changed, left out or doubled, every length cut,
//! anything appended.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Limits;
use geleit_credential::holder::HeldCredential;
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::registration::Registration;
use geleit_credential::request::Request;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::trust_list::SignedTrustList;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::world::NOW;
use geleit_testkit::{World, people};

const NONCE: &[u8] = b"sixteen byte nonce";

/// Each bit of a byte, and all of them.
const FLIPS: [u8; 9] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff];

/// Asserts that `refused` holds for every mutation of `original`, and not for the original.
fn every_mutation(original: &[u8], mut refused: impl FnMut(&[u8]) -> bool) {
    assert!(!refused(original), "the original is refused");
    let mut bytes = original.to_vec();
    for position in 0..original.len() {
        for flip in FLIPS {
            bytes[position] ^= flip;
            assert!(refused(&bytes), "byte {position} xor {flip:#04x} is accepted");
            bytes[position] ^= flip;
        }
        assert!(refused(&original[..position]), "cut to {position} bytes is accepted");
        let without = [&original[..position], &original[position + 1..]].concat();
        assert!(refused(&without), "without byte {position} is accepted");
        let twice = [&original[..=position], &original[position..]].concat();
        assert!(refused(&twice), "with byte {position} twice is accepted");
    }
    for byte in 0..=u8::MAX {
        bytes.push(byte);
        assert!(refused(&bytes), "with {byte:#04x} appended is accepted");
        bytes.pop();
    }
}

fn profile() -> Profile {
    Profile::find_embedded("uk-right-to-work").unwrap()
}

#[test]
fn presentation() {
    let (world, profile) = (World::new(), profile());
    let identity = world.held(&people::identity(), "identity");
    let residence = world.held(&people::residence(), "residence");
    let request = world.request(&profile, NONCE);
    let answer = world.answer(&request, &[&identity, &residence]);
    let verifier = world.verifier(&profile);
    let (mut workspace, statuses) = (Workspace::new(), world.status_lists());
    every_mutation(&answer, |bytes| {
        let Ok(presentation) = Presentation::parse(bytes, &Limits::TOKEN) else { return true };
        let mut nonces = OpenNonces::default();
        verifier.verify(&presentation, &request, &statuses, NOW, &mut nonces, &mut workspace).is_err()
    });
}

#[test]
fn request_with_its_registration() {
    let (world, profile) = (World::new(), profile());
    let (trust, purposes, statuses) = (world.trust_list(), Purposes::embedded(), world.status_lists());
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    every_mutation(&world.request_bytes(&profile, NONCE), |bytes| {
        Request::parse(bytes).and_then(|request| request.permit(&known, NOW)).is_err()
    });
}

#[test]
fn registration() {
    let (world, profile) = (World::new(), profile());
    let (trust, purposes, statuses) = (world.trust_list(), Purposes::embedded(), world.status_lists());
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    every_mutation(&world.registration_bytes(&profile), |bytes| {
        Registration::parse(bytes).and_then(|registration| registration.verify(&known, NOW)).is_err()
    });
}

#[test]
fn trust_list() {
    let world = World::new();
    every_mutation(&world.trust_list_bytes(), |bytes| {
        SignedTrustList::parse(bytes).and_then(|list| list.verify(world.anchor.public_key(), 0, NOW)).is_err()
    });
}

#[test]
fn credential_that_a_wallet_is_offered() {
    let world = World::new();
    let trust = world.trust_list();
    let keys = [world.holder.public_key().clone()];
    let mut scratch = Scratch::default();
    let issued = world.issue(&people::residence(), world.holder.public_key(), "residence");
    every_mutation(&issued, |bytes| HeldCredential::accept(bytes, &trust, &keys, NOW, &mut scratch).is_err());
}
