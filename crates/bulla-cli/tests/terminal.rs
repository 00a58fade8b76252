//! What the program does only where somebody sits in front of it.

mod harness;

use harness::*;

/// A cache with a good entry and one with a forged header.
fn half_good() -> Bench {
    let bench = Bench::new();
    bench.put("x");
    bench.put_as(OTHER_KEY, "y");
    flip(&bench.entry_of(OTHER_KEY), 40);
    bench
}

#[test]
fn clear_asks_and_yes_in_any_writing_removes_everything() {
    for answer in ["y\n", "Y\n", "yes\n", " YES \n"] {
        let bench = Bench::new();
        bench.put("x");
        let (code, screen) = bench.bulla("clear").on_a_terminal(answer);
        let question = format!("Remove every entry and the key in {}? [y/N] ", bench.dir().display());
        assert!(code == 0 && screen.contains(&question), "{code}: {screen}");
        assert!(!is_there(bench.dir()), "{answer:?}");
    }
}

#[test]
fn any_other_answer_removes_nothing() {
    // The last one is the end of the input, as a terminal has it.
    for answer in ["\n", "n\n", "no\n", "yeah\n", "y y\n", "\x04"] {
        let bench = Bench::new();
        bench.put("x");
        let before = snapshot(&bench.dir());
        let (code, screen) = bench.bulla("clear").on_a_terminal(answer);
        assert!(code == 1 && screen.contains("nothing was removed"), "{answer:?}, {code}: {screen}");
        assert_eq!(snapshot(&bench.dir()), before, "{answer:?}");
    }
}

#[test]
fn clear_with_yes_asks_nobody() {
    let bench = Bench::new();
    bench.put("x");
    let (code, screen) = bench.bulla("clear --yes").on_a_terminal("n\n");
    assert!(code == 0 && !screen.contains("[y/N]") && !is_there(bench.dir()), "{screen}");
}

#[test]
fn verify_shows_how_far_it_is_and_takes_that_away_again() {
    let bench = half_good();
    let (code, screen) = bench.bulla("verify").on_a_terminal("");
    assert_eq!(code, 4, "{screen}");
    assert!(screen.contains("proving "), "{screen:?}");
    let last = screen.lines().last().unwrap();
    assert!(last.ends_with(
        "2 entries: 1 good, 1 refused as forged, damaged or misplaced, 0 expired or not accepted"
    ));
    for words in ["verify --quiet", "verify --json"] {
        let (_, screen) = bench.bulla(words).on_a_terminal("");
        assert!(!screen.contains("proving "), "{words}: {screen:?}");
    }
}

#[test]
fn colours_are_for_a_terminal_unless_somebody_says_no() {
    let bench = half_good();
    let is_colourful = |call: Invocation| call.on_a_terminal("").1.contains("\x1b[31mbad-seal");
    assert!(is_colourful(bench.bulla("verify --quiet")));
    assert!(!is_colourful(bench.bulla("verify --quiet --color never")));
    assert!(!is_colourful(bench.bulla("verify --quiet").env("NO_COLOR", "1")));
    assert!(is_colourful(bench.bulla("verify --quiet").env("NO_COLOR", "")), "as the convention has it");
    assert!(is_colourful(bench.bulla("verify --quiet --color always").env("NO_COLOR", "1")));
}

#[test]
fn what_others_wrote_does_not_move_the_cursor() {
    let bench = Bench::new();
    let dir = "../evil\x1b[2J\u{9b}31m\x07";
    bench.bulla("put").args(["--dir", dir]).words(KEY).stdin("x").ends(0);
    for words in ["ls", "verify --quiet", "doctor", "clear", "clean", "key show --kind ed25519"] {
        let (_, screen) = bench.bulla(words).args(["--dir", dir, "--color", "never"]).on_a_terminal("n\n");
        assert!(!has_control_character(screen.as_bytes()), "{words}: {screen:?}");
    }
}
