//! One check with everything that its verifier keeps, for tests of receipts.

use crate::world::{NOW, World};
use geleit_cose::cbor::Limits;
use geleit_cose::key::PublicKey;
use geleit_credential::decision::{Facts, decide};
use geleit_credential::holder::HeldCredential;
use geleit_credential::known::Known;
use geleit_credential::presentation::{Presentation, is_declined};
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::receipt::{
    Decided, KeptInputs, LogPlace, Receipt, ReceiptError, ReplayError, Replayed, SignedReceipt,
    VerifiedReceipt, replay,
};
use geleit_credential::registration::{Registration, RelyingParty};
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{SignedTrustList, TrustList};
use geleit_credential::verifier::{NonceRegister, OpenNonces, Verifier, Workspace};

/// The inputs of one check, as its verifier keeps them.
#[derive(Clone, Debug)]
pub struct Check {
    /// The trust list.
    pub trust_list: Vec<u8>,
    /// The status lists.
    pub status_lists: Vec<Vec<u8>>,
    /// The text of the purpose profile.
    pub profile: String,
    /// The registration.
    pub registration: Vec<u8>,
    /// The request.
    pub request: Vec<u8>,
    /// The answer; a wallet's "no" when there was none.
    pub presentation: Vec<u8>,
    /// What the relying party stated.
    pub facts: Facts,
    /// The salt of their hash.
    pub salt: [u8; 16],
    /// When the request was permitted.
    pub asked_at: UnixTime,
    /// When the answer was verified and decided.
    pub decided_at: UnixTime,
    /// Whether an earlier answer used up the nonce.
    pub nonce_used: bool,
}

impl Check {
    /// A check for an embedded purpose, answered with these credentials at the reference clock.
    #[must_use]
    pub fn new(world: &World, profile_id: &str, held: &[&HeldCredential], facts: Facts) -> Self {
        let profile = Profile::find_embedded(profile_id).expect("an embedded profile");
        let nonce = b"sixteen byte nonce";
        Self {
            trust_list: world.trust_list_bytes(),
            status_lists: world.status_list_bytes(&[]).to_vec(),
            profile: profile_text(profile_id),
            registration: world.registration_bytes(&profile),
            request: world.request_bytes(&profile, nonce),
            presentation: world.answer(&world.request(&profile, nonce), held),
            facts,
            salt: [7; 16],
            asked_at: NOW,
            decided_at: NOW,
            nonce_used: false,
        }
    }

    /// The profile by which it is decided.
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile::from_toml(&self.profile).expect("the text of a profile")
    }

    fn trust(&self, world: &World) -> TrustList {
        let list = SignedTrustList::parse(&self.trust_list).expect("a trust list");
        list.verify(world.anchor.public_key(), 0, self.decided_at).expect("a trust list")
    }

    fn with_known<T>(&self, world: &World, with: impl FnOnce(&Known<'_>) -> T) -> T {
        let statuses: StatusLists = world.status_lists_of(&self.status_lists, self.decided_at);
        let (trust, purposes) = (self.trust(world), Purposes::new(vec![self.profile()]));
        with(&Known { trust: &trust, purposes: &purposes, statuses: &statuses })
    }

    /// The relying party as of the time of the request.
    #[must_use]
    pub fn relying_party(&self, world: &World) -> RelyingParty {
        let registration = Registration::parse(&self.registration).expect("a registration");
        self.with_known(world, |known| registration.verify(known, self.asked_at)).expect("a registration")
    }

    /// The request as its verifier sent it.
    #[must_use]
    pub fn permitted(&self, world: &World) -> PermittedRequest {
        let request = Request::parse(&self.request).expect("a request");
        self.with_known(world, |known| request.permit(known, self.asked_at)).expect("a request")
    }

    /// Verifies and decides, and calls `with` with what a receipt says about it.
    ///
    /// # Errors
    /// As `with`.
    pub fn decided<T>(
        &self,
        world: &World,
        with: impl FnOnce(&Receipt<'_, '_, '_>) -> Result<T, ReceiptError>,
    ) -> Result<T, ReceiptError> {
        let (request, profile, trust) = (self.permitted(world), self.profile(), self.trust(world));
        let statuses = world.status_lists_of(&self.status_lists, self.decided_at);
        let receipt = |decided| Receipt {
            request: &request,
            profile: &profile,
            trust: &trust,
            statuses: &statuses,
            decided,
            decided_at: self.decided_at,
            place: LogPlace::FIRST,
        };
        if is_declined(&self.presentation) {
            return with(&receipt(Decided::NoAnswer));
        }

        let (bytes, salt) = (self.presentation.as_slice(), &self.salt);
        let presentation = match Presentation::parse(bytes, &Limits::TOKEN) {
            Ok(presentation) => presentation,
            Err(error) => {
                return with(&receipt(Decided::Rejected { presentation: bytes, rejection: &error.into() }));
            }
        };
        let mut nonces = OpenNonces::default();
        if self.nonce_used {
            nonces.use_up(request.nonce(), request.expires_at()).expect("an open nonce");
        }
        let verifier = Verifier::new(trust.clone(), self.relying_party(world));
        let mut workspace = Workspace::new();
        let verified =
            verifier.verify(&presentation, &request, &statuses, self.decided_at, &mut nonces, &mut workspace);
        match verified {
            Ok(verified) => {
                let decision = decide(&verified, &profile, &self.facts, self.decided_at);
                let decision = decision.expect("facts of the profile");
                let facts = &self.facts;
                let decided = Decided::Verified { presentation: &verified, decision: &decision, facts, salt };
                with(&receipt(decided))
            }
            Err(rejection) => {
                with(&receipt(Decided::Rejected { presentation: bytes, rejection: &rejection }))
            }
        }
    }

    /// The receipt at this place of a log.
    #[must_use]
    pub fn receipt(&self, world: &World, place: LogPlace) -> Vec<u8> {
        let signed = self.decided(world, |receipt| Receipt { place, ..*receipt }.sign(&world.relying_party));
        signed.expect("parts of one check")
    }

    /// Verifies a receipt with the registration of this check.
    ///
    /// # Errors
    /// As [`SignedReceipt::verify`].
    pub fn verify(&self, world: &World, receipt: &[u8]) -> Result<VerifiedReceipt, ReceiptError> {
        SignedReceipt::parse(receipt)?.verify(&self.relying_party(world), self.decided_at)
    }

    /// Replays a receipt from what this check keeps.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn replay(&self, anchor: &PublicKey, receipt: &VerifiedReceipt) -> Result<Replayed, ReplayError> {
        let status_lists: Vec<&[u8]> = self.status_lists.iter().map(Vec::as_slice).collect();
        let kept = KeptInputs {
            trust_list: &self.trust_list,
            status_lists: &status_lists,
            profile: &self.profile,
            request: &self.request,
            presentation: &self.presentation,
            facts: &self.facts,
            salt: &self.salt,
        };
        replay(receipt, &kept, anchor)
    }
}

/// The text of a profile in `spec/purposes`.
fn profile_text(id: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/purposes");
    std::fs::read_to_string(folder.join(format!("{id}.toml"))).expect("the text of an embedded profile")
}
