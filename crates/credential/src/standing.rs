//! What is known of the status of a credential or registration, in one word.

/// The standing of a credential or registration.
///
/// The first five are what the publisher of a status list says; the last one is what follows when it
/// cannot be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is known against it (0x00, VALID).
    Valid,
    /// Withdrawn for good (0x01, INVALID).
    Revoked,
    /// Withdrawn for the time being (0x02, SUSPENDED): not a decision on rights.
    Suspended,
    /// Being corrected; the last confirmed rights continue (0x03, application-specific).
    UnderReview,
    /// Replaced by a newer copy, after a lost phone or a changed name (0x0C, application-specific).
    Superseded,
    /// The list that should say so is not one to rely on, or says something unknown.
    InDoubt,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 6] =
        [Self::Valid, Self::Revoked, Self::Suspended, Self::UnderReview, Self::Superseded, Self::InDoubt];

    /// The word for it in decision tables, receipts and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::UnderReview => "under-review",
            Self::Superseded => "superseded",
            Self::InDoubt => "in-doubt",
        }
    }

    /// The standing with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;

    #[test]
    fn names_are_read_back() {
        for standing in Standing::ALL {
            assert_eq!(Standing::by_name(standing.name()), Some(standing));
        }
        assert_eq!(Standing::by_name("invalid"), None);
    }
}
