//! Countries and nationalities.
//!
//! - ISO 3166-1 alpha-2 and alpha-3, state of 2024 (249 entries): complete.
//! - `XK` / `XKX` (Kosovo): user-assigned, as the European Union writes it; ICAO writes `RKS`.
//! - `QS` stateless and `QU` unknown: nationality in the EU person identification data
//!   (Implementing Regulation (EU) 2024/2977 as replaced by (EU) 2026/1731).
//! - ICAO Doc 9303 part 3 section 5: the codes that are not in ISO 3166-1 and that persons' documents
//!   bear. Codes of organisations beyond `EUE`, `UNO`, `UNA`, `UNK` are not in the list.
//!
//! Codes are facts; the names are left to the application. A code says nothing about recognition of
//! a state by anybody.

/// ISO 3166-1: alpha-2 and alpha-3, in the order of alpha-2.
#[rustfmt::skip]
pub const ISO_3166_1: &[(&str, &str)] = &[
    ("AD", "AND"), ("AE", "ARE"), ("AF", "AFG"), ("AG", "ATG"), ("AI", "AIA"), ("AL", "ALB"), ("AM", "ARM"), ("AO", "AGO"),
    ("AQ", "ATA"), ("AR", "ARG"), ("AS", "ASM"), ("AT", "AUT"), ("AU", "AUS"), ("AW", "ABW"), ("AX", "ALA"), ("AZ", "AZE"),
    ("BA", "BIH"), ("BB", "BRB"), ("BD", "BGD"), ("BE", "BEL"), ("BF", "BFA"), ("BG", "BGR"), ("BH", "BHR"), ("BI", "BDI"),
    ("BJ", "BEN"), ("BL", "BLM"), ("BM", "BMU"), ("BN", "BRN"), ("BO", "BOL"), ("BQ", "BES"), ("BR", "BRA"), ("BS", "BHS"),
    ("BT", "BTN"), ("BV", "BVT"), ("BW", "BWA"), ("BY", "BLR"), ("BZ", "BLZ"), ("CA", "CAN"), ("CC", "CCK"), ("CD", "COD"),
    ("CF", "CAF"), ("CG", "COG"), ("CH", "CHE"), ("CI", "CIV"), ("CK", "COK"), ("CL", "CHL"), ("CM", "CMR"), ("CN", "CHN"),
    ("CO", "COL"), ("CR", "CRI"), ("CU", "CUB"), ("CV", "CPV"), ("CW", "CUW"), ("CX", "CXR"), ("CY", "CYP"), ("CZ", "CZE"),
    ("DE", "DEU"), ("DJ", "DJI"), ("DK", "DNK"), ("DM", "DMA"), ("DO", "DOM"), ("DZ", "DZA"), ("EC", "ECU"), ("EE", "EST"),
    ("EG", "EGY"), ("EH", "ESH"), ("ER", "ERI"), ("ES", "ESP"), ("ET", "ETH"), ("FI", "FIN"), ("FJ", "FJI"), ("FK", "FLK"),
    ("FM", "FSM"), ("FO", "FRO"), ("FR", "FRA"), ("GA", "GAB"), ("GB", "GBR"), ("GD", "GRD"), ("GE", "GEO"), ("GF", "GUF"),
    ("GG", "GGY"), ("GH", "GHA"), ("GI", "GIB"), ("GL", "GRL"), ("GM", "GMB"), ("GN", "GIN"), ("GP", "GLP"), ("GQ", "GNQ"),
    ("GR", "GRC"), ("GS", "SGS"), ("GT", "GTM"), ("GU", "GUM"), ("GW", "GNB"), ("GY", "GUY"), ("HK", "HKG"), ("HM", "HMD"),
    ("HN", "HND"), ("HR", "HRV"), ("HT", "HTI"), ("HU", "HUN"), ("ID", "IDN"), ("IE", "IRL"), ("IL", "ISR"), ("IM", "IMN"),
    ("IN", "IND"), ("IO", "IOT"), ("IQ", "IRQ"), ("IR", "IRN"), ("IS", "ISL"), ("IT", "ITA"), ("JE", "JEY"), ("JM", "JAM"),
    ("JO", "JOR"), ("JP", "JPN"), ("KE", "KEN"), ("KG", "KGZ"), ("KH", "KHM"), ("KI", "KIR"), ("KM", "COM"), ("KN", "KNA"),
    ("KP", "PRK"), ("KR", "KOR"), ("KW", "KWT"), ("KY", "CYM"), ("KZ", "KAZ"), ("LA", "LAO"), ("LB", "LBN"), ("LC", "LCA"),
    ("LI", "LIE"), ("LK", "LKA"), ("LR", "LBR"), ("LS", "LSO"), ("LT", "LTU"), ("LU", "LUX"), ("LV", "LVA"), ("LY", "LBY"),
    ("MA", "MAR"), ("MC", "MCO"), ("MD", "MDA"), ("ME", "MNE"), ("MF", "MAF"), ("MG", "MDG"), ("MH", "MHL"), ("MK", "MKD"),
    ("ML", "MLI"), ("MM", "MMR"), ("MN", "MNG"), ("MO", "MAC"), ("MP", "MNP"), ("MQ", "MTQ"), ("MR", "MRT"), ("MS", "MSR"),
    ("MT", "MLT"), ("MU", "MUS"), ("MV", "MDV"), ("MW", "MWI"), ("MX", "MEX"), ("MY", "MYS"), ("MZ", "MOZ"), ("NA", "NAM"),
    ("NC", "NCL"), ("NE", "NER"), ("NF", "NFK"), ("NG", "NGA"), ("NI", "NIC"), ("NL", "NLD"), ("NO", "NOR"), ("NP", "NPL"),
    ("NR", "NRU"), ("NU", "NIU"), ("NZ", "NZL"), ("OM", "OMN"), ("PA", "PAN"), ("PE", "PER"), ("PF", "PYF"), ("PG", "PNG"),
    ("PH", "PHL"), ("PK", "PAK"), ("PL", "POL"), ("PM", "SPM"), ("PN", "PCN"), ("PR", "PRI"), ("PS", "PSE"), ("PT", "PRT"),
    ("PW", "PLW"), ("PY", "PRY"), ("QA", "QAT"), ("RE", "REU"), ("RO", "ROU"), ("RS", "SRB"), ("RU", "RUS"), ("RW", "RWA"),
    ("SA", "SAU"), ("SB", "SLB"), ("SC", "SYC"), ("SD", "SDN"), ("SE", "SWE"), ("SG", "SGP"), ("SH", "SHN"), ("SI", "SVN"),
    ("SJ", "SJM"), ("SK", "SVK"), ("SL", "SLE"), ("SM", "SMR"), ("SN", "SEN"), ("SO", "SOM"), ("SR", "SUR"), ("SS", "SSD"),
    ("ST", "STP"), ("SV", "SLV"), ("SX", "SXM"), ("SY", "SYR"), ("SZ", "SWZ"), ("TC", "TCA"), ("TD", "TCD"), ("TF", "ATF"),
    ("TG", "TGO"), ("TH", "THA"), ("TJ", "TJK"), ("TK", "TKL"), ("TL", "TLS"), ("TM", "TKM"), ("TN", "TUN"), ("TO", "TON"),
    ("TR", "TUR"), ("TT", "TTO"), ("TV", "TUV"), ("TW", "TWN"), ("TZ", "TZA"), ("UA", "UKR"), ("UG", "UGA"), ("UM", "UMI"),
    ("US", "USA"), ("UY", "URY"), ("UZ", "UZB"), ("VA", "VAT"), ("VC", "VCT"), ("VE", "VEN"), ("VG", "VGB"), ("VI", "VIR"),
    ("VN", "VNM"), ("VU", "VUT"), ("WF", "WLF"), ("WS", "WSM"), ("YE", "YEM"), ("YT", "MYT"), ("ZA", "ZAF"), ("ZM", "ZMB"),
    ("ZW", "ZWE"),
];

/// The user-assigned code for Kosovo.
pub const KOSOVO: &str = "XK";
/// Nationality: none (1954 Convention relating to the Status of Stateless Persons).
pub const STATELESS: &str = "QS";
/// Nationality: not known.
pub const UNKNOWN: &str = "QU";

/// Codes of ICAO Doc 9303 part 3 section 5 that ISO 3166-1 does not have, without `D`.
pub const ICAO_ONLY: &[&str] = &[
    "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNA", "UNK", "UNO", "UTO", "XXA", "XXB", "XXC", "XXX",
];

/// Member states of the European Union on 2026-11-23 (unchanged since 2020-02-01).
pub const EU: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// States of the European Economic Area outside the Union, on 2026-11-23.
pub const EEA_ONLY: &[&str] = &["IS", "LI", "NO"];

/// Whether `code` is a country: ISO 3166-1 alpha-2, or `XK`.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code == KOSOVO || ISO_3166_1.binary_search_by_key(&code, |(alpha2, _)| alpha2).is_ok()
}

/// Whether `code` can stand for a nationality: a country, `QS` or `QU`.
#[must_use]
pub fn is_nationality(code: &str) -> bool {
    code == STATELESS || code == UNKNOWN || is_country(code)
}

/// Whether `code` is a state or organisation that issues travel documents.
///
/// Germany writes `D`, so that `DEU` is not one of them.
#[must_use]
pub fn is_icao_state(code: &str) -> bool {
    !matches!(nationality_from_icao(code), IcaoNationality::NotACode)
}

/// Whether citizens of `code` have free movement: the Union, the Economic Area and Switzerland, on
/// 2026-11-23. Unknown codes, `QS` and `QU` have not.
#[must_use]
pub fn is_eu_eea_ch(code: &str) -> bool {
    EU.contains(&code) || EEA_ONLY.contains(&code) || code == "CH"
}

/// What the nationality field of a travel document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcaoNationality {
    /// A nationality in the codes of this project: a country, `QS` for `XXA`, `QU` for `XXX`.
    Code(&'static str),
    /// British nationality of another kind than citizen (`GBD`, `GBN`, `GBO`, `GBP`, `GBS`): the issuer
    /// decides what to state, because `GB` would claim a right of abode.
    BritishOther,
    /// `XXB` and `XXC`: a refugee. That is a status and says nothing about nationality; it is never
    /// mapped to a country, and it is as sensitive as a protection ground.
    RefugeeStatus,
    /// An organisation (`EUE`, `UNO`, `UNA`, `UNK`), which is nobody's nationality.
    Organisation,
    /// `UTO`, Utopia: a specimen, and never a person.
    Specimen,
    /// Not a code of the list.
    NotACode,
}

/// Reads the nationality or issuing state of a machine-readable zone, without fillers.
#[must_use]
pub fn nationality_from_icao(code: &str) -> IcaoNationality {
    match code {
        "D" => IcaoNationality::Code("DE"),
        "DEU" => IcaoNationality::NotACode,
        "RKS" => IcaoNationality::Code(KOSOVO),
        "XXA" => IcaoNationality::Code(STATELESS),
        "XXX" => IcaoNationality::Code(UNKNOWN),
        "XXB" | "XXC" => IcaoNationality::RefugeeStatus,
        "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => IcaoNationality::BritishOther,
        "EUE" | "UNA" | "UNK" | "UNO" => IcaoNationality::Organisation,
        "UTO" => IcaoNationality::Specimen,
        _ => ISO_3166_1
            .iter()
            .find(|(_, alpha3)| *alpha3 == code)
            .map_or(IcaoNationality::NotACode, |(alpha2, _)| IcaoNationality::Code(alpha2)),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        EEA_ONLY, EU, ICAO_ONLY, ISO_3166_1, IcaoNationality, is_country, is_eu_eea_ch, is_icao_state,
        is_nationality, nationality_from_icao,
    };
    use std::collections::HashSet;

    #[test]
    fn the_list_is_whole_sorted_and_unique() {
        assert_eq!(ISO_3166_1.len(), 249);
        assert!(ISO_3166_1.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(ISO_3166_1.iter().map(|(_, a3)| a3).collect::<HashSet<_>>().len(), 249);
        let upper = |code: &str, n| code.len() == n && code.bytes().all(|b| b.is_ascii_uppercase());
        assert!(ISO_3166_1.iter().all(|(a2, a3)| upper(a2, 2) && upper(a3, 3)));
    }

    #[test]
    fn no_user_assigned_code_is_in_iso() {
        for (alpha2, alpha3) in ISO_3166_1 {
            assert!(!alpha2.starts_with(['Q', 'X']) || *alpha2 == "QA", "{alpha2}");
            assert!(!ICAO_ONLY.contains(alpha3), "{alpha3}");
        }
    }

    #[test]
    fn stateless_and_unknown_are_nationalities_and_not_countries() {
        for code in ["QS", "QU"] {
            assert!(is_nationality(code) && !is_country(code) && !is_eu_eea_ch(code));
        }
        assert!(
            is_nationality("XK") && !is_nationality("XX") && !is_nationality("tr") && !is_nationality("")
        );
    }

    #[test]
    fn icao_codes_map_as_the_document_series_says() {
        let code = |icao| match nationality_from_icao(icao) {
            IcaoNationality::Code(code) => Some(code),
            _ => None,
        };
        assert_eq!(code("D"), Some("DE"));
        assert_eq!(code("TUR"), Some("TR"));
        assert_eq!(code("XXA"), Some("QS"));
        assert_eq!(code("XXX"), Some("QU"));
        assert_eq!(code("RKS"), Some("XK"));
        for icao in
            ["XXB", "XXC", "GBD", "GBN", "GBO", "GBP", "GBS", "EUE", "UNO", "UNA", "UNK", "UTO", "DEU", ""]
        {
            assert_eq!(code(icao), None, "{icao}");
        }
        assert_eq!(nationality_from_icao("XXB"), IcaoNationality::RefugeeStatus);
        assert_eq!(nationality_from_icao("XXC"), IcaoNationality::RefugeeStatus);
        assert!(ICAO_ONLY.iter().all(|code| is_icao_state(code)) && is_icao_state("D"));
        assert!(!is_icao_state("DEU") && !is_icao_state("QQQ") && !is_icao_state("TR"));
    }

    #[test]
    fn free_movement() {
        assert_eq!((EU.len(), EEA_ONLY.len()), (27, 3));
        assert!(EU.iter().chain(EEA_ONLY).all(|code| is_country(code) && is_eu_eea_ch(code)));
        assert!(is_eu_eea_ch("CH") && !is_eu_eea_ch("GB") && !is_eu_eea_ch("TR"));
    }
}
