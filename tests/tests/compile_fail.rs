//! What must not compile: ways around a check.
//!
//! The expected messages are those of one compiler; `TRYBUILD=overwrite` writes them again.

#[test]
fn ways_around_a_check_do_not_compile() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
