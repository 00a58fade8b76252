//! Where the shared store is named, and by whom.

use crate::fleet::Fleet;
use crate::harness::*;

/// What `doctor` says of that, without the exit code.
#[track_caller]
pub(crate) fn doctor(call: Invocation, check: &str) -> String {
    let document = call.words("doctor --json").run().json();
    let findings = document["findings"].as_array().expect("an array");
    let found = findings.iter().find(|finding| finding["check"] == check);
    let text = |field: &str| found.map_or("", |found| found[field].as_str().expect("a text")).to_owned();
    format!("{}: {}", text("verdict"), text("message"))
}

#[test]
fn the_store_is_the_flag_s_then_the_environment_s_then_the_user_s() {
    let fleet = Fleet::new();
    let bench = fleet.bench();
    let mount = |name: &str| format!("file://{}", bench.make_dir(name).display());
    let call = || fleet.runner("one", "").without_env("BULLA_STORE");
    let store = |call: Invocation| doctor(call, "store");
    assert_eq!(store(call()), ": ", "there is none by default");
    bench.user_config(&format!("store = \"{}\"\n", mount("users")));
    assert!(store(call()).starts_with(&format!("ok: {} answers", mount("users"))), "{}", store(call()));
    let environment = || call().env("BULLA_STORE", mount("environment"));
    assert!(store(environment()).contains(&mount("environment")));
    let flag = environment().arg("--store").arg(mount("flag"));
    assert!(store(flag).contains(&mount("flag")));
    assert!(store(call().env("BULLA_STORE", "")).contains(&mount("users")), "empty is unset");
}

#[test]
fn what_is_done_there_is_the_flag_s_then_the_environment_s_then_the_user_s_then_the_cache_s_own_mode() {
    let fleet = Fleet::new();
    let mode = |call: Invocation| doctor(call, "store mode");
    let call = || fleet.runner("one", "");
    assert_eq!(mode(call()), "ok: effective: read-write, written sync");
    assert_eq!(mode(call().words("--mode read-only")), "ok: effective: read-only");
    fleet.bench().user_config("shared-mode = \"write-only\"\nshared-write = \"background\"\n");
    assert_eq!(mode(call()), "ok: effective: write-only, written background");
    assert_eq!(mode(call().words("--mode read-only")), "ok: effective: off", "what neither may do alone");
    let environment = || call().env("BULLA_SHARED_MODE", "read-only").env("BULLA_SHARED_WRITE", "off");
    assert_eq!(mode(environment()), "ok: effective: read-only");
    let flags = environment().words("--shared-mode read-write --shared-write sync");
    assert_eq!(mode(flags), "ok: effective: read-write, written sync");
    assert_eq!(
        doctor(call().words("--shared-mode off"), "store"),
        format!("ok: {}: left alone (the shared mode is off)", fleet.address())
    );
}

#[test]
fn a_tree_under_test_names_no_store() {
    let fleet = Fleet::new();
    let bench = fleet.bench();
    for (setting, toml) in [
        ("store", "store = \"file:///tmp/elsewhere\""),
        ("store", "store = \"redis://me:s3cr3t@host\""),
        ("shared-write", "shared-write = \"off\""),
        ("shared-mode", "shared-mode = \"off\""),
    ] {
        bench.project_config(&format!("{toml}\n"));
        for call in [fleet.runner("one", "get").words(KEY), fleet.runner("one", "scan tree")] {
            let refused = call.ends(2).says(format!("error: `{setting}` in ")).keeps_quiet_about("s3cr3t");
            refused.says("work/bulla.toml is not taken: that file lies in the tree under test");
        }
        fleet.run("one", "").ends(125);
    }
    assert_eq!((fleet.ran(), fleet.shared().len()), (0, 0));
}

#[test]
fn what_is_no_address_is_a_usage_error_with_what_is_one() {
    let fleet = Fleet::new();
    for (address, says) in [
        ("mnt/shared", "expected one of file://, s3://"),
        ("ftp://host/x", "expected one of file://, s3://"),
        ("file://mnt/shared", "expected file:// and an absolute path"),
        ("file:///mnt?region=eu", "there is no setting `region`"),
        ("file:///mnt/%zz", "stands for no character"),
    ] {
        let get = || fleet.runner("one", "get").words(KEY);
        get().env("BULLA_STORE", address).ends(2).says(says);
        get().arg("--store").arg(address).ends(2).says(says);
        fleet.run("one", "").env("BULLA_STORE", address).ends(125).says(says);
        fleet.bench().user_config(&format!("store = \"{address}\"\n"));
        // A file is read whether its store is used or not; where it is wrong in itself, it says so with its line.
        get().without_env("BULLA_STORE").ends(2).says(says);
        fleet.bench().user_config("");
    }
    for (variable, flag) in [("BULLA_SHARED_MODE", "--shared-mode"), ("BULLA_SHARED_WRITE", "--shared-write")]
    {
        let get = || fleet.runner("one", "get").words(KEY);
        get().env(variable, "sometimes").ends(2).says(variable).says("expected one of ");
        get().words(flag).arg("sometimes").ends(2).says(flag).says("expected one of ");
    }
    assert_eq!(fleet.ran(), 0);
}

#[test]
fn a_store_that_this_program_was_built_without_is_a_usage_error() {
    let fleet = Fleet::new();
    let version = fleet.bench().bulla("--version --verbose").ends(0).text();
    for service in ["s3", "gcs", "azblob", "redis", "rediss", "ghac"] {
        if !version.contains(&format!(" {service}")) {
            let get =
                fleet.runner("one", "get").words(KEY).env("BULLA_STORE", format!("{service}://somewhere"));
            get.ends(2).says(format!("this program was built without `{service}`"));
        }
    }
}

#[test]
fn a_project_s_file_may_narrow_what_is_done_there_and_not_widen_it() {
    let fleet = Fleet::new();
    fleet.bench().user_config("mode = \"read-only\"\n");
    fleet.bench().project_config("mode = \"read-write\"\n");
    fleet.run("one", "").ends(0);
    assert_eq!(fleet.shared().len(), 0);
    fleet.bench().user_config("mode = \"read-write\"\n");
    fleet.bench().project_config("mode = \"read-only\"\n");
    fleet.run("two", "").ends(0);
    assert_eq!(fleet.shared().len(), 0);
    fleet.bench().project_config("");
    fleet.run("two", "").ends(0);
    assert_eq!(fleet.shared().len(), 1);
}
