//! Every error of `flock` was taken for a lock that somebody holds. On a file system that has no locks (ENOLCK on
//! some NFS, ENOSYS, EOPNOTSUPP) every run waited ten minutes for nobody.

use std::time::Instant;

use crate::harness::*;

#[test]
#[ignore = "needs strace: cargo xtask test"]
fn a_file_system_without_locks_is_a_warning_and_no_wait() {
    for error in ["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EINVAL"] {
        let bench = Bench::new();
        let begin = Instant::now();
        let run = format!("run --wait 5s {KEY} -- echo out");
        let output = bench.without(&[("flock", error)], &run, b"").ended(0).gives("out\n");
        let output = output.says("warning: running without a lock: ");
        output.keeps_quiet_about("another process runs the same command");
        assert!(begin.elapsed().as_secs() < 4, "it waited");
    }
}
