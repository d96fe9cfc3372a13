//! Writes the one-fault vectors to `tests/vectors/geleit`, for a change that is meant to change them.
//!
//! A test compares the files with what the generator makes, so that none can be edited by hand.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/geleit");
    for (name, file) in geleit_testkit::vectors::all() {
        std::fs::write(folder.join(name), file.to_text())?;
        println!("{name}: {} cases", file.cases.len());
    }
    Ok(())
}
