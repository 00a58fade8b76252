//! Why there was no cache stood in a warning only: JSON had a miss without a reason, and `--explain` said no more than
//! "there is no cache".

use crate::harness::*;

#[test]
fn a_cache_that_cannot_be_opened_is_a_reason_in_json_and_in_the_explanation() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    let reason = "cannot open the directory";
    let json = bench.bulla("run --json --quiet").words(KEY).sh("true").ends(0).stderr_json();
    assert!(json.to_string().contains(reason), "{json}");
    bench.bulla("run --explain --quiet").words(KEY).sh("true").ends(0).says(reason);
    // Having none by choice is another thing.
    let off = bench.bulla("run --explain --mode off").words(KEY).sh("true").ends(0);
    assert_eq!(off.stderr.lines().count(), 1, "{off:?}");
}
