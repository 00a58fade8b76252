use std::time::Duration;

use crate::harness::*;

/// A cache with one good entry, one that is expired, one that is forged and one that is misplaced.
fn littered() -> Bench {
    let bench = Bench::new();
    bench.put("good");
    bench.bulla("put --ttl 1ms").words(OTHER_KEY).stdin("expired").ends(0);
    bench.put_as(&expired_and_misplaced()[0], "{}");
    write(bench.entry_of(&expired_and_misplaced()[0]), "{\"forged\": true}");
    std::fs::copy(bench.entry(), bench.entry_of(&expired_and_misplaced()[1])).expect("a copy");
    std::thread::sleep(Duration::from_millis(3));
    bench
}

/// The keys of the forged and of the misplaced entry.
fn expired_and_misplaced() -> [String; 2] {
    ["forged", "misplaced"].map(|op| format!("--op {op} --subject {SUBJECT}"))
}

fn reasons(document: &serde_json::Value) -> Vec<&str> {
    let removed = document["removed"].as_array().expect("an array").iter();
    let mut reasons: Vec<_> = removed.filter_map(|entry| entry["reason"].as_str()).collect();
    reasons.sort_unstable();
    reasons
}

#[test]
fn what_is_no_answer_to_anybody_goes_and_what_is_good_stays() {
    let bench = littered();
    let key = read(bench.dir().join(".hmac.key"));
    let document = bench.bulla("clean --json").ends(0).json();
    assert_eq!(reasons(&document), ["expired", "unsealed", "wrong-key"]);
    assert_eq!((&document["kept"]["entries"], &document["dry_run"]), (&1.into(), &false.into()));
    assert_eq!(names(&bench.dir()).iter().filter(|name| name.ends_with(".bulla")).count(), 1);
    bench.get().ended(0).gives("good");
    assert_eq!(read(bench.dir().join(".hmac.key")), key);
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let bench = littered();
    let before = snapshot(&bench.dir());
    let dry = bench.bulla("clean --dry-run").ends(0).without_a_word().text();
    assert!(dry.lines().last().unwrap().starts_with("would remove 3 entries ("), "{dry}");
    assert_eq!(snapshot(&bench.dir()), before);
    let wet = bench.bulla("clean").ends(0).text();
    assert_eq!(wet.replace("removed 3", "would remove 3"), dry);
    let again = bench.bulla("clean").ends(0).text();
    assert!(again.starts_with("removed 0 entries (0 B) and 0 temporary files; 1 entries ("), "{again}");
}

#[test]
fn no_cache_is_nothing_to_do_and_makes_nothing() {
    let bench = Bench::new();
    bench
        .bulla("clean")
        .ends(0)
        .gives("removed 0 entries (0 B) and 0 temporary files; 0 entries (0 B) stay\n");
    assert!(!is_there(bench.dir()));
}

#[test]
fn over_the_size_the_ones_issued_first_go() {
    let bench = Bench::new();
    let key = |op: &str| format!("--op {op} --subject {SUBJECT}");
    // Not in the order of their names, nor of their files' times.
    for op in ["second", "first", "third"] {
        bench.put_as(&key(op), noise(10_000, 7));
        std::thread::sleep(Duration::from_millis(2));
    }
    std::process::Command::new("touch").arg(bench.entry_of(&key("second"))).status().unwrap();
    let document = bench.bulla("clean --json --max-size 25KB").ends(0).json();
    assert_eq!(reasons(&document), ["over-max-size"]);
    bench.get_as(&key("second")).ended(5);
    bench.get_as(&key("first")).ended(0);
    bench.get_as(&key("third")).ended(0);
    bench.bulla("clean --max-size 0").ends(0);
    bench.get_as(&key("third")).ended(5);
}

#[test]
fn over_the_age_entries_go_however_long_they_would_live() {
    let bench = Bench::new();
    bench.bulla("put --ttl 300d").words(KEY).stdin("x").ends(0);
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(reasons(&bench.bulla("clean --json --max-age 1h").ends(0).json()), [""; 0]);
    bench.get().ended(0);
    assert_eq!(reasons(&bench.bulla("clean --json --max-age 10ms").ends(0).json()), ["older-than-max-age"]);
    bench.get().ended(5);
}

#[test]
fn a_young_temporary_file_is_a_writer_at_work() {
    let bench = Bench::new();
    bench.put("x");
    bench.write("cache/bulla/.tmp-0123", "half an entry");
    bench.bulla("clean").ends(0);
    assert_eq!(bench.drafts(), [".tmp-0123"]);
}

#[test]
fn limits_that_are_none_are_usage_errors() {
    let bench = Bench::new();
    bench.bulla("clean --max-size much").ends(2).says("expected a size such as 500MB or 2GiB");
    bench.bulla("clean --max-age 0").ends(2).says("expected more than zero");
    bench.bulla("clean --max-age -1h").ends(2);
}

#[test]
fn a_mode_that_does_not_write_cleans_nothing_but_may_say_what_would_go() {
    let bench = littered();
    let before = snapshot(&bench.dir());
    bench.bulla("clean --mode read-only").ends(1).says("the mode is read-only");
    bench.bulla("clean --mode read-only --dry-run").ends(0);
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn a_directory_that_is_none_is_an_error() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    bench.bulla("clean").ends(1).says("cannot open the directory");
}
