//! One-fault vectors: each case is an accepted one with one thing broken, and the rule that says so.
//!
//! ```text
//! { "title", "keys"?: {...}, "baseline"?: {inputs},
//!   "cases": [ {"name", "kind", "expect", "rule"?, "why", inputs that differ from the baseline} ] }
//! ```
//!
//! Files of the kinds `issued` and `kbt` have the format of `geleit conformance run`; the other kinds
//! carry whole inputs: trust list, anchor, registration, request, presentation, time. All of it is
//! made by [`all`], and equal in every run.
//!
//! Decisions are vectors, too: [`purposes`] makes real signed objects of the cases in `tests/purposes`.

mod case;
mod decisions;
mod documents;
mod holder;
mod presentation;
mod run;
mod token;

pub use case::{
    Case, CopyInputs, Decided, Expect, File, Hex, Inputs, Keys, Kind, TableOfLimits, VectorKey,
    VerifierInputs,
};
pub use decisions::purposes;
pub use run::{Accepted, Refusal};

/// Every file with its name, as it has to stand in `tests/vectors/geleit`.
#[must_use]
pub fn all() -> Vec<(&'static str, File)> {
    vec![
        ("answer.json", holder::answers()),
        ("cose-key.json", token::cose_keys()),
        ("credential-accept.json", holder::accepted()),
        ("issuing.json", token::issuing()),
        ("presentation.json", presentation::file()),
        ("registration.json", documents::registrations()),
        ("request.json", documents::requests()),
        ("token.json", token::tokens()),
        ("trust-list.json", documents::trust_lists()),
    ]
}
