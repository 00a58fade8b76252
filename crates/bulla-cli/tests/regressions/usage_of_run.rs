//! `run` opened the cache, and so made its directory and key, before it looked at the subject.

use crate::harness::*;

#[test]
fn a_subject_that_is_none_makes_no_directory() {
    let bench = Bench::new();
    for subject in ["alpine:latest", "../../../etc", "..", "/etc/passwd", "", "a\nb"] {
        bench.bulla("run --op sbom").args(["--subject", subject]).sh("echo x > ran").ends(125);
    }
    assert!(!is_there(bench.dir()) && !is_there(bench.path("work/ran")));
}
