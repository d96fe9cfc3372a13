//! The German Länder by regional key and NUTS-1.
//!
//! Source: Amtlicher Regionalschlüssel (ARS) of the Federal Statistical Office and Regulation (EC) No
//! 1059/2003 (NUTS 2021). The 16 Länder are complete; keys below a Land are checked by shape only, because
//! municipalities merge every year.

/// A Land.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Land {
    /// First two digits of every regional key in it.
    pub ars: &'static str,
    /// NUTS-1 code.
    pub nuts1: &'static str,
    /// German name.
    pub name: &'static str,
}

/// The 16 Länder in the order of their keys.
pub const LAENDER: &[Land] = &[
    Land { ars: "01", nuts1: "DEF", name: "Schleswig-Holstein" },
    Land { ars: "02", nuts1: "DE6", name: "Hamburg" },
    Land { ars: "03", nuts1: "DE9", name: "Niedersachsen" },
    Land { ars: "04", nuts1: "DE5", name: "Bremen" },
    Land { ars: "05", nuts1: "DEA", name: "Nordrhein-Westfalen" },
    Land { ars: "06", nuts1: "DE7", name: "Hessen" },
    Land { ars: "07", nuts1: "DEB", name: "Rheinland-Pfalz" },
    Land { ars: "08", nuts1: "DE1", name: "Baden-Württemberg" },
    Land { ars: "09", nuts1: "DE2", name: "Bayern" },
    Land { ars: "10", nuts1: "DEC", name: "Saarland" },
    Land { ars: "11", nuts1: "DE3", name: "Berlin" },
    Land { ars: "12", nuts1: "DE4", name: "Brandenburg" },
    Land { ars: "13", nuts1: "DE8", name: "Mecklenburg-Vorpommern" },
    Land { ars: "14", nuts1: "DED", name: "Sachsen" },
    Land { ars: "15", nuts1: "DEE", name: "Sachsen-Anhalt" },
    Land { ars: "16", nuts1: "DEG", name: "Thüringen" },
];

/// The Land with this key of two digits.
#[must_use]
pub fn land(ars: &str) -> Option<&'static Land> {
    LAENDER.iter().find(|land| land.ars == ars)
}

/// Whether `code` has the shape of a regional key: a Land (2 digits), an administrative district (3), a
/// county (5), an association of municipalities (9) or a municipality (12).
#[must_use]
pub fn is_ars(code: &str) -> bool {
    matches!(code.len(), 2 | 3 | 5 | 9 | 12)
        && code.bytes().all(|b| b.is_ascii_digit())
        && code.get(..2).is_some_and(|ars| land(ars).is_some())
}

#[cfg(test)]
mod tests {
    use super::{LAENDER, is_ars, land};
    use std::collections::HashSet;

    #[test]
    fn sixteen_laender() {
        assert_eq!(LAENDER.len(), 16);
        assert_eq!(LAENDER.iter().map(|l| l.nuts1).collect::<HashSet<_>>().len(), 16);
        for (i, land) in LAENDER.iter().enumerate() {
            assert_eq!(land.ars, format!("{:02}", i + 1));
        }
        assert_eq!(land("05").map(|l| l.nuts1), Some("DEA"));
    }

    #[test]
    fn regional_keys() {
        assert!(["05", "053", "05315", "053150000", "053150000000"].iter().all(|code| is_ars(code)));
        assert!(["", "5", "17", "00", "0531", "05x15", "0531500000000"].iter().all(|code| !is_ars(code)));
    }
}
