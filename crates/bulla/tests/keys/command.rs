//! Keys that a command prints, such as a secrets manager's. What its environment holds: tests/secrets.rs.

use bulla::{Key, KeyProblem, KeySource};

use super::{key_error, open};
use crate::support::Home;

fn key() -> Key {
    Key::hmac(&[3; 32])
}

fn command(text: impl Into<String>) -> KeySource {
    KeySource::Command(text.into())
}

#[test]
fn what_it_prints_is_the_ring() {
    let home = Home::new();
    let source = command(format!("echo '# from the vault'; echo {}", &*key().to_text()));
    let cache = open(&home, &source).unwrap();
    assert_eq!(cache.ring().keys()[0].id(), key().id());
    assert_eq!(source.describe(), "key command", "the command may hold a secret");
}

#[test]
fn its_standard_input_is_empty() {
    let home = Home::new();
    let source = command(format!("cat; echo {}", &*key().to_text()));
    assert_eq!(open(&home, &source).unwrap().ring().keys().len(), 1);
}

#[test]
fn a_command_that_fails_gives_no_key_whatever_it_printed() {
    for (ending, how) in [("exit 3", "exit status: 3"), ("kill -9 $$", "signal: 9")] {
        let home = Home::new();
        let error = key_error(open(&home, &command(format!("echo {}; {ending}", &*key().to_text()))));
        assert!(matches!(error.problem(), KeyProblem::Command(found) if found.contains(how)), "{error}");
        let text = error.to_string();
        assert!(text.starts_with("the key command failed (") && !text.contains(ending), "{text}");
    }
}

#[test]
fn a_command_that_prints_no_key_is_an_error_about_its_output() {
    let home = Home::new();
    let empty = key_error(open(&home, &command("true")));
    assert!(matches!(empty.problem(), KeyProblem::Empty), "{empty}");
    let garbage = key_error(open(&home, &command("echo secret-garbage")));
    assert!(matches!(garbage.problem(), KeyProblem::Line(1, _)), "{garbage}");
    assert!(garbage.to_string().starts_with("the key command's output, line 1: not a key"), "{garbage}");
    assert!(!garbage.to_string().contains("secret-garbage"), "{garbage}");
}

#[test]
fn a_command_that_prints_without_end_is_cut_off() {
    let home = Home::new();
    let error = key_error(open(&home, &command("yes")));
    assert!(matches!(error.problem(), KeyProblem::Command(_) | KeyProblem::TooLong), "{error}");
}
