//! Faults of disks and file systems at each call where they can happen: a clear error, never half an entry, never
//! a wrong key, and never a lost result. strace puts them into the program's own calls.

mod harness;

use harness::*;

const FIRST: &[u8] = b"the first result";
const SECOND: &[u8] = b"the second result, and a longer one";

fn put() -> String {
    format!("put {KEY}")
}

/// The calls on the cache directory and what is in it.
fn in_the_cache(bench: &Bench, names: &str, words: &str, stdin: &[u8]) -> Vec<Call> {
    let mut calls = bench.calls(names, words, stdin);
    calls.retain(|call| call.line.contains("cache/bulla") || call.line.contains("/cache>, \"bulla\""));
    assert!(!calls.is_empty(), "no {names} in the cache directory");
    calls
}

/// A cache with a key and the first result in it.
fn in_use() -> Bench {
    let bench = Bench::new();
    bench.put(FIRST);
    bench
}

/// What the error says of the fault.
fn text_of(error: &str) -> &'static str {
    match error {
        "ENOSPC" => "No space left on device",
        "EIO" => "Input/output error",
        "EROFS" => "Read-only file system",
        "EACCES" => "Permission denied",
        "EDQUOT" => "Disk quota exceeded",
        _ => unreachable!("no test puts in {error}"),
    }
}

/// Figures and the like: their loss costs no answer.
fn is_bookkeeping(call: &Call) -> bool {
    call.line.contains(".stats")
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_put_over_an_earlier_result_that_meets_a_fault_is_an_error_and_leaves_the_earlier_one() {
    for (names, errors) in [
        ("write", &["ENOSPC", "EIO", "EDQUOT"][..]),
        ("fdatasync", &["EIO", "ENOSPC"]),
        ("renameat", &["EIO", "EROFS", "ENOSPC"]),
        ("lseek", &["EIO"]),
    ] {
        for call in in_the_cache(&in_use(), names, &put(), SECOND) {
            for error in errors {
                let bench = in_use();
                let output = bench.with_fault(&call, Fault::Error(error), &put(), SECOND);
                if is_bookkeeping(&call) {
                    output.ended(0).without_a_word();
                    bench.get().ended(0).gives(SECOND);
                } else {
                    output.ended(1).says("error: cannot ").says(text_of(error));
                    bench.get().ended(0).gives(FIRST);
                }
                bench.is_sound();
                bench.put(SECOND);
                bench.get().ended(0).gives(SECOND);
            }
        }
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_first_use_that_meets_a_fault_is_an_error_and_the_next_one_succeeds() {
    for (names, errors) in [
        ("write", &["ENOSPC", "EIO"][..]),
        ("fsync,fdatasync", &["EIO"]),
        ("linkat", &["EIO", "ENOSPC", "EROFS"]),
        ("renameat", &["EIO", "EROFS", "ENOSPC"]),
        ("mkdirat", &["EROFS", "ENOSPC", "EACCES"]),
    ] {
        for call in in_the_cache(&Bench::new(), names, &put(), FIRST) {
            for error in errors {
                let bench = Bench::new();
                let output = bench.with_fault(&call, Fault::Error(error), &put(), FIRST);
                if is_bookkeeping(&call) {
                    output.ended(0).without_a_word();
                } else {
                    output.ended(1).says("error: ").says(text_of(error));
                    bench.get().ended(5);
                }
                bench.put(FIRST);
                bench.get().ended(0).gives(FIRST);
                assert_eq!(read(bench.dir().join(".hmac.key")).len(), 32);
                bench.is_sound();
            }
        }
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_file_system_without_hard_links_has_its_key_by_renaming() {
    // On Linux ENOTSUP and EOPNOTSUPP are one number.
    for error in ["EPERM", "EOPNOTSUPP", "EXDEV"] {
        let bench = Bench::new();
        bench.without(&[("linkat", error)], &put(), FIRST).ended(0).without_a_word();
        let key = read(bench.dir().join(".hmac.key"));
        assert_eq!((key.len(), mode(bench.dir().join(".hmac.key"))), (32, 0o600));
        bench.get().ended(0).gives(FIRST);
        bench.put(SECOND);
        assert_eq!(read(bench.dir().join(".hmac.key")), key, "one key for good");
        bench.is_sound();
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn so_it_has_where_a_renaming_that_replaces_nothing_is_unknown_too() {
    for error in ["EINVAL", "ENOSYS"] {
        let bench = Bench::new();
        bench.without(&[("linkat", "EPERM"), ("renameat2", error)], &put(), FIRST).ended(0).without_a_word();
        bench.get().ended(0).gives(FIRST);
        bench.is_sound();
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn an_entry_that_cannot_be_opened_or_read_is_an_error_and_stays() {
    for (names, error) in [("openat", "EACCES"), ("openat", "EIO"), ("pread64", "EIO"), ("fstat", "EIO")] {
        let get = format!("get {KEY}");
        let bench = in_use();
        let entry = bench.entry().file_name().unwrap().to_string_lossy().into_owned();
        let mut calls = bench.calls(names, &get, b"");
        calls.retain(|call| call.line.contains(&entry));
        assert!(!calls.is_empty(), "{names}");
        for call in calls {
            let output = bench.with_fault(&call, Fault::Error(error), &get, b"").ended(1).gives("");
            output.says("error: unreachable: cannot ").says(text_of(error));
            bench.get().ended(0).gives(FIRST);
        }
    }
}

/// A payload so large that it does not come with the first small read.
#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_payload_that_cannot_be_read_to_its_end_is_an_error_and_the_entry_stays() {
    let bench = Bench::new();
    let payload = noise(300_000, 31);
    bench.put(&payload);
    let to_file = format!("get {KEY} --output out");
    for get in [format!("get {KEY}"), to_file] {
        let calls = in_the_cache(&bench, "pread64", &get, b"");
        assert!(calls.len() >= 3, "{calls:?}");
        for call in calls {
            let output = bench.with_fault(&call, Fault::Error("EIO"), &get, b"").ended(1).gives("");
            output.says("error: unreachable: cannot read ").says(text_of("EIO"));
            let entry = bench.entry();
            assert!(entry.is_file(), "a disk's error is no forgery");
            assert!(names(&bench.work()).iter().all(|name| name == "out"), "{:?}", names(&bench.work()));
        }
    }
    bench.get().ended(0).gives(payload);
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn an_output_file_that_cannot_be_written_stays_as_it_was_with_nothing_beside_it() {
    let bench = in_use();
    bench.write("work/out", "old");
    let get = format!("get {KEY} --output out");
    for (names_of, errors) in
        [("write", &["ENOSPC", "EIO"][..]), ("rename,renameat,renameat2", &["EIO", "EROFS"])]
    {
        let mut calls = bench.calls(names_of, &get, b"");
        let work = bench.work().display().to_string();
        calls.retain(|call| call.line.contains(&work));
        assert!(!calls.is_empty(), "{names_of}");
        for call in calls {
            for error in errors {
                bench.write("work/out", "old");
                let output = bench.with_fault(&call, Fault::Error(error), &get, b"").ended(1);
                output.says("error: cannot write ").says(text_of(error));
                assert_eq!(read_text(bench.path("work/out")), "old");
                assert_eq!(names(&bench.work()), ["out"]);
            }
        }
    }
}

/// `bulla run` in a cache that is in use, of a command that says something and ends with 0.
const RUN: &str = "--op signature --subject sha256:2222222222222222222222222222222222222222222222222222222222222222 \
                   -- cat said";

fn run_bench() -> Bench {
    let bench = in_use();
    bench.write("work/said", "what the command says");
    bench
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_run_that_meets_a_fault_of_the_cache_delivers_the_command_s_own_result() {
    let run = format!("run {RUN}");
    for (names, errors) in [
        ("write", &["ENOSPC", "EIO"][..]),
        ("fdatasync", &["EIO"]),
        ("renameat", &["EIO", "EROFS", "ENOSPC"]),
        ("openat", &["EACCES", "EIO"]),
        ("mkdirat", &["EROFS"]),
        ("lseek", &["EIO"]),
    ] {
        let calls = in_the_cache(&run_bench(), names, &run, b"");
        let mut looks = 0;
        for call in &calls {
            // Under the lock it looks again for what another process may have stored meanwhile. If that fails it
            // is no reason of its own: the first look has told one.
            looks += usize::from(names == "openat" && call.line.contains(".bulla\""));
            let is_second_look = looks == 2 && call.line.contains(".bulla\"");
            for error in errors {
                let bench = run_bench();
                let output = bench.with_fault(call, Fault::Error(error), &run, b"").ended(0);
                let output = output.gives("what the command says");
                if !is_bookkeeping(call) && !is_second_look {
                    output.says("warning: ").says(text_of(error));
                }
                bench.is_sound();
                bench.bulla(&run).ends(0).gives("what the command says").without_a_word();
            }
        }
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn strict_says_so_after_delivering_where_storing_failed() {
    let run = format!("run --strict {RUN}");
    for names in ["write", "fdatasync", "renameat"] {
        let mut calls = in_the_cache(&run_bench(), names, &run, b"");
        calls.retain(|call| !is_bookkeeping(call));
        for call in calls {
            let bench = run_bench();
            let output = bench.with_fault(&call, Fault::Error("EIO"), &run, b"").ended(125);
            output.gives("what the command says").says("the command's result was delivered, but not stored");
            bench.is_sound();
        }
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_replay_that_meets_a_fault_looks_once_more_and_then_runs_the_command_after_all() {
    let run = format!("run {RUN}");
    let bench = run_bench();
    bench.bulla(&run).ends(0);
    let mut calls = in_the_cache(&bench, "pread64", &run, b"");
    calls.retain(|call| call.line.contains(".bulla"));
    assert!(!calls.is_empty(), "the entry is read");
    for call in calls {
        let once = bench.with_fault(&call, Fault::Error("EIO"), &run, b"").ended(0);
        once.gives("what the command says").without_a_word();
        let lasting = bench.with_fault(&call, Fault::ErrorFromThere("EIO"), &run, b"").ended(0);
        let lasting = lasting.gives("what the command says").says(text_of("EIO"));
        lasting.says("warning: the stored result was not taken, and the command run: unreachable: ");
        bench.bulla(&run).ends(0).gives("what the command says").without_a_word();
    }
}

/// Every call that changes or looks at the cache, and a few between.
const CALLS: &str =
    "openat,write,lseek,fsync,fdatasync,linkat,renameat,renameat2,unlinkat,mkdirat,flock,ftruncate,close";

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_writer_killed_at_any_call_leaves_the_old_entry_or_the_new_one() {
    let payload = noise(300_000, 32);
    let calls = in_the_cache(&in_use(), CALLS, &put(), &payload);
    assert!(calls.len() > 10, "{calls:?}");
    let mut replaced = 0;
    for call in &calls {
        let bench = in_use();
        bench.with_fault(call, Fault::Kill, &put(), &payload).ended(137);
        let got = bench.get().ended(0).without_a_word();
        assert!([FIRST, &payload].contains(&got.stdout.as_slice()), "{call:?} {got:?}");
        replaced += usize::from(got.stdout == payload);
        assert_eq!(bench.good_entries(), 1);
        assert!(bench.drafts().len() <= 1, "{call:?}");
        bench.put(SECOND);
        bench.get().ended(0).gives(SECOND);
    }
    assert!(0 < replaced && replaced < calls.len(), "{replaced} of {}", calls.len());
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_first_use_killed_at_any_call_leaves_a_whole_key_or_none() {
    for call in in_the_cache(&Bench::new(), CALLS, &put(), FIRST) {
        let bench = Bench::new();
        bench.with_fault(&call, Fault::Kill, &put(), FIRST).ended(137);
        let key = bench.dir().join(".hmac.key");
        assert!(!is_there(&key) || read(&key).len() == 32, "{call:?}");
        // Nothing is there yet, or nothing is wrong with it.
        assert!([0, 5].contains(&bench.bulla("verify").run().code()), "{call:?}");
        bench.put(SECOND);
        bench.get().ended(0).gives(SECOND);
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_run_killed_at_any_call_leaves_nothing_that_the_next_one_trips_over() {
    let run = format!("run {RUN}");
    for call in in_the_cache(&run_bench(), CALLS, &run, b"") {
        let bench = run_bench();
        bench.with_fault(&call, Fault::Kill, &run, b"").ended(137);
        bench.bulla(&run).ends(0).gives("what the command says").without_a_word();
        bench.bulla("verify").ends(0);
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn what_cannot_be_removed_is_an_error_and_named() {
    let bench = in_use();
    for words in [format!("rm {KEY}"), "clean --max-size 0".to_owned()] {
        for call in in_the_cache(&bench, "unlinkat", &words, b"") {
            let bench = in_use();
            let output = bench.with_fault(&call, Fault::Error("EIO"), &words, b"").ended(1);
            output.says("cannot remove ").says(text_of("EIO"));
            bench.get().ended(0).gives(FIRST);
        }
        bench.put(FIRST);
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn what_cannot_be_moved_out_of_the_way_is_refused_all_the_same() {
    let get = format!("get {KEY}");
    let damaged = || {
        let bench = in_use();
        flip(&bench.entry(), 40);
        bench
    };
    for call in in_the_cache(&damaged(), "renameat,mkdirat", &get, b"") {
        let bench = damaged();
        let output = bench.with_fault(&call, Fault::ErrorFromThere("EROFS"), &get, b"").ended(4).gives("");
        output.says("warning: a refused entry stays where it is: cannot ").says("error: bad-seal");
        assert!(is_there(bench.entry()));
        bench.get().ended(4).says("bad-seal");
        bench.get().ended(5);
    }
}
