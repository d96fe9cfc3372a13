//! What holds in every run, whatever is simulated. A run that breaks one fails.

use serde::{Deserialize, Serialize};

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Invariant {
    /// Nobody is refused unless the authority's own record says no: what is unknown refuses nobody.
    #[serde(rename = "X-01")]
    UnknownIsNoRefusal,
    /// Nothing outside the intended use was disclosed.
    #[serde(rename = "X-02")]
    DisclosedWithinUse,
    /// No nonce is accepted twice.
    #[serde(rename = "X-03")]
    NonceOnce,
    /// Every refusal says in two languages why, and how to object.
    #[serde(rename = "X-04")]
    RefusalExplained,
    /// Every answer that is neither yes nor no names a way out in two languages.
    #[serde(rename = "X-05")]
    WayOutNamed,
    /// Every receipt replays to the same outcome and reason.
    #[serde(rename = "X-06")]
    ReceiptReplays,
}

impl Invariant {
    /// Every invariant, in the order of their ids.
    pub const ALL: [Self; 6] = [
        Self::UnknownIsNoRefusal,
        Self::DisclosedWithinUse,
        Self::NonceOnce,
        Self::RefusalExplained,
        Self::WayOutNamed,
        Self::ReceiptReplays,
    ];

    /// The stable id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::UnknownIsNoRefusal => "X-01",
            Self::DisclosedWithinUse => "X-02",
            Self::NonceOnce => "X-03",
            Self::RefusalExplained => "X-04",
            Self::WayOutNamed => "X-05",
            Self::ReceiptReplays => "X-06",
        }
    }

    /// What holds, in English.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::UnknownIsNoRefusal => "Nobody is refused unless the authority's own record says no.",
            Self::DisclosedWithinUse => "Nothing outside the registered intended use was disclosed.",
            Self::NonceOnce => "No nonce is accepted twice.",
            Self::RefusalExplained => "Every refusal says in English and German why, and how to object.",
            Self::WayOutNamed => {
                "Every answer that is neither yes nor no names a way out in English and German."
            }
            Self::ReceiptReplays => "Every receipt replays to the same outcome and reason.",
        }
    }

    /// What holds, in German.
    #[must_use]
    pub const fn text_de(self) -> &'static str {
        match self {
            Self::UnknownIsNoRefusal => {
                "Niemand wird abgelehnt, wenn nicht der Eintrag der Behörde selbst Nein sagt."
            }
            Self::DisclosedWithinUse => "Nichts außerhalb des registrierten Zwecks wurde gezeigt.",
            Self::NonceOnce => "Keine Nonce wird zweimal angenommen.",
            Self::RefusalExplained => {
                "Jede Ablehnung sagt auf Englisch und Deutsch, warum, und wie man widerspricht."
            }
            Self::WayOutNamed => {
                "Jede Antwort, die weder Ja noch Nein ist, nennt auf Englisch und Deutsch einen Ausweg."
            }
            Self::ReceiptReplays => {
                "Jeder Beleg ergibt bei der Wiederholung dasselbe Ergebnis mit demselben Grund."
            }
        }
    }
}
