//! Seconds since 1970 as an argument, shown as RFC 3339. There is no clock in this crate.

use core::fmt;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted (RFC 8392 `NumericDate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

/// How far the clocks of two parties may be apart, in seconds (D-69).
pub const MAX_CLOCK_SKEW_S: i64 = 300;

impl UnixTime {
    /// Later by `seconds` (or earlier, when negative).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Later by so many days of 24 hours: the first moment after a period of keeping that begins now.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.plus(i64::from(days).saturating_mul(86_400))
    }

    /// Seconds from `earlier` to `self`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Rounded down to a whole multiple of `seconds`.
    #[must_use]
    pub const fn rounded_down(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(seconds)))
    }

    /// Days since 1970-01-01 in UTC.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0.div_euclid(86_400)
    }
}

impl fmt::Display for UnixTime {
    /// RFC 3339 in UTC, such as `2026-11-23T09:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.days(), self.0.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Proleptic Gregorian date of a day number; years that start in March make leap days come last.
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::UnixTime;

    #[test]
    fn shows_rfc_3339() {
        let shown = |seconds| UnixTime(seconds).to_string();
        assert_eq!(shown(0), "1970-01-01T00:00:00Z");
        assert_eq!(shown(1_795_424_400), "2026-11-23T09:00:00Z");
        assert_eq!(shown(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(shown(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(shown(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn rounds_down_before_1970_too() {
        assert_eq!(UnixTime(-1).rounded_down(3_600), UnixTime(-3_600));
        assert_eq!(UnixTime(7_300).rounded_down(3_600), UnixTime(7_200));
    }
}
