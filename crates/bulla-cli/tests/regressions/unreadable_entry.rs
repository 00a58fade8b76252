//! One entry that could not be read (a bad sector, a file of somebody else's) hid all the others: `ls`, `stats` and
//! `clean` stopped at it.

use crate::harness::*;

#[test]
fn an_entry_that_cannot_be_read_hides_no_other() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    bench.put_as(OTHER_KEY, "y");
    let expired = format!("--op expired --subject {SUBJECT}");
    bench.bulla("put --ttl 1ms").words(&expired).stdin("z").ends(0);
    set_mode(bench.entry(), 0);
    std::thread::sleep(std::time::Duration::from_millis(3));
    let ls = bench.bulla("ls").run();
    assert!(ls.text().contains(&OTHER_SUBJECT[7..19]), "{ls:?}");
    assert!(ls.text().contains("unreachable"), "{ls:?}");
    bench.bulla("stats").ends(0);
    bench.bulla("clean").run();
    assert!(!is_there(bench.entry_of(&expired)), "expired, and still there");
    assert!(is_there(bench.entry()), "what cannot be read cannot be judged");
}
