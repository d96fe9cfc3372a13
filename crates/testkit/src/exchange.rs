//! One check as bytes: what a relying party has in its hands when an answer has come.

use crate::people;
use crate::world::{NOW, World};
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_sim::sut::Question;

/// The bytes of one check.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The trust anchor's key, PEM.
    pub anchor: String,
    /// The signed trust list.
    pub trust_list: Vec<u8>,
    /// The signed status lists.
    pub status_lists: Vec<Vec<u8>>,
    /// The relying party's signed registration.
    pub registration: Vec<u8>,
    /// The purpose.
    pub profile: Profile,
    /// The signed request.
    pub request: Vec<u8>,
    /// The answer of the wallet.
    pub presentation: Vec<u8>,
    /// What the relying party knows.
    pub facts: Vec<(String, String)>,
}

impl Exchange {
    /// The question that a harness asks about it.
    #[must_use]
    pub fn question<'e>(&'e self, id: &'e str, now: UnixTime) -> Question<'e> {
        Question {
            id,
            now,
            anchor: &self.anchor,
            trust_list: &self.trust_list,
            status_lists: &self.status_lists,
            registration: &self.registration,
            profile: &self.profile,
            request: &self.request,
            presentation: &self.presentation,
            facts: &self.facts,
        }
    }

    /// The right-to-work check of somebody whose permission ends on 2028-03-31, at [`NOW`]; `standings` of credentials
    /// by their index.
    #[must_use]
    pub fn right_to_work(world: &World, nonce: &[u8], standings: &[(u64, Standing)]) -> Self {
        let profile = Profile::find_embedded("uk-right-to-work").expect("an embedded profile");
        let request = world.request_bytes(&profile, nonce);
        let permitted = world.permit(&request, &Purposes::embedded(), NOW);
        let permitted = permitted.expect("a request within its registration");
        let identity = world.held(&people::identity(), "identity");
        let residence = world.held(&people::residence(), "residence");
        let facts = [("start_date", "2026-12-01"), ("face_matches", "yes")];
        Self {
            anchor: world.anchor.public_key().to_pem(),
            trust_list: world.trust_list_bytes(),
            status_lists: world.status_list_bytes(standings).to_vec(),
            registration: world.registration_bytes(&profile),
            profile,
            request,
            presentation: world.answer(&permitted, &[&identity, &residence]),
            facts: facts.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        }
    }
}
