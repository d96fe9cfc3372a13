"""Trust lists and status lists, independently of the Rust code: written from spec/format.md and the
CDDL files, with the CBOR and COSE of verify_presentation.py. Roll-back is not noticed here.
"""

import base64
import hashlib
import zlib

import cbor2

from verify_presentation import EXP, IAT, ISS, KID, SUB, Context, Sign1, decode, need

STATUS_LIST, STATUS = 65533, 65535
MAX_LIST = 1 << 24
CONTEXT = Context([], [], None, 0, False)


def trust_list(data, anchor_pem, now):
    """The trust list that the anchor's key (SPKI PEM) signed, when it is valid now."""
    anchor = base64.b64decode(anchor_pem.split("-----")[2])[-32:]
    signed = Sign1(decode(data), "trust list", CONTEXT)
    signed.verify_signature([anchor])
    body = signed.payload_map()
    need(body[IAT] <= now < body[EXP], "the trust list is not valid now")
    return body


def signed_by(parties, data, name):
    """The payload, and the party of the trust list that signed it with a key that was good then."""
    signed = Sign1(decode(data), name, CONTEXT)
    for party in parties:
        for key in party["keys"]:
            if key_id(key["key"]) == signed.protected.get(KID):
                signed.verify_signature([key["key"][-2]])
                body = signed.payload_map()
                need(is_good(key, body[IAT]), "the key of the %s was not good" % name)
                return body, party
    need(False, "nobody on the trust list signed the %s" % name)


def is_good(key, at):
    return key["from"] <= at < key["until"] and "compromised" not in key


def key_id(key):
    """The first eight bytes of the thumbprint (RFC 9679) of an Ed25519 key."""
    return hashlib.sha256(cbor2.dumps({1: 1, -1: 6, -2: bytes(key[-2])})).digest()[:8]


def issuer_keys(trust):
    """The raw keys of issuers, those that were compromised left out."""
    return [key["key"][-2] for party in trust["issuers"] for key in party["keys"] if "compromised" not in key]


def check_issuer(trust, claims, vct):
    """The issuer that a credential names may issue its type, and had a good key then."""
    for party in trust["issuers"]:
        if party["iss"] == claims[ISS]:
            need(vct in party["types"], "the issuer may not issue this type")
            need(any(is_good(key, claims[IAT]) for key in party["keys"]), "the issuer had no good key then")
            return
    need(False, "the issuer is not on the trust list")


def standing(trust, lists, claims):
    """What the newest status list says of a credential (0 is valid, 1 revoked), and since when."""
    place = claims[STATUS]["status_list"]
    newest = None
    for data in lists:
        body, publisher = signed_by(trust["status_issuers"], data, "status list")
        if body[SUB] == place["uri"] and claims[ISS] in publisher["for"]:
            newest = body if newest is None or body[IAT] > newest[IAT] else newest
    need(newest is not None, "no status list")
    bits, inflate = newest[STATUS_LIST]["bits"], zlib.decompressobj()
    entries = inflate.decompress(newest[STATUS_LIST]["lst"], MAX_LIST)
    at = place["idx"] * bits
    need(bits in (1, 2, 4, 8) and at // 8 < len(entries), "the status list has no such entry")
    return entries[at // 8] >> at % 8 & (1 << bits) - 1, newest[IAT]
