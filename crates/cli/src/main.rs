//! The `geleit` command.

mod conformance;
mod failure;

fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        for r in conformance::parse(&text, &path).unwrap().run().unwrap() {
            println!("{} {} {}", r.passed, r.name, r.detail);
        }
    }
}
