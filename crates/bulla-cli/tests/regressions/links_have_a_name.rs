//! A link where none is followed was "Too many levels of symbolic links", which it is not.

use crate::harness::*;

#[test]
fn a_project_s_bulla_toml_that_is_a_link_is_called_one() {
    let bench = Bench::new();
    bench.make_dir("work/.git");
    bench.write("home/settings.toml", "");
    make_link(bench.path("home/settings.toml"), bench.path("work/bulla.toml"));
    let get = bench.bulla("get").words(KEY).ends(2).says("work/bulla.toml: it is ");
    get.keeps_quiet_about("Too many levels");
}

#[test]
fn a_link_that_is_inspected_is_called_one() {
    let bench = Bench::new();
    bench.put("x");
    make_link(bench.entry(), bench.path("work/link"));
    bench.bulla("inspect link").ends(1).says("cannot open link: it is ").keeps_quiet_about("Too many levels");
}
