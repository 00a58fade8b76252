//! What `clean` could not remove kept nothing else from going, but it was told as removed, with exit 0: a job that
//! relied on it would have filled its disk without a word that anybody reads.

use crate::harness::*;

#[test]
fn what_could_not_be_removed_is_an_error_and_not_told_as_removed() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    set_mode(bench.dir(), 0o500);
    let clean = bench.bulla("clean --max-size 0").ends(1).says("cannot remove ").says("Permission denied");
    assert!(clean.text().contains("removed 0 entries (0 B)"), "{clean:?}");
    let clean = bench.bulla("clean --json --max-size 0").ends(1).json();
    assert_eq!((&clean["removed"], &clean["kept"]["entries"]), (&serde_json::json!([]), &1.into()));
    set_mode(bench.dir(), 0o700);
    bench.get().ended(0).gives("x");
}
