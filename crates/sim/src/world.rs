//! The simulated world: everybody who takes part in a check, on one virtual clock.
//!
//! ```text
//! trust anchor · issuers · registrar · publishers   authority
//! status lists and who fetched them                  status_service
//! what is away, and how long messages take           network
//! one-time copies, keys, what was answered           wallet
//! registrations, requests, lists at hand             relying_party
//! ```
//!
//! All of them are honest and use the public interface of `geleit_credential`; whoever is not is in `attacker`.

pub mod authority;
pub mod network;
pub mod relying_party;
pub mod status_service;
pub mod wallet;
