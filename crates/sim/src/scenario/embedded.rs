//! The files of `spec/scenarios`, as they were when the program was built.

macro_rules! files {
    ($($id:literal)*) => {
        &[$((concat!($id, ".toml"), include_str!(concat!("../../../../spec/scenarios/", $id, ".toml")))),*]
    };
}

/// One entry for each scenario, in the order of their ids; a test compares it with the folder.
pub(super) const FILES: &[(&str, &str)] = files! {
    "A01" "A02" "A03" "A04" "A05" "A09" "A10"
    "B01" "B02" "B04" "B05" "B06" "B08" "B09" "B10" "B11" "B12" "B14" "B15" "B16"
    "C01" "C02" "C03" "C04" "C05" "C06" "C08" "C09" "C10" "C11" "C13" "C14"
    "E01" "E03" "E04" "E05" "E07" "E08" "E09"
    "F01" "F03" "F04" "F06"
    "G01" "G03" "G04" "G06" "G07" "G09" "G10"
    "H02" "H04"
    "I01" "I02" "I04"
    "J01" "J02" "J03" "J04" "J04B" "J05" "J05B"
};

/// People that scenarios start from.
pub(super) const PEOPLE: &str = include_str!("../../../../spec/scenarios/people.toml");

/// Scenarios that are not run.
pub(super) const SKIPS: &str = include_str!("../../../../spec/scenarios/expected-skips.toml");
