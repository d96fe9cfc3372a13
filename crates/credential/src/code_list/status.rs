//! Residence: classes of status, German title codes, permissions in the United Kingdom.
//!
//! - [`StatusClass`]: this project's coarse classes; complete by construction.
//! - [`TITLES`]: German titles by section, from the AufenthG, AsylG and FreizügG/EU as of 2026 and the register's
//!   list of stored titles (annex to the AZRG-DV). Not complete: the annex has about 200 lines and changes every
//!   year. An unlisted code of the right shape is therefore accepted; a listed one has to agree with the class of
//!   status that is stated beside it.
//! - [`UK_ROUTES`]: routes of the Immigration Rules that holders meet most; other routes are `Other`.

/// Class of status: all that most verifiers may ask about the ground of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusClass {
    /// Free movement of Union citizens, of Swiss citizens and of their families.
    FreeMovement,
    /// Settled: no end date.
    Settled,
    /// Work as a skilled person, and self-employment.
    WorkSkilled,
    /// Looking for work or training.
    JobSearch,
    /// Study, training, measures of recognition, voluntary service.
    StudyTraining,
    /// Family reunification.
    Family,
    /// International or national protection.
    Protection,
    /// Other humanitarian grounds.
    HumanitarianOther,
    /// Removal is suspended.
    Tolerated,
    /// Asylum procedure is running.
    AsylumApplicant,
    /// The former permission continues while an application is decided.
    Continuation,
    /// Short stay.
    Visitor,
    /// National long-stay visa.
    VisaD,
}

impl StatusClass {
    /// Every class.
    pub const ALL: &'static [Self] = &[
        Self::FreeMovement,
        Self::Settled,
        Self::WorkSkilled,
        Self::JobSearch,
        Self::StudyTraining,
        Self::Family,
        Self::Protection,
        Self::HumanitarianOther,
        Self::Tolerated,
        Self::AsylumApplicant,
        Self::Continuation,
        Self::Visitor,
        Self::VisaD,
    ];

    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FreeMovement => "free_movement",
            Self::Settled => "settled",
            Self::WorkSkilled => "work_skilled",
            Self::JobSearch => "job_search",
            Self::StudyTraining => "study_training",
            Self::Family => "family",
            Self::Protection => "protection",
            Self::HumanitarianOther => "humanitarian_other",
            Self::Tolerated => "tolerated",
            Self::AsylumApplicant => "asylum_applicant",
            Self::Continuation => "continuation",
            Self::Visitor => "visitor",
            Self::VisaD => "visa_d",
        }
    }

    /// The class with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.code() == code)
    }

    /// Whether the class alone discloses that somebody sought or has protection, so that the wallet's
    /// non-return guard applies.
    #[must_use]
    pub const fn reveals_protection(self) -> bool {
        matches!(self, Self::Protection | Self::AsylumApplicant)
    }
}

/// The codes of [`StatusClass::ALL`].
pub const STATUS_CLASSES: &[&str] = &[
    "free_movement",
    "settled",
    "work_skilled",
    "job_search",
    "study_training",
    "family",
    "protection",
    "humanitarian_other",
    "tolerated",
    "asylum_applicant",
    "continuation",
    "visitor",
    "visa_d",
];

/// A German title: code and class. A section without subsections covers all that are not listed.
pub const TITLES: &[(&str, StatusClass)] = &[
    ("AsylG:55", StatusClass::AsylumApplicant),
    ("AufenthG:104c", StatusClass::HumanitarianOther),
    ("AufenthG:16a", StatusClass::StudyTraining),
    ("AufenthG:16b", StatusClass::StudyTraining),
    ("AufenthG:16d", StatusClass::StudyTraining),
    ("AufenthG:16e", StatusClass::StudyTraining),
    ("AufenthG:16f", StatusClass::StudyTraining),
    ("AufenthG:16g", StatusClass::StudyTraining),
    ("AufenthG:17", StatusClass::JobSearch),
    ("AufenthG:18a", StatusClass::WorkSkilled),
    ("AufenthG:18b", StatusClass::WorkSkilled),
    ("AufenthG:18c", StatusClass::Settled),
    ("AufenthG:18d", StatusClass::WorkSkilled),
    ("AufenthG:18f", StatusClass::WorkSkilled),
    ("AufenthG:18g", StatusClass::WorkSkilled),
    ("AufenthG:19", StatusClass::WorkSkilled),
    ("AufenthG:19b", StatusClass::WorkSkilled),
    ("AufenthG:19c", StatusClass::WorkSkilled),
    ("AufenthG:19d", StatusClass::WorkSkilled),
    ("AufenthG:20", StatusClass::JobSearch),
    ("AufenthG:20a", StatusClass::JobSearch),
    ("AufenthG:21", StatusClass::WorkSkilled),
    ("AufenthG:22", StatusClass::HumanitarianOther),
    ("AufenthG:23", StatusClass::HumanitarianOther),
    ("AufenthG:23(4)", StatusClass::Protection),
    ("AufenthG:23a", StatusClass::HumanitarianOther),
    ("AufenthG:24", StatusClass::Protection),
    ("AufenthG:25(1)", StatusClass::Protection),
    ("AufenthG:25(2)", StatusClass::Protection),
    ("AufenthG:25(3)", StatusClass::Protection),
    ("AufenthG:25(4)", StatusClass::HumanitarianOther),
    ("AufenthG:25(4a)", StatusClass::HumanitarianOther),
    ("AufenthG:25(4b)", StatusClass::HumanitarianOther),
    ("AufenthG:25(5)", StatusClass::HumanitarianOther),
    ("AufenthG:25a", StatusClass::HumanitarianOther),
    ("AufenthG:25b", StatusClass::HumanitarianOther),
    ("AufenthG:26(3)", StatusClass::Settled),
    ("AufenthG:26(4)", StatusClass::Settled),
    ("AufenthG:28", StatusClass::Family),
    ("AufenthG:28(2)", StatusClass::Settled),
    ("AufenthG:29", StatusClass::Family),
    ("AufenthG:30", StatusClass::Family),
    ("AufenthG:31", StatusClass::Family),
    ("AufenthG:32", StatusClass::Family),
    ("AufenthG:33", StatusClass::Family),
    ("AufenthG:34", StatusClass::Family),
    ("AufenthG:35", StatusClass::Settled),
    ("AufenthG:36", StatusClass::Family),
    ("AufenthG:36a", StatusClass::Family),
    ("AufenthG:38", StatusClass::Settled),
    ("AufenthG:6(1)", StatusClass::Visitor),
    ("AufenthG:6(3)", StatusClass::VisaD),
    ("AufenthG:60a", StatusClass::Tolerated),
    ("AufenthG:60b", StatusClass::Tolerated),
    ("AufenthG:60c", StatusClass::Tolerated),
    ("AufenthG:60d", StatusClass::Tolerated),
    ("AufenthG:81(3)", StatusClass::Continuation),
    ("AufenthG:81(4)", StatusClass::Continuation),
    ("AufenthG:9", StatusClass::Settled),
    ("AufenthG:9a", StatusClass::Settled),
    ("FreizügG/EU:2", StatusClass::FreeMovement),
    ("FreizügG/EU:3", StatusClass::FreeMovement),
    ("FreizügG/EU:3a", StatusClass::FreeMovement),
    ("FreizügG/EU:4a", StatusClass::FreeMovement),
];

/// The laws that a title code can name.
pub const TITLE_LAWS: &[&str] = &["AsylG", "AufenthG", "FreizügG/EU"];

/// Whether `code` has the shape `<law>:<section>`, with a law of [`TITLE_LAWS`].
#[must_use]
pub fn is_title_code(code: &str) -> bool {
    super::is_legal_basis(code) && code.split_once(':').is_some_and(|(law, _)| TITLE_LAWS.contains(&law))
}

/// The class of a title, when [`TITLES`] has it: the code itself, else its section.
#[must_use]
pub fn title_class(code: &str) -> Option<StatusClass> {
    let find = |code: &str| TITLES.iter().find(|(title, _)| *title == code).map(|(_, class)| *class);
    let mut shorter = code;
    loop {
        if let Some(class) = find(shorter) {
            return Some(class);
        }
        shorter = shorter.rsplit_once('(')?.0;
    }
}

/// Work permission after sec. 4a AufenthG, `res.de.work_permission`.
pub const WORK_PERMISSIONS: &[&str] =
    &["any", "employment_any", "employment_bound", "authority_permission_needed", "none"];

/// Provisional effect of an application, sec. 81 AufenthG, `res.de.fiction_type`.
pub const FICTION_TYPES: &[&str] = &["81_3_1", "81_3_2", "81_4", "none"];

/// Ground of protection, `res.protection_ground`.
pub const PROTECTION_GROUNDS: &[&str] = &["refugee", "subsidiary", "temporary", "deportation_ban", "asylum"];

/// Permission to travel to the United Kingdom, `travel.uk.permission_kind`.
pub const UK_PERMISSION_KINDS: &[&str] = &["eVisa", "ETA", "exempt"];

/// Continuation of leave in the United Kingdom (Immigration Act 1971 ss. 3C, 3D; EU Settlement Scheme).
pub const UK_CONTINUATIONS: &[&str] = &["none", "3C", "3D", "euss_pending"];

/// Access to public funds, `res.uk.public_funds`; NRPF is "no recourse to public funds".
pub const UK_PUBLIC_FUNDS: &[&str] = &["permitted", "NRPF"];

/// Routes to leave in the United Kingdom. Not complete; what is missing is `Other`.
pub const UK_ROUTES: &[&str] = &[
    "BN(O)",
    "EUSS pre-settled",
    "EUSS settled",
    "Family",
    "Global Talent",
    "Graduate",
    "Health and Care Worker",
    "Humanitarian protection",
    "Other",
    "Refugee",
    "Scale-up",
    "Seasonal Worker",
    "Senior or Specialist Worker",
    "Settlement",
    "Skilled Worker",
    "Student",
    "Ukraine schemes",
    "Visitor",
    "Youth Mobility",
];

#[cfg(test)]
mod tests {
    use super::{STATUS_CLASSES, StatusClass, TITLES, is_title_code, title_class};

    #[test]
    fn classes_and_codes_are_one_list() {
        assert!(StatusClass::ALL.iter().map(|class| class.code()).eq(STATUS_CLASSES.iter().copied()));
        assert!(STATUS_CLASSES.iter().all(|c| StatusClass::from_code(c).map(StatusClass::code) == Some(*c)));
        assert_eq!(StatusClass::from_code("refugee"), None);
    }

    #[test]
    fn titles_are_sorted_and_well_shaped() {
        assert!(TITLES.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(TITLES.iter().all(|(code, _)| is_title_code(code)));
    }

    #[test]
    fn a_subsection_falls_back_to_its_section() {
        assert_eq!(title_class("AufenthG:18a"), Some(StatusClass::WorkSkilled));
        assert_eq!(title_class("AufenthG:18g(2)"), Some(StatusClass::WorkSkilled));
        assert_eq!(title_class("AufenthG:28(2)"), Some(StatusClass::Settled));
        assert_eq!(title_class("AufenthG:28(1)"), Some(StatusClass::Family));
        assert_eq!(title_class("AufenthG:25"), None);
        assert_eq!(title_class("AufenthG:999"), None);
    }

    #[test]
    fn unlisted_titles_are_accepted_by_shape() {
        assert!(is_title_code("AufenthG:999") && is_title_code("FreizügG/EU:5(1)"));
        assert!(
            ["", "18a", "AufenthG", "BQFG:4", "AufenthG:", "aufenthg:18a"].iter().all(|c| !is_title_code(c))
        );
    }

    #[test]
    fn only_protection_triggers_the_guard() {
        assert!(
            StatusClass::Protection.reveals_protection() && StatusClass::AsylumApplicant.reveals_protection()
        );
        assert!(!StatusClass::WorkSkilled.reveals_protection());
    }
}
