//! Credentials that show what a registered purpose permits, and nothing else.
//!
//! A person holds three kinds of credential: *identity*, *qualification* (the recognition of a foreign
//! one) and *residence*. An employer, a landlord or a border desk asks for the claims that its registered
//! **intended use** permits, verifies the answer without asking anybody else, and gets a decision that can
//! be explained, contested and replayed. The format is SD-CWT (draft-ietf-spice-sd-cwt-08): a CWT whose
//! claims are hidden behind salted hashes, each of which the holder can open on its own.
//!
//! This crate is the only trust boundary of the project. It has no clock, does no I/O and is not async:
//! time, randomness, trust and memory are arguments, so that every check can be repeated years later with
//! the same result.
//!
//! # Roles
//!
//! | role | does | with |
//! |---|---|---|
//! | trust anchor | signs the list of issuers and registrars | [`trust_list::TrustListContent::sign`] |
//! | registrar | registers a relying party for one intended use | [`registration::RegistrationContent::sign`] |
//! | issuer | states claims, issues one-time copies of a credential | [`schema`], [`issuer::Issuer::issue`] |
//! | relying party | asks for claims, for a purpose | [`purpose::Profile`], [`request::RequestContent::sign`] |
//! | holder (a wallet) | keeps credentials, permits or refuses a request, answers it | [`holder::HeldCredential::accept`], [`request::Request::permit`], [`holder::plan`], [`holder::respond`] |
//! | verifier | verifies the answer to its own request | [`presentation::Presentation::parse`], [`verifier::Verifier::verify`] |
//! | status issuer | publishes lists of what was withdrawn | [`status_list::StatusListContent::sign`] |
//! | relying party | decides, by a table that lawyers can read | [`decision::decide`] |
//! | relying party | signs what it decided, and that it deleted what it had | [`receipt::Receipt::sign`], [`receipt::Deletion::sign`] |
//! | person, auditor, court | verifies a receipt, decides once more | [`receipt::SignedReceipt::verify`], [`receipt::replay()`] |
//!
//! # From the issuer to a decision
//!
//! The whole path in one program: an employer checks whether somebody may work in the United Kingdom.
//! `examples/` in the repository has the same path role by role.
//!
//! ```
//! use geleit_cose::cbor::Limits;
//! use geleit_cose::key::SigningKey;
//! use geleit_credential::decision::{Facts, decide};
//! use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, Wallet, plan};
//! use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
//! use geleit_credential::known::Known;
//! use geleit_credential::presentation::Presentation;
//! use geleit_credential::purpose::{Profile, Purposes};
//! use geleit_credential::receipt::{Decided, KeptInputs, LogPlace, Receipt, SignedReceipt, replay};
//! use geleit_credential::registration::{
//!     Addresses, IntendedUse, Registration, RegistrationContent, Revocation,
//! };
//! use geleit_credential::request::{Request, RequestContent};
//! use geleit_credential::schema::identity::{self, Identity, Place};
//! use geleit_credential::schema::residence::{self, Residence, UkConditions};
//! use geleit_credential::schema::{Date, End, PartialDate};
//! use geleit_credential::scope::{Scope, ScopeEntry, ScopeError, ScopedClaim};
//! use geleit_credential::sd_cwt::Scratch;
//! use geleit_credential::status_list::{
//!     Bits, Entries, StatusListContent, StatusListToken, StatusLists, StatusReference,
//! };
//! use geleit_credential::time::UnixTime;
//! use geleit_credential::trust_list::{Party, SignedTrustList, TrustListContent, TrustedKey};
//! use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
//! # use rand_core::{Infallible, Rng, TryCryptoRng, TryRng};
//! # use sha2::{Digest, Sha256};
//! #
//! # /// The same numbers in every run, so that this text is a test.
//! # struct Numbers(u64);
//! # impl TryRng for Numbers {
//! #     type Error = Infallible;
//! #     fn try_next_u32(&mut self) -> Result<u32, Infallible> {
//! #         let mut bytes = [0; 4];
//! #         self.try_fill_bytes(&mut bytes).map(|()| u32::from_be_bytes(bytes))
//! #     }
//! #     fn try_next_u64(&mut self) -> Result<u64, Infallible> {
//! #         let mut bytes = [0; 8];
//! #         self.try_fill_bytes(&mut bytes).map(|()| u64::from_be_bytes(bytes))
//! #     }
//! #     fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
//! #         for chunk in bytes.chunks_mut(32) {
//! #             self.0 += 1;
//! #             let block = Sha256::digest(self.0.to_be_bytes());
//! #             chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
//! #         }
//! #         Ok(())
//! #     }
//! # }
//! # impl TryCryptoRng for Numbers {}
//! #
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut rng = Numbers(0);
//! // An app reads its clock, and draws from `rand_core::UnwrapErr(getrandom::SysRng)`.
//! let now = UnixTime(1_795_424_400);
//! assert_eq!(now.to_string(), "2026-11-23T09:00:00Z");
//! let today = Date::from_unix(now.0).ok_or("a day of the calendar")?;
//! let profile = Profile::find_embedded("uk-right-to-work").ok_or("an embedded profile")?;
//!
//! // Keys: new ones, or PEM files by `SigningKey::from_pem`.
//! let mut key = || SigningKey::generate_ed25519(&mut rng);
//! let (anchor_key, registrar_key, issuer_key, employer_key, list_key) = (key(), key(), key(), key(), key());
//!
//! // 1. The trust anchor says who may issue what, and who may register.
//! let keys = |key: &SigningKey| {
//!     vec![TrustedKey::valid(key.public_key().clone(), now.plus(-86_400), now.plus(365 * 86_400))]
//! };
//! let trust_list = TrustListContent {
//!     iss: "https://anchor.example",
//!     sequence: 1,
//!     issued_at: now,
//!     expires_at: now.plus(30 * 86_400),
//!     issuers: vec![Party {
//!         iss: "https://status.example".into(),
//!         types: vec![&identity::TYPE, &residence::TYPE],
//!         publishes_for: vec![],
//!         keys: keys(&issuer_key),
//!     }],
//!     registrars: vec![Party {
//!         iss: "https://registrar.example".into(),
//!         types: vec![],
//!         publishes_for: vec![],
//!         keys: keys(&registrar_key),
//!     }],
//!     status_issuers: vec![Party {
//!         iss: "https://lists.example".into(),
//!         types: vec![],
//!         publishes_for: vec!["https://status.example".into(), "https://registrar.example".into()],
//!         keys: keys(&list_key),
//!     }],
//! }
//! .sign(&anchor_key)?;
//! // Everybody checks it with the anchor's key. 0 is the newest sequence number known so far.
//! let trust = SignedTrustList::parse(&trust_list)?.verify(anchor_key.public_key(), 0, now)?;
//!
//! // 2. The status issuer publishes a list: what is withdrawn, without saying whose it is. Everybody has it
//! //    before a check, and nobody learns of the check.
//! let list = StatusListContent {
//!     uri: "https://lists.example/1".into(),
//!     issued_at: now,
//!     expires_at: None,
//!     ttl_s: None,
//!     entries: Entries::all_valid(Bits::Four, 131_072)?,
//! }
//! .sign(&list_key)?;
//! let mut statuses = StatusLists::new();
//! statuses.insert(StatusListToken::parse(&list)?.verify(&trust, now)?)?;
//! // Trust, the purposes that exist, status: what everybody has to know before judging anything.
//! let purposes = Purposes::embedded();
//! let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
//!
//! // 3. The registrar registers the employer for this purpose, revocably.
//! let registration = RegistrationContent {
//!     iss: "https://registrar.example".into(),
//!     relying_party: "https://employer.example".into(),
//!     name: "Example Ltd".into(),
//!     country: "GB".into(),
//!     service: "hiring".into(),
//!     request_key: employer_key.public_key().clone(),
//!     revocation: Revocation::Entry { uri: "https://lists.example/1".into(), index: 40_961 },
//!     issued_at: now,
//!     expires_at: now.plus(180 * 86_400),
//!     intended_use: IntendedUse::from_profile(
//!         &profile,
//!         &Addresses {
//!             support: "https://employer.example/help",
//!             privacy_policy: "https://employer.example/privacy",
//!             supervisory_authority: "https://authority.example",
//!         },
//!     )?,
//! }
//! .sign(&registrar_key)?;
//!
//! // 4. The issuer states claims. `build` derives coarser ones and checks that all agree.
//! let who = Identity::new()
//!     .name("Sample", Some("Asha"))
//!     .birth_date(PartialDate::parse("1993-04-17").ok_or("a date")?)
//!     .born_in(Place { country: Some("TR"), region: None, locality: Some("İzmir") })
//!     .nationalities(&["TR"])
//!     .portrait(&[0xff, 0xd8, 0xff, 0xd9])
//!     .build(today)?;
//! let may = Residence::new("work_skilled", true)
//!     .uk_work(End::Day(Date::parse("2028-03-31").ok_or("a date")?), UkConditions::default())
//!     .uk_rent(End::Day(Date::parse("2027-11-23").ok_or("a date")?))
//!     .build(today)?;
//!
//! // 5. It issues one copy of each, bound to one key of the wallet, each with a random place in the status
//! //    list. Every claim is hidden.
//! let holder_key = key();
//! let copy = |index| Copy {
//!     holder_key: holder_key.public_key(),
//!     subject: "urn:example:1",
//!     issued_at: now,
//!     lifetime_s: DEFAULT_LIFETIME_S,
//!     status: StatusReference { uri: "https://lists.example/1", index },
//! };
//! let issuer = Issuer::new("https://status.example", &issuer_key);
//! let issued = [
//!     issuer.issue(&who, &copy(90_001), &mut rng)?,
//!     issuer.issue(&may, &copy(7_354), &mut rng)?,
//! ];
//!
//! // 6. The wallet keeps them. It refuses whatever could mark this one holder.
//! let my_keys = [holder_key.public_key().clone()];
//! let mut scratch = Scratch::default();
//! let who = HeldCredential::accept(&issued[0], &trust, &my_keys, now, &mut scratch)?;
//! let may = HeldCredential::accept(&issued[1], &trust, &my_keys, now, &mut scratch)?;
//!
//! // 7. The employer asks for what the profile requires.
//! let claims = profile.required().iter().map(|id| ScopedClaim::by_id(id).map(ScopeEntry::required));
//! let mut nonce = [0; 32];
//! rng.fill_bytes(&mut nonce);
//! let question = RequestContent {
//!     registration: &registration,
//!     relying_party: "https://employer.example",
//!     intended_use_id: profile.id(),
//!     scope: Scope::new(claims.collect::<Result<_, ScopeError>>()?)?,
//!     retention_days: profile.retention_days(),
//!     nonce: &nonce,
//!     issued_at: now,
//!     expires_at: now.plus(600),
//! }
//! .sign(&employer_key)?;
//!
//! // 8. The wallet checks who asks, that the registration was not withdrawn, that nothing is asked beyond it,
//! //    and that it is not wider than its purpose; then its holder agrees. Consent can add what is optional,
//! //    never what is not registered.
//! let request = Request::parse(&question)?.permit(&known, now)?;
//! let held = [&who, &may];
//! let mut ledger = DisclosureLedger::empty();
//! let wallet = Wallet {
//!     held: &held,
//!     key: holder_key.public_key(),
//!     origin: &Origin::of(&held),
//!     ledger: &ledger,
//!     purposes: &purposes,
//! };
//! let plan = plan(&request, &wallet, Consent::REQUIRED_ONLY, now)?;
//! assert_eq!(plan.shown().count(), profile.required().len());
//! // Only now a secret key is needed. The bytes come out when the answer is recorded.
//! let answered = plan.sign(&holder_key)?.record(&mut ledger);
//!
//! // 9. The employer verifies the answer to its own question: signatures, purpose, binding, status, in one call.
//! let relying_party = Registration::parse(&registration)?.verify(&known, now)?;
//! let verifier = Verifier::new(trust.clone(), relying_party.clone());
//! let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
//! let presentation = Presentation::parse(&answered, &Limits::TOKEN)?;
//! let verified =
//!     verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace)?;
//! let until = verified.claim("res.uk.work.until").ok_or("a claim that was asked")?;
//! assert_eq!(until.as_text(), Some("2028-03-31"));
//! assert!(verified.claim("id.birth_date").is_none(), "it was not asked, so nobody can see it");
//!
//! // 10. It decides, with what only it knows.
//! let facts = Facts::new()
//!     .date("start_date", Date::parse("2026-12-01").ok_or("a date")?)
//!     .text("face_matches", "yes");
//! let decision = decide(&verified, &profile, &facts, now)?;
//! assert_eq!(decision.outcome().to_string(), "ACCEPT_UNTIL 2028-03-31");
//! assert_eq!(decision.reason().as_str(), "work-permitted-until");
//!
//! // 11. The person gets a signed receipt without any claim value, and anybody with the kept inputs can decide
//! //     once more, years later.
//! let salt = [7; 16];
//! let decided = Decided::Verified { presentation: &verified, decision: &decision, facts: &facts, salt: &salt };
//! let receipt = Receipt {
//!     request: &request,
//!     profile: &profile,
//!     trust: &trust,
//!     statuses: &statuses,
//!     decided,
//!     decided_at: now,
//!     place: LogPlace::FIRST,
//! }
//! .sign(&employer_key)?;
//! let receipt = SignedReceipt::parse(&receipt)?.verify(&relying_party, now)?;
//! let kept = KeptInputs {
//!     trust_list: &trust_list,
//!     status_lists: &[&list],
//!     profile: profile.text(),
//!     request: &question,
//!     presentation: &answered,
//!     facts: &facts,
//!     salt: &salt,
//! };
//! let replayed = replay(&receipt, &kept, anchor_key.public_key())?;
//! assert_eq!(replayed.decision().map(|again| again.outcome()), Some(decision.outcome()));
//!
//! // An answer counts once, and a request that asks for more than is registered is not answered.
//! let again = verifier.verify(&presentation, &request, &statuses, now, &mut nonces, &mut workspace);
//! assert_eq!(again.map_err(|rejection| rejection.code()).err(), Some("B-20"));
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | for | modules |
//! |---|---|
//! | an issuer | [`schema`] with one builder per type, [`code_list`], [`issuer`] |
//! | a wallet | [`trust_list`], [`holder`], [`request`] |
//! | a relying party | [`registration`], [`scope`], [`request`], [`presentation`], [`verifier`], [`purpose`], [`decision`], [`reason`] |
//! | an anchor, a registrar, a status issuer | [`trust_list`], [`registration`], [`status_list`], [`purpose`] |
//! | a person, an auditor, a court | [`receipt`] |
//! | interoperability: any SD-CWT, without trust and purpose | [`sd_cwt`], [`numbers`] |
//! | everybody | [`known`], [`time`], [`zone`], [`standing`] |
//!
//! # The trust boundary
//!
//! Bytes from outside become a type whose name says how far they can be trusted, and there is one way
//! from each to the next:
//!
//! | parsed, untrusted | verified, by |
//! |---|---|
//! | [`trust_list::SignedTrustList`] | [`trust_list::TrustList`], the anchor's key |
//! | [`status_list::StatusListToken`] | [`status_list::StatusList`], the trust list |
//! | [`registration::Registration`] | [`registration::RelyingParty`], what is [`known`] |
//! | [`request::Request`] | [`request::PermittedRequest`], what is known and the registration inside |
//! | [`sd_cwt::SdCwt`] | [`holder::HeldCredential`], the trust list and the holder's keys |
//! | [`presentation::Presentation`] | [`verifier::VerifiedPresentation`], all of the above and the nonce register |
//! | [`receipt::SignedReceipt`] | [`receipt::VerifiedReceipt`], the relying party |
//!
//! - A parsed type shows no claim. A verified type has private fields, no `Default` and no
//!   `Deserialize`; it holds a receipt for each group of rules, and borrows the bytes that were signed.
//! - There is no `bool` and no `Option` that turns a rule off. What relaxes a rule is called `dangerous…`.
//! - Limits ([`Limits`](geleit_cose::cbor::Limits)) bound the work before the first signature is checked.
//! - Verification allocates nothing once a [`verifier::Workspace`] exists and the nonce register has room.
//! - Keys and held credentials are wiped when they are dropped. `Debug` of claims, held credentials and
//!   verified presentations shows no value.
//!
//! # Rules and errors
//!
//! Every refusal names the first rule that was broken, by an id that does not change: `code()` of each
//! error, and the beginning of its text. `spec/verification.md` lists the rules with their sources.
//!
//! | ids | what | where |
//! |---|---|---|
//! | M, C, K | CBOR; `COSE_Sign1`; keys and PEM files | [`geleit_cose`] |
//! | V | the SD-CWT format | [`sd_cwt::Error`] |
//! | H | what a wallet keeps | [`sd_cwt::Error`], [`holder::AcceptError`] |
//! | I | what cannot be issued or bound | [`sd_cwt::BuildError`], [`issuer::IssueError`] |
//! | S | claims and their values | [`schema::ClaimError`], [`schema::ClaimFault`], [`schema::Invariant`] |
//! | T | trust lists, and what all signed documents share | [`trust_list::TrustError`], [`RegisterError`] |
//! | L | status lists | [`status_list::StatusListError`] |
//! | E | receipts, deletion records, replays | [`receipt::ReceiptError`], [`receipt::ReplayError`] |
//! | R | registrations, requests, scopes | [`registration::RegistrationError`], [`request::RequestError`], [`scope::ScopeError`] |
//! | W | why a wallet answers nothing | [`holder::AnswerError`] |
//! | B | a presentation and the request that it answers | [`presentation::PresentationError`], [`verifier::Rejection`] |
//! | P | purpose profiles | [`purpose::ProfileError`] |
//!
//! A [`decision::Decision`] is not an error: it has an outcome and a [`reason::ReasonCode`] with texts in
//! English and German. Facts that a profile does not declare are misuse, [`decision::FactError`].
//!
//! # What is not here
//!
//! - **Transport and storage.** QR codes, HTTP, files and the wallet's encrypted store belong to the app.
//! - **Fetching.** Trust lists and status lists are given; how old they may be is for the purpose to say.
//! - **Proof that a wallet has its key** when it asks for a credential: that is between wallet and issuer.
//! - **Encrypted disclosures** (header 171 of the draft) are refused.
//! - **Face comparison.** A person looks at the portrait; what they saw is a fact that the relying party
//!   states.

pub mod code_list;
mod same_bytes;
pub mod schema;

pub mod registration;
pub mod scope;
pub mod status_list;
pub mod trust_list;

pub mod holder;
pub mod issuer;
pub mod known;
pub mod presentation;
pub mod receipt;
pub mod request;
pub mod verifier;

pub mod decision;
pub mod purpose;
pub mod reason;

pub mod numbers;
pub mod sd_cwt;
pub mod standing;
pub mod time;
pub mod zone;

mod register;
mod sha256;
mod threshold;

pub use register::Error as RegisterError;
