//! `bulla --version --verbose` names the stores that this program has.

use crate::harness::*;

#[test]
fn a_verbose_version_names_the_shared_stores() {
    let bench = Bench::new();
    let version = format!("bulla {}\n", env!("CARGO_PKG_VERSION"));
    for short in ["--version", "-V"] {
        bench.bulla(short).ends(0).gives(&version).without_a_word();
    }
    let long = bench.bulla("--version --verbose").ends(0).without_a_word().text();
    assert_eq!(long, format!("{version}shared stores: file, s3, redis, rediss, ghac\n"));
    for same in ["--verbose --version", "-vV", "-V -v"] {
        bench.bulla(same).ends(0).gives(&long);
    }
}
