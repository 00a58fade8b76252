//! A link in the quarantine's place is not followed, which is right; but `clear` stopped at it half way, for good.

use crate::harness::*;

#[test]
fn clear_removes_a_link_in_the_quarantine_s_place_and_not_what_it_leads_to() {
    let bench = Bench::new();
    bench.put("x");
    let precious = bench.write("home/precious", "data");
    make_link(bench.path("home"), bench.dir().join("quarantine"));
    bench.bulla("clear --yes").ends(0);
    assert!(!is_there(bench.dir()));
    assert_eq!(read_text(precious), "data");
}
