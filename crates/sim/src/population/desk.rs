//! Desks that check with geleit: a request, a verdict, a decision, a receipt; and what is made of it.

use super::ground::{Ground, Party, Publication};
use super::person::Visit;
use super::state::{Purpose, State};
use crate::invariant::Invariant;
use crate::replay::salt;
use crate::rng::SimRng;
use crate::scenario::Watch;
use crate::share_code::record::Photo;
use crate::sut::Reply;
use crate::sut::geleit::{decided, not_possible, not_verified};
use crate::world::authority::Defect;
use crate::world::relying_party::REQUEST_OPEN_S;
use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Decision, Facts, decide};
use geleit_credential::known::Known;
use geleit_credential::presentation::Presentation;
use geleit_credential::receipt::{Decided, KeptInputs, LogPlace, Receipt, receipt_id};
use geleit_credential::request::{PermittedRequest, Request, RequestContent};
use geleit_credential::scope::Scope;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Rejection, Workspace};
use rand_core::Rng;

/// Lists as a desk has them at a time: those of registrations, and that of the chunk.
#[derive(Debug)]
pub(super) struct AtHand {
    pub(super) signed: Vec<Vec<u8>>,
    pub(super) verified: StatusLists,
}

/// The desks of a chunk: registers of nonces, logs of receipts, memory.
#[derive(Debug)]
pub(super) struct Desks {
    nonces: OpenNonces,
    workspace: Workspace,
    logs: [LogPlace; Purpose::ALL.len()],
    pub(super) watch: Watch,
    /// What the last check broke.
    pub(super) broken: Vec<Invariant>,
}

/// One request, and what is known when its answer comes.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) ground: &'a Ground,
    pub(super) party: &'a Party,
    pub(super) purpose: Purpose,
    pub(super) request: &'a [u8],
    pub(super) at_hand: &'a AtHand,
    /// Number of the trust list at hand.
    pub(super) trust: usize,
    pub(super) now: UnixTime,
    pub(super) facts: &'a Facts,
    pub(super) replayed: bool,
}

impl Default for Desks {
    fn default() -> Self {
        Self {
            nonces: OpenNonces::default(),
            workspace: Workspace::new(),
            logs: [LogPlace::FIRST; Purpose::ALL.len()],
            watch: Watch::default(),
            broken: Vec::new(),
        }
    }
}

/// Signs a request.
pub(super) fn ask(party: &Party, scope: &Scope, now: UnixTime, rng: &mut SimRng) -> Result<Vec<u8>, Defect> {
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    let content = RequestContent {
        registration: &party.party.registration,
        relying_party: &party.party.id,
        intended_use_id: party.profile.id(),
        scope: scope.clone(),
        retention_days: party.profile.retention_days(),
        nonce: &nonce,
        issued_at: now,
        expires_at: now.plus(REQUEST_OPEN_S),
    };
    content.sign(&party.party.key).map_err(Defect::of("request"))
}

/// What only the desk knows. `carried` is what it sees of the person: a photo that is of somebody else differs, and with
/// another name than the desk knows nobody says that the comparison was made.
pub(super) fn facts(visit: &Visit, carried: Option<&State>, truth: &State) -> Facts {
    let question = &visit.question;
    let face = match carried {
        Some(carried) if carried.photo != Photo::Own => "no",
        Some(carried) if !carried.name.same(&truth.name) => "not-checked",
        Some(_) | None => "yes",
    };
    match question.purpose {
        Purpose::Work => Facts::new()
            .date("start_date", question.start)
            .text("face_matches", face)
            .number("hours_per_week", i64::from(question.hours)),
        Purpose::Rent => Facts::new().text("face_matches", face),
        Purpose::Carrier => Facts::new().text("document_number_presented", visit.presented.as_str()),
        Purpose::Study => Facts::new(),
        Purpose::Benefits => Facts::new().text("nrpf_exception", "none"),
    }
}

impl Sent<'_> {
    fn permitted(&self) -> Result<PermittedRequest, Result<&'static str, Defect>> {
        let trusted = self.ground.trusted(self.trust).map_err(Err)?;
        let known =
            Known { trust: &trusted.list, purposes: &self.ground.purposes, statuses: &self.at_hand.verified };
        Request::parse(self.request)
            .and_then(|request| request.permit_as_sent(&known, self.now))
            .map_err(|error| Ok(error.code()))
    }
}

impl Desks {
    /// The desk gets an answer, or none.
    pub(super) fn receive(&mut self, sent: &Sent<'_>, answer: Option<&[u8]>) -> Result<Reply, Defect> {
        let profile = &sent.party.profile;
        let request = match sent.permitted() {
            Ok(request) => request,
            Err(Ok(rule)) => return Ok(not_possible(rule, profile)),
            Err(Err(defect)) => return Err(defect),
        };
        let salt = salt(sent.request, answer.unwrap_or_default(), "");
        let Some(bytes) = answer else {
            let decision = Decision::no_answer(profile, sent.now);
            let reply = decided(&decision, Vec::new());
            let logs = &mut self.logs;
            let receipt = receipt(logs, sent, &request, Decided::NoAnswer)?;
            return self.concluded(sent, (&receipt, &salt), &[], reply);
        };
        let missing = || Defect { what: "verifier", why: "none for this trust list".into() };
        let verifier = sent.party.verifiers.get(sent.trust).ok_or_else(missing)?;
        let statuses = &sent.at_hand.verified;
        let (nonces, workspace) = (&mut self.nonces, &mut self.workspace);
        let verified = Presentation::parse(bytes, &Limits::TOKEN)
            .map_err(Rejection::from)
            .and_then(|read| verifier.verify(&read, &request, statuses, sent.now, nonces, workspace));
        let (reply, receipt) = match verified {
            Ok(verified) => {
                let decision =
                    decide(&verified, profile, sent.facts, sent.now).map_err(Defect::of("decision"))?;
                let disclosed = verified.disclosed().into_iter().map(str::to_owned).collect();
                let facts = sent.facts;
                let what =
                    Decided::Verified { presentation: &verified, decision: &decision, facts, salt: &salt };
                (decided(&decision, disclosed), receipt(&mut self.logs, sent, &request, what)?)
            }
            Err(rejection) => {
                let what = Decided::Rejected { presentation: bytes, rejection: &rejection };
                let receipt = receipt(&mut self.logs, sent, &request, what)?;
                (not_verified(&rejection, profile), receipt)
            }
        };
        self.concluded(sent, (&receipt, &salt), bytes, reply)
    }

    fn concluded(
        &mut self,
        sent: &Sent<'_>,
        (receipt, salt): (&[u8], &[u8; 16]),
        presentation: &[u8],
        reply: Reply,
    ) -> Result<Reply, Defect> {
        if sent.replayed {
            let same = replays(sent, (receipt, salt), presentation, &reply)?;
            self.watch.note(Invariant::ReceiptReplays, same, &mut self.broken);
        }
        Ok(reply)
    }
}

/// Signs the receipt, and puts it into the log of the desk.
fn receipt(
    logs: &mut [LogPlace; Purpose::ALL.len()],
    sent: &Sent<'_>,
    request: &PermittedRequest,
    decided: Decided<'_, '_, '_>,
) -> Result<Vec<u8>, Defect> {
    let missing = || Defect { what: "receipt", why: "no log for this purpose".into() };
    let place = logs.get_mut(sent.purpose.number()).ok_or_else(missing)?;
    let receipt = Receipt {
        request,
        profile: &sent.party.profile,
        trust: &sent.ground.trusted(sent.trust)?.list,
        statuses: &sent.at_hand.verified,
        decided,
        decided_at: sent.now,
        place: *place,
    };
    let bytes = receipt.sign(&sent.party.party.key).map_err(Defect::of("receipt"))?;
    *place = LogPlace::continues(place.number(), receipt_id(&bytes));
    Ok(bytes)
}

/// from the kept inputs alone, everything once more.
fn replays(
    sent: &Sent<'_>,
    (receipt, salt): (&[u8], &[u8; 16]),
    presentation: &[u8],
    reply: &Reply,
) -> Result<bool, Defect> {
    let lists: Vec<&[u8]> = sent.at_hand.signed.iter().map(Vec::as_slice).collect();
    let inputs = KeptInputs {
        trust_list: &sent.ground.trusted(sent.trust)?.signed,
        status_lists: &lists,
        profile: sent.party.profile.text(),
        request: sent.request,
        presentation,
        facts: sent.facts,
        salt,
    };
    Ok(crate::replay::replays(receipt, &inputs, &sent.ground.anchor, sent.now, &reply.answer))
}

/// Lists of a publication together with that of a chunk.
pub(super) fn at_hand(
    publication: &Publication,
    signed: Vec<u8>,
    list: geleit_credential::status_list::StatusList,
) -> Result<AtHand, Defect> {
    let mut verified = publication.registrations.clone();
    verified.insert(list).map_err(Defect::of("status list"))?;
    let mut all = publication.signed.clone();
    all.push(signed);
    Ok(AtHand { signed: all, verified })
}
