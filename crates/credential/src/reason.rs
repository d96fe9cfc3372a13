//! Stable reason codes with their texts in English and German, from `spec/reasons.toml`.
//!
//! ```text
//! work-permitted-until   kind positive
//!   what   The person may do this work until the date shown, that day included.
//!   why    The authority has confirmed a permission to work with this end date.
//!   next   Keep the receipt and check again before that date. The permission can be extended.
//! ```
//!
//! A [`ReasonCode`] is a name that is known to be in the catalogue, not an enum: decision tables
//! are data, and a lawyer adds a reason beside the row that needs it without touching code. The
//! wallet's refusals come from code, so that they are an enum ([`WalletRefusal`]).
//!
//! Texts are fixed: no claim value, name or date is ever put into them.

use core::fmt;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A language of the texts that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language tag of RFC 5646.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language with this tag; what follows the first hyphen (a region) is ignored.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split_once('-').map_or(tag, |(primary, _)| primary);
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
}

/// One text in every language. A clone shares it: every decision has some.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    #[serde(deserialize_with = "shared")]
    en: Arc<str>,
    #[serde(deserialize_with = "shared")]
    de: Arc<str>,
}

fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}

impl Text {
    pub(crate) fn new(en: String, de: String) -> Self {
        Self { en: en.into(), de: de.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::De => &self.de,
        }
    }

    /// Whether no language is empty, padded with white space or broken into lines.
    pub(crate) fn is_complete(&self) -> bool {
        Lang::ALL.into_iter().all(|lang| {
            let text = self.get(lang);
            !text.is_empty() && text == text.trim() && !text.contains(char::is_control)
        })
    }
}

/// Which answers may carry a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `ACCEPT`, `ACCEPT_UNTIL`, `ACCEPT_WITH_NOTICE`.
    Positive,
    /// An addition to a positive answer.
    Notice,
    /// `REFUSE`.
    Negative,
    /// `INDETERMINATE`.
    Indeterminate,
    /// `NOT_VERIFIED`: a rule of verification failed, and nothing was decided.
    NotVerified,
    /// `BLOCKED_BY_WALLET`.
    Wallet,
}

/// The stable name of a reason; the catalogue has a text for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReasonCode(&'static str);

impl ReasonCode {
    /// The wallet gave no answer, for whatever cause: the same for all causes.
    pub const NO_ANSWER: Self = Self("no-answer");

    /// The answer broke a rule of verification, so that nothing was decided: of receipts only.
    pub const NOT_VERIFIED: Self = Self("not-verified");

    /// The reason with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        CATALOGUE.get_key_value(code).map(|(code, _)| Self(code))
    }

    /// Every reason of the catalogue, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.keys().map(|code| Self(code))
    }

    /// The code: lower-case words with hyphens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Which answers may carry it.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// What happened.
    #[must_use]
    pub fn what(self, lang: Lang) -> &'static str {
        self.entry().what.get(lang)
    }

    /// Why it happened.
    #[must_use]
    pub fn why(self, lang: Lang) -> &'static str {
        self.entry().why.get(lang)
    }

    /// What to do next.
    #[must_use]
    pub fn next(self, lang: Lang) -> &'static str {
        self.entry().next.get(lang)
    }

    /// `find` takes codes from the catalogue, and a test looks up each code that is written here.
    fn entry(self) -> &'static Entry {
        CATALOGUE.get(self.0).expect("a ReasonCode is only made from a code of the catalogue")
    }
}

impl fmt::Debug for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReasonCode({})", self.0)
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Why a wallet does not answer a request.
///
/// The reason is for the holder. The party that asked receives [`ReasonCode::NO_ANSWER`], or
/// nothing, in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WalletRefusal {
    /// Something is asked that no schema may show to anybody.
    ClaimNeverShown,
    /// Something that is required is not held or no longer valid.
    ClaimsNotHeld,
    /// More is asked than the intended use registers.
    ClaimsOutsideUse,
    /// The holder agreed to more than the intended use registers.
    ConsentCannotWiden,
    /// Everything that is required is held, but as copies of different numbers.
    CopiesDoNotMatch,
    /// The holder declined or is under duress: one text for both.
    HolderDeclined,
    /// A claim that could show protection, towards a state of origin.
    OriginStateGuard,
    /// A catch-all purpose.
    PurposeUnspecified,
    /// A purpose that no law allows or that is excluded.
    PurposeWithoutLegalBasis,
    /// The registration has expired or was withdrawn.
    RegistrationInvalid,
    /// The relying party has no registration.
    RelyingPartyUnregistered,
    /// The request has expired, is damaged or not authentic.
    RequestInvalid,
    /// With earlier answers to the same party this one would complete a forbidden set.
    RequestsCombine,
    /// Longer retention than registered.
    RetentionExceeds,
    /// Older evidence of status than the purpose permits: it would not be noticed in time that a right has
    /// changed.
    StatusAgeExceeds,
    /// With another threshold that was proved to the same party this one would locate the value.
    ThresholdCombine,
    /// A threshold that the intended use does not register.
    ThresholdNotRegistered,
    /// The intended use is not in the registration.
    UseNotRegistered,
    /// The key of the wallet cannot sign.
    WalletCannotSign,
}

impl WalletRefusal {
    /// Every refusal.
    pub const ALL: [Self; 19] = [
        Self::ClaimNeverShown,
        Self::ClaimsNotHeld,
        Self::ClaimsOutsideUse,
        Self::ConsentCannotWiden,
        Self::CopiesDoNotMatch,
        Self::HolderDeclined,
        Self::OriginStateGuard,
        Self::PurposeUnspecified,
        Self::PurposeWithoutLegalBasis,
        Self::RegistrationInvalid,
        Self::RelyingPartyUnregistered,
        Self::RequestInvalid,
        Self::RequestsCombine,
        Self::RetentionExceeds,
        Self::StatusAgeExceeds,
        Self::ThresholdCombine,
        Self::ThresholdNotRegistered,
        Self::UseNotRegistered,
        Self::WalletCannotSign,
    ];

    /// The reason code, whose text is written for the holder.
    #[must_use]
    pub const fn reason(self) -> ReasonCode {
        ReasonCode(match self {
            Self::ClaimNeverShown => "claim-never-shown",
            Self::ClaimsNotHeld => "claims-not-held",
            Self::ClaimsOutsideUse => "claims-outside-use",
            Self::ConsentCannotWiden => "consent-cannot-widen",
            Self::CopiesDoNotMatch => "copies-do-not-match",
            Self::HolderDeclined => "holder-declined",
            Self::OriginStateGuard => "origin-state-guard",
            Self::PurposeUnspecified => "purpose-unspecified",
            Self::PurposeWithoutLegalBasis => "purpose-without-legal-basis",
            Self::RegistrationInvalid => "registration-invalid",
            Self::RelyingPartyUnregistered => "relying-party-unregistered",
            Self::RequestInvalid => "request-invalid",
            Self::RequestsCombine => "requests-combine",
            Self::RetentionExceeds => "retention-exceeds",
            Self::StatusAgeExceeds => "status-age-exceeds",
            Self::ThresholdCombine => "threshold-combine",
            Self::ThresholdNotRegistered => "threshold-not-registered",
            Self::UseNotRegistered => "use-not-registered",
            Self::WalletCannotSign => "wallet-cannot-sign",
        })
    }
}

/// A name of lower-case words with hyphens: reason codes and profile ids.
pub(crate) fn is_kebab(name: &str) -> bool {
    name.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

type Catalogue = BTreeMap<String, Entry>;

/// The same constant for everybody, read once: it is part of the program text, not state.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    parse(include_str!("../../../spec/reasons.toml"))
        .expect("the embedded catalogue is complete: tests::the_catalogue_is_complete reads it")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: Kind,
    what: Text,
    why: Text,
    next: Text,
}

#[derive(Debug)]
#[expect(dead_code, reason = "shown by `expect` when the embedded text is broken")]
enum CatalogueError {
    Toml(toml::de::Error),
    Code(String),
    Text(String),
}

fn parse(source: &str) -> Result<Catalogue, CatalogueError> {
    let catalogue: Catalogue = toml::from_str(source).map_err(CatalogueError::Toml)?;
    for (code, entry) in &catalogue {
        if !is_kebab(code) {
            return Err(CatalogueError::Code(code.clone()));
        }
        if ![&entry.what, &entry.why, &entry.next].into_iter().all(Text::is_complete) {
            return Err(CatalogueError::Text(code.clone()));
        }
    }
    Ok(catalogue)
}

#[cfg(test)]
mod tests {
    use super::{CatalogueError, Kind, Lang, ReasonCode, WalletRefusal, parse};

    const SAMPLE: &str = r#"
        [sample-code]
        kind = "notice"
        what.en = "What."
        what.de = "Was."
        why.en = "Why."
        why.de = "Warum."
        next.en = "Next."
        next.de = "Nun."
    "#;

    #[test]
    fn the_catalogue_is_complete() {
        assert!(parse(include_str!("../../../spec/reasons.toml")).is_ok());
        assert!(ReasonCode::all().count() > 40);
        for code in ReasonCode::all() {
            for text in [ReasonCode::what, ReasonCode::why, ReasonCode::next] {
                let (english, german) = (text(code, Lang::En), text(code, Lang::De));
                assert!(english.ends_with(['.', '"']) && german.ends_with(['.', '“']), "{code}");
                assert_ne!(english, german, "{code}");
            }
            assert_eq!(ReasonCode::find(code.as_str()), Some(code));
        }
        assert_eq!(ReasonCode::find("work-permited"), None);
    }

    #[test]
    fn codes_that_are_written_in_code_exist() {
        assert_eq!(ReasonCode::NO_ANSWER.kind(), Kind::Indeterminate);
        let technical: Vec<_> = ReasonCode::all().filter(|code| code.kind() == Kind::NotVerified).collect();
        assert_eq!(technical, [ReasonCode::NOT_VERIFIED]);
        let wallet: Vec<_> = ReasonCode::all().filter(|code| code.kind() == Kind::Wallet).collect();
        let mut refusals: Vec<_> = WalletRefusal::ALL.iter().map(|refusal| refusal.reason()).collect();
        refusals.sort_unstable();
        assert_eq!(refusals, wallet);
    }

    #[test]
    fn indeterminate_is_never_worded_as_a_no() {
        for code in ReasonCode::all().filter(|code| code.kind() == Kind::Indeterminate) {
            assert!(code.what(Lang::En).ends_with("This is not a \"no\"."), "{code}");
            assert!(code.what(Lang::De).ends_with("Das ist kein „Nein“."), "{code}");
        }
    }

    #[test]
    fn defective_catalogues_are_refused() {
        assert!(parse(SAMPLE).is_ok());
        let broken = |from: &str, to: &str| parse(&SAMPLE.replace(from, to)).unwrap_err();
        assert!(matches!(broken("\"Warum.\"", "\"\""), CatalogueError::Text(code) if code == "sample-code"));
        assert!(matches!(broken("\"Warum.\"", "\" \""), CatalogueError::Text(_)));
        assert!(matches!(broken("next.de = \"Nun.\"", ""), CatalogueError::Toml(_)));
        assert!(matches!(broken("next.de", "next.fr"), CatalogueError::Toml(_)));
        assert!(matches!(broken("\"notice\"", "\"neutral\""), CatalogueError::Toml(_)));
        assert!(matches!(broken("sample-code", "Sample_Code"), CatalogueError::Code(_)));
        let twice = format!("{SAMPLE}{SAMPLE}");
        assert!(matches!(parse(&twice), Err(CatalogueError::Toml(_))));
    }

    #[test]
    fn languages_have_tags() {
        assert_eq!(Lang::from_tag("de-AT"), Some(Lang::De));
        assert_eq!(Lang::from_tag("EN"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
    }
}
