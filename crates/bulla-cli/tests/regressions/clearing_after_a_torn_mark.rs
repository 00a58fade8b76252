//! The file that marks a directory as a cache is made and then written. A disk that was full in between, or a kill,
//! left it empty; it was never written again, and `clear` refused the directory for good.

use crate::harness::*;

#[test]
fn a_mark_that_could_not_be_written_is_written_by_the_next_use() {
    let bench = Bench::new();
    bench.put("x");
    std::fs::remove_file(bench.dir().join("CACHEDIR.TAG")).unwrap();
    let put = format!("ulimit -f 0; trap '' XFSZ; exec {} put {KEY}", bench.bulla_path().display());
    bench.program("sh").args(["-c", &put]).stdin("y").ends(1).says("File too large");
    bench.put("z");
    bench.bulla("clear --yes").ends(0);
    assert!(!is_there(bench.dir()));
}
