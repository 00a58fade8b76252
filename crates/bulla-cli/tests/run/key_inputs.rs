//! What enters the key and what does not, as docs/key-inputs.md has it.

use super::{counted, ran, run};
use crate::harness::*;

/// Runs the script and says whether it was really run.
fn is_run(bench: &Bench, options: &str) -> bool {
    let before = ran(bench);
    run(bench, options).sh(&counted(":")).ends(0);
    ran(bench) > before
}

#[test]
fn the_command_line_changes_the_key_and_so_does_each_cut_through_it() {
    let bench = Bench::new();
    let lines: [&[&str]; 6] = [
        &["echo"],
        &["echo", "a"],
        &["echo", "ab"],
        &["echo", "a", "b"],
        &["echo", "", "ab"],
        &["echo", "b", "a"],
    ];
    for line in lines {
        let first = run(&bench, "--json").arg("--").args(line).ends(0);
        assert_eq!(first.stderr_json()["outcome"], "miss", "{line:?}");
        let second = run(&bench, "--json").arg("--").args(line).ends(0);
        assert_eq!(second.stderr_json()["outcome"], "hit", "{line:?}");
    }
}

#[test]
fn the_program_s_file_changes_the_key_by_its_content_and_not_by_its_place() {
    let bench = Bench::new();
    let call = |path: &str| {
        let found = format!("{}:/usr/bin:/bin", bench.path(path).display());
        run(&bench, "--json").env("PATH", found).args(["--", "tool"]).ends(0)
    };
    bench.make_dir("a");
    bench.make_dir("b");
    bench.script("a/tool", "echo one");
    bench.script("b/tool", "echo one");
    assert_eq!(call("a").gives("one\n").stderr_json()["outcome"], "miss");
    assert_eq!(call("b").gives("one\n").stderr_json()["outcome"], "hit");
    bench.script("b/tool", "echo two");
    assert_eq!(call("b").gives("two\n").stderr_json()["outcome"], "miss");
    assert_eq!(call("a").gives("one\n").stderr_json()["outcome"], "hit");
}

#[test]
fn an_input_file_changes_the_key_by_its_content() {
    let bench = Bench::new();
    let file = bench.write("work/db", "v1");
    assert!(is_run(&bench, "--input db"));
    assert!(!is_run(&bench, "--input db"));
    bench.write("work/db", "v2");
    assert!(is_run(&bench, "--input db"));
    bench.write("work/db", "v1");
    std::fs::File::options().append(true).open(file).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert!(!is_run(&bench, "--input db"), "the time of the file does not count");
    assert!(is_run(&bench, ""), "no input is another key");
    assert!(is_run(&bench, "--input db --input db"), "and twice the same one, too");
}

#[test]
fn an_input_tree_changes_the_key_with_anything_in_it() {
    let bench = Bench::new();
    bench.make_dir("work/tree/sub");
    bench.write("work/tree/sub/file", "content");
    let mut changes: Vec<Box<dyn Fn()>> = Vec::new();
    changes.push(Box::new(|| ()));
    changes.push(Box::new(|| drop(bench.write("work/tree/sub/file", "changed"))));
    changes.push(Box::new(|| drop(bench.write("work/tree/new", ""))));
    changes.push(Box::new(|| drop(bench.make_dir("work/tree/empty"))));
    changes.push(Box::new(|| set_mode(bench.path("work/tree/new"), 0o755)));
    changes.push(Box::new(|| make_link("new", bench.path("work/tree/link"))));
    changes.push(Box::new(|| make_fifo(&bench.path("work/tree/fifo"))));
    changes.push(Box::new(|| std::fs::remove_dir(bench.path("work/tree/empty")).unwrap()));
    for (nth, change) in changes.iter().enumerate() {
        change();
        assert!(is_run(&bench, "--input tree"), "change {nth}");
        assert!(!is_run(&bench, "--input tree"), "change {nth}");
    }
}

#[test]
fn a_subject_by_its_path_is_its_content_wherever_it_lies() {
    let bench = Bench::new();
    let call = |path: &str| {
        let report = bench
            .bulla("run --op signature --json --subject-path")
            .arg(path)
            .sh("echo out")
            .ends(0)
            .stderr_json();
        (
            report["outcome"].as_str().unwrap().to_owned(),
            report["key"]["subject"].as_str().unwrap().to_owned(),
        )
    };
    bench.make_dir("work/project");
    bench.write("work/project/package-lock.json", "{}");
    let first = call("project");
    assert_eq!(first.0, "miss");
    rename(bench.path("work/project"), bench.path("work/moved"));
    assert_eq!(call("./moved/"), ("hit".to_owned(), first.1.clone()));
    bench.make_dir("work/moved/.git");
    assert_eq!(call("moved").0, "hit", "what version control keeps is no content");
    bench.write("work/moved/package-lock.json", "{ }");
    let changed = call("moved");
    assert!(changed.0 == "miss" && changed.1 != first.1);
    assert_eq!(call("moved/package-lock.json").0, "miss", "a file is a subject too");
}

#[test]
fn a_cache_inside_the_tree_it_is_about_does_not_change_the_tree() {
    let bench = Bench::new();
    bench.write("work/file", "x");
    let call = || {
        bench
            .bulla("run --op signature --json --dir .bulla --subject-path .")
            .sh("echo out")
            .ends(0)
            .stderr_json()
    };
    assert_eq!(call()["outcome"], "miss");
    assert_eq!(call()["outcome"], "hit");
}

#[test]
fn a_named_variable_changes_the_key_set_empty_or_unset() {
    let bench = Bench::new();
    let outcome = |value: Option<&str>, options: &str| {
        let call = run(&bench, "--json").words(options).sh("echo out");
        let call = if let Some(value) = value { call.env("LEVEL", value) } else { call };
        call.ends(0).stderr_json()["outcome"].as_str().unwrap().to_owned()
    };
    for value in [None, Some(""), Some("high"), Some("low")] {
        assert_eq!(outcome(value, "--env LEVEL"), "miss", "{value:?}");
        assert_eq!(outcome(value, "--env LEVEL"), "hit", "{value:?}");
    }
    assert_eq!(outcome(Some("high"), ""), "miss");
    assert_eq!(outcome(Some("low"), ""), "hit", "what is not named does not count");
    assert_eq!(outcome(Some("low"), "--env LEVEL --env LEVEL"), "hit", "naming it twice says nothing new");
}

#[test]
fn the_order_of_the_named_variables_does_not_count() {
    let bench = Bench::new();
    assert!(is_run(&bench, "--env HOME --env LC_ALL"));
    assert!(!is_run(&bench, "--env LC_ALL --env HOME"));
}

#[test]
fn the_output_of_the_salt_command_changes_the_key_and_its_text_does_not() {
    let bench = Bench::new();
    let outcome = |salt: &str| {
        let call = run(&bench, "--json").args(["--salt-command", salt]).sh("echo out").ends(0).gives("out\n");
        call.stderr_json()["outcome"].as_str().unwrap().to_owned()
    };
    bench.write("work/version", "db 1");
    assert_eq!(outcome("cat version"), "miss");
    assert_eq!(outcome("cat version"), "hit");
    assert_eq!(outcome("echo 'db 1' | tr -d '\\n'"), "hit");
    bench.write("work/version", "db 2");
    assert_eq!(outcome("cat version"), "miss");
    assert_eq!(outcome("true"), "miss");
}

#[test]
fn what_the_salt_command_says_on_standard_error_is_shown_and_does_not_count() {
    let bench = Bench::new();
    for _ in 0..2 {
        let call = run(&bench, "").args(["--salt-command", "echo v1; echo careful >&2"]).sh(&counted(":"));
        call.ends(0).says("careful\n");
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn the_working_directory_does_not_change_the_key() {
    let bench = Bench::new();
    let elsewhere = bench.make_dir("elsewhere");
    run(&bench, "").args(["--", "pwd"]).ends(0);
    let there = run(&bench, "").current_dir(elsewhere).args(["--", "pwd"]).ends(0);
    there.gives(format!("{}\n", bench.work().canonicalize().unwrap().display()));
}

#[test]
fn the_options_of_bulla_itself_do_not_change_the_key() {
    let bench = Bench::new();
    assert!(is_run(&bench, ""));
    for options in [
        "--ttl 1h",
        "--explain",
        "--json",
        "--verbose",
        "--quiet",
        "--strict",
        "--cache-failures",
        "--wait 1s",
    ] {
        assert!(!is_run(&bench, options), "{options}");
    }
}

#[test]
fn a_variable_is_named_without_its_value() {
    let bench = Bench::new();
    for name in ["LEVEL=high", "=", ""] {
        let wrong = run(&bench, "--env").arg(name).sh("true").ends(125);
        wrong.says("expected the name of a variable, without its value");
    }
}

#[test]
fn a_program_is_not_taken_from_a_relative_place() {
    let bench = Bench::new();
    bench.make_dir("work/tools");
    bench.script("work/tools/tool", "echo planted");
    for path in ["tools", ".:tools", "", ":/usr/bin:/bin"] {
        run(&bench, "")
            .env("PATH", path)
            .args(["--", "tool"])
            .ends(127)
            .gives("")
            .says("command not found: tool");
    }
    run(&bench, "").args(["--", "tools/tool"]).ends(0).gives("planted\n");
}
