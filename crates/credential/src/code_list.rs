//! The closed and open lists of codes that claims are checked against (S-07).
//!
//! ```text
//! file              lists                                             complete?
//! country           ISO 3166-1 alpha-2 and alpha-3, ICAO Doc 9303     alpha-2/3 yes, ICAO see there
//! germany           Länder by ARS and NUTS-1                          yes (16)
//! isco              ISCO-08                                           major to minor yes, unit groups by prefix
//! kldb              KldB 2010                                         shape only
//! level             EQF/DQR, CEFR, CLB/NCLC, ISCED-F                  yes, ISCED-F by broad field
//! status            residence classes, title codes, UK permissions    classes yes, title codes open
//! ```
//!
//! A list says whether a code can exist. It never translates one list into another where the
//! relation is many-to-many (ISCO and KldB): the issuer states both.

pub mod country;
pub mod germany;
pub mod isco;
pub mod kldb;
pub mod level;
pub mod status;

/// A list of text codes that a claim value has to come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeList {
    /// Country: ISO 3166-1 alpha-2, and `XK`.
    Country,
    /// Nationality: as [`Self::Country`], and `QS` (stateless), `QU` (unknown).
    Nationality,
    /// Issuing state or organisation of a travel document: three letters, ICAO Doc 9303 part 3
    /// section 5 (`D` alone is Germany).
    IcaoState,
    /// Number of a travel document as in its machine-readable zone: 1 to 9 of `A-Z0-9`.
    DocumentNumber,
    /// ISCO-08 unit group, 4 digits.
    IscoUnit,
    /// ISCO-08 minor group, 3 digits.
    IscoMinor,
    /// ISCO-08 sub-major group, 2 digits.
    IscoSubMajor,
    /// KldB 2010 occupation, 5 digits.
    Kldb,
    /// KldB 2010 at any depth, 1 to 5 digits.
    KldbPrefix,
    /// ISCED-F 2013 detailed field, 4 digits.
    IscedF,
    /// URI of an ESCO occupation.
    EscoOccupation,
    /// URI of an ESCO skill.
    EscoSkill,
    /// UK Standard Occupational Classification 2020 unit group, 4 digits from 1 to 9.
    SocUk,
    /// Law and section, `PflBG:40`.
    LegalBasis,
    /// German residence title, `AufenthG:18a`.
    TitleCode,
    /// One of the 16 German Länder by the first two digits of its regional key.
    Land,
    /// German regional key (ARS): 2, 3, 5, 9 or 12 digits that begin with a Land.
    Ars,
}

impl CodeList {
    /// Whether `code` is in the list, or has the shape of the list where the list is open.
    #[must_use]
    pub fn contains(self, code: &str) -> bool {
        match self {
            Self::Country => country::is_country(code),
            Self::Nationality => country::is_nationality(code),
            Self::IcaoState => country::is_icao_state(code),
            Self::DocumentNumber => is_document_number(code),
            Self::IscoUnit => isco::is_unit(code),
            Self::IscoMinor => isco::is_minor(code),
            Self::IscoSubMajor => isco::is_sub_major(code),
            Self::Kldb => kldb::is_occupation(code),
            Self::KldbPrefix => kldb::is_prefix(code),
            Self::IscedF => level::is_isced_field(code),
            Self::EscoOccupation => is_esco(code, "occupation"),
            Self::EscoSkill => is_esco(code, "skill"),
            Self::SocUk => code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit() && b != b'0'),
            Self::LegalBasis => is_legal_basis(code),
            Self::TitleCode => status::is_title_code(code),
            Self::Land => germany::land(code).is_some(),
            Self::Ars => germany::is_ars(code),
        }
    }

    /// What an error says is required.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Country => "an ISO 3166-1 alpha-2 code",
            Self::Nationality => "an ISO 3166-1 alpha-2 code, QS or QU",
            Self::IcaoState => "a state code of ICAO Doc 9303 part 3",
            Self::DocumentNumber => "1 to 9 of A-Z and 0-9",
            Self::IscoUnit => "4 digits in an ISCO-08 minor group",
            Self::IscoMinor => "an ISCO-08 minor group",
            Self::IscoSubMajor => "an ISCO-08 sub-major group",
            Self::Kldb => "5 digits of KldB 2010, the last one 1 to 4",
            Self::KldbPrefix => "1 to 5 digits of KldB 2010",
            Self::IscedF => "4 digits in a broad field of ISCED-F 2013",
            Self::EscoOccupation => "an ESCO occupation URI",
            Self::EscoSkill => "an ESCO skill URI",
            Self::SocUk => "4 digits of SOC 2020",
            Self::LegalBasis => "<law>:<section>",
            Self::TitleCode => "<law>:<section> of a residence title",
            Self::Land => "the 2-digit regional key of a Land",
            Self::Ars => "a regional key of 2, 3, 5, 9 or 12 digits",
        }
    }
}

/// ICAO Doc 9303 part 4 section 4.2.2: the field has nine places; fillers are not part of a number.
fn is_document_number(code: &str) -> bool {
    (1..=9).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// `http://data.europa.eu/esco/<kind>/<uuid>`, as ESCO writes it: lower-case hexadecimal.
fn is_esco(uri: &str, kind: &str) -> bool {
    let uuid = uri
        .strip_prefix("http://data.europa.eu/esco/")
        .and_then(|rest| rest.strip_prefix(kind))
        .and_then(|rest| rest.strip_prefix('/'));
    uuid.is_some_and(|uuid| {
        uuid.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && uuid.bytes().all(|b| b == b'-' || matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Law: a capital letter, then letters, `-` or `/`. Section: `40`, `18a`, `18g(2)`.
fn is_legal_basis(code: &str) -> bool {
    code.split_once(':').is_some_and(|(law, norm)| is_law(law) && is_norm(norm))
}

fn is_law(law: &str) -> bool {
    law.chars().count() <= 30
        && law.starts_with(char::is_uppercase)
        && law.chars().all(|c| c.is_alphabetic() || c == '-' || c == '/')
}

/// A section with an optional letter, then subsections in parentheses, then `s<sentence>`.
fn is_norm(norm: &str) -> bool {
    let mut parts = norm.split('(');
    let section = parts.next().unwrap_or_default();
    let number = section.trim_end_matches(|c: char| c.is_ascii_lowercase());
    is_digits(number, 1..=4)
        && section.len() - number.len() <= 1
        && parts.all(|part| part.strip_suffix(')').is_some_and(is_subsection))
}

fn is_subsection(part: &str) -> bool {
    let number = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
    is_digits(number, 1..=2) && part.len() - number.len() <= 1
}

fn is_digits(text: &str, length: core::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::CodeList;

    fn check(list: CodeList, good: &[&str], bad: &[&str]) {
        for code in good {
            assert!(list.contains(code), "{list:?} should contain {code}");
        }
        for code in bad {
            assert!(!list.contains(code), "{list:?} should not contain {code}");
        }
    }

    #[test]
    fn legal_bases() {
        check(
            CodeList::LegalBasis,
            &["BQFG:4", "PflBG:40", "BÄO:3", "BQFG-NRW:9", "AufenthG:18g(2)", "HwO:50c"],
            &["", "BQFG", "BQFG:", ":4", "bqfg:4", "BQFG:4:5", "BQFG:ab", "BQFG:4(", "BQFG:4()", "BQFG:4ab"],
        );
    }

    #[test]
    fn document_numbers() {
        check(
            CodeList::DocumentNumber,
            &["L898902C3", "A1", "Y0A1B2C3D"],
            &["", "L898902C36", "l898902c3", "L8989<<C3", "Ü1"],
        );
    }

    #[test]
    fn esco_uris() {
        let good = "http://data.europa.eu/esco/occupation/0022f466-426c-41a4-ac96-a235c945cf97";
        check(CodeList::EscoOccupation, &[good], &["", "http://data.europa.eu/esco/occupation/", "x"]);
        assert!(!CodeList::EscoSkill.contains(good));
        assert!(!CodeList::EscoOccupation.contains(&good.to_uppercase()));
    }

    #[test]
    fn soc_2020() {
        check(CodeList::SocUk, &["2134", "6135"], &["", "213", "21345", "2034", "213a"]);
    }
}
