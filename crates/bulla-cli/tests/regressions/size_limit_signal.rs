//! A process that writes beyond its file size limit gets a signal that ends it, unless it says otherwise: the entry
//! that could not be written took the command's result, and `put`'s error message, with it.

use crate::harness::*;

#[test]
fn a_file_size_limit_is_an_error_like_any_other() {
    let bench = Bench::new();
    let much = noise(1 << 20, 52);
    bench.write("work/much", &much);
    let limited = |bulla: &str| {
        let command = format!("ulimit -f 1; exec {} {bulla}", bench.bulla_path().display());
        bench.program("sh").args(["-c", &command]).run()
    };
    let run = limited(&format!("run {KEY} -- cat much")).ended(0).gives(&much);
    run.says("warning: cannot write the entry: File too large");
    limited(&format!("put {KEY} much")).ended(1).says("File too large");
    assert_eq!(bench.drafts(), [""; 0]);
}
