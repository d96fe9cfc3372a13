//! Why a purpose profile was not accepted: P-01 to P-19 and P-24.

use super::vocabulary::ProfileKind;
use core::fmt;

/// A profile that breaks a P rule, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    profile: Option<String>,
    fault: Box<ProfileFault>,
}

impl ProfileError {
    pub(super) fn new(profile: String, fault: ProfileFault) -> Self {
        Self { profile: Some(profile), fault: Box::new(fault) }
    }

    /// Nothing of a file that is too large is read, nor is its id.
    pub(super) fn unread(fault: ProfileFault) -> Self {
        Self { profile: None, fault: Box::new(fault) }
    }

    /// The id of a file that is not of the format is not known.
    pub(super) fn toml(error: toml::de::Error) -> Self {
        Self { profile: None, fault: Box::new(ProfileFault::Toml(error)) }
    }

    /// The id of the profile, when the file could be read so far.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &ProfileFault {
        &self.fault
    }

    /// The rule id in `spec/purposes/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        if let Some(profile) = &self.profile {
            write!(f, " {profile}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl core::error::Error for ProfileError {}

/// Where something stands in the file of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'f> {
    /// The file as a whole, or a place that the TOML error names.
    File,
    /// A field of the head, a claim, a threshold, a fact or a feature, by its name.
    Field(&'f str),
    /// A row of the decision table, counted from 1.
    Row(usize),
}

/// What is wrong with a profile. Rows and conditions are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileFault {
    /// P-01: not TOML, or a field that is unknown, missing or of another type.
    Toml(toml::de::Error),
    /// P-01: more than a profile may have.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The row, where it is about one.
        row: Option<usize>,
        /// How many are permitted.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// P-01: a field that the kind needs is not there.
    MissingField {
        /// The kind.
        kind: ProfileKind,
        /// The field.
        field: &'static str,
    },
    /// P-01: a field that the kind does not have.
    Misplaced {
        /// The kind.
        kind: ProfileKind,
        /// The field.
        field: &'static str,
    },
    /// P-01: a note on the use of AI without such a use, or the other way round; or an overseer of a use
    /// that is not high-risk.
    AiFields,
    /// P-02: the id is not lower-case words with hyphens, or the version is 0.
    IdOrVersion,
    /// P-02: a name of another purpose that is not of that form, or the profile's own.
    Reference {
        /// The field.
        field: &'static str,
        /// The name.
        id: String,
    },
    /// P-02: a feature whose name is not lower-case words with hyphens, or is there twice.
    Feature {
        /// The name.
        feature: String,
    },
    /// P-03: a text is empty, padded or broken into lines.
    Text {
        /// The field.
        field: String,
    },
    /// P-04: no legal basis.
    NoLegalBasis,
    /// P-05: a kind of profile that asks lists no claims.
    KindAndClaims,
    /// P-05: a kind of profile that asks for nothing does not forbid everything.
    ForbidsNotAll,
    /// P-06: a claim is listed twice, or listed and left out.
    ListedTwice {
        /// The claim id.
        claim: String,
    },
    /// P-07: the schema of the credential type has no such claim that could be shown.
    NotInSchema {
        /// The claim id.
        claim: String,
        /// The credential type under which it is listed.
        credential_type: &'static str,
    },
    /// P-08: a listed claim is forbidden.
    Forbidden {
        /// The claim id.
        claim: String,
    },
    /// P-08: an entry of the forbidden list matches nothing that exists.
    ForbidsNothing {
        /// The entry.
        pattern: String,
    },
    /// P-09: a threshold that is not one, or whose steps are empty, unknown or not ascending.
    Threshold {
        /// The claim id.
        claim: String,
    },
    /// P-09: a threshold stands in for a claim that is not required.
    ReplacesNothing {
        /// The claim id of the threshold.
        claim: String,
    },
    /// P-10: a fact whose name is not lower-case, or whose values do not fit its type.
    Fact {
        /// The name.
        fact: String,
    },
    /// P-10: a fact stands in the place of something that is not a claim of another kind of credential.
    InPlaceOf {
        /// The name.
        fact: String,
        /// What it stands in the place of.
        claim: String,
    },
    /// P-11: a condition that is not one subject with one operator of the closed set.
    Condition {
        /// The row.
        row: usize,
        /// The place in `when`.
        condition: usize,
        /// What is wrong.
        fault: ConditionFault,
    },
    /// P-12: a row reads a claim, threshold or fact that the profile does not register, or, on the
    /// holder's device, a status.
    NotRegistered {
        /// The row.
        row: usize,
        /// The claim id or the name of the fact.
        name: String,
    },
    /// P-12: a claim that a person looks at is not one that the profile registers.
    SeenNotRegistered {
        /// The claim id.
        claim: String,
    },
    /// P-13: an operator or value that does not fit what it is applied to.
    DoesNotFit {
        /// The row.
        row: usize,
        /// The claim id or the name of the fact.
        name: String,
    },
    /// P-14: `outcome`, `until` and `notice` do not go together.
    RowOutcome {
        /// The row.
        row: usize,
    },
    /// P-15: the reason is not in the catalogue.
    UnknownReason {
        /// The row.
        row: usize,
        /// The code.
        reason: String,
    },
    /// P-15: the reason belongs to another kind of answer.
    ReasonOfOtherKind {
        /// The row.
        row: usize,
        /// The code.
        reason: &'static str,
    },
    /// P-16: the last row, and only that one, has no condition and is `INDETERMINATE`.
    CatchAll {
        /// The row.
        row: usize,
    },
    /// P-17: a row refuses because something was not shown.
    RefusesAbsence {
        /// The row.
        row: usize,
    },
    /// P-19: the table does not begin with the five rows that no decision may go without: revoked,
    /// suspended, superseded, in doubt, and evidence older than the profile allows.
    NoGuards {
        /// The first row that is not the one that it has to be.
        row: usize,
    },
    /// P-18: nobody reads a registered claim, threshold or fact.
    Unused {
        /// The claim id or the name of the fact.
        name: String,
    },
    /// P-24: nothing says what happens without a definite answer, or how the answer is contested.
    NoWayOut {
        /// The kind.
        kind: ProfileKind,
        /// The field.
        field: &'static str,
    },
}

impl ProfileFault {
    /// The rule id in `spec/purposes/README.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Toml(_)
            | Self::TooLarge { .. }
            | Self::MissingField { .. }
            | Self::Misplaced { .. }
            | Self::AiFields => "P-01",
            Self::IdOrVersion | Self::Reference { .. } | Self::Feature { .. } => "P-02",
            Self::Text { .. } => "P-03",
            Self::NoLegalBasis => "P-04",
            Self::KindAndClaims | Self::ForbidsNotAll => "P-05",
            Self::ListedTwice { .. } => "P-06",
            Self::NotInSchema { .. } => "P-07",
            Self::Forbidden { .. } | Self::ForbidsNothing { .. } => "P-08",
            Self::Threshold { .. } | Self::ReplacesNothing { .. } => "P-09",
            Self::Fact { .. } | Self::InPlaceOf { .. } => "P-10",
            Self::Condition { .. } => "P-11",
            Self::NotRegistered { .. } | Self::SeenNotRegistered { .. } => "P-12",
            Self::DoesNotFit { .. } => "P-13",
            Self::RowOutcome { .. } => "P-14",
            Self::UnknownReason { .. } | Self::ReasonOfOtherKind { .. } => "P-15",
            Self::CatchAll { .. } => "P-16",
            Self::RefusesAbsence { .. } => "P-17",
            Self::Unused { .. } => "P-18",
            Self::NoGuards { .. } => "P-19",
            Self::NoWayOut { .. } => "P-24",
        }
    }

    /// Where it stands in the file.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        match self {
            Self::Toml(_) | Self::MissingField { .. } | Self::NoWayOut { .. } => Place::File,
            Self::TooLarge { row, .. } => row.map_or(Place::File, Place::Row),
            Self::Misplaced { field, .. } | Self::Reference { field, .. } => Place::Field(field),
            Self::AiFields => Place::Field("ai_use"),
            Self::IdOrVersion => Place::Field("id"),
            Self::Feature { feature: name }
            | Self::Text { field: name }
            | Self::Fact { fact: name }
            | Self::InPlaceOf { fact: name, .. }
            | Self::Unused { name } => Place::Field(name),
            Self::NoLegalBasis => Place::Field("legal_basis"),
            Self::KindAndClaims => Place::Field("kind"),
            Self::ForbidsNotAll => Place::Field("forbidden"),
            Self::ListedTwice { claim }
            | Self::NotInSchema { claim, .. }
            | Self::Forbidden { claim }
            | Self::ForbidsNothing { pattern: claim }
            | Self::Threshold { claim }
            | Self::ReplacesNothing { claim } => Place::Field(claim),
            Self::SeenNotRegistered { .. } => Place::Field("seen_by_person"),
            Self::Condition { row, .. }
            | Self::NotRegistered { row, .. }
            | Self::DoesNotFit { row, .. }
            | Self::RowOutcome { row }
            | Self::UnknownReason { row, .. }
            | Self::ReasonOfOtherKind { row, .. }
            | Self::CatchAll { row }
            | Self::RefusesAbsence { row }
            | Self::NoGuards { row } => Place::Row(*row),
        }
    }
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(error) => write!(f, "not of the format of purpose profiles: {error}"),
            Self::TooLarge { what, row, limit, found } => {
                if let Some(row) = row {
                    write!(f, "row {row}: ")?;
                }
                write!(f, "at most {limit} {what} are permitted, there are {found}")
            }
            Self::MissingField { kind, field } | Self::NoWayOut { kind, field } => {
                write!(f, "{field} is required for kind {}", kind.name())
            }
            Self::Misplaced { kind, field } => write!(f, "{field} is not a field of kind {}", kind.name()),
            Self::AiFields => {
                f.write_str("ai_note goes with every ai_use other than none, oversight with high-risk only")
            }
            Self::IdOrVersion => f.write_str("id must be lower-case words with hyphens, version at least 1"),
            Self::Reference { field, id } => {
                write!(f, "{field}: the id of another profile is required, \"{id}\" is not one")
            }
            Self::Feature { feature } => {
                write!(f, "feature \"{feature}\": lower-case words with hyphens are required, each name once")
            }
            Self::Text { field } => write!(f, "{field}: a text is empty, padded or broken into lines"),
            Self::NoLegalBasis => f.write_str("legal_basis: at least one law is required"),
            Self::KindAndClaims => {
                f.write_str("kind and claims: only profile and statutory-full ask, and they do")
            }
            Self::ForbidsNotAll => f.write_str("forbidden: [\"*\"] is required for a kind that asks nothing"),
            Self::ListedTwice { claim } => write!(f, "claim \"{claim}\" is listed twice"),
            Self::NotInSchema { claim, credential_type } => {
                write!(f, "claim \"{claim}\" cannot be shown from a credential of type {credential_type}")
            }
            Self::Forbidden { claim } => write!(f, "claim \"{claim}\" is listed and forbidden"),
            Self::ForbidsNothing { pattern } => write!(f, "forbidden: \"{pattern}\" matches no claim"),
            Self::Threshold { claim } => {
                write!(f, "threshold \"{claim}\": ascending steps of a threshold claim are required")
            }
            Self::ReplacesNothing { claim } => {
                write!(f, "threshold \"{claim}\": instead_of must name a required claim")
            }
            Self::Fact { fact } => {
                write!(f, "fact \"{fact}\": a lower-case name is required, and values with a choice only")
            }
            Self::InPlaceOf { fact, claim } => write!(
                f,
                "fact \"{fact}\": in_place_of must name a claim of another kind of credential, \"{claim}\" is not one"
            ),
            Self::Condition { row, condition, fault } => {
                write!(f, "row {row}, condition {condition}: {fault}")
            }
            Self::NotRegistered { row, name } => write!(f, "row {row}: \"{name}\" is not registered"),
            Self::SeenNotRegistered { claim } => write!(f, "seen_by_person: \"{claim}\" is not registered"),
            Self::DoesNotFit { row, name } => {
                write!(f, "row {row}: the operator or its value does not fit \"{name}\"")
            }
            Self::RowOutcome { row } => write!(
                f,
                "row {row}: either notice = true or an outcome is required, and until with ACCEPT_UNTIL only"
            ),
            Self::UnknownReason { row, reason } => {
                write!(f, "row {row}: reason \"{reason}\" is not in the catalogue")
            }
            Self::ReasonOfOtherKind { row, reason } => {
                write!(f, "row {row}: reason \"{reason}\" belongs to another kind of answer")
            }
            Self::CatchAll { row } => write!(
                f,
                "row {row}: the last row, and no other, must have no condition; it must be INDETERMINATE"
            ),
            Self::RefusesAbsence { row } => write!(f, "row {row}: REFUSE must not rest on something missing"),
            Self::NoGuards { row } => write!(
                f,
                "row {row}: a table begins with the rows revoked, suspended, superseded, in-doubt and \
                 max_status_age_s, with their outcomes and reasons"
            ),
            Self::Unused { name } => {
                write!(f, "\"{name}\" is registered, but no row reads it and nobody looks at it")
            }
        }
    }
}

impl core::error::Error for ProfileFault {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let Self::Toml(error) = self { Some(error) } else { None }
    }
}

/// What is wrong with a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConditionFault {
    /// `member` without `claim`.
    MemberWithoutClaim,
    /// A claim, fact or threshold without operator.
    NoOperator,
    /// No subject.
    NoSubject,
    /// The right side of an operator is not one of the forms that it takes.
    Operand(&'static str),
    /// An operator beside a subject that takes none.
    OperatorNotAllowed,
    /// More than one operator.
    SeveralOperators,
    /// More than one subject.
    SeveralSubjects,
}

impl fmt::Display for ConditionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MemberWithoutClaim => f.write_str("member needs a claim"),
            Self::NoOperator => f.write_str("an operator is required"),
            Self::NoSubject => f.write_str("a claim, fact, threshold or other subject is required"),
            Self::Operand(operator) => write!(f, "{operator} does not take this value"),
            Self::OperatorNotAllowed => f.write_str("this subject takes no operator"),
            Self::SeveralOperators => f.write_str("one operator is required, several are given"),
            Self::SeveralSubjects => f.write_str("one subject is required, several are given"),
        }
    }
}
