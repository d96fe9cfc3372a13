//! What the log of a status service tells about checks.
//!
//! ```text
//! fetched long before, by everybody   nothing
//! fetched when somebody is checked    that this party checks somebody now
//! ... of a list of one credential     whom
//! ```
//!
//! The service sees who fetched which list when, and knows how many credentials share a list, since it publishes
//! them. It does not see the check. Patterns over weeks are not looked at.

use geleit_credential::time::UnixTime;

/// A fetch this close to a check is taken to be because of it, in seconds.
pub const WINDOW_S: i64 = 60;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Who fetched.
    pub by: String,
    /// The address of the list.
    pub list: String,
    /// How many credentials have a place in it.
    pub shared_by: u64,
    /// When.
    pub at: UnixTime,
}

/// A check, of which the service would like to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckTime {
    /// Who checked.
    pub by: String,
    /// The list in which the credential that was shown has its place.
    pub list: String,
    /// When.
    pub at: UnixTime,
}

/// What a log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// Nothing about any of the checks.
    Nothing,
    /// That a party checks somebody at this time.
    ThatSomebodyIsChecked,
    /// Who is checked.
    WhoIsChecked,
}

impl Told {
    /// Whether somebody learned of a check who is no party to it.
    #[must_use]
    pub const fn is_leak(self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

/// The most that the log tells about any of the checks.
#[must_use]
pub fn status_log_tells(log: &[Fetch], checks: &[CheckTime]) -> Told {
    let told = checks.iter().flat_map(|check| log.iter().map(move |fetch| tells(fetch, check)));
    told.max().unwrap_or(Told::Nothing)
}

fn tells(fetch: &Fetch, check: &CheckTime) -> Told {
    let apart = fetch.at.0.abs_diff(check.at.0);
    let is_because_of_it =
        fetch.by == check.by && fetch.list == check.list && apart <= WINDOW_S.unsigned_abs();
    match (is_because_of_it, fetch.shared_by) {
        (false, _) => Told::Nothing,
        (true, 0 | 1) => Told::WhoIsChecked,
        (true, _) => Told::ThatSomebodyIsChecked,
    }
}

#[cfg(test)]
mod tests {
    use super::{CheckTime, Fetch, Told, WINDOW_S, status_log_tells};
    use geleit_credential::time::UnixTime;

    const NOW: i64 = 1_795_424_400;

    fn fetch(by: &str, list: &str, shared_by: u64, at: i64) -> Fetch {
        Fetch { by: by.into(), list: list.into(), shared_by, at: UnixTime(at) }
    }

    fn check(by: &str, list: &str) -> CheckTime {
        CheckTime { by: by.into(), list: list.into(), at: UnixTime(NOW) }
    }

    #[test]
    fn a_fetch_at_the_check_tells_and_one_ahead_does_not() {
        let checks = [check("employer", "https://lists.example/1")];
        let log = |shared_by, at| [fetch("employer", "https://lists.example/1", shared_by, at)];
        assert_eq!(status_log_tells(&log(131_072, NOW - 3_600), &checks), Told::Nothing);
        assert_eq!(status_log_tells(&log(1, NOW - 3_600), &checks), Told::Nothing);
        assert_eq!(status_log_tells(&log(131_072, NOW), &checks), Told::ThatSomebodyIsChecked);
        assert_eq!(status_log_tells(&log(1, NOW - WINDOW_S), &checks), Told::WhoIsChecked);
        assert_eq!(status_log_tells(&log(1, NOW - WINDOW_S - 1), &checks), Told::Nothing);
        assert_eq!(status_log_tells(&log(1, NOW + WINDOW_S), &checks), Told::WhoIsChecked);
    }

    #[test]
    fn other_parties_and_lists_tell_nothing() {
        let checks = [check("employer", "https://lists.example/1")];
        let log = [
            fetch("landlord", "https://lists.example/1", 1, NOW),
            fetch("employer", "https://lists.example/2", 1, NOW),
        ];
        assert_eq!(status_log_tells(&log, &checks), Told::Nothing);
        assert_eq!(status_log_tells(&[], &checks), Told::Nothing);
        assert!(!Told::Nothing.is_leak() && Told::ThatSomebodyIsChecked.is_leak());
    }

    #[test]
    fn the_most_telling_line_counts() {
        let checks = [check("employer", "https://lists.example/1")];
        let log = [
            fetch("employer", "https://lists.example/1", 1, NOW - 5),
            fetch("employer", "https://lists.example/1", 131_072, NOW - 4),
        ];
        assert_eq!(status_log_tells(&log, &checks), Told::WhoIsChecked);
    }
}
