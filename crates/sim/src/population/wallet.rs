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
        match answer(&permitted, &wallet, &self.copies.key, consent, now) {
            Ok(answered) => Ok(Act::Answers(answered.record(ledger))),
            Err(error) => refused(error),
        }
    }
}

/// What a wallet's refusal is to the party that asked. A wallet that cannot answer because of what the simulator gave
/// it is a defect of the simulator.
fn refused(error: AnswerError) -> Result<Act, Defect> {
    match error.refusal() {
        WalletRefusal::HolderDeclined | WalletRefusal::ClaimsNotHeld => Ok(Act::Lacks),
        refusal @ (WalletRefusal::RequestInvalid
        | WalletRefusal::RequestsCombine
        | WalletRefusal::ThresholdCombine
        | WalletRefusal::OriginStateGuard) => Ok(Act::Refuses(refusal, error.code())),
        _ => Err(Defect::of("wallet")(error)),
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

#[cfg(test)]
mod tests {
    use super::{Act, refused};
    use geleit_credential::holder::AnswerError;
    use geleit_credential::reason::WalletRefusal;

    #[test]
    fn a_wallet_refuses_for_its_own_reasons_only() {
        let expired = AnswerError::RequestExpired {
            from: geleit_credential::time::UnixTime(1),
            until: geleit_credential::time::UnixTime(2),
            now: geleit_credential::time::UnixTime(3),
        };
        assert!(matches!(refused(expired), Ok(Act::Refuses(WalletRefusal::RequestInvalid, "W-02"))));
        let combines = AnswerError::Combines { claim: "id.nationality", earlier: "uk-right-to-work".into() };
        assert!(matches!(refused(combines), Ok(Act::Refuses(WalletRefusal::RequestsCombine, "W-03"))));
        assert!(matches!(refused(AnswerError::Lacks { missing: Vec::new() }), Ok(Act::Lacks)));
        for defect in [AnswerError::OtherKey, AnswerError::ConsentWidens { id: "id.sex".into() }] {
            assert!(refused(defect).is_err());
        }
    }
}
