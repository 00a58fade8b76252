//! A time to live that is too long was a usage error, and one that is too short another error.

use crate::harness::*;

#[test]
fn a_time_to_live_out_of_bounds_is_a_usage_error_at_either_end() {
    let bench = Bench::new();
    for (ttl, says) in [("1us", "is too short; the least is 1 ms"), ("367d", "is too long; the most is 366")]
    {
        bench.bulla("put --ttl").arg(ttl).words(KEY).stdin("x").ends(2).says(says);
    }
}
