//! KldB 2010, the German classification of occupations (Federal Employment Agency, revised 2020).
//!
//! Shape only: five digits of which the last is the requirement level 1 to 4. The 1,300 occupations and the
//! crosswalk to ISCO-08 are not included; 0 to 9 are all used as first digit (occupational area).

/// Requirement level, the fifth digit of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequirementLevel {
    /// 1, Helfer: unskilled or semi-skilled.
    Helper,
    /// 2, Fachkraft: skilled.
    Skilled,
    /// 3, Spezialist: complex.
    Specialist,
    /// 4, Experte: highly complex.
    Expert,
}

/// Whether `code` has the shape of an occupation.
#[must_use]
pub fn is_occupation(code: &str) -> bool {
    super::is_digits(code, 5..=5) && requirement_level(code).is_some()
}

/// Whether `code` has the shape of an occupation or of a group above one.
#[must_use]
pub fn is_prefix(code: &str) -> bool {
    if code.len() == 5 { is_occupation(code) } else { super::is_digits(code, 1..=4) }
}

/// The requirement level of an occupation.
#[must_use]
pub fn requirement_level(code: &str) -> Option<RequirementLevel> {
    match code.as_bytes() {
        [_, _, _, _, b'1'] => Some(RequirementLevel::Helper),
        [_, _, _, _, b'2'] => Some(RequirementLevel::Skilled),
        [_, _, _, _, b'3'] => Some(RequirementLevel::Specialist),
        [_, _, _, _, b'4'] => Some(RequirementLevel::Expert),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{RequirementLevel, is_occupation, is_prefix, requirement_level};

    #[test]
    fn shape() {
        let known = [
            "81302", "81313", "81404", "81713", "82102", "26212", "26222", "43412", "43414", "29302",
            "31114", "32112", "84114", "27104", "34212", "83112", "83124", "01104",
        ];
        assert!(known.iter().all(|code| is_occupation(code) && is_prefix(code) && is_prefix(&code[..3])));
        assert!(["", "8130", "81300", "81305", "813022", "8130x"].iter().all(|code| !is_occupation(code)));
        assert!(["", "81300", "813022", "8x"].iter().all(|code| !is_prefix(code)));
        assert_eq!(requirement_level("43414"), Some(RequirementLevel::Expert));
    }
}
