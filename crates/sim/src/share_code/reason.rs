//! Why a desk of today decides as it does: codes of this model, each with the rule that it rests on.
//!
//! They are no reasons of `spec/reasons.toml`: no text is shown to anybody, since today's pages have their own.

/// Reasons of this model, which are no reasons of `spec/reasons.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The page says yes.
    ShareCodeValid,
    /// "Valid Permission".
    ValidPermission,
    /// British or Irish passport at a gate.
    CarrierExempt,
    /// The page says no.
    NoRightShown,
    /// The page says yes, and a condition on it excludes what is asked.
    ConditionNotMet,
    /// The right ends before the first working day.
    EndsBeforeStart,
    /// Code, letter, date of birth or age of the code are wrong.
    CodeDoesNotWork,
    /// "No Record of Valid Permission to travel".
    NoRecord,
    /// Nothing came.
    TimeOut,
    /// The holder cannot sign in.
    NoCodeAccountLost,
    /// The holder gives none.
    NoCodeDeclined,
    /// An error is being corrected.
    NoCodeDisputed,
    /// The name was not matched.
    NoCodeNameNotMatched,
    /// No status.
    NoCodeNoStatus,
    /// British and Irish citizens are outside.
    OutsideTheScheme,
    /// No right is shown, and an application is open.
    PendingApplication,
    /// Nobody looked at the face.
    FaceNotCompared,
    /// There is no photo.
    PhotoMissing,
    /// The photo is not of the person.
    PhotoDoesNotMatch,
    /// The page has another name.
    NameDiffers,
    /// More hours than in term time.
    HoursAboveLimit,
    /// Hours are limited and not known.
    HoursNotGiven,
    /// Few hours beside a sponsored job.
    SupplementaryWork,
    /// The page does not say what was asked.
    NotShown,
    /// The holder's own screen or print-out.
    PrintOutDoesNotCount,
    /// The S service was not told who asks.
    WhoAndWhyMissing,
    /// No code exists for the purpose.
    NoSuchCheck,
    /// Two checkers compared their pages.
    PagesCompared,
    /// The authority computes each page.
    AuthorityLooksUp,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 29] = [
        Self::ShareCodeValid,
        Self::ValidPermission,
        Self::CarrierExempt,
        Self::NoRightShown,
        Self::ConditionNotMet,
        Self::EndsBeforeStart,
        Self::CodeDoesNotWork,
        Self::NoRecord,
        Self::TimeOut,
        Self::NoCodeAccountLost,
        Self::NoCodeDeclined,
        Self::NoCodeDisputed,
        Self::NoCodeNameNotMatched,
        Self::NoCodeNoStatus,
        Self::OutsideTheScheme,
        Self::PendingApplication,
        Self::FaceNotCompared,
        Self::PhotoMissing,
        Self::PhotoDoesNotMatch,
        Self::NameDiffers,
        Self::HoursAboveLimit,
        Self::HoursNotGiven,
        Self::SupplementaryWork,
        Self::NotShown,
        Self::PrintOutDoesNotCount,
        Self::WhoAndWhyMissing,
        Self::NoSuchCheck,
        Self::PagesCompared,
        Self::AuthorityLooksUp,
    ];

    /// Code and rule.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::ShareCodeValid => ("share-code-valid", "SC-36"),
            Self::ValidPermission => ("valid-permission", "SC-20"),
            Self::CarrierExempt => ("carrier-exempt", "SC-20"),
            Self::NoRightShown => ("no-right-shown", "SC-34"),
            Self::ConditionNotMet => ("condition-not-met", "SC-35"),
            Self::EndsBeforeStart => ("ends-before-start", "SC-35"),
            Self::CodeDoesNotWork => ("code-does-not-work", "SC-37"),
            Self::NoRecord => ("no-record", "SC-37"),
            Self::TimeOut => ("time-out", "SC-19"),
            Self::NoCodeAccountLost => ("no-code-account-lost", "SC-01"),
            Self::NoCodeDeclined => ("no-code-declined", "SC-18"),
            Self::NoCodeDisputed => ("no-code-disputed", "SC-16"),
            Self::NoCodeNameNotMatched => ("no-code-name-not-matched", "SC-28"),
            Self::NoCodeNoStatus => ("no-code-no-status", "SC-18"),
            Self::OutsideTheScheme => ("outside-the-scheme", "SC-17"),
            Self::PendingApplication => ("pending-application", "SC-34"),
            Self::FaceNotCompared => ("face-not-compared", "SC-30"),
            Self::PhotoMissing => ("photo-missing", "SC-31"),
            Self::PhotoDoesNotMatch => ("photo-does-not-match", "SC-31"),
            Self::NameDiffers => ("name-differs", "SC-33"),
            Self::HoursAboveLimit => ("hours-above-limit", "SC-35"),
            Self::HoursNotGiven => ("hours-not-given", "SC-35"),
            Self::SupplementaryWork => ("supplementary-work", "SC-35"),
            Self::NotShown => ("not-shown", "SC-11"),
            Self::PrintOutDoesNotCount => ("print-out-does-not-count", "SC-32"),
            Self::WhoAndWhyMissing => ("who-and-why-missing", "SC-07"),
            Self::NoSuchCheck => ("no-such-check", "SC-53"),
            Self::PagesCompared => ("pages-compared", "SC-51"),
            Self::AuthorityLooksUp => ("authority-looks-up", "SC-52"),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.parts().0
    }

    /// The rule of `spec/share-code.md` that it rests on.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        self.parts().1
    }
}
