//! Which algorithms are allowed is always said.

use geleit_cose::algorithm::Algorithms;

fn main() {
    let _ = Algorithms::default();
}
