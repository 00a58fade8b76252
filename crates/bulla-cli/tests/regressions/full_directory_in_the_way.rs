//! A directory with something in it, planted under an entry's name, could not be removed like a file: `clean` gave
//! up at it with everything else still to be done, and `rm` could not forget it.

use crate::harness::*;

fn planted() -> Bench {
    let bench = Bench::new();
    bench.put("x");
    std::fs::remove_file(bench.entry()).expect("the entry is there");
    std::fs::create_dir(bench.entry()).expect("a directory");
    write(bench.entry().join("file"), "x");
    bench
}

#[test]
fn clean_goes_on_to_the_end() {
    let bench = planted();
    let others: Vec<_> = (0..8).map(|at| format!("--op other-{at} --subject {SUBJECT}")).collect();
    for key in &others {
        bench.bulla("put --ttl 1ms").words(key).stdin("y").ends(0);
    }
    std::thread::sleep(std::time::Duration::from_millis(3));
    bench.bulla("clean").run();
    for key in others {
        assert!(!is_there(bench.entry_of(&key)), "expired, and still there");
    }
    assert!(!is_there(bench.entry()), "misplaced, and still there");
}

#[test]
fn rm_forgets_it() {
    let bench = planted();
    bench.bulla("rm").words(KEY).ends(0);
    assert!(!is_there(bench.entry()));
}
