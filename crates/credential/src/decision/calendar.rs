//! Days that are known in part, and whole months later or earlier.

use crate::schema::{Date, Month, PartialDate};

/// The days that a date can be: one, unless only its month or year is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// Whether it is on or after another date, when that holds or does not hold for every day that both
    /// can be.
    pub(super) fn on_or_after(self, other: Self) -> Option<bool> {
        if self.first >= other.last {
            Some(true)
        } else if self.last < other.first {
            Some(false)
        } else {
            None
        }
    }

    /// Whole months later, earlier when negative.
    pub(super) fn plus_months(self, months: i32) -> Option<Self> {
        Some(Self { first: plus_months(self.first, months)?, last: plus_months(self.last, months)? })
    }
}

impl From<Date> for Days {
    fn from(day: Date) -> Self {
        Self { first: day, last: day }
    }
}

impl From<PartialDate> for Days {
    fn from(date: PartialDate) -> Self {
        Self { first: date.earliest(), last: date.latest() }
    }
}

/// The day `months` later (earlier when negative). Where the month has no such day it is the last day of
/// the month (sec. 188(3) BGB; the corresponding date rule in the United Kingdom).
pub(super) fn plus_months(day: Date, months: i32) -> Option<Date> {
    let from = i32::from(day.month().year()) * 12 + i32::from(day.month().number()) - 1;
    let to = from.checked_add(months)?;
    let month =
        Month::new(u16::try_from(to.div_euclid(12)).ok()?, u8::try_from(to.rem_euclid(12) + 1).ok()?)?;
    Date::new(month.year(), month.number(), day.day().min(month.days()))
}

#[cfg(test)]
mod tests {
    use super::{Days, plus_months};
    use crate::schema::{Date, PartialDate};
    use proptest::prelude::{prop_assert, proptest};

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn months_end_on_the_same_day_or_the_last_one() {
        for (from, months, to) in [
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2024-02-29", -12, "2023-02-28"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2028-01-31", 1, "2028-02-29"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-10-31", 1, "2026-11-30"),
            ("2026-11-23", 0, "2026-11-23"),
            ("2026-11-23", 2, "2027-01-23"),
            ("2026-01-23", -1, "2025-12-23"),
            ("2026-11-23", -24, "2024-11-23"),
            ("2026-12-31", 1_200, "2126-12-31"),
        ] {
            assert_eq!(plus_months(date(from), months), Some(date(to)), "{from} {months}");
        }
    }

    #[test]
    fn months_outside_the_calendar_are_none() {
        assert_eq!(plus_months(date("9999-12-01"), 1), None);
        assert_eq!(plus_months(date("0001-01-31"), -1), None);
        assert_eq!(plus_months(date("2026-01-31"), i32::MAX), None);
        assert_eq!(plus_months(date("2026-01-31"), i32::MIN), None);
    }

    #[test]
    fn a_date_that_is_known_in_part_stays_so() {
        let days = |text| Days::from(PartialDate::parse(text).unwrap());
        let later = days("2025-02").plus_months(12).unwrap();
        assert_eq!(later, Days { first: date("2026-02-01"), last: date("2026-02-28") });
        assert_eq!(later.on_or_after(date("2026-02-28").into()), None);
        assert_eq!(later.on_or_after(date("2026-02-01").into()), Some(true));
        assert_eq!(later.on_or_after(date("2026-03-01").into()), Some(false));
    }

    proptest! {
        /// Otherwise a date that is known in part could be on both sides of another one.
        #[test]
        fn later_days_stay_later(a in 0_i64..60_000, b in 0_i64..60_000, months in -1_200_i32..1_200) {
            let (a, b) = (a.min(b), a.max(b));
            let shift = |days| plus_months(Date::from_days(days).unwrap(), months);
            prop_assert!(shift(a).zip(shift(b)).is_none_or(|(a, b)| a <= b));
        }
    }
}
