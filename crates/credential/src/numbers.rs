//! Every number of draft-ietf-spice-sd-cwt-08, of draft-ietf-oauth-status-list-20, and of the
//! registries they use, in one place.
//!
//! Version -08 of 1 June 2026 is pinned. When a later version moves a number, this is the file
//! that changes; the readings of unclear passages are in `spec/format.md`.

/// COSE header parameters beyond those of `geleit_cose::sign1::label`.
pub mod header {
    /// The whole SD-CWT inside a key-binding token (RFC 9528 section 7.1.1, used by section 8.1).
    pub const KCWT: i64 = 13;
    /// CWT claims in a header (RFC 9597).
    pub const CWT_CLAIMS: i64 = 15;
    /// Salted disclosures, unprotected (section 4.1).
    pub const SD_CLAIMS: i64 = 17;
    /// Hash algorithm of the redacted claim hashes (section 6); absent means SHA-256.
    pub const SD_ALG: i64 = 170;
    /// Encrypted disclosures, unprotected (section 12).
    pub const SD_AEAD_ENCRYPTED_CLAIMS: i64 = 171;
}

/// CWT claims (RFC 8392, RFC 8747, and the draft).
pub mod claim {
    /// Issuer.
    pub const ISS: i64 = 1;
    /// Subject.
    pub const SUB: i64 = 2;
    /// Audience.
    pub const AUD: i64 = 3;
    /// Expiry.
    pub const EXP: i64 = 4;
    /// Not before.
    pub const NBF: i64 = 5;
    /// Issued at.
    pub const IAT: i64 = 6;
    /// CWT identifier.
    pub const CTI: i64 = 7;
    /// Confirmation key.
    pub const CNF: i64 = 8;
    /// Credential type.
    pub const VCT: i64 = 11;
    /// Nonce of the party that asked.
    pub const CNONCE: i64 = 39;
    /// The status list of a status list token (draft-ietf-oauth-status-list, "Status List Token in CWT
    /// Format").
    pub const STATUS_LIST: i64 = 65_533;
    /// Seconds after which a status list token should be fetched again (same place).
    pub const TTL: i64 = 65_534;
    /// Where the status of a token is published (same draft, "Referenced Token in CWT Format").
    pub const STATUS: i64 = 65_535;
    /// SHA-256 of the signed request that a key-binding token answers. Private use.
    pub const REQUEST_HASH: i64 = -65_537;
    /// Links of threshold claims in a key-binding token. Private use.
    pub const THRESHOLD_LINKS: i64 = -65_538;

    /// Claims that must not be redacted at the top level (section 6, table 2).
    pub const NEVER_REDACTED: [i64; 8] = [ISS, AUD, EXP, NBF, IAT, CTI, CNF, CNONCE];
}

/// Members of `cnf` (RFC 8747 section 3.1).
pub mod confirmation {
    /// A `COSE_Key`.
    pub const COSE_KEY: i64 = 1;
}

/// Values of `typ` (sections 17.4 and 17.5).
pub mod typ {
    /// CoAP content format of an SD-CWT.
    pub const SD_CWT: u64 = 293;
    /// Media type of an SD-CWT.
    pub const SD_CWT_TEXT: &str = "application/sd-cwt";
    /// Suffix of media types that are SD-CWTs.
    pub const SD_CWT_SUFFIX: &str = "+sd-cwt";
    /// CoAP content format of a key-binding token.
    pub const KB_CWT: u64 = 294;
    /// Media type of a key-binding token.
    pub const KB_CWT_TEXT: &str = "application/kb+cwt";
}

/// CBOR simple values and tags (sections 4 and 11).
pub mod cbor {
    /// Map key of the redacted claim hashes of a map.
    pub const REDACTED_CLAIM_KEYS: u8 = 59;
    /// Array element that is a redacted claim hash.
    pub const REDACTED_ELEMENT: u64 = 60;
    /// "To be redacted", before issuance only.
    pub const TO_BE_REDACTED: u64 = 58;
    /// "To be a decoy", before issuance only.
    pub const TO_BE_DECOY: u64 = 62;
}

/// Values of a status list (draft-ietf-oauth-status-list, "Status Types Values").
pub mod status {
    /// Nothing is known against it.
    pub const VALID: u8 = 0x00;
    /// Withdrawn for good.
    pub const INVALID: u8 = 0x01;
    /// Withdrawn for the time being.
    pub const SUSPENDED: u8 = 0x02;
    /// Being corrected. Left to applications by the draft.
    pub const UNDER_REVIEW: u8 = 0x03;
    /// Replaced by a newer copy. Left to applications by the draft.
    pub const SUPERSEDED: u8 = 0x0c;
}

/// COSE algorithm number of SHA-256 (RFC 9054), the only `sd_alg` that is accepted.
pub const SHA_256: i64 = -16;
/// Bytes of a redacted claim hash.
pub const HASH_BYTES: usize = 32;
/// Bytes of a salt: exactly 16 by the CDDL of section 4.1.
pub const SALT_BYTES: usize = 16;
/// Longest text key of a map (section 5.3).
pub const MAX_KEY_BYTES: usize = 255;
