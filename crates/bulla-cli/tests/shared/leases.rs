//! Of many runners that ask the same at once, one makes the answer.

use std::time::{Duration, Instant};

use crate::fleet::{COMMAND, Fleet};
use crate::harness::*;
use crate::stage::nothing_found;

/// A lease as it lies in a mount: in milliseconds since 1970, from one time to another.
fn lease(fleet: &Fleet, name: &str, since: u64, until: u64) {
    let text = format!("{since} {until} runner 7, process 42");
    fleet.bench().write(&format!("mount/{name}.lease"), text);
}

fn now() -> u64 {
    bulla::system_clock().as_millis()
}

/// The name of the entry that the counted command would have.
fn name_of(fleet: &Fleet) -> String {
    let ran = fleet.runner("asks", "run --json").words(KEY).words("--shared-mode off").sh(COMMAND).ends(0);
    std::fs::remove_file(fleet.bench().path("work/ran")).unwrap();
    let document = ran.stderr.lines().find(|line| line.starts_with('{')).expect("a document");
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    document["key"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn of_runners_that_start_together_one_runs_the_command() {
    let fleet = Fleet::new();
    let script = "echo x >> ran; sleep 1; echo result";
    let start = |runner: &str| fleet.runner(runner, "run").words(KEY).sh(script).start();
    let running: Vec<_> = ["one", "two", "three", "four"].map(start).into();
    for running in running {
        running.wait().ended(0).gives("result\n");
    }
    assert_eq!(fleet.ran(), 1);
    assert_eq!(names(&fleet.mount()).iter().filter(|name| name.contains(".lease")).count(), 0, "given back");
}

#[test]
fn of_scans_that_start_together_one_runs_the_scanner() {
    let fleet = Fleet::new();
    let report = fleet.stage.report("grype", nothing_found("grype"));
    fleet.stage.does("grype", &format!("sleep 1; cat {report}"));
    let start = |runner: &str| fleet.runner(runner, "scan tree --soft-fail").start();
    let running: Vec<_> = ["one", "two", "three", "four"].map(start).into();
    for running in running {
        running.wait().ended(0);
    }
    assert_eq!(fleet.stage.ran("grype"), 1);
}

#[test]
fn who_is_waited_for_is_said_with_since_when() {
    let fleet = Fleet::new();
    let name = name_of(&fleet);
    lease(&fleet, &name, now() - 5_000, now() + 1_500);
    let begun = Instant::now();
    let ran = fleet.run("two", "").ends(0).gives("result\n");
    assert!(begun.elapsed() >= Duration::from_millis(1_000), "it was waited for");
    ran.says("runner 7, process 42").says("since ");
    assert_eq!(fleet.ran(), 1, "a lease ends whatever becomes of its owner");
}

#[test]
fn waiting_ends_with_the_command_however_long_a_lease_claims_to_last() {
    let fleet = Fleet::new();
    let name = name_of(&fleet);
    for (ran, until, wait) in [(1, now() + 3_600_000, "--wait 1s"), (2, u64::MAX / 2_000_000, "")] {
        lease(&fleet, &name, now(), until);
        let begun = Instant::now();
        fleet.run(&format!("runner-{ran}"), wait).ends(0).gives("result\n");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert_eq!(fleet.ran(), ran);
        // So that the next one asks for the lease, too.
        std::fs::remove_file(fleet.only_shared()).unwrap();
    }
}

#[test]
fn a_lease_that_is_none_or_a_liar_s_costs_no_more_than_a_run() {
    let fleet = Fleet::new();
    let name = name_of(&fleet);
    let texts = ["", "garbage", "1 2", "\u{1b}[2J", "18446744073709551615 18446744073709551615 x"];
    for (text, ran) in texts.into_iter().zip(1..) {
        fleet.bench().write(&format!("mount/{name}.lease"), text);
        let output = fleet.run(&format!("runner-{ran}"), "").ends(0).gives("result\n");
        assert!(!has_control_character(output.stderr.as_bytes()), "{output:?}");
        output.keeps_quiet_about("waiting").keeps_quiet_about("warning");
        assert_eq!(fleet.ran(), ran, "{text:?}");
        assert_eq!(names(&fleet.mount()).len(), 1, "it has given way, and was given back");
        std::fs::remove_file(fleet.only_shared()).unwrap();
    }
}

/// SMB, vfat and many file systems in user space have none.
#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_mount_without_hard_links_has_leases() {
    let fleet = Fleet::new();
    let bench = fleet.bench();
    let key = bench.key_file("runner.key", HMAC_KEY);
    let run = format!("run --store {} --key-file {} {KEY} -- true", fleet.address(), key.display());
    bench.without(&[("linkat", "EPERM")], &run, b"").ended(0).without_a_word();
    assert_eq!(names(&fleet.mount()).len(), 1, "the entry; the lease was given back");
}
