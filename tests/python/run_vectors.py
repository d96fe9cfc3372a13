#!/usr/bin/env python3
"""Run verify_presentation.py over the `kbt` cases of the derived Ed25519 vectors.

    run_vectors.py [VECTORS.json]

The `issued` cases are left out: they test what a holder checks on receipt, and this is a
verifier. A case of algorithm -8 has to be refused by default and accepted when the caller
allows it. The two command-line outcomes and the envelope are tested on top. The last line is
`N passed, N failed`; the exit status is 1 if a case failed.
"""

import json
import os
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from verify_presentation import Refused, encode, head, verify_presentation

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.join(HERE, "..", "vectors", "sd-cwt", "derived-ed25519", "vectors.json")
NEEDS_EDDSA = "kbt-alg-eddsa"


def main(arguments):
    path = arguments[0] if arguments else DEFAULT
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    issuer = bytes.fromhex(vectors["keys"]["issuer"]["public"])
    cases = {case["name"]: case for case in vectors["cases"] if case["kind"] == "kbt"}

    results = []
    for name, case in cases.items():
        eddsa = name == NEEDS_EDDSA
        if eddsa:
            results.append((name + " (not allowed)", refused(case, issuer)))
        results.append((name, run_case(case, issuer, eddsa)))
    results += envelopes(cases, issuer)
    results += command_line(cases, issuer)

    for name, problem in results:
        print("%-40s %s" % (name, "ok" if problem is None else "FAILED: " + problem))
    left_out = len(vectors["cases"]) - len(cases)
    print("%d issued cases left out: they are checks of a holder" % left_out)
    failed = sum(problem is not None for _, problem in results)
    print("%d passed, %d failed" % (len(results) - failed, failed))
    return 1 if failed else 0


def verify(case, issuer, allow_eddsa=False, data=None):
    verifier = case["verifier"]
    nonce = bytes.fromhex(verifier["cnonce"]) if verifier["cnonce"] is not None else None
    data = bytes.fromhex(case["cbor"]) if data is None else data
    return verify_presentation(data, [issuer], verifier["audiences"], nonce, verifier["now"], allow_eddsa)


def run_case(case, issuer, allow_eddsa):
    """Return None if the outcome is the expected one, else what is wrong."""
    if case["expect"] == "reject":
        return refused(case, issuer)
    try:
        (report,) = verify(case, issuer, allow_eddsa)
    except Refused as reason:
        return "refused: %s" % reason
    if encode(report["claims"]).hex() != case["validated_claims_cbor"]:
        return "other claims than expected"
    return None


def refused(case, issuer, data=None):
    try:
        verify(case, issuer, data=data)
    except Refused:
        return None
    return "verified, although it must be refused"


def envelopes(cases, issuer):
    """An answer envelope is an array of one to four KBTs; one bad KBT spoils it."""
    some, nested = cases["kbt-some"], cases["kbt-nested"]
    good = [bytes.fromhex(some["cbor"]), bytes.fromhex(nested["cbor"])]
    bad = bytes.fromhex(cases["kbt-signature-bad"]["cbor"])

    def envelope(*kbts):
        return head(4, len(kbts)) + b"".join(kbts)

    try:
        reports = verify(some, issuer, data=envelope(*good))
        expected = [some["validated_claims_cbor"], nested["validated_claims_cbor"]]
        same = [encode(report["claims"]).hex() for report in reports] == expected
        outcome = None if same else "other claims than expected"
    except Refused as reason:
        outcome = "refused: %s" % reason
    yield "envelope-two", outcome
    yield "envelope-empty", refused(some, issuer, envelope())
    yield "envelope-five", refused(some, issuer, envelope(*[good[0]] * 5))
    yield "envelope-one-bad", refused(some, issuer, envelope(good[0], bad))
    yield "envelope-trailing-byte", refused(some, issuer, envelope(*good) + b"\x00")
    yield "envelope-nested", refused(some, issuer, envelope(envelope(*good)))


def command_line(cases, issuer):
    """Exit status and output of the program, once verified and once refused."""
    pem = Ed25519PublicKey.from_public_bytes(issuer).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, status, lines in (("kbt-some", 0, 1), ("kbt-signature-bad", 1, 0)):
        verifier = cases[name]["verifier"]
        with tempfile.TemporaryDirectory() as folder:
            key, token = os.path.join(folder, "issuer.pem"), os.path.join(folder, "answer.cbor")
            with open(key, "wb") as file:
                file.write(pem)
            with open(token, "wb") as file:
                file.write(bytes.fromhex(cases[name]["cbor"]))
            command = [sys.executable, os.path.join(HERE, "verify_presentation.py"), "--issuer-key", key]
            command += ["--audience", verifier["audiences"][0], "--nonce", verifier["cnonce"]]
            command += ["--now", str(verifier["now"]), token]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        printed = [json.loads(line) for line in done.stdout.splitlines()]
        ok = done.returncode == status and len(printed) == lines
        yield "command-line-" + name, None if ok else "exit status %d, %d lines" % (done.returncode, len(printed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
