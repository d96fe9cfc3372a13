//! What exists in no schema (S-17, S-18), and what belongs to credentials of other kinds.
//!
//! A claim of [`NEVER`] has no place on the wire, so that no issuer can sign it, no relying party register
//! it and no verifier ask for it by mistake. [`FAMILIES`] does the same for whole kinds of data that no
//! list of ids can exhaust. This module decides by the id alone; it can't see what somebody writes into a
//! free text.

use super::Text;

/// A claim that exists in no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeverClaim {
    /// The id, which covers every id below it too.
    pub id: &'static str,
    /// Why.
    pub reason: Text,
}

/// A kind of data that exists in no schema, recognised by words in the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Short name.
    pub name: &'static str,
    /// Words that, as a part of an id between `.`, `_`, `-` or brackets, mark it.
    pub words: &'static [&'static str],
    /// Why.
    pub reason: Text,
}

/// A claim of another kind of credential, which this project does not define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supporting {
    /// The id.
    pub id: &'static str,
    /// The kind of credential it belongs to: `job`, `household` or `other`.
    pub credential: &'static str,
}

/// The never-claim that is `id` or above it.
#[must_use]
pub fn find(id: &str) -> Option<&'static NeverClaim> {
    NEVER.iter().find(|never| {
        id.strip_prefix(never.id).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// The family that a word of `id` belongs to.
#[must_use]
pub fn family(id: &str) -> Option<&'static Family> {
    let has = |word: &&str| id.split(['.', '_', '-', '[', ']']).any(|part| part.eq_ignore_ascii_case(word));
    FAMILIES.iter().find(|family| family.words.iter().any(has))
}

const fn never(id: &'static str, en: &'static str, de: &'static str) -> NeverClaim {
    NeverClaim { id, reason: Text { en, de } }
}

/// The 25 claims that exist in no schema.
pub const NEVER: &[NeverClaim] = &[
    never(
        "id.nationality_history",
        "Former nationalities show a biography of flight and change and are needed for no check.",
        "Frühere Staatsangehörigkeiten zeigen Flucht und Wechsel im Leben und werden für keine Prüfung gebraucht.",
    ),
    never(
        "id.portrait.file",
        "Looking at the portrait is permitted, keeping the file is another act.",
        "Das Lichtbild darf angesehen werden; die Datei zu behalten ist ein anderer Vorgang.",
    ),
    never(
        "id.portrait.template",
        "A face template is biometric data (GDPR Art. 9(1)).",
        "Eine Gesichtsvorlage ist ein biometrisches Datum (Art. 9 Abs. 1 DSGVO).",
    ),
    never(
        "id.fingerprints",
        "Fingerprints are biometric data (GDPR Art. 9(1)) and stay in the chip of the card.",
        "Fingerabdrücke sind biometrische Daten (Art. 9 Abs. 1 DSGVO) und bleiben im Chip der Karte.",
    ),
    never(
        "id.iris",
        "An iris image is biometric data (GDPR Art. 9(1)).",
        "Ein Bild der Iris ist ein biometrisches Datum (Art. 9 Abs. 1 DSGVO).",
    ),
    never(
        "id.ethnicity",
        "Ethnic origin is a special category (GDPR Art. 9(1)).",
        "Die ethnische Herkunft ist besonders geschützt (Art. 9 Abs. 1 DSGVO).",
    ),
    never(
        "id.religion",
        "Religion is a special category (GDPR Art. 9(1)).",
        "Die Religion ist besonders geschützt (Art. 9 Abs. 1 DSGVO).",
    ),
    never(
        "id.height",
        "Height identifies without helping any check.",
        "Die Körpergröße macht wiedererkennbar und hilft bei keiner Prüfung.",
    ),
    never(
        "id.eye_colour",
        "Eye colour identifies without helping any check.",
        "Die Augenfarbe macht wiedererkennbar und hilft bei keiner Prüfung.",
    ),
    never(
        "doc.mrz",
        "The machine-readable zone discloses all fields at once; the fields are claims of their own.",
        "Die maschinenlesbare Zone legt alle Felder auf einmal offen; die Felder gibt es einzeln.",
    ),
    never("qual.grades", "Grades are not part of equivalence.", "Noten gehören nicht zur Gleichwertigkeit."),
    never(
        "qual.employer",
        "Former employers are not part of a recognition.",
        "Frühere Arbeitgeber gehören nicht zu einer Anerkennung.",
    ),
    never(
        "qual.employment_history",
        "A list of employments is a profile of a life; experience is stated in bands and records without employers.",
        "Eine Liste der Beschäftigungen ist ein Lebensprofil; Erfahrung wird in Stufen und ohne Arbeitgeber angegeben.",
    ),
    never(
        "qual.disciplinary_history",
        "Disciplinary and criminal records are subject to GDPR Art. 10; the state of the licence says what matters.",
        "Für Disziplinar- und Strafsachen gilt Art. 10 DSGVO; was zählt, sagt der Stand der Erlaubnis.",
    ),
    never(
        "res.azr_number",
        "The number in the Central Register of Foreigners is a global identifier.",
        "Die Nummer im Ausländerzentralregister ist ein übergreifendes Kennzeichen.",
    ),
    never(
        "res.asylum_history",
        "Past procedures say nothing about present rights.",
        "Frühere Verfahren sagen nichts über heutige Rechte.",
    ),
    never(
        "res.removal_order",
        "A removal order is a matter between the person and the authority.",
        "Eine Ausreiseaufforderung geht nur die Person und die Behörde an.",
    ),
    never(
        "res.uk.sponsor",
        "The name of the sponsor discloses the employer; whether it is the asking one is a claim of its own.",
        "Der Name des Sponsors verrät den Arbeitgeber; ob es der fragende ist, sagt eine eigene Angabe.",
    ),
    never(
        "res.uk.immigration_history",
        "Past applications and stays say nothing about present rights.",
        "Frühere Anträge und Aufenthalte sagen nichts über heutige Rechte.",
    ),
    never(
        "travel.past_entries",
        "Past entries and exits are a movement profile.",
        "Frühere Ein- und Ausreisen sind ein Bewegungsprofil.",
    ),
    never(
        "travel.refusal_reason",
        "The ground of a refusal is for the traveller alone.",
        "Der Grund einer Ablehnung ist nur für die reisende Person bestimmt.",
    ),
    never(
        "contact.social_media",
        "Accounts in social networks open a person's whole life to inspection.",
        "Konten in sozialen Netzwerken öffnen das ganze Leben einer Person zur Durchsicht.",
    ),
    never(
        "contact.address_book",
        "An address book discloses other people.",
        "Ein Adressbuch legt andere Menschen offen.",
    ),
    never(
        "health.detail",
        "Health data are a special category (GDPR Art. 9(1)).",
        "Gesundheitsdaten sind besonders geschützt (Art. 9 Abs. 1 DSGVO).",
    ),
    never(
        "transfer.social_graph",
        "Who sends money to whom discloses other people and their ties.",
        "Wer wem Geld schickt, legt andere Menschen und ihre Bindungen offen.",
    ),
];

/// Kinds of data that exist in no schema.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "biometric",
        words: &[
            "biometric",
            "biometrics",
            "dna",
            "embedding",
            "face",
            "facial",
            "finger",
            "fingerprint",
            "fingerprints",
            "gait",
            "iris",
            "minutiae",
            "palm",
            "template",
            "templates",
            "vein",
            "voice",
            "voiceprint",
        ],
        reason: Text {
            en: "Biometric templates and the results of matching them exist in no credential: people compare faces.",
            de: "Biometrische Vorlagen und Ergebnisse ihres Abgleichs gibt es in keinem Nachweis: Menschen vergleichen \
                 Gesichter.",
        },
    },
    Family {
        name: "scoring",
        words: &[
            "credibility",
            "likelihood",
            "probability",
            "rank",
            "ranking",
            "rating",
            "risk",
            "score",
            "scores",
            "scoring",
            "trustworthiness",
        ],
        reason: Text {
            en: "Scores, risk classes and rankings of people are no facts that an authority decided, and exist in no \
                 credential.",
            de: "Punktwerte, Risikoklassen und Ranglisten von Menschen sind keine entschiedenen Tatsachen; es gibt sie in \
                 keinem Nachweis.",
        },
    },
    Family {
        name: "profiling",
        words: &[
            "behavior",
            "behaviour",
            "deception",
            "emotion",
            "emotions",
            "inference",
            "inferred",
            "personality",
            "prediction",
            "predicted",
            "profile",
            "profiling",
            "sentiment",
            "tracking",
            "trait",
            "traits",
        ],
        reason: Text {
            en: "Profiles, predictions and inferred traits of people exist in no credential.",
            de: "Profile, Vorhersagen und erschlossene Eigenschaften von Menschen gibt es in keinem Nachweis.",
        },
    },
];

const fn supporting(id: &'static str, credential: &'static str) -> Supporting {
    Supporting { id, credential }
}

/// Claims of other credentials, which come beside the three types in some procedures.
pub const ELSEWHERE: &[Supporting] = &[
    supporting("ba.approval_reference", "job"),
    supporting("contact.email", "other"),
    supporting("contact.phone", "other"),
    supporting("family.members_count", "household"),
    supporting("funds.source_band", "other"),
    supporting("hh.size_band", "household"),
    supporting("hh.special_needs_flag", "household"),
    supporting("insurance.valid_now", "other"),
    supporting("job.contract.reference", "job"),
    supporting("job.employer", "job"),
    supporting("job.offer.gross_annual_eur", "job"),
    supporting("job.offer.hours_week", "job"),
    supporting("job.offer.occupation_kldb", "job"),
    supporting("job.offer.reference", "job"),
    supporting("job.offer.salary_at_least", "job"),
    supporting("job.region_wanted", "job"),
    supporting("return.needs_category", "other"),
    supporting("return.registered_returnee", "other"),
];
