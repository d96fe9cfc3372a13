//! What the figures were made with.

use geleit_benches::sample::{Samples, consume};
use sha2::{Digest, Sha256};
use std::hint::black_box;

/// SHA-256 of 64 bytes takes less than this in a sound build, in seconds. Builds that mix instruction sets
/// have been seen to take a hundred times longer, and then every other figure is wrong as well.
const SHA_256_LIMIT: f64 = 1e-6;

/// Machine, compiler, profile.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The processor by its own name.
    pub(crate) cpu: String,
    /// The compiler.
    pub(crate) rustc: &'static str,
    /// The profile and what matters of it.
    pub(crate) profile: &'static str,
    /// SHA-256 of 64 bytes, in nanoseconds.
    pub(crate) sha_256_ns: f64,
    /// What makes the figures doubtful.
    pub(crate) warnings: Vec<String>,
}

impl Environment {
    /// Of this program on this machine.
    pub(crate) fn here() -> Self {
        let sha_256 = sha_256();
        let mut warnings = Vec::new();
        if sha_256 >= SHA_256_LIMIT {
            warnings.push(format!(
                "SHA-256 of 64 bytes takes {:.2} µs, and 1 µs is the limit: the build mixes instruction sets",
                1e6 * sha_256
            ));
        }
        if cfg!(debug_assertions) {
            warnings.push("this is not a release build: the figures mean nothing".to_owned());
        }
        Self {
            cpu: cpu(),
            rustc: env!("GELEIT_RUSTC"),
            profile: profile(),
            sha_256_ns: 1e9 * sha_256,
            warnings,
        }
    }
}

fn sha_256() -> f64 {
    let block = [0x2a; 64];
    Samples::take(51, &mut [&mut || consume(Sha256::digest(black_box(&block)))]).seconds(0)
}

/// As `Cargo.toml` says; a test compares them.
const fn profile() -> &'static str {
    match (env!("GELEIT_PROFILE").as_bytes(), cfg!(debug_assertions)) {
        (b"release", false) => "release: opt-level 3, lto fat, codegen-units 1, no target-cpu",
        _ => "debug",
    }
}

fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let name = model.map_or("unknown", |(_, name)| name.trim());
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{name}, {count} threads, {} {}", std::env::consts::ARCH, std::env::consts::OS)
}

const LOCK: &str = include_str!("../Cargo.lock");

/// The version of a package in the lock file, of those that begin with `prefix`.
pub(crate) fn locked(package: &str, prefix: &str) -> Option<&'static str> {
    let mut lines = LOCK.lines();
    let wanted = format!("name = \"{package}\"");
    while lines.any(|line| line == wanted) {
        let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
        if version.starts_with(prefix) {
            return Some(version);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_have_the_versions_that_tables_quote() {
        let expected = [
            ("sd-cwt", "0.3.0"),
            ("sd-jwt-payload", "0.5.1"),
            ("sd-jwt-rs", "0.7.1"),
            ("biscuit-auth", "6.0.0"),
            ("coset", "0.4.2"),
            ("zkryptium", "0.8.0"),
        ];
        let packages: Vec<_> =
            crate::peer::ALL.iter().filter_map(|about| about.package).map(|(name, _)| name).collect();
        assert_eq!(packages, expected.map(|(name, _)| name));
        for (package, version) in expected {
            assert_eq!(locked(package, ""), Some(version));
        }
        for (package, prefix) in crate::system::all().iter().filter_map(|system| system.package) {
            assert!(locked(package, prefix).is_some(), "{package} {prefix}");
        }
        assert_eq!(locked("sd-jwt-rs", "9"), None);
        assert_eq!(locked("no-such-package", ""), None);
    }

    #[test]
    fn the_profile_is_that_of_the_workspace() {
        let section = |manifest: &'static str| {
            let (_, rest) = manifest.split_once("[profile.release]\n").unwrap();
            rest.split("\n\n").next().unwrap().trim()
        };
        let own = section(include_str!("../Cargo.toml"));
        assert_eq!(own, section(include_str!("../../../Cargo.toml")));
        assert_eq!(own, "lto = \"fat\"\ncodegen-units = 1");
    }
}
