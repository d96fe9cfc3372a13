//! Wrong objects, built on purpose.

use core::fmt;
use geleit_cose::key::SigningKey;
use geleit_credential::time::UnixTime;

/// What an attacker has.
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

/// The object of an attack; `None` where there is none of that name.
#[must_use]
pub fn attack(_: &str, _: &Scene<'_>) -> Option<Vec<u8>> {
    None
}
