//! geleit's own verifier as a system under test, in this process.
//!
//! ```text
//! bytes --> trust list --> status lists --> registration --> request --> presentation --> verify --> decide --> Reply
//!           \______________ the relying party's own _______/             NOT_VERIFIED <-- rejection
//!            a failure here says nothing of the person: INDETERMINATE check-not-possible
//! ```
//!
//! It is called as any other system is, from bytes alone, and uses nothing of `geleit_credential` that a relying party
//! could not use. A status list that does not verify is left out, so that what it says is in doubt. What was
//! verified once is not verified again while it is the same bytes; what depends on the clock is compared each time.

mod recent;
mod scenario;

use super::{Hello, Question, Receipt, Reply, SutError, SystemUnderTest, Texts};
use crate::outcome::{Outcome, Word};
use crate::replay::salt;
use crate::row::Answer;
use geleit_cose::cbor::Limits;
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::decision::{Decision, Facts, Outcome as Decided, decide};
use geleit_credential::known::Known;
use geleit_credential::presentation::{Presentation, is_declined};
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::{Lang, ReasonCode};
use geleit_credential::receipt::{self, Receipt as Unsigned};
use geleit_credential::registration::{Registration, RegistrationError};
use geleit_credential::request::{PermittedRequest, Request, RequestError};
use geleit_credential::status_list::{StatusList, StatusListToken, StatusLists};
use geleit_credential::trust_list::{SignedTrustList, TrustError, TrustList};
use geleit_credential::verifier::{Rejection, Verifier, Workspace};
use recent::Recent;
use scenario::{Scenario, Tentative};
use std::sync::Arc;

/// The reason that says that the relying party's own side is not in order.
const NOT_POSSIBLE: &str = "check-not-possible";

/// geleit's verifier.
#[derive(Debug)]
pub struct Geleit {
    purposes: Arc<Purposes>,
    receipt_keys: Vec<Arc<SigningKey>>,
    prepared: usize,
    verified: Verified,
    scenario: Scenario,
    workspace: Workspace,
}

/// What was verified before. It is found again by its bytes.
#[derive(Debug, Default)]
struct Verified {
    trust: Recent<(Vec<u8>, PublicKey), Arc<TrustList>>,
    /// With the trust list by which it was verified, and when.
    statuses: Recent<(Vec<u8>, [u8; 32]), (StatusList, i64)>,
    verifiers: Recent<(Vec<u8>, [u8; 32]), Arc<Verifier>>,
}

/// Everything that has to be in order on the relying party's side.
struct Own {
    trust: Arc<TrustList>,
    statuses: StatusLists,
    verifier: Arc<Verifier>,
    request: PermittedRequest,
}

/// The rule by which it is not.
struct NotInOrder(&'static str);

impl From<TrustError> for NotInOrder {
    fn from(error: TrustError) -> Self {
        Self(error.code())
    }
}

impl From<RegistrationError> for NotInOrder {
    fn from(error: RegistrationError) -> Self {
        Self(error.code())
    }
}

impl From<RequestError> for NotInOrder {
    fn from(error: RequestError) -> Self {
        Self(error.code())
    }
}

impl Default for Geleit {
    fn default() -> Self {
        Self::new()
    }
}

impl Geleit {
    /// The verifier. It signs no receipts: for that the key of the relying party is needed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            purposes: Arc::new(Purposes::embedded()),
            receipt_keys: Vec::new(),
            prepared: 0,
            verified: Verified::default(),
            scenario: Scenario::default(),
            workspace: Workspace::new(),
        }
    }

    /// Signs receipts for the relying parties whose request keys these are. Each has a log of its own, which begins anew
    /// with each scenario.
    #[must_use]
    pub fn with_receipts(mut self, keys: impl IntoIterator<Item = Arc<SigningKey>>) -> Self {
        self.receipt_keys.extend(keys);
        self
    }

    /// Prepares up to `most` issuers' keys of each trust list, as
    /// [`Verifier::with_prepared_issuers`]: worth it for thousands of checks. It changes no answer.
    #[must_use]
    pub const fn with_prepared_issuers(mut self, most: usize) -> Self {
        self.prepared = most;
        self
    }

    /// The relying party looks at its own side.
    fn own(&mut self, question: &Question<'_>, anchor: &PublicKey) -> Result<Own, NotInOrder> {
        let now = question.now;
        let newest = self.scenario.newest(anchor, question.registration);
        let trust = self.verified.trust(question, anchor, newest)?;
        self.scenario.accepted(anchor, question.registration, trust.sequence());
        let statuses = self.verified.statuses(question, &trust);
        let purposes = self.purposes_with(question.profile);
        let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
        let party = Registration::parse(question.registration)?.verify(&known, now)?;
        let prepared = self.prepared;
        let key = (question.registration.to_vec(), *trust.hash());
        let verifier = self.verified.verifiers.find_or(key, || {
            Arc::new(Verifier::new((*trust).clone(), party).with_prepared_issuers(prepared))
        });
        // An answer that comes too late is told by the verifier (B-02), not here.
        let request = Request::parse(question.request)?.permit_as_sent(&known, now)?;
        Ok(Own { trust, statuses, verifier, request })
    }

    /// The catalogue, with this profile in it.
    fn purposes_with(&self, profile: &Profile) -> Arc<Purposes> {
        if self.purposes.find(profile.id()).is_some_and(|known| known.hash() == profile.hash()) {
            return Arc::clone(&self.purposes);
        }
        let others = self.purposes.iter().filter(|known| known.id() != profile.id());
        Arc::new(Purposes::new(others.chain([profile]).cloned().collect()))
    }

    fn judge(&mut self, question: &Question<'_>, own: &Own, facts: &Facts) -> Result<Reply, SutError> {
        let Question { profile, now, presentation: bytes, .. } = *question;
        let mut nonces = Tentative::new(&mut self.scenario.nonces);
        let verified = Presentation::parse(bytes, &Limits::TOKEN).map_err(Rejection::from).and_then(|read| {
            let Own { statuses, verifier, request, .. } = own;
            verifier.verify(&read, request, statuses, now, &mut nonces, &mut self.workspace)
        });
        let verified = match verified {
            Ok(verified) => verified,
            Err(rejection) => {
                let decided = receipt::Decided::Rejected { presentation: bytes, rejection: &rejection };
                let receipt = sign(&self.receipt_keys, &mut self.scenario, question, own, decided);
                return Ok(Reply { receipt, ..not_verified(&rejection, profile) });
            }
        };
        let decision = decide(&verified, profile, facts, now);
        let decision = decision.map_err(|error| SutError::Protocol(error.to_string()))?;
        let disclosed = verified.disclosed().into_iter().map(str::to_owned).collect();
        let reply = decided(&decision, disclosed);
        // A check that waits for facts is made again with them, and counts then.
        if decision.waits_for_facts() {
            return Ok(reply);
        }
        nonces.keep();
        let salt = salt(question.request, question.presentation, question.id);
        let decided =
            receipt::Decided::Verified { presentation: &verified, decision: &decision, facts, salt: &salt };
        let receipt = sign(&self.receipt_keys, &mut self.scenario, question, own, decided);
        Ok(Reply { receipt, ..reply })
    }

    fn silence(&mut self, question: &Question<'_>, own: Result<&Own, &NotInOrder>) -> Reply {
        let decision = Decision::no_answer(question.profile, question.now);
        let receipt = own.ok().and_then(|own| {
            sign(&self.receipt_keys, &mut self.scenario, question, own, receipt::Decided::NoAnswer)
        });
        Reply { receipt, ..decided(&decision, Vec::new()) }
    }
}

impl SystemUnderTest for Geleit {
    fn hello(&mut self) -> Result<Hello, SutError> {
        Ok(Hello { name: concat!("geleit ", env!("CARGO_PKG_VERSION")).to_owned(), geleit_reasons: true })
    }

    fn begin(&mut self, _: &str) -> Result<(), SutError> {
        self.scenario = Scenario::default();
        Ok(())
    }

    fn check(&mut self, question: &Question<'_>) -> Result<Reply, SutError> {
        let wrong =
            |what: &str, error: &dyn ToString| SutError::Protocol(format!("{what}: {}", error.to_string()));
        let anchor = PublicKey::from_pem(question.anchor).map_err(|error| wrong("anchor", &error))?;
        let pairs = question.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let facts = Facts::parse(question.profile, pairs).map_err(|error| wrong("facts", &error))?;
        let own = self.own(question, &anchor);
        if is_declined(question.presentation) {
            return Ok(self.silence(question, own.as_ref()));
        }
        match own {
            Ok(own) => self.judge(question, &own, &facts),
            Err(NotInOrder(rule)) => Ok(not_possible(rule, question.profile)),
        }
    }
}

impl Verified {
    fn trust(
        &mut self,
        question: &Question<'_>,
        anchor: &PublicKey,
        newest: u64,
    ) -> Result<Arc<TrustList>, TrustError> {
        let (bytes, now) = (question.trust_list, question.now);
        let known = self.trust.find(|(known, by)| known == bytes && by == anchor);
        match known.filter(|list| list.sequence() >= newest && list.require_current(now).is_ok()) {
            Some(list) => Ok(list),
            None => {
                let list = Arc::new(SignedTrustList::parse(bytes)?.verify(anchor, newest, now)?);
                self.trust.keep((bytes.to_vec(), anchor.clone()), Arc::clone(&list));
                Ok(list)
            }
        }
    }

    /// The lists that can be relied on.
    fn statuses(&mut self, question: &Question<'_>, trust: &TrustList) -> StatusLists {
        let mut statuses = StatusLists::new();
        for bytes in question.status_lists {
            // An older list of the same publisher (L-08) is left out, too.
            let _ = self.status(bytes, question, trust).map(|list| statuses.insert(list));
        }
        statuses
    }

    fn status(&mut self, bytes: &[u8], question: &Question<'_>, trust: &TrustList) -> Option<StatusList> {
        let now = question.now;
        let known = self.statuses.find(|(known, by)| known == bytes && by == trust.hash());
        // L-04 alone looks at the clock, and what was not in the future then is not now.
        if let Some((list, _)) = known.filter(|(_, then)| *then <= now.0) {
            return Some(list);
        }
        let list = StatusListToken::parse(bytes).ok()?.verify(trust, now).ok()?;
        self.statuses.keep((bytes.to_vec(), *trust.hash()), (list.clone(), now.0));
        Some(list)
    }
}

/// The receipt, when the key of the relying party is here.
fn sign(
    keys: &[Arc<SigningKey>],
    scenario: &mut Scenario,
    question: &Question<'_>,
    own: &Own,
    decided: receipt::Decided<'_, '_, '_>,
) -> Option<Receipt> {
    // Its own key, not that of whoever made the request: an answer may have been forwarded (B-03).
    let party = own.verifier.relying_party();
    let key = keys.iter().find(|key| key.public_key() == party.request_key())?;
    let signed = Unsigned {
        request: &own.request,
        profile: question.profile,
        trust: &own.trust,
        statuses: &own.statuses,
        decided,
        decided_at: question.now,
        place: scenario.place(party.request_key()),
    };
    // E-12 and E-13: nobody signs for the check of another party's request.
    let bytes = signed.sign(key).ok()?;
    scenario.signed(party.request_key(), &bytes);
    Some(Receipt { bytes, salt: salt(question.request, question.presentation, question.id) })
}

pub(crate) fn decided(decision: &Decision, disclosed: Vec<String>) -> Reply {
    let until = if let Decided::AcceptUntil(day) = decision.outcome() { Some(*day) } else { None };
    Reply {
        answer: Answer {
            outcome: Outcome { word: Word::from(decision.outcome().named()), until },
            reason: decision.reason().as_str().to_owned(),
            rule: None,
            notices: decision.notices().iter().map(|notice| notice.as_str().to_owned()).collect(),
            disclosed,
        },
        texts: Texts {
            what: Some(what(decision.reason())),
            fallback: decision.fallback().map(|fallback| both(|lang| fallback.text(lang).to_owned())),
            redress: Some(both(|lang| decision.redress(lang).to_owned())),
        },
        receipt: None,
    }
}

/// Nothing was decided: the way out is to ask again.
pub(crate) fn not_verified(rejection: &Rejection, profile: &Profile) -> Reply {
    let reason = ReasonCode::NOT_VERIFIED;
    Reply {
        answer: technical(Word::NotVerified, reason.as_str(), rejection.code()),
        texts: Texts {
            what: Some(what(reason)),
            fallback: Some(both(|lang| reason.next(lang).to_owned())),
            redress: Some(both(|lang| profile.redress(lang).to_owned())),
        },
        receipt: None,
    }
}

pub(crate) fn not_possible(rule: &str, profile: &Profile) -> Reply {
    Reply {
        answer: technical(Word::Indeterminate, NOT_POSSIBLE, rule),
        texts: Texts {
            what: ReasonCode::find(NOT_POSSIBLE).map(what),
            fallback: Some(both(|lang| profile.fallback(lang).to_owned())),
            redress: Some(both(|lang| profile.redress(lang).to_owned())),
        },
        receipt: None,
    }
}

fn technical(word: Word, reason: &str, rule: &str) -> Answer {
    Answer {
        outcome: Outcome::of(word),
        reason: reason.to_owned(),
        rule: Some(rule.to_owned()),
        notices: Vec::new(),
        disclosed: Vec::new(),
    }
}

fn what(reason: ReasonCode) -> [String; 2] {
    both(|lang| format!("{} {}", reason.what(lang), reason.why(lang)))
}

fn both(text: impl Fn(Lang) -> String) -> [String; 2] {
    [Lang::En, Lang::De].map(text)
}

#[cfg(test)]
mod tests;
