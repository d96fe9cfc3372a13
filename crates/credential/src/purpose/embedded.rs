//! The texts of the profiles in `spec/purposes`, in alphabetical order of their ids.

/// One line for each file; a test compares them with the folder.
pub(super) const TEXTS: &[&str] = &[
    include_str!("../../../../spec/purposes/de-recognition-result-employer.toml"),
    include_str!("../../../../spec/purposes/uk-carrier-permission-to-travel.toml"),
    include_str!("../../../../spec/purposes/uk-right-to-work.toml"),
];
