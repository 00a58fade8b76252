//! "The command's result was delivered, but not stored: not stored: the report is empty."

use crate::harness::*;

#[test]
fn a_report_that_is_none_is_told_as_not_stored_once() {
    let bench = Bench::new();
    let run = || bench.bulla("run --op sbom --quiet --subject").arg(SUBJECT);
    let strict = run().words("--strict").sh("true").ends(125).says("not stored: the report is empty");
    assert_eq!(strict.stderr.matches("not stored").count(), 1, "{strict:?}");
    let put = bench.bulla("put --op sbom --subject").arg(SUBJECT).stdin("").ends(1);
    put.says("error: not stored: the report is empty");
}
