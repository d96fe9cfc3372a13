//! One check on the stage: who asks, what the wallet answers, who tampers, what is verified.

use super::schema::{CheckStep, HolderAct, Looker};
use super::stage::Stage;
use crate::attacker::{self, Scene};
use crate::linking::to_the_second;
use crate::outcome::{Outcome, Word};
use crate::row::Answer;
use crate::share_code::Look;
use crate::sut::geleit::Geleit;
use crate::sut::{Question, Receipt, Reply, SutError, SystemUnderTest};
use crate::world::authority::Defect;
use crate::world::network::LOCAL;
use crate::world::relying_party::{Asking, scope};
use crate::world::wallet::Times;
use geleit_credential::holder::Consent;
use geleit_credential::presentation::DECLINED;
use geleit_credential::purpose::Profile;
use geleit_credential::reason::WalletRefusal;
use geleit_credential::request::Request;
use geleit_credential::time::UnixTime;

/// What happened in a check, kept for later steps.
#[derive(Clone, Debug)]
pub(super) struct Done {
    /// When.
    pub(super) at: UnixTime,
    /// Who asked.
    pub(super) by: String,
    /// Who was asked.
    pub(super) who: String,
    /// The copy that was shown, from 0.
    pub(super) copy: usize,
    /// For which purpose it was verified.
    pub(super) purpose: String,
    /// The signed request.
    pub(super) request: Vec<u8>,
    /// What the relying party received.
    pub(super) presentation: Vec<u8>,
    /// Who spoke: the system under test, or the wallet alone.
    pub(super) spoke: Spoke,
    /// The answer.
    pub(super) reply: Reply,
    /// Time of the virtual network.
    pub(super) latency_ms: u32,
    /// Claims that were asked for.
    pub(super) asked: u32,
    /// What is needed to replay the receipt.
    pub(super) kept: Option<Kept>,
    /// Claims that geleit learns from the same bytes, where a verifier spoke.
    pub(super) learned: Option<Vec<String>>,
    /// What was looked up in the share-code model.
    pub(super) look: Option<Look>,
}

/// What a verifier said.
struct Verified {
    reply: Reply,
    kept: Option<Kept>,
    learned: Vec<String>,
}

/// Who answers.
pub(super) struct Systems<'s> {
    /// The system under test.
    pub(super) tested: &'s mut dyn SystemUnderTest,
    /// geleit's own verifier.
    pub(super) reference: &'s mut Geleit,
}

/// Who gave the answer that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoke {
    /// The relying party's verifier.
    Verifier,
    /// The wallet: the relying party's verifier had no part in it.
    Wallet,
}

/// The inputs of a receipt.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) trust_list: Vec<u8>,
    pub(super) lists: Vec<Vec<u8>>,
    pub(super) profile: Profile,
    pub(super) facts: Vec<(String, String)>,
    pub(super) receipt: Receipt,
    pub(super) decided_at: UnixTime,
}

/// What broke a check off.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The simulator.
    #[error(transparent)]
    Defect(#[from] Defect),
    /// The system under test.
    #[error(transparent)]
    System(#[from] SutError),
    /// The scenario.
    #[error("{0}")]
    Scenario(String),
}

/// What a wallet does.
enum WalletAct {
    Answers(Vec<u8>),
    Refuses(WalletRefusal, String),
}

impl Stage<'_> {
    /// Plays a check.
    pub(super) fn exchange(
        &mut self,
        id: &str,
        step: &CheckStep,
        earlier: Option<&Done>,
        mut systems: Systems<'_>,
    ) -> Result<Done, Broken> {
        let (request, asked) = match earlier {
            Some(earlier) => (earlier.request.clone(), earlier.asked),
            None => self.ask(step)?,
        };
        let copy = match earlier {
            Some(earlier) => earlier.copy,
            None => self.copy(step)?,
        };
        self.fetch_at_check(&step.by, &step.who, copy)?;
        let (presentation, refused) = match earlier {
            // The very bytes: the wallet has no part in it.
            Some(earlier) => (earlier.presentation.clone(), None),
            None => match self.answer(step, copy, &request)? {
                WalletAct::Answers(bytes) => {
                    let bytes = self.as_issued(step, copy, bytes)?;
                    (self.tampered(step, copy, &request, bytes)?, None)
                }
                WalletAct::Refuses(refusal, rule) => (DECLINED.to_vec(), Some((refusal, rule))),
            },
        };
        if let Some((refusal, rule)) = refused.filter(|_| step.seen_by == Looker::Whoever) {
            let reply = blocked(refusal, rule, self.purposes.find(&step.purpose));
            let latency_ms = latency_ms(&request, &presentation);
            return Ok(Done {
                at: self.now,
                by: step.by.clone(),
                who: step.who.clone(),
                copy,
                purpose: step.purpose.clone(),
                request,
                presentation,
                spoke: Spoke::Wallet,
                reply,
                latency_ms,
                asked,
                kept: None,
                learned: None,
                look: None,
            });
        }
        let (who, purpose) = verifier_of(step);
        let other = step.verified_by.is_some() || step.verified_for.is_some();
        let verified_request = match (other, step.for_original_request) {
            (true, false) => self.ask_again(who, purpose)?,
            (true, true) | (false, _) => request.clone(),
        };
        let Verified { reply, kept, learned } =
            self.verify(id, step, (who, purpose), &verified_request, &presentation, &mut systems)?;
        Ok(Done {
            at: self.now,
            by: who.to_owned(),
            who: step.who.clone(),
            copy,
            purpose: purpose.to_owned(),
            latency_ms: latency_ms(&request, &presentation),
            request: verified_request,
            presentation,
            spoke: Spoke::Verifier,
            reply,
            asked,
            kept,
            learned: Some(learned),
            look: None,
        })
    }

    /// The signed request, and how many claims it asks for.
    fn ask(&mut self, step: &CheckStep) -> Result<(Vec<u8>, u32), Defect> {
        let asking = Asking {
            purpose: &step.purpose,
            optional: &step.ask,
            beyond: &step.over_ask,
            leave_out: &step.leave_out,
            retention_days: step.retention_days,
        };
        let asked = scope(self.purposes.find(&step.purpose), &asking).map_err(Defect::of("request"))?;
        let asked = u32::try_from(asked.entries().len()).unwrap_or(u32::MAX);
        Ok((self.sign_request(&step.by, &asking)?, asked))
    }

    /// An ordinary request of whoever verifies an answer that was not meant for this.
    fn ask_again(&mut self, who: &str, purpose: &str) -> Result<Vec<u8>, Defect> {
        let asking = Asking { purpose, optional: &[], beyond: &[], leave_out: &[], retention_days: None };
        self.sign_request(who, &asking)
    }

    fn sign_request(&mut self, who: &str, asking: &Asking<'_>) -> Result<Vec<u8>, Defect> {
        let (purposes, now) = (self.purposes, self.now);
        let party = self.party(who, asking.purpose)?;
        party.ask(asking, purposes, now.plus(party.clock_ahead_s))
    }

    fn copy(&mut self, step: &CheckStep) -> Result<usize, Broken> {
        let wallet = &mut self.person_mut(&step.who)?.wallet;
        let copy = match step.copy {
            None => wallet.next_copy(),
            Some(number) => {
                // `check` has refused 0.
                let copy = number.saturating_sub(1);
                wallet.used_up_to(copy);
                copy
            }
        };
        // A wallet without copies would look as if its holder declined.
        match wallet.key(copy) {
            Some(_) => Ok(copy),
            None => Err(Broken::Scenario(format!(
                "{} has no unused copy left: give `copy`, or `issue` anew",
                step.who
            ))),
        }
    }

    fn answer(&mut self, step: &CheckStep, copy: usize, request: &[u8]) -> Result<WalletAct, Defect> {
        let now = self.now.plus(step.holder_clock_ahead.0);
        let parsed = match Request::parse(request) {
            Ok(parsed) => parsed,
            Err(error) => return Ok(WalletAct::Refuses(error.refusal(), error.code().to_owned())),
        };
        let permitted = match self.with_known(now, |known| parsed.permit(known, now)) {
            Ok(permitted) => permitted,
            Err(error) => return Ok(WalletAct::Refuses(error.refusal(), error.code().to_owned())),
        };
        let optional: Vec<&str> = step.show.iter().map(String::as_str).collect();
        let consent = match step.holder {
            HolderAct::Agrees => Consent::Agreed { optional: &optional },
            HolderAct::Declines => Consent::Declined,
            HolderAct::Duress => Consent::Duress,
        };
        let purposes = self.purposes;
        let wallet = &mut self.person_mut(&step.who)?.wallet;
        Ok(match wallet.answer(copy, &permitted, consent, purposes, now) {
            Ok(answered) => WalletAct::Answers(wallet.record(answered)),
            Err(error) => WalletAct::Refuses(error.refusal(), error.code().to_owned()),
        })
    }

    /// What a careless wallet shows of the copies of a sloppy issuer.
    fn as_issued(&self, step: &CheckStep, copy: usize, honest: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let Times::ToTheSecond { seconds, taken_anyway: true } = self.times(&step.who) else {
            return Ok(honest);
        };
        let issuer = |iss: &str| Some(self.authorities.named(iss)?.key());
        let holder = self.person(&step.who)?.wallet.key(copy);
        let holder = holder.ok_or_else(|| Broken::Scenario("no such copy".into()))?;
        to_the_second::answer(&honest, seconds, issuer, holder)
            .map_err(|error| Broken::Scenario(error.to_string()))
    }

    fn tampered(
        &self,
        step: &CheckStep,
        copy: usize,
        request: &[u8],
        honest: Vec<u8>,
    ) -> Result<Vec<u8>, Broken> {
        let Some(attack) = &step.attack else { return Ok(honest) };
        let actor = self.person(&step.who)?;
        let residence = actor.claims.get("residence");
        let issuers: Vec<_> = super::people::TYPES
            .into_iter()
            .map(|name| {
                let issuer = self.authorities.of(crate::world::wallet::issuer_of(name, residence));
                (name, issuer.role.iss, issuer.key())
            })
            .collect();
        let copies = actor.wallet.copy(copy);
        let credentials: Vec<&[u8]> =
            copies.into_iter().flat_map(|copies| copies.values()).map(|held| held.bytes.as_slice()).collect();
        let holder_key = actor.wallet.key(copy);
        let holder_key = holder_key.ok_or_else(|| Broken::Scenario("no such copy".into()))?;
        let stranger = crate::rng::key(self.seed, "key stranger");
        let second_holder = crate::rng::key(self.seed, "key second holder");
        let scene = Scene {
            request,
            honest: &honest,
            holder_key,
            issuers: &issuers,
            stranger: &stranger,
            second_holder: &second_holder,
            credentials: &credentials,
            now: self.now,
        };
        let named = attacker::find(&attack.0)
            .ok_or_else(|| Broken::Scenario(format!("there is no attack \"{}\"", attack.0)))?;
        named.on(&scene).ok_or_else(|| {
            Broken::Scenario(format!("the attack \"{}\" finds nothing to break in this answer", attack.0))
        })
    }

    fn verify(
        &mut self,
        id: &str,
        step: &CheckStep,
        (who, purpose): (&str, &str),
        request: &[u8],
        presentation: &[u8],
        systems: &mut Systems<'_>,
    ) -> Result<Verified, Broken> {
        let profile = self.purposes.find(purpose).cloned();
        let profile = profile.ok_or_else(|| Broken::Scenario(format!("no profile for {purpose}")))?;
        let facts: Vec<(String, String)> =
            step.facts.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        let anchor = self.authorities.anchor().to_pem();
        let trust_list = self.authorities.signed().to_vec();
        let now = self.now.plus(step.delay.0);
        let party = self.party(who, purpose)?;
        let now = now.plus(party.clock_ahead_s);
        let question = Question {
            id,
            now,
            anchor: &anchor,
            trust_list: &trust_list,
            status_lists: &party.lists,
            registration: &party.registration,
            profile: &profile,
            request,
            presentation,
            facts: &facts,
        };
        let reply = systems.tested.check(&question)?;
        let learned = systems.reference.check(&question);
        let learned = learned.map_err(|error| Broken::Scenario(error.to_string()))?.answer.disclosed;
        let kept = reply.receipt.clone().map(|receipt| Kept {
            lists: party.lists.clone(),
            trust_list,
            profile,
            facts,
            receipt,
            decided_at: now,
        });
        Ok(Verified { reply, kept, learned })
    }
}

/// Who verifies, for which purpose.
pub(super) fn verifier_of(step: &CheckStep) -> (&str, &str) {
    let who = step.verified_by.as_deref().unwrap_or(&step.by);
    (who, step.verified_for.as_deref().unwrap_or(&step.purpose))
}

/// The refusal as the wallet tells its holder.
pub(crate) fn blocked(refusal: WalletRefusal, rule: String, profile: Option<&Profile>) -> Reply {
    use geleit_credential::reason::Lang;
    let reason = refusal.reason();
    let both = |text: fn(geleit_credential::reason::ReasonCode, Lang) -> &'static str| {
        Some(Lang::ALL.map(|lang| text(reason, lang).to_owned()))
    };
    let redress = profile.filter(|profile| profile.asks());
    Reply {
        answer: Answer {
            outcome: Outcome::of(Word::BlockedByWallet),
            reason: reason.as_str().to_owned(),
            rule: Some(rule),
            notices: Vec::new(),
            disclosed: Vec::new(),
        },
        texts: crate::sut::Texts {
            what: both(geleit_credential::reason::ReasonCode::what),
            fallback: both(geleit_credential::reason::ReasonCode::next),
            redress: redress.map(|profile| Lang::ALL.map(|lang| profile.redress(lang).to_owned())),
        },
        receipt: None,
    }
}

/// A fact as a form would send it.
pub(super) fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            String::new()
        }
    }
}

/// Request and answer between two devices; lists were there before.
fn latency_ms(request: &[u8], presentation: &[u8]) -> u32 {
    let bytes = u32::try_from(request.len() + presentation.len()).unwrap_or(u32::MAX);
    LOCAL.exchange_ms(bytes)
}
