//! The files of `spec/scenarios`, as they were when the program was built.

macro_rules! files {
    ($($id:literal)*) => {
        &[$((concat!($id, ".toml"), include_str!(concat!("../../../../spec/scenarios/", $id, ".toml")))),*]
    };
}

/// One entry for each scenario, in the order of their ids; a test compares it with the folder.
pub(super) const FILES: &[(&str, &str)] = files! {
    "A01"
    "D01" "D02" "D03" "D04" "D05" "D06" "D07" "D08" "D09" "D12" "D13" "D14"
    "D15"
    "F03" "F04"
    "K01" "K02" "K03" "K04" "K05" "K06" "K07" "K08" "K09" "K10" "K11" "K12"
    "K13" "K14" "K15" "K16" "K17" "K18" "K19" "K20" "K21" "K22" "K23" "K24"
    "K25" "K26" "K27" "K28" "K29" "K30" "K31" "K32" "K33" "K34" "K35" "K36"
    "K37" "K38" "K39" "K40" "K41" "K42" "K43" "K44" "K45" "K46" "K47" "K48"
    "K49" "K50" "K51" "K52" "K53" "K54" "K55" "K56" "K57" "K58" "K59" "K60"
    "K61" "K62" "K63" "K64" "K65" "K66" "K67" "K68" "K69" "K70" "K71" "K72"
    "K73" "K74" "K75" "K76" "K77" "K78" "K79" "K80" "K81" "K82" "K83" "K84"
    "K85" "K86" "K87"
};

/// People that scenarios start from.
pub(super) const PEOPLE: &str = include_str!("../../../../spec/scenarios/people.toml");

/// Scenarios that are not run.
pub(super) const SKIPS: &str = include_str!("../../../../spec/scenarios/expected-skips.toml");
