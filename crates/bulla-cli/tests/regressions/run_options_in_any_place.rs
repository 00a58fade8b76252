//! Whether a wrong command line was one of `run` was told by its first word, which can be a global option.

use crate::harness::*;

#[test]
fn a_usage_error_of_run_is_125_wherever_the_global_options_stand() {
    let bench = Bench::new();
    bench.bulla("run --no-such-flag").ends(125);
    bench.bulla("--quiet run --no-such-flag").ends(125);
    bench.bulla("--dir elsewhere run --no-such-flag").ends(125);
    // And not where `run` is somebody else's value.
    bench.bulla("--dir run get --no-such-flag").ends(2);
    bench.bulla("get --op run").ends(2);
}
