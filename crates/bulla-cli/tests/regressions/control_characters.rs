//! Texts that reached the terminal without being made plain.

use crate::harness::*;

const HOSTILE: &str = "evil\x1b[2J\u{9b}31m\u{202e}";

/// `stats` printed the directory's and the key file's path as they were.
#[test]
fn stats_shows_no_control_character_of_a_path() {
    let bench = Bench::new();
    let dir = format!("../{HOSTILE}");
    let key = bench.key_file(&format!("{HOSTILE}.key"), HMAC_KEY);
    bench.bulla("put").args(["--dir", &dir]).arg("--key-file").arg(&key).words(KEY).stdin("x").ends(0);
    let stats = bench.bulla("stats").args(["--dir", &dir]).arg("--key-file").arg(&key).ends(0);
    assert!(!has_control_character(&stats.stdout) && !stats.text().contains('\u{202e}'), "{stats:?}");
}

/// The argument parser repeats a wrong value, which may be a branch's name. On a terminal it did so as it was.
#[test]
fn a_usage_error_shows_no_control_character_of_a_wrong_value() {
    let bench = Bench::new();
    for call in [
        bench.bulla("ls").args(["--op", HOSTILE]),
        bench.bulla("ls").arg(HOSTILE),
        bench.bulla("").arg(HOSTILE),
    ] {
        let (code, screen) = call.on_a_terminal("");
        assert_eq!(code, 2, "{screen:?}");
        for part in ["\x1b[2J", "\u{9b}", "\u{202e}"] {
            assert!(!screen.contains(part), "{part:?} in {screen:?}");
        }
    }
}
