//! A signal that came after the command had started, but before bulla had noted its number, ended bulla instead of
//! reaching the command: under load every fiftieth or so of the tests' own.

use crate::harness::*;

/// The command sends the signal to bulla as the first thing it does, while bulla is held in the call that made it.
#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_signal_that_comes_while_the_command_starts_reaches_the_command() {
    let bench = Bench::new();
    let patience = "i=0; while [ $i -lt 200 ]; do i=$((i+1)); sleep 0.05; done";
    let script = bench
        .script("work/command", &format!("trap 'echo caught; exit 7' TERM; kill -TERM $PPID; {patience}"));
    let strace = bench.program(tool("strace")).args(["--quiet=all", "-o", "/dev/null"]);
    let strace =
        strace.arg("--inject=clone,clone3,fork,vfork:delay_exit=300000").arg("--").arg(bench.bulla_path());
    strace.words("run").words(KEY).arg("--").arg(script).ends(7).gives("caught\n");
}
