//! Many processes at once, and processes that are killed.

mod harness;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use harness::*;

fn key(at: usize) -> String {
    format!("--op signature-{at} --subject {SUBJECT}")
}

#[test]
fn sixty_four_processes_that_open_one_empty_directory_at_once_end_with_the_same_key() {
    let bench = Bench::new();
    let putting: Vec<_> =
        (0..64).map(|at| bench.bulla("put").words(&key(at)).stdin(format!("result {at}")).start()).collect();
    for running in putting {
        running.wait().ended(0).without_a_word();
    }
    assert_eq!(bench.bulla("key show").ends(0).text().lines().count(), 1);
    for at in 0..64 {
        bench.get_as(&key(at)).ended(0).gives(format!("result {at}"));
    }
    assert_eq!(bench.good_entries(), 64);
    bench.is_sound();
}

#[test]
fn processes_that_ask_for_the_same_at_once_run_the_command_once() {
    let bench = Bench::new();
    let script = "echo x >> ran; sleep 0.3; echo result";
    let asking: Vec<_> = (0..16).map(|_| bench.bulla("run").words(KEY).sh(script).start()).collect();
    for running in asking {
        let output = running.wait().ended(0).gives("result\n");
        let waited =
            output.stderr == "warning: another process runs the same command; waiting for its result\n";
        assert!(output.stderr.is_empty() || waited, "{output:?}");
    }
    assert_eq!(lines(bench.path("work/ran")), 1);
}

/// A script that says `result` once the file `go` is there, and gives up after a minute: nobody ends the command of
/// a test that failed.
fn waiting_for_go(first: &str) -> String {
    format!(
        "{first}; i=0; while [ ! -e go ] && [ $i -lt 3000 ]; do i=$((i+1)); sleep 0.02; done; echo result"
    )
}

#[test]
fn whoever_has_waited_long_enough_runs_the_command_too() {
    let bench = Bench::new();
    let script = &waiting_for_go("echo x >> ran");
    let first = bench.bulla("run").words(KEY).sh(script).start();
    until("the first one runs", || lines(bench.path("work/ran")) == 1);
    let second = bench.bulla("run --wait 50ms").words(KEY).sh(script).start();
    until("the second one runs, too", || lines(bench.path("work/ran")) == 2);
    bench.write("work/go", "");
    for running in [first, second] {
        running.wait().ended(0).gives("result\n");
    }
    bench.is_sound();
}

#[test]
fn the_holder_of_a_lock_that_is_killed_blocks_nobody() {
    let bench = Bench::new();
    let script = &waiting_for_go("echo x >> ran");
    let holder = bench.bulla("run").words(KEY).sh(script).start();
    until("the command runs", || lines(bench.path("work/ran")) == 1);
    let waiting = bench.bulla("run --wait 50s").words(KEY).sh(script).start();
    // It takes the lock as soon as it is free, and runs the command.
    holder.kill();
    until("the command runs again", || lines(bench.path("work/ran")) == 2);
    bench.write("work/go", "");
    waiting.wait().ended(0).gives("result\n");
    bench.bulla("run").words(KEY).sh(script).ends(0).gives("result\n").without_a_word();
    assert_eq!(lines(bench.path("work/ran")), 2);
    assert_eq!(bench.drafts().len(), 1, "the killed writer's");
    bench.bulla("verify").ends(0);
}

#[test]
fn a_reader_beside_two_writers_sees_one_whole_entry_or_the_other() {
    let bench = Bench::new();
    let payloads = [noise(400_000, 21), "a report that packs well. ".repeat(60_000).into_bytes()];
    bench.put(&payloads[0]);
    let (done, end) = (AtomicBool::new(false), Instant::now() + Duration::from_secs(2));
    let (writers, over) = (&bench, &done);
    let counts = thread::scope(|scope| {
        for payload in &payloads {
            scope.spawn(move || {
                while Instant::now() < end {
                    writers.put(payload);
                }
                over.store(true, Ordering::Relaxed);
            });
        }
        let mut counts = [0; 2];
        while !done.load(Ordering::Relaxed) {
            let got = bench.get().ended(0).without_a_word();
            let seen = payloads.iter().position(|payload| *payload == got.stdout);
            counts[seen.unwrap_or_else(|| panic!("neither: {got:?}"))] += 1;
        }
        counts
    });
    assert!(counts.iter().sum::<usize>() > 10, "{counts:?}");
    bench.is_sound();
    assert_eq!(bench.bulla("stats --json").ends(0).json()["refused"], 0);
}

/// Whatever killed writers leave behind: one of the whole payloads is served, every entry is good, and there is
/// nothing else than temporary files, which are left alone while they may be a writer's at work.
#[track_caller]
fn survives(bench: &Bench, payloads: &[&[u8]]) {
    let got = bench.get().ended(0).without_a_word();
    assert!(payloads.contains(&got.stdout.as_slice()), "neither the old nor the new one: {got:?}");
    bench.bulla("verify").ends(0);
    for name in names(&bench.dir()) {
        let known = name.starts_with(".tmp-") || name.ends_with(".bulla");
        assert!(known || [".hmac.key", ".stats", "CACHEDIR.TAG", "locks"].contains(&name.as_str()), "{name}");
    }
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_entry_or_the_new_one() {
    const ROUNDS: u64 = 40;
    let bench = Bench::new();
    let mut random = Random(42);
    let mut old = noise(300_000, 0);
    bench.put(&old);
    let (mut replaced, mut kept) = (0, 0);
    for round in 1..=ROUNDS {
        let new = noise(3 << 20, round);
        let (running, mut stdin, _stdout) = bench.bulla("put").words(KEY).start_piped();
        // A third of them is killed with a part of the input written, the others around the end of it.
        let part = if round % 3 == 0 { usize::try_from(random.below(3 << 20)).unwrap() } else { new.len() };
        stdin.write_all(&new[..part]).unwrap();
        if part == new.len() {
            drop(stdin);
            thread::sleep(Duration::from_micros(random.below(16_000)));
        }
        running.kill();
        survives(&bench, &[&old, &new]);
        if bench.get().stdout == new {
            replaced += 1;
            old = new;
        } else {
            kept += 1;
        }
    }
    assert!(kept >= 10, "{kept} killed before the end");
    let left = bench.drafts();
    assert!(!left.is_empty(), "of {ROUNDS} killed writers, {replaced} were done");
    bench.bulla("clean").ends(0);
    assert_eq!(bench.drafts(), left, "each may be a writer at work");
    bench.put("whole");
    bench.get().ended(0).gives("whole");
    bench.bulla("clear --yes").ends(0);
    assert!(!is_there(bench.dir()));
}

#[test]
fn a_run_that_is_killed_leaves_the_old_entry_or_the_new_one() {
    let bench = Bench::new();
    let mut random = Random(43);
    let bytes = noise(1 << 20, 22);
    bench.write("work/bytes", &bytes);
    let run = |options: &str| bench.bulla("run").words(KEY).words(options).args(["--", "cat", "bytes"]);
    run("").ends(0).gives(&bytes);
    for _ in 0..20 {
        let running = run("--refresh").start();
        thread::sleep(Duration::from_micros(random.below(20_000)));
        running.kill();
        run("").ends(0).gives(&bytes).without_a_word();
        assert_eq!(bench.good_entries(), 1);
    }
}

#[test]
fn the_first_use_that_is_killed_leaves_a_whole_key_or_none() {
    let mut random = Random(44);
    for round in 0..20 {
        let bench = Bench::new();
        let running = bench.bulla("put").words(KEY).stdin("x").start();
        thread::sleep(Duration::from_micros(random.below(8_000)));
        running.kill();
        bench.put(format!("round {round}"));
        bench.get().ended(0).gives(format!("round {round}"));
        assert_eq!(read(bench.dir().join(".hmac.key")).len(), 32);
        bench.bulla("verify").ends(0);
    }
}
