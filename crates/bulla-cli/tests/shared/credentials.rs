//! No credential is printed, and none reaches a program that bulla runs.

use crate::fleet::Fleet;
use crate::harness::*;

const SECRET: &str = "s3cr3t";

/// Addresses with a password, of stores that are there, that are not, and of none.
const ADDRESSES: [&str; 9] = [
    "redis://me:s3cr3t@127.0.0.1:1/0",
    "rediss://:s3cr3t@127.0.0.1:1",
    "redis://s3cr3t@127.0.0.1:1/0?what=s3cr3t",
    "s3://s3cr3t:s3cr3t@bucket/p?endpoint=http://127.0.0.1:1&region=x",
    "s3://bucket/p?endpoint=http://me:s3cr3t@127.0.0.1:1",
    "s3://bucket/p?secret_access_key=s3cr3t",
    "file://me:s3cr3t@/mnt",
    "redis://me:s3cr3t/@host",
    "unknown://me:s3cr3t@host",
];

#[test]
fn no_password_of_an_address_is_printed_whatever_comes_of_it() {
    let fleet = Fleet::new();
    let commands =
        ["get", "put", "run", "doctor", "doctor --json", "stats", "clean --shared", "scan tree --json"];
    for address in ADDRESSES {
        for command in commands {
            let call = |options: &str| {
                let call = fleet.runner("one", options).words(command);
                let call = if ["get", "put", "run"].contains(&command) { call.words(KEY) } else { call };
                if command == "run" { call.sh("exit 0") } else { call.stdin("x") }
            };
            for options in ["--verbose", "--strict"] {
                call(options).env("BULLA_STORE", address).run().keeps_quiet_about(SECRET);
                call(options).arg("--store").arg(address).run().keeps_quiet_about(SECRET);
            }
        }
        // Where clap does not expect it.
        fleet.runner("one", "get").arg(address).ends(2).keeps_quiet_about(SECRET);
        let set = format!("--store={address}");
        fleet.runner("one", "gte").arg(&set).ends(2).keeps_quiet_about(SECRET);
        let file = fleet.bench().write("config/bulla/bulla.toml", format!("store = \"{address}\"\n"));
        set_mode(&file, 0o600);
        let get = || fleet.runner("one", "get --verbose").words(KEY).without_env("BULLA_STORE");
        get().run().keeps_quiet_about(SECRET);
        fleet.bench().user_config(&format!("store = [\"{address}\"]\n"));
        get().ends(2).keeps_quiet_about(SECRET);
        fleet.bench().user_config("");
    }
}

#[test]
fn nor_is_a_password_from_the_environment() {
    let fleet = Fleet::new();
    for command in ["get", "doctor --json", "get --verbose"] {
        let call = fleet.runner("one", command).env("BULLA_STORE_PASSWORD", SECRET);
        let call = call.env("BULLA_STORE", "rediss://me@127.0.0.1:1");
        let call = if command.starts_with("get") { call.words(KEY) } else { call };
        call.run().keeps_quiet_about(SECRET);
    }
}

#[test]
fn a_file_with_a_password_that_others_can_read_is_refused() {
    let fleet = Fleet::new();
    let file = fleet.bench().write("config/bulla/bulla.toml", "store = \"redis://me:s3cr3t@127.0.0.1:1\"\n");
    let get = || fleet.runner("one", "get").words(KEY).without_env("BULLA_STORE").run();
    for mode in [0o644, 0o604, 0o640] {
        set_mode(&file, mode);
        let refused = get().ended(2).says("holds the password of a store and can be read by others");
        refused.says("run `chmod 600` on it").keeps_quiet_about(SECRET);
    }
    set_mode(&file, 0o600);
    get().keeps_quiet_about("can be read by others");
    fleet.bench().user_config(&format!("store = \"{}\"\n", fleet.address()));
    get().ended(5);
}

#[test]
fn neither_address_nor_password_reaches_a_command_a_salt_command_a_key_command_or_a_scanner() {
    let fleet = Fleet::new();
    let with_secrets = |call: Invocation| {
        let call = call.env("BULLA_STORE_PASSWORD", SECRET).env("OTHER", "stays");
        call.env("BULLA_SHARED_WRITE", "sync").env("BULLA_SHARED_MODE", "read-write")
    };
    let ran = with_secrets(fleet.runner("one", "run").words(KEY).words("--salt-command").arg("env > salt"));
    let ran = ran.without_env("BULLA_KEY").env("BULLA_KEY_COMMAND", format!("env > asked; echo {HMAC_KEY}"));
    let seen = ran.args(["--", "env"]).ends(0);
    fleet.stage.does("grype", "PATH=/usr/bin:/bin env > seen; exit 1");
    let scanner =
        format!("PATH=/usr/bin:/bin env > {}; exit 1", fleet.bench().path("work/scanner").display());
    fleet.stage.does("grype", &scanner);
    with_secrets(fleet.runner("one", "scan tree --soft-fail")).run();
    let files =
        ["salt", "asked", "scanner"].map(|file| read_text(fleet.bench().path(&format!("work/{file}"))));
    for seen in files.into_iter().chain([seen.text()]) {
        assert!(seen.contains("PATH=") && !seen.contains("BULLA_") && !seen.contains(SECRET), "{seen}");
    }
}
