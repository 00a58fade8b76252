//! The cache directory is left out of the tree it is about, but the directories above it are not. Once the key was
//! made before the directory was, making it changed the tree: the first result was "not stored: what the result
//! depends on changed during the run", and its warning a false alarm.

use crate::harness::*;

#[test]
fn a_cache_that_is_made_deep_inside_the_tree_it_is_about_does_not_change_the_tree() {
    let bench = Bench::new();
    bench.write("work/file", "x");
    let run = || {
        let run = bench.bulla("run --op signature --json --dir .cache/deep/bulla --subject-path .");
        run.sh("echo out").ends(0).stderr_json()
    };
    let first = run();
    assert_eq!((&first["outcome"], &first["stored"]["outcome"]), (&"miss".into(), &"yes".into()));
    assert_eq!(run()["outcome"], "hit");
}
