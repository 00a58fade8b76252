use std::io::Read as _;

use crate::harness::*;

#[test]
fn nothing_there_is_5_and_says_so() {
    let bench = Bench::new();
    bench.get().ended(5).gives("").says("error: absent: nothing is stored for this key\n");
    bench.put("x");
    bench.get_as(OTHER_KEY).ended(5).says("absent");
}

#[test]
fn an_entry_whose_time_is_over_is_5_and_goes() {
    let bench = Bench::new();
    bench.bulla("put --ttl 1ms").words(KEY).stdin("x").ends(0);
    let entry = bench.entry();
    assert!(is_there(&entry));
    std::thread::sleep(std::time::Duration::from_millis(3));
    bench.get().ended(5).gives("").says("error: expired: its time to live is over\n");
    assert!(!is_there(&entry));
    bench.get().ended(5).says("absent");
}

#[test]
fn a_damaged_entry_is_4_and_out_of_the_way() {
    let bench = Bench::new();
    bench.put("x");
    flip(&bench.entry(), -1);
    bench.get().ended(4).gives("").says("error: payload-damaged: ");
    assert!(!is_there(bench.entry()) && bench.quarantined().is_file());
    bench.get().ended(5).says("absent");
}

#[test]
fn an_entry_older_than_this_call_takes_is_5_and_stays_for_others() {
    let bench = Bench::new();
    bench.put("x");
    std::thread::sleep(std::time::Duration::from_millis(20));
    bench.bulla("get --max-age 1ms").words(KEY).ends(5).gives("").says("error: too-stale: ");
    bench.bulla("get --max-age 1h").words(KEY).ends(0).gives("x");
    bench.bulla("get --max-age 0").words(KEY).ends(2).says("expected more than zero");
}

#[test]
fn a_lane_that_is_not_believed_is_5_and_the_entry_stays() {
    let bench = Bench::new();
    bench.bulla("put").words(KEY).env("BULLA_LANE", "pr").stdin("x").ends(0);
    bench
        .bulla("get")
        .words(KEY)
        .env("BULLA_LANE", "main")
        .ends(5)
        .says("lane-not-accepted: written from lane pr");
    bench.get().ended(5).says("lane-not-accepted");
    bench.bulla("get").words(KEY).env("BULLA_LANE", "pr").ends(0).gives("x");
}

#[test]
fn what_main_wrote_is_believed_in_every_lane() {
    let bench = Bench::new();
    bench.bulla("put").words(KEY).env("BULLA_LANE", "main").stdin("x").ends(0);
    for lane in ["main", "pr", "local"] {
        bench.bulla("get").words(KEY).env("BULLA_LANE", lane).ends(0).gives("x");
    }
}

#[test]
fn a_mode_that_does_not_read_is_5() {
    let bench = Bench::new();
    bench.put("x");
    for mode in ["write-only", "off"] {
        let get = bench.bulla("get --mode").arg(mode).words(KEY).ends(5);
        get.says(format!("error: bypassed: the mode is {mode}\n"));
    }
}

#[test]
fn a_read_only_cache_answers_and_changes_nothing() {
    let bench = Bench::new();
    bench.put("x");
    let before = snapshot(&bench.dir());
    bench.bulla("get --mode read-only").words(KEY).ends(0).gives("x");
    bench.bulla("get --mode read-only").words(OTHER_KEY).ends(5);
    assert_eq!(snapshot(&bench.dir()), before);
    flip(&bench.entry(), -1);
    let before = snapshot(&bench.dir());
    bench.bulla("get --mode read-only").words(KEY).ends(4);
    assert_eq!(snapshot(&bench.dir()), before, "not even what is refused");
}

#[test]
fn a_cache_that_cannot_be_opened_is_1() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    bench.get().ended(1).says("error: cannot open the directory");
}

#[test]
fn an_entry_that_may_not_be_read_is_1_and_no_silent_miss() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    set_mode(bench.entry(), 0);
    bench.get().ended(1).says("error: unreachable: cannot open").says("Permission denied");
    assert!(is_there(bench.entry()));
}

#[test]
fn a_large_result_comes_back_whole() {
    let bench = Bench::new();
    let payload = noise((9 << 20) + 7, 1);
    bench.put(&payload);
    bench.get().ended(0).gives(&payload);
    let text = "[\"a line of JSON\"],\n".repeat(600_000);
    bench.put(&text);
    bench.get().ended(0).gives(&text);
    assert!(bench.entry().metadata().unwrap().len() < 1 << 20, "compressed");
}

/// Up to 8 MiB everything is proved before the first byte goes out; beyond it, each chunk is.
#[test]
fn of_a_damaged_large_result_no_byte_comes_out_that_was_not_proved() {
    let bench = Bench::new();
    let payload = noise(9 << 20, 2);
    for (length, whole_or_none) in [(1 << 20, true), (9 << 20, false)] {
        bench.put(&payload[..length]);
        // The last chunk's last byte lies before the table of digests, 36 bytes for each chunk of 128 KiB.
        flip(&bench.entry(), -1 - isize::try_from(length / (128 << 10) * 36).unwrap());
        let got = bench.get().ended(4).says("payload-damaged");
        assert!(payload.starts_with(&got.stdout) && got.stdout.len() < length);
        assert!(got.stdout.is_empty() || !whole_or_none);
        assert!(bench.quarantined().is_file());
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let bench = Bench::new();
    bench.put(noise(2 << 20, 3));
    let (running, stdin, mut stdout) = bench.bulla("get").words(KEY).start_piped();
    drop(stdin);
    stdout.read_exact(&mut [0; 1]).unwrap();
    drop(stdout);
    running.wait().ended(0).without_a_word();
}

#[test]
fn json_needs_a_place_for_the_result() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("get --json").words(KEY).ends(2).gives("").says("--json needs --output");
}
