//! A link that leads to the cache directory stays when the cache is cleared, and was said to hold "what is not
//! bulla's".

use crate::harness::*;

#[test]
fn a_cache_that_was_reached_through_a_link_is_not_said_to_hold_anything() {
    let bench = Bench::new();
    bench.make_dir("large-disk");
    make_link("../large-disk", bench.dir());
    bench.put("x");
    bench.bulla("clear --yes").ends(0).keeps_quiet_about("it holds what is not bulla's");
    assert_eq!(names(&bench.path("large-disk")), [""; 0]);
}
