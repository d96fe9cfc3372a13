//! The three checks, and what must not work.

use super::world::{Asker, DAY_S, Holder, Role, World, broken};
use crate::failure::Failure;
use crate::files::Readers;
use crate::outcome::{self, Learned};
use crate::purpose::title;
use crate::request::{asked, required};
use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Decision, Facts, decide};
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, Wallet, answer};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Purposes;
use geleit_credential::reason::Lang;
use geleit_credential::request::{PermittedRequest, Request, RequestContent, RequestError};
use geleit_credential::schema::Date;
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Rejection, Verifier, Workspace};
use rand_core::Rng;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Instant;

/// What a check is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// The main job.
    Check,
    /// More is asked than is registered.
    OverAsking,
    /// An answer is shown a second time.
    Replay,
    /// Somebody else shows an answer.
    Forwarded,
    /// The evidence is older than the purpose allows.
    Stale,
}

impl Case {
    /// The stable name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::OverAsking => "over-asking",
            Self::Replay => "replay",
            Self::Forwarded => "forwarded",
            Self::Stale => "stale",
        }
    }
}

/// One check with everything that is told about it.
#[derive(Debug)]
pub(super) struct Check {
    /// What it is an example of.
    pub(super) case: Case,
    /// Which of several of the same case, in words, by language.
    pub(super) what: [&'static str; 2],
    /// Who asked.
    pub(super) asker: AskerFacts,
    /// Whose credentials they are.
    pub(super) person: &'static str,
    /// The claims that were asked: id (with its step) and title.
    pub(super) asked: Vec<(String, String)>,
    /// What the verifier learned.
    pub(super) learned: Vec<Learned>,
    /// Claims of the same credentials that the verifier did not learn: id and title.
    pub(super) withheld: Vec<(&'static str, String)>,
    /// How it ended.
    pub(super) end: End,
    /// Bytes of the presentation.
    pub(super) bytes: usize,
    /// Microseconds of verification (of the wallet's refusal, when it refused).
    pub(super) micros: u128,
    /// What the relying party stated itself.
    pub(super) stated: Vec<(&'static str, String)>,
    /// Name of the request's file.
    request_file: String,
    /// Name of the presentation's file, when there is one.
    presentation_file: Option<String>,
    command: String,
}

/// Who asked, and on which basis.
#[derive(Debug)]
pub(super) struct AskerFacts {
    /// Identifier.
    pub(super) id: String,
    /// Name for people.
    pub(super) name: String,
    /// Country.
    pub(super) country: String,
    /// The intended use.
    pub(super) intended_use: String,
    /// Its title.
    pub(super) title: String,
    /// Its purpose in plain words.
    pub(super) purpose: String,
    /// Laws.
    pub(super) legal_basis: Vec<String>,
    /// Days for which the answer is kept.
    pub(super) retention_days: u32,
}

/// How a check ended.
#[derive(Debug)]
pub(super) enum End {
    /// Verified and decided.
    Decided(Box<Decision>),
    /// The wallet refused the request: the rule, its words, and the decision for the holder.
    Blocked(RequestError, Box<Decision>),
    /// Not verified.
    NotVerified(Rejection),
}

impl AskerFacts {
    fn of(asker: &Asker, lang: Lang) -> Self {
        let (party, profile) = (&asker.party, &asker.profile);
        Self {
            id: party.id().to_owned(),
            name: party.name().to_owned(),
            country: party.country().to_owned(),
            intended_use: profile.id().to_owned(),
            title: profile.title(lang).to_owned(),
            purpose: profile.purpose(lang).to_owned(),
            legal_basis: profile.legal_basis().to_vec(),
            retention_days: profile.retention_days(),
        }
    }
}

impl Check {
    /// Was the presentation verified?
    pub(super) const fn verified(&self) -> bool {
        matches!(self.end, End::Decided(_))
    }

    /// A command that checks the files of this check again, from inside the folder.
    pub(super) fn command(&self) -> &str {
        &self.command
    }

    /// As `--json` prints it.
    pub(super) fn to_json(&self, lang: Lang) -> Json {
        let mut json = json!({
            "case": self.case.name(),
            "intended_use": self.asker.intended_use,
            "relying_party": {"id": self.asker.id, "name": self.asker.name, "country": self.asker.country},
            "person": self.person,
            "purpose": self.asker.purpose,
            "legal_basis": self.asker.legal_basis,
            "retention_days": self.asker.retention_days,
            "asked": self.asked.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        });
        outcome::merge(&mut json, self.end.to_json(lang));
        outcome::merge(
            &mut json,
            json!({
                "disclosed": self.learned.iter().map(|one| one.id).collect::<Vec<_>>(),
                "learned": self.learned.iter().map(Learned::to_json).collect::<Vec<_>>(),
                "withheld": self.withheld.iter().map(|(id, _)| id).collect::<Vec<_>>(),
                "facts": self.stated.iter().map(|(name, value)| (*name, value.as_str())).collect::<BTreeMap<_, _>>(),
                "request_file": self.request_file,
                "presentation_file": self.presentation_file,
                "bytes": self.bytes,
                "micros": u64::try_from(self.micros).unwrap_or(u64::MAX),
            }),
        );
        json
    }
}

impl End {
    fn to_json(&self, lang: Lang) -> Json {
        let (mut json, rule, error) = match self {
            Self::Decided(decision) => (outcome::to_json(decision, lang), None, None),
            Self::Blocked(error, decision) => {
                (outcome::to_json(decision, lang), Some(error.code()), Some(error.to_string()))
            }
            Self::NotVerified(rejection) => {
                let reason = json!({"outcome": "NOT_VERIFIED", "reason": "not-verified", "reason_text": rejection.to_string()});
                (reason, Some(rejection.code()), Some(rejection.to_string()))
            }
        };
        outcome::merge(&mut json, json!({"rule_id": rule, "error": error}));
        json
    }
}

/// Runs everything, in the order in which it is told.
pub(super) fn run(world: &mut World, lang: Lang) -> Result<Vec<Check>, Failure> {
    let now = world.now;
    let [oernek, zrazok, nemuna] = [0, 1, 2];
    let (work, facts) = (Role::UkEmployer, work_facts(now)?);
    let mut nonces = OpenNonces::default();
    let mut checks = Vec::new();

    let asked = Question { optional: &["id.given_name"], ..Question::new(work, oernek, "1", now) };
    let first = asked.exchange(world)?;
    checks.push(first.check(world, Case::Check, ["", ""], &facts, &mut nonces, lang)?);
    let exchange = Question::new(Role::GermanEmployer, zrazok, "2", now).exchange(world)?;
    let job = Stated(vec![("job_kldb", "26212".to_owned())]);
    checks.push(exchange.check(world, Case::Check, ["", ""], &job, &mut nonces, lang)?);
    let exchange = Question::new(Role::Carrier, nemuna, "3", now).exchange(world)?;
    let passport =
        Stated(vec![("document_number_presented", world.holder(nemuna)?.person.passport.to_owned())]);
    checks.push(exchange.check(world, Case::Check, ["", ""], &passport, &mut nonces, lang)?);

    checks.push(over_asking(world, oernek, lang)?);
    let again = [
        "the same answer to the same request, a second time",
        "dieselbe Antwort auf dieselbe Anfrage, ein zweites Mal",
    ];
    checks.push(first.check(world, Case::Replay, again, &facts, &mut nonces, lang)?);
    let renewed = Question::new(work, oernek, "4", now).ask_named(world)?;
    let old = ["the old answer to a new request", "die alte Antwort auf eine neue Anfrage"];
    checks.push(first.for_request(renewed).check(world, Case::Replay, old, &facts, &mut nonces, lang)?);
    let foreign = Question::new(Role::OtherEmployer, oernek, "5", now).ask_named(world)?;
    let passed_on = [
        "passed on to another employer, who asks itself",
        "weitergegeben an einen anderen Arbeitgeber, der selbst anfragt",
    ];
    let forwarded = first.for_request(foreign).by(Role::OtherEmployer);
    checks.push(forwarded.check(world, Case::Forwarded, passed_on, &facts, &mut nonces, lang)?);
    let with_request = ["passed on together with the request", "weitergegeben zusammen mit der Anfrage"];
    let forwarded = first.clone().by(Role::OtherEmployer);
    checks.push(forwarded.check(world, Case::Forwarded, with_request, &facts, &mut nonces, lang)?);

    let later = now.plus(STALE_DAYS * DAY_S);
    let exchange = Question::new(work, oernek, "6", later).exchange(world)?;
    let stale = [
        "3 days later, with the same copy of the credential",
        "3 Tage später, mit derselben Kopie des Nachweises",
    ];
    checks.push(exchange.check(world, Case::Stale, stale, &work_facts(later)?, &mut nonces, lang)?);
    Ok(checks)
}

/// Days after which the old copies are shown again: more than the status age of the purpose (1 day), less
/// than their life (7 days).
const STALE_DAYS: i64 = 3;

/// What a relying party states.
struct Stated(Vec<(&'static str, String)>);

fn work_facts(now: UnixTime) -> Result<Stated, Failure> {
    let start = Date::from_unix(now.0).and_then(|today| today.plus_days(8));
    let start =
        start.ok_or_else(|| Failure::usage("--now is beyond the calendar").hint("leave --now out"))?;
    Ok(Stated(vec![("start_date", start.to_string()), ("face_matches", "yes".to_owned())]))
}

impl Stated {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Who asks whom, when.
struct Question<'q> {
    role: Role,
    holder: usize,
    number: &'q str,
    optional: &'q [&'static str],
    more: &'q [&'static str],
    at: UnixTime,
}

impl<'q> Question<'q> {
    const fn new(role: Role, holder: usize, number: &'q str, at: UnixTime) -> Self {
        Self { role, holder, number, optional: &[], more: &[], at }
    }

    fn file(&self, world: &World) -> String {
        format!("{}-{}.cbor", self.number, world.asker(self.role).file)
    }

    /// The signed request.
    fn sign(&self, world: &mut World) -> Result<Vec<u8>, Failure> {
        let mut nonce = [0; 16];
        world.random.fill_bytes(&mut nonce);
        let asker = world.asker(self.role);
        let scoped = |id: &&str| ScopedClaim::by_id(id).map_err(|error| broken(error.code(), error));
        let mut entries: Vec<ScopeEntry> = required(&asker.party.intended_use().scope).cloned().collect();
        for id in self.more {
            entries.push(ScopeEntry::required(scoped(id)?));
        }
        for id in self.optional {
            entries.push(ScopeEntry::optional(scoped(id)?));
        }
        let content = RequestContent {
            registration: &asker.registration,
            relying_party: asker.party.id(),
            intended_use_id: &asker.party.intended_use().id,
            scope: Scope::new(entries).map_err(|error| broken(error.code(), error))?,
            retention_days: asker.party.intended_use().retention_days,
            nonce: &nonce,
            issued_at: self.at,
            expires_at: self.at.plus(600),
        };
        let signed = content.sign(&asker.key).map_err(|error| broken(error.code(), error))?;
        world.write(&format!("requests/{}", self.file(world)), &signed, Readers::Anybody)?;
        Ok(signed)
    }

    /// The request, as the wallet and the relying party check it.
    fn ask(&self, world: &mut World) -> Result<PermittedRequest, Failure> {
        let signed = self.sign(world)?;
        let permitted = Request::parse(&signed).and_then(|request| request.permit(&world.trust, self.at));
        permitted.map_err(|error| broken(error.code(), error))
    }

    /// As [`Self::ask`], with the name of the file.
    fn ask_named(&self, world: &mut World) -> Result<(String, PermittedRequest), Failure> {
        Ok((self.file(world), self.ask(world)?))
    }

    /// The request and its answer.
    fn exchange(&self, world: &mut World) -> Result<Exchange, Failure> {
        let request = self.ask(world)?;
        let holder = world.holder(self.holder)?;
        let held: Vec<&HeldCredential> = holder.held.iter().collect();
        // Each case is a wallet that has answered nobody.
        let mut ledger = DisclosureLedger::empty();
        let wallet = Wallet {
            held: &held,
            key: holder.key.public_key(),
            origin: &Origin::of(&held),
            ledger: &ledger,
            purposes: &Purposes::embedded(),
        };
        let consent = Consent::Agreed { optional: self.optional };
        let presentation = answer(&request, &wallet, &holder.key, consent, self.at)
            .map_err(|error| broken(error.code(), error))?
            .record(&mut ledger);
        let file = self.file(world);
        world.write(&format!("presentations/{file}"), &presentation, Readers::Owner)?;
        let request_file = file.clone();
        Ok(Exchange {
            role: self.role,
            holder: self.holder,
            request,
            request_file,
            presentation,
            file,
            at: self.at,
        })
    }
}

/// A request with something that is shown for it.
#[derive(Clone)]
struct Exchange {
    role: Role,
    holder: usize,
    request: PermittedRequest,
    request_file: String,
    presentation: Vec<u8>,
    file: String,
    at: UnixTime,
}

impl Exchange {
    /// The same presentation for another request.
    fn for_request(&self, (request_file, request): (String, PermittedRequest)) -> Self {
        Self { request, request_file, ..self.clone() }
    }

    /// Checked by somebody else.
    fn by(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Verifies and decides.
    fn check(
        &self,
        world: &World,
        case: Case,
        what: [&'static str; 2],
        stated: &Stated,
        nonces: &mut OpenNonces,
        lang: Lang,
    ) -> Result<Check, Failure> {
        let (asker, holder) = (world.asker(self.role), world.holder(self.holder)?);
        let facts = Facts::parse(&asker.profile, stated.pairs())
            .map_err(|error| Failure::usage(error.to_string()).hint("report this as a fault of the demo"))?;
        let verifier = Verifier::new(world.trust.clone(), asker.party.clone());
        let mut workspace = Workspace::new();
        let start = Instant::now();
        let presentation = Presentation::parse(&self.presentation, &Limits::TOKEN)
            .map_err(|error| broken(error.code(), error))?;
        let verified = verifier.verify(&presentation, &self.request, self.at, nonces, &mut workspace);
        let micros = start.elapsed().as_micros();
        let (learned, end) = match verified {
            Err(rejection) => (Vec::new(), End::NotVerified(rejection)),
            Ok(verified) => {
                let decision = decide(&verified, &asker.profile, &facts, self.at).map_err(|error| {
                    Failure::usage(error.to_string()).hint("report this as a fault of the demo")
                })?;
                (Learned::list(&verified, lang), End::Decided(Box::new(decision)))
            }
        };
        Ok(Check {
            case,
            what,
            asker: AskerFacts::of(asker, lang),
            person: holder.person.name,
            asked: self.request.scope().entries().iter().map(|entry| named(entry, lang)).collect(),
            withheld: withheld(holder, &self.request, &learned, lang),
            learned,
            end,
            bytes: self.presentation.len(),
            micros,
            stated: stated.0.clone(),
            request_file: format!("requests/{}", self.request_file),
            presentation_file: Some(format!("presentations/{}", self.file)),
            command: self.command(asker, stated),
        })
    }

    fn command(&self, asker: &Asker, stated: &Stated) -> String {
        let facts: String = stated.pairs().map(|(name, value)| format!(" --fact {name}={value}")).collect();
        let (file, registration) = (&self.file, asker.file);
        format!(
            "geleit verify --now {} --trust trust-list.cbor --anchor-key keys/anchor.pub.pem \\\n    \
             --registration registrations/{registration}.cbor --request requests/{file} \\\n   {facts} presentations/{file}",
            self.at
        )
    }
}

fn named(entry: &ScopeEntry, lang: Lang) -> (String, String) {
    (asked(entry), title(entry.claim.id(), lang))
}

/// What the credentials that were asked for hold, and the verifier did not learn.
fn withheld(
    holder: &Holder,
    request: &PermittedRequest,
    learned: &[Learned],
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let types: Vec<&str> = request.scope().credential_types().map(|one| one.vct).collect();
    let mut ids: Vec<&'static str> = Vec::new();
    for credential in holder.held.iter().filter(|held| types.contains(&held.credential_type().vct)) {
        ids.extend(credential.claims().iter().map(|(id, _)| id));
    }
    ids.dedup();
    ids.retain(|id| !learned.iter().any(|one| one.id == *id));
    ids.into_iter().map(|id| (id, title(id, lang))).collect()
}

/// The employer asks for birth date and nationality, too. The wallet refuses before anything is shown.
fn over_asking(world: &mut World, holder: usize, lang: Lang) -> Result<Check, Failure> {
    let now = world.now;
    let question = Question {
        more: &["id.birth_date", "id.nationality"],
        ..Question::new(Role::UkEmployer, holder, "over-asking", now)
    };
    let signed = question.sign(world)?;
    let request_file = format!("requests/{}", question.file(world));
    let (asker, holder) = (world.asker(Role::UkEmployer), world.holder(holder)?);
    let start = Instant::now();
    let permitted = Request::parse(&signed).and_then(|request| request.permit(&world.trust, now));
    let micros = start.elapsed().as_micros();
    let Err(error) = permitted else {
        return Err(Failure::refused("R-06", "R-06 a request beyond its registration was permitted"));
    };
    let decision = Decision::blocked_by_wallet(error.refusal(), Some(&asker.profile), now);
    let scope = &asker.party.intended_use().scope;
    let asked = required(scope).map(|entry| entry.claim.id()).chain(question.more.iter().copied());
    let asked = asked.map(|id| (id.to_owned(), title(id, lang)));
    let held = holder.held.iter().filter(|held| scope.of_type(held.credential_type()).next().is_some());
    let withheld = held.flat_map(HeldCredential::claims).map(|(id, _)| (id, title(id, lang)));
    Ok(Check {
        case: Case::OverAsking,
        what: [
            "the employer also asks for birth date and nationality",
            "der Arbeitgeber fragt auch nach Geburtsdatum und Staatsangehörigkeit",
        ],
        asker: AskerFacts::of(asker, lang),
        person: holder.person.name,
        asked: asked.collect(),
        learned: Vec::new(),
        withheld: withheld.collect(),
        end: End::Blocked(error, Box::new(decision)),
        bytes: 0,
        micros,
        stated: Vec::new(),
        request_file,
        presentation_file: None,
        command: String::new(),
    })
}

impl World {
    fn holder(&self, index: usize) -> Result<&Holder, Failure> {
        self.holders.get(index).ok_or_else(|| Failure::usage("no such person in the demo"))
    }
}
