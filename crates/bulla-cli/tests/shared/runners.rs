//! What one runner has made, the next one is served.

use serde_json::json;

use crate::fleet::Fleet;
use crate::harness::*;
use crate::stage::of;

#[test]
fn the_second_runner_s_first_run_is_a_hit() {
    let fleet = Fleet::new();
    fleet.run("one", "").ends(0).gives("result\n").says("said\n");
    fleet.run("two", "").ends(0).gives("result\n").says("said\n");
    assert_eq!(fleet.ran(), 1);
    let explained = fleet.run("three", "--explain --json").ends(0).gives("result\n");
    assert!(explained.stderr.contains("in the shared store"), "{explained:?}");
    assert_eq!(fleet.ran(), 1);
}

#[test]
fn the_second_runner_s_first_scan_is_a_hit() {
    let fleet = Fleet::new();
    let scan = |runner: &str| fleet.runner(runner, "scan tree --json --soft-fail").ends(0).json();
    let first = scan("one");
    assert_eq!(of(&first, "grype")["cache"], "absent");
    let second = scan("two");
    assert_eq!(
        (&of(&second, "grype")["cache"], &of(&second, "grype")["entry"]["tier"]),
        (&json!("hit"), &json!("shared"))
    );
    assert_eq!((&first["findings"], &first["gate"]), (&second["findings"], &second["gate"]));
    assert_eq!(fleet.stage.ran("grype"), 1);
}

#[test]
fn what_was_taken_from_the_shared_store_lies_here_afterwards() {
    let fleet = Fleet::new();
    fleet.run("one", "").ends(0);
    let tier = || fleet.run("two", "--json --explain").ends(0).stderr;
    assert!(tier().contains("\"tier\":\"shared\""));
    fleet.unmount();
    let again = tier();
    assert!(again.contains("\"tier\":\"local\"") && !again.contains("warning"), "{again}");
    assert_eq!(fleet.ran(), 1);
}

#[test]
fn put_and_get_go_through_the_shared_store_too() {
    let fleet = Fleet::new();
    let payload = noise(3 << 20, 1);
    fleet.runner("one", "put").words(KEY).stdin(&payload).ends(0);
    fleet.runner("two", "get").words(KEY).ends(0).gives(&payload).without_a_word();
    let file = fleet.bench().path("work/out");
    let got = fleet.runner("three", "get --json --output").arg(&file).words(KEY).ends(0).json();
    assert_eq!((&got["outcome"], &got["tier"]), (&json!("hit"), &json!("shared")));
    assert!(read(&file) == payload);
}

#[test]
fn what_is_forgotten_here_is_said_to_lie_there() {
    let fleet = Fleet::new();
    fleet.runner("one", "put").words(KEY).stdin("x").ends(0);
    let said = fleet.runner("one", "rm").words(KEY).ends(0);
    said.says("it may still lie in the shared store").says("from where it is taken again");
    fleet.runner("one", "get").words(KEY).ends(0).gives("x");
    fleet
        .runner("two", "rm --shared --shared-mode read-only")
        .words(KEY)
        .ends(1)
        .says("its mode is read-only");
    fleet.runner("two", "rm --shared").words(KEY).ends(0).keeps_quiet_about("may still lie");
    fleet.runner("two", "rm --shared").words(KEY).ends(5);
    assert_eq!(fleet.shared().len(), 0);
}

#[test]
fn an_entry_written_beside_the_next_one_is_there_when_the_process_ends() {
    let fleet = Fleet::new();
    fleet.run("one", "--shared-write background").ends(0);
    fleet.run("two", "").ends(0);
    fleet.runner("one", "put --shared-write background").words(OTHER_KEY).stdin("x").ends(0);
    fleet.runner("two", "get").words(OTHER_KEY).ends(0).gives("x");
    assert_eq!((fleet.ran(), fleet.shared().len()), (1, 2));
}
