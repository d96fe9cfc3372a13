//! Replay: the kept inputs give the same answer as at the time, whatever has changed since.
//!
//! ```text
//! kept inputs --each is the one that the receipt names--> verify and decide as of then --same--> Replayed
//! ```
//!
//! Nothing of today takes part but the anchor's key: trust list, status lists, rules and clock are those of
//! the decision.

use super::{ReplayError, Verdict, VerifiedReceipt, lists_hash};
use crate::decision::{Decision, Facts, decide};
use crate::known::Known;
use crate::presentation::Presentation;
use crate::purpose::{Profile, Purposes};
use crate::reason::Lang;
use crate::registration::RelyingParty;
use crate::request::{PermittedRequest, Request};
use crate::status_list::{StatusListToken, StatusLists};
use crate::time::UnixTime;
use crate::trust_list::{SignedTrustList, TrustList};
use crate::verifier::{NonceRegister, OpenNonces, VerifiedPresentation, Verifier, Workspace};
use geleit_cose::cbor::Limits;
use geleit_cose::key::PublicKey;
use sha2::{Digest, Sha256};

/// What a relying party kept of a check, byte for byte.
#[derive(Clone, Copy, Debug)]
pub struct KeptInputs<'a> {
    /// The trust list of the time.
    pub trust_list: &'a [u8],
    /// Every status list that was at hand.
    pub status_lists: &'a [&'a [u8]],
    /// The purpose profile of the time, as text.
    pub profile: &'a str,
    /// The signed request, which carries the registration.
    pub request: &'a [u8],
    /// The answer; nothing at all when there was none.
    pub presentation: &'a [u8],
    /// What the relying party stated.
    pub facts: &'a Facts,
    /// The salt of the hash of the facts.
    pub salt: &'a [u8; 16],
}

impl KeptInputs<'_> {
    /// The party that asked, as the kept request names it, at the time `then`: with it
    /// [`SignedReceipt::verify`](super::SignedReceipt::verify) can be called when its registration has expired
    /// since.
    ///
    /// # Errors
    /// E-07 for an input that does not verify as of then.
    pub fn relying_party(&self, anchor: &PublicKey, then: UnixTime) -> Result<RelyingParty, ReplayError> {
        let knowledge = self.knowledge(&self.profile()?, anchor, 0, then)?;
        Ok(self.permitted(&knowledge.known(), then)?.relying_party().clone())
    }

    fn profile(&self) -> Result<Profile, ReplayError> {
        Profile::from_toml(self.profile).map_err(|error| broken("profile", error.code()))
    }

    /// Trust list and status lists, verified as of then.
    fn knowledge(
        &self,
        profile: &Profile,
        anchor: &PublicKey,
        newest_known: u64,
        then: UnixTime,
    ) -> Result<Knowledge, ReplayError> {
        let trust = SignedTrustList::parse(self.trust_list)
            .and_then(|list| list.verify(anchor, newest_known, then))
            .map_err(|error| broken("trust list", error.code()))?;
        let mut statuses = StatusLists::new();
        for bytes in self.status_lists {
            StatusListToken::parse(bytes)
                .and_then(|list| list.verify(&trust, then))
                .and_then(|list| statuses.insert(list))
                .map_err(|error| broken("status list", error.code()))?;
        }
        Ok(Knowledge { trust, statuses, purposes: Purposes::new(vec![profile.clone()]) })
    }

    /// The request: open at that time, or when it was sent.
    fn permitted(&self, known: &Known<'_>, then: UnixTime) -> Result<PermittedRequest, ReplayError> {
        Request::parse(self.request)
            .and_then(|request| request.permit_as_sent(known, then))
            .map_err(|error| broken("request", error.code()))
    }
}

/// What the kept lists and the kept profile say.
struct Knowledge {
    trust: TrustList,
    statuses: StatusLists,
    purposes: Purposes,
}

impl Knowledge {
    const fn known(&self) -> Known<'_> {
        Known { trust: &self.trust, purposes: &self.purposes, statuses: &self.statuses }
    }
}

/// A receipt that its inputs confirm.
#[derive(Clone, Debug)]
pub struct Replayed {
    decision: Option<Decision>,
}

impl Replayed {
    /// The decision with everything that the receipt leaves out, such as the date of `ACCEPT_UNTIL`; none for an
    /// answer that was not verified.
    #[must_use]
    pub const fn decision(&self) -> Option<&Decision> {
        self.decision.as_ref()
    }
}

/// Verifies and decides once more, as of the time of the receipt.
///
/// # Errors
/// E-05 for an input that is not the one of the receipt, E-06 for other rules, E-07 for an input that does not
/// verify as of then, E-08 for another answer.
pub fn replay(
    receipt: &VerifiedReceipt,
    kept: &KeptInputs<'_>,
    anchor: &PublicKey,
) -> Result<Replayed, ReplayError> {
    let profile = kept.profile()?;
    if profile.id() != receipt.intended_use_id || profile.hash() != receipt.profile {
        return Err(ReplayError::OtherRules);
    }
    require(hash(kept.trust_list) == receipt.trust.hash, "trust list")?;
    let knowledge = kept.knowledge(&profile, anchor, receipt.trust.sequence, receipt.verified_at)?;
    let known = knowledge.known();
    require(lists_hash(&knowledge.statuses) == receipt.status_lists, "set of status lists")?;
    require(hash(kept.request) == receipt.request, "request")?;
    let request = kept.permitted(&known, receipt.verified_at)?;
    match receipt.verdict {
        Verdict::Decision(_) if receipt.presentation.is_none() => {
            let decision = Decision::no_answer(&profile, receipt.decided_at);
            same_answer(receipt, &decision)?;
            Ok(Replayed { decision: Some(decision) })
        }
        Verdict::Decision(_) => {
            require(receipt.facts == Some(kept.facts.digest(kept.salt)), "facts")?;
            let mut workspace = Workspace::new();
            let rejected = |rule| ReplayError::Input { input: "presentation", rule };
            let verified = verify(receipt, kept, &known, &request, &mut workspace)?.map_err(rejected)?;
            same_evidence(receipt, &verified)?;
            let decision = decide(&verified, &profile, kept.facts, receipt.decided_at);
            let decision = decision.map_err(|_| ReplayError::OtherInput { input: "facts" })?;
            same_answer(receipt, &decision)?;
            Ok(Replayed { decision: Some(decision) })
        }
        Verdict::NotVerified => {
            let mut workspace = Workspace::new();
            let rule = verify(receipt, kept, &known, &request, &mut workspace)?.err();
            if rule == receipt.rejected_by() { Ok(Replayed { decision: None }) } else { Err(differs("rule")) }
        }
    }
}

/// The rule of a nonce that was used before.
const NONCE_USED: &str = "B-20";

/// E-05.
const fn require(same: bool, input: &'static str) -> Result<(), ReplayError> {
    if same { Ok(()) } else { Err(ReplayError::OtherInput { input }) }
}

/// E-07.
const fn broken(input: &'static str, rule: &'static str) -> ReplayError {
    ReplayError::Input { input, rule }
}

/// E-08.
const fn differs(what: &'static str) -> ReplayError {
    ReplayError::Differs { what }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The presentation, or the id of the rule that it breaks.
fn verify<'b, 's>(
    receipt: &VerifiedReceipt,
    kept: &KeptInputs<'b>,
    known: &Known<'_>,
    request: &PermittedRequest,
    workspace: &'s mut Workspace,
) -> Result<Result<VerifiedPresentation<'b, 's>, &'static str>, ReplayError> {
    require(receipt.presentation == Some(hash(kept.presentation)), "presentation")?;
    let relying_party: RelyingParty = request.relying_party().clone();
    let verifier = Verifier::new(known.trust.clone(), relying_party);
    let presentation = match Presentation::parse(kept.presentation, &Limits::TOKEN) {
        Ok(presentation) => presentation,
        Err(error) => return Ok(Err(error.code())),
    };
    // The nonce was used up then; a register of its own lets the same answer count once more. That a nonce was
    // used before is nothing that the inputs of one check can show; the receipt's own word stands for it.
    let mut nonces = OpenNonces::default();
    if receipt.rejected_by() == Some(NONCE_USED) {
        let _ = nonces.use_up(request.nonce(), request.expires_at());
    }
    let verified =
        verifier.verify(&presentation, request, known.statuses, receipt.verified_at, &mut nonces, workspace);
    Ok(verified.map_err(|rejection| rejection.code()))
}

fn same_evidence(
    receipt: &VerifiedReceipt,
    verified: &VerifiedPresentation<'_, '_>,
) -> Result<(), ReplayError> {
    let noted = receipt.evidence.iter();
    let same = verified.credentials().count() == receipt.evidence.len()
        && verified.credentials().zip(noted).all(|(credential, note)| {
            let status = credential.status();
            credential.credential_type().vct == note.credential_type.vct
                && credential.issuer() == note.issuer
                && status.standing() == note.standing
                && status.list() == note.list.as_ref()
                && receipt.decided_at.since(status.as_of()).max(0) == note.age_s
        });
    if same { Ok(()) } else { Err(differs("evidence")) }
}

fn same_answer(receipt: &VerifiedReceipt, decision: &Decision) -> Result<(), ReplayError> {
    if receipt.verdict != Verdict::Decision(decision.outcome().named()) {
        return Err(differs("outcome"));
    }
    if receipt.reason != decision.reason() || receipt.notices != decision.notices() {
        return Err(differs("reason"));
    }
    let row = decision.rule().map(|rule| u64::try_from(rule.row()).unwrap_or(u64::MAX));
    if receipt.rule.map(|rule| rule.row) != row {
        return Err(differs("row"));
    }
    let same_texts = [Lang::En, Lang::De].into_iter().all(|lang| {
        let fallback = decision.fallback().map(|fallback| fallback.text(lang));
        receipt.fallback(lang) == fallback && receipt.redress(lang) == decision.redress(lang)
    });
    if same_texts { Ok(()) } else { Err(differs("text")) }
}
