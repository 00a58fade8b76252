//! What each tier may do.

use crate::fleet::Fleet;
use crate::harness::*;

#[test]
fn a_shared_store_that_is_only_read_gives_and_gets_nothing() {
    let fleet = Fleet::new();
    fleet.runner("one", "put").words(KEY).stdin("x").ends(0);
    let before = snapshot(&fleet.mount());
    fleet.runner("two", "get --shared-mode read-only").words(KEY).ends(0).gives("x");
    fleet.runner("two", "put --shared-mode read-only").words(OTHER_KEY).stdin("y").ends(0);
    fleet.runner("two", "get --shared-mode read-only").words(OTHER_KEY).ends(0).gives("y");
    for off in ["--shared-write off", "--shared-mode off"] {
        fleet.runner("two", "put").words(off).words(OTHER_KEY).stdin("z").ends(0);
    }
    assert_eq!(snapshot(&fleet.mount()), before);
}

#[test]
fn a_shared_store_that_is_only_written_to_is_not_asked() {
    let fleet = Fleet::new();
    fleet.runner("one", "put").words(KEY).stdin("x").ends(0);
    fleet.runner("two", "get --shared-mode write-only").words(KEY).ends(5);
    fleet.runner("two", "put --shared-mode write-only").words(KEY).stdin("y").ends(0);
    fleet.runner("three", "get").words(KEY).ends(0).gives("y");
}

#[test]
fn what_this_machine_s_cache_may_not_do_is_not_done_there_either() {
    let fleet = Fleet::new();
    fleet.runner("one", "put").words(KEY).stdin("x").ends(0);
    let before = snapshot(&fleet.mount());
    fleet.runner("two", "get --mode read-only").words(KEY).ends(0).gives("x");
    assert!(!is_there(fleet.dir("two")), "nothing is kept here");
    fleet.runner("two", "put --mode read-only").words(OTHER_KEY).stdin("x").ends(1);
    fleet.run("two", "--mode off").ends(0);
    assert_eq!((snapshot(&fleet.mount()), fleet.ran()), (before, 1));
}
