//! A file in `PATH` that may not be executed was "not found", 127, where shells and `env` say 126.

use crate::harness::*;

#[test]
fn a_file_in_path_that_cannot_be_run_is_126() {
    let bench = Bench::new();
    bench.make_dir("tools");
    bench.write("tools/tool", "#!/bin/sh\n");
    let path = format!("{}:/usr/bin:/bin", bench.path("tools").display());
    let run = || bench.bulla("run").words(KEY).env("PATH", &path).args(["--", "tool"]);
    run().ends(126).says("not executable").says("tools/tool");
    // One further on that can be run is what is meant.
    bench.make_dir("more");
    bench.script("more/tool", "echo more");
    let path = format!("{path}:{}", bench.path("more").display());
    bench.bulla("run").words(KEY).env("PATH", path).args(["--", "tool"]).ends(0).gives("more\n");
}
