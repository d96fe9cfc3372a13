//! The bare cryptography of each job, over the very bytes that geleit made: [`geleit_benches::floor`].

use super::{Plan, Row, System, geleit};
use crate::data;
use crate::job::Job;
use crate::peer::{GeleitSdCwt, Peer};
use geleit_benches::{Scenario, floor};
use geleit_cose::key::PublicKey;

/// Of the 20 claims in geleit's SD-CWT.
pub(super) const FORMAT: &str = "floor";

/// Of the purpose-bound path.
pub(super) const PURPOSE: &str = "floor of geleit";

pub(super) fn both() -> [System; 2] {
    let over_format = "verify: 2 verify_strict of ed25519-dalek (the issuer's key decompressed before, the \
                       holder's each time) and one SHA-256 for each claim that is shown; issue: one draw of all \
                       salts, 20 SHA-256, one signature; present: one signature; all over the bytes of geleit \
                       sd-cwt, and peers are measured by it too";
    let over_purpose = "the same over the bytes of geleit's residence credential: 49 digests and threshold \
                        chains to issue, three claims in their group to verify";
    let system = |name, note, plan: fn(Job) -> Plan| System {
        name,
        package: Some(("ed25519-dalek", "3.")),
        note,
        floor: name,
        plan: Box::new(plan),
    };
    [system(FORMAT, over_format, format), system(PURPOSE, over_purpose, purpose)]
}

fn format(job: Job) -> Plan {
    let mut geleit = GeleitSdCwt::<PublicKey>::new(|key| key);
    let issued = geleit.issue();
    geleit.accept(&issued);
    let presentation = |geleit: &mut GeleitSdCwt<_>, shown: &[usize]| geleit.present(shown, data::NONCE);
    match job {
        Job::Issue20 => {
            let mut floor = floor::Issue::of_credential(&GeleitSdCwt::<PublicKey>::credential(&issued));
            Plan::Row(Row::new(issued.len(), None, move || floor.run()))
        }
        Job::Present3Of20 => {
            let bytes = presentation(&mut geleit, data::THREE);
            let token = GeleitSdCwt::<PublicKey>::token(&bytes);
            let floor = floor::Present::of_tokens(std::iter::once(&token));
            Plan::Row(Row::new(bytes.len(), Some(data::THREE.len()), move || floor.run()))
        }
        Job::Verify3Of20 | Job::Verify20Of20 => {
            let shown = if job == Job::Verify3Of20 { data::THREE } else { data::ALL };
            let bytes = presentation(&mut geleit, shown);
            let token = GeleitSdCwt::<PublicKey>::token(&bytes);
            let floor = floor::Verify::of_token(&token, geleit.issuer(), geleit.holder());
            Plan::Row(Row::new(bytes.len(), Some(shown.len()), move || floor.run()))
        }
        job => elsewhere(job),
    }
}

fn purpose(job: Job) -> Plan {
    let scenario = Scenario::three_claims();
    let answer = scenario.answer.len();
    match job {
        Job::Issue20 => {
            let mut floor = floor::Issue::of(&scenario, 0);
            Plan::Row(Row::new(scenario.credential(0).1.len(), None, move || floor.run()))
        }
        Job::Present3Of20 => {
            let floor = floor::Present::of(&scenario);
            Plan::Row(Row::new(answer, Some(geleit::SHOWN), move || floor.run()))
        }
        Job::Verify3Of20 => {
            let floor = floor::Verify::of(&scenario);
            Plan::Row(Row::new(answer, Some(geleit::SHOWN), move || floor.run()))
        }
        Job::Verify20Of20 => Plan::Absent(geleit::NO_20),
        job => elsewhere(job),
    }
}

fn elsewhere(job: Job) -> Plan {
    Plan::Absent(match job {
        Job::IssueBatch64 => "its floor is that of issue-20, for each copy",
        Job::Decide => "needs no cryptography",
        _ => "its floor is that of verify-3-of-20, for each presentation",
    })
}
