//! The action, the example pipelines and the pages that show them.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the repository's files and say where programs are"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[track_caller]
fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands in `text` between `before` and `after`, each time.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap().trim()).collect()
}

#[test]
#[ignore = "needs zizmor: cargo xtask test"]
fn zizmor_finds_nothing_in_the_action_the_example_and_this_repository_even_if_it_is_pedantic() {
    let path = env::var_os("PATH").unwrap_or_default();
    let given = env::var_os("BULLA_TEST_TOOLS").map(PathBuf::from);
    let mut places = given.into_iter().chain(env::split_paths(&path)).map(|dir| dir.join("zizmor"));
    let zizmor = places.find(|file| file.is_file()).expect("zizmor is in BULLA_TEST_TOOLS or in PATH");
    let lint = |files: &[&str]| {
        let mut command = Command::new(&zizmor);
        command.args(["--offline", "--no-progress", "--pedantic", "--no-config", "--format", "json"]);
        command.args(files).current_dir(root()).output().unwrap()
    };
    let found = lint(&["action.yml", "docs/examples/github-workflow.yml", ".github"]);
    let report = String::from_utf8(found.stdout).unwrap();
    let said = String::from_utf8_lossy(&found.stderr);
    assert!(found.status.success(), "{report}{said}");
    assert_eq!(report.trim(), "[]");
    // What it can't read is a warning to it.
    assert!(!said.contains("WARN"), "{said}");

    // It does look: an input inside a script is found.
    let bad = tempfile::tempdir().unwrap();
    let action = text("action.yml").replace("scan.sh\"'", "scan.sh\" ${{ inputs.target }}'");
    fs::write(bad.path().join("action.yml"), action).unwrap();
    let found = lint(&[bad.path().join("action.yml").to_str().unwrap()]);
    assert!(String::from_utf8(found.stdout).unwrap().contains("template-injection"));
}

#[test]
fn the_pages_show_the_examples_as_they_are() {
    for (page, example) in [
        ("docs/github-actions.md", "docs/examples/github-workflow.yml"),
        ("docs/gitlab-ci.md", "docs/examples/gitlab-ci.yml"),
    ] {
        let block = format!("```yaml\n{}```\n", text(example));
        assert!(text(page).ends_with(&block), "{page} does not end with {example}");
    }
    let page = text("docs/github-actions.md");
    let short = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(short.lines().count(), 5);
    let whole = text("docs/examples/github-workflow.yml");
    for line in short.lines() {
        assert!(whole.contains(line), "the example has no line {line:?}");
    }
}

#[test]
fn every_action_that_is_used_is_pinned_by_its_commit() {
    for file in ["action.yml", "docs/examples/github-workflow.yml"] {
        let text = text(file);
        let used = between(&text, "uses: ", '\n');
        assert!(used.len() > 1, "{file}");
        for used in used {
            let (_, pin) = used.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # ").unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{used}");
            assert!(!version.is_empty());
        }
    }
}

#[test]
fn every_push_and_pull_request_is_held_to_what_the_script_runs() {
    let workflow = text(".github/workflows/ci.yml");
    let steps: BTreeSet<_> = between(&workflow, "run: ", '\n').into_iter().collect();
    let script = text(".ci/run");
    let commands: Vec<_> = script.lines().filter(|line| line.starts_with("cargo ")).collect();
    assert_eq!(commands.len(), 3);
    for command in commands {
        let command = command.split('#').next().unwrap().trim();
        assert!(steps.contains(command), "{command} is no step of the workflow");
    }
}

#[test]
fn every_workflow_builds_with_the_same_toolchain() {
    let workflows = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut toolchains = Vec::new();
    for workflow in workflows {
        let text = fs::read_to_string(workflow.unwrap().path()).unwrap();
        toolchains.extend(between(&text, "rustup toolchain install ", ' ').into_iter().map(str::to_owned));
        toolchains.extend(between(&text, "rustup default ", '\n').into_iter().map(str::to_owned));
    }
    assert!(toolchains.len() > 10, "{toolchains:?}");
    assert_eq!(toolchains.iter().collect::<BTreeSet<_>>().len(), 1, "{toolchains:?}");
}

/// A pattern for the whole directory would take a key along that somebody left in it.
#[test]
fn nothing_but_sealed_entries_travels() {
    let action = text("action.yml");
    assert_eq!(between(&action, "\n        path: ", '\n'), ["${{ runner.temp }}/bulla-cache/*.bulla"; 2]);
    let keys = between(&action, "\n        key: ", '\n');
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    let jobs = text("docs/examples/gitlab-ci.yml");
    assert_eq!(between(&jobs, "    paths:\n      - ", '\n')[0], ".bulla-cache/*.bulla");
}

#[test]
fn every_input_is_declared_used_and_told_of() {
    let action = text("action.yml");
    let declarations = action.split("inputs:\n").nth(1).unwrap().split("\noutputs:").next().unwrap();
    let name = |line: &str| Some(line.strip_prefix("  ")?.strip_suffix(':')?.to_owned());
    let declared: BTreeSet<_> =
        declarations.lines().filter(|line| !line.starts_with("   ")).filter_map(name).collect();
    let used: BTreeSet<_> =
        between(&action, "${{ inputs.", ' ').into_iter().map(|name| name.replace(" }}", "")).collect();
    assert_eq!(declared, used);
    let page = text("docs/github-actions.md");
    for input in &declared {
        assert!(page.contains(&format!("`{input}`")), "docs/github-actions.md does not tell of {input}");
    }

    let script = text("action/scan.sh");
    let given: BTreeSet<_> = between(&action, "        INPUT_", ':').into_iter().collect();
    let word = |rest: &str| rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
    let read: BTreeSet<_> = script.split("INPUT_").skip(1).map(|rest| &rest[..word(rest)]).collect();
    assert_eq!(given, read);
}

#[test]
fn the_script_uses_flags_that_the_program_has() {
    let script = text("action/scan.sh");
    let manual = text("docs/cli.md");
    let scan = manual.split("\n## bulla scan\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let calls = |line: &&str| {
        ["switch ", "each ", "one ", "  one ", "args="].iter().any(|call| line.starts_with(call))
    };
    let mut flags = 0;
    for line in script.lines().filter(calls) {
        for flag in
            line.split(|c: char| !c.is_ascii_lowercase() && c != '-').filter(|word| word.starts_with("--"))
        {
            assert!(scan.contains(&format!("{flag} ")) || scan.contains(&format!("{flag}\n")), "{flag}");
            flags += 1;
        }
    }
    assert_eq!(flags, 11);
}

/// A runner with a program that says how it was called.
struct Runner(TempDir);

const STAND_IN: &str = r#"#!/bin/sh
env | grep -E '^(BULLA_|INPUT_.*KEY)' | grep -v BULLA_DIR | sort >> "$RUNNER_TEMP/env"
for word; do echo "<$word>" >> "$RUNNER_TEMP/args"; case "$word" in --output=sarif=*) echo '{}' > "${word#--output=sarif=}";; esac; done
if [ "$1" = scan ]; then : > "$BULLA_DIR/0.bulla"; exit "${STAND_IN_ENDS:-0}"; fi
"#;

impl Runner {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let bin = temp.path().join("bulla-program/bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join("bulla"), STAND_IN).unwrap();
        fs::set_permissions(bin.join("bulla"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(temp.path().join("bulla-cache")).unwrap();
        Self(temp)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new("bash");
        command.arg(root().join("action").join(script)).current_dir(self.0.path());
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("RUNNER_TEMP", self.0.path()).env("BULLA_DIR", self.path("bulla-cache"));
        command.env("GITHUB_OUTPUT", self.path("output"));
        command.envs(variables.iter().copied()).output().unwrap()
    }

    /// A scan with these inputs; the others are as empty as the runner passes them.
    fn scan(&self, variables: &[(&str, &str)]) -> Output {
        let action = text("action.yml");
        let names = between(&action, "        INPUT_", ':').into_iter().map(|name| format!("INPUT_{name}"));
        let names: Vec<_> = names.collect();
        let mut all: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        all.extend([("INPUT_TARGET", "."), ("WRITES", "false")]);
        all.extend(variables);
        self.run("scan.sh", &all)
    }
}

#[test]
fn only_runs_of_the_default_branch_itself_write() {
    for (event, reference, branch, writes) in [
        ("push", "refs/heads/main", "main", true),
        ("workflow_dispatch", "refs/heads/main", "main", true),
        ("schedule", "refs/heads/main", "", true),
        ("push", "refs/heads/feature", "main", false),
        ("push", "refs/tags/main", "main", false),
        ("push", "refs/heads/", "", false),
        ("pull_request", "refs/pull/1/merge", "main", false),
        ("pull_request_target", "refs/heads/main", "main", false),
        ("workflow_run", "refs/heads/main", "main", false),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-1", "main", false),
        ("an_event_of_next_year", "refs/heads/main", "main", false),
    ] {
        let runner = Runner::new();
        let variables = [("GITHUB_EVENT_NAME", event), ("GITHUB_REF", reference), ("DEFAULT_BRANCH", branch)];
        let done = runner.run("lane.sh", &variables);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(runner.read("output"), format!("writes={writes}\n"), "{event} {reference}");
        let mode = runner.path("bulla-cache").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[test]
fn the_default_branch_gets_the_secret_key_and_everything_else_the_public_one() {
    for (writes, key, public, expected) in [
        ("true", "secret", "public", "BULLA_KEY=secret\nBULLA_LANE=main\nBULLA_MODE=read-write\n"),
        ("false", "secret", "public", "BULLA_KEY=public\nBULLA_LANE=pr\nBULLA_MODE=read-only\n"),
        ("false", "secret", "", "BULLA_KEY=secret\nBULLA_LANE=pr\nBULLA_MODE=read-only\n"),
        ("true", "", "", "BULLA_LANE=main\nBULLA_MODE=off\n"),
        ("false", "", "", "BULLA_LANE=pr\nBULLA_MODE=off\n"),
    ] {
        let runner = Runner::new();
        let done = runner.scan(&[("WRITES", writes), ("INPUT_KEY", key), ("INPUT_PUBLIC_KEY", public)]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        // `clean` is called with the same, if at all.
        let calls = if expected.contains("read-write") { 2 } else { 1 };
        assert_eq!(runner.read("env"), expected.repeat(calls));
        let notice = String::from_utf8(done.stdout).unwrap().contains("::notice");
        assert_eq!(notice, expected.contains("off"), "a cache that is off is said");
    }
}

#[test]
fn inputs_are_words_of_their_own_whatever_stands_in_them() {
    let runner = Runner::new();
    let marker = runner.path("ran");
    let hostile = format!("--$(touch {0}) `touch {0}`; touch {0}", marker.display());
    let done = runner.scan(&[
        ("INPUT_TARGET", &hostile),
        ("INPUT_SCANNERS", "trivy, kingfisher\nzizmor"),
        ("INPUT_SKIP", "*"),
        ("INPUT_FAIL_ON", "high"),
        ("INPUT_INSTALL", "true"),
        ("INPUT_ONLY_FIXED", "false"),
        ("INPUT_OUTPUT", "  html=a page.html\n\njson=scan.json\n"),
        ("INPUT_SARIF", "scan.sarif\nexit-code=0"),
    ]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let expected = [
        "scan",
        "--github",
        "--install",
        "--only=trivy",
        "--only=kingfisher",
        "--only=zizmor",
        "--skip=*",
        "--fail-on=high",
        "--output=html=a page.html",
        "--output=json=scan.json",
        "--output=sarif=scan.sarif",
        "--",
        &hostile,
    ];
    let args = runner.read("args");
    assert_eq!(args.lines().collect::<Vec<_>>(), expected.map(|word| format!("<{word}>")));
    assert!(!marker.exists());
    assert_eq!(runner.read("output"), "exit-code=0\nsarif=scan.sarif\nentries=true\n");
}

#[test]
fn a_failed_gate_fails_the_step_and_loses_neither_report_nor_entries() {
    let runner = Runner::new();
    let done = runner.scan(&[("STAND_IN_ENDS", "3"), ("WRITES", "true"), ("INPUT_KEY", "secret")]);
    assert_eq!(done.status.code(), Some(3));
    let sarif = runner.path("bulla.sarif");
    assert_eq!(runner.read("output"), format!("exit-code=3\nsarif={}\nentries=true\n", sarif.display()));
    assert!(runner.read("args").ends_with("<clean>\n<--quiet>\n"));
}

#[test]
fn a_report_of_an_earlier_scan_is_not_given_as_this_ones() {
    let runner = Runner::new();
    fs::write(runner.path("bulla.sarif"), "an earlier one").unwrap();
    fs::write(runner.path("bulla-program/bin/bulla"), "#!/bin/sh\nexit 1\n").unwrap();
    let done = runner.scan(&[("INPUT_KEY", "secret")]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(runner.read("output"), "exit-code=1\n");
}

#[test]
fn what_the_program_prints_is_no_command_to_the_runner() {
    let printed = |runner: &Runner| {
        let program = "#!/bin/sh\necho '::add-mask::e'\necho '::error::x' >&2\nprintf 'no end'\nexit 3\n";
        fs::write(runner.path("bulla-program/bin/bulla"), program).unwrap();
        let done = runner.scan(&[("INPUT_KEY", "secret"), ("WRITES", "true")]);
        assert_eq!(done.status.code(), Some(3));
        assert_eq!(String::from_utf8(done.stderr).unwrap(), "");
        String::from_utf8(done.stdout).unwrap()
    };
    let [first, second] = [Runner::new(), Runner::new()].map(|runner| printed(&runner));
    let token = |printed: &str| between(printed, "::stop-commands::", '\n')[0].to_owned();
    let quoted = format!("::stop-commands::{0}\n::add-mask::e\n::error::x\nno end\n::{0}::\n", token(&first));
    let warning = "::warning title=bulla::the cache was not cleaned\n";
    assert_eq!(first, format!("{quoted}{quoted}{warning}"));
    // Nobody knows a token before: each is new.
    assert!(token(&first).len() == 32 && token(&first) != token(&second), "{first}{second}");
}
