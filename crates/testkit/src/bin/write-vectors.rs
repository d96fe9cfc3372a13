//! Writes the vectors to `tests/vectors/geleit` and `tests/vectors/purposes`, for a change that is meant
//! to change them.
//!
//! A test compares the files with what the generator makes, so that none can be edited by hand.

use geleit_testkit::vectors;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    for (name, file) in vectors::all() {
        std::fs::write(folder.join("geleit").join(name), file.to_text())?;
        println!("{name}: {} cases", file.cases.len());
    }
    std::fs::create_dir_all(folder.join("purposes"))?;
    for (name, file) in vectors::purposes().map_err(std::io::Error::other)? {
        std::fs::write(folder.join("purposes").join(&name), file.to_text())?;
        println!("{name}: {} cases", file.cases.len());
    }
    Ok(())
}
