//! `--now`: the time of a command, from its argument or from the system.
//!
//! The library has no clock; this is the only place that reads one.

use crate::failure::Failure;
use geleit_credential::time::UnixTime;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, or RFC 3339 with seconds and an offset.
pub(crate) fn parse(text: &str) -> Result<UnixTime, String> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(UnixTime(seconds));
    }
    let parsed = text.parse::<jiff::Timestamp>();
    parsed
        .map(|timestamp| UnixTime(timestamp.as_second()))
        .map_err(|_| "seconds since 1970 or a time such as 2026-11-23T09:00:00Z is required".to_owned())
}

/// The time of the system.
pub(crate) fn system() -> Result<UnixTime, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
    seconds.map(UnixTime).ok_or_else(|| {
        Failure::usage("the clock of this system is before 1970").hint("set the clock, or give --now")
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn seconds_and_rfc_3339() {
        let seconds = |text| parse(text).map(|time| time.0);
        assert_eq!(seconds("1795424400"), Ok(1_795_424_400));
        assert_eq!(seconds("2026-11-23T09:00:00Z"), Ok(1_795_424_400));
        assert_eq!(seconds("2026-11-23T10:00:00+01:00"), Ok(1_795_424_400));
        for wrong in ["2026-11-23", "now", "", "2026-02-30T00:00:00Z", "2026-11-23T09:00:00"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
