//! Days of stay in the last 180 days, as Article 6(1) and (2) of Regulation (EU) 2016/399 counts them.
//!
//! ```text
//!        the 180 days up to and including the day
//!     |<-------------------------------------------->|
//!  [entry ... exit]        [entry ... exit]      [entry ...      both days of each stay count
//!      ^^^^^^^^^^^^        ^^^^^^^^^^^^^^^^      ^^^^^^^^^
//! ```
//!
//! The count is the person's own, over days that the person states; no border system is asked. Stays
//! under a residence permit or a long-stay visa do not count (Art. 6(2)) and are not stated.

use crate::schema::Date;

/// The days that are looked at, ending with the day itself.
pub const PERIOD_DAYS: u8 = 180;

/// The days of stay that are permitted in them.
pub const PERMITTED_DAYS: u8 = 90;

/// A stay that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stay {
    entry: Date,
    exit: Date,
}

impl Stay {
    /// From the day of entry to the day of exit; none when it ends before it begins.
    #[must_use]
    pub fn new(entry: Date, exit: Date) -> Option<Self> {
        (entry <= exit).then_some(Self { entry, exit })
    }

    /// The day of entry.
    #[must_use]
    pub const fn entry(self) -> Date {
        self.entry
    }

    /// The day of exit.
    #[must_use]
    pub const fn exit(self) -> Date {
        self.exit
    }
}

/// The days of stay in the 180 days that end with `day`, 0 to 180.
///
/// `open` is the day of entry of a stay that has not ended; it counts up to `day`. A day that belongs to
/// two stays counts once. What lies after `day` is not counted.
#[must_use]
pub fn days_used(stays: &[Stay], open: Option<Date>, day: Date) -> u8 {
    let last = day.days();
    let first = last - i64::from(PERIOD_DAYS) + 1;
    let closed = stays.iter().map(|stay| (stay.entry.days(), stay.exit.days()));
    let open = open.map(|entry| (entry.days(), last));
    let mut spans: Vec<(i64, i64)> =
        closed.chain(open).map(|(entry, exit)| (entry.max(first), exit.min(last))).collect();
    spans.sort_unstable();
    let mut used = 0;
    // The first day that is not counted yet.
    let mut next = first;
    for (entry, exit) in spans {
        let entry = entry.max(next);
        if entry <= exit {
            used += exit - entry + 1;
            next = exit + 1;
        }
    }
    // At most the length of the period, because no day is counted twice.
    u8::try_from(used).unwrap_or(PERIOD_DAYS)
}

#[cfg(test)]
mod tests {
    use super::{PERIOD_DAYS, PERMITTED_DAYS, Stay, days_used};
    use crate::schema::Date;
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn stay(entry: &str, exit: &str) -> Stay {
        Stay::new(day(entry), day(exit)).unwrap()
    }

    #[test]
    fn entry_and_exit_count() {
        let today = day("2026-11-23");
        assert_eq!(days_used(&[], None, today), 0);
        assert_eq!(days_used(&[stay("2026-11-01", "2026-11-01")], None, today), 1);
        assert_eq!(days_used(&[stay("2026-11-01", "2026-11-10")], None, today), 10);
        assert_eq!(days_used(&[], Some(today), today), 1);
        assert_eq!(days_used(&[], Some(day("2026-11-01")), today), 23);
    }

    #[test]
    fn the_period_has_180_days() {
        let today = day("2026-11-23");
        let first = today.plus_days(-179).unwrap();
        assert_eq!(first, day("2026-05-28"));
        assert_eq!(days_used(&[stay("2026-05-28", "2026-05-28")], None, today), 1);
        assert_eq!(days_used(&[stay("2026-05-27", "2026-05-27")], None, today), 0);
        assert_eq!(days_used(&[stay("2020-01-01", "2026-05-28")], None, today), 1);
        assert_eq!(days_used(&[stay("2020-01-01", "2030-01-01")], None, today), PERIOD_DAYS);
        assert_eq!(days_used(&[], Some(day("2020-01-01")), today), PERIOD_DAYS);
    }

    #[test]
    fn days_to_come_are_not_used() {
        let today = day("2026-11-23");
        assert_eq!(days_used(&[stay("2026-11-20", "2026-12-20")], None, today), 4);
        assert_eq!(days_used(&[stay("2026-12-01", "2026-12-20")], Some(day("2026-12-21")), today), 0);
    }

    /// Out in the morning and in again in the evening is one day.
    #[test]
    fn a_day_counts_once() {
        let today = day("2026-11-23");
        let stays = [stay("2026-11-05", "2026-11-09"), stay("2026-11-01", "2026-11-05")];
        assert_eq!(days_used(&stays, Some(day("2026-11-09")), today), 23);
        assert_eq!(days_used(&[stays[0], stays[0]], None, today), 5);
    }

    /// Three months from the first of January are more than 90 days in a leap year.
    #[test]
    fn leap_days_count() {
        assert_eq!(days_used(&[stay("2028-01-01", "2028-03-30")], None, day("2028-03-30")), PERMITTED_DAYS);
        assert_eq!(days_used(&[stay("2028-01-01", "2028-03-31")], None, day("2028-03-31")), 91);
        assert_eq!(days_used(&[stay("2027-01-01", "2027-03-31")], None, day("2027-03-31")), 90);
    }

    #[test]
    fn a_stay_does_not_end_before_it_begins() {
        assert_eq!(Stay::new(day("2026-11-02"), day("2026-11-01")), None);
        let stay = stay("2026-11-01", "2026-11-02");
        assert_eq!((stay.entry(), stay.exit()), (day("2026-11-01"), day("2026-11-02")));
    }

    fn stays() -> impl Strategy<Value = Vec<Stay>> {
        let stay = (20_000_i64..21_000, 0_i64..120).prop_map(|(entry, length)| {
            Stay::new(Date::from_days(entry).unwrap(), Date::from_days(entry + length).unwrap()).unwrap()
        });
        prop::collection::vec(stay, 0..8)
    }

    proptest! {
        #[test]
        fn as_counted_day_by_day(
            stays in stays(),
            open in prop::option::of(20_000_i64..21_000),
            day in 20_000_i64..21_200,
        ) {
            let is_stay = |one: &i64| {
                stays.iter().any(|stay| (stay.entry.days()..=stay.exit.days()).contains(one))
                    || open.is_some_and(|entry| entry <= *one)
            };
            let counted = (day - 179..=day).filter(is_stay).count();
            let open = open.and_then(Date::from_days);
            let used = days_used(&stays, open, Date::from_days(day).unwrap());
            prop_assert_eq!(usize::from(used), counted);
        }

        #[test]
        fn order_does_not_matter_and_more_is_never_less(stays in stays(), more in stays(), day in 20_000_i64..21_200) {
            let day = Date::from_days(day).unwrap();
            let used = days_used(&stays, None, day);
            let mut reversed = stays.clone();
            reversed.reverse();
            prop_assert_eq!(days_used(&reversed, None, day), used);
            let all = days_used(&[stays, more].concat(), None, day);
            prop_assert!(all >= used && all <= PERIOD_DAYS);
        }
    }
}
