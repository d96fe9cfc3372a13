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
    "D01" "D02" "D03" "D04" "D05" "D06" "D07" "D08" "D09" "D12" "D13" "D14" "D15"
    "E01" "E03" "E04" "E05" "E07" "E08" "E09"
    "F01" "F03" "F04" "F06" "F07"
    "G01" "G03" "G04" "G06" "G07" "G09" "G10"
    "H02" "H04"
    "I01" "I02" "I04" "I05" "I06" "I07" "I08"
    "J01" "J02" "J03" "J04" "J04B" "J05" "J05B"
    "K001" "K002" "K003" "K004" "K005" "K006" "K007" "K008" "K009" "K010" "K011" "K012" "K013" "K014"
    "K015" "K016" "K017" "K018" "K019" "K020" "K021" "K022" "K023" "K024" "K025" "K026" "K027" "K028"
    "K029" "K030" "K031" "K032" "K033" "K034" "K035" "K036" "K037" "K038" "K039" "K040" "K041" "K042"
    "K043" "K044" "K045" "K046" "K047" "K048" "K049" "K050" "K051" "K052" "K053" "K054" "K055" "K056"
    "K057" "K058" "K059" "K060" "K061" "K062" "K063" "K064" "K065" "K066" "K067" "K068" "K069" "K070"
    "K071" "K072" "K073" "K074" "K075" "K076" "K077" "K078" "K079" "K080" "K081" "K082" "K083" "K084"
    "K085" "K086" "K087" "K088" "K089" "K090" "K091" "K092" "K093" "K094" "K095" "K096" "K097" "K098"
    "K099" "K100" "K101" "K102" "K103" "K104" "K105" "K106" "K107" "K108" "K109" "K110" "K111"
};

/// People that scenarios start from.
pub(super) const PEOPLE: &str = include_str!("../../../../spec/scenarios/people.toml");

/// Scenarios that are not run.
pub(super) const SKIPS: &str = include_str!("../../../../spec/scenarios/expected-skips.toml");
