//! Times and durations as files and reports write them: `2026-11-23T09:00:00Z`, `10m`, `3h`, `9d`.

use geleit_credential::schema::Date;
use geleit_credential::time::UnixTime;
use serde::{Deserialize, Serialize};

/// A time that is written in RFC 3339, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(pub UnixTime);

/// Not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no time: one such as 2026-11-23T09:00:00Z is required")]
pub struct NoInstant(String);

impl TryFrom<String> for Instant {
    type Error = NoInstant;

    fn try_from(text: String) -> Result<Self, NoInstant> {
        parse(&text).map(|seconds| Self(UnixTime(seconds))).ok_or(NoInstant(text))
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.0.to_string()
    }
}

fn parse(text: &str) -> Option<i64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.split(':').map(|part| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let fits = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    fits.then_some(Date::parse(day)?.days() * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// A span of time, in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub i64);

/// Not a span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no span of time: a whole number and s, m, h or d is required, such as 10m, 3h or -4m")]
pub struct NoSpan(String);

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl TryFrom<String> for Span {
    type Error = NoSpan;

    fn try_from(text: String) -> Result<Self, NoSpan> {
        let parsed = UNITS.iter().find_map(|(unit, seconds)| {
            let number: i64 = text.strip_suffix(*unit)?.parse().ok()?;
            number.checked_mul(*seconds)
        });
        parsed.map(Self).ok_or(NoSpan(text))
    }
}

impl From<Span> for String {
    fn from(Span(seconds): Span) -> Self {
        let whole = UNITS.into_iter().find(|(_, unit)| seconds % unit == 0 && seconds != 0);
        let (unit, length) = whole.unwrap_or(('s', 1));
        format!("{}{unit}", seconds / length)
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Span};

    #[test]
    fn times_are_read_as_written() {
        let text = "2026-11-23T09:00:00Z".to_owned();
        let instant = Instant::try_from(text.clone()).unwrap();
        assert_eq!((instant.0.0, String::from(instant)), (1_795_424_400, text));
        for text in ["2026-11-23", "2026-11-23T09:00:00", "2026-02-30T09:00:00Z", "2026-11-23T24:00:00Z"] {
            assert!(Instant::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_are_read_as_written() {
        for (text, seconds) in [("10m", 600), ("3h", 10_800), ("9d", 777_600), ("-4m", -240), ("0s", 0)] {
            let span = Span::try_from(text.to_owned()).unwrap();
            assert_eq!((span.0, String::from(span).as_str()), (seconds, text));
        }
        for text in ["", "m", "4", "4 m", "4w", "9223372036854775807d"] {
            assert!(Span::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
