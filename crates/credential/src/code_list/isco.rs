//! ISCO-08, the International Standard Classification of Occupations (ILO, 2008).
//!
//! Complete as codes: 10 major, 43 sub-major, 130 minor and 436 unit groups. Titles: major groups only, and
//! the unit groups of [`UNITS`], which samples and tests use. A code is accepted as a unit group when its
//! minor group exists, because national versions add their own.

/// A major group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MajorGroup {
    /// One digit.
    pub code: &'static str,
    /// English title.
    pub title: &'static str,
    /// Its minor groups, 3 digits.
    pub minor: &'static [&'static str],
}

/// The ten major groups with their minor groups.
pub const MAJOR: &[MajorGroup] = &[
    MajorGroup { code: "0", title: "Armed forces occupations", minor: &["011", "021", "031"] },
    MajorGroup {
        code: "1",
        title: "Managers",
        minor: &["111", "112", "121", "122", "131", "132", "133", "134", "141", "142", "143"],
    },
    MajorGroup {
        code: "2",
        title: "Professionals",
        minor: &[
            "211", "212", "213", "214", "215", "216", "221", "222", "223", "224", "225", "226", "231", "232",
            "233", "234", "235", "241", "242", "243", "251", "252", "261", "262", "263", "264", "265",
        ],
    },
    MajorGroup {
        code: "3",
        title: "Technicians and associate professionals",
        minor: &[
            "311", "312", "313", "314", "315", "321", "322", "323", "324", "325", "331", "332", "333", "334",
            "335", "341", "342", "343", "351", "352",
        ],
    },
    MajorGroup {
        code: "4",
        title: "Clerical support workers",
        minor: &["411", "412", "413", "421", "422", "431", "432", "441"],
    },
    MajorGroup {
        code: "5",
        title: "Service and sales workers",
        minor: &["511", "512", "513", "514", "515", "516", "521", "522", "523", "524", "531", "532", "541"],
    },
    MajorGroup {
        code: "6",
        title: "Skilled agricultural, forestry and fishery workers",
        minor: &["611", "612", "613", "621", "622", "631", "632", "633", "634"],
    },
    MajorGroup {
        code: "7",
        title: "Craft and related trades workers",
        minor: &[
            "711", "712", "713", "721", "722", "723", "731", "732", "741", "742", "751", "752", "753", "754",
        ],
    },
    MajorGroup {
        code: "8",
        title: "Plant and machine operators, and assemblers",
        minor: &[
            "811", "812", "813", "814", "815", "816", "817", "818", "821", "831", "832", "833", "834", "835",
        ],
    },
    MajorGroup {
        code: "9",
        title: "Elementary occupations",
        minor: &["911", "912", "921", "931", "932", "933", "941", "951", "952", "961", "962"],
    },
];

/// The last digits of the unit groups in each minor group. Complete: 436 unit groups.
const UNIT_DIGITS: &[(&str, &str)] = &[
    ("011", "0"),
    ("021", "0"),
    ("031", "0"),
    ("111", "1234"),
    ("112", "0"),
    ("121", "1239"),
    ("122", "123"),
    ("131", "12"),
    ("132", "1234"),
    ("133", "0"),
    ("134", "1234569"),
    ("141", "12"),
    ("142", "0"),
    ("143", "19"),
    ("211", "1234"),
    ("212", "0"),
    ("213", "123"),
    ("214", "1234569"),
    ("215", "123"),
    ("216", "123456"),
    ("221", "12"),
    ("222", "12"),
    ("223", "0"),
    ("224", "0"),
    ("225", "0"),
    ("226", "12345679"),
    ("231", "0"),
    ("232", "0"),
    ("233", "0"),
    ("234", "12"),
    ("235", "1234569"),
    ("241", "123"),
    ("242", "1234"),
    ("243", "1234"),
    ("251", "12349"),
    ("252", "1239"),
    ("261", "129"),
    ("262", "12"),
    ("263", "123456"),
    ("264", "123"),
    ("265", "1234569"),
    ("311", "123456789"),
    ("312", "123"),
    ("313", "123459"),
    ("314", "123"),
    ("315", "12345"),
    ("321", "1234"),
    ("322", "12"),
    ("323", "0"),
    ("324", "0"),
    ("325", "123456789"),
    ("331", "12345"),
    ("332", "1234"),
    ("333", "12349"),
    ("334", "1234"),
    ("335", "123459"),
    ("341", "123"),
    ("342", "123"),
    ("343", "12345"),
    ("351", "1234"),
    ("352", "12"),
    ("411", "0"),
    ("412", "0"),
    ("413", "12"),
    ("421", "1234"),
    ("422", "12345679"),
    ("431", "123"),
    ("432", "123"),
    ("441", "1234569"),
    ("511", "123"),
    ("512", "0"),
    ("513", "12"),
    ("514", "12"),
    ("515", "123"),
    ("516", "123459"),
    ("521", "12"),
    ("522", "123"),
    ("523", "0"),
    ("524", "1234569"),
    ("531", "12"),
    ("532", "129"),
    ("541", "12349"),
    ("611", "1234"),
    ("612", "1239"),
    ("613", "0"),
    ("621", "0"),
    ("622", "1234"),
    ("631", "0"),
    ("632", "0"),
    ("633", "0"),
    ("634", "0"),
    ("711", "123459"),
    ("712", "1234567"),
    ("713", "123"),
    ("721", "12345"),
    ("722", "1234"),
    ("723", "1234"),
    ("731", "123456789"),
    ("732", "123"),
    ("741", "123"),
    ("742", "12"),
    ("751", "123456"),
    ("752", "123"),
    ("753", "123456"),
    ("754", "12349"),
    ("811", "1234"),
    ("812", "12"),
    ("813", "12"),
    ("814", "123"),
    ("815", "12345679"),
    ("816", "0"),
    ("817", "12"),
    ("818", "1239"),
    ("821", "129"),
    ("831", "12"),
    ("832", "12"),
    ("833", "12"),
    ("834", "1234"),
    ("835", "0"),
    ("911", "12"),
    ("912", "1239"),
    ("921", "123456"),
    ("931", "123"),
    ("932", "19"),
    ("933", "1234"),
    ("941", "12"),
    ("951", "0"),
    ("952", "0"),
    ("961", "123"),
    ("962", "12349"),
];

/// Unit groups that samples and tests use, with English titles. Not complete.
pub const UNITS: &[(&str, &str)] = &[
    ("1212", "Human resource managers"),
    ("1219", "Business services and administration managers not elsewhere classified"),
    ("1221", "Sales and marketing managers"),
    ("1323", "Construction managers"),
    ("1330", "Information and communications technology services managers"),
    ("1342", "Health services managers"),
    ("1412", "Restaurant managers"),
    ("2113", "Chemists"),
    ("2131", "Biologists, botanists, zoologists and related professionals"),
    ("2141", "Industrial and production engineers"),
    ("2142", "Civil engineers"),
    ("2144", "Mechanical engineers"),
    ("2149", "Engineering professionals not elsewhere classified"),
    ("2151", "Electrical engineers"),
    ("2161", "Building architects"),
    ("2211", "Generalist medical practitioners"),
    ("2212", "Specialist medical practitioners"),
    ("2221", "Nursing professionals"),
    ("2222", "Midwifery professionals"),
    ("2261", "Dentists"),
    ("2262", "Pharmacists"),
    ("2264", "Physiotherapists"),
    ("2310", "University and higher education teachers"),
    ("2320", "Vocational education teachers"),
    ("2330", "Secondary education teachers"),
    ("2341", "Primary school teachers"),
    ("2342", "Early childhood educators"),
    ("2411", "Accountants"),
    ("2511", "Systems analysts"),
    ("2512", "Software developers"),
    ("2513", "Web and multimedia developers"),
    ("2514", "Applications programmers"),
    ("2521", "Database designers and administrators"),
    ("2635", "Social work and counselling professionals"),
    ("2643", "Translators, interpreters and other linguists"),
    ("3112", "Civil engineering technicians"),
    ("3113", "Electrical engineering technicians"),
    ("3115", "Mechanical engineering technicians"),
    ("3212", "Medical and pathology laboratory technicians"),
    ("3213", "Pharmaceutical technicians and assistants"),
    ("3221", "Nursing associate professionals"),
    ("3412", "Social work associate professionals"),
    ("3512", "Information and communications technology user support technicians"),
    ("4110", "General office clerks"),
    ("4321", "Stock clerks"),
    ("5120", "Cooks"),
    ("5131", "Waiters"),
    ("5141", "Hairdressers"),
    ("5223", "Shop sales assistants"),
    ("5311", "Child care workers"),
    ("5321", "Health care assistants"),
    ("5322", "Home-based personal care workers"),
    ("6111", "Field crop and vegetable growers"),
    ("7112", "Bricklayers and related workers"),
    ("7114", "Concrete placers, concrete finishers and related workers"),
    ("7115", "Carpenters and joiners"),
    ("7126", "Plumbers and pipe fitters"),
    ("7212", "Welders and flame cutters"),
    ("7231", "Motor vehicle mechanics and repairers"),
    ("7411", "Building and related electricians"),
    ("7412", "Electrical mechanics and fitters"),
    ("7512", "Bakers, pastry-cooks and confectionery makers"),
    ("8322", "Car, taxi and van drivers"),
    ("8332", "Heavy truck and lorry drivers"),
    ("9112", "Cleaners and helpers in offices, hotels and other establishments"),
    ("9211", "Crop farm labourers"),
    ("9313", "Building construction labourers"),
    ("9412", "Kitchen helpers"),
];

/// The major group with this code of one digit.
#[must_use]
pub fn major(code: &str) -> Option<&'static MajorGroup> {
    MAJOR.iter().find(|group| group.code == code)
}

/// Whether `code` is one of the 43 sub-major groups.
#[must_use]
pub fn is_sub_major(code: &str) -> bool {
    code.len() == 2 && minor_groups().any(|minor| minor.starts_with(code))
}

/// Whether `code` is one of the 130 minor groups.
#[must_use]
pub fn is_minor(code: &str) -> bool {
    minor_groups().any(|minor| minor == code)
}

/// Whether `code` has four digits of which the first three are a minor group.
#[must_use]
pub fn is_unit(code: &str) -> bool {
    code.len() == 4 && code.ends_with(|c: char| c.is_ascii_digit()) && code.get(..3).is_some_and(is_minor)
}

/// The English title of a unit group, when [`UNITS`] has it.
#[must_use]
pub fn unit_title(code: &str) -> Option<&'static str> {
    UNITS.iter().find(|(unit, _)| *unit == code).map(|(_, title)| *title)
}

/// The 436 unit groups, in ascending order.
pub fn unit_groups() -> impl Iterator<Item = String> {
    let in_minor = |(minor, digits): &(&'static str, &'static str)| {
        let minor = *minor;
        digits.chars().map(move |digit| format!("{minor}{digit}"))
    };
    UNIT_DIGITS.iter().flat_map(in_minor)
}

/// The 130 minor groups, in ascending order.
pub fn minor_groups() -> impl Iterator<Item = &'static str> {
    MAJOR.iter().flat_map(|group| group.minor.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::{MAJOR, UNITS, is_minor, is_sub_major, is_unit, major, minor_groups, unit_groups};
    use std::collections::BTreeSet;

    #[test]
    fn the_structure_has_the_official_size() {
        let sub_major: BTreeSet<&str> = minor_groups().map(|minor| &minor[..2]).collect();
        assert_eq!((MAJOR.len(), sub_major.len(), minor_groups().count()), (10, 43, 130));
        assert_eq!(minor_groups().collect::<BTreeSet<_>>().len(), 130);
        for group in MAJOR {
            assert!(group.minor.iter().all(|minor| minor.len() == 3 && minor.starts_with(group.code)));
        }
    }

    #[test]
    fn unit_groups_are_complete() {
        let units: Vec<String> = unit_groups().collect();
        assert_eq!(units.len(), 436);
        assert!(units.is_sorted_by(|a, b| a < b) && units.iter().all(|unit| is_unit(unit)));
        assert!(minor_groups().all(|minor| units.iter().any(|unit| unit.starts_with(minor))));
        assert!(UNITS.iter().all(|(unit, _)| units.iter().any(|known| known == unit)));
    }

    #[test]
    fn named_units_are_sorted_and_in_a_minor_group() {
        assert!(UNITS.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(UNITS.iter().all(|(unit, _)| is_unit(unit)));
    }

    #[test]
    fn codes_outside_the_structure_are_refused() {
        assert!(is_unit("3221") && is_minor("322") && is_sub_major("32") && major("3").is_some());
        assert!(["", "322", "32211", "3299", "322x", "٣٢٢١"].iter().all(|code| !is_unit(code)));
        assert!(["", "3", "32", "329", "3221"].iter().all(|code| !is_minor(code)));
        assert!(["", "3", "36", "04", "322"].iter().all(|code| !is_sub_major(code)));
    }
}
