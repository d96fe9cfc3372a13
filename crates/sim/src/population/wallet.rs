//! What a holder's wallet does with a request.

use super::ground::{Ground, Publication};
use super::issue::Copies;
use super::person::Visit;
use super::state::{Purpose, State};
use crate::outcome::Truth;
use crate::world::authority::Defect;
use geleit_credential::holder::{
    AnswerError, Consent, DisclosureLedger, HeldCredential, Origin, Wallet, answer,
};
use geleit_credential::known::Known;
use geleit_credential::reason::WalletRefusal;
use geleit_credential::request::Request;
use geleit_credential::sd_cwt::Scratch;

/// What came of a request.
#[derive(Debug)]
pub(super) enum Act {
    Answers(Vec<u8>),
    Refuses(WalletRefusal, &'static str),
    /// Nothing that was asked for is there: to the party that asked this is no answer.
    Lacks,
}

/// A wallet with the copies of one check.
#[derive(Debug)]
pub(super) struct Held<'c> {
    copies: &'c Copies<'c>,
    held: Vec<HeldCredential>,
    origin: Origin,
}

impl<'c> Held<'c> {
    /// The wallet accepts what the issuer sent, when it sent it.
    pub(super) fn accept(
        ground: &Ground,
        copies: &'c Copies<'c>,
        scratch: &mut Scratch,
    ) -> Result<Self, Defect> {
        let trusted = ground.trusted(ground.trust_at(copies.issued_at))?;
        let mine = [copies.key.public_key().clone()];
        let accept = |bytes: &Vec<u8>| {
            HeldCredential::accept(bytes, &trusted.list, &mine, copies.issued_at, scratch)
                .map_err(Defect::of("copy"))
        };
        let held: Vec<HeldCredential> = copies.bytes.iter().map(accept).collect::<Result<_, _>>()?;
        let origin = Origin::of(&held.iter().collect::<Vec<_>>());
        Ok(Self { copies, held, origin })
    }

    /// Looks at a request, and answers it.
    pub(super) fn act(
        &self,
        ground: &Ground,
        (visit, publication): (&Visit, &Publication),
        request: &[u8],
        ledger: &mut DisclosureLedger,
    ) -> Result<Act, Defect> {
        let now = visit.at.plus(visit.holder_clock_s);
        let trust = &ground.trusted(ground.trust_at(visit.at))?.list;
        let known = Known { trust, purposes: &ground.purposes, statuses: &publication.registrations };
        let permitted = Request::parse(request).and_then(|parsed| parsed.permit(&known, now));
        let permitted = match permitted {
            Ok(permitted) => permitted,
            Err(error) => return Ok(Act::Refuses(error.refusal(), error.code())),
        };
        let optional = optional(&self.copies.carried.state, visit);
        let held: Vec<&HeldCredential> = self.held.iter().collect();
        let key = self.copies.key.public_key();
        let wallet = Wallet { held: &held, key, origin: &self.origin, ledger, purposes: &ground.purposes };
        let consent = Consent::Agreed { optional: &optional };
        Ok(match answer(&permitted, &wallet, &self.copies.key, consent, now) {
            Ok(answered) => Act::Answers(answered.record(ledger)),
            Err(AnswerError::RequestExpired { .. }) => Act::Refuses(WalletRefusal::RequestInvalid, "W-02"),
            Err(_) => Act::Lacks,
        })
    }
}

/// What a wallet adds to the required claims because it helps. Who has no right may leave out what would show it.
fn optional(carried: &State, visit: &Visit) -> Vec<&'static str> {
    let question = &visit.question;
    let rights = &carried.rights;
    let mut added = Vec::new();
    let named = matches!(question.purpose, Purpose::Work | Purpose::Rent);
    if named && carried.name.given.is_some() {
        added.push("id.given_name");
    }
    let tied = question.purpose == Purpose::Work && rights.work && rights.sponsor;
    if tied {
        added.push("res.uk.sponsor_match");
    }
    let has_right = carried.right(question) != Truth::NoRight;
    let needs_more = !has_right || carried.pending || carried.under_review;
    if question.purpose == Purpose::Carrier || !needs_more || !(has_right || visit.shows_against_oneself) {
        return added;
    }
    if matches!(question.purpose, Purpose::Work | Purpose::Study | Purpose::Benefits) {
        added.push("res.uk.continuation");
    }
    added.push("res.under_review");
    added
}
