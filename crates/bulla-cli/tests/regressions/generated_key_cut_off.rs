//! A key file that could not be written to its end was left behind, empty; the next try then failed because the
//! file exists.

use crate::harness::*;

#[test]
fn a_key_file_that_cannot_be_written_is_not_left_behind() {
    let bench = Bench::new();
    let generate =
        format!("ulimit -f 0; trap '' XFSZ; exec {} key generate --output k", bench.bulla_path().display());
    bench.program("sh").args(["-c", &generate]).ends(1).says("error: cannot make k: ").says("File too large");
    assert_eq!(names(&bench.work()), [""; 0]);
    bench.bulla("key generate --output k").ends(0);
}
