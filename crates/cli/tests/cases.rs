//! The command line as its users see it: each case is a file that a user could have written.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").run();
}
