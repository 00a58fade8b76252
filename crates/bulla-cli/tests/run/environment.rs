//! Nothing of bulla's own reaches a child process: neither the key nor where it comes from.

use super::run;
use crate::harness::*;

#[test]
fn no_variable_of_bulla_s_reaches_the_command() {
    let bench = Bench::new();
    let file = bench.key_file("key", HMAC_KEY);
    let call = run(&bench, "")
        .env("BULLA_KEY", HMAC_KEY)
        .env("BULLA_KEY_FILE", file)
        .env("BULLA_KEY_COMMAND", "cat key");
    let call = call.env("BULLA_LANE", "local").env("BULLA_ANYTHING", "x").env("OTHER", "stays");
    let output = call.args(["--", "env"]).ends(0);
    assert!(output.text().contains("OTHER=stays\n"), "{output:?}");
    output.keeps_quiet_about("BULLA_").keeps_quiet_about("abababab");
}

#[test]
fn nor_does_one_whose_value_is_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    let value = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    run(&bench, "").env("BULLA_ANYTHING", value).args(["--", "env"]).ends(0).keeps_quiet_about("BULLA_");
}

#[test]
fn nor_the_salt_command() {
    let bench = Bench::new();
    let call =
        run(&bench, "--salt-command").arg("env > salt").env("BULLA_KEY", HMAC_KEY).env("OTHER", "stays");
    call.sh("true").ends(0);
    let seen = read_text(bench.path("work/salt"));
    assert!(seen.contains("OTHER=stays\n") && !seen.contains("BULLA_"), "{seen}");
}

#[test]
fn nor_the_key_command() {
    let bench = Bench::new();
    let command = format!("env > asked; echo {HMAC_KEY}");
    let call =
        run(&bench, "").env("BULLA_KEY_COMMAND", command).env("BULLA_LANE", "local").env("OTHER", "stays");
    call.sh("true").ends(0);
    let seen = read_text(bench.path("work/asked"));
    assert!(seen.contains("OTHER=stays\n") && !seen.contains("BULLA_"), "{seen}");
    assert!(!is_there(bench.dir().join(".hmac.key")), "the key came from elsewhere");
}

#[test]
#[cfg(target_os = "linux")]
fn the_command_has_no_file_of_the_cache_open() {
    let bench = Bench::new();
    let output = run(&bench, "").sh("ls -l /proc/$$/fd").ends(0);
    output.keeps_quiet_about("cache/bulla");
}
