//! The three checks, and what must not work.

use super::check::{AskerFacts, Blocked, Case, Check, End};
use super::exchange::{Question, Stated, Told, present_command, withheld};
use super::world::{DAY_S, Role, World, broken};
use crate::failure::Failure;
use crate::files::Readers;
use crate::request::required;
use geleit_credential::decision::Decision;
use geleit_credential::holder::Consent;
use geleit_credential::reason::Lang;
use geleit_credential::request::{Request, RequestContent, RequestError};
use geleit_credential::schema::title;
use geleit_credential::scope::Scope;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::OpenNonces;
use std::rc::Rc;
use std::time::Instant;

/// The people, by their place in the world.
const OERNEK: usize = 0;
const ZRAZOK: usize = 1;
const NEMUNA: usize = 2;

/// Days after which the old copies are shown again: more than the status age of the purpose (1 day), less
/// than their life (7 days).
const STALE_DAYS: i64 = 3;

/// Seconds after which something was withdrawn.
const LATER_S: i64 = 3_600;

/// Runs everything, in an order in which each case has what it needs; the report has its own.
pub(super) fn run(world: &mut World, lang: Lang) -> Result<Vec<Check>, Failure> {
    let mut nonces = OpenNonces::default();
    let mut checks = checks_and_replays(world, &mut nonces, lang)?;
    checks.push(bisect(world, &mut nonces, lang)?);
    checks.push(excluded(world, lang)?);
    checks.push(stale(world, &mut nonces, lang)?);
    checks.push(declined(world, &mut nonces, lang)?);
    let later = world.now.plus(LATER_S);
    world.withdraw(OERNEK, Role::OtherEmployer, later)?;
    checks.push(withdrawn(world, later, lang)?);
    checks.push(revoked(world, &mut nonces, later, lang)?);
    Ok(checks)
}

/// The main job three times, over-asking, and the first answer where it does not belong.
fn checks_and_replays(world: &mut World, nonces: &mut OpenNonces, lang: Lang) -> Result<Vec<Check>, Failure> {
    let now = world.now;
    let facts = Stated::work(now)?;
    let told = |case, what| Told { case, what, stated: &facts, lang };
    let main = |stated| Told { case: Case::Check, what: ["", ""], stated, lang };
    let mut checks = Vec::new();

    let asked =
        Question { optional: &["id.given_name"], ..Question::new(Role::UkEmployer, OERNEK, "1", now) };
    let first = asked.exchange(world)?;
    checks.push(first.check(world, nonces, &main(&facts))?);
    let exchange = Question::new(Role::GermanEmployer, ZRAZOK, "2", now).exchange(world)?;
    let job = Stated(vec![("job_kldb", "26212".to_owned())]);
    checks.push(exchange.check(world, nonces, &main(&job))?);
    let exchange = Question::new(Role::Carrier, NEMUNA, "3", now).exchange(world)?;
    let passport = world.holder(NEMUNA)?.person.passport.to_owned();
    let passport = Stated(vec![("document_number_presented", passport)]);
    checks.push(exchange.check(world, nonces, &main(&passport))?);

    checks.push(over_asking(world, lang)?);
    let again = [
        "the same answer to the same request, a second time",
        "dieselbe Antwort auf dieselbe Anfrage, ein zweites Mal",
    ];
    checks.push(first.check(world, nonces, &told(Case::Replay, again))?);
    let renewed = Question::new(Role::UkEmployer, OERNEK, "4", now).ask(world)?;
    let old = ["the old answer to a new request", "die alte Antwort auf eine neue Anfrage"];
    checks.push(first.for_request(renewed).check(world, nonces, &told(Case::Replay, old))?);
    let foreign = Question::new(Role::OtherEmployer, OERNEK, "5", now).ask(world)?;
    let passed_on = [
        "passed on to another employer, who asks itself",
        "weitergegeben an einen anderen Arbeitgeber, der selbst anfragt",
    ];
    let forwarded = first.for_request(foreign).by(Role::OtherEmployer);
    checks.push(forwarded.check(world, nonces, &told(Case::Forwarded, passed_on))?);
    let with_request = ["passed on together with the request", "weitergegeben zusammen mit der Anfrage"];
    let forwarded = first.by(Role::OtherEmployer);
    checks.push(forwarded.check(world, nonces, &told(Case::Forwarded, with_request))?);
    Ok(checks)
}

/// The employer asks for birth date and nationality, too. The wallet refuses before anything is shown.
fn over_asking(world: &mut World, lang: Lang) -> Result<Check, Failure> {
    let question = Question {
        more: &["id.birth_date", "id.nationality"],
        ..Question::new(Role::UkEmployer, OERNEK, "over-asking", world.now)
    };
    let what = [
        "the employer also asks for birth date and nationality",
        "der Arbeitgeber fragt auch nach Geburtsdatum und Staatsangehörigkeit",
    ];
    refused(world, &question, Case::OverAsking, what, lang)
}

/// The registrar has withdrawn the registration, and the wallet has the newest list.
fn withdrawn(world: &mut World, at: UnixTime, lang: Lang) -> Result<Check, Failure> {
    let question = Question::new(Role::OtherEmployer, OERNEK, "11", at);
    let what = [
        "an hour later, by an employer whose registration was withdrawn",
        "eine Stunde später, von einem Arbeitgeber, dessen Registrierung entzogen wurde",
    ];
    refused(world, &question, Case::Withdrawn, what, lang)
}

/// A registered party whose request the wallet does not permit.
fn refused(
    world: &mut World,
    question: &Question<'_>,
    case: Case,
    what: [&'static str; 2],
    lang: Lang,
) -> Result<Check, Failure> {
    let signed = question.sign(world)?;
    let asker = world.asker(question.role);
    let permitted = &asker.party.intended_use().scope;
    let asked = required(permitted).map(|entry| entry.claim.id()).chain(question.more.iter().copied());
    let asked: Vec<(String, String)> = asked.map(|id| (id.to_owned(), title(id, lang))).collect();
    let refusal = Refusal {
        case,
        what,
        asker: AskerFacts::of(asker, lang),
        asked,
        scope: permitted.clone(),
        file: question.file(world),
        holder: question.holder,
        at: question.at,
    };
    refusal.check(world, &signed, lang)
}

/// A registrar has signed what it should not; the wallet knows better.
fn excluded(world: &mut World, lang: Lang) -> Result<Check, Failure> {
    let registered = world.register_excluded()?;
    let nonce = world.draw();
    let (content, profile) = (&registered.content, &registered.profile);
    let scope = content.intended_use.scope.clone();
    let request = RequestContent {
        registration: &registered.registration,
        relying_party: &content.relying_party,
        intended_use_id: profile.id(),
        scope: scope.clone(),
        retention_days: content.intended_use.retention_days,
        nonce: &nonce,
        issued_at: world.now,
        expires_at: world.now.plus(600),
    };
    let signed = request.sign(&registered.key).map_err(|error| broken(error.code(), error))?;
    let file = "excluded-border-agency.cbor".to_owned();
    world.write(&format!("requests/{file}"), &signed, Readers::Anybody)?;
    let refusal = Refusal {
        case: Case::ExcludedPurpose,
        what: [
            "a border agency asks for the portrait, for Eurodac",
            "eine Grenzbehörde fragt nach dem Lichtbild, für Eurodac",
        ],
        asker: AskerFacts {
            id: content.relying_party.clone(),
            name: content.name.clone(),
            country: content.country.clone(),
            intended_use: profile.id().to_owned(),
            title: profile.title(lang).to_owned(),
            purpose: profile.purpose(lang).to_owned(),
            legal_basis: profile.legal_basis().to_vec(),
            retention_days: content.intended_use.retention_days,
        },
        asked: vec![("id.portrait.view".to_owned(), title("id.portrait.view", lang))],
        scope,
        file,
        holder: OERNEK,
        at: world.now,
    };
    refusal.check(world, &signed, lang)
}

/// What is told about a request that the wallet does not permit.
struct Refusal {
    case: Case,
    what: [&'static str; 2],
    asker: AskerFacts,
    asked: Vec<(String, String)>,
    scope: Scope,
    file: String,
    holder: usize,
    at: UnixTime,
}

impl Refusal {
    fn check(self, world: &World, signed: &[u8], lang: Lang) -> Result<Check, Failure> {
        let lists = Rc::clone(&world.lists);
        let start = Instant::now();
        let permitted =
            Request::parse(signed).and_then(|request| request.permit(&world.known(&lists), self.at));
        let micros = start.elapsed().as_micros();
        let Err(error) = permitted else {
            return Err(
                Failure::usage("a request was permitted that must not be").hint("report this as a fault")
            );
        };
        let holder = world.holder(self.holder)?;
        Ok(Check {
            case: self.case,
            what: self.what,
            end: End::Blocked(Box::new(blocked(world, &error, &self.asker.intended_use, self.at, lang))),
            asker: self.asker,
            person: holder.person.name,
            asked: self.asked,
            learned: Vec::new(),
            withheld: withheld(holder, &self.scope, &[], lang),
            bytes: 0,
            micros,
            stated: Vec::new(),
            receipt: None,
            command: Some(present_command(holder, &lists, &self.file, self.at)),
            request_file: format!("requests/{}", self.file),
            presentation_file: None,
        })
    }
}

fn blocked(world: &World, error: &RequestError, use_id: &str, at: UnixTime, lang: Lang) -> Blocked {
    let profile = world.purposes.find(use_id);
    let decision = Decision::blocked_by_wallet(error.refusal(), profile, at);
    let why = profile.and_then(|profile| profile.why_excluded(lang)).map(str::to_owned);
    Blocked {
        rule: error.code(),
        error: error.to_string(),
        why: why.unwrap_or_else(|| decision.reason().why(lang).to_owned()),
        decision,
    }
}

/// Two limits of one date, by the same party.
fn bisect(world: &mut World, nonces: &mut OpenNonces, lang: Lang) -> Result<Check, Failure> {
    let now = world.now;
    let limit = |number, month| Question {
        at_least: Some(("res.uk.work.through", month)),
        ..Question::new(Role::OtherEmployer, NEMUNA, number, now)
    };
    limit("7", "2027-11").exchange(world)?;
    let second = limit("8", "2027-05").exchange(world)?;
    let what = [
        "an employer asks for a second limit of the same date",
        "ein Arbeitgeber fragt nach einer zweiten Grenze desselben Datums",
    ];
    second.check(world, nonces, &Told { case: Case::Bisect, what, stated: &Stated(Vec::new()), lang })
}

/// The same copy when its evidence is too old.
fn stale(world: &mut World, nonces: &mut OpenNonces, lang: Lang) -> Result<Check, Failure> {
    let at = world.now.plus(STALE_DAYS * DAY_S);
    let what = [
        "3 days later, with the same copy of the credential and the same status list",
        "3 Tage später, mit derselben Kopie des Nachweises und derselben Statusliste",
    ];
    let exchange = Question::new(Role::UkEmployer, OERNEK, "6", at).exchange(world)?;
    exchange.check(world, nonces, &Told { case: Case::Stale, what, stated: &Stated::work(at)?, lang })
}

/// The holder shows nothing. Whoever asked cannot tell why.
fn declined(world: &mut World, nonces: &mut OpenNonces, lang: Lang) -> Result<Check, Failure> {
    let what = [
        "the person declines; the answer is one byte, the same whatever the reason",
        "die Person lehnt ab; die Antwort ist ein Byte, gleich aus welchem Grund",
    ];
    let question = Question::new(Role::GermanEmployer, ZRAZOK, "9", world.now);
    let exchange = question.exchange_with(world, Consent::Declined)?;
    exchange.check(world, nonces, &Told { case: Case::Declined, what, stated: &Stated(Vec::new()), lang })
}

/// The same copy after its authority has withdrawn it.
fn revoked(world: &mut World, nonces: &mut OpenNonces, at: UnixTime, lang: Lang) -> Result<Check, Failure> {
    let what = [
        "an hour later, after the authority withdrew it for good",
        "eine Stunde später, nachdem die Behörde ihn endgültig widerrufen hat",
    ];
    let exchange = Question::new(Role::UkEmployer, OERNEK, "10", at).exchange(world)?;
    exchange.check(world, nonces, &Told { case: Case::Revoked, what, stated: &Stated::work(at)?, lang })
}
