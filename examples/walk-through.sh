#!/usr/bin/env bash
# From the registrar to a replay, with the command line alone: every file is signed with a key that openssl made.
#
#   examples/walk-through.sh [FOLDER]        FOLDER is made if it does not exist; a temporary one by default
#
# Needs openssl and `geleit` (on the PATH, or named by GELEIT). Run it as it is, or read it and type the steps.
set -euo pipefail

geleit=${GELEIT:-geleit}
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
cd "$folder"

step() {
    printf '\n== %s\n' "$1"
}

# Runs a command that has to fail with this exit code.
refused() {
    local required=$1 code=0
    shift
    "$@" || code=$?
    if [ "$code" -ne "$required" ]; then
        echo "expected exit code $required, got $code: $*" >&2
        return 1
    fi
}

step "1  Keys: everybody makes their own, with openssl"
for name in anchor registrar issuer lists employer holder; do
    openssl genpkey -algorithm ed25519 -out "$name.pem" 2>/dev/null
    openssl pkey -in "$name.pem" -pubout -out "$name.pub.pem"
done
ls ./*.pem

step "2  The trust anchor says who may issue, register and publish status"
cat > trust.json <<'JSON'
{"iss": "https://anchor.example", "sequence": 1, "expires": "2030-01-01T00:00:00Z",
 "issuers": [{"iss": "https://status.example", "types": ["identity", "residence"], "keys": [{"pem": "issuer.pub.pem"}]}],
 "registrars": [{"iss": "https://registrar.example", "keys": [{"pem": "registrar.pub.pem"}]}],
 "status_issuers": [{"iss": "https://lists.example", "for": ["https://status.example", "https://registrar.example"],
                     "keys": [{"pem": "lists.pub.pem"}]}]}
JSON
"$geleit" trust build --anchor-key anchor.pem -o trust-list.cbor trust.json
trusted=(--trust trust-list.cbor --anchor-key anchor.pub.pem)
"$geleit" trust show trust-list.cbor --anchor-key anchor.pub.pem

step "3  The status issuer publishes a list, in which nothing is withdrawn yet"
"$geleit" status build --uri https://lists.example/1 --status-key lists.pem -o status.cbor
"$geleit" status show status.cbor "${trusted[@]}"

step "4  The registrar registers the employer for one purpose of the catalogue"
"$geleit" registrar register --registrar-key registrar.pem --iss https://registrar.example \
    --purpose uk-right-to-work --relying-party https://employer.example --name "Example Ltd" --country GB \
    --service hiring --request-key employer.pub.pem --support-uri https://employer.example/help \
    --privacy-policy https://employer.example/privacy --supervisory-authority https://authority.example \
    --status-uri https://lists.example/1 --status-index 40961 -o registration.cbor

step "5  The issuer issues one copy of two credentials to one key of the wallet, each with a random place"
cat > identity.json <<'JSON'
{"id.family_name": "Sample", "id.given_name": "Asha", "id.birth_date": "1993-04-17",
 "id.place_of_birth.country": "TR", "id.nationality": ["TR"],
 "id.portrait.view": {"$base64": "/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="}}
JSON
cat > residence.json <<'JSON'
{"res.status_class": "work_skilled", "res.valid_now": true, "res.under_review": false, "res.issuing_authority": "Sample Office",
 "res.uk.work.permitted": true, "res.uk.work.until": null, "res.uk.work.conditions": {}}
JSON
"$geleit" status draw status.cbor --count 1 --taken taken.json | tee identity.place
"$geleit" status draw status.cbor --count 1 --taken taken.json | tee residence.place
for type in identity residence; do
    place=$(grep -oE '[0-9]+' "$type.place" | head -1)
    "$geleit" issue --type "$type" --issuer-key issuer.pem --iss https://status.example --holder-key holder.pub.pem \
        --status-uri https://lists.example/1 --status-index "$place" -o "$type.cbor" "$type.json"
done

step "6  The employer asks for what the purpose requires"
"$geleit" request --registration registration.cbor --request-key employer.pem -o request.cbor

step "7  The wallet shows who asks what for, and answers; what it showed is remembered"
wallet=("${trusted[@]}" --status status.cbor --holder-key holder.pem --ledger ledger.json)
"$geleit" present "${wallet[@]}" --request request.cbor --plan identity.cbor residence.cbor
"$geleit" present "${wallet[@]}" --request request.cbor -o presentation.cbor identity.cbor residence.cbor

step "8  The employer verifies and decides; the person gets a signed receipt"
today=$(date -u +%Y-%m-%d)
check=(--registration registration.cbor --request request.cbor --nonce-store nonces.json --status status.cbor
       --fact "start_date=$today" --fact face_matches=yes)
"$geleit" verify "${trusted[@]}" "${check[@]}" --receipt receipt.cbor --receipt-key employer.pem --store receipts presentation.cbor

step "9  The receipt: no claim value in it, and anybody with the request can verify it"
"$geleit" receipt show receipt.cbor
"$geleit" receipt verify "${trusted[@]}" --status status.cbor --request request.cbor receipt.cbor

step "10 Replay: the kept inputs give the same answer, whenever that is"
"$geleit" receipt replay --store receipts --anchor-key anchor.pub.pem receipt.cbor

step "11 What must not work: the same answer again, more than is registered, a holder who declines"
refused 1 "$geleit" verify "${trusted[@]}" "${check[@]}" presentation.cbor
"$geleit" request --registration registration.cbor --request-key employer.pem \
    --claims id.nationality,res.uk.work.permitted -o too-much.cbor
refused 1 "$geleit" present "${wallet[@]}" --request too-much.cbor -o blocked.cbor identity.cbor residence.cbor
"$geleit" request --registration registration.cbor --request-key employer.pem -o again.cbor
refused 1 "$geleit" present "${wallet[@]}" --request again.cbor --decline -o declined.cbor identity.cbor residence.cbor
cmp blocked.cbor declined.cbor
echo "the party that asked sees no difference"

step "12 The registration is withdrawn: the wallet answers nothing any more"
sleep 1 # a newer list is later, by a second at least
"$geleit" status set status.cbor --status-key lists.pem --index 40961 --to revoked -o withdrawn.cbor
refused 1 "$geleit" present "${trusted[@]}" --status withdrawn.cbor --holder-key holder.pem --ledger ledger.json \
    --request again.cbor -o nothing.cbor identity.cbor residence.cbor

step "13 The time is over: what was received is deleted, and the deletion is signed"
id=$(openssl dgst -sha256 -r receipt.cbor | cut -c1-16) # a receipt is named by its SHA-256
"$geleit" verifier purge --store receipts --key employer.pem --ended "$id=$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    --now 2035-01-01T00:00:00Z
refused 2 "$geleit" receipt replay --store receipts --anchor-key anchor.pub.pem receipt.cbor
echo
echo "the files are in $PWD"
