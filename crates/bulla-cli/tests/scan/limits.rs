//! No scanner runs for ever, and none outlives the scan.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::harness::*;
use crate::stage::{Stage, nothing_found};

/// A process that is no more, or has ended and waits for its parent to ask.
fn is_gone(stage: &Stage, pid_file: &Path) -> bool {
    let pid = read_text(pid_file);
    let state = stage.bench.program("ps").args(["-o", "stat=", "-p", pid.trim()]).run().text();
    state.trim().is_empty() || state.trim().starts_with('Z')
}

/// It starts a child in the background and does not end; `$own/pids` then has both of their numbers.
const ENDLESS: &str = "sleep 300 & echo $! > $own/child; echo $$ > $own/pid; : > $own/ready; wait; sleep 300";

#[track_caller]
fn all_are_gone(stage: &Stage, scanner: &str) {
    for pid in ["pid", "child"] {
        let file = stage.bench.path(&format!("players/{scanner}/{pid}"));
        until("the scanner's processes end", || is_gone(stage, &file));
    }
}

#[test]
fn a_time_limit_ends_a_scanner_and_what_it_has_started() {
    let stage = Stage::with(&["grype"]);
    stage.does("grype", ENDLESS);
    let begun = Instant::now();
    let said = stage.asks("grype", "--time-limit 1s");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(said["outcome"], "error");
    assert_eq!(said["reason"], "it took longer than 1 s");
    assert_eq!(stage.headers().len(), 0);
    all_are_gone(&stage, "grype");
}

#[test]
fn the_limit_can_stand_in_the_settings_and_is_each_scanner_s_own() {
    let stage = Stage::with(&["grype", "trivy"]);
    stage.bench.user_config("[scan]\ntime-limit = \"1s\"\n");
    stage.does("grype", ENDLESS);
    let document = stage.scanned("");
    assert_eq!(crate::stage::of(&document, "grype")["reason"], "it took longer than 1 s");
    assert_eq!(crate::stage::of(&document, "trivy")["outcome"], "clean");
    all_are_gone(&stage, "grype");
}

#[test]
fn a_scanner_that_does_not_listen_is_ended_all_the_same() {
    let stage = Stage::with(&["grype"]);
    stage.does("grype", &format!("trap '' TERM INT HUP; {ENDLESS}; sleep 300"));
    let begun = Instant::now();
    assert_eq!(stage.asks("grype", "--time-limit 1s")["reason"], "it took longer than 1 s");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    all_are_gone(&stage, "grype");
}

/// A report that was whole before the time was over may not be all that it was to be.
#[test]
fn a_report_of_a_scanner_that_was_ended_is_no_answer() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    stage.does("grype", &format!("cat {report}; {ENDLESS}"));
    assert_eq!(stage.asks("grype", "--time-limit 1s")["outcome"], "error");
    assert_eq!(stage.headers().len(), 0);
}

#[test]
fn what_a_scanner_leaves_behind_holds_nobody_up_and_ends_with_it() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    stage.does("grype", &format!("sleep 300 & echo $! > $own/child; echo $$ > $own/pid; cat {report}"));
    assert_eq!(stage.asks("grype", "")["outcome"], "clean");
    all_are_gone(&stage, "grype");
    stage.hits("grype", "");
}

#[test]
fn a_signal_ends_every_scanner_and_leaves_nothing_behind() {
    for signal in ["INT", "TERM", "HUP"] {
        let stage = Stage::with(&["grype", "trivy"]);
        let temporary = stage.bench.make_dir("tmp");
        for scanner in ["grype", "trivy"] {
            stage.does(scanner, ENDLESS);
        }
        let running = stage.scan("--json").env("TMPDIR", &temporary).start();
        for scanner in ["grype", "trivy"] {
            until("the scanners run", || is_there(stage.bench.path(&format!("players/{scanner}/ready"))));
        }
        running.signal(signal);
        let ended = running.wait().ended(130).says("stopped");
        assert!(ended.stdout.is_empty(), "half an answer is none: {ended:?}");
        for scanner in ["grype", "trivy"] {
            all_are_gone(&stage, scanner);
        }
        assert_eq!(names(&temporary), [""; 0], "{signal}");
        assert_eq!(stage.headers().len(), 0);
        stage.bench.is_sound();
    }
}

#[test]
fn a_signal_while_a_program_is_asked_for_its_version_ends_the_scan_too() {
    let stage = Stage::with(&["grype"]);
    let temporary = stage.bench.make_dir("tmp");
    stage.tells("grype", "version", ENDLESS);
    let running = stage.scan("").env("TMPDIR", &temporary).start();
    until("it is asked", || is_there(stage.bench.path("players/grype/ready")));
    running.signal("TERM");
    running.wait().ended(130);
    all_are_gone(&stage, "grype");
    assert_eq!(names(&temporary), [""; 0]);
}

#[test]
fn a_scan_that_is_done_leaves_no_temporary_file() {
    let stage = Stage::with(&["syft", "grype", "trivy", "kingfisher"]);
    let temporary = stage.bench.make_dir("tmp");
    stage.does("trivy", "exit 1");
    for _ in 0..2 {
        stage.scan("").env("TMPDIR", &temporary).ends(0);
        assert_eq!(names(&temporary), [""; 0]);
    }
}
