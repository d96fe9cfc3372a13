//! What each case and each fault does, one at a time.

use super::super::mix::{ErrorKind, HardCase, Lack, LeaveKind, Listed, Mix, Window};
use super::super::state::Purpose;
use super::{all_like, calm, is_main, preset, whole};
use crate::instant::Span;
use crate::outcome::{Sign, Truth, Verdict, Word};
use crate::row::{Design, Fallback, Row};
use crate::scenario::Service;
use crate::tally::Dimension;
use geleit_credential::schema::{ClaimValue, Date};

const PEOPLE: u64 = 12;

fn person(purpose: Purpose) -> Listed {
    Listed {
        permit: Some("settled".into()),
        leave: Some(LeaveKind::InForce),
        hard: Some(HardCase::None),
        purpose: Some(purpose.id().into()),
        lacks: Some(Lack::Nothing),
        ..Listed::default()
    }
}

/// Outcomes and reasons of both designs, for everybody alike.
fn answers(mix: &Mix) -> [Vec<Row>; 2] {
    let (report, rows) = whole(mix, PEOPLE);
    assert!(!report.has_failed(), "{:?}", report.invariants);
    Design::ALL
        .map(|design| rows.iter().filter(|row| row.design == design && is_main(row)).cloned().collect())
}

fn all(rows: &[Row], word: Word, reason: &str) {
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!((row.answer.outcome.word, row.answer.reason.as_str()), (word, reason), "{row:?}");
    }
}

/// Since the beginning of what anybody knows, and seen by nobody.
fn with_error(error: ErrorKind, purpose: Purpose) -> Mix {
    let mut mix = all_like(calm(), Listed { error: Some(error), ..person(purpose) });
    mix.record.noticed_in_wallet_per_million.value = 0;
    mix.record.noticed_in_account_per_million.value = 0;
    // A copy is three days old at most, so that nearly all were issued after the error began.
    mix.record.began_within_days.value = 3_650;
    mix.time.renewed_every = Span(3_600);
    mix
}

#[test]
fn ordinary_people_are_accepted() {
    for purpose in Purpose::ALL {
        let [geleit, code] = answers(&all_like(calm(), person(purpose)));
        for row in geleit.iter().chain(&code) {
            let expected = (Word::Accept, Verdict::Correct, Fallback::NotNeeded, "none");
            let got = (row.answer.outcome.word, row.verdict, row.fallback, row.fault.as_str());
            // Settled people who are tied to nothing.
            assert_eq!(got, expected, "{row:?}");
        }
    }
}

/// Nothing that goes wrong, nobody with a right who is refused, in either design.
#[test]
fn without_faults_nobody_with_a_right_is_refused() {
    let (report, rows) = whole(&calm(), 250);
    assert!(!report.has_failed(), "{:?}", report.invariants);
    for design in Design::ALL {
        let counts = report.tally.counts(design, Dimension::All, "all").unwrap();
        assert_eq!(counts.with_verdict(Verdict::FalseNegative), 0, "{design:?}");
        assert!(counts.with_right > 100 && counts.without_right > 0);
    }
    // ... and no right is made up, except that copies speak of the day on which they were issued.
    for row in rows.iter().filter(|row| row.verdict == Verdict::FalsePositive) {
        assert_eq!(row.design, Design::Geleit, "{row:?}");
    }
}

#[test]
fn every_hard_case_is_built_and_checked() {
    for hard in HardCase::ALL {
        let mut listed = Listed { hard: Some(hard), ..person(Purpose::Rent) };
        match hard {
            HardCase::Stateless => listed.nationality = Some(vec!["QS".into()]),
            HardCase::DoubleNationality => listed.nationality = Some(vec!["BR".into(), "PT".into()]),
            HardCase::Pending => {
                (listed.leave, listed.permit) = (Some(LeaveKind::Pending), Some("family".into()));
            }
            HardCase::None
            | HardCase::Mononym
            | HardCase::UnknownBirthDay
            | HardCase::Dependant
            | HardCase::Twin => {}
        }
        let [geleit, code] = answers(&all_like(calm(), listed));
        for row in &geleit {
            assert_eq!(row.subgroup.hard_case, hard.name());
            assert_eq!(
                (row.verdict, row.answer.outcome.word.sign()),
                (Verdict::Correct, Sign::Positive),
                "{row:?}"
            );
            let given = row.answer.disclosed.iter().any(|id| id == "id.given_name");
            assert_eq!(given, hard != HardCase::Mononym, "one name has no given name: {row:?}");
        }
        match hard {
            HardCase::Pending => all(&code, Word::Indeterminate, "pending-application"),
            _ => assert!(code.iter().all(|row| row.verdict == Verdict::Correct)),
        }
    }
}

/// A gate reads the passport that is shown; the record has the other one.
#[test]
fn the_other_passport_is_not_linked() {
    let listed = Listed { hard: Some(HardCase::DoubleNationality), ..person(Purpose::Carrier) };
    let mut mix = all_like(calm(), listed);
    mix.hard.other_passport_per_million.value = 1_000_000;
    let [geleit, code] = answers(&mix);
    all(&geleit, Word::Indeterminate, "document-differs");
    all(&code, Word::Refuse, "no-record");
    assert!(geleit.iter().all(|row| row.fallback == Fallback::Succeeded));
}

#[test]
fn twins_have_the_status_of_the_other() {
    let listed = Listed {
        hard: Some(HardCase::Twin),
        family: Some("Namunawala".into()),
        given: Some("Asha".into()),
        birth: Some("1995-06-15".into()),
        ..person(Purpose::Benefits)
    };
    let mut mix = with_error(ErrorKind::Merge, Purpose::Benefits);
    (mix.hard.twin_merged_per_million.value, mix.person) = (1_000_000, vec![listed]);
    // Everybody else has no recourse to public funds.
    mix.permit.retain(|permit| permit.name == "settled" || permit.name == "family");
    mix.permit.iter_mut().for_each(|permit| permit.weight.value = u64::from(permit.name == "family"));
    let [geleit, code] = answers(&mix);
    for row in geleit.iter().chain(&code) {
        assert_eq!((row.fault.as_str(), row.truth), ("merge", Truth::Right));
        let refused = row.answer.outcome.word == Word::Refuse;
        assert_eq!(row.verdict, if refused { Verdict::FalseNegative } else { Verdict::Correct }, "{row:?}");
        // The name is the own one: nothing on the page would show the error.
        assert_ne!(row.answer.reason, "name-differs");
    }
    assert!(geleit.iter().chain(&code).any(|row| row.answer.outcome.word == Word::Refuse));
}

#[test]
fn leave_that_ended_or_was_decided_on() {
    let of = |leave, permit: &str| Listed {
        leave: Some(leave),
        permit: Some(permit.into()),
        ..person(Purpose::Work)
    };
    let [geleit, code] = answers(&all_like(calm(), of(LeaveKind::Pending, "graduate")));
    all(&geleit, Word::AcceptWithNotice, "continuation-pending");
    all(&code, Word::Indeterminate, "pending-application");
    let [geleit, code] = answers(&all_like(calm(), of(LeaveKind::Expired, "graduate")));
    all(&geleit, Word::Refuse, "permission-ended");
    all(&code, Word::Refuse, "no-right-shown");
    let [geleit, _] = answers(&all_like(calm(), of(LeaveKind::UnderReview, "settled")));
    all(&geleit, Word::AcceptWithNotice, "dispute-open-rights-continue");
    let [geleit, code] = answers(&all_like(calm(), of(LeaveKind::Suspended, "settled")));
    assert!(code.iter().all(|row| row.truth == Truth::Open && row.verdict == Verdict::NotCounted));
    // Before the lists say so the last word is another one.
    let suspended = |row: &&Row| row.answer.reason == "status-suspended";
    assert!(geleit.iter().filter(suspended).count() > geleit.len() / 2);

    let [geleit, code] = answers(&all_like(calm(), of(LeaveKind::Revoked, "settled")));
    assert!(code.iter().all(|row| row.answer.outcome.word == Word::Refuse));
    let reasons = ["status-revoked", "work-not-permitted"];
    assert!(geleit.iter().filter(|row| reasons.contains(&row.answer.reason.as_str())).count() > 0);
    for row in geleit.iter().filter(|row| !reasons.contains(&row.answer.reason.as_str())) {
        assert_eq!(row.verdict, Verdict::FalsePositive, "revoked since the list at hand: {row:?}");
    }
}

/// Of an application that never reached the record nobody can tell.
#[test]
fn an_application_that_is_not_on_record() {
    let listed =
        Listed { leave: Some(LeaveKind::Pending), permit: Some("graduate".into()), ..person(Purpose::Work) };
    let mut mix = all_like(calm(), listed);
    mix.leave.pending_known_per_million.value = 0;
    mix.holder.tells_of_application_per_million.value = 0;
    let [geleit, code] = answers(&mix);
    all(&geleit, Word::Refuse, "permission-ended");
    all(&code, Word::Refuse, "no-right-shown");
    for row in geleit.iter().chain(&code) {
        assert_eq!((row.verdict, row.record), (Verdict::FalseNegative, Truth::NoRight));
    }
}

#[test]
fn who_has_no_right_need_not_show_it() {
    let listed =
        Listed { leave: Some(LeaveKind::Expired), permit: Some("graduate".into()), ..person(Purpose::Work) };
    let mut mix = all_like(calm(), listed);
    mix.holder.shows_against_oneself_per_million.value = 0;
    let [geleit, code] = answers(&mix);
    all(&geleit, Word::Indeterminate, "continuation-not-shown");
    all(&code, Word::Refuse, "no-right-shown");
}

#[test]
fn errors_of_the_record_hit_both_designs() {
    let both = |error, purpose, (word, reason): (Word, &str), (word_now, reason_now): (Word, &str)| {
        let [geleit, code] = answers(&with_error(error, purpose));
        assert!(geleit.iter().all(|row| row.fault == error.name()));
        all(&geleit, word, reason);
        all(&code, word_now, reason_now);
    };
    let unknown = Word::Indeterminate;
    let photo = (unknown, "photo-does-not-match");
    both(ErrorKind::Merge, Purpose::Work, (unknown, "face-differs"), photo);
    both(ErrorKind::Merge, Purpose::Rent, (unknown, "photo-differs"), photo);
    both(ErrorKind::WrongPhoto, Purpose::Rent, (unknown, "photo-differs"), photo);
    both(
        ErrorKind::WrongPhoto,
        Purpose::Study,
        (Word::Accept, "study-permitted"),
        (Word::Accept, "share-code-valid"),
    );
    both(ErrorKind::Alias, Purpose::Work, (unknown, "face-not-checked"), (unknown, "name-differs"));
    both(
        ErrorKind::Alias,
        Purpose::Carrier,
        (Word::Accept, "permission-to-travel-valid"),
        (Word::Refuse, "no-record"),
    );
    both(
        ErrorKind::NameNotMatched,
        Purpose::Rent,
        (unknown, "no-answer"),
        (unknown, "no-code-name-not-matched"),
    );
    both(ErrorKind::GhostDocument, Purpose::Carrier, (unknown, "no-answer"), (Word::Refuse, "no-record"));
    both(
        ErrorKind::GhostDocument,
        Purpose::Rent,
        (Word::Accept, "rent-permitted"),
        (Word::Accept, "share-code-valid"),
    );
}

#[test]
fn stale_conditions_refuse_in_both_designs() {
    let [geleit, code] = answers(&with_error(ErrorKind::StaleConditions, Purpose::Work));
    for row in geleit.iter().chain(&code) {
        let got = (row.answer.outcome.word, row.verdict, row.record);
        assert_eq!(got, (Word::Refuse, Verdict::FalseNegative, Truth::NoRight), "{row:?}");
    }
}

/// A right that ended is shown as before: a "yes" to no right, in both designs.
#[test]
fn stale_conditions_in_favour() {
    let mut mix = with_error(ErrorKind::StaleConditions, Purpose::Study);
    for person in &mut mix.person {
        (person.leave, person.permit) = (Some(LeaveKind::Expired), Some("student".into()));
    }
    let [geleit, code] = answers(&mix);
    assert!(geleit.iter().chain(&code).all(|row| row.verdict == Verdict::FalsePositive));
}

#[test]
fn a_reported_error_goes_on_with_the_last_confirmed_rights() {
    let mut mix = with_error(ErrorKind::StaleConditions, Purpose::Work);
    mix.record.noticed_in_wallet_per_million.value = 1_000_000;
    mix.record.noticed_in_account_per_million.value = 1_000_000;
    mix.record.interim_right_per_million.value = 1_000_000;
    // Reported within the time that a correction takes.
    mix.way_out.correction = Span(4_000 * 86_400);
    let [geleit, code] = answers(&mix);
    let going_on = geleit.iter().filter(|row| row.answer.reason == "dispute-open-rights-continue").count();
    assert!(going_on > geleit.len() / 2, "copies of after the report: {geleit:?}");
    assert!(geleit.iter().all(|row| row.verdict != Verdict::FalseNegative));
    all(&code, Word::Indeterminate, "no-code-disputed");
    // Without the right content nothing is decided, which is no refusal either.
    mix.record.interim_right_per_million.value = 0;
    let [geleit, _] = answers(&mix);
    assert!(geleit.iter().all(|row| row.answer.outcome.word == Word::Indeterminate), "{geleit:?}");
    // What was corrected is over.
    mix.way_out.correction = Span(0);
    let [geleit, code] = answers(&mix);
    assert!(geleit.iter().chain(&code).all(|row| row.verdict == Verdict::Correct));
}

#[test]
fn without_a_phone_there_is_no_answer() {
    let mut mix = all_like(calm(), Listed { lacks: Some(Lack::Phone), ..person(Purpose::Work) });
    mix.holder.no_phone_code_per_million.value = 0;
    let [geleit, code] = answers(&mix);
    all(&geleit, Word::Indeterminate, "no-answer");
    all(&code, Word::Indeterminate, "no-code-account-lost");
    for row in geleit.iter().chain(&code) {
        assert_eq!((row.fault.as_str(), row.fallback), ("no-phone", Fallback::Succeeded));
        assert_eq!(row.verdict, Verdict::Indeterminate);
    }
    mix.holder.no_phone_code_per_million.value = 1_000_000;
    let [_, code] = answers(&mix);
    all(&code, Word::Accept, "share-code-valid");
    // A desk that does not turn there, or does not wait so long, does not get there.
    mix.way_out.taken_geleit_per_million.value = 0;
    let [geleit, _] = answers(&mix);
    assert!(geleit.iter().all(|row| row.fallback == Fallback::Failed));
}

#[test]
fn a_lost_phone() {
    let mut mix = all_like(calm(), Listed { lacks: Some(Lack::LostPhone), ..person(Purpose::Rent) });
    mix.holder.lost_within_days.value = 2;
    let [geleit, _] = answers(&mix);
    for row in &geleit {
        assert_eq!(row.fault, "lost-phone");
        let known = [(Word::Indeterminate, "no-answer"), (Word::Accept, "rent-permitted")];
        assert!(known.contains(&(row.answer.outcome.word, &row.answer.reason)), "{row:?}");
    }
    assert!(geleit.iter().any(|row| row.answer.outcome.word == Word::Accept), "a new phone in time");
    assert!(geleit.iter().any(|row| row.answer.outcome.word == Word::Indeterminate), "or not");
    // An old copy is replaced by the new ones.
    mix.holder.old_copy_per_million.value = 1_000_000;
    mix.holder.reissue_within_days.value = 1;
    let [geleit, _] = answers(&mix);
    assert!(geleit.iter().any(|row| row.answer.reason == "credential-superseded"), "{geleit:?}");
}

#[test]
fn asking_too_much_is_blocked_and_asked_again() {
    let mut mix = all_like(calm(), person(Purpose::Work));
    for purpose in &mut mix.purpose {
        purpose.over_asks_per_million.value = 1_000_000;
    }
    mix.desk.asks_again_per_million.value = 1_000_000;
    let (report, rows) = whole(&mix, PEOPLE);
    assert!(!report.has_failed());
    let blocked: Vec<_> = rows.iter().filter(|row| row.check.ends_with("/asked-too-much")).cloned().collect();
    assert_eq!(u64::try_from(blocked.len()).unwrap(), PEOPLE);
    all(&blocked, Word::BlockedByWallet, "claims-outside-use");
    for row in &blocked {
        assert_eq!(
            (row.truth, row.verdict, row.answer.disclosed.len()),
            (Truth::Open, Verdict::NotCounted, 0)
        );
    }
    for row in rows.iter().filter(|row| is_main(row)) {
        assert_eq!((row.answer.outcome.word, row.fault.as_str()), (Word::Accept, "over-asking"));
        let gave = row.answer.disclosed.iter().any(|id| id == "id.nationality");
        assert!(!gave || row.design == Design::ShareCode);
    }
    assert!(rows.iter().any(|row| row.answer.disclosed.iter().any(|id| id == "id.nationality")));
    // A desk that gives up leaves the person without an answer, and that counts.
    mix.desk.asks_again_per_million.value = 0;
    let (_, rows) = whole(&mix, PEOPLE);
    let geleit: Vec<_> = rows.iter().filter(|row| row.design == Design::Geleit).cloned().collect();
    all(&geleit, Word::BlockedByWallet, "claims-outside-use");
    assert!(geleit.iter().all(|row| row.verdict == Verdict::Indeterminate));
}

#[test]
fn what_is_sent_again_is_not_verified() {
    let mut mix = all_like(calm(), person(Purpose::Benefits));
    mix.desk.replayed_per_million.value = 1_000_000;
    let (report, rows) = whole(&mix, PEOPLE);
    assert!(!report.has_failed());
    let again = |design| {
        rows.iter()
            .filter(move |row| row.check.ends_with("/sent-again") && row.design == design)
            .collect::<Vec<_>>()
    };
    assert_eq!(again(Design::Geleit).len(), again(Design::ShareCode).len());
    for row in again(Design::Geleit) {
        let got = (row.answer.outcome.word, row.answer.rule.as_deref(), row.answer.disclosed.len());
        assert_eq!(got, (Word::NotVerified, Some("B-20"), 0));
    }
    // A code works as often as anybody likes.
    for row in again(Design::ShareCode) {
        assert_eq!((row.answer.outcome.word, row.verdict), (Word::Accept, Verdict::NotCounted));
    }
}

fn away(of: Service, days: i64) -> Mix {
    let mut mix = all_like(calm(), person(Purpose::Work));
    let mark = mix.outage.first().map_or(super::super::mix::Mark::Assumption, |window| window.mark);
    let window = |day: i64| Window {
        of,
        after: Span(day * 86_400),
        span: Span(days * 86_400),
        mark,
        source: "a test".into(),
    };
    mix.outage = (0..3).map(|number| window(number * days)).collect();
    mix.time.days = u32::try_from(3 * days).unwrap();
    mix
}

#[test]
fn an_outage_of_the_look_up_stops_share_codes_only() {
    let [geleit, code] = answers(&away(Service::LookUp, 2));
    all(&geleit, Word::Accept, "work-permitted");
    all(&code, Word::Indeterminate, "time-out");
    assert!(code.iter().all(|row| row.fault == "outage-look-up" && row.latency_ms >= 30_000));
}

#[test]
fn an_outage_of_the_lists_ages_them() {
    let [geleit, code] = answers(&away(Service::StatusService, 2));
    all(&code, Word::Accept, "share-code-valid");
    for row in &geleit {
        let expected = [
            (Word::Indeterminate, "evidence-stale"),
            (Word::Accept, "work-permitted"),
            (Word::AcceptWithNotice, "work-permitted"),
        ];
        assert!(expected.contains(&(row.answer.outcome.word, &row.answer.reason)), "{row:?}");
    }
    assert!(geleit.iter().any(|row| row.answer.reason == "evidence-stale"));
}

#[test]
fn clocks_that_are_far_off() {
    let mut mix = all_like(calm(), person(Purpose::Work));
    for skew in &mut mix.desk.clock {
        skew.within = Span(3_600);
    }
    let [geleit, code] = answers(&mix);
    all(&code, Word::Accept, "share-code-valid");
    let (fine, off): (Vec<Row>, Vec<Row>) = geleit.into_iter().partition(|row| row.fault == "none");
    assert!(fine.iter().all(|row| row.answer.outcome.word == Word::Accept));
    assert!(!off.is_empty() && off.iter().all(|row| row.verdict == Verdict::Indeterminate), "{off:?}");
}

#[test]
fn a_new_key_that_a_desk_does_not_know() {
    let mut mix = all_like(calm(), person(Purpose::Work));
    (mix.key_rotation.after, mix.time.days) = (Span(0), 2);
    mix.desk.late_trust_list_per_million.value = 1_000_000;
    mix.desk.late_trust_list_within = Span(3 * 86_400);
    let [geleit, _] = answers(&mix);
    let unknown: Vec<&Row> =
        geleit.iter().filter(|row| row.answer.outcome.word == Word::NotVerified).collect();
    assert!(!unknown.is_empty());
    assert!(unknown.iter().all(|row| row.fault == "key-rotation" && row.fallback == Fallback::Named));
    assert!(geleit.iter().any(|row| row.answer.outcome.word == Word::Accept), "copies by the old key go on");
}

#[test]
fn a_desk_that_reads_unknown_as_no() {
    let mut mix = all_like(calm(), Listed { lacks: Some(Lack::Phone), ..person(Purpose::Work) });
    mix.holder.no_phone_code_per_million.value = 0;
    mix.desk.unknown_as_no_code_per_million.value = 1_000_000;
    mix.desk.unknown_as_no_geleit_per_million.value = 1_000_000;
    let [geleit, code] = answers(&mix);
    for row in geleit.iter().chain(&code) {
        assert_eq!((row.answer.outcome.word, row.verdict), (Word::Refuse, Verdict::FalseNegative));
        assert_eq!(row.fallback, Fallback::ReadAsNo, "booked alike in both designs");
        assert_eq!(row.asked > 0, row.design == Design::Geleit);
    }
    let rule = Some("desk-reads-unknown-as-no");
    assert!(geleit.iter().all(|row| row.answer.rule.as_deref() == rule && row.violated.is_empty()));
}

/// What is not settled is read as "no" by the same desks, in both designs.
#[test]
fn an_open_question_is_read_as_no_as_well() {
    let mut mix = all_like(calm(), Listed { lacks: Some(Lack::Phone), ..person(Purpose::Work) });
    let suspended = Listed { leave: Some(LeaveKind::Suspended), ..mix.person.remove(0) };
    mix.person = vec![suspended];
    mix.holder.no_phone_code_per_million.value = 0;
    mix.desk.unknown_as_no_code_per_million.value = 1_000_000;
    mix.desk.unknown_as_no_geleit_per_million.value = 1_000_000;
    let [geleit, code] = answers(&mix);
    for row in geleit.iter().chain(&code).filter(|row| row.truth == Truth::Open) {
        let got = (row.answer.outcome.word, row.fallback, row.verdict);
        assert_eq!(got, (Word::Refuse, Fallback::ReadAsNo, Verdict::NotCounted), "{row:?}");
    }
    assert!(geleit.iter().chain(&code).any(|row| row.truth == Truth::Open));
}

/// A desk that was refused and asks again reads nothing yet; averages are of checks, not of requests.
#[test]
fn rows_beside_a_check_are_in_no_average() {
    let mut mix = all_like(calm(), person(Purpose::Work));
    mix.purpose.iter_mut().for_each(|purpose| purpose.over_asks_per_million.value = 1_000_000);
    mix.desk.asks_again_per_million.value = 1_000_000;
    mix.desk.unknown_as_no_geleit_per_million.value = 1_000_000;
    let (report, rows) = whole(&mix, PEOPLE);
    let beside = |row: &&Row| row.check.ends_with("/asked-too-much");
    assert!(rows.iter().filter(beside).all(|row| row.answer.outcome.word == Word::BlockedByWallet));
    let counts = report.tally.counts(Design::Geleit, Dimension::All, "all").unwrap();
    assert_eq!((counts.checks, counts.extra, counts.without_extra()), (2 * PEOPLE, PEOPLE, PEOPLE));
    let bytes: u64 = rows
        .iter()
        .filter(|row| row.design == Design::Geleit && is_main(row))
        .map(|row| u64::from(row.request_bytes))
        .sum();
    assert_eq!(counts.request_bytes, bytes);
    assert_eq!(counts.latency_ms.values().sum::<u64>(), PEOPLE);
    // A desk that gives up has made its check: nothing stands beside it.
    mix.desk.asks_again_per_million.value = 0;
    let (report, _) = whole(&mix, PEOPLE);
    let counts = report.tally.counts(Design::Geleit, Dimension::All, "all").unwrap();
    assert_eq!((counts.checks, counts.extra), (PEOPLE, 0));
}

/// With everything at once, every invariant is looked at and holds.
#[test]
fn invariants_hold_when_everything_goes_wrong() {
    let mut mix = preset();
    mix.record.errors_per_million.value = 300_000;
    mix.leave.revoked_per_million.value = 100_000;
    mix.desk.replayed_per_million.value = 200_000;
    mix.holder.lost_phone_per_million.value = 100_000;
    let (report, _) = whole(&mix, 300);
    for one in &report.invariants {
        assert!(one.checked > 0 && one.broken == 0, "{one:?}");
    }
}

/// The claims of everybody are what the builders accept, whatever was drawn.
#[test]
fn claims_can_be_stated_of_everybody() {
    let mix = preset();
    let maker = super::super::person::Maker { mix: &mix, seed: 3 };
    let today = Date::parse("2026-11-10").unwrap();
    for number in 0..2_000 {
        let person = maker.person(number).unwrap();
        let identity = person.truth.identity(crate::scenario::people::PORTRAIT, today).unwrap();
        let residence = person.truth.residence(true, today).unwrap();
        let age = identity.threshold("id.age_over").unwrap();
        assert!(age >= 15, "{age}");
        assert!(matches!(residence.get("res.uk.valid_now"), Some(ClaimValue::Plain(_))));
    }
}
