//! Without `PATH` a program was looked for in the working directory, which is the tree under test; and as the system
//! looks elsewhere then, the key was made from another file than the one that was run.

use crate::harness::*;

#[test]
fn without_path_nothing_is_run_from_the_working_directory() {
    let bench = Bench::new();
    bench.script("work/tool", "echo planted");
    let without_path =
        |program: &str| bench.bulla("run --json").words(KEY).without_env("PATH").args(["--", program]);
    without_path("tool").ends(127).gives("").says("command not found: tool");
    // A system may know where to look all the same; then the key is made from what is run.
    let binary = || {
        let run = without_path("true").run();
        let inspected =
            bench.bulla("ls --json").ends(0).json()["entries"][0]["header"]["producer"]["binary"].clone();
        (run.code(), inspected)
    };
    let before = binary();
    bench.script("work/true", "echo planted");
    assert_eq!(binary(), before);
}
