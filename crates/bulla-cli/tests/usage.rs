//! Command lines and surroundings that are wrong: exit 2, a clear word about it, and nothing made anywhere.

mod harness;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use harness::*;

/// What somebody may write to reach out of the directory, or to break what prints it. The library's own tests
/// take 10 MB and NUL too: no argument of a process can hold either.
fn hostile() -> Vec<OsString> {
    let long = "a".repeat(100 << 10);
    let texts = [
        "../../../etc",
        "..",
        ".",
        "/etc/passwd",
        "..\\..\\windows",
        "a/b",
        "a\\b",
        "",
        " ",
        "~",
        "$HOME",
        "a b",
        &long,
        "a\nb",
        "a\rb",
        "\x1b[2J",
        "\x7f",
        "\u{202e}fdp",
        "\u{9b}31m",
        "-",
        "-a",
        "A",
        "CON",
        "a%2fb",
        "é",
    ];
    let not_utf_8 = OsString::from_vec(vec![b'a', 0xff]);
    texts.into_iter().map(OsString::from).chain([not_utf_8]).collect()
}

/// Every command that takes a question.
const ASKING: [&str; 5] = ["put", "get", "rm", "path", "inspect"];

/// Nothing was made but what the test itself brought.
#[track_caller]
fn made_nothing(bench: &Bench) {
    assert!(!is_there(bench.dir()), "the cache directory was made");
    assert_eq!(names(bench.root()), ["cache", "config", "home", "work"]);
    for dir in ["cache", "home", "work"] {
        assert_eq!(names(&bench.path(dir)), [""; 0], "in {dir}");
    }
}

#[test]
fn an_operation_made_to_escape_is_a_usage_error() {
    let bench = Bench::new();
    for op in hostile() {
        for command in ASKING {
            let asked =
                bench.bulla(command).arg("--subject").arg(SUBJECT).arg("--op").arg(&op).stdin("x").ends(2);
            assert!(!asked.stderr.is_empty() && asked.stdout.is_empty(), "{asked:?}");
        }
        bench.bulla("ls --op").arg(&op).ends(2);
    }
    made_nothing(&bench);
}

#[test]
fn a_subject_made_to_escape_is_a_usage_error() {
    let bench = Bench::new();
    for subject in hostile() {
        for command in ASKING {
            bench.bulla(command).args(["--op", "signature", "--subject"]).arg(&subject).stdin("x").ends(2);
        }
    }
    made_nothing(&bench);
}

#[test]
fn a_config_made_to_escape_is_a_usage_error() {
    let bench = Bench::new();
    for config in hostile() {
        for command in ASKING {
            bench.bulla(command).words(KEY).arg("--config").arg(&config).stdin("x").ends(2);
        }
    }
    made_nothing(&bench);
}

#[test]
fn the_message_says_what_is_expected() {
    let bench = Bench::new();
    let expected = "expected `sha256:` and 64 lowercase hexadecimal digits";
    bench
        .bulla("get --op .. --subject")
        .arg(SUBJECT)
        .ends(2)
        .says("error: invalid operation: expected 1 to 64 of a-z, 0-9 and '-'");
    bench.bulla("get --op sbom --subject ..").ends(2).says(format!("error: invalid subject: {expected}"));
    bench.bulla("get --config ..").words(KEY).ends(2).says(format!("error: invalid config: {expected}"));
    for almost in [SUBJECT.to_uppercase(), SUBJECT[..70].to_owned(), SUBJECT.replace("sha256", "sha512")] {
        bench.bulla("get --op sbom --subject").arg(almost).ends(2);
    }
}

#[test]
fn a_tag_that_can_move_is_refused_with_the_way_to_pin_it() {
    let bench = Bench::new();
    for command in ASKING {
        let asked = bench.bulla(command).words("--op sbom --subject alpine:latest").stdin("{}").ends(2);
        asked
            .says("the subject `alpine:latest` has no digest, so what it names can change")
            .says("pin it as `alpine:latest@sha256:...`")
            .says("skopeo inspect --format '{{.Digest}}' docker://alpine:latest");
    }
    made_nothing(&bench);
}

#[test]
fn a_pinned_reference_is_taken_by_its_digest_whatever_it_is_called() {
    let bench = Bench::new();
    bench.put("x");
    for name in ["alpine", "alpine:latest", "registry.example:5000/team/app:1.2", "anything at all"] {
        let get = bench.bulla("get --op signature --subject").arg(format!("{name}@{SUBJECT}"));
        get.ends(0).gives("x");
    }
    bench.bulla("get --op signature --subject").arg(format!("alpine@{OTHER_SUBJECT}")).ends(5);
    bench.bulla("get --op signature --subject alpine@sha256:12").ends(2);
}

#[test]
fn unknown_commands_flags_and_values_are_named() {
    let bench = Bench::new();
    bench.bulla("").ends(2).says("Usage: bulla");
    bench.bulla("fly").ends(2).says("fly");
    bench.bulla("put --flag").words(KEY).ends(2).says("--flag");
    bench.bulla("get").ends(2).says("--op").says("--subject");
    bench.bulla("get --op sbom").ends(2).says("--subject");
    bench.bulla("get extra").words(KEY).ends(2).says("extra");
    bench.bulla("ls --color sometimes").ends(2).says("auto").says("always").says("never");
    bench.bulla("ls --quiet --verbose").ends(2).says("cannot be used with");
    bench.bulla("clear --no").ends(2);
    made_nothing(&bench);
}

#[test]
fn a_wrong_mode_is_named_with_the_right_ones_wherever_it_stands() {
    let bench = Bench::new();
    let modes = "expected one of read-write, read-only, write-only, off";
    bench.bulla("get --mode readonly").words(KEY).ends(2).says(modes);
    bench
        .bulla("get")
        .words(KEY)
        .env("BULLA_MODE", "READ-ONLY")
        .ends(2)
        .says(format!("error: BULLA_MODE: {modes}"));
    bench.user_config("mode = \"none\"\n");
    bench.bulla("get").words(KEY).ends(2).says("bulla.toml").says(modes);
    made_nothing(&bench);
}

#[test]
fn a_wrong_lane_is_named_with_the_right_ones() {
    let bench = Bench::new();
    let put = bench.bulla("put").words(KEY).env("BULLA_LANE", "trunk").stdin("x").ends(2);
    put.says("error: BULLA_LANE: `trunk` is no lane; expected one of main, pr, local");
    made_nothing(&bench);
}

#[test]
fn no_home_and_no_xdg_directory_is_an_error_that_says_what_to_name() {
    let bench = Bench::new();
    let homeless =
        |words: &str| bench.bulla(words).words(KEY).without_env("HOME").without_env("XDG_CACHE_HOME");
    homeless("put").stdin("x").ends(2).says("neither HOME nor XDG_CACHE_HOME is set; name one with --dir");
    made_nothing(&bench);
    homeless("put --dir here").stdin("x").ends(0);
    homeless("get --dir here").ends(0).gives("x");
}

#[test]
fn a_home_that_is_not_absolute_is_none() {
    let bench = Bench::new();
    for home in ["", "relative", "./x"] {
        let get = bench.bulla("get").words(KEY).env("HOME", home).env("XDG_CACHE_HOME", home);
        get.ends(2).says("there is no default cache directory");
    }
    made_nothing(&bench);
}

#[test]
fn a_directory_or_file_named_by_an_empty_text_is_a_usage_error() {
    let bench = Bench::new();
    for flag in ["--dir", "--config-file", "--key-file"] {
        bench.bulla("put").words(KEY).args([flag, ""]).stdin("x").ends(2).says(flag);
    }
    made_nothing(&bench);
    // In the environment an empty text is as good as none.
    for variable in [
        "BULLA_DIR",
        "BULLA_CONFIG",
        "BULLA_KEY_FILE",
        "BULLA_KEY",
        "BULLA_KEY_COMMAND",
        "BULLA_MODE",
        "BULLA_LANE",
    ] {
        bench.bulla("put").words(KEY).env(variable, "").stdin("x").ends(0);
    }
    assert!(bench.entry().is_file());
}

#[test]
fn help_and_version_are_results_and_read_no_settings() {
    let bench = Bench::new();
    bench.project_config("garbage");
    let version = bench.bulla("--version").ends(0).without_a_word().text();
    assert_eq!(version, format!("bulla {}\n", env!("CARGO_PKG_VERSION")));
    for words in ["--help", "-h", "put --help", "run -h", "key generate --help"] {
        let help = bench.bulla(words).without_env("HOME").ends(0).without_a_word().text();
        assert!(help.contains("Usage: bulla"), "{help}");
    }
}
