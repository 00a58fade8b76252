//! A reader that goes away early.

use std::io::Read as _;

use super::{counted, ran, run};
use crate::harness::*;

const MUCH: &str =
    "i=0; while [ $i -lt 3000 ]; do echo 'a line of some length, many times over: '$i; i=$((i+1)); done";

fn much() -> String {
    (0..3000).map(|i| format!("a line of some length, many times over: {i}\n")).collect()
}

#[test]
fn a_reader_that_has_seen_enough_spoils_neither_the_run_nor_the_entry() {
    let bench = Bench::new();
    let (running, _stdin, mut stdout) = run(&bench, "").sh(&counted(MUCH)).start_piped();
    stdout.read_exact(&mut [0; 1]).unwrap();
    drop(stdout);
    running.wait().ended(0).without_a_word();
    run(&bench, "").sh(&counted(MUCH)).ends(0).gives(much());
    assert_eq!(ran(&bench), 1);
}

#[test]
fn nor_does_it_spoil_a_replay() {
    let bench = Bench::new();
    run(&bench, "").sh(&counted(&format!("{MUCH}; exit 4"))).ends(4);
    run(&bench, "--cache-failures").sh(&counted(&format!("{MUCH}; exit 4"))).ends(4);
    let (running, _stdin, stdout) = run(&bench, "").sh(&counted(&format!("{MUCH}; exit 4"))).start_piped();
    drop(stdout);
    running.wait().ended(4).without_a_word();
    assert_eq!(ran(&bench), 2);
}

#[test]
fn outputs_that_were_never_open_are_no_trouble() {
    let bench = Bench::new();
    let bulla = bench.bulla_path();
    let command = format!(
        "exec {} run {KEY} -- sh -c '{}' >&- 2>&-",
        bulla.display(),
        counted("echo out; echo err >&2")
    );
    bench.program("sh").args(["-c", &command]).ends(0).gives("").without_a_word();
    run(&bench, "").sh(&counted("echo out; echo err >&2")).ends(0).gives("out\n");
    assert_eq!(ran(&bench), 1);
}

/// Whoever redirected the output to a full disk must not take what is there for the whole result.
#[test]
#[cfg(target_os = "linux")]
fn an_output_that_cannot_be_written_is_an_error() {
    let bench = Bench::new();
    for _ in 0..2 {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = run(&bench, "").sh("printf out").into_file(full);
        output.ended(125).says("error: cannot pass the command's output on: No space left on device");
    }
}
