//! `completions` and `man` settled the cache's settings first, and so failed where there is no home or where the
//! project's file is wrong, which is nothing to them: a package's build, for one, has no home.

use crate::harness::*;

#[test]
fn completions_and_man_need_no_settings() {
    let bench = Bench::new();
    bench.project_config("garbage");
    for words in ["completions bash", "man", "man run"] {
        let call =
            bench.bulla(words).without_env("HOME").without_env("XDG_CACHE_HOME").env("BULLA_MODE", "none");
        assert!(!call.ends(0).without_a_word().stdout.is_empty(), "{words}");
    }
}
