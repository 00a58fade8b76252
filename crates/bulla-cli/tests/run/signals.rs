//! Signals reach the command, which decides what becomes of it.

use super::{counted, ran, run};
use crate::harness::*;

/// A command that is ready once the file `ready` is there, and ends with 7 on a signal; with 1 if none comes.
fn patient(signal: &str) -> String {
    let patience = "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); sleep 0.05; done; exit 1";
    counted(&format!("trap 'echo caught; exit 7' {signal}; : > ready; {patience}"))
}

#[test]
fn a_signal_that_would_end_bulla_reaches_the_command_whose_own_code_counts() {
    for signal in ["TERM", "HUP", "INT", "USR1", "USR2", "QUIT"] {
        let bench = Bench::new();
        let running = run(&bench, "--cache-failures").sh(&patient(signal)).start();
        until("the command is ready", || is_there(bench.path("work/ready")));
        running.signal(signal);
        running.wait().ended(7).gives("caught\n");
    }
}

#[test]
fn a_command_that_dies_of_the_signal_is_128_and_its_number() {
    let bench = Bench::new();
    let running = run(&bench, "").sh(": > ready; exec sleep 30").start();
    until("the command is ready", || is_there(bench.path("work/ready")));
    running.signal("TERM");
    running.wait().ended(143);
    assert_eq!(bench.drafts(), [""; 0]);
}

#[test]
fn a_command_that_goes_on_after_a_signal_is_stored_as_usual() {
    let bench = Bench::new();
    let patience = "i=0; while [ -z \"$go\" ] && [ $i -lt 3000 ]; do i=$((i+1)); sleep 0.02; done";
    let script = counted(&format!("trap 'go=on' USR1; : > ready; {patience}; echo done"));
    let running = run(&bench, "").sh(&script).start();
    until("the command is ready", || is_there(bench.path("work/ready")));
    running.signal("USR1");
    running.wait().ended(0).gives("done\n");
    run(&bench, "").sh(&script).ends(0).gives("done\n");
    assert_eq!(ran(&bench), 1);
}

#[test]
fn bulla_killed_leaves_the_next_run_nothing_to_wait_for() {
    let bench = Bench::new();
    let script = counted("if [ -e ready ]; then echo second; else echo $$ > ready; exec sleep 30; fi");
    let running = run(&bench, "").sh(&script).start();
    until("the command is ready", || lines(bench.path("work/ready")) == 1);
    assert_eq!(running.kill().code(), 137);
    // What it ran lives on, as it would have without bulla.
    let orphan = read_text(bench.path("work/ready"));
    let begin = std::time::Instant::now();
    run(&bench, "--wait 30s").sh(&script).ends(0).gives("second\n").without_a_word();
    assert!(begin.elapsed().as_secs() < 10, "the lock died with its holder");
    bench.program("kill").arg(orphan.trim()).ends(0);
}

#[test]
fn a_signal_that_bulla_was_told_to_ignore_stays_ignored_by_both() {
    let bench = Bench::new();
    let patience = "i=0; while [ ! -e go ] && [ $i -lt 3000 ]; do i=$((i+1)); sleep 0.02; done";
    let script = format!("trap '' HUP; exec {} run {KEY} -- sh -c \"$0\"", bench.bulla_path().display());
    let running =
        bench.program("sh").args(["-c", &script, &format!(": > ready; {patience}; echo done")]).start();
    until("the command is ready", || is_there(bench.path("work/ready")));
    running.signal("HUP");
    bench.write("work/go", "");
    running.wait().ended(0).gives("done\n");
}

#[test]
fn a_signal_while_another_run_is_waited_for_ends_bulla_as_it_ends_others() {
    let bench = Bench::new();
    let patience = "i=0; while [ ! -e go ] && [ $i -lt 3000 ]; do i=$((i+1)); sleep 0.02; done";
    let script = counted(&format!("{patience}; echo done"));
    let first = run(&bench, "").sh(&script).start();
    until("the command runs", || ran(&bench) == 1);
    let waiting = run(&bench, "").sh(&script).start();
    std::thread::sleep(std::time::Duration::from_millis(100));
    waiting.signal("TERM");
    waiting.wait().ended(143);
    bench.write("work/go", "");
    first.wait().ended(0).gives("done\n");
    assert_eq!(ran(&bench), 1);
}

/// The command has ended, and something that it left behind holds its output open.
#[test]
fn what_a_command_leaves_behind_keeps_nobody_from_ending_bulla() {
    let bench = Bench::new();
    let running = run(&bench, "").sh("sleep 50 & echo $! > left; echo out").start();
    until("the command has ended", || lines(bench.path("work/left")) == 1);
    std::thread::sleep(std::time::Duration::from_millis(200));
    running.signal("TERM");
    assert_eq!(running.wait().code(), 143);
    bench.program("kill").arg(read_text(bench.path("work/left")).trim()).ends(0);
    assert_eq!(bench.bulla("ls").ends(0).text(), "");
}
