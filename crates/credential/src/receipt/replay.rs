//! Replay: the kept inputs give the same answer as at the time, whatever has changed since.
//!
//! ```text
//! kept inputs --each is the one that the receipt names--> verify and decide as of then --same--> Replayed
//! ```
//!
//! Nothing of today takes part but the anchor's key: trust list, status lists, rules and clock are those of
//! the decision.

use super::{ReplayError, Verdict, VerifiedReceipt};
use crate::decision::{Decision, Facts, decide};
use crate::known::Known;
use crate::presentation::Presentation;
use crate::purpose::{Profile, Purposes};
use crate::reason::Lang;
use crate::registration::RelyingParty;
use crate::request::{PermittedRequest, Request, RequestError};
use crate::status_list::{StatusListToken, StatusLists};
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
    let profile = profile(receipt, kept)?;
    let trust = trust_list(receipt, kept, anchor)?;
    let statuses = status_lists(receipt, kept, &trust)?;
    let purposes = Purposes::new(vec![profile.clone()]);
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    let request = request(receipt, kept, &known)?;
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

/// The rule of a request that is no longer open.
const TOO_LATE: &str = "B-02";

/// E-05.
const fn require(same: bool, input: &'static str) -> Result<(), ReplayError> {
    if same { Ok(()) } else { Err(ReplayError::OtherInput { input }) }
}

/// E-08.
const fn differs(what: &'static str) -> ReplayError {
    ReplayError::Differs { what }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn profile(receipt: &VerifiedReceipt, kept: &KeptInputs<'_>) -> Result<Profile, ReplayError> {
    let broken =
        |error: crate::purpose::ProfileError| ReplayError::Input { input: "profile", rule: error.code() };
    let profile = Profile::from_toml(kept.profile).map_err(broken)?;
    let same_rules = receipt.rule.is_none_or(|rule| rule.hash == profile.hash());
    if profile.id() == receipt.intended_use_id && same_rules {
        Ok(profile)
    } else {
        Err(ReplayError::OtherRules)
    }
}

fn trust_list(
    receipt: &VerifiedReceipt,
    kept: &KeptInputs<'_>,
    anchor: &PublicKey,
) -> Result<TrustList, ReplayError> {
    require(hash(kept.trust_list) == receipt.trust.hash, "trust list")?;
    let broken =
        |error: crate::trust_list::TrustError| ReplayError::Input { input: "trust list", rule: error.code() };
    let list = SignedTrustList::parse(kept.trust_list).map_err(broken)?;
    list.verify(anchor, receipt.trust.sequence, receipt.verified_at).map_err(broken)
}

fn status_lists(
    receipt: &VerifiedReceipt,
    kept: &KeptInputs<'_>,
    trust: &TrustList,
) -> Result<StatusLists, ReplayError> {
    let broken = |error: crate::status_list::StatusListError| ReplayError::Input {
        input: "status list",
        rule: error.code(),
    };
    let mut lists = StatusLists::new();
    for bytes in kept.status_lists {
        let list = StatusListToken::parse(bytes).map_err(broken)?;
        lists.insert(list.verify(trust, receipt.verified_at).map_err(broken)?).map_err(broken)?;
    }
    Ok(lists)
}

fn request(
    receipt: &VerifiedReceipt,
    kept: &KeptInputs<'_>,
    known: &Known<'_>,
) -> Result<PermittedRequest, ReplayError> {
    require(hash(kept.request) == receipt.request, "request")?;
    let broken = |error: RequestError| ReplayError::Input { input: "request", rule: error.code() };
    let request = Request::parse(kept.request).map_err(broken)?;
    match request.permit(known, receipt.verified_at) {
        // The answer came too late or never: the request was good while it was open.
        Err(RequestError::NotValid { from, .. }) if is_late(receipt) && from <= receipt.verified_at => {
            request.permit(known, from)
        }
        permitted => permitted,
    }
    .map_err(broken)
}

fn is_late(receipt: &VerifiedReceipt) -> bool {
    receipt.rejected_by() == Some(TOO_LATE) || receipt.presentation.is_none()
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
