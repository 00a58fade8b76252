//! A tree that was made to hang the program, to fill its memory or to lead it elsewhere.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::*;
use crate::place::{Place, UNPINNED, WORKFLOW};

/// The address space that the program gets, in KiB.
const MEMORY: u32 = 512 << 10;
const TIME: Duration = Duration::from_secs(20);

/// Runs `bulla controls check` on all controls, in little memory.
#[track_caller]
fn check(place: &Place, words: &str) -> Output {
    let start = Instant::now();
    let script = format!("ulimit -v {MEMORY} && exec \"$0\" controls check {words}");
    let run = place.bench.program("sh").args(["-c", &script]).arg(place.bench.bulla_path());
    let run = run.current_dir(place.path("")).run();
    assert!(start.elapsed() < TIME, "it took {:?}: {run:?}", start.elapsed());
    run
}

fn sparse(place: &Place, path: &str, bytes: u64) {
    File::options().write(true).open(place.write(path, "")).unwrap().set_len(bytes).unwrap();
}

/// Ten levels of lists, each of ten of the one below.
fn alias_bomb() -> String {
    let mut bomb = "on: push\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    bomb + "jobs: *a9\n"
}

#[test]
fn each_file_that_cannot_be_read_is_evidence_and_the_others_are_judged() {
    let place = Place::of(&[
        (WORKFLOW, UNPINNED),
        (".github/workflows/bomb.yml", &alias_bomb()),
        (".github/workflows/deep.yml", &"[".repeat(1 << 19)),
        (
            ".github/workflows/wide.yml",
            &format!("on: push\njobs:\n  a:\n    steps: [{}]", "{},".repeat(200_000)),
        ),
        (".gitignore", "*\n"),
    ]);
    sparse(&place, "SECURITY.md", 1 << 30);
    sparse(&place, ".github/workflows/zeros.yml", 50 << 20);
    sparse(&place, ".github/CODEOWNERS", 1 << 30);
    place.write(".github/workflows/large.yml", format!("{UNPINNED}# {}", "x".repeat(50 << 20)));
    make_fifo(&place.path(".github/workflows/fifo.yml"));
    make_link("/dev/zero", place.path(".github/workflows/zero.yml"));
    make_link(".", place.path(".github/loop"));
    make_link("loop", place.path("loop"));
    write(place.path(".github/workflows").join(OsStr::from_bytes(b"\xff.yml")), UNPINNED);

    let document: Value = check(&place, "--json").ended(3).without_a_word().json();
    let controls = document["controls"].as_array().unwrap();
    let pinned = controls.iter().find(|control| control["id"] == "pinned-actions").unwrap();
    let said = |file: &str| {
        let evidence = pinned["evidence"].as_array().unwrap();
        let path = format!(".github/workflows/{file}");
        let evidence =
            evidence.iter().find(|evidence| evidence["file"] == path).unwrap_or_else(|| panic!("{file}"));
        evidence["message"].as_str().unwrap().to_owned()
    };
    assert!(said("ci.yml").contains("held to `v4`"));
    let unreadable = [
        ("bomb.yml", ""),
        ("deep.yml", ""),
        ("wide.yml", ""),
        ("zeros.yml", "it is larger than 1 MiB"),
        ("large.yml", "it is larger than 1 MiB"),
        ("fifo.yml", "it is not a regular file"),
        ("zero.yml", "it is a symbolic link"),
        ("\u{fffd}.yml", "its name is not UTF-8"),
    ];
    for (file, why) in unreadable {
        assert!(said(file).starts_with("cannot be read: ") && said(file).contains(why), "{}", said(file));
    }
    for format in ["terminal", "markdown", "sarif", "html"] {
        check(&place, &format!("--output {format}=-")).ended(3).without_a_word();
    }
}

#[test]
fn an_ignore_file_that_never_ends_is_an_error() {
    let place = Place::unpinned();
    sparse(&place, "deep/.gitignore", 1 << 30);
    let run = check(&place, "").ended(1).gives("");
    run.says("error: cannot use ./deep/.gitignore: with those above it, it is larger than 256 KiB");
}

#[test]
fn more_than_anybody_writes_is_an_error() {
    let place = Place::unpinned();
    for number in 0..20 {
        sparse(&place, &format!("packages/{number}/package.json"), 1 << 20);
    }
    check(&place, "").ended(1).says("that controls read have more than 16 MiB").gives("");
}
