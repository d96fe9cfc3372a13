//! A chunk of people: a world of its own, from the seed, the mix and the number of the chunk.
//!
//! ```text
//! people --issue--> copies, places in a list of 131,072 --> checks in the order of time --> rows in the order of people
//! ```

use super::Failure;
use super::desk::{AtHand, Desks, Sent, ask, at_hand, facts};
use super::draw::Draw;
use super::ground::{Ground, Party};
use super::issue::{Planned, issue};
use super::mix::Mix;
use super::person::{Maker, Person, Phone};
use super::state::Purpose;
use super::today::{Today, patience, service};
use super::wallet::{Act, Held};
use crate::instant::Instant;
use crate::outcome::{Outcome, Sign, Truth, Verdict, Word};
use crate::rng::rng;
use crate::row::{Answer, Design, Fallback, Row};
use crate::scenario::{Service, Watch, blocked};
use crate::share_code::way_out::WayOut;
use crate::sut::{Hello, Reply};
use crate::tally::Tally;
use crate::world::authority::Defect;
use crate::world::network::LOCAL;
use crate::world::status_service::ENTRIES;
use geleit_credential::holder::DisclosureLedger;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{Bits, Entries, StatusListContent, StatusListToken};
use geleit_credential::time::MAX_CLOCK_SKEW_S;
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// The rule in rows of geleit where a desk took "neither" for "no".
const READ_AS_NO: &str = "desk-reads-unknown-as-no";

/// What came of a chunk.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// In the order of people; none when nobody wants them.
    pub(super) rows: Vec<Row>,
    pub(super) tally: Tally,
    pub(super) watch: Watch,
}

/// What every chunk of a run works with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work<'g> {
    pub(super) mix: &'g Mix,
    pub(super) seed: u64,
    pub(super) ground: &'g Ground,
    pub(super) keep_rows: bool,
}

impl Work<'_> {
    /// Works on the people of these numbers.
    pub(super) fn chunk(&self, number: u64, people: core::ops::Range<u64>) -> Result<Done, Failure> {
        let maker = Maker { mix: self.mix, seed: self.seed };
        let beyond = || Defect { what: "people", why: "a time beyond the calendar".into() };
        let people: Vec<Person> =
            people.map(|number| maker.person(number).ok_or_else(beyond)).collect::<Result<_, _>>()?;
        let list = format!("https://lists.example/p{number}");
        let mut random = rng(self.seed, &format!("chunk {number}"));
        let planned = issue(self.ground, self.seed, &people, &list, &mut random)?;
        let mut play = Play {
            work: self,
            list: &list,
            planned: &planned,
            lists: BTreeMap::new(),
            desks: Desks::default(),
            scratch: Scratch::default(),
            hello: Hello { name: String::new(), geleit_reasons: true },
        };
        let mut order: Vec<usize> = (0..planned.len()).collect();
        order.sort_by_key(|place| planned.get(*place).map(|one| (one.visit.at, one.person.number)));
        let mut rows: Vec<Vec<Row>> = planned.iter().map(|_| Vec::new()).collect();
        let mut ledgers: BTreeMap<u64, DisclosureLedger> = BTreeMap::new();
        for place in order {
            let (Some(one), Some(slot)) = (planned.get(place), rows.get_mut(place)) else { continue };
            *slot = match one.person.visits.len() {
                1 => play.check(one, &mut DisclosureLedger::empty())?,
                _ => {
                    play.check(one, ledgers.entry(one.person.number).or_insert_with(DisclosureLedger::empty))?
                }
            };
        }
        let mut tally = Tally::default();
        rows.iter().flatten().for_each(|row| tally.add_row(row));
        let mut watch = play.desks.watch;
        watch.begin();
        let rows = if self.keep_rows { rows.into_iter().flatten().collect() } else { Vec::new() };
        Ok(Done { rows, tally, watch })
    }
}

struct Play<'w> {
    work: &'w Work<'w>,
    list: &'w str,
    planned: &'w [Planned<'w>],
    /// By the number of the publication.
    lists: BTreeMap<usize, AtHand>,
    desks: Desks,
    scratch: Scratch,
    hello: Hello,
}

/// One check while it goes on.
struct Check<'a> {
    one: &'a Planned<'a>,
    party: &'a Party,
    truth: Truth,
    record: Truth,
    fault: &'static str,
    /// The number of the desk's lists.
    lists: usize,
}

/// What came of one exchange.
struct Exchanged {
    reply: Reply,
    asked: usize,
    request: Vec<u8>,
    presentation: Option<Vec<u8>>,
}

impl Play<'_> {
    /// All rows of one check.
    fn check(&mut self, one: &Planned<'_>, ledger: &mut DisclosureLedger) -> Result<Vec<Row>, Failure> {
        let (ground, mix) = (self.work.ground, self.work.mix);
        let (person, visit) = (one.person, one.visit);
        let purpose = visit.question.purpose;
        let party = ground.party(purpose)?;
        let missing = || Defect { what: "purpose", why: format!("there is no {}", purpose.id()) };
        let share = mix.purpose.iter().find(|share| share.id == purpose.id()).ok_or_else(missing)?;
        let lists = ground.newest_lists(visit.at.min(visit.at.plus(visit.desk_clock_s)));
        if !self.lists.contains_key(&lists) {
            let made = self.publish(lists)?;
            self.lists.insert(lists, made);
        }
        let truth = person.truth_at(visit.at).right(&visit.question);
        let check = Check {
            one,
            party,
            truth,
            record: self.record(one, lists)?,
            fault: fault(self.work, one, self.published_at(lists)?),
            lists,
        };
        let label = format!("check p{} {}", person.number, visit.number);
        let mut draw = Draw::of(self.work.seed, &label);
        let mut rows = self.geleit(&check, ledger, &mut draw)?;
        let over_asked = &share.over_asked;
        let today = Today::check(&ground.parameters, mix, person, visit, (truth, over_asked), &mut draw);
        rows.extend(today_rows(&check, &today));
        Ok(rows)
    }

    /// What the record says to geleit: what was stated when the copies were issued, and what the list says of them.
    fn record(&self, one: &Planned<'_>, lists: usize) -> Result<Truth, Defect> {
        let (person, visit) = (one.person, one.visit);
        let correction_s = self.work.ground.parameters.delays.correction.0;
        let Some(copies) = &one.copies else {
            let now = person.on_record(Design::Geleit, visit.at, correction_s);
            return Ok(now.state.right(&visit.question));
        };
        let published = self.published_at(lists)?;
        let revoked = !person.is_ordinary()
            && person.standing(copies.issued_at, published, correction_s, copies.is_old) == Standing::Revoked;
        Ok(if revoked { Truth::NoRight } else { copies.carried.state.right(&visit.question) })
    }

    fn published_at(&self, lists: usize) -> Result<UnixTime, Defect> {
        let found = self.work.ground.publications.get(lists).map(|one| one.at);
        found.ok_or_else(|| Defect { what: "status list", why: "none was published".into() })
    }

    /// The list of the chunk as it was published then, signed, fetched and verified.
    fn publish(&self, number: usize) -> Result<AtHand, Defect> {
        let ground = self.work.ground;
        let missing = || Defect { what: "status list", why: "none was published".into() };
        let publication = ground.publications.get(number).ok_or_else(missing)?;
        let mut entries = Entries::all_valid(Bits::Four, ENTRIES).map_err(Defect::of("status list"))?;
        let correction_s = ground.parameters.delays.correction.0;
        for one in self.planned.iter().filter(|one| !one.person.is_ordinary()) {
            let Some(copies) = &one.copies else { continue };
            let standing = one.person.standing(copies.issued_at, publication.at, correction_s, copies.is_old);
            if standing != Standing::Valid {
                for place in copies.places {
                    entries.set(place, standing).map_err(Defect::of("status list"))?;
                }
            }
        }
        let content = StatusListContent {
            uri: self.list.to_owned(),
            issued_at: publication.at,
            expires_at: None,
            ttl_s: None,
            entries,
        };
        let signed = content.sign(&ground.publisher).map_err(Defect::of("status list"))?;
        let trust = &ground.trusted(ground.trust_at(publication.at))?.list;
        let list = StatusListToken::parse(&signed)
            .and_then(|token| token.verify(trust, publication.at))
            .map_err(Defect::of("status list"))?;
        at_hand(publication, signed, list)
    }

    /// Geleit's design.
    fn geleit(
        &mut self,
        check: &Check<'_>,
        ledger: &mut DisclosureLedger,
        draw: &mut Draw,
    ) -> Result<Vec<Row>, Defect> {
        let visit = check.one.visit;
        let mut rows = Vec::new();
        let held = match &check.one.copies {
            Some(copies) => Some(Held::accept(self.work.ground, copies, &mut self.scratch)?),
            None => None,
        };
        if visit.over_asks && held.is_some() {
            let wide = self.exchange(check, (true, held.as_ref()), ledger, draw)?;
            // An answer to too much would be an answer: X-02 looks at it.
            let ends = !visit.asks_again || wide.reply.answer.outcome.word != Word::BlockedByWallet;
            let truth = if ends { check.truth } else { Truth::Open };
            rows.push(self.row(check, &wide, ("asked-too-much", truth, ends)));
            if ends {
                return Ok(rows);
            }
        }
        let honest = self.exchange(check, (false, held.as_ref()), ledger, draw)?;
        rows.push(self.row(check, &honest, ("", check.truth, true)));
        if let Some(captured) = honest.presentation.as_ref().filter(|_| visit.replayed) {
            let reply = self.receive(check, &honest.request, Some(captured))?;
            let again = Exchanged {
                reply,
                asked: honest.asked,
                request: honest.request.clone(),
                presentation: Some(captured.clone()),
            };
            rows.push(self.row(check, &again, ("sent-again", Truth::Open, true)));
        }
        Ok(rows)
    }

    fn exchange(
        &mut self,
        check: &Check<'_>,
        (wide, held): (bool, Option<&Held<'_>>),
        ledger: &mut DisclosureLedger,
        draw: &mut Draw,
    ) -> Result<Exchanged, Defect> {
        let (ground, visit, party) = (self.work.ground, check.one.visit, check.party);
        let scope = if wide { &party.wide } else { &party.scope };
        let request = ask(party, scope, visit.at.plus(visit.desk_clock_s), draw.rng())?;
        let asked = scope.entries().len();
        let missing = || Defect { what: "status list", why: "none was published".into() };
        let publication = ground.publications.get(ground.newest_lists(visit.at)).ok_or_else(missing)?;
        let act = match held {
            Some(held) => Some(held.act(ground, (visit, publication), &request, ledger)?),
            None => None,
        };
        let (reply, presentation) = match act {
            None | Some(Act::Lacks) => (self.receive(check, &request, None)?, None),
            Some(Act::Refuses(refusal, rule)) => {
                (blocked(refusal, rule.to_owned(), Some(&party.profile)), None)
            }
            Some(Act::Answers(bytes)) => (self.receive(check, &request, Some(&bytes))?, Some(bytes)),
        };
        Ok(Exchanged { reply, asked, request, presentation })
    }

    fn receive(&mut self, check: &Check<'_>, request: &[u8], answer: Option<&[u8]>) -> Result<Reply, Defect> {
        let (ground, visit) = (self.work.ground, check.one.visit);
        let missing = || Defect { what: "status list", why: "none is at hand".into() };
        let at_hand = self.lists.get(&check.lists).ok_or_else(missing)?;
        let carried = check.one.copies.as_ref().map(|copies| copies.carried.state.as_ref());
        let truth = check.one.person.truth_at(visit.at);
        let facts = facts(visit, carried, &truth);
        let sent = Sent {
            ground,
            party: check.party,
            purpose: visit.question.purpose,
            request,
            at_hand,
            trust: ground.trust_at(visit.at.plus(-visit.trust_late_s)),
            now: visit.at.plus(visit.desk_clock_s),
            facts: &facts,
            replayed: visit.receipt_replayed,
        };
        self.desks.receive(&sent, answer)
    }

    /// The row of an exchange. Invariants look at what was answered; then the desk makes something of it.
    /// It makes nothing of it where it asks again at once: `last` says that it does not.
    fn row(&mut self, check: &Check<'_>, done: &Exchanged, (part, truth, last): (&str, Truth, bool)) -> Row {
        let visit = check.one.visit;
        let nonce = done.presentation.as_ref().map(|_| done.request.as_slice());
        let profile = Some(&check.party.profile);
        let mut broken = core::mem::take(&mut self.desks.broken);
        broken.extend(self.desks.watch.look_at(&done.reply, check.record, profile, nonce, &self.hello));
        let request_bytes = length(&done.request);
        let presentation_bytes = done.presentation.as_deref().map_or(0, length);
        let mut answer = done.reply.answer.clone();
        // As they are shown depends on salts; rows depend on people alone.
        answer.disclosed.sort_unstable();
        let mut fallback = self.fallback(check, &done.reply, truth);
        if last && visit.unknown_as_no_geleit && answer.outcome.word.sign() == Sign::Neither {
            answer.outcome = Outcome::of(Word::Refuse);
            answer.rule = Some(READ_AS_NO.to_owned());
            fallback = Fallback::ReadAsNo;
        }
        Row {
            asked: u32::try_from(done.asked).unwrap_or(u32::MAX),
            request_bytes,
            presentation_bytes,
            latency_ms: LOCAL.exchange_ms(request_bytes.saturating_add(presentation_bytes)),
            fallback,
            violated: broken.iter().map(|invariant| invariant.id().to_owned()).collect(),
            ..row(check, Design::Geleit, part, (truth, check.record), answer)
        }
    }

    /// The way out of geleit leads to the same services with the same record as today's. What can be asked again at once
    /// is only named.
    fn fallback(&self, check: &Check<'_>, reply: &Reply, truth: Truth) -> Fallback {
        let (mix, person, visit) = (self.work.mix, check.one.person, check.one.visit);
        let word = reply.answer.outcome.word;
        if word.sign() != Sign::Neither {
            return Fallback::NotNeeded;
        }
        if reply.texts.fallback.is_none() {
            return Fallback::Missing;
        }
        let Some(way) = way_out(visit.question.purpose, word, &reply.answer.reason) else {
            return Fallback::Named;
        };
        if !visit.takes_way_out {
            return Fallback::Failed;
        }
        let (service, id) = service(&self.work.ground.parameters, person, (Design::Geleit, visit.at));
        service.settle(way, id, visit.at, patience(mix, visit.question.purpose), truth)
    }
}

/// Where a desk turns.
fn way_out(purpose: Purpose, word: Word, reason: &str) -> Option<WayOut> {
    if word != Word::Indeterminate {
        return None;
    }
    match (purpose, reason) {
        (Purpose::Work | Purpose::Rent, "face-differs" | "photo-differs") => Some(WayOut::Correction),
        (_, "check-not-possible" | "fact-missing" | "claim-missing") => None,
        (Purpose::Work, _) => Some(WayOut::EmployerCheckingService),
        (Purpose::Rent, _) => Some(WayOut::LandlordCheckingService),
        (Purpose::Carrier, _) => Some(WayOut::CarrierSupportHub),
        (Purpose::Study | Purpose::Benefits, _) => None,
    }
}

/// The one fault that a row is counted under: errors of the record first, then what the holder lacks, then what happens
/// at the desk. Lists that are older than they should be are of an outage that may be over.
fn fault(work: &Work<'_>, one: &Planned<'_>, published: UnixTime) -> &'static str {
    let (person, visit, ground) = (one.person, one.visit, work.ground);
    let old = visit.at.since(published) > work.mix.time.lists_every.0 + MAX_CLOCK_SKEW_S;
    let skewed = visit.desk_clock_s.abs().max(visit.holder_clock_s.abs()) > MAX_CLOCK_SKEW_S;
    let away = |service| !ground.network.is_up(service, visit.at);
    let late = ground.trust_at(visit.at) != ground.trust_at(visit.at.plus(-visit.trust_late_s));
    match (&person.error, person.phone) {
        (Some(error), _) => error.kind.name(),
        (None, Phone::None) => "no-phone",
        (None, Phone::Lost { since, .. }) if since <= visit.at => "lost-phone",
        (None, _) if visit.over_asks => "over-asking",
        (None, _) if visit.replayed => "replay",
        (None, _) if skewed => "clock-skew",
        (None, _) if away(Service::Network) => "outage-network",
        (None, _) if away(Service::LookUp) => "outage-look-up",
        (None, _) if old || away(Service::StatusService) => "outage-status-service",
        (None, _) if late => "key-rotation",
        (None, _) => "none",
    }
}

fn row(
    check: &Check<'_>,
    design: Design,
    part: &str,
    (truth, record): (Truth, Truth),
    answer: Answer,
) -> Row {
    let (person, visit) = (check.one.person, check.one.visit);
    let mut name = format!("p{}/{}", person.number, visit.number);
    if !part.is_empty() {
        name.push('/');
        name.push_str(part);
    }
    Row {
        check: name,
        design,
        family: "population".to_owned(),
        purpose: visit.question.purpose.id().to_owned(),
        at: Instant(visit.at),
        subgroup: person.subgroup.clone(),
        fault: check.fault.to_owned(),
        truth,
        record,
        verdict: Verdict::of(answer.outcome.word, truth),
        answer,
        asked: 0,
        request_bytes: 0,
        presentation_bytes: 0,
        latency_ms: 0,
        fallback: Fallback::NotNeeded,
        violated: Vec::new(),
    }
}

/// The rows of today's design.
fn today_rows(check: &Check<'_>, today: &Today) -> Vec<Row> {
    let reading = &today.reading;
    let mut rows = vec![Row {
        request_bytes: today.request_bytes,
        presentation_bytes: reading.bytes,
        latency_ms: reading.latency_ms,
        fallback: today.fallback,
        ..row(check, Design::ShareCode, "", (check.truth, today.record), reading.answer.clone())
    }];
    if let Some(again) = &today.again {
        rows.push(Row {
            request_bytes: today.request_bytes,
            presentation_bytes: again.bytes,
            latency_ms: again.latency_ms,
            fallback: again.fallback,
            ..row(check, Design::ShareCode, "sent-again", (Truth::Open, today.record), again.answer.clone())
        });
    }
    rows
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
