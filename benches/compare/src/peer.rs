//! The joint behind which every system stands: issue, present, verify the same credential.
//!
//! A new peer is one file beside the others and one line in [`ALL`].

mod biscuit;
mod coset;
mod geleit_sd_cwt;
mod sd_cwt;
mod sd_jwt_payload;
mod sd_jwt_rs;
mod zkryptium;

pub(crate) use geleit_sd_cwt::GeleitSdCwt;

use crate::data::{CLAIMS, Claim, Nonce, Value};

/// One system at the same work. An instance serves one operation, so that it may keep memory.
pub(crate) trait Peer {
    /// Makes and signs one credential with the 20 claims.
    fn issue(&mut self) -> Vec<u8>;

    /// Takes a credential into the wallet, in whatever form the library keeps it in memory.
    fn accept(&mut self, issued: &[u8]);

    /// Shows the claims at these places of what was accepted.
    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8>;

    /// Verifies a presentation completely: both signatures, digests, audience, nonce, times; then reads the
    /// claims at these places.
    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused>;

    /// The presentation with one thing wrong; none where a system has no such thing.
    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>>;
}

/// A presentation was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// The byte of an Ed25519 signature that is forged: the lowest of `s`. A forged `R` is no point at all half
/// of the time, and some verifiers notice that before they compute anything.
const FORGED_BYTE: usize = 32;

/// What is wrong with a forged presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// One bit of the issuer's signature, at [`FORGED_BYTE`], or of the proof that stands for it.
    IssuerSignature,
    /// The same of the holder's signature.
    HolderSignature,
    /// The value of one claim that is shown.
    Claim,
}

/// What is known of a system beside its code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// What the tables call it.
    pub(crate) system: &'static str,
    /// The package in the lock file, where it is not geleit's own, and the beginning of its version.
    pub(crate) package: Option<(&'static str, &'static str)>,
    /// What a reader has to know to compare.
    pub(crate) note: &'static str,
    /// Whether it can hide a claim; otherwise every presentation shows all 20.
    pub(crate) hides: bool,
    /// Makes an instance.
    pub(crate) make: fn() -> Box<dyn Peer>,
    /// The same with the issuer's key prepared beforehand, where the library has a call for that.
    pub(crate) make_knowing: Option<fn() -> Box<dyn Peer>>,
}

/// The systems that do the same work.
pub(crate) const ALL: [About; 7] = [
    geleit_sd_cwt::ABOUT,
    sd_cwt::ABOUT,
    sd_jwt_payload::ABOUT,
    sd_jwt_rs::ABOUT,
    biscuit::ABOUT,
    coset::ABOUT,
    zkryptium::ABOUT,
];

/// Checks once that a system does what it is measured for: the good presentation is accepted and says
/// what was issued, and each forged one is refused.
pub(crate) fn prove(about: &About) -> Result<(), String> {
    let fault = |what: &str| Err(format!("{}: {what}", about.system));
    let mut peer = (about.make)();
    let issued = peer.issue();
    peer.accept(&issued);
    for shown in [crate::data::THREE, crate::data::ALL] {
        let presentation = peer.present(shown, crate::data::NONCE);
        let mut read = Vec::new();
        let verdict = peer.verify(&presentation, shown, crate::data::NONCE, &mut |claim, value| {
            if claim.value == value {
                read.push(claim.name);
            }
        });
        if verdict.is_err() {
            return fault("a good presentation was refused");
        }
        if !crate::data::claims_at(shown).map(|claim| claim.name).eq(read) {
            return fault("the claims that were verified are not those that were issued");
        }
        if about.hides && shows_another(&presentation, shown) {
            return fault("a presentation shows a claim that was to be hidden");
        }
        if peer.verify(&presentation, shown, crate::data::OTHER_NONCE, &mut |_, _| ()).is_ok() {
            return fault("a presentation with another nonce was accepted");
        }
        for forgery in [Forgery::IssuerSignature, Forgery::HolderSignature, Forgery::Claim] {
            let Some(forged) = peer.forge(&presentation, forgery) else { continue };
            if forged == presentation {
                return fault("nothing was forged");
            }
            if peer.verify(&forged, shown, crate::data::NONCE, &mut |_, _| ()).is_ok() {
                return fault(&format!("a forged presentation was accepted: {forgery:?}"));
            }
        }
    }
    Ok(())
}

/// Whether the name of a claim that was not chosen can be read in a presentation.
fn shows_another(presentation: &[u8], shown: &[usize]) -> bool {
    let hidden = CLAIMS.iter().enumerate().filter(|(place, _)| !shown.contains(place));
    hidden.into_iter().any(|(_, claim)| claim.name.len() > 5 && find(presentation, claim.name).is_some())
}

/// Where a text stands in bytes.
fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}

/// The bytes with the exchanged claim.
fn exchange(bytes: &[u8]) -> Option<Vec<u8>> {
    let (from, to) = crate::data::EXCHANGED;
    let place = find(bytes, from)?;
    let mut forged = bytes.to_vec();
    forged.get_mut(place..place + to.len())?.copy_from_slice(to.as_bytes());
    Some(forged)
}

/// The bytes with one bit changed.
fn flip(bytes: &[u8], place: usize) -> Option<Vec<u8>> {
    let mut forged = bytes.to_vec();
    *forged.get_mut(place)? ^= 1;
    Some(forged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_accepts_the_good_and_refuses_the_forged() {
        for about in &ALL {
            assert_eq!(prove(about), Ok(()));
        }
    }

    /// Believes everything, or nothing.
    struct Careless(Box<dyn Peer>, Result<(), Refused>);

    impl Peer for Careless {
        fn issue(&mut self) -> Vec<u8> {
            self.0.issue()
        }

        fn accept(&mut self, issued: &[u8]) {
            self.0.accept(issued);
        }

        fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
            self.0.present(shown, nonce)
        }

        fn verify(
            &mut self,
            _: &[u8],
            asked: &[usize],
            _: Nonce,
            read: &mut dyn FnMut(&'static Claim, Value<'_>),
        ) -> Result<(), Refused> {
            crate::data::claims_at(asked).for_each(|claim| read(claim, claim.value));
            self.1
        }

        fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
            self.0.forge(presentation, forgery)
        }
    }

    #[test]
    fn a_system_that_is_careless_is_not_measured() {
        let [good, ..] = ALL;
        let believes = About { make: || Box::new(Careless((ALL[0].make)(), Ok(()))), ..good };
        let refuses = About { make: || Box::new(Careless((ALL[0].make)(), Err(Refused))), ..good };
        assert!(prove(&believes).unwrap_err().ends_with("another nonce was accepted"));
        assert!(prove(&refuses).unwrap_err().ends_with("a good presentation was refused"));
    }

    #[test]
    fn a_claim_that_was_to_be_hidden_is_noticed() {
        let shows_too_much = About { hides: true, ..coset::ABOUT };
        assert!(prove(&shows_too_much).unwrap_err().ends_with("that was to be hidden"));
    }

    #[test]
    fn every_system_has_something_to_forge() {
        for about in &ALL {
            let mut peer = (about.make)();
            let issued = peer.issue();
            peer.accept(&issued);
            let presentation = peer.present(crate::data::THREE, crate::data::NONCE);
            assert!(peer.forge(&presentation, Forgery::IssuerSignature).is_some(), "{}", about.system);
            assert!(peer.forge(&presentation, Forgery::Claim).is_some(), "{}", about.system);
        }
    }

    #[test]
    fn two_credentials_of_a_system_differ() {
        for about in ALL.iter().filter(|about| about.hides && about.system != "zkryptium") {
            assert_ne!((about.make)().issue(), (about.make)().issue(), "{}: no fresh salts", about.system);
        }
    }
}
