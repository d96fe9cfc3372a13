//! Many presentations at once: the verdicts of single checks in their order, and less work for each.
//!
//! ```text
//! 16 presentations: address each --> issuers' signatures together --> check_issued each
//!                                --> holders' signatures together --> check_bound each --> conclude in order
//! ```
//!
//! What is shared is exact: one inversion serves the comparison of all signatures of a stage, and each is
//! compared on its own. There is no random linear combination, which could not say which presentation is bad, and whose
//! verdict differs from the strict rule on edge cases. A stage is entered by those alone whom the one before did not reject.

use super::stages::{Addressed, Context, Issued, RequestStands};
use super::{NonceRegister, Rejection, VerifiedCredential, VerifiedPresentation, Verifier, Workspace};
use crate::presentation::{MAX_TOKENS, Presentation};
use crate::request::PermittedRequest;
use crate::sd_cwt::Scratch;
use crate::status_list::StatusLists;
use crate::time::UnixTime;
use core::array::from_fn;
use core::slice::IterMut;

/// Presentations that share their inversions. What an inversion costs is a tenth of a signature, and a sixteenth
/// of that is left; more would only need more memory on the stack.
const TOGETHER: usize = 16;

/// A presentation and the request that it answers.
#[derive(Clone, Copy, Debug)]
pub struct ToCheck<'c, 'b> {
    /// The presentation.
    pub presentation: &'c Presentation<'b>,
    /// The request.
    pub request: &'c PermittedRequest,
}

/// Memory for [`Verifier::verify_many`], used again and again.
#[derive(Debug)]
pub struct Workspaces([Workspace; TOGETHER]);

impl Workspaces {
    /// Room for presentations of our credential types, so that not even the first ones allocate.
    #[must_use]
    pub fn new() -> Self {
        Self(from_fn(|_| Workspace::new()))
    }
}

impl Default for Workspaces {
    fn default() -> Self {
        Self::new()
    }
}

/// A presentation between two stages.
struct InWork<'c, 'b, 's> {
    context: Context<'c>,
    presentation: &'c Presentation<'b>,
    standing: RequestStands,
    tokens: [Option<Addressed<'c, 'b>>; MAX_TOKENS],
    credentials: [Option<VerifiedCredential<'b, 's>>; MAX_TOKENS],
    scratch: IterMut<'s, Scratch>,
}

/// How far a presentation came.
#[expect(clippy::large_enum_variant, reason = "nearly all stay in work, and a box would allocate")]
enum Progress<'c, 'b, 's> {
    InWork(InWork<'c, 'b, 's>),
    /// Rejected before its nonce was looked up.
    Early(Rejection),
    /// Rejected after that; whoever used the nonce up meanwhile comes first.
    Late(Context<'c>, Rejection),
}

impl Verifier {
    /// Verifies presentations as [`Self::verify`] would one after the other, with the same verdict for each:
    /// `each` gets them in order, with the number of the presentation.
    ///
    /// Sixteen go together; with fewer there is less to share. Nothing is allocated once the [`Workspaces`] exist, and
    /// about 200 kB of stack are used, twice that without optimisation: give a thread more than that.
    ///
    /// To use several cores, give each its share of the presentations, its own workspaces, and a register that they
    /// share: `&Mutex` of a register is one, and a store of your own can implement [`NonceRegister`] for a reference to
    /// itself, so that no lock is held while it waits. `examples/examples/queue.rs` does it.
    ///
    /// ```
    /// use geleit_credential::presentation::Presentation;
    /// use geleit_credential::request::PermittedRequest;
    /// use geleit_credential::status_list::StatusLists;
    /// use geleit_credential::time::UnixTime;
    /// use geleit_credential::verifier::{OpenNonces, ToCheck, Verifier, Workspaces};
    ///
    /// fn check_all(
    ///     verifier: &Verifier,
    ///     queue: &[(Presentation<'_>, PermittedRequest)],
    ///     statuses: &StatusLists,
    ///     now: UnixTime,
    ///     nonces: &mut OpenNonces,
    /// ) {
    ///     let checks = queue.iter().map(|(presentation, request)| ToCheck { presentation, request });
    ///     let mut workspaces = Workspaces::new();
    ///     verifier.verify_many(checks, statuses, now, nonces, &mut workspaces, |number, verified| match verified {
    ///         Ok(verified) => println!("{number}: {}", verified.disclosed().join(", ")),
    ///         Err(rejection) => println!("{number}: {rejection}"),
    ///     });
    ///     nonces.forget_expired(now);
    /// }
    /// ```
    pub fn verify_many<'c, 'b: 'c>(
        &'c self,
        checks: impl IntoIterator<Item = ToCheck<'c, 'b>>,
        statuses: &'c StatusLists,
        now: UnixTime,
        nonces: &mut impl NonceRegister,
        workspaces: &mut Workspaces,
        mut each: impl FnMut(usize, Result<VerifiedPresentation<'b, '_>, Rejection>),
    ) {
        let mut checks = checks.into_iter().fuse();
        let mut number = 0;
        loop {
            let mut workspaces = workspaces.0.iter_mut();
            let works: [Option<Progress<'c, 'b, '_>>; TOGETHER] = from_fn(|_| {
                let ToCheck { presentation, request } = checks.next()?;
                let context = Context { verifier: self, request, statuses, now };
                Some(begin(context, presentation, workspaces.next()?, nonces))
            });
            let taken = works.iter().flatten().count();
            for work in verify_tokens(works).into_iter().flatten() {
                each(number, conclude(work, nonces));
                number += 1;
            }
            if taken < TOGETHER {
                return;
            }
        }
    }
}

fn begin<'c, 'b: 'c, 's>(
    context: Context<'c>,
    presentation: &'c Presentation<'b>,
    workspace: &'s mut Workspace,
    nonces: &impl NonceRegister,
) -> Progress<'c, 'b, 's> {
    let first = context.check_request().and_then(|standing| Ok((standing, context.address(presentation)?)));
    let (standing, tokens) = match first {
        Ok(found) => found,
        Err(rejection) => return Progress::Early(rejection),
    };
    if let Err(rejection) = context.require_unused(nonces) {
        return Progress::Early(rejection);
    }
    let (credentials, scratch) = ([const { None }; MAX_TOKENS], workspace.scratch.iter_mut());
    Progress::InWork(InWork { context, presentation, standing, tokens, credentials, scratch })
}

/// First token of each, then second token of each: the order of a single check.
fn verify_tokens<'c, 'b, 's>(
    mut works: [Option<Progress<'c, 'b, 's>>; TOGETHER],
) -> [Option<Progress<'c, 'b, 's>>; TOGETHER] {
    for index in 0..MAX_TOKENS {
        let token = |work: &Option<Progress<'c, 'b, 's>>| match work {
            Some(Progress::InWork(work)) => work.tokens.get(index).copied().flatten(),
            Some(Progress::Early(_) | Progress::Late(..)) | None => None,
        };
        let tokens = works.each_ref().map(token);
        if tokens.iter().all(Option::is_none) {
            break;
        }
        let issued = each(&mut works, Addressed::verify_issuers(tokens), |work, (token, half)| {
            work.context.check_issued(&token, half?, &work.credentials)
        });
        each(&mut works, Issued::verify_holders(issued), |work, bound| {
            let place = work.credentials.get_mut(index).zip(work.scratch.next());
            let (slot, scratch) = place.expect("a presentation has room for each of its tokens");
            *slot = Some(work.context.check_bound(&bound?, scratch)?);
            Ok(())
        });
    }
    works
}

/// One stage of every presentation that has come to it; the others have nothing to show for it.
fn each<'c, 'b, 's, A, B>(
    works: &mut [Option<Progress<'c, 'b, 's>>; TOGETHER],
    found: [Option<A>; TOGETHER],
    mut stage: impl FnMut(&mut InWork<'c, 'b, 's>, A) -> Result<B, Rejection>,
) -> [Option<B>; TOGETHER] {
    let mut works = works.iter_mut();
    found.map(|found| {
        let work = works.next().expect("there are as many results as presentations");
        found.and_then(|found| advance(work, |work| stage(work, found)))
    })
}

/// One stage of one presentation.
fn advance<'c, 'b, 's, T>(
    progress: &mut Option<Progress<'c, 'b, 's>>,
    stage: impl FnOnce(&mut InWork<'c, 'b, 's>) -> Result<T, Rejection>,
) -> Option<T> {
    let Some(Progress::InWork(work)) = progress else { return None };
    match stage(work) {
        Ok(result) => Some(result),
        Err(rejection) => {
            *progress = Some(Progress::Late(work.context, rejection));
            None
        }
    }
}

fn conclude<'b, 's>(
    progress: Progress<'_, 'b, 's>,
    nonces: &mut impl NonceRegister,
) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
    match progress {
        Progress::InWork(InWork { context, presentation, standing, credentials, .. }) => {
            context.require_unused(nonces)?;
            context.conclude(presentation, standing, credentials, nonces)
        }
        Progress::Early(rejection) => Err(rejection),
        Progress::Late(context, rejection) => {
            context.require_unused(nonces)?;
            Err(rejection)
        }
    }
}
