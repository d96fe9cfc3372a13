//! A purpose without claims, decided from a credential on the holder's own device.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TRUST: &str = r#"{
  "iss": "https://anchor.example", "sequence": 1, "expires": "2026-12-23T00:00:00Z",
  "issuers": [{"iss": "https://status.example", "types": ["identity"],
               "keys": [{"pem": "issuer.pub.pem", "from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z"}]}]
}"#;

/// 37 or 38 years old, which is one band.
const IDENTITY: &str = r#"{
  "id.family_name": "Nemuna", "id.mononym": true, "id.birth_date": "1988",
  "id.place_of_birth.country": "AF", "id.nationality": ["AF"]
}"#;

const CHECK: &str = "purpose check self-assessment-points --fact livelihood_secured=yes \
                     --fact qualification_basis=degree --fact language_basis=yes --fact stay_now=outside-germany \
                     --fact tested_language=no-test --fact points_stated=5";
const CREDENTIAL: &str =
    "--credential identity.cbor --trust trust.cbor --anchor-key anchor.pub.pem --holder-key holder.pem";

fn run(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geleit"));
    command.current_dir(folder).args(line.split_whitespace()).stdin(Stdio::null());
    command.args(["--now", "2026-11-23T09:00:00Z"]).output().unwrap()
}

/// The exit code and the first word of what is said.
fn answer(folder: &Path, line: &str) -> (Option<i32>, String) {
    let output = run(folder, line);
    let text =
        String::from_utf8(if output.stdout.is_empty() { output.stderr } else { output.stdout }).unwrap();
    (output.status.code(), text.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

#[test]
fn a_credential_of_the_holder_counts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let ok = |line: &str| {
        let output = run(folder, line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    };
    for name in ["anchor", "issuer", "holder", "other"] {
        ok(&format!("key new -o {name}.pem"));
        ok(&format!("key public {name}.pem -o {name}.pub.pem"));
    }
    fs::write(folder.join("trust.json"), TRUST).unwrap();
    fs::write(folder.join("identity.json"), IDENTITY).unwrap();
    ok("trust build --anchor-key anchor.pem -o trust.cbor trust.json");
    ok(
        "issue --type identity --issuer-key issuer.pem --iss https://status.example --holder-key holder.pub.pem \
        --status-uri https://lists.example/1 --status-index 11 -o identity.cbor identity.json",
    );
    // The age adds one point to the five that are stated.
    let with = format!("{CHECK} {CREDENTIAL}");
    assert_eq!(
        answer(folder, &with),
        (Some(0), "ACCEPT_WITH_NOTICE opportunity-card-points-reached".to_owned())
    );
    assert_eq!(
        answer(folder, CHECK),
        (Some(5), "INDETERMINATE opportunity-card-points-not-shown".to_owned())
    );
    // Somebody else's credential is not kept, here as in a wallet.
    let (code, said) = answer(folder, &with.replace("holder.pem", "other.pem"));
    assert_eq!((code, said.as_str()), (Some(1), "error: H-03"));
}
