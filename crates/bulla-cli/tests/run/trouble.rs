//! A cache that fails never loses a result.

use super::{counted, ran, run};
use crate::harness::*;

/// A cache directory in use that nobody may write to any longer.
fn read_only() -> Bench {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    set_mode(bench.dir(), 0o500);
    bench
}

#[test]
fn what_cannot_be_stored_is_a_warning_and_the_command_s_own_result() {
    let bench = read_only();
    for code in [0, 3] {
        let call =
            run(&bench, "--cache-failures").sh(&format!("echo out; echo err >&2; exit {code}")).ends(code);
        call.gives("out\n").says("err\n").says("warning: cannot create").says("Permission denied");
    }
    run(&bench, "--quiet").sh("echo out").ends(0).gives("out\n").without_a_word();
    set_mode(bench.dir(), 0o700);
    bench.is_sound();
}

#[test]
fn strict_delivers_the_result_and_then_says_that_the_cache_failed() {
    let bench = read_only();
    let call = run(&bench, "--strict").sh("echo out; echo err >&2").ends(125).gives("out\n").says("err\n");
    call.says("error: the command's result was delivered, but not stored: cannot create");
    set_mode(bench.dir(), 0o700);
}

#[test]
fn json_tells_of_the_trouble_in_one_document() {
    let bench = read_only();
    let report = run(&bench, "--json --quiet").sh("exit 0").ends(0).stderr_json();
    assert_eq!(report["stored"]["outcome"], "error");
    assert!(report["stored"]["message"].as_str().unwrap().contains("Permission denied"), "{report}");
    set_mode(bench.dir(), 0o700);
}

#[test]
fn a_hit_needs_no_permission_to_write() {
    let bench = Bench::of_an_ordinary_user();
    run(&bench, "").sh(&counted("echo out")).ends(0);
    set_mode(bench.dir(), 0o500);
    run(&bench, "--strict").sh(&counted("echo out")).ends(0).gives("out\n").without_a_word();
    assert_eq!(ran(&bench), 1);
    set_mode(bench.dir(), 0o700);
}

#[test]
fn a_cache_that_cannot_be_opened_is_a_warning_and_with_strict_an_error() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    let call = run(&bench, "").sh("echo out; exit 3").ends(3).gives("out\n");
    call.says("warning: running without a cache: cannot open the directory");
    run(&bench, "--strict").sh(&counted("true")).ends(125).says("error: cannot open the directory");
    assert_eq!(ran(&bench), 0, "it is known before the command runs");
}

#[test]
fn so_is_a_key_that_cannot_be_used() {
    let bench = Bench::new();
    bench.put("x");
    write(bench.dir().join(".hmac.key"), "short");
    let call = run(&bench, "").sh("echo out; exit 3").ends(3).gives("out\n");
    call.says("warning: running without a cache: the key file").says("has 5 bytes instead of 32");
    run(&bench, "--strict").sh("true").ends(125).says("has 5 bytes instead of 32");
    assert_eq!(read_text(bench.dir().join(".hmac.key")), "short");
}

#[test]
fn an_entry_that_cannot_be_read_is_a_warning_and_with_strict_an_error_after_delivering() {
    let bench = Bench::of_an_ordinary_user();
    let script = counted("echo out");
    run(&bench, "").sh(&script).ends(0);
    let entry = names(&bench.dir()).into_iter().find(|name| name.ends_with(".bulla")).unwrap();
    set_mode(bench.dir().join(&entry), 0);
    let call = run(&bench, "--strict").sh(&script).ends(125).gives("out\n");
    call.says("the command's result was delivered, but the cache was unreachable: cannot open");
    set_mode(bench.dir().join(entry), 0);
    let call = run(&bench, "").sh(&script).ends(0).gives("out\n");
    call.says("warning: the stored result was not taken, and the command run: unreachable: cannot open");
    assert_eq!(ran(&bench), 3);
}

#[test]
fn a_lock_that_cannot_be_made_is_a_warning() {
    let bench = Bench::new();
    bench.put("x");
    bench.write("cache/bulla/locks", "a file");
    let call = run(&bench, "").sh(&counted("echo out")).ends(0).gives("out\n");
    call.says("warning: running without a lock: cannot open the directory");
    run(&bench, "").sh(&counted("echo out")).ends(0).gives("out\n").without_a_word();
    assert_eq!(ran(&bench), 1);
}

/// A disk that takes no more, as far as a process can make one for itself: no file may grow beyond a block.
#[test]
fn a_disk_that_takes_no_more_loses_neither_output_nor_code() {
    let bench = Bench::new();
    bench.write("work/much", noise(1 << 20, 10));
    let full = |bulla: &str| {
        let command = format!("ulimit -f 1; trap '' XFSZ; exec {} {bulla}", bench.bulla_path().display());
        bench.program("sh").args(["-c", &command]).run()
    };
    bench.put("before");
    full(&format!("put {KEY} much")).ended(1).says("error: cannot copy the payload: File too large");
    bench.get().ended(0).gives("before");
    let call = full(&format!("run {KEY} -- sh -c 'cat much; exit 0'")).ended(0).gives(noise(1 << 20, 10));
    call.says("warning: cannot write the entry: File too large");
    let strict =
        full(&format!("run {KEY} --strict -- sh -c 'cat much; exit 0'")).ended(125).gives(noise(1 << 20, 10));
    strict.says(
        "error: the command's result was delivered, but not stored: cannot write the entry: File too large",
    );
    bench.get().ended(0).gives("before");
    bench.is_sound();
}
