//! The way to the cache directory.

use crate::harness::*;

#[test]
fn a_link_on_the_way_that_another_user_planted_is_not_followed() {
    let bench = Bench::new();
    bench.make_dir("elsewhere");
    let link = bench.path("link");
    make_link(bench.path("elsewhere"), &link);
    let put = || bench.bulla("put --dir ../link/cache").words(KEY).stdin("x");
    if User::is_root() {
        std::os::unix::fs::lchown(&link, Some(4711), None).unwrap();
        put().ends(1).says("`link` is a symbolic link that user 4711 planted; it is not followed");
        bench
            .bulla("run --dir ../link/cache")
            .words(KEY)
            .sh("echo out")
            .ends(0)
            .gives("out\n")
            .says("is not followed");
        assert_eq!(names(&bench.path("elsewhere")), [""; 0]);
    } else {
        // Nobody but root can give a link away; the other half of the rule is that one's own is followed.
        put().ends(0);
        assert_eq!(names(&bench.path("elsewhere")), ["cache"]);
    }
}

#[test]
fn one_s_own_link_on_the_way_or_in_the_directory_s_place_is_followed() {
    let bench = Bench::new();
    bench.make_dir("large-disk");
    make_link("../large-disk", bench.dir());
    bench.put("x");
    bench.get().ended(0).gives("x");
    assert!(bench.path("large-disk/.hmac.key").is_file());
    bench.is_sound();
}

#[test]
fn a_circle_of_links_or_a_link_to_nowhere_is_an_error_or_a_new_directory_and_no_hang() {
    let bench = Bench::new();
    make_link("b", bench.path("a"));
    make_link("a", bench.path("b"));
    bench
        .bulla("put --dir ../a/cache")
        .words(KEY)
        .stdin("x")
        .ends(1)
        .says("cannot open the directory ../a/cache");
    make_link("nowhere", bench.path("c"));
    bench.bulla("put --dir ../c").words(KEY).stdin("x").ends(0);
    assert!(bench.path("nowhere/.hmac.key").is_file());
}

#[test]
fn a_file_fifo_or_device_on_the_way_is_an_error() {
    let bench = Bench::new();
    bench.write("file", "data");
    make_fifo(&bench.path("fifo"));
    for dir in ["../file", "../file/cache", "../fifo", "../fifo/cache", "/dev/null", "/dev/null/cache"] {
        bench
            .bulla("put --dir")
            .arg(dir)
            .words(KEY)
            .stdin("x")
            .ends(1)
            .says("error: cannot open the directory ");
    }
    assert_eq!(read_text(bench.path("file")), "data");
}

#[test]
fn the_way_is_made_private_where_it_was_not_there() {
    let bench = Bench::new();
    bench.bulla("put --dir ../a/b/c").words(KEY).stdin("x").ends(0);
    for dir in ["a", "a/b", "a/b/c"] {
        assert_eq!(mode(bench.path(dir)), 0o700, "{dir}");
    }
}

#[test]
fn a_directory_that_may_not_be_entered_is_an_error() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    set_mode(bench.dir(), 0);
    bench.get().ended(1).says("Permission denied");
    bench.bulla("verify").ends(1).says("Permission denied");
    set_mode(bench.path("cache"), 0);
    for words in ["get", "put", "rm"] {
        bench.bulla(words).words(KEY).stdin("x").ends(1).says("Permission denied");
    }
    for words in ["ls", "verify", "stats", "clean"] {
        bench.bulla(words).ends(1).says("Permission denied");
    }
    set_mode(bench.path("cache"), 0o700);
}
