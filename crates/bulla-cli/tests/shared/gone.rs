//! A shared store that is not there costs no result.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::fleet::Fleet;
use crate::harness::*;
use crate::servers::s3::{ACCESS_KEY, SECRET_KEY};
use crate::stage::of;

/// How many warnings somebody was given.
fn warnings(output: &Output) -> usize {
    output.stderr.lines().filter(|line| line.starts_with("warning: ")).count()
}

#[test]
fn with_the_mount_taken_away_both_runners_go_on_and_warn_once_each_time() {
    let fleet = Fleet::new();
    fleet.run("one", "").ends(0);
    fleet.unmount();
    let served = fleet.run("one", "").ends(0).gives("result\n");
    assert_eq!(warnings(&served), 0, "what lies here is not asked for there: {served:?}");
    let ran = fleet.run("two", "").ends(0).gives("result\n");
    ran.says("warning: going on without the shared store file://");
    let command = |code: i32| {
        let script = format!("echo out; exit {code}");
        let ran = fleet.runner("three", "run").words(OTHER_KEY).sh(&script).ends(code).gives("out\n");
        assert_eq!(warnings(&ran), 1, "{ran:?}");
    };
    command(0);
    for runner in ["four", "five"] {
        let failed = fleet.runner(runner, "run").words(KEY).sh("echo out; exit 7").ends(7).gives("out\n");
        assert_eq!(warnings(&failed), 1, "{failed:?}");
    }
    let get = fleet.runner("six", "get --json --output out").words(KEY).ends(5);
    assert_eq!((warnings(&get), &get.json()["miss"]["reason"]), (1, &serde_json::json!("unreachable")));
    fleet.mount_again();
    assert_eq!(warnings(&fleet.run("six", "").ends(0)), 0);
    assert_eq!(fleet.ran(), 2, "served from there again");
}

#[test]
fn taken_away_while_a_command_runs_it_loses_no_result() {
    let fleet = Fleet::new();
    let away = format!("rm -r {}", fleet.mount().display());
    let ran = fleet.runner("one", "run").words(KEY).sh(&format!("echo out; {away}; exit 0")).ends(0);
    assert_eq!(warnings(&ran), 1, "{ran:?}");
    ran.gives("out\n");
    assert_eq!(names(&fleet.dir("one")).iter().filter(|name| name.ends_with(".bulla")).count(), 1);
}

#[test]
fn a_scan_goes_on_without_it_and_warns_once() {
    let fleet = Fleet::new();
    fleet.unmount();
    let scan = fleet.runner("one", "scan tree --json --soft-fail").ends(0);
    assert_eq!(warnings(&scan), 1, "{scan:?}");
    assert_eq!(of(&scan.json(), "grype")["outcome"], "findings");
    let again = fleet.runner("one", "scan tree --json --soft-fail").ends(0).without_a_word();
    assert_eq!(of(&again.json(), "grype")["cache"], "hit");
    fleet.runner("one", "scan tree --soft-fail --quiet --refresh").ends(0).without_a_word();
}

#[test]
fn strict_makes_an_error_of_it_after_the_result_was_delivered() {
    let fleet = Fleet::new();
    fleet.unmount();
    for write in ["sync", "background"] {
        let runner = format!("strict-{write}");
        let options = format!("--strict --shared-write {write}");
        let run = fleet.run(&runner, &options).ends(125).gives("result\n");
        run.says("error: the command's result was delivered, but");
        fleet.runner(&runner, "put").words(&options).words(OTHER_KEY).stdin("x").ends(1).says("error: ");
        fleet.runner(&runner, "get").words(OTHER_KEY).ends(0).gives("x");
        fleet.runner(&format!("{runner}-2"), "scan tree --soft-fail").words(&options).ends(1).says("error: ");
    }
    fleet.runner("reader", "get --strict").words(KEY).ends(1);
    let reads = "scan tree --soft-fail --strict --shared-mode read-only";
    fleet
        .runner("reader", reads)
        .ends(1)
        .says("error: ")
        .says("not looked for where it may lie: unreachable: ");
}

#[test]
fn the_directory_that_should_be_mounted_is_never_made() {
    let fleet = Fleet::new();
    fleet.unmount();
    fleet.run("one", "").ends(0);
    fleet.runner("one", "clean --shared").ends(1);
    assert!(!is_there(fleet.mount()));
}

/// Runs a command through a store at a port that takes connections and never answers. It asks the store at least four
/// times: for the entry, for the lease, for the entry again, and to keep it.
fn run_into_a_black_hole(url: impl FnOnce(u16) -> String, at_most: Duration) {
    let fleet = Fleet::new();
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = url(hole.local_addr().unwrap().port());
    let run = fleet.run("one", "--verbose").env("BULLA_STORE", store);
    let begun = Instant::now();
    let ran = run.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).ends(0);
    let took = begun.elapsed();
    assert!(took < at_most, "{took:?}");
    assert_eq!(warnings(&ran), 1, "{ran:?}");
    ran.gives("result\n").says("is left alone from now on");
    let stats = fleet.runner("one", "stats --json").env("BULLA_STORE", "file:///nowhere").ends(0).json();
    assert_eq!(stats["shared"]["unreachable"], 3, "{stats}");
}

#[test]
#[ignore = "takes half a minute: cargo xtask test"]
fn a_black_hole_in_place_of_a_redis_costs_a_process_30_seconds() {
    run_into_a_black_hole(|port| format!("redis://127.0.0.1:{port}"), Duration::from_secs(31));
}

#[test]
#[ignore = "takes half a minute: cargo xtask test"]
fn a_black_hole_in_place_of_an_s3_costs_a_process_30_seconds() {
    let url = |port| format!("s3://cache/p?region=eu&endpoint=http://127.0.0.1:{port}");
    run_into_a_black_hole(url, Duration::from_secs(31));
}
