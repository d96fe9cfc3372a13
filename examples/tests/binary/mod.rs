//! Where the examples are that tests run.

use std::path::PathBuf;
use std::process::Command;

/// `target/debug/examples/NAME`, beside `target/debug/deps/run-…`.
pub(crate) fn path(example: &str) -> PathBuf {
    let me = std::env::current_exe().expect("a test knows where it is");
    let profile = me.parent().and_then(|deps| deps.parent()).expect("a folder above `deps`");
    let path = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", env!("CARGO_PKG_NAME"), "--example", example])
            .status()
            .expect("cargo runs");
        assert!(built.success(), "{example} does not build");
    }
    path
}
