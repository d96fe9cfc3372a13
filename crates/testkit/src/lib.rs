//! (filled in by its own modules)
