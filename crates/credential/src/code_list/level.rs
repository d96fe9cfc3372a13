//! Levels of education and language.
//!
//! - EQF (Council Recommendation of 22 May 2017) and DQR (2013): 1 to 8, equal numbers. Equal as scales: the
//!   DQR level of a German reference occupation and the EQF level of somebody's foreign award are two facts.
//! - CEFR (Council of Europe): A1 to C2, complete.
//! - CLB / NCLC (Canada): 1 to 12, complete. Not mapped to CEFR: the tables in use disagree.
//! - ISCED-F 2013 (UNESCO): the 11 broad fields; narrow and detailed fields are checked by prefix only.

/// The lowest and highest EQF level.
pub const EQF: core::ops::RangeInclusive<u8> = 1..=8;
/// The lowest and highest CLB / NCLC level.
pub const CLB: core::ops::RangeInclusive<u8> = 1..=12;
/// CEFR levels from low to high; A1 has rank 1.
pub const CEFR: &[&str] = &["A1", "A2", "B1", "B2", "C1", "C2"];
/// Broad fields of ISCED-F 2013.
pub const ISCED_BROAD: &[&str] = &["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"];

/// The rank of a CEFR level: A1 is 1, C2 is 6.
#[must_use]
pub fn cefr_rank(level: &str) -> Option<u8> {
    (1_u8..).zip(CEFR).find(|(_, name)| **name == level).map(|(rank, _)| rank)
}

/// The CEFR level with this rank.
#[must_use]
pub fn cefr_level(rank: u8) -> Option<&'static str> {
    CEFR.get(usize::from(rank).checked_sub(1)?).copied()
}

/// Whether `code` has four digits of which the first two are a broad field of ISCED-F 2013.
#[must_use]
pub fn is_isced_field(code: &str) -> bool {
    super::is_digits(code, 4..=4) && code.get(..2).is_some_and(|broad| ISCED_BROAD.contains(&broad))
}

#[cfg(test)]
mod tests {
    use super::{CEFR, cefr_level, cefr_rank, is_isced_field};

    #[test]
    fn cefr_ranks_are_inverse() {
        for (i, level) in CEFR.iter().enumerate() {
            assert_eq!(cefr_rank(level).map(usize::from), Some(i + 1));
            assert_eq!(cefr_level(cefr_rank(level).unwrap()), Some(*level));
        }
        assert_eq!((cefr_rank("b2"), cefr_level(0), cefr_level(7)), (None, None, None));
    }

    #[test]
    fn isced_fields() {
        assert!(is_isced_field("0913") && is_isced_field("1041"));
        assert!(["", "913", "1113", "09130", "09x3"].iter().all(|code| !is_isced_field(code)));
    }
}
