//! Person number `i` of a population, from the seed and `i` alone.
//!
//! ```text
//! (seed, i) --> who they are · what is the case · what the record says instead, since when · checks and their times
//! ```
//!
//! Attributes are drawn one after the other and mostly independently: a population has the margins of its mix, and
//! no other structure of the real one.

use super::draw::Draw;
use super::mix::{
    ErrorKind, Figure, HardCase, Lack, LeaveKind, Listed, Mix, Nationality, Permit, PurposeShare, Skew,
};
use super::names;
use super::state::{Purpose, Question, Rights, State};
use crate::row::Subgroup;
use crate::share_code::record::{Photo, Standing};
use geleit_credential::schema::{Date, End, PartialDate};
use geleit_credential::time::UnixTime;
use geleit_credential::zone::Zone;

const DAY_S: i64 = 86_400;

/// Days before a check in which a leave was cancelled or suspended.
const DECIDED_WITHIN_DAYS: i64 = 10;

/// Days that an ended leave has ended ago, at most.
const ENDED_WITHIN_DAYS: i64 = 60;

/// Days until a job begins, at most.
const JOB_WITHIN_DAYS: i64 = 30;

/// One check of one person.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// From 1.
    pub(super) number: u8,
    pub(super) at: UnixTime,
    pub(super) question: Question,
    /// Age of the copies in seconds.
    pub(super) copy_age_s: i64,
    /// The document number that is presented to a carrier.
    pub(super) presented: String,
    /// How far the clocks are ahead.
    pub(super) desk_clock_s: i64,
    pub(super) holder_clock_s: i64,
    pub(super) over_asks: bool,
    pub(super) asks_again: bool,
    pub(super) gives_in: bool,
    pub(super) replayed: bool,
    pub(super) unknown_as_no_code: bool,
    pub(super) unknown_as_no_geleit: bool,
    /// Seconds after which a new trust list is at hand.
    pub(super) trust_late_s: i64,
    pub(super) takes_way_out: bool,
    pub(super) shows_against_oneself: bool,
    pub(super) tells_of_application: bool,
    /// Whether the receipt is replayed.
    pub(super) receipt_replayed: bool,
}

/// An error of the record.
#[derive(Clone, Debug)]
pub(super) struct Error {
    pub(super) kind: ErrorKind,
    /// What the record says; not for [`ErrorKind::NameNotMatched`].
    pub(super) wrong: Option<Box<State>>,
    pub(super) began: UnixTime,
    /// When the holder reported it, in each design.
    pub(super) reported_in_wallet: Option<UnixTime>,
    pub(super) reported_in_account: Option<UnixTime>,
    /// Whether copies that are issued meanwhile state the right content.
    pub(super) interim_right: bool,
}

/// Whether a holder has what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phone {
    Works,
    None,
    /// The old one was lost then, and a new one has copies since.
    Lost {
        since: UnixTime,
        renewed: UnixTime,
        shows_old_copy: bool,
    },
}

/// A person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) number: u64,
    pub(super) subgroup: Subgroup,
    pub(super) truth: State,
    /// The state before `decided_at`; what was decided is in `truth`.
    pub(super) leave: LeaveKind,
    pub(super) decided_at: UnixTime,
    /// An application that is pending is on record.
    pub(super) pending_known: bool,
    pub(super) error: Option<Error>,
    pub(super) phone: Phone,
    /// Whether a code can be had without the phone.
    pub(super) code_without_phone: bool,
    pub(super) visits: Vec<Visit>,
}

/// What a person's draws go by.
#[derive(Clone, Copy)]
pub(super) struct Maker<'m> {
    pub(super) mix: &'m Mix,
    pub(super) seed: u64,
}

impl Maker<'_> {
    /// The person of this number, from 0. `None` when the calendar ends.
    pub(super) fn person(&self, number: u64) -> Option<Person> {
        let mix = self.mix;
        let mut draw = Draw::of(self.seed, &format!("person {number}"));
        let listed = self.listed(number);
        let made = Listed::default();
        let listed = listed.unwrap_or(&made);
        let visits = self.times(&mut draw);
        let base = *visits.first()?;
        let today = Zone::London.date(base)?;

        let permit = permit(mix, listed, &mut draw)?;
        let group = group(mix, listed, &mut draw)?;
        let (band, birth) = birth(mix, listed, today, &mut draw)?;
        let sex = draw.one_of(&mix.sex)?.code;
        let mut name = names::draw(&group.names, &mut draw);
        let code = draw.any(&group.codes)?.clone();
        let leave = leave(mix, listed, permit.limited, &mut draw);
        let hard = hard_case(mix, listed, (leave, &code), &mut draw);
        if hard == HardCase::Mononym {
            name.given = None;
        }
        let permit = match hard {
            HardCase::Dependant => mix.permit.iter().find(|one| one.class == "family").unwrap_or(permit),
            _ => permit,
        };
        let end = end(permit.limited, leave, today, mix.leave.longest_days.value, &mut draw)?;
        let passport = document(&mut draw);
        let mut truth = State {
            name,
            birth: if hard == HardCase::UnknownBirthDay { vague(birth, &mut draw) } else { birth },
            photo: Photo::Own,
            linked: passport.clone(),
            passport,
            nationality: nationality(mix, listed, code, hard, &mut draw),
            sex,
            rights: Rights::of(permit),
            end,
            standing: Standing::InForce,
            pending: leave == LeaveKind::Pending,
            under_review: leave == LeaveKind::UnderReview,
        };
        overwrite(&mut truth, listed);
        let decided_at = base.plus(-draw.between(0, DECIDED_WITHIN_DAYS * DAY_S));
        match leave {
            LeaveKind::Revoked => truth.standing = Standing::Cancelled,
            LeaveKind::Suspended => truth.standing = Standing::Suspended,
            LeaveKind::InForce | LeaveKind::Pending | LeaveKind::Expired | LeaveKind::UnderReview => {}
        }
        let pending_known = draw.hits(&mix.leave.pending_known_per_million);
        let error = self.error(listed, hard, &truth, base, &mut draw);
        let (phone, code_without_phone) = self.phone(listed, base, &mut draw);
        let subgroup = Subgroup {
            permit: permit.name.clone(),
            nationality: group.name.clone(),
            age_band: band,
            hard_case: hard.name().to_owned(),
        };
        let visits = visits
            .into_iter()
            .zip(1..)
            .map(|(at, visit)| self.visit(listed, (&truth, hard), (visit, at), &mut draw))
            .collect::<Option<_>>()?;
        Some(Person {
            number,
            subgroup,
            truth,
            leave,
            decided_at,
            pending_known,
            error,
            phone,
            code_without_phone,
            visits,
        })
    }

    fn listed(&self, number: u64) -> Option<&Listed> {
        let round = number.checked_rem(u64::try_from(self.mix.person.len()).unwrap_or(0))?;
        self.mix.person.get(usize::try_from(round).ok()?)
    }

    /// Times of all checks, in order. The hour is mended once the purpose is known.
    fn times(&self, draw: &mut Draw) -> Vec<UnixTime> {
        let time = &self.mix.time;
        let checks = draw.one_of(&self.mix.visits).map_or(1, |visits| visits.checks.max(1));
        let mut times: Vec<UnixTime> = (0..checks)
            .map(|_| {
                let day = draw.between(0, i64::from(time.days) - 1);
                let from = i64::from(time.opens) * 3_600;
                let second = draw.between(from, i64::from(time.closes) * 3_600 - 1);
                time.start.0.plus(day * DAY_S + second)
            })
            .collect();
        times.sort_unstable();
        times
    }

    fn visit(
        &self,
        listed: &Listed,
        (truth, hard): (&State, HardCase),
        (number, at): (u8, UnixTime),
        draw: &mut Draw,
    ) -> Option<Visit> {
        let mix = self.mix;
        let share = purpose(mix, listed, draw)?;
        let day = Zone::London.date(at)?;
        let question = Question {
            purpose: Purpose::by_id(&share.id)?,
            day,
            start: day.plus_days(draw.between(0, JOB_WITHIN_DAYS))?,
            hours: *draw.any(&[8, 12, 16, 20, 30, 37, 40])?,
            is_sponsor: draw.below(100) < 90,
        };
        let other_passport =
            draw.hits(&mix.hard.other_passport_per_million) && hard == HardCase::DoubleNationality;
        let second = document(draw);
        let desk = &mix.desk;
        // One desk, whatever it checks with: one draw beside each rate.
        let reads_as_no = draw.below(super::draw::MILLION);
        Some(Visit {
            number,
            at,
            question,
            copy_age_s: draw.between(0, mix.time.renewed_every.0),
            presented: if other_passport { second } else { truth.passport.clone() },
            desk_clock_s: clock(&desk.clock, draw),
            holder_clock_s: clock(&mix.holder.clock, draw),
            over_asks: draw.hits(&share.over_asks_per_million),
            asks_again: draw.hits(&desk.asks_again_per_million),
            gives_in: draw.hits(&desk.gives_in_per_million),
            replayed: draw.hits(&desk.replayed_per_million),
            unknown_as_no_code: reads_as_no < desk.unknown_as_no_code_per_million.value,
            unknown_as_no_geleit: reads_as_no < desk.unknown_as_no_geleit_per_million.value,
            trust_late_s: late(mix, draw),
            takes_way_out: draw.hits(&mix.way_out.taken_geleit_per_million),
            shows_against_oneself: draw.hits(&mix.holder.shows_against_oneself_per_million),
            tells_of_application: draw.hits(&mix.holder.tells_of_application_per_million),
            receipt_replayed: draw.below(super::REPLAYED_ONE_IN) == 0,
        })
    }

    fn error(
        &self,
        listed: &Listed,
        hard: HardCase,
        truth: &State,
        base: UnixTime,
        draw: &mut Draw,
    ) -> Option<Error> {
        let record = &self.mix.record;
        let happens = draw.hits(&record.errors_per_million);
        let kind = draw.one_of(&record.kind).map(|kind| kind.name);
        let twin = hard == HardCase::Twin && draw.hits(&self.mix.hard.twin_merged_per_million);
        let kind = match (listed.error, twin, happens) {
            (Some(kind), _, _) => kind,
            (None, true, _) => ErrorKind::Merge,
            (None, false, true) => kind?,
            (None, false, false) => return None,
        };
        let day_s = |figure: &Figure| i64::try_from(figure.value).unwrap_or(0) * DAY_S;
        let ago = draw.between(0, day_s(&record.began_within_days));
        let reported = draw.between(0, ago);
        let report = |seen: bool| seen.then(|| base.plus(-reported));
        let (in_wallet, in_account) = (
            draw.below(super::draw::MILLION) < record.noticed_in_wallet_per_million.value,
            draw.below(super::draw::MILLION) < record.noticed_in_account_per_million.value,
        );
        let interim_right = draw.hits(&record.interim_right_per_million);
        Some(Error {
            kind,
            wrong: self.wrong(kind, hard, truth, base, draw).map(Box::new),
            began: base.plus(-ago),
            reported_in_wallet: report(in_wallet),
            reported_in_account: report(in_account),
            interim_right,
        })
    }

    /// What the record says instead.
    fn wrong(
        &self,
        kind: ErrorKind,
        hard: HardCase,
        truth: &State,
        base: UnixTime,
        draw: &mut Draw,
    ) -> Option<State> {
        let mut wrong = truth.clone();
        match kind {
            ErrorKind::Merge => {
                let other = self.somebody(base, draw)?;
                (wrong.rights, wrong.end, wrong.standing) = (other.rights, other.end, other.standing);
                (wrong.pending, wrong.under_review) = (false, false);
                if hard != HardCase::Twin {
                    (wrong.name, wrong.photo) = (other.name, Photo::OfAnother);
                    (wrong.passport, wrong.linked) = (other.passport, other.linked);
                }
            }
            ErrorKind::GhostDocument => wrong.linked = document(draw),
            ErrorKind::WrongPhoto => wrong.photo = Photo::OfAnother,
            ErrorKind::StaleConditions => stale(&mut wrong, base, draw)?,
            ErrorKind::Alias => {
                let other = self.somebody(base, draw)?;
                (wrong.name, wrong.birth) = (other.name, other.birth);
            }
            ErrorKind::NameNotMatched => return None,
        }
        Some(wrong)
    }

    /// Somebody else, whose leave is in force or has ended.
    fn somebody(&self, base: UnixTime, draw: &mut Draw) -> Option<State> {
        let (mix, today) = (self.mix, Zone::London.date(base)?);
        let nobody = Listed::default();
        let permit = permit(mix, &nobody, draw)?;
        let group = group(mix, &nobody, draw)?;
        let (_, birth) = birth(mix, &nobody, today, draw)?;
        let leave = if draw.below(10) == 0 { LeaveKind::Expired } else { LeaveKind::InForce };
        let passport = document(draw);
        Some(State {
            name: names::draw(&group.names, draw),
            birth,
            photo: Photo::Own,
            linked: passport.clone(),
            passport,
            nationality: vec![draw.any(&group.codes)?.clone()],
            sex: draw.one_of(&mix.sex)?.code,
            rights: Rights::of(permit),
            end: end(permit.limited, leave, today, mix.leave.longest_days.value, draw)?,
            standing: Standing::InForce,
            pending: false,
            under_review: false,
        })
    }

    fn phone(&self, listed: &Listed, base: UnixTime, draw: &mut Draw) -> (Phone, bool) {
        let holder = &self.mix.holder;
        let (none, lost) =
            (draw.hits(&holder.no_phone_per_million), draw.hits(&holder.lost_phone_per_million));
        let lack = listed.lacks.unwrap_or(match (none, lost) {
            (true, _) => Lack::Phone,
            (false, true) => Lack::LostPhone,
            (false, false) => Lack::Nothing,
        });
        let day_s = |figure: &Figure| i64::try_from(figure.value).unwrap_or(0) * DAY_S;
        let since = base.plus(-draw.between(0, day_s(&holder.lost_within_days)));
        let renewed = since.plus(draw.between(0, day_s(&holder.reissue_within_days)));
        let shows_old_copy = draw.hits(&holder.old_copy_per_million);
        let without = draw.hits(&holder.no_phone_code_per_million);
        let with_email = draw.hits(&holder.lost_code_per_million);
        match lack {
            Lack::Nothing => (Phone::Works, true),
            Lack::Phone => (Phone::None, without),
            Lack::LostPhone => (Phone::Lost { since, renewed, shows_old_copy }, with_email),
        }
    }
}

fn permit<'m>(mix: &'m Mix, listed: &Listed, draw: &mut Draw) -> Option<&'m Permit> {
    let drawn = draw.one_of(&mix.permit)?;
    let named = listed.permit.as_ref().and_then(|name| mix.permit.iter().find(|one| one.name == *name));
    Some(named.unwrap_or(drawn))
}

fn group<'m>(mix: &'m Mix, listed: &Listed, draw: &mut Draw) -> Option<&'m Nationality> {
    let drawn = draw.one_of(&mix.nationality)?;
    let first = listed.nationality.as_ref().and_then(|codes| codes.first());
    let named = first.and_then(|code| mix.nationality.iter().find(|group| group.codes.contains(code)));
    Some(named.unwrap_or(drawn))
}

fn purpose<'m>(mix: &'m Mix, listed: &Listed, draw: &mut Draw) -> Option<&'m PurposeShare> {
    let drawn = draw.one_of(&mix.purpose)?;
    let named = listed.purpose.as_ref().and_then(|id| mix.purpose.iter().find(|one| one.id == *id));
    Some(named.unwrap_or(drawn))
}

/// A date of birth, and the band of age that it lies in.
fn birth(mix: &Mix, listed: &Listed, today: Date, draw: &mut Draw) -> Option<(String, PartialDate)> {
    let band = draw.one_of(&mix.age)?;
    let (young, old) = (i64::from(band.from), i64::from(band.to));
    // A day inside the band, whatever leap years there were.
    let days = draw.between(young * 366 + 1, old * 365 + 364);
    let drawn = PartialDate::parse(&today.plus_days(-days)?.to_string())?;
    let stated = listed.birth.as_deref().and_then(PartialDate::parse);
    let date = stated.unwrap_or(drawn);
    let age = u64::from(date.latest().completed_years(today));
    let of =
        mix.age.iter().find(|one| u64::from(one.from) <= age && age <= u64::from(one.to)).unwrap_or(band);
    Some((format!("{}-{}", of.from, of.to), date))
}

/// The day is forgotten, or the month as well.
fn vague(birth: PartialDate, draw: &mut Draw) -> PartialDate {
    let text = birth.to_string();
    let length = if draw.below(2) == 0 { 4 } else { 7 };
    text.get(..length).and_then(PartialDate::parse).unwrap_or(birth)
}

fn leave(mix: &Mix, listed: &Listed, limited: bool, draw: &mut Draw) -> LeaveKind {
    let shares = &mix.leave;
    let mut left = draw.below(super::draw::MILLION);
    let mut within = |share: &Figure, counts: bool| {
        let share = if counts { share.value } else { 0 };
        let hit = left < share;
        left = left.saturating_sub(share);
        hit
    };
    let drawn = if within(&shares.pending_per_million, limited) {
        LeaveKind::Pending
    } else if within(&shares.expired_per_million, limited) {
        LeaveKind::Expired
    } else if within(&shares.revoked_per_million, true) {
        LeaveKind::Revoked
    } else if within(&shares.suspended_per_million, true) {
        LeaveKind::Suspended
    } else if within(&shares.under_review_per_million, true) {
        LeaveKind::UnderReview
    } else {
        LeaveKind::InForce
    };
    listed.leave.unwrap_or(drawn)
}

/// One label for each person: the first that applies.
fn hard_case(mix: &Mix, listed: &Listed, (leave, code): (LeaveKind, &str), draw: &mut Draw) -> HardCase {
    let hard = &mix.hard;
    let (twin, mononym) = (draw.hits(&hard.twin_per_million), draw.hits(&hard.mononym_per_million));
    let unknown = draw.hits(&hard.unknown_birth_day_per_million);
    let double = draw.hits(&hard.double_nationality_per_million);
    let dependant = draw.hits(&hard.dependant_per_million);
    let listed_stateless =
        listed.nationality.as_ref().is_some_and(|codes| codes.iter().any(|one| one == "QS"));
    listed.hard.unwrap_or(if twin {
        HardCase::Twin
    } else if listed_stateless || (code == "QS" && listed.nationality.is_none()) {
        HardCase::Stateless
    } else if mononym {
        HardCase::Mononym
    } else if unknown {
        HardCase::UnknownBirthDay
    } else if double {
        HardCase::DoubleNationality
    } else if dependant {
        HardCase::Dependant
    } else if leave == LeaveKind::Pending {
        HardCase::Pending
    } else {
        HardCase::None
    })
}

fn end(limited: bool, leave: LeaveKind, today: Date, longest: u64, draw: &mut Draw) -> Option<End> {
    let ahead = draw.between(0, i64::try_from(longest).ok()?);
    let ago = draw.between(1, ENDED_WITHIN_DAYS);
    let day = match leave {
        LeaveKind::Pending | LeaveKind::Expired => today.plus_days(-ago)?,
        LeaveKind::InForce | LeaveKind::Revoked | LeaveKind::Suspended | LeaveKind::UnderReview
            if limited =>
        {
            today.plus_days(ahead)?
        }
        LeaveKind::InForce | LeaveKind::Revoked | LeaveKind::Suspended | LeaveKind::UnderReview => {
            return Some(End::Never);
        }
    };
    Some(End::Day(day))
}

fn nationality(mix: &Mix, listed: &Listed, code: String, hard: HardCase, draw: &mut Draw) -> Vec<String> {
    let other = draw.one_of(&mix.nationality).and_then(|group| draw.any(&group.codes)).cloned();
    if let Some(stated) = &listed.nationality {
        return stated.clone();
    }
    let second = other.filter(|other| hard == HardCase::DoubleNationality && *other != code && other != "QS");
    if code == "QS" { vec![code] } else { [code].into_iter().chain(second).collect() }
}

fn overwrite(truth: &mut State, listed: &Listed) {
    if let Some(family) = &listed.family {
        truth.name.family.clone_from(family);
    }
    if let Some(given) = &listed.given {
        truth.name.given = Some(given.clone()).filter(|given| !given.is_empty());
    }
}

/// An earlier status as the present one: where leave is over the one before that; else one that has ended, or one
/// without work and public funds.
fn stale(wrong: &mut State, base: UnixTime, draw: &mut Draw) -> Option<()> {
    let today = Zone::London.date(base)?;
    let over = wrong.standing == Standing::Cancelled || wrong.end.last_day().is_some_and(|last| last < today);
    let ended = draw.below(10) < 6;
    let ago = draw.between(10, 400);
    if over {
        (wrong.standing, wrong.end) = (Standing::InForce, End::Day(today.plus_days(ago)?));
        wrong.pending = false;
    } else if ended {
        wrong.end = End::Day(today.plus_days(-ago)?);
        wrong.standing = Standing::InForce;
    } else {
        (wrong.rights.work, wrong.rights.funds) = (false, false);
        (wrong.rights.hours, wrong.rights.sponsor) = (None, false);
    }
    Some(())
}

fn document(draw: &mut Draw) -> String {
    format!("X{:08}", draw.below(100_000_000))
}

fn clock(parts: &[Skew], draw: &mut Draw) -> i64 {
    let within = draw.one_of(parts).map_or(0, |part| part.within.0.abs());
    draw.between(-within, within)
}

fn late(mix: &Mix, draw: &mut Draw) -> i64 {
    let is_late = draw.hits(&mix.desk.late_trust_list_per_million);
    let by = draw.between(0, mix.desk.late_trust_list_within.0.max(0));
    if is_late { by } else { 0 }
}
