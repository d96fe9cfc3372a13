//! What is sampled: every system says for every job either how it is done or why there is no row.

mod floor;
mod geleit;
mod peers;

use crate::job::Job;
use crate::peer;

/// The system that ratios "to geleit" are relative to.
pub(crate) const REFERENCE: &str = "geleit sd-cwt";

/// One system.
pub(crate) struct System {
    /// What the tables call it.
    pub(crate) name: &'static str,
    /// The package in the lock file and the beginning of its version.
    pub(crate) package: Option<(&'static str, &'static str)>,
    /// What a reader has to know to compare.
    pub(crate) note: &'static str,
    /// The system whose rows are its floor.
    pub(crate) floor: &'static str,
    /// Its way to do a job.
    pub(crate) plan: Box<dyn Fn(Job) -> Plan>,
}

/// How a job is done, or why not.
pub(crate) enum Plan {
    /// With a row.
    Row(Row),
    /// Without.
    Absent(&'static str),
}

/// What is sampled for one row.
pub(crate) struct Row {
    /// What runs. Of several, the slowest is the row, and all are named.
    pub(crate) variants: Vec<Variant>,
    /// Credentials or presentations in one call.
    pub(crate) per_call: u32,
    /// Bytes of the credential or presentation.
    pub(crate) bytes: Option<usize>,
    /// Claims that a verifier sees.
    pub(crate) shown: Option<usize>,
}

/// One operation of a row.
pub(crate) struct Variant {
    /// Its name, where there are several.
    pub(crate) name: &'static str,
    /// The operation.
    pub(crate) run: Box<dyn FnMut()>,
}

impl Row {
    /// One operation, one credential or presentation.
    fn new(bytes: usize, shown: Option<usize>, run: impl FnMut() + 'static) -> Self {
        Self { variants: vec![Variant::new("", run)], per_call: 1, bytes: Some(bytes), shown }
    }
}

impl Variant {
    fn new(name: &'static str, run: impl FnMut() + 'static) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// All systems, in the order of the tables.
pub(crate) fn all() -> Vec<System> {
    let mut all: Vec<System> = floor::both().into();
    let (format, peers): (Vec<_>, Vec<_>) =
        peer::ALL.into_iter().map(peers::system).partition(|system| system.name == REFERENCE);
    all.extend(format);
    all.push(geleit::system());
    all.extend(peers);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn systems_have_different_names_and_a_floor() {
        let systems = all();
        let names: BTreeSet<&str> = systems.iter().map(|system| system.name).collect();
        assert_eq!(names.len(), systems.len());
        assert!(systems.iter().all(|system| names.contains(system.floor)));
        assert!(names.contains(REFERENCE));
    }

    #[test]
    fn every_system_has_a_row_or_a_reason_for_every_job() {
        for system in all() {
            for job in Job::ALL {
                match (system.plan)(job) {
                    Plan::Absent(reason) => assert!(reason.len() > 10, "{} {}", system.name, job.name()),
                    Plan::Row(mut row) => {
                        assert!(!row.variants.is_empty() && row.per_call > 0);
                        row.variants.iter_mut().for_each(|variant| (variant.run)());
                    }
                }
            }
        }
    }

    /// The jobs that no peer could be left out of without being noticed.
    #[test]
    fn every_peer_issues_presents_verifies_and_rejects() {
        let jobs = [Job::Issue20, Job::Present3Of20, Job::Verify3Of20, Job::Verify20Of20];
        let jobs = [jobs.as_slice(), &[Job::RejectForged, Job::RejectReplayed]].concat();
        for about in peer::ALL {
            let system = peers::system(about);
            for job in &jobs {
                assert!(matches!((system.plan)(*job), Plan::Row(_)), "{} {}", system.name, job.name());
            }
        }
    }
}
