use super::*;
use crate::repository::{CodeOwners, Content, Node};

/// A repository of empty files, and some with a text.
fn repository(files: &[(&str, &str)], branch: Option<&str>) -> Repository {
    let files = files.iter().map(|(path, text)| {
        let content = match Repository::reads(path) {
            Some(_) => Content::Bytes(text.as_bytes().to_vec()),
            None => Content::NotRead,
        };
        ((*path).to_owned(), content)
    });
    Repository::new(files, branch).unwrap()
}

fn plans(repository: &Repository, owners: &[&str], contacts: &[&str]) -> Vec<Plan> {
    let options = ScaffoldOptions {
        owners: owners.iter().map(|owner| owner.parse().unwrap()).collect(),
        contacts: contacts.iter().map(|contact| contact.parse().unwrap()).collect(),
        branch: None,
    };
    scaffold(repository, &options).into_iter().map(|file| file.plan).collect()
}

/// The content of the file of that path, which is to be written.
#[track_caller]
fn content(repository: &Repository, path: &str) -> String {
    let options =
        ScaffoldOptions { owners: vec!["@octo-org/core".parse().unwrap()], ..ScaffoldOptions::default() };
    let file = scaffold(repository, &options).into_iter().find(|file| file.path == path).unwrap();
    let Plan::Write(content) = file.plan else { panic!("{path}: {:?}", file.plan) };
    content
}

#[test]
fn in_an_empty_repository_all_is_written_but_what_nobody_has_said() {
    let plans = plans(&repository(&[], None), &[], &[]);
    let is_written: Vec<_> = plans.iter().map(|plan| matches!(plan, Plan::Write(_))).collect();
    assert_eq!(is_written, [true, false, true, true, true]);
    assert!(matches!(plans[1], Plan::Ask(what) if what.contains("--owner")));
}

#[test]
fn what_does_the_same_elsewhere_is_kept() {
    let step = |uses: &str| format!("on: push\njobs:\n  a:\n    steps:\n      - uses: {uses}\n");
    for (path, text, index) in [
        ("docs/SECURITY.md", "", 0),
        (".github/security.md", "", 0),
        ("CODEOWNERS", "", 1),
        ("docs/CODEOWNERS", "", 1),
        (
            ".github/workflows/scan.yaml",
            (step("github/codeql-action/init@v4") + "      - uses: github/codeql-action/analyze@v4\n")
                .as_str(),
            2,
        ),
        (".github/workflows/a.yml", step("Semgrep/semgrep-action@v1").as_str(), 2),
        (
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          semgrep ci\n",
            2,
        ),
        (".github/workflows/codeql.yml", step("actions/checkout@v4").as_str(), 2),
        (".github/workflows/b.yml", step("ossf/scorecard-action@v2").as_str(), 3),
        (".github/dependabot.yaml", "", 4),
        ("renovate.json", "", 4),
    ] {
        let plans = plans(&repository(&[(path, text)], None), &["@a"], &[]);
        assert_eq!(plans[index], Plan::Keep(path.to_owned()));
        assert_eq!(plans.iter().filter(|plan| matches!(plan, Plan::Write(_))).count(), 4, "{path}");
    }
}

#[test]
fn what_github_does_not_look_at_is_no_reason_to_leave_a_file_out() {
    let files =
        [("a/SECURITY.md", ""), ("docs/a/CODEOWNERS", ""), ("codeowners", ""), ("a/renovate.json", "")];
    let plans = plans(&repository(&files, None), &["@a"], &[]);
    assert!(plans.iter().all(|plan| matches!(plan, Plan::Write(_))));
}

#[test]
fn an_analysis_that_is_off_or_only_mentioned_is_none() {
    for step in ["if: false\n        run: semgrep ci", "run: echo; cat <<EOF\n          semgrep ci"] {
        let workflow = format!("on: push\njobs:\n  a:\n    steps:\n      - {step}\n");
        let plans = plans(&repository(&[(".github/workflows/a.yml", &workflow)], None), &["@a"], &[]);
        assert!(matches!(plans[2], Plan::Write(_)), "{step}");
    }
}

#[test]
fn what_is_no_plain_file_is_in_the_way_and_said_to_be() {
    let link = || Content::Unreadable("it is a symbolic link".to_owned());
    let files = [("SECURITY.md".to_owned(), link()), (".github/workflows".to_owned(), Content::NotRead)];
    let plans = plans(&Repository::new(files, None).unwrap(), &["@a"], &[]);
    assert_eq!(plans[0], Plan::Blocked("SECURITY.md".to_owned(), "it is a symbolic link".to_owned()));
    assert_eq!(plans[2], Plan::Blocked(".github/workflows".to_owned(), "it is no directory".to_owned()));
    assert!(matches!(plans[1], Plan::Write(_)));
}

#[test]
fn the_channel_is_who_is_named_and_otherwise_github_itself() {
    let at_github = "by a private vulnerability report";
    let alone = content(&repository(&[], None), "SECURITY.md");
    assert!(alone.contains(at_github));
    let named = plans(&repository(&[], None), &[], &["security@octo.internal", "https://example.com/report"]);
    let Plan::Write(named) = &named[0] else { panic!() };
    assert!(named.contains(
        "* by a private report to <security@octo.internal>\n* by a private report to <https://example.com/report>\n"
    ));
    assert!(!named.contains(at_github));
}

#[test]
fn codeql_reads_each_language_that_is_there_once() {
    let files = ["a.rs", "b/c.kt", "b/d.java", "e.min.js", "f.ts", "Makefile", "g.RS", ".swift", "h"];
    let codeql = content(&repository(&files.map(|path| (path, "")), None), ".github/workflows/codeql.yml");
    let languages: Vec<_> =
        codeql.lines().filter_map(|line| line.trim().strip_prefix("- language: ")).collect();
    assert_eq!(languages, ["actions", "java-kotlin", "javascript-typescript", "rust"]);
    assert!(
        codeql.contains("language: java-kotlin\n            build-mode: autobuild\n"),
        "Kotlin needs a build"
    );
}

#[test]
fn a_toolchain_is_pinned_in_the_workflow_unless_the_repository_does_it() {
    let codeql = |files: &[(&str, &str)]| content(&repository(files, None), ".github/workflows/codeql.yml");
    assert!(codeql(&[("a.rs", "")]).contains("rustup toolchain install 1.95.0"));
    assert!(!codeql(&[("a.rs", ""), ("rust-toolchain.toml", "")]).contains("rustup"));
    assert!(
        codeql(&[("a.go", ""), ("b/c/go.mod", ""), ("d/go.mod", "module d\n\ngo 1.22\n")])
            .contains("go-version-file: \"d/go.mod\"")
    );
    for module in [("b.go", ""), ("go.mod", "module b\n"), ("go.mod", "module b\n\ngo 1\n")] {
        assert!(codeql(&[("a.go", ""), module]).contains("go-version: 1.26.6"), "{module:?}");
    }
    assert!(codeql(&[("a.kt", "")]).contains("java-version: 21.0.8"));
    assert!(!codeql(&[("a.java", ""), ("b.cs", "")]).contains("setup-"), "the source alone is read");
}

#[test]
fn the_workflows_are_read_back_as_they_are_meant() {
    let files = [("a.rs", ""), ("b.go", ""), ("go.mod", ""), ("c.swift", ""), ("d.cs", ""), ("e.kt", "")];
    for branch in [None, Some("main"), Some("true"), Some("a\": [x]\n#+!\u{2028}é")] {
        let empty = repository(&files, branch);
        for path in [".github/workflows/codeql.yml", ".github/workflows/scorecard.yml"] {
            let written = content(&empty, path);
            let again = repository(&[(path, &written)], None);
            let workflows = again.workflows();
            assert!(workflows.unreadable.is_empty(), "{:?}", workflows.unreadable);
            let push = workflows.workflows[0].trigger("push").unwrap();
            let branches = push.filters.get("branches").unwrap().items().to_vec();
            let branches: Vec<_> = branches.iter().filter_map(Node::as_text).collect();
            match branch {
                None => assert_eq!(branches, ["main", "master"]),
                Some(branch) => assert_eq!(branches, [branch.replace('+', "\\+").replace('!', "\\!")]),
            }
        }
    }
}

#[test]
fn nothing_but_what_publishing_allows_is_in_the_scorecard_workflow() {
    let path = ".github/workflows/scorecard.yml";
    let again = repository(&[(path, &content(&repository(&[], None), path))], None);
    let workflow = &again.workflows().workflows[0];
    let [job] = workflow.jobs.as_slice() else { panic!() };
    let actions: Vec<_> = job.steps.iter().map(|step| step.action().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "actions/checkout",
            "ossf/scorecard-action",
            "actions/upload-artifact",
            "github/codeql-action/upload-sarif"
        ]
    );
    for name in ["env", "defaults", "container", "services"] {
        assert!(job.node.get(name).is_none(), "{name}");
    }
    assert_eq!(job.node.get("runs-on").and_then(Node::as_text), Some("ubuntu-latest"));
}

#[test]
fn each_kind_of_package_is_updated_where_its_workspace_is() {
    let files = [
        ("Cargo.toml", "[workspace]\n"),
        ("crates/a/Cargo.toml", "[package]\n"),
        ("fuzz/Cargo.toml", "[workspace]\n"),
        ("web/package.json", "{\"dependencies\": {\"a\": \"1\"}}"),
        ("web/bun.lock", ""),
        ("old/package.json", "{\"dependencies\": {\"a\": \"1\"}}"),
        ("a\"\nb: c/requirements.txt", ""),
    ];
    let path = ".github/dependabot.yml";
    let text = content(&repository(&files, None), path);
    let node = Node::parse(&text).unwrap();
    let updates = node.get("updates").unwrap().items().iter().map(|update| {
        let directories = update.get("directories").unwrap().items().iter().filter_map(Node::as_text);
        (update.get("package-ecosystem").and_then(Node::as_text).unwrap(), directories.collect())
    });
    let updates: Vec<(&str, Vec<&str>)> = updates.collect();
    assert_eq!(
        updates,
        [
            ("bun", vec!["/web"]),
            ("cargo", vec!["/", "/fuzz"]),
            ("github-actions", vec!["/"]),
            ("npm", vec!["/old"]),
            ("pip", vec!["/a\"\nb: c"]),
        ]
    );
}

#[test]
fn every_path_is_owned_by_who_is_named_and_github_skips_no_line() {
    let options =
        ["@octocat", "@octo-org/core_team", "a.b+c%d@octo.internal"].map(|owner| owner.parse().unwrap());
    let options = ScaffoldOptions { owners: options.to_vec(), ..ScaffoldOptions::default() };
    let planned = scaffold(&repository(&[], None), &options).remove(1);
    let Plan::Write(text) = planned.plan else { panic!() };
    let owners = CodeOwners::parse(&text);
    assert!(owners.problems().is_empty(), "{:?}", owners.problems());
    assert!(owners.rules()[0].pattern.matches_everything());
    assert!(owners.rules().iter().all(|rule| rule.owners.len() == 3));
}
