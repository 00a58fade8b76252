//! `run --json` could not print its document where standard error was gone, took that for a reader who had seen
//! enough, and ended with 0 although the command had failed.

use crate::harness::*;

#[test]
#[cfg(target_os = "linux")]
fn the_command_s_own_code_counts_where_standard_error_takes_nothing() {
    let bench = Bench::new();
    let bulla = bench.bulla_path();
    let script = format!(
        "exec {} run --json --explain {KEY} -- sh -c 'echo out; exit 3' 2>/dev/full",
        bulla.display()
    );
    bench.program("sh").args(["-c", &script]).ends(3).gives("out\n");
}

#[test]
fn the_command_s_own_code_counts_where_standard_error_has_no_reader() {
    let bench = Bench::new();
    let bulla = bench.bulla_path();
    // The reader is gone by the time that the command ends.
    let run = format!("{} run --json {KEY} -- sh -c 'sleep 0.3; exit 3'", bulla.display());
    let script = format!("{{ {run}; echo $? > code; }} 2>&1 >/dev/null | true");
    bench.program("sh").args(["-c", &script]).ends(0);
    until("the run ends", || lines(bench.path("work/code")) == 1);
    assert_eq!(read_text(bench.path("work/code")), "3\n");
}
