//! Calendar days and months as values and as text (S-04 to S-06), in the proleptic Gregorian calendar.
//!
//! ```text
//! Date         2026-11-23
//! Month        2026-11
//! PartialDate  1993 | 1993-04 | 1993-04-17     what is unknown is left out
//! ```
//!
//! There is no clock, no time of day and no time zone in here: "today" is always an argument.

use core::fmt;

/// Seconds of a day without leap seconds, as POSIX counts.
const DAY_SECONDS: i64 = 86_400;
/// Days of 400 Gregorian years.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_SHIFT: i64 = 719_468;

/// A calendar day of the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, when the calendar has it.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        match Month::new(year, month) {
            Some(m) if day >= 1 && day <= m.days() => Some(Self { year, month, day }),
            _ => None,
        }
    }

    /// Reads `YYYY-MM-DD`: ten characters, and a day that exists.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [a, b, c, d, b'-', e, f, b'-', g, h] = *text.as_bytes() else { return None };
        Self::new(four_digits([a, b, c, d])?, two_digits([e, f])?, two_digits([g, h])?)
    }

    /// The day that is `days` after 1970-01-01 (before it when negative).
    #[must_use]
    pub fn from_days(days: i64) -> Option<Self> {
        // Years that begin in March put the leap day last, so that one formula serves all months.
        let shifted = days.checked_add(EPOCH_SHIFT)?;
        let era = shifted.div_euclid(ERA_DAYS);
        let day_of_era = shifted.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era.checked_mul(400)? + year_of_era + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The day in UTC that contains `seconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Self::from_days(seconds.div_euclid(DAY_SECONDS))
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march_month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * ERA_DAYS + day_of_era - EPOCH_SHIFT
    }

    /// The day `days` later (earlier when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        Self::from_days(self.days().checked_add(days)?)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month that contains the day.
    #[must_use]
    pub const fn month(self) -> Month {
        Month { year: self.year, month: self.month }
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Completed years from this day to `today`, 0 when `today` is earlier.
    ///
    /// Who was born on 29 February completes a year on 1 March (sec. 188(2) BGB; the same in the
    /// United Kingdom).
    #[must_use]
    pub fn completed_years(self, today: Self) -> u16 {
        let before_birthday = (today.month, today.day) < (self.month, self.day);
        today.year.saturating_sub(self.year).saturating_sub(u16::from(before_birthday))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A calendar month of the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// The month, when the calendar has it.
    #[must_use]
    pub const fn new(year: u16, month: u8) -> Option<Self> {
        if year >= 1 && year <= 9_999 && month >= 1 && month <= 12 {
            Some(Self { year, month })
        } else {
            None
        }
    }

    /// Reads `YYYY-MM`: seven characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [a, b, c, d, b'-', e, f] = *text.as_bytes() else { return None };
        Self::new(four_digits([a, b, c, d])?, two_digits([e, f])?)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The number of the month, 1 to 12.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.month
    }

    /// The number of its days.
    #[must_use]
    pub const fn days(self) -> u8 {
        match self.month {
            2 if self.year.is_multiple_of(4)
                && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400)) =>
            {
                29
            }
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> Date {
        Date { year: self.year, month: self.month, day: 1 }
    }

    /// Its last day.
    #[must_use]
    pub const fn last_day(self) -> Date {
        Date { year: self.year, month: self.month, day: self.days() }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A date of which the day, or the day and the month, may be unknown.
///
/// Many civil registers know the year only. A missing part stays missing: it never becomes
/// 1 January, because that would be a false statement and in some countries a mark of origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    first: Date,
    known: Known,
}

/// How much of a [`PartialDate`] is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Known {
    Year,
    Month,
    Day,
}

impl PartialDate {
    /// A date of which only the year is known, 1 to 9999.
    #[must_use]
    pub const fn from_year(year: u16) -> Option<Self> {
        match Date::new(year, 1, 1) {
            Some(first) => Some(Self { first, known: Known::Year }),
            None => None,
        }
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match *text.as_bytes() {
            [a, b, c, d] => four_digits([a, b, c, d]).and_then(Self::from_year),
            [_, _, _, _, _, _, _] => Month::parse(text).map(Self::from),
            _ => Date::parse(text).map(Self::from),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.first.year
    }

    /// The first day that it can be.
    #[must_use]
    pub const fn earliest(self) -> Date {
        self.first
    }

    /// The last day that it can be.
    #[must_use]
    pub const fn latest(self) -> Date {
        match self.known {
            Known::Year => Date { month: 12, day: 31, ..self.first },
            Known::Month => self.first.month().last_day(),
            Known::Day => self.first,
        }
    }
}

impl From<Month> for PartialDate {
    fn from(month: Month) -> Self {
        Self { first: month.first_day(), known: Known::Month }
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date, known: Known::Day }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known {
            Known::Year => write!(f, "{:04}", self.first.year),
            Known::Month => self.first.month().fmt(f),
            Known::Day => self.first.fmt(f),
        }
    }
}

fn two_digits([tens, ones]: [u8; 2]) -> Option<u8> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn four_digits([a, b, c, d]: [u8; 4]) -> Option<u16> {
    Some(u16::from(two_digits([a, b])?) * 100 + u16::from(two_digits([c, d])?))
}

/// An ASCII digit and nothing else: `parse` would take a sign, too.
fn digit(character: u8) -> Option<u8> {
    character.checked_sub(b'0').filter(|digit| *digit <= 9)
}

/// The end of a permission, said outright. There is no default, and no way from a date that could not be
/// read to "no end".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It holds until the end of this day.
    Day(Date),
    /// It has no end.
    Never,
}

impl End {
    /// The last day, when there is one.
    #[must_use]
    pub const fn last_day(self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(date),
            Self::Never => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Month, PartialDate};

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-719_162..2_932_897).step_by(97) {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date.days(), days);
            assert_eq!(Date::parse(&date.to_string()), Some(date));
        }
        assert_eq!(date("0001-01-01").days(), -719_162);
        assert_eq!(date("9999-12-31").days(), 2_932_896);
        assert_eq!(Date::from_days(-719_163), None);
        assert_eq!(Date::from_days(2_932_897), None);
        assert_eq!(Date::from_days(i64::MAX), None);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut day = date("1999-12-31");
        for _ in 0..1_600 {
            let next = day.plus_days(1).unwrap();
            assert!(next > day && next.days() == day.days() + 1);
            day = next;
        }
    }

    #[test]
    fn seconds_become_utc_days() {
        assert_eq!(Date::from_unix(1_795_424_400), Some(date("2026-11-23")));
        assert_eq!(Date::from_unix(0), Some(date("1970-01-01")));
        assert_eq!(Date::from_unix(-1), Some(date("1969-12-31")));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30",
            "2025-02-29",
            "1900-02-29",
            "2026-13",
            "2026-13-01",
            "2026-00-10",
            "2026-04-00",
            "26-1-1",
            "2026-1-1",
            "+026-01-01",
            "2026-01-+1",
            "2026/01/01",
            "0000-01-01",
            "2026-01-011",
            "2026-01",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("2024-02-29").is_some() && Date::parse("2000-02-29").is_some());
        assert!(["2026-13", "2026-00", "2026-1", "2026", ""].iter().all(|t| Month::parse(t).is_none()));
    }

    #[test]
    fn unknown_parts_stay_unknown() {
        for text in ["1993", "1993-04", "1993-04-17"] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
        let year = PartialDate::parse("1993").unwrap();
        assert_ne!(year, PartialDate::parse("1993-01-01").unwrap());
        assert_eq!(year.earliest(), date("1993-01-01"));
        assert_eq!(year.latest(), date("1993-12-31"));
        assert_eq!(PartialDate::parse("2024-02").unwrap().latest(), date("2024-02-29"));
        assert!(
            ["0000", "19930", "1993-4", "93", "1993-04-31"].iter().all(|t| PartialDate::parse(t).is_none())
        );
    }

    #[test]
    fn years_are_completed_on_the_birthday() {
        let birth = date("1993-04-17");
        assert_eq!(birth.completed_years(date("2026-04-16")), 32);
        assert_eq!(birth.completed_years(date("2026-04-17")), 33);
        assert_eq!(birth.completed_years(date("1990-01-01")), 0);
        let leap = date("2008-02-29");
        assert_eq!(leap.completed_years(date("2026-02-28")), 17);
        assert_eq!(leap.completed_years(date("2026-03-01")), 18);
    }
}
