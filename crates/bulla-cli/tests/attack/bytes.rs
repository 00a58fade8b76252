//! Entries whose bytes, time or name somebody has changed.

use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use crate::harness::*;

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

#[test]
fn the_time_of_a_file_has_no_influence_at_all() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("put --ttl 1ms").words(OTHER_KEY).stdin("y").ends(0);
    std::thread::sleep(Duration::from_millis(3));
    for time in ["197001020000", "203801010000"] {
        for key in [KEY, OTHER_KEY] {
            let touched = Command::new("touch").args(["-t", time]).arg(bench.entry_of(key)).status();
            assert!(touched.unwrap().success());
        }
        bench.get().ended(0).gives("x");
        bench.bulla("get --max-age 1h").words(KEY).ends(0).gives("x");
        bench.bulla("get --mode read-only").words(OTHER_KEY).ends(5).says("expired");
    }
    let cleaned = bench.bulla("clean --json --max-age 1h").ends(0).json();
    assert_eq!(cleaned["removed"].as_array().unwrap().len(), 1, "the expired one");
    assert!(
        bench.entry().metadata().unwrap().modified().unwrap() > UNIX_EPOCH + 60 * YEAR,
        "the times were set"
    );
}

/// The table's answer to bytes that are not what was sealed: a reasoned miss, and out of the way.
#[track_caller]
fn is_refused_and_out_of_the_way(bench: &Bench, bytes: &[u8], reasons: &[&str]) {
    write(bench.entry(), bytes);
    let got = bench.get().ended(4).gives("");
    let reason =
        got.stderr.strip_prefix("error: ").and_then(|text| text.split(':').next()).unwrap_or_default();
    assert!(reasons.contains(&reason), "{got:?}");
    assert!(!is_there(bench.entry()), "{reason}");
    assert_eq!(read(bench.quarantined()), bytes, "kept to be looked at");
}

#[test]
fn every_byte_of_an_entry_is_proved() {
    let bench = Bench::new();
    bench.put("the payload");
    let good = read(bench.entry());
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let reasons = ["malformed", "unsealed", "unknown-signer", "bad-seal", "payload-damaged"];
        is_refused_and_out_of_the_way(&bench, &bytes, &reasons);
    }
    write(bench.entry(), &good);
    bench.get().ended(0).gives("the payload");
}

#[test]
fn an_entry_that_is_cut_off_anywhere_or_longer_than_it_was_is_refused() {
    let bench = Bench::new();
    bench.put(noise(150_000, 11));
    let good = read(bench.entry());
    let cuts = [0, 1, 7, 8, 13, 14, 100, 195, 196, 197, 4095, 4096, 100_000, good.len() - 37, good.len() - 1];
    for cut in cuts {
        is_refused_and_out_of_the_way(&bench, &good[..cut], &["malformed", "unsealed", "payload-damaged"]);
    }
    for more in [&b"\0"[..], b"\n", &good] {
        is_refused_and_out_of_the_way(&bench, &[&good[..], more].concat(), &["payload-damaged"]);
    }
}

#[test]
fn a_file_without_a_seal_is_refused_whatever_it_looks_like() {
    let bench = Bench::new();
    bench.put("x");
    let legacy =
        r#"{"operation":"signature","subject":"sha256:11","created":"2024-01-01T00:00:00Z","data":"eA=="}"#;
    for (bytes, reason) in [
        (legacy.as_bytes(), "unsealed"),
        (b"", "malformed"),
        (b"x", "unsealed"),
        (&[0; 10_000][..], "unsealed"),
        (&noise(10_000, 12), "unsealed"),
        (b"\x89BULLA\r\n", "malformed"),
    ] {
        is_refused_and_out_of_the_way(&bench, bytes, &[reason]);
    }
}

#[test]
fn an_entry_sealed_under_another_key_is_of_an_unknown_signer() {
    let (bench, other) = (Bench::new(), Bench::new());
    bench.put("mine");
    other.put("theirs");
    let theirs = read(other.entry());
    is_refused_and_out_of_the_way(&bench, &theirs, &["unknown-signer"]);
    other.get().ended(0).gives("theirs");
}

#[test]
fn a_good_entry_at_another_question_s_path_is_refused_and_the_original_still_answers() {
    let bench = Bench::new();
    bench.put("x");
    let good = read(bench.entry());
    write(bench.entry_of(OTHER_KEY), &good);
    bench
        .get_as(OTHER_KEY)
        .ended(4)
        .gives("")
        .says("error: wrong-key: a good entry, but for another question");
    assert!(!is_there(bench.entry_of(OTHER_KEY)));
    bench.get_as(OTHER_KEY).ended(5);
    bench.get().ended(0).gives("x");
}

#[test]
fn a_header_and_a_payload_of_two_good_entries_are_not_one() {
    let bench = Bench::new();
    bench.put("payload one");
    let one = read(bench.entry());
    bench.put("payload two");
    let two = read(bench.entry());
    assert_eq!(one.len(), two.len());
    // Eleven bytes of payload and one row of the table, 36 bytes, lie behind header and seal.
    let cut = one.len() - 47;
    is_refused_and_out_of_the_way(&bench, &[&one[..cut], &two[cut..]].concat(), &["payload-damaged"]);
}

#[test]
fn two_questions_whose_fields_run_together_are_two_entries() {
    let bench = Bench::new();
    let keys = ["ab", "a", "abc", "b"].map(|op| format!("--op {op} --subject {SUBJECT}"));
    let with_config = format!("--op a --subject {SUBJECT} --config {SUBJECT}");
    let keys: Vec<_> = keys.into_iter().chain([with_config]).collect();
    for key in &keys {
        bench.put_as(key, key);
    }
    for key in &keys {
        bench.get_as(key).ended(0).gives(key);
    }
}

#[test]
fn the_place_of_what_was_refused_does_not_grow_without_bound() {
    let bench = Bench::new();
    for round in 0..5 {
        bench.put("x");
        write(bench.entry(), format!("garbage {round}"));
        bench.get().ended(4);
    }
    assert_eq!(names(&bench.dir().join("quarantine")).len(), 1, "one place for each name");
    let stats = bench.bulla("stats --json").ends(0).json();
    assert_eq!((&stats["quarantined"]["ever"], &stats["quarantined"]["files"]), (&5.into(), &1.into()));
}
