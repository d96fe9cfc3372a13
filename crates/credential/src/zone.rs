//! Time zones as far as calendar days need them: which day it is at an instant.
//!
//! ```text
//! zone              standard   summer   from            to
//! UTC               +00:00     -
//! Europe/London     +00:00     +01:00   last Sunday     last Sunday
//! Europe/Berlin     +01:00     +02:00   of March,       of October,
//! Europe/Tallinn    +02:00     +03:00   01:00 UTC       01:00 UTC
//! ```
//!
//! Summer time is that of Directive 2000/84/EC, Articles 2 and 3, and of the Summer Time Order 2002
//! (S.I. 2002/262), which have the same instants. They are applied to every year, also to those before
//! 2002 in which other rules held: decisions are of today, and a decision that is repeated later is
//! repeated by the same rule.

use crate::schema::{Date, Month};
use crate::time::UnixTime;
use serde::Deserialize;

/// Seconds of an hour.
const HOUR_S: i64 = 3_600;
/// Seconds of a day without leap seconds, as POSIX counts.
const DAY_S: i64 = 86_400;
/// 1970-01-01 was a Thursday, the fourth day after a Sunday.
const EPOCH_WEEKDAY: i64 = 4;
const MARCH: u8 = 3;
const OCTOBER: u8 = 10;

/// In whose days dates are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub enum Zone {
    /// Coordinated universal time.
    #[serde(rename = "UTC")]
    Utc,
    /// The United Kingdom.
    #[serde(rename = "Europe/London")]
    London,
    /// Germany; also for checks in the whole Union.
    #[serde(rename = "Europe/Berlin")]
    Berlin,
    /// Estonia.
    #[serde(rename = "Europe/Tallinn")]
    Tallinn,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 4] = [Self::Utc, Self::London, Self::Berlin, Self::Tallinn];

    /// The name in the time zone database of IANA.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::London => "Europe/London",
            Self::Berlin => "Europe/Berlin",
            Self::Tallinn => "Europe/Tallinn",
        }
    }

    /// The day in this zone that contains an instant; none outside the years 0001 to 9999.
    #[must_use]
    pub fn date(self, at: UnixTime) -> Option<Date> {
        Date::from_unix(at.0.checked_add(self.offset_s(at)?)?)
    }

    /// Seconds by which clocks in this zone are ahead of UTC at an instant; none outside the years 0001
    /// to 9999.
    #[must_use]
    pub fn offset_s(self, at: UnixTime) -> Option<i64> {
        let standard = match self {
            Self::Utc => return Some(0),
            Self::London => 0,
            Self::Berlin => HOUR_S,
            Self::Tallinn => 2 * HOUR_S,
        };
        Some(if is_summer(at)? { standard + HOUR_S } else { standard })
    }
}

/// Whether it is summer time. No change-over is near the turn of a year, so that the year in UTC is the
/// year in each zone.
fn is_summer(at: UnixTime) -> Option<bool> {
    let year = Date::from_unix(at.0)?.year();
    let (from, to) = (change_over(year, MARCH)?, change_over(year, OCTOBER)?);
    Some((from..to).contains(&at.0))
}

/// 01:00 UTC of the last Sunday of a month.
fn change_over(year: u16, month: u8) -> Option<i64> {
    let last_day = Month::new(year, month)?.last_day().days();
    let after_sunday = (last_day + EPOCH_WEEKDAY).rem_euclid(7);
    Some((last_day - after_sunday) * DAY_S + HOUR_S)
}

#[cfg(test)]
mod tests {
    use super::{DAY_S, HOUR_S, Zone, change_over};
    use crate::schema::Date;
    use crate::time::UnixTime;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// `time` as hours, minutes and seconds in UTC.
    fn at(day: &str, (hours, minutes, seconds): (i64, i64, i64)) -> UnixTime {
        UnixTime(date(day).days() * DAY_S + hours * HOUR_S + minutes * 60 + seconds)
    }

    #[test]
    fn change_overs_are_on_the_last_sundays() {
        for (year, march, october) in [
            (2024, "2024-03-31", "2024-10-27"),
            (2025, "2025-03-30", "2025-10-26"),
            (2026, "2026-03-29", "2026-10-25"),
            (2027, "2027-03-28", "2027-10-31"),
            (2028, "2028-03-26", "2028-10-29"),
            (2029, "2029-03-25", "2029-10-28"),
            (2030, "2030-03-31", "2030-10-27"),
            (2032, "2032-03-28", "2032-10-31"),
        ] {
            assert_eq!(change_over(year, 3), Some(at(march, (1, 0, 0)).0), "{year}");
            assert_eq!(change_over(year, 10), Some(at(october, (1, 0, 0)).0), "{year}");
        }
    }

    #[test]
    fn offsets_change_at_one_o_clock_utc() {
        let offsets = |at| Zone::ALL.map(|zone| zone.offset_s(at).unwrap() / HOUR_S);
        assert_eq!(offsets(at("2026-03-29", (0, 59, 59))), [0, 0, 1, 2]);
        assert_eq!(offsets(at("2026-03-29", (1, 0, 0))), [0, 1, 2, 3]);
        assert_eq!(offsets(at("2026-10-25", (0, 59, 59))), [0, 1, 2, 3]);
        assert_eq!(offsets(at("2026-10-25", (1, 0, 0))), [0, 0, 1, 2]);
        assert_eq!(offsets(at("2026-01-01", (0, 0, 0))), [0, 0, 1, 2]);
        assert_eq!(offsets(at("2026-12-31", (23, 59, 59))), [0, 0, 1, 2]);
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let days = |at| Zone::ALL.map(|zone| zone.date(at).unwrap().to_string());
        // Winter: one and two hours before midnight UTC.
        assert_eq!(days(at("2026-11-23", (21, 59, 59))), ["2026-11-23"; 4]);
        assert_eq!(
            days(at("2026-11-23", (22, 0, 0))),
            ["2026-11-23", "2026-11-23", "2026-11-23", "2026-11-24"]
        );
        assert_eq!(
            days(at("2026-11-23", (23, 0, 0))),
            ["2026-11-23", "2026-11-23", "2026-11-24", "2026-11-24"]
        );
        // Summer.
        assert_eq!(
            days(at("2026-07-01", (21, 0, 0))),
            ["2026-07-01", "2026-07-01", "2026-07-01", "2026-07-02"]
        );
        assert_eq!(
            days(at("2026-07-01", (23, 0, 0))),
            ["2026-07-01", "2026-07-02", "2026-07-02", "2026-07-02"]
        );
    }

    /// The day of the change-over has 23 or 25 hours; the days around it begin on time.
    #[test]
    fn the_days_of_the_change_over() {
        let berlin = |at| Zone::Berlin.date(at).unwrap().to_string();
        assert_eq!(berlin(at("2026-03-28", (22, 59, 59))), "2026-03-28");
        assert_eq!(berlin(at("2026-03-28", (23, 0, 0))), "2026-03-29");
        assert_eq!(berlin(at("2026-03-29", (21, 59, 59))), "2026-03-29");
        assert_eq!(berlin(at("2026-03-29", (22, 0, 0))), "2026-03-30");
        assert_eq!(berlin(at("2026-10-24", (22, 0, 0))), "2026-10-25");
        assert_eq!(berlin(at("2026-10-25", (22, 59, 59))), "2026-10-25");
        assert_eq!(berlin(at("2026-10-25", (23, 0, 0))), "2026-10-26");
        let london = |at| Zone::London.date(at).unwrap().to_string();
        assert_eq!(london(at("2026-03-28", (23, 59, 59))), "2026-03-28");
        assert_eq!(london(at("2026-03-29", (22, 59, 59))), "2026-03-29");
        assert_eq!(london(at("2026-03-29", (23, 0, 0))), "2026-03-30");
        assert_eq!(london(at("2026-10-25", (23, 0, 0))), "2026-10-25");
        assert_eq!(london(at("2026-10-26", (0, 0, 0))), "2026-10-26");
        let tallinn = |at| Zone::Tallinn.date(at).unwrap().to_string();
        assert_eq!(tallinn(at("2026-03-29", (20, 59, 59))), "2026-03-29");
        assert_eq!(tallinn(at("2026-03-29", (21, 0, 0))), "2026-03-30");
        assert_eq!(tallinn(at("2026-10-25", (21, 59, 59))), "2026-10-25");
        assert_eq!(tallinn(at("2026-10-25", (22, 0, 0))), "2026-10-26");
    }

    #[test]
    fn leap_days_and_turns_of_the_year() {
        let berlin = |at| Zone::Berlin.date(at).unwrap().to_string();
        assert_eq!(berlin(at("2028-02-28", (23, 0, 0))), "2028-02-29");
        assert_eq!(berlin(at("2028-02-29", (22, 59, 59))), "2028-02-29");
        assert_eq!(berlin(at("2028-02-29", (23, 0, 0))), "2028-03-01");
        assert_eq!(berlin(at("2027-02-28", (23, 0, 0))), "2027-03-01");
        assert_eq!(berlin(at("2026-12-31", (23, 0, 0))), "2027-01-01");
    }

    #[test]
    fn names() {
        for zone in Zone::ALL {
            let text = format!("zone = \"{}\"", zone.name());
            let read: std::collections::BTreeMap<String, Zone> = toml::from_str(&text).unwrap();
            assert_eq!(read["zone"], zone);
        }
    }

    #[test]
    fn instants_outside_the_calendar_have_no_day() {
        for zone in Zone::ALL {
            assert_eq!(zone.date(UnixTime(i64::MAX)), None);
            assert_eq!(zone.date(UnixTime(i64::MIN)), None);
        }
    }

    proptest! {
        #[test]
        fn a_day_has_23_to_25_hours(day in 10_000_i64..40_000) {
            for zone in Zone::ALL {
                let noon = UnixTime(day * DAY_S + 12 * HOUR_S);
                let today = zone.date(noon).unwrap();
                prop_assert_eq!(today.days(), day);
                let hours = (-18_i64..60).filter(|hour| zone.date(noon.plus(hour * HOUR_S)) == Some(today)).count();
                prop_assert!((23..=25).contains(&hours), "{}", hours);
            }
        }

        #[test]
        fn days_never_go_back(second in 900_000_000_i64..4_000_000_000, later in 0_i64..200_000) {
            for zone in Zone::ALL {
                prop_assert!(zone.date(UnixTime(second)) <= zone.date(UnixTime(second + later)));
            }
        }
    }
}
