//! The same check in the share-code model.

use super::exchange::Broken;
use super::run::Measures;
use super::schema::CheckStep;
use super::stage::Stage;
use crate::row::Answer;

/// What came of it.
#[derive(Debug)]
pub(super) struct Today {
    pub(super) answer: Answer,
    pub(super) measures: Measures,
}

/// Plays the check.
pub(super) fn check(_: &Stage<'_>, _: &CheckStep) -> Result<Option<Today>, Broken> {
    Ok(None)
}
