"""A verifier in another language as a system under test: geleit sim run --all --sut 'python3 examples/python/sut.py'
The verifier is in tests/python and shares no line with geleit; these 50 lines are its adapter to the protocol of
spec/harness.md. They decide one purpose and leave out the registration, roll-back, claims that nobody asked for,
thresholds, and whatever could turn a "no" around: so they refuse nothing but what was revoked."""
import base64, hashlib, json, pathlib, sys
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests/python"))
import signed_lists, verify_presentation as sd_cwt  # they need the packages cbor2 and cryptography
RESIDENCE, HALF_A_DAY, files, used = "urn:geleit:residence:1", 43200, {}, set()
IDS = {"picture": "id.portrait.view", "family_name": "id.family_name", "given_name": "id.given_name",
       "permitted": "res.uk.work.permitted", "until": "res.uk.work.until", "conditions": "res.uk.work.conditions"}
def judge(check, now, facts, claims):  # yields what a failure from here on would mean, and at last the answer
    yield "NO_SUCH_CHECK"
    sd_cwt.need(check["purpose"] == "uk-right-to-work", "another purpose")
    yield "INDETERMINATE"
    trust = signed_lists.trust_list(files[check["trust_list"]], check["anchor"], now)
    request, presentation = (base64.b64decode(check[name]) for name in ("request", "presentation"))
    asked = sd_cwt.Sign1(sd_cwt.decode(request), "request", signed_lists.CONTEXT).payload_map()
    sd_cwt.need(presentation != b"\x80", "no answer")
    yield "NOT_VERIFIED"
    sd_cwt.need(asked[6] <= now < asked[4] and asked[39] not in used, "too late, or a second time")
    shown = sd_cwt.verify_presentation(presentation, signed_lists.issuer_keys(trust), [asked[3]], asked[39], now)
    for one in shown:
        signed_lists.check_issuer(trust, one["claims"], one["vct"])
        sd_cwt.need(one["request_hash"] == hashlib.sha256(request).digest(), "it answers another request")
        sd_cwt.need(asked[6] - 300 <= one["iat"] <= now + 300, "it was signed at another time")
        for group in filter(lambda value: isinstance(value, dict), one["claims"].values()): claims.update(group)
    used.add(asked[39])
    yield "INDETERMINATE"
    lists = [files[name] for name in check["status_lists"]]
    found = {one["vct"]: signed_lists.standing(trust, lists, one["claims"]) for one in shown}
    age, revoked = max(now - since for _, since in found.values()), found[RESIDENCE][0] == 1
    sd_cwt.need(age <= 2 * HALF_A_DAY and (revoked or not any(word for word, _ in found.values())), "status in doubt")
    sd_cwt.need(revoked or claims["picture"] and facts["face_matches"] == "yes", "a person has to compare the photo")
    sd_cwt.need(revoked or claims["permitted"] and not any(claims["conditions"].get(name) for name in (
        "max_hours_term", "sponsor_tied", "occupation_tied")), "there may be more to it")
    sd_cwt.need(revoked or (claims["until"] or "9999") >= facts["start_date"], "it ends before the first day")
    until = "ACCEPT_UNTIL " + claims["until"] if claims.get("until") else "ACCEPT"
    yield "REFUSE" if revoked else "ACCEPT_WITH_NOTICE" if age > HALF_A_DAY else until
for message in map(json.loads, sys.stdin):
    reply, claims = {"type": "ready"}, {}
    if message["type"] == "hello": reply = {"type": "hello", "schema": "geleit.sut/1", "name": "sut.py", "reasons": "own"}
    if message["type"] == "begin": used.clear()
    if message["type"] == "check":
        try:
            for outcome in judge(message, message["now"], message["facts"], claims): why = outcome.lower()
        except Exception as error: why = f"{type(error).__name__}: {error}"
        reply = {"type": "answer", "id": message["id"], "outcome": outcome, "reason": why, "claims": [
            IDS[name] for name in IDS if name in claims and outcome != "NOT_VERIFIED"]}
    if "sha256" in message: files[message["sha256"]] = base64.b64decode(message.get("bytes", ""))
    elif message["type"] != "bye": print(json.dumps(reply), flush=True)
