//! The attacker: wrong objects that are built on purpose, one fault each.
//!
//! ```text
//! Scene: request, honest answer, keys of accomplices --attack(name)--> answer with one fault
//!
//!   nobody's help   what anybody in between can do
//!   holder          signs the key-binding token again
//!   issuer          signs the credential again, and the holder around it
//! ```
//!
//! Everything but the one fault is signed again by whoever could do it, so that no other rule is broken first.
//! Honest parties of the simulator never come here. Nothing is random: the same scene gives the same bytes.

mod accomplices;
mod bytes;
mod envelope;
pub mod forge;
mod format;
mod profile;
mod protocol;
mod times;

use accomplices::Target;
use core::fmt;
use geleit_cose::key::SigningKey;
use geleit_credential::time::UnixTime;

/// What an attacker has to work with. `Debug` prints no key.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The signed request.
    pub request: &'a [u8],
    /// The honest answer to it.
    pub honest: &'a [u8],
    /// The key of the copies that were shown.
    pub holder_key: &'a SigningKey,
    /// Credential type, name and key of each issuer.
    pub issuers: &'a [(&'a str, &'a str, &'a SigningKey)],
    /// The key of somebody who is on no list.
    pub stranger: &'a SigningKey,
    /// The key of another wallet.
    pub second_holder: &'a SigningKey,
    /// The copies that were shown, as they were issued, with all disclosures.
    pub credentials: &'a [&'a [u8]],
    /// The time of the attack.
    pub now: UnixTime,
}

impl fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scene({} bytes answered with {})", self.request.len(), self.honest.len())
    }
}

/// A named attack.
#[derive(Clone, Copy, Debug)]
pub struct Attack {
    /// The name by which scenarios call it.
    pub name: &'static str,
    /// What is wrong, in one line.
    pub what: &'static str,
    /// The rule of `spec/verification.md` that it breaks; none where an answer is only less than was asked.
    pub rule: Option<&'static str>,
    make: fn(&Target<'_>) -> Option<Vec<u8>>,
}

impl Attack {
    const fn breaking(
        rule: &'static str,
        name: &'static str,
        what: &'static str,
        make: fn(&Target<'_>) -> Option<Vec<u8>>,
    ) -> Self {
        Self { name, what, rule: Some(rule), make }
    }

    /// Makes the answer with the fault. `None` where the honest answer has nothing that could be broken like this, such
    /// as a threshold that was proved.
    #[must_use]
    pub fn on(&self, scene: &Scene<'_>) -> Option<Vec<u8>> {
        (self.make)(&Target::of(scene)?)
    }
}

/// Every attack, by family.
pub fn all() -> impl Iterator<Item = &'static Attack> {
    [protocol::ATTACKS, bytes::ATTACKS, envelope::ATTACKS, format::ATTACKS, times::ATTACKS, profile::ATTACKS]
        .into_iter()
        .flatten()
}

/// The attack of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Attack> {
    all().find(|attack| attack.name == name)
}

/// The answer that an attack makes of the honest one. `None` when there is no attack of that name, or when the
/// honest answer has nothing that could be broken like this.
#[must_use]
pub fn attack(name: &str, scene: &Scene<'_>) -> Option<Vec<u8>> {
    find(name)?.on(scene)
}
