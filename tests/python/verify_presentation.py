#!/usr/bin/env python3
"""Verify an SD-CWT presentation, independently of the Rust code.

Written from a digest of draft-ietf-spice-sd-cwt-08, without sight of the Rust code. Section
numbers in the comments are those of that draft unless another document is named.

The file holds one key-binding token (KBT, tag 18), or an answer envelope: a CBOR
array of one to four KBTs. Every KBT must verify; then the validated claims are
printed, one JSON object per KBT on a line of its own. Exit status: 0 verified,
1 refused (the reason goes to standard error), 2 wrong usage.

Threshold proofs of the geleit profile are checked against the disclosed commitments
(spec/format.md, "Threshold claims"). It does not check trust lists, status lists or
purposes, and it does not open encrypted disclosures (header 171): a token that carries
them is refused.
"""

import argparse
import hashlib
import json
import math
import struct
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

# COSE header parameters.
ALG, CRIT, KID, KCWT, CWT_CLAIMS, TYP = 1, 2, 4, 13, 15, 16
SD_CLAIMS, SD_ALG, SD_AEAD_ENCRYPTED_CLAIMS, SD_AEAD = 17, 170, 171, 172
ONLY_PROTECTED = (ALG, CRIT, KCWT, CWT_CLAIMS, TYP, SD_ALG, SD_AEAD)
ONLY_UNPROTECTED = (SD_CLAIMS, SD_AEAD_ENCRYPTED_CLAIMS)
UNDERSTOOD = (ALG, KID, KCWT, CWT_CLAIMS, TYP, SD_ALG)

# CWT claims.
ISS, SUB, AUD, EXP, NBF, IAT, CTI, CNF, VCT, CNONCE = 1, 2, 3, 4, 5, 6, 7, 8, 11, 39
NEVER_REDACTED = (ISS, AUD, EXP, NBF, IAT, CTI, CNF, CNONCE)
# Private-use claims of the KBT payload.
REQUEST_HASH, THRESHOLD_PROOFS = -65537, -65538

ED25519, EDDSA, SHA_256 = -19, -8, -16
SIGN1_TAG, TO_BE_REDACTED_TAG, REDACTED_ELEMENT_TAG, TO_BE_DECOY_TAG = 18, 58, 60, 62
REDACTED_KEYS_SIMPLE = 59

MAX_FILE = 1 << 20
MAX_KBTS = 4
MAX_LEVELS = 16  # section 5.5
MAX_NESTING = 40  # of one encoded item, before the levels of the claims are counted
MAX_KEY_OCTETS = 255  # section 5.3


class Refused(Exception):
    """The presentation does not verify; the text names the first check that failed."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


# --- presentation ---------------------------------------------------------------------------


def verify_presentation(data, issuer_keys, audiences, nonce, now, allow_eddsa=False):
    """Return one report for each KBT in `data`, or raise `Refused`.

    `issuer_keys` are raw 32-byte Ed25519 keys; `nonce` is bytes, or None when the verifier
    asked for none; `now` is in seconds since 1970-01-01T00:00:00Z.
    """
    need(len(data) <= MAX_FILE, "more than %d bytes" % MAX_FILE)
    item = decode(data)
    kbts = [item]
    if isinstance(item, list):
        need(1 <= len(item) <= MAX_KBTS, "an envelope holds 1 to %d KBTs, this one %d" % (MAX_KBTS, len(item)))
        kbts = item
    context = Context(issuer_keys, audiences, nonce, now, allow_eddsa)
    reports = []
    for number, kbt in enumerate(kbts, 1):
        try:
            reports.append(verify_kbt(kbt, context))
        except Refused as reason:
            raise Refused("KBT %d: %s" % (number, reason)) from None
    # Credentials shown together prove one holder only if key, nonce and request are the same.
    for field in ("confirmation_key", "aud", "cnonce", "request_hash"):
        need(all(r[field] == reports[0][field] for r in reports), "the KBTs differ in %s" % field)
    return reports


class Context:
    """What the verifier brings: trusted keys, own names, nonce and clock."""

    def __init__(self, issuer_keys, audiences, nonce, now, allow_eddsa):
        self.issuer_keys = issuer_keys
        self.audiences = audiences
        self.nonce = nonce
        self.now = now
        self.algorithms = (ED25519, EDDSA) if allow_eddsa else (ED25519,)


def verify_kbt(item, context):
    kbt = Sign1(item, "KBT", context)
    need(one_of(kbt.typ, (294, "application/kb+cwt")), "KBT typ is %r" % (kbt.typ,))
    need(CWT_CLAIMS not in kbt.protected, "CWT Claims header in a KBT")
    need(KCWT in kbt.protected, "kcwt is missing")
    safe_headers(kbt.protected, except_for=(KCWT,))
    safe_headers(kbt.unprotected)

    credential = verify_sd_cwt(kbt.protected[KCWT], context)
    kbt.verify_signature([credential.confirmation_key])

    payload = kbt.payload_map()
    safe_value(payload)
    need(deepest(payload) <= MAX_LEVELS, "KBT payload has more than %d levels" % MAX_LEVELS)
    check_kbt_payload(payload, credential.claims, context)
    check_thresholds(payload.get(THRESHOLD_PROOFS, {}), credential.claims)
    return {
        "iss": credential.claims[ISS],
        "vct": credential.claims.get(VCT),
        "confirmation_key": credential.confirmation_key,
        "aud": payload[AUD],
        "iat": payload.get(IAT),
        "cnonce": payload.get(CNONCE),
        "request_hash": payload.get(REQUEST_HASH),
        "threshold_proofs": payload.get(THRESHOLD_PROOFS),
        "claims": credential.claims,
    }


def check_kbt_payload(payload, sd_cwt, context):
    """Sections 8.1 and 9, steps 5 to 7 and 9."""
    for label, name in ((ISS, "iss"), (SUB, "sub")):
        need(label not in payload, "%s in the KBT" % name)
    need(isinstance(payload.get(AUD), str), "KBT aud is missing or not text")
    need(payload[AUD] in context.audiences, "KBT aud %r is not this verifier" % payload[AUD])

    cnonce = payload.get(CNONCE)
    need(cnonce is None or isinstance(cnonce, bytes), "KBT cnonce is not a byte string")
    need(CNONCE not in payload or context.nonce is not None, "KBT has a cnonce, none was asked for")
    need(cnonce == context.nonce, "KBT cnonce is not the one that was asked for")

    need(CTI not in payload or isinstance(payload[CTI], bytes), "KBT cti is not a byte string")
    exp, nbf, iat = (seconds(payload, label, "KBT") for label in (EXP, NBF, IAT))
    need(iat is not None or CTI in payload, "KBT has neither iat nor cti")
    need(iat is not None or (exp is None and nbf is None), "KBT has exp or nbf without iat")
    check_now(exp, nbf, context.now, "KBT")

    exp_c, nbf_c, iat_c = (sd_cwt.get(label) for label in (EXP, NBF, IAT))
    ordered(nbf, iat, False, "nbf(KBT) <= iat(KBT)")
    ordered(iat, exp, True, "iat(KBT) < exp(KBT)")
    ordered(exp, exp_c, False, "exp(KBT) <= exp(SD-CWT)")
    ordered(nbf_c, nbf, False, "nbf(KBT) >= nbf(SD-CWT)")
    ordered(iat_c, iat, False, "iat(KBT) >= iat(SD-CWT)")
    ordered(nbf, exp_c, True, "nbf(KBT) < exp(SD-CWT)")
    ordered(iat, exp_c, True, "iat(KBT) < exp(SD-CWT)")
    ordered(nbf_c, iat, False, "iat(KBT) >= nbf(SD-CWT)")

    if REQUEST_HASH in payload:
        digest = payload[REQUEST_HASH]
        need(isinstance(digest, bytes) and len(digest) == 32, "request hash is not 32 bytes")


def check_thresholds(proofs, claims):
    """Each proof {claim id: [threshold, link]} leads to one of the disclosed commitments."""
    need(isinstance(proofs, dict), "threshold proofs are not a map")
    commitments = set(byte_strings(claims))
    for claim, proof in proofs.items():
        need(isinstance(claim, str), "a threshold proof is not for a claim id")
        need(isinstance(proof, list) and len(proof) == 2, "a threshold proof is not [threshold, link]")
        threshold, link = proof
        need(is_int(threshold) and 0 < threshold <= 127, "a threshold is not 1 to 127")
        need(isinstance(link, bytes) and len(link) == 32, "a threshold link is not 32 bytes")
        context = hashlib.sha256(b"geleit threshold 1 step\0" + claim.encode()).digest()[:16]
        for distance in reversed(range(threshold)):
            link = hashlib.sha256(context + bytes([distance]) + link).digest()
        need(link in commitments, "the threshold proof of %s leads to no disclosed commitment" % claim)


def byte_strings(value):
    if isinstance(value, bytes):
        yield bytes(value)
    elif isinstance(value, dict):
        for member in value.values():
            yield from byte_strings(member)
    elif isinstance(value, list):
        for element in value:
            yield from byte_strings(element)


# --- SD-CWT ---------------------------------------------------------------------------------


class Credential:
    """A verified SD-CWT: its validated claims and its confirmation key."""

    def __init__(self, claims, confirmation_key):
        self.claims = claims
        self.confirmation_key = confirmation_key


def verify_sd_cwt(item, context):
    """Sections 6, 7 and 9, steps 2 to 4, 8 and 10."""
    token = Sign1(item, "SD-CWT", context)
    typ = token.typ
    known = one_of(typ, (293, "application/sd-cwt"))
    suffixed = isinstance(typ, str) and "/" in typ and typ.endswith("+sd-cwt")
    need(known or suffixed, "SD-CWT typ is %r" % (typ,))
    need(one_of(token.protected.get(SD_ALG, SHA_256), (SHA_256,)), "sd_alg is not SHA-256")
    safe_headers(token.protected, except_for=(CWT_CLAIMS,))
    safe_headers(token.unprotected)
    need(SD_AEAD_ENCRYPTED_CLAIMS not in token.unprotected, "encrypted disclosures are not supported")

    token.verify_signature(context.issuer_keys)

    payload = token.payload_map()
    header_claims = token.protected.get(CWT_CLAIMS, {})
    need(isinstance(header_claims, dict), "CWT Claims header is not a map")
    claims_map(payload)
    claims_map(header_claims)
    restorer = Restorer(disclosures(token.unprotected))
    restored = restorer.top_level(payload)
    restored_header = restorer.top_level(header_claims)
    restorer.finish()
    claims = merge(restored, restored_header)
    need(deepest(claims) <= MAX_LEVELS, "claims have more than %d levels" % MAX_LEVELS)

    need(isinstance(claims.get(ISS), str), "iss is missing or not text")
    # An undisclosed sub cannot be told from any other redacted claim.
    hidden = REDACTED_KEYS in payload or REDACTED_KEYS in header_claims
    need(SUB in claims or hidden, "sub is missing")
    need(isinstance(claims.get(SUB, ""), str), "sub is not text")
    if AUD in claims:
        need(isinstance(claims[AUD], str), "aud is not text")
        need(claims[AUD] in context.audiences, "aud %r of the SD-CWT is not this verifier" % claims[AUD])
    need(isinstance(claims.get(CTI, b""), bytes), "cti is not a byte string")
    need(isinstance(claims.get(CNONCE, b""), bytes), "cnonce of the SD-CWT is not a byte string")
    vct = claims.get(VCT, "")
    need(isinstance(vct, str) or (is_int(vct) and vct >= 0), "vct is neither text nor an unsigned integer")

    exp, nbf, iat = (seconds(claims, label, "SD-CWT") for label in (EXP, NBF, IAT))
    ordered(nbf, iat, False, "nbf <= iat")
    ordered(nbf, exp, True, "nbf < exp")
    ordered(iat, exp, True, "iat < exp")
    check_now(exp, nbf, context.now, "SD-CWT")
    need(CNF in claims, "cnf is missing")
    return Credential(claims, confirmation_key(claims[CNF]))


def merge(claims, header_claims):
    """The CWT Claims header counts as payload; a claim in both has one value (section 5.3)."""
    merged = dict(claims)
    for key, value in header_claims.items():
        same = key not in claims or encode(claims[key]) == encode(value)
        need(same, "claim %r differs between payload and CWT Claims header" % (key,))
        merged[key] = value
    return merged


def confirmation_key(cnf):
    """RFC 8747 section 3.2 with an Ed25519 COSE_Key (RFC 9053 section 7.2)."""
    need(isinstance(cnf, dict), "cnf is not a map")
    safe_value(cnf)
    key = cnf.get(1)
    need(isinstance(key, dict) and 2 not in cnf, "cnf does not hold one COSE_Key")
    need(one_of(key.get(1), (1,)), "cnf key type is not OKP")
    need(one_of(key.get(-1), (6,)), "cnf curve is not Ed25519")
    need(one_of(key.get(3, ED25519), (ED25519, EDDSA)), "cnf key is for another algorithm")
    need(-4 not in key, "cnf holds a private key")
    if 4 in key:
        need(isinstance(key[4], list) and any(one_of(use, (2,)) for use in key[4]), "cnf key may not verify")
    x = key.get(-2)
    need(isinstance(x, bytes) and len(x) == 32, "cnf key is not 32 bytes")
    return bytes(x)


class Restorer:
    """Puts disclosed claims back where their hashes stand (section 9 step 8)."""

    def __init__(self, table):
        self.table = table
        self.seen = set()

    def top_level(self, claims):
        return self.map(claims, never=NEVER_REDACTED)

    def map(self, source, never=()):
        plain = {key: value for key, value in source.items() if key is not REDACTED_KEYS}
        for digest in source.get(REDACTED_KEYS, ()):
            entry = self.take(digest)
            if entry is None or len(entry) == 1:
                continue
            need(len(entry) == 3, "an element disclosure stands in a map")
            _, value, key = entry
            need(key not in never, "claim %r must never be redacted" % (key,))
            need(key not in plain, "disclosed claim %r is already in the map" % (key,))
            plain[key] = value
        return {key: self.value(value) for key, value in plain.items()}

    def array(self, source):
        result = []
        for element in source:
            if isinstance(element, Tag) and element.number == REDACTED_ELEMENT_TAG:
                entry = self.take(element.content)
                if entry is None or len(entry) == 1:
                    continue
                need(len(entry) == 2, "a claim disclosure stands in an array")
                element = entry[1]
            result.append(self.value(element))
        return result

    def value(self, value):
        if isinstance(value, dict):
            return self.map(value)
        if isinstance(value, list):
            return self.array(value)
        if isinstance(value, Tag):
            return Tag(value.number, self.value(value.content))
        return value

    def take(self, digest):
        # The draft is silent on a hash that occurs twice; RFC 9901 section 7.1 step 4 refuses it.
        need(digest not in self.seen, "a redacted claim hash occurs twice")
        self.seen.add(digest)
        return self.table.pop(digest, None)

    def finish(self):
        need(not self.table, "%d disclosure(s) match no redacted claim hash" % len(self.table))


def disclosures(unprotected):
    """Return `{hash: [salt, value, key] | [salt, value] | [salt]}` (sections 4.1 and 7)."""
    table, salts = {}, set()
    if SD_CLAIMS not in unprotected:
        return table
    items = unprotected[SD_CLAIMS]
    need(isinstance(items, list) and items, "sd_claims is not a non-empty array")
    for item in items:
        need(isinstance(item, Bytes), "a disclosure is not a byte string")
        # A decoder loses a longer head, and the hash covers the head.
        need(item.shortest, "a disclosure has a byte-string head that is not the shortest")
        digest = hashlib.sha256(head(2, len(item)) + item).digest()
        need(digest not in table, "a disclosure occurs twice")
        entry = decode(item)
        need(isinstance(entry, list) and 1 <= len(entry) <= 3, "a disclosure has not 1 to 3 items")
        need(isinstance(entry[0], bytes) and len(entry[0]) == 16, "a salt is not 16 bytes")
        need(entry[0] not in salts, "two disclosures have one salt")
        salts.add(entry[0])
        if len(entry) > 1:
            claims_value(entry[1])
        if len(entry) == 3:
            need(is_int(entry[2]) or isinstance(entry[2], str), "a disclosed key is neither integer nor text")
            check_key_length(entry[2])
        table[digest] = entry
    return table


# --- COSE_Sign1 -----------------------------------------------------------------------------


class Sign1:
    """A tagged COSE_Sign1 (RFC 9052 section 4.2) with its headers checked, its signature not."""

    def __init__(self, item, name, context):
        self.name = name
        need(isinstance(item, Tag) and item.number == SIGN1_TAG, "%s is not a tagged COSE_Sign1" % name)
        parts = item.content
        need(isinstance(parts, list) and len(parts) == 4, "%s is not an array of 4" % name)
        self.protected_bytes, self.unprotected, self.payload, self.signature = parts
        for part in (self.protected_bytes, self.payload, self.signature):
            need(isinstance(part, bytes), "a part of the %s is not a byte string" % name)
        need(isinstance(self.unprotected, dict), "unprotected header of the %s is not a map" % name)
        self.protected = decode(self.protected_bytes) if self.protected_bytes else {}
        need(isinstance(self.protected, dict), "protected header of the %s is not a map" % name)
        self.check_labels()
        self.typ = self.protected.get(TYP)
        alg = self.protected.get(ALG)
        need(one_of(alg, context.algorithms), "%s alg %r is not accepted" % (name, alg))

    def check_labels(self):
        both = set(self.protected) & set(self.unprotected)
        need(not both, "%s has a label in both headers" % self.name)
        need(not set(ONLY_PROTECTED) & set(self.unprotected), "%s has an unprotected label that must be protected" % self.name)
        need(not set(ONLY_UNPROTECTED) & set(self.protected), "%s has sd_claims in the protected header" % self.name)
        need(REDACTED_KEYS not in self.protected, "%s has a redacted protected header" % self.name)
        need(REDACTED_KEYS not in self.unprotected, "%s has a redacted unprotected header" % self.name)
        for header in (self.protected, self.unprotected):
            need(isinstance(header.get(KID, b""), bytes), "%s kid is not a byte string" % self.name)
        if CRIT in self.protected:
            critical = self.protected[CRIT]
            need(isinstance(critical, list) and critical, "%s crit is not a non-empty array" % self.name)
            for label in critical:
                ok = one_of(label, UNDERSTOOD) and label in self.protected
                need(ok, "%s crit names a label that is not understood" % self.name)

    def verify_signature(self, keys):
        """RFC 9052 section 4.4, over the received bytes."""
        signed = cbor2.dumps(["Signature1", bytes(self.protected_bytes), b"", bytes(self.payload)])
        ok = any(ed25519_verify(key, bytes(self.signature), signed) for key in keys)
        need(ok, "signature of the %s does not verify" % self.name)

    def payload_map(self):
        payload = decode(self.payload)
        need(isinstance(payload, dict), "payload of the %s is not a map" % self.name)
        return payload


# y coordinates of the eight points of small order (RFC 8032 section 5.1); 2^255 - 19 and the
# number after it are second encodings of 0 and 1.
P = 2**255 - 19
ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER_Y = (0, 1, P - 1, ORDER_8, P - ORDER_8, P, P + 1)


def ed25519_verify(key, signature, message):
    """RFC 8032 section 5.1.7 without cofactor; keys and R of small order are refused."""
    if len(key) != 32 or len(signature) != 64:
        return False
    for point in (key, signature[:32]):
        y = int.from_bytes(point, "little") & (2**255 - 1)
        if y in SMALL_ORDER_Y:
            return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- times ----------------------------------------------------------------------------------


def seconds(claims, label, name):
    """A finite number within 2^53 if it is a float (section 5.2), or None if absent."""
    if label not in claims:
        return None
    value = claims[label]
    need(is_int(value) or isinstance(value, float), "a time of the %s is not a number" % name)
    if isinstance(value, float):
        need(math.isfinite(value) and abs(value) <= 2.0**53, "a time of the %s is out of range" % name)
    return value


def check_now(exp, nbf, now, name):
    need(exp is None or now < exp, "%s has expired" % name)
    need(nbf is None or nbf <= now, "%s is not yet valid" % name)


def ordered(earlier, later, strictly, rule):
    if earlier is None or later is None:
        return
    need(earlier < later if strictly else earlier <= later, "not so: %s" % rule)


# --- grammar of values (CDDL of section 5) --------------------------------------------------


def claims_map(value):
    """issued_sd_cwt_map: may hold redacted claim keys and, in its arrays, redacted elements."""
    for key, entry in value.items():
        if key is REDACTED_KEYS:
            need(isinstance(entry, list), "redacted claim keys are not an array")
            for digest in entry:
                check_digest(digest)
        else:
            claims_value(entry)


def claims_value(value):
    if isinstance(value, dict):
        claims_map(value)
    elif isinstance(value, list):
        for element in value:
            if isinstance(element, Tag) and element.number == REDACTED_ELEMENT_TAG:
                check_digest(element.content)
            else:
                claims_value(element)
    elif isinstance(value, Tag):
        check_tag(value)
        claims_value(value.content)
    else:
        check_simple(value)


def safe_value(value):
    """safe_value: no redaction at all."""
    if isinstance(value, dict):
        need(REDACTED_KEYS not in value, "redacted claim keys where none are allowed")
        for entry in value.values():
            safe_value(entry)
    elif isinstance(value, list):
        for element in value:
            safe_value(element)
    elif isinstance(value, Tag):
        check_tag(value)
        safe_value(value.content)
    else:
        check_simple(value)


def safe_headers(headers, except_for=()):
    for label, value in headers.items():
        if label not in except_for:
            safe_value(value)


def check_tag(tag):
    forbidden = (TO_BE_REDACTED_TAG, REDACTED_ELEMENT_TAG, TO_BE_DECOY_TAG)
    need(tag.number not in forbidden, "tag %d is not allowed here" % tag.number)


def check_simple(value):
    need(value is not REDACTED_KEYS, "simple(59) is a map key only")


def check_digest(value):
    need(isinstance(value, bytes), "a redacted claim hash is not a byte string")
    need(len(value) == 32, "a redacted claim hash is not 32 bytes")


def check_key_length(key):
    if isinstance(key, str):
        need(1 <= len(key.encode()) <= MAX_KEY_OCTETS, "a map key is not 1 to %d octets" % MAX_KEY_OCTETS)


def deepest(claims):
    """Levels as section 5.5 counts them: the entries of the Claims Set are level 1."""

    def below(value):
        if isinstance(value, dict):
            return 1 + max(map(below, value.values()), default=0)
        if isinstance(value, list):
            return 1 + max(map(below, value), default=0)
        if isinstance(value, Tag):
            return 1 + below(value.content)
        return 0

    return 1 + max((below(value) for value in claims.values()), default=0)


# --- CBOR -----------------------------------------------------------------------------------
#
# cbor2 accepts indefinite lengths, duplicate keys and bytes after the item, rewrites some
# tagged values and drops the form of heads. So bytes are read strictly here first, and cbor2
# has to read the same values.


class Bytes(bytes):
    """A byte string that knows whether its head was the shortest."""

    shortest = True


class Tag:
    def __init__(self, number, content):
        self.number = number
        self.content = content


class Simple:
    """A simple value other than false, true and null."""

    def __init__(self, number):
        self.number = number


REDACTED_KEYS = Simple(REDACTED_KEYS_SIMPLE)


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def one_of(value, options):
    """Equality without Python's `1 == 1.0 == True`."""
    return any(type(value) is type(option) and value == option for option in options)


def decode(data):
    """Decode one item that fills `data`: definite lengths, unique keys of allowed types."""
    data = bytes(data)
    reader = Reader(data)
    value = reader.item(MAX_NESTING)
    need(reader.at == len(data), "%d byte(s) after the item" % (len(data) - reader.at))
    if not reader.tags - {SIGN1_TAG, REDACTED_ELEMENT_TAG}:
        try:
            second = cbor2.dumps(cbor2.loads(data))
        except Exception as error:
            raise Refused("cbor2 does not read what was read here: %s" % error) from None
        need(second == cbor2.dumps(for_cbor2(value)), "cbor2 reads other values")
    return value


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.tags = set()

    def take(self, count):
        need(count <= len(self.data) - self.at, "truncated")
        start = self.at
        self.at += count
        return self.data[start : self.at]

    def head(self):
        """Return (major type, argument, additional information)."""
        (first,) = self.take(1)
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info, info
        need(info != 31, "indefinite length")
        need(info < 28, "reserved additional information")
        return major, int.from_bytes(self.take(1 << (info - 24)), "big"), info

    def item(self, nesting):
        need(nesting > 0, "nested too deeply")
        major, argument, info = self.head()
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            value = Bytes(self.take(argument))
            value.shortest = len(head(2, argument)) == 1 + (0 if info < 24 else 1 << (info - 24))
            return value
        if major == 3:
            try:
                return self.take(argument).decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("a text string is not UTF-8") from None
        if major == 4:
            need(argument <= len(self.data) - self.at, "truncated")
            return [self.item(nesting - 1) for _ in range(argument)]
        if major == 5:
            return self.map(argument, nesting)
        if major == 6:
            self.tags.add(argument)
            return Tag(argument, self.item(nesting - 1))
        return self.simple_or_float(argument, info)

    def map(self, count, nesting):
        need(2 * count <= len(self.data) - self.at, "truncated")
        result = {}
        for _ in range(count):
            key = self.item(nesting - 1)
            need(is_int(key) or isinstance(key, str) or key is REDACTED_KEYS, "a map key of a type that is not allowed")
            check_key_length(key)
            need(key not in result, "duplicate map key")
            result[key] = self.item(nesting - 1)
        return result

    def simple_or_float(self, argument, info):
        if info >= 25:
            size, form = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}[info]
            return struct.unpack(form, argument.to_bytes(size, "big"))[0]
        need(info != 24 or argument >= 32, "a simple value below 32 in two bytes")
        if argument == REDACTED_KEYS_SIMPLE:
            return REDACTED_KEYS
        known = {20: False, 21: True, 22: None}
        return known[argument] if argument in known else Simple(argument)


def head(major, argument):
    """The shortest head (RFC 8949 section 4.1)."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError("argument over 64 bits")


def encode(value):
    """Core deterministic encoding (RFC 8949 section 4.2.1)."""
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(entry)) for key, entry in value.items())
        return head(5, len(pairs)) + b"".join(key + entry for key, entry in pairs)
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Tag):
        return head(6, value.number) + encode(value.content)
    return cbor2.dumps(for_cbor2(value), canonical=True)


def for_cbor2(value):
    if isinstance(value, dict):
        return {for_cbor2(key): for_cbor2(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [for_cbor2(element) for element in value]
    if isinstance(value, Tag):
        return cbor2.CBORTag(value.number, for_cbor2(value.content))
    if isinstance(value, Simple):
        return cbor2.undefined if value.number == 23 else cbor2.CBORSimpleValue(value.number)
    return bytes(value) if isinstance(value, bytes) else value


# --- command line ---------------------------------------------------------------------------


def to_json(value):
    """Bytes become hexadecimal text, integer keys decimal text; tags and simple values objects."""
    if isinstance(value, dict):
        return {json_key(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [to_json(element) for element in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Tag):
        return {"tag": value.number, "value": to_json(value.content)}
    if isinstance(value, Simple):
        return {"simple": value.number}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def json_key(key):
    if is_int(key):
        return str(key)
    # A text key that looks like an integer keeps its quotes.
    return json.dumps(key) if key.lstrip("-").isdigit() or key.startswith('"') else key


def report_line(report):
    shown = {name: to_json(value) for name, value in report.items() if value is not None}
    return json.dumps(shown, ensure_ascii=False)


def read_issuer_key(path):
    with open(path, "rb") as file:
        key = load_pem_public_key(file.read())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("%s is not an Ed25519 public key" % path)
    return key.public_bytes_raw()


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="Verify an SD-CWT presentation (draft-ietf-spice-sd-cwt-08).")
    parser.add_argument("--issuer-key", action="append", required=True, metavar="PUB.pem",
                        help="trusted issuer key, SPKI PEM, Ed25519; may be repeated")
    parser.add_argument("--audience", action="append", required=True, metavar="A",
                        help="name of this verifier; may be repeated")
    parser.add_argument("--nonce", type=bytes.fromhex, metavar="HEX", help="nonce that the verifier asked for")
    parser.add_argument("--now", type=int, required=True, metavar="SECONDS", help="time of verification, Unix time")
    parser.add_argument("--allow-eddsa", action="store_true", help="accept the polymorphic algorithm -8 as well")
    parser.add_argument("file", metavar="FILE")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        keys = [read_issuer_key(path) for path in options.issuer_key]
        with open(options.file, "rb") as file:
            data = file.read(MAX_FILE + 1)
        reports = verify_presentation(data, keys, options.audience, options.nonce, options.now, options.allow_eddsa)
    except Refused as reason:
        print("refused: %s" % reason, file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print("error: %s" % error, file=sys.stderr)
        return 1
    for report in reports:
        print(report_line(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
