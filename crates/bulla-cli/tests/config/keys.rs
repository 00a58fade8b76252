//! Where keys come from, the first place that has one before all others.

use crate::harness::*;

/// The keys that are in force, as `key show` names their source.
fn source(call: Invocation) -> String {
    call.words("key show --json").ends(0).json()["source"].as_str().expect("a text").to_owned()
}

#[test]
fn the_flag_then_the_key_itself_then_a_file_then_a_command_then_the_user_s_file_then_the_directory() {
    let bench = Bench::new();
    bench.put("x");
    assert_eq!(source(bench.bulla("")), ".hmac.key in the cache directory");
    let [environment, named, preferred] =
        ["environment", "named", "preferred"].map(|name| bench.key_file(name, HMAC_KEY));
    bench.user_config("key-command = \"cat ../named\"\n");
    assert_eq!(source(bench.bulla("")), "key command");
    bench.user_config(&format!("key-command = \"cat ../named\"\nkey-file = {preferred:?}\n"));
    assert_eq!(source(bench.bulla("")), preferred.to_str().unwrap());
    let call = || bench.bulla("").env("BULLA_KEY_COMMAND", "cat ../named");
    assert_eq!(source(call()), "key command");
    let call = || call().env("BULLA_KEY_FILE", &environment);
    assert_eq!(source(call()), environment.to_str().unwrap());
    let call = || call().env("BULLA_KEY", OTHER_HMAC_KEY);
    assert_eq!(source(call()), "BULLA_KEY");
    assert_eq!(source(call().arg("--key-file").arg(&named)), named.to_str().unwrap());
}

#[test]
fn one_key_reads_what_it_sealed_wherever_it_comes_from() {
    let bench = Bench::new();
    let file = bench.key_file("key", HMAC_KEY);
    bench.bulla("put").words(KEY).env("BULLA_KEY", HMAC_KEY).stdin("x").ends(0);
    assert!(!is_there(bench.dir().join(".hmac.key")), "no key is made where one is given");
    let get = || bench.bulla("get").words(KEY);
    get().arg("--key-file").arg(&file).ends(0).gives("x");
    get().env("BULLA_KEY_FILE", &file).ends(0).gives("x");
    get()
        .env("BULLA_KEY_COMMAND", format!("echo '# from a vault'; echo; echo {HMAC_KEY}"))
        .ends(0)
        .gives("x");
    get().env("BULLA_KEY", OTHER_HMAC_KEY).ends(4).says("unknown-signer");
}

#[test]
fn a_ring_seals_with_its_first_secret_key_and_reads_with_all() {
    let bench = Bench::new();
    bench.bulla("put").words(KEY).env("BULLA_KEY", OTHER_HMAC_KEY).stdin("old").ends(0);
    let ring = bench.key_file("ring", &format!("{HMAC_KEY}\n{OTHER_HMAC_KEY}"));
    let with_ring = |words: &str| bench.bulla(words).arg("--key-file").arg(&ring).words(KEY);
    with_ring("get").ends(0).gives("old");
    with_ring("put").stdin("new").ends(0);
    bench.bulla("get --mode read-only").words(KEY).env("BULLA_KEY", OTHER_HMAC_KEY).ends(4);
    bench.bulla("get").words(KEY).env("BULLA_KEY", HMAC_KEY).ends(0).gives("new");
}

#[test]
fn a_key_file_that_others_can_read_or_write_is_refused_with_the_remedy() {
    let bench = Bench::new();
    let file = bench.key_file("key", HMAC_KEY);
    let before = read(&file);
    for (mode, says) in [
        (0o644, "can be read by others (mode 0644)"),
        (0o640, "can be read by others"),
        (0o620, "can be written by others (mode 0620)"),
        (0o602, "can be written by others"),
    ] {
        set_mode(&file, mode);
        let put =
            bench.bulla("put --key-file").arg(&file).words(KEY).stdin("x").ends(1).says(says).says("chmod");
        put.keeps_quiet_about("abababab");
    }
    assert_eq!(read(&file), before);
}

#[test]
fn a_key_file_that_is_none_is_named_and_nobody_waits_for_it() {
    let bench = Bench::new();
    make_fifo(&bench.path("work/fifo"));
    bench.key_file("work/empty", "");
    bench.key_file("work/huge", &"# \n".repeat(30_000));
    for (file, says) in [
        ("none", "no key from none: cannot open none: No such file"),
        ("fifo", "it is not a regular file"),
        (".", "it is not a regular file"),
        ("/dev/zero", "it is not a regular file"),
        ("empty", "empty holds no key; `bulla key generate` makes one"),
        ("huge", "has more than 64 KiB; it is not a key file"),
    ] {
        bench.bulla("get --key-file").arg(file).words(KEY).ends(1).says(says);
    }
}

#[test]
fn a_key_command_that_fails_or_says_nothing_useful_is_an_error() {
    let bench = Bench::new();
    for (command, says) in [
        ("exit 3", "the key command failed (exit status: 3)"),
        ("true", "the key command's output holds no key"),
        ("echo not a key", "the key command's output, line 1: not a key"),
        ("yes", "the key command"),
    ] {
        bench.bulla("get").words(KEY).env("BULLA_KEY_COMMAND", command).ends(1).says(says);
    }
}

#[test]
fn a_key_that_is_no_text_is_a_usage_error() {
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    let value = std::ffi::OsStr::from_bytes(b"bulla-hmac-1:\xff");
    bench
        .bulla("get")
        .words(KEY)
        .env("BULLA_KEY", value)
        .ends(2)
        .says("error: BULLA_KEY is not valid UTF-8\n");
}
