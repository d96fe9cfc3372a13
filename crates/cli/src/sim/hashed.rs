//! A writer that knows the SHA-256 of what went through it.

use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Writes on, and hashes.
#[derive(Debug)]
pub(super) struct Hashed<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    /// Nothing went through yet.
    pub(super) fn new(out: W) -> Self {
        Self { out, hash: Sha256::new() }
    }

    /// The hash of all that went through, in hexadecimal.
    pub(super) fn finish(self) -> String {
        base16ct::lower::encode_string(&self.hash.finalize())
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
