//! Tests across the crates live in `tests/`, one file per subject; this library is empty on purpose.
