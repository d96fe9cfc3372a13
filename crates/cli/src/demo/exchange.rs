//! A question, its answer, and what the party that asked makes of it.

use super::check::{AskerFacts, Blocked, Case, Check, End, ReceiptNote};
use super::lists::Published;
use super::world::{Asker, Holder, Role, World, broken};
use crate::failure::Failure;
use crate::files::Readers;
use crate::outcome::Learned;
use crate::request::{asked, required};
use crate::wallet::screen::hidden;
use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Decision, FactError, Facts, decide};
use geleit_credential::holder::{AnswerError, Consent, HeldCredential, Origin, Wallet, respond};
use geleit_credential::presentation::{Presentation, is_declined};
use geleit_credential::reason::Lang;
use geleit_credential::receipt::{Decided, KeptInputs, LogPlace, Receipt, SignedReceipt, replay};
use geleit_credential::request::{PermittedRequest, Request, RequestContent};
use geleit_credential::schema::{Date, Lookup, lookup, title};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
use std::rc::Rc;
use std::time::Instant;

/// Seconds for which answers to a request are taken.
const OPEN_S: i64 = 600;

/// What a relying party states.
#[derive(Clone)]
pub(super) struct Stated(pub(super) Vec<(&'static str, String)>);

impl Stated {
    /// The first working day, and that the face was compared.
    pub(super) fn work(now: UnixTime) -> Result<Self, Failure> {
        let start = Date::from_unix(now.0).and_then(|today| today.plus_days(8));
        let start =
            start.ok_or_else(|| Failure::usage("--now is beyond the calendar").hint("leave --now out"))?;
        Ok(Self(vec![("start_date", start.to_string()), ("face_matches", "yes".to_owned())]))
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Who asks whom, when.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    /// Who.
    pub(super) role: Role,
    /// Whom.
    pub(super) holder: usize,
    /// Its number, or another word, in the names of files.
    pub(super) number: &'q str,
    /// Optional claims that are asked and agreed to.
    pub(super) optional: &'q [&'static str],
    /// Claims beyond what the purpose requires.
    pub(super) more: &'q [&'static str],
    /// A threshold, which stands for the claim that it replaces.
    pub(super) at_least: Option<(&'static str, &'static str)>,
    /// When.
    pub(super) at: UnixTime,
}

impl<'q> Question<'q> {
    /// For what the purpose requires.
    pub(super) const fn new(role: Role, holder: usize, number: &'q str, at: UnixTime) -> Self {
        Self { role, holder, number, optional: &[], more: &[], at_least: None, at }
    }

    /// The name of its files.
    pub(super) fn file(&self, world: &World) -> String {
        format!("{}-{}.cbor", self.number, world.asker(self.role).file)
    }

    fn scope(&self, asker: &Asker) -> Result<Scope, Failure> {
        let scoped = |id: &str| ScopedClaim::by_id(id).map_err(|error| broken(error.code(), error));
        let replaced = self.at_least.and_then(|(id, _)| asker.profile.replaced_by(id));
        let permitted = &asker.party.intended_use().scope;
        let mut entries: Vec<ScopeEntry> =
            required(permitted).filter(|entry| replaced != Some(entry.claim.id())).cloned().collect();
        for id in self.more {
            entries.push(ScopeEntry::required(scoped(id)?));
        }
        for id in self.optional {
            entries.push(ScopeEntry::optional(scoped(id)?));
        }
        if let Some((id, label)) = self.at_least {
            entries.push(ScopeEntry {
                claim: scoped(id)?,
                necessity: Necessity::Required,
                at_least: step(id, label).into_iter().collect(),
            });
        }
        Scope::new(entries).map_err(|error| broken(error.code(), error))
    }

    /// The signed request.
    pub(super) fn sign(&self, world: &mut World) -> Result<Vec<u8>, Failure> {
        let nonce = world.draw();
        let asker = world.asker(self.role);
        let content = RequestContent {
            registration: &asker.registration,
            relying_party: asker.party.id(),
            intended_use_id: &asker.party.intended_use().id,
            scope: self.scope(asker)?,
            retention_days: asker.party.intended_use().retention_days,
            nonce: &nonce,
            issued_at: self.at,
            expires_at: self.at.plus(OPEN_S),
        };
        let signed = content.sign(&asker.key).map_err(|error| broken(error.code(), error))?;
        world.write(&format!("requests/{}", self.file(world)), &signed, Readers::Anybody)?;
        Ok(signed)
    }

    /// The request, as the wallet and the relying party check it.
    pub(super) fn ask(&self, world: &mut World) -> Result<Asked, Failure> {
        let signed = self.sign(world)?;
        let lists = Rc::clone(&world.lists);
        let permitted =
            Request::parse(&signed).and_then(|request| request.permit(&world.known(&lists), self.at));
        let request = permitted.map_err(|error| broken(error.code(), error))?;
        Ok(Asked { role: self.role, request, signed, file: self.file(world), lists })
    }

    /// The request and its answer.
    pub(super) fn exchange(&self, world: &mut World) -> Result<Exchange, Failure> {
        self.exchange_with(world, Consent::Agreed { optional: self.optional })
    }

    /// The request and the answer of a holder who decides this.
    pub(super) fn exchange_with(&self, world: &mut World, consent: Consent<'_>) -> Result<Exchange, Failure> {
        let asked = self.ask(world)?;
        let purposes = world.purposes.clone();
        let no_such_person = || Failure::usage("no such person in the demo");
        let holder = world.holders.get_mut(self.holder).ok_or_else(no_such_person)?;
        let held: Vec<&HeldCredential> = holder.held.iter().collect();
        let wallet = Wallet {
            held: &held,
            key: holder.key.public_key(),
            origin: &Origin::of(&held),
            ledger: &holder.ledger,
            purposes: &purposes,
        };
        let start = Instant::now();
        let response = respond(&asked.request, &wallet, &holder.key, consent, self.at);
        let micros = start.elapsed().as_micros();
        let refusal = response.for_holder().err().cloned();
        let presentation = response.deliver(&mut holder.ledger);
        let file = self.file(world);
        world.write(&format!("presentations/{file}"), &presentation, Readers::Owner)?;
        Ok(Exchange {
            role: self.role,
            holder: self.holder,
            asked,
            presentation,
            file,
            refusal: refusal.map(|refusal| (refusal, micros)),
            at: self.at,
        })
    }
}

fn step(id: &str, label: &str) -> Option<u8> {
    match lookup(id) {
        Lookup::Claim { claim, .. } => claim.domain()?.threshold(label),
        _ => None,
    }
}

/// A request that is permitted, with the status lists that were the newest then.
#[derive(Clone)]
pub(super) struct Asked {
    role: Role,
    request: PermittedRequest,
    signed: Vec<u8>,
    file: String,
    lists: Rc<Published>,
}

/// A request with something that is shown for it.
#[derive(Clone)]
pub(super) struct Exchange {
    /// Who verifies.
    role: Role,
    holder: usize,
    asked: Asked,
    presentation: Vec<u8>,
    file: String,
    /// Why the wallet answered nothing, and in how many microseconds: for the holder.
    refusal: Option<(AnswerError, u128)>,
    at: UnixTime,
}

/// What a verifier made of an answer.
struct Judged {
    learned: Vec<Learned>,
    end: End,
    micros: u128,
    receipt: Option<Vec<u8>>,
}

/// What a check is about, beside the files.
pub(super) struct Told<'t> {
    /// What it is an example of.
    pub(super) case: Case,
    /// In words, by language.
    pub(super) what: [&'static str; 2],
    /// What the relying party states.
    pub(super) stated: &'t Stated,
    /// Language of the texts.
    pub(super) lang: Lang,
}

impl Exchange {
    /// The same presentation for another request.
    pub(super) fn for_request(&self, asked: Asked) -> Self {
        Self { asked, ..self.clone() }
    }

    /// Checked by somebody else.
    pub(super) fn by(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Verifies and decides, signs a receipt, and replays it.
    pub(super) fn check(
        &self,
        world: &mut World,
        nonces: &mut OpenNonces,
        told: &Told<'_>,
    ) -> Result<Check, Failure> {
        let salt = world.draw();
        let facts = Facts::parse(&world.asker(self.role).profile, told.stated.pairs())
            .map_err(|error| fault(&error))?;
        let judged = self.judge(world, nonces, (&facts, &salt), told)?;
        let receipt = judged.receipt.map(|bytes| self.keep(world, &bytes, (&facts, &salt))).transpose()?;
        let (asker, holder) = (world.asker(self.role), world.holder(self.holder)?);
        let entries = self.asked.request.scope().entries();
        Ok(Check {
            case: told.case,
            what: told.what,
            asker: AskerFacts::of(asker, told.lang),
            person: holder.person.name,
            asked: entries.iter().map(|entry| (asked(entry), title(entry.claim.id(), told.lang))).collect(),
            withheld: withheld(holder, self.asked.request.scope(), &judged.learned, told.lang),
            learned: judged.learned,
            bytes: self.presentation.len(),
            micros: judged.micros,
            stated: told.stated.0.clone(),
            receipt,
            request_file: format!("requests/{}", self.asked.file),
            presentation_file: Some(format!("presentations/{}", self.file)),
            command: match &judged.end {
                End::Decided(_) => Some(self.verify_command(asker, told.stated)),
                End::Blocked(_) => {
                    Some(present_command(holder, &self.asked.lists, &self.asked.file, self.at))
                }
                End::Declined(_) | End::NotVerified(_) => None,
            },
            end: judged.end,
        })
    }

    fn judge(
        &self,
        world: &World,
        nonces: &mut OpenNonces,
        (facts, salt): (&Facts, &[u8; 16]),
        told: &Told<'_>,
    ) -> Result<Judged, Failure> {
        let asker = world.asker(self.role);
        let request = &self.asked.request;
        if is_declined(&self.presentation) {
            return self.judge_silence(world, told.lang);
        }
        let verifier = Verifier::new(world.trust.clone(), asker.party.clone());
        let mut workspace = Workspace::new();
        let start = Instant::now();
        let presentation = Presentation::parse(&self.presentation, &Limits::TOKEN)
            .map_err(|error| broken(error.code(), error))?;
        let statuses = &self.asked.lists.statuses;
        let verified = verifier.verify(&presentation, request, statuses, self.at, nonces, &mut workspace);
        let micros = start.elapsed().as_micros();
        let verified = match verified {
            Ok(verified) => verified,
            Err(rejection) => {
                let decided = Decided::Rejected { presentation: &self.presentation, rejection: &rejection };
                let receipt = self.sign(world, decided)?;
                return Ok(Judged { learned: Vec::new(), end: End::NotVerified(rejection), micros, receipt });
            }
        };
        let decision = decide(&verified, &asker.profile, facts, self.at).map_err(|error| fault(&error))?;
        let decided = Decided::Verified { presentation: &verified, decision: &decision, facts, salt };
        let receipt = self.sign(world, decided)?;
        let learned = Learned::list(&verified, told.lang);
        Ok(Judged { learned, end: End::Decided(Box::new(decision)), micros, receipt })
    }

    /// Whoever asked sees silence; the holder knows why.
    fn judge_silence(&self, world: &World, lang: Lang) -> Result<Judged, Failure> {
        let asker = world.asker(self.role);
        let receipt = self.sign(world, Decided::NoAnswer)?;
        let (learned, micros) = (Vec::new(), self.refusal.as_ref().map_or(0, |(_, micros)| *micros));
        let end = match &self.refusal {
            None | Some((AnswerError::Declined, _)) => {
                End::Declined(Box::new(Decision::no_answer(&asker.profile, self.at)))
            }
            Some((error, _)) => {
                let decision = Decision::blocked_by_wallet(error.refusal(), Some(&asker.profile), self.at);
                End::Blocked(Box::new(Blocked {
                    rule: error.code(),
                    error: error.to_string(),
                    why: decision.reason().why(lang).to_owned(),
                    decision,
                }))
            }
        };
        Ok(Judged { learned, end, micros, receipt })
    }

    /// The receipt for the check of an own request; nobody signs for that of another party.
    fn sign(&self, world: &World, decided: Decided<'_, '_, '_>) -> Result<Option<Vec<u8>>, Failure> {
        if self.asked.role != self.role {
            return Ok(None);
        }
        let asker = world.asker(self.role);
        let receipt = Receipt {
            request: &self.asked.request,
            profile: &asker.profile,
            trust: &world.trust,
            statuses: &self.asked.lists.statuses,
            decided,
            decided_at: self.at,
            place: asker.place,
        };
        receipt.sign(&asker.key).map(Some).map_err(|error| broken(error.code(), error))
    }

    /// Reads the receipt as its holder does, repeats the decision from what was kept, and writes it.
    fn keep(
        &self,
        world: &mut World,
        bytes: &[u8],
        (facts, salt): (&Facts, &[u8; 16]),
    ) -> Result<ReceiptNote, Failure> {
        let asker = world.asker(self.role);
        let receipt = SignedReceipt::parse(bytes).and_then(|receipt| receipt.verify(&asker.party, self.at));
        let receipt = receipt.map_err(|error| broken(error.code(), error))?;
        let lists: Vec<&[u8]> = self.asked.lists.bytes.iter().map(Vec::as_slice).collect();
        let kept = KeptInputs {
            trust_list: &world.trust_bytes,
            status_lists: &lists,
            profile: asker.profile.text(),
            request: &self.asked.signed,
            presentation: &self.presentation,
            facts,
            salt,
        };
        replay(&receipt, &kept, &world.anchor).map_err(|error| broken(error.code(), error))?;
        let number = receipt.place().number();
        let file = format!("receipts/{}-{number}.cbor", asker.file);
        world.write(&file, bytes, Readers::Owner)?;
        world.move_on(self.role, LogPlace::after(&receipt));
        Ok(ReceiptNote { file, receipt })
    }

    fn verify_command(&self, asker: &Asker, stated: &Stated) -> String {
        let facts: String = stated.pairs().map(|(name, value)| format!(" --fact {name}={value}")).collect();
        let (file, registration) = (&self.file, asker.file);
        format!(
            "geleit verify --now {} \\\n    {} \\\n    --registration registrations/{registration}.cbor --request requests/{} \\\n   \
             {facts} presentations/{file}",
            self.at,
            known(&self.asked.lists),
            self.asked.file
        )
    }
}

fn fault(error: &FactError) -> Failure {
    Failure::usage(error.to_string()).hint("report this as a fault of the demo")
}

fn known(lists: &Published) -> String {
    let lists: String = lists.files.iter().map(|file| format!(" --status {file}")).collect();
    format!("--trust trust-list.cbor --anchor-key keys/anchor.pub.pem \\\n   {lists}")
}

/// A command by which the wallet refuses a request again.
pub(super) fn present_command(holder: &Holder, lists: &Published, file: &str, at: UnixTime) -> String {
    let folder = format!("wallets/{}", holder.person.folder);
    let credentials: String =
        holder.held.iter().map(|held| format!(" {folder}/{}.cbor", held.credential_type().name)).collect();
    format!(
        "geleit present --plan --now {at} \\\n    {} \\\n    --holder-key {folder}/key.pem \
         --ledger {folder}/ledger.json \\\n    --request requests/{file} \\\n   {credentials}",
        known(lists)
    )
}

/// What the credentials that were asked for hold, and the verifier did not learn.
pub(super) fn withheld(
    holder: &Holder,
    scope: &Scope,
    learned: &[Learned],
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let ids = hidden(scope, &holder.held, |id| learned.iter().any(|one| one.id == id));
    ids.into_iter().map(|id| (id, title(id, lang))).collect()
}
