//! What is known of a credential's status: by a status list, else by the credential itself.
//!
//! ```text
//! list by an entitled publisher     what it says, as of its iat (or of the credential's, if that is newer)
//! no list at hand                   valid as of iat of the credential: the issuer's own word
//! list or key not to be relied on   in doubt
//! ```

use super::KeyStanding;
use super::rejection::{BindingRule, Rejection};
use super::stages::IssuerTrusted;
use crate::sd_cwt::IssuerSigned;
use crate::standing::Standing;
use crate::status_list::{StatusFinding, StatusLists};
use crate::time::UnixTime;
use crate::trust_list::TrustList;

/// Receipt of B-22: what is known of the status of a credential, since when, and from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusEvidence {
    standing: Standing,
    as_of: UnixTime,
    list: Option<[u8; 32]>,
}

impl StatusEvidence {
    /// Looks the credential up. Nothing that is found leads to a rejection: that is for the decision.
    ///
    /// # Errors
    /// B-22: the credential has no place in a list.
    pub(super) fn look_up(
        trust: &TrustList,
        statuses: &StatusLists,
        signed: &IssuerSigned<'_>,
        trusted: IssuerTrusted,
    ) -> Result<Self, Rejection> {
        let reference = signed.status().ok_or(Rejection::Binding(BindingRule::NoStatus))?;
        let issued_at = trusted.issued_at;
        let found = match statuses.find(trust, signed.iss(), &reference) {
            StatusFinding::Known { standing, as_of, hash, .. } => {
                Self { standing, as_of: as_of.max(issued_at), list: Some(hash) }
            }
            StatusFinding::NoList => Self { standing: Standing::Valid, as_of: issued_at, list: None },
            StatusFinding::NotEntitled | StatusFinding::OutOfRange => {
                Self { standing: Standing::InDoubt, as_of: issued_at, list: None }
            }
        };
        // Whoever has the key could have written any date, so that only a revocation is certain.
        match (trusted.issuer_key, found.standing) {
            (KeyStanding::Good, _) | (KeyStanding::BeforeCompromise, Standing::Revoked) => Ok(found),
            (KeyStanding::BeforeCompromise, _) => Ok(Self { standing: Standing::InDoubt, ..found }),
        }
    }

    /// What is known.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The time for which it is known.
    #[must_use]
    pub const fn as_of(&self) -> UnixTime {
        self.as_of
    }

    /// SHA-256 of the status list that says so; none when it is the credential's own word.
    #[must_use]
    pub const fn list(&self) -> Option<&[u8; 32]> {
        self.list.as_ref()
    }
}
