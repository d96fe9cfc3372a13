//! The jobs. Names are a contract with whoever reads the JSON.

/// One job that systems are compared at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Job {
    /// One credential with 20 claims that can be hidden, bound to a holder's key.
    Issue20,
    /// Three of them shown, signed by the holder for one audience and nonce.
    Present3Of20,
    /// That presentation, from bytes to claims.
    Verify3Of20,
    /// The same with all 20 shown.
    Verify20Of20,
    /// Three of 20, by an issuer whose key was prepared beforehand.
    VerifyKnownIssuer3Of20,
    /// 64 presentations in one call.
    VerifyMany64,
    /// 1024 presentations in one call.
    VerifyMany1024,
    /// 64 copies of a credential in one call.
    IssueBatch64,
    /// A forged signature, parsing included.
    RejectForged,
    /// A nonce that does not count any more, parsing included.
    RejectReplayed,
    /// From verified claims to a decision with its reason.
    Decide,
}

impl Job {
    /// All, in the order of the tables.
    pub(crate) const ALL: [Self; 11] = [
        Self::Issue20,
        Self::Present3Of20,
        Self::Verify3Of20,
        Self::Verify20Of20,
        Self::VerifyKnownIssuer3Of20,
        Self::VerifyMany64,
        Self::VerifyMany1024,
        Self::IssueBatch64,
        Self::RejectForged,
        Self::RejectReplayed,
        Self::Decide,
    ];

    /// The name in tables and JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Issue20 => "issue-20",
            Self::Present3Of20 => "present-3-of-20",
            Self::Verify3Of20 => "verify-3-of-20",
            Self::Verify20Of20 => "verify-20-of-20",
            Self::VerifyKnownIssuer3Of20 => "verify-known-issuer-3-of-20",
            Self::VerifyMany64 => "verify-many-64",
            Self::VerifyMany1024 => "verify-many-1024",
            Self::IssueBatch64 => "issue-batch-64",
            Self::RejectForged => "reject-forged",
            Self::RejectReplayed => "reject-replayed",
            Self::Decide => "decide",
        }
    }

    /// The job of which the bare cryptography is the floor of this one.
    pub(crate) const fn floor(self) -> Option<Self> {
        match self {
            Self::Issue20 | Self::IssueBatch64 => Some(Self::Issue20),
            Self::Present3Of20 => Some(Self::Present3Of20),
            Self::Verify20Of20 => Some(Self::Verify20Of20),
            Self::Verify3Of20
            | Self::VerifyKnownIssuer3Of20
            | Self::VerifyMany64
            | Self::VerifyMany1024
            | Self::RejectForged
            | Self::RejectReplayed => Some(Self::Verify3Of20),
            Self::Decide => None,
        }
    }

    /// What one figure is for.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::Issue20 | Self::IssueBatch64 => "credential",
            Self::Decide => "decision",
            Self::Present3Of20
            | Self::Verify3Of20
            | Self::Verify20Of20
            | Self::VerifyKnownIssuer3Of20
            | Self::VerifyMany64
            | Self::VerifyMany1024
            | Self::RejectForged
            | Self::RejectReplayed => "presentation",
        }
    }

    /// Whether the job is to refuse.
    pub(crate) const fn refuses(self) -> bool {
        matches!(self, Self::RejectForged | Self::RejectReplayed)
    }
}
