//! A cache that only reads and is not there yet was an error for `get` and a warning for `run`, while `ls` and
//! `verify` took it for an empty one: a pull request's first job had nothing else to expect.

use crate::harness::*;

#[test]
fn a_read_only_cache_that_is_not_there_yet_is_an_empty_one() {
    let bench = Bench::new();
    for mode in ["read-only", "off"] {
        bench.bulla("get --mode").arg(mode).words(KEY).ends(5);
        bench
            .bulla("run --strict --mode")
            .arg(mode)
            .words(KEY)
            .sh("echo out")
            .ends(0)
            .gives("out\n")
            .without_a_word();
    }
    assert!(!is_there(bench.dir()));
}
