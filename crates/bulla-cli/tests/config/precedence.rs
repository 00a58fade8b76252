use crate::harness::*;

/// The mode that is in force, as `doctor` has it.
#[track_caller]
fn effective_mode(call: Invocation) -> String {
    let document = call.words("doctor --json").ends(0).json();
    let findings = document["findings"].as_array().expect("an array");
    let mode = findings.iter().find(|finding| finding["check"] == "mode").expect("a finding about the mode");
    mode["message"].as_str().expect("a text").trim_start_matches("effective: ").to_owned()
}

#[test]
fn the_mode_is_the_flag_s_then_the_environment_s_then_the_project_s_then_the_user_s() {
    let bench = Bench::new();
    assert_eq!(effective_mode(bench.bulla("")), "read-write");
    bench.user_config("mode = \"off\"\n");
    assert_eq!(effective_mode(bench.bulla("")), "off");
    bench.project_config("mode = \"write-only\"\n");
    assert_eq!(effective_mode(bench.bulla("")), "write-only");
    let environment = || bench.bulla("").env("BULLA_MODE", "read-only");
    assert_eq!(effective_mode(environment()), "read-only");
    assert_eq!(effective_mode(environment().words("--mode read-write")), "read-write");
}

/// How many hours an sbom lives that is stored now.
fn hours(bench: &Bench, put: &str) -> u64 {
    let key = format!("--op sbom --subject {SUBJECT}");
    bench.bulla("put").words(&key).words(put).stdin("{}").ends(0);
    let header = bench.bulla("inspect --json").words(&key).ends(0).json()["claimed"].clone();
    lifetime(&header) / 3600
}

#[test]
fn the_time_to_live_is_the_flag_s_then_the_project_s_then_the_user_s() {
    let bench = Bench::new();
    assert_eq!(hours(&bench, ""), 24);
    bench.user_config("[ttl]\nsbom = \"3h\"\n");
    assert_eq!(hours(&bench, ""), 3);
    bench.project_config("[ttl]\nsbom = \"2h\"\nscan-grype = \"30m\"\n");
    assert_eq!(hours(&bench, ""), 2);
    assert_eq!(hours(&bench, "--ttl 1h"), 1);
    bench.project_config("[ttl]\nsbom = \"0\"\n");
    assert_eq!(hours(&bench, ""), 24, "zero means the default of the operation");
    bench.project_config("[ttl]\nscan-grype = \"1h\"\n");
    assert_eq!(hours(&bench, ""), 3, "what one file leaves open is the next one's");
}

#[test]
fn the_directory_is_the_flag_s_then_the_environment_s_then_the_user_s_then_xdg_s_then_home_s() {
    let bench = Bench::new();
    let dir = |call: Invocation| {
        let path = call.words("path").words(KEY).ends(0).text();
        std::path::Path::new(&path).parent().expect("a directory").to_owned()
    };
    let homely = || bench.bulla("").without_env("XDG_CACHE_HOME");
    assert_eq!(dir(homely()), bench.path("home/.cache/bulla"));
    assert_eq!(dir(homely().env("XDG_CACHE_HOME", "relative")), bench.path("home/.cache/bulla"));
    assert_eq!(dir(bench.bulla("")), bench.path("cache/bulla"));
    bench.user_config(&format!("dir = {:?}\n", bench.path("from-file")));
    assert_eq!(dir(bench.bulla("")), bench.path("from-file"));
    let environment = || bench.bulla("").env("BULLA_DIR", bench.path("from-environment"));
    assert_eq!(dir(environment()), bench.path("from-environment"));
    assert_eq!(dir(environment().arg("--dir").arg(bench.path("from-flag"))), bench.path("from-flag"));
}

#[test]
fn the_user_s_file_is_found_below_home_where_xdg_says_nothing() {
    let bench = Bench::new();
    bench.make_dir("home/.config/bulla");
    bench.write("home/.config/bulla/bulla.toml", "mode = \"off\"\n");
    assert_eq!(effective_mode(bench.bulla("")), "read-write", "XDG_CONFIG_HOME says something else");
    assert_eq!(effective_mode(bench.bulla("").without_env("XDG_CONFIG_HOME")), "off");
}

#[test]
fn a_named_file_replaces_both_others() {
    let bench = Bench::new();
    bench.user_config("mode = \"off\"\n");
    bench.project_config("mode = \"read-only\"\n");
    let empty = bench.write("empty.toml", "");
    let named = bench.write("named.toml", "mode = \"write-only\"\n");
    assert_eq!(effective_mode(bench.bulla("--config-file").arg(&empty)), "read-write");
    assert_eq!(effective_mode(bench.bulla("--config-file").arg(&named)), "write-only");
    assert_eq!(effective_mode(bench.bulla("").env("BULLA_CONFIG", &named)), "write-only");
    let both = bench.bulla("--config-file").arg(&empty).env("BULLA_CONFIG", &named);
    assert_eq!(effective_mode(both), "read-write");
}

/// A file that was named is the user's own choice: it may set what a project's may not.
#[test]
fn a_named_file_may_set_what_is_trusted() {
    let bench = Bench::new();
    let named = bench.write("named.toml", format!("dir = {:?}\n", bench.path("elsewhere")));
    bench.bulla("put --config-file").arg(named).words(KEY).stdin("x").ends(0);
    assert!(bench.path("elsewhere/.hmac.key").is_file() && !is_there(bench.dir()));
}
