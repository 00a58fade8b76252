//! What `run` keeps and replays stood above its arguments, where the help does not show it.

use crate::harness::*;

#[test]
fn the_help_of_run_says_what_is_replayed_and_what_enters_the_key() {
    let bench = Bench::new();
    let help = bench.bulla("run --help").ends(0).text();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("Standard output, standard error and the exit code are replayed."), "{help}");
    assert!(help.contains("nothing else enters the key"), "{help}");
}
