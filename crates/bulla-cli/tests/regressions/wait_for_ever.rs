//! The end of a wait was the time now and the duration, whatever it was: with a very long one the program panicked.

use crate::harness::*;

#[test]
fn a_wait_of_any_length_is_one() {
    let bench = Bench::new();
    let run = bench.bulla("run --wait 500000000000years").words(KEY).sh("echo out").run();
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    // Too long to be meant is a usage error, too.
    assert!([0, 125].contains(&run.code()) && (run.code() == 125) == run.stdout.is_empty(), "{run:?}");
}
