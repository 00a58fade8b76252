//! No child process sees a `BULLA_*` variable: the key reaches nobody else, and neither does where it comes from. Nor
//! does a child see the standard input, which would change a result without being in its key.
//!
//! A test cannot set variables of its own process safely, so each one starts this program once more.

#![expect(clippy::disallowed_methods, reason = "the environment is what these tests are about")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use bulla::{Cache, DigestAlgorithm, Key, KeySource, Outputs, Recipe, RunOptions, Settings, Subject, run};
use support::{Home, once_more};

/// Where the inner run's child writes what it sees. Not secret, so it must come through.
const SEEN: &str = "WHERE_TO_WRITE_WHAT_IS_SEEN";

/// Runs `inner` in a process of its own, with secrets in its environment and on its standard input, and checks what
/// its child saw.
fn no_secret_is_seen(test: &str, inner: impl FnOnce(&Path)) {
    let home = Home::new();
    let seen = home.beside("seen");
    let Some(mut again) = once_more(test) else {
        return inner(Path::new(&env::var_os(SEEN).unwrap()).parent().unwrap());
    };
    again.env(SEEN, &seen).env("NOT_BULLA", "kept");
    for name in ["BULLA_KEY", "BULLA_KEY_FILE", "BULLA_KEY_COMMAND", "BULLA_DIR", "BULLA_", "BULLA_ANYTHING"]
    {
        again.env(name, "hunter2");
    }
    fs::write(home.beside("input"), "hunter2").unwrap();
    let output = again.stdin(fs::File::open(home.beside("input")).unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("NOT_BULLA=kept"), "everything else comes through: {seen}");
    assert!(!seen.contains("BULLA_") && !seen.contains("hunter2"), "{seen}");
}

/// A shell command that writes down its environment, and what comes in on its standard input.
fn look() -> String {
    format!("env > \"${SEEN}\"; cat >> \"${SEEN}\"")
}

fn recipe(command: &[&str]) -> Recipe {
    Recipe {
        operation: "signature".parse().unwrap(),
        subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
        command: command.iter().map(Into::into).collect(),
        inputs: Vec::new(),
        env: Vec::new(),
        salt_command: None,
    }
}

fn from_environment(name: &OsStr) -> Option<std::ffi::OsString> {
    env::var_os(name)
}

#[test]
fn a_key_command_sees_no_secret() {
    no_secret_is_seen("a_key_command_sees_no_secret", |home| {
        let command = format!("{}; echo {}", look(), &*Key::hmac(&[3; 32]).to_text());
        Cache::open(&home.join("cache"), &KeySource::Command(command), Settings::default()).unwrap();
    });
}

#[test]
fn a_salt_command_sees_no_secret() {
    no_secret_is_seen("a_salt_command_sees_no_secret", |_| {
        let salted = Recipe { salt_command: Some(look().into()), ..recipe(&["sh"]) };
        salted.capture(&from_environment, None).unwrap();
    });
}

#[test]
fn a_command_that_is_run_sees_no_secret() {
    no_secret_is_seen("a_command_that_is_run_sees_no_secret", |_| {
        let recipe = recipe(&["sh", "-c", &look()]);
        let captured = recipe.capture(&from_environment, None).unwrap();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut stderr, waiting: &mut |_| () };
        let ran = run(None, &captured, &recipe.command, &RunOptions::default(), &mut outputs).unwrap();
        assert_eq!((ran.code, String::from_utf8_lossy(&stderr).as_ref()), (0, ""));
    });
}
