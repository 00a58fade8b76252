//! Exit codes from 128 on were taken for signals and never stored, although kingfisher, for one, ends with 200 when
//! it has found something.

use crate::harness::*;

#[test]
fn a_failure_with_a_code_above_127_is_stored_on_request() {
    let bench = Bench::new();
    for code in [128, 143, 200, 255] {
        for _ in 0..2 {
            let run = bench
                .bulla("run --cache-failures")
                .words(KEY)
                .sh(&format!("echo x >> ran-{code}; exit {code}"));
            run.ends(code);
        }
        assert_eq!(lines(bench.path(&format!("work/ran-{code}"))), 1, "exit {code}");
    }
}
