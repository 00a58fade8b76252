//! `bulla get --output`: whole or not at all.

use std::os::unix::fs::MetadataExt as _;

use crate::harness::*;

fn get(bench: &Bench, to: &str) -> Output {
    bench.bulla("get").words(KEY).args(["--output", to]).run()
}

#[test]
fn the_result_goes_to_the_file_and_nothing_to_standard_output() {
    let bench = Bench::new();
    bench.put("the result");
    get(&bench, "out.json").ended(0).gives("").without_a_word();
    assert_eq!(read_text(bench.path("work/out.json")), "the result");
    assert_eq!(names(&bench.work()), ["out.json"]);
}

#[test]
fn a_file_that_is_there_is_replaced_and_its_readers_keep_the_old_one() {
    let bench = Bench::new();
    bench.put("new");
    let out = bench.write("work/out", "old, and longer");
    let before = out.metadata().unwrap().ino();
    get(&bench, "out").ended(0);
    assert_eq!(read_text(&out), "new");
    assert_ne!(out.metadata().unwrap().ino(), before, "not written over in place");
}

#[test]
fn a_miss_leaves_the_file_as_it_was_and_nothing_beside_it() {
    let bench = Bench::new();
    bench.write("work/out", "old");
    get(&bench, "out").ended(5);
    get(&bench, "none").ended(5);
    assert_eq!(
        (read_text(bench.path("work/out")), names(&bench.work())),
        ("old".to_owned(), vec!["out".to_owned()])
    );
}

#[test]
fn a_payload_that_turns_out_damaged_leaves_the_file_as_it_was_and_nothing_beside_it() {
    let bench = Bench::new();
    bench.put(noise(1 << 20, 4));
    // In the last chunk, before the table: seven good chunks have been written by then.
    flip(&bench.entry(), -1000);
    bench.write("work/out", "old");
    get(&bench, "out").ended(4).says("payload-damaged");
    assert_eq!(
        (read_text(bench.path("work/out")), names(&bench.work())),
        ("old".to_owned(), vec!["out".to_owned()])
    );
}

#[test]
fn what_is_no_regular_file_is_an_error_and_stays() {
    let bench = Bench::new();
    bench.put("x");
    bench.make_dir("work/dir");
    make_fifo(&bench.path("work/fifo"));
    for target in ["dir", "fifo", "/dev/null"] {
        get(&bench, target).ended(1).says(format!("error: cannot write {target}: it is not a regular file"));
    }
    assert_eq!(names(&bench.work()), ["dir", "fifo"]);
}

#[test]
fn the_target_of_a_link_is_replaced_and_the_link_stays() {
    let bench = Bench::new();
    bench.put("new");
    let target = bench.write("home/target", "old");
    make_link(&target, bench.path("work/link"));
    get(&bench, "link").ended(0);
    assert_eq!(read_text(&target), "new");
    assert!(bench.path("work/link").is_symlink());
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let bench = Bench::new();
    bench.put("x");
    get(&bench, "none/out").ended(1).says("error: cannot write none/out: ").says("No such file or directory");
}

#[test]
fn a_directory_that_may_not_be_written_to_is_an_error() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    bench.write("work/out", "old");
    set_mode(bench.work(), 0o500);
    get(&bench, "out").ended(1).says("error: cannot write out: ").says("Permission denied");
    assert_eq!(read_text(bench.path("work/out")), "old");
    set_mode(bench.work(), 0o700);
}

#[test]
fn json_tells_of_a_hit() {
    let bench = Bench::new();
    bench.put("the result");
    let hit = bench.bulla("get --json --output out").words(KEY).ends(0).without_a_word().json();
    assert_eq!(hit["outcome"], "hit");
    assert_eq!(hit["entry"]["operation"], "signature");
    assert_eq!(hit["entry"]["subject"], SUBJECT);
    assert_eq!(hit["entry"]["config"], serde_json::Value::Null);
    assert_eq!(hit["entry"]["payload_bytes"], 10);
    assert_eq!(hit["entry"]["lane"], "local");
}

#[test]
fn json_tells_of_a_miss_and_its_reason() {
    let bench = Bench::new();
    let json = |code| bench.bulla("get --json --output out").words(KEY).ends(code).json();
    let absent = json(5);
    assert_eq!((&absent["outcome"], &absent["miss"]["reason"]), (&"miss".into(), &"absent".into()));
    assert_eq!(absent["miss"]["integrity"], false);
    bench.put("x");
    flip(&bench.entry(), 40);
    let forged = json(4);
    assert_eq!((&forged["miss"]["reason"], &forged["miss"]["integrity"]), (&"bad-seal".into(), &true.into()));
}
