//! `bulla controls init`: what is missing is written, what is there stays, and nothing reaches out of the directory.

mod harness;

use std::path::{Path, PathBuf};

use harness::*;

const FILES: [&str; 5] = [
    "SECURITY.md",
    ".github/CODEOWNERS",
    ".github/workflows/codeql.yml",
    ".github/workflows/scorecard.yml",
    ".github/dependabot.yml",
];

/// A repository whose default branch is `main`, with programs in Rust and TypeScript, and one workflow.
struct Project {
    bench: Bench,
}

impl Project {
    fn new() -> Self {
        let project = Self { bench: Bench::new() };
        for (path, text) in [
            (".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n"),
            ("Cargo.toml", "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"1\"\n"),
            ("Cargo.lock", "version = 4\n"),
            ("src/main.rs", "fn main() {}\n"),
            ("web/package.json", "{\"dependencies\": {\"left-pad\": \"1\"}}\n"),
            ("web/package-lock.json", "{}\n"),
            ("web/app.ts", "\n"),
        ] {
            project.write(path, text);
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.bench.path("work/tree").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let name = format!("work/tree/{path}");
        self.bench.make_dir(Path::new(&name).parent().expect("below the tree").to_str().expect("UTF-8"));
        self.bench.write(&name, text);
    }

    fn init(&self, words: &str) -> Invocation {
        self.bench.bulla("controls init tree").words(words)
    }

    /// Those of [`FILES`] that are there.
    fn written(&self) -> Vec<&'static str> {
        FILES.into_iter().filter(|path| is_there(self.path(path))).collect()
    }
}

/// Who is named on the command line.
const NAMED: &str = "--owner @octo-org/core --contact security@octo.internal";

#[test]
fn every_file_that_is_missing_is_written_for_what_is_in_the_tree() {
    let project = Project::new();
    let said = project.init(NAMED).ends(0).without_a_word().text();
    for path in FILES {
        assert!(said.contains(&format!("wrote {path}\n")), "{said}");
        assert_eq!(mode(project.path(path)) & 0o400, 0o400);
    }
    let text = |path| read_text(project.path(path));
    assert!(text("SECURITY.md").contains("* by a private report to <security@octo.internal>\n"));
    assert!(text(".github/CODEOWNERS").contains("*            @octo-org/core\n"));
    let codeql = text(".github/workflows/codeql.yml");
    for part in ["branches: [\"main\"]", "language: rust\n", "language: javascript-typescript\n"] {
        assert!(codeql.contains(part), "{codeql}");
    }
    let dependabot = text(".github/dependabot.yml");
    for (name, directory) in [("github-actions", "/"), ("cargo", "/"), ("npm", "/web")] {
        let part = format!("package-ecosystem: {name}\n    directories:\n      - \"{directory}\"\n");
        assert!(dependabot.contains(&part), "{dependabot}");
    }
    let left = names(&project.path(".github"));
    assert_eq!(left, ["CODEOWNERS", "dependabot.yml", "workflows"], "no draft is left behind");
}

#[test]
fn what_is_written_has_the_modes_that_any_other_program_s_files_have() {
    let project = Project::new();
    let touched = project.bench.program("sh").args(["-c", "touch tree/f; mkdir tree/d"]);
    touched.ends(0);
    project.init(NAMED).ends(0);
    assert_eq!(mode(project.path("SECURITY.md")), mode(project.path("f")));
    assert_eq!(mode(project.path(".github")), mode(project.path("d")));
}

#[test]
fn a_second_time_nothing_is_written_and_that_is_said() {
    let project = Project::new();
    project.init(NAMED).ends(0);
    let before = FILES.map(|path| read(project.path(path)));
    let kept: String = FILES.map(|path| format!("kept {path}\n")).concat();
    project.init("--owner @somebody-else --contact https://example.com").ends(0).without_a_word().gives(kept);
    assert_eq!(before, FILES.map(|path| read(project.path(path))));
}

#[test]
fn what_is_there_under_another_name_is_kept() {
    let project = Project::new();
    project.write("docs/SECURITY.md", "ours\n");
    project.write("CODEOWNERS", "* @us\n");
    project.write(".github/dependabot.yaml", "version: 2\n");
    project.write(
        ".github/workflows/analysis.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: github/codeql-action/init@v4\n\
             \x20     - uses: github/codeql-action/analyze@v4\n",
    );
    let said = project.init(NAMED).ends(0).text();
    for path in
        ["docs/SECURITY.md", "CODEOWNERS", ".github/workflows/analysis.yml", ".github/dependabot.yaml"]
    {
        assert!(said.contains(&format!("kept {path}\n")), "{said}");
    }
    assert_eq!(project.written(), [".github/workflows/scorecard.yml"]);
    assert_eq!(read_text(project.path("CODEOWNERS")), "* @us\n");
}

#[test]
fn without_an_owner_the_rest_is_written_and_it_is_an_error_that_says_how_to_go_on() {
    let project = Project::new();
    let said = project.init("").ends(1).says(".github/CODEOWNERS is missing").says("--owner");
    assert!(!said.text().contains("CODEOWNERS"));
    assert_eq!(project.written().len(), 4);
    assert!(read_text(project.path("SECURITY.md")).contains("private vulnerability report"));
    project.init("--owner @octocat").ends(0).without_a_word();
    assert_eq!(project.written(), FILES);
}

#[test]
fn a_diff_writes_nothing_and_git_applies_it_to_the_same_effect() {
    let project = Project::new();
    let patch = project.init(NAMED).words("--diff").ends(0).without_a_word();
    assert_eq!(project.written(), [""; 0]);
    assert!(!is_there(project.path(".github")));
    let git = project.bench.program("git").args(["apply", "--directory=patched"]).stdin(&patch.stdout);
    git.ends(0);
    project.init(NAMED).ends(0);
    for path in FILES {
        assert_eq!(read(project.bench.path("work/patched").join(path)), read(project.path(path)), "{path}");
    }
    project.init(NAMED).words("--diff").ends(0).gives("").says("bulla: there is nothing to write\n");
}

#[test]
fn as_json_it_says_of_each_file_what_has_become_of_it() {
    let project = Project::new();
    project.write("docs/CODEOWNERS", "* @us\n");
    project.bench.make_dir("elsewhere");
    make_link(project.bench.path("elsewhere"), project.path(".github"));
    let outcomes = |words: &str, code| {
        let document = project.init(words).words("--json").ends(code).json();
        let files = document["files"].as_array().unwrap().clone();
        files.into_iter().map(|file| (file["outcome"].as_str().unwrap().to_owned(), file)).collect::<Vec<_>>()
    };
    let text = project.init("--diff --json").ends(1).text();
    let start = "{\n  \"schema_version\": 1,\n  \"files\": [\n    {\n      \"path\": \"SECURITY.md\",\n      \"outcome\": \"planned\",\n      \"content\": ";
    assert!(text.starts_with(start), "{text}");
    let planned = outcomes("--diff", 1);
    assert_eq!((planned[0].0.as_str(), &planned[0].1["path"]), ("planned", &"SECURITY.md".into()));
    assert!(planned[0].1["content"].as_str().unwrap().starts_with("# Security policy\n"));
    assert_eq!((planned[1].0.as_str(), &planned[1].1["kept"]), ("kept", &"docs/CODEOWNERS".into()));
    assert_eq!(planned[2].0, "missing");
    assert!(planned[2].1["reason"].as_str().unwrap().contains("in the way"));
    let written = outcomes("", 1);
    assert_eq!((written[0].0.as_str(), written[0].1["content"].is_null()), ("written", true));
}

/// Whoever wrote the tree chose where its links lead.
#[test]
fn no_link_is_followed_and_nothing_outside_is_written() {
    let project = Project::new();
    project.bench.make_dir("elsewhere");
    make_link(project.bench.path("elsewhere"), project.path(".github"));
    make_link(project.bench.path("elsewhere/SECURITY.md"), project.path("SECURITY.md"));
    let said = project.init(NAMED).ends(1);
    let said = said.says("SECURITY.md is in the way: it is a symbolic link");
    let said = said.says(".github is in the way: it is no directory");
    assert_eq!(said.text(), "");
    assert_eq!(names(&project.bench.path("elsewhere")), [""; 0]);
}

#[test]
fn a_link_deeper_down_is_no_way_out_either() {
    let project = Project::new();
    project.bench.make_dir("elsewhere");
    project.bench.make_dir("work/tree/.github");
    make_link(project.bench.path("elsewhere"), project.path(".github/workflows"));
    project.init(NAMED).ends(1).says(".github/workflows is in the way");
    assert_eq!(project.written(), ["SECURITY.md", ".github/CODEOWNERS", ".github/dependabot.yml"]);
    assert_eq!(names(&project.bench.path("elsewhere")), [""; 0]);
}

#[test]
fn a_fifo_in_the_place_of_a_file_neither_blocks_nor_is_replaced() {
    let project = Project::new();
    make_fifo(&project.path("SECURITY.md"));
    project.init(NAMED).ends(1).says("SECURITY.md is in the way: it is not a regular file");
    assert_eq!(project.written().len(), 5);
}

/// It is not among the files of the repository, and must not be replaced all the same.
#[test]
fn a_file_that_git_ignores_stays_as_it_is() {
    let project = Project::new();
    project.write(".gitignore", "SECURITY.md\n");
    project.write("SECURITY.md", "a draft\n");
    project
        .init(NAMED)
        .ends(1)
        .says("SECURITY.md is missing: something of that name is there, and git ignores it");
    assert_eq!(read_text(project.path("SECURITY.md")), "a draft\n");
    assert_eq!(names(&project.path("")).iter().filter(|name| name.starts_with(".tmp")).count(), 0);
}

#[test]
fn an_owner_or_a_contact_that_would_say_more_than_that_is_an_error_of_use() {
    let project = Project::new();
    for owner in ["octocat", "@a b", "@a\n* @mallory", "@a#b", ""] {
        project.init("").arg("--owner").arg(owner).ends(2).says("@organisation/team");
    }
    for contact in
        ["http://example.com", "https://example.com/> <script>", "a@example.com\n\n# Owned", "b", "s@x.y"]
    {
        project.init("").arg("--contact").arg(contact).ends(2).says("https://");
    }
    assert_eq!(project.written(), [""; 0]);
}

#[test]
fn in_a_part_of_a_repository_its_root_is_named() {
    let project = Project::new();
    let root = format!("the repository's root is {}\n", project.path("").canonicalize().unwrap().display());
    project.bench.bulla("controls init tree/web --diff").words(NAMED).ends(0).says(root);
}

/// `git init -b trunk`, and nothing was ever pushed: the workflows were once for branches that there are not.
#[test]
fn where_nothing_says_which_the_default_branch_is_it_is_the_one_that_is_checked_out_and_that_is_said() {
    let bench = Bench::new();
    for (tree, head, branches, said) in [
        ("a", "ref: refs/heads/trunk\n", "[\"trunk\"]", "written for `trunk`; write `default-branch = "),
        (
            "b",
            "0123456789012345678901234567890123456789\n",
            "[\"main\", \"master\"]",
            "written for `main` or `master`; write",
        ),
    ] {
        bench.make_dir(&format!("work/{tree}/.git"));
        bench.write(&format!("work/{tree}/.git/HEAD"), head);
        bench.bulla("controls init").arg(tree).words(NAMED).ends(0).says(said);
        let codeql = read_text(bench.path(&format!("work/{tree}/.github/workflows/codeql.yml")));
        assert!(codeql.contains(&format!("    branches: {branches}\n")), "{codeql}");
        bench.bulla("controls init").arg(tree).words(NAMED).ends(0).without_a_word();
    }
    bench.write("work/a/bulla-controls.toml", "default-branch = \"trunk\"\n");
    bench.bulla("controls check a --only static-analysis,scorecard --fail-on warn").ends(0);
}

/// It was once said to be switched on, which no file shows.
#[test]
fn private_reports_are_to_be_switched_on_where_they_are_the_channel() {
    let remark = "switch on private vulnerability reporting";
    assert!(Project::new().init("--owner @a").ends(0).text().contains(remark));
    assert!(!Project::new().init(NAMED).ends(0).text().contains(remark));
}

#[test]
fn a_directory_without_a_repository_is_warned_about() {
    let bench = Bench::new();
    bench.make_dir("work/plain");
    bench.bulla("controls init plain").words(NAMED).ends(0).says("work/plain is in no git repository");
    bench.bulla("controls check plain --only licence").run().says("work/plain is in no git repository");
    bench.bulla("controls init nowhere").words(NAMED).ends(2).says("nowhere");
    assert!(!is_there(bench.path("work/nowhere")));
}

/// The two that depend on nothing but the languages of this repository and its default branch.
#[test]
fn this_repository_s_own_workflows_are_what_is_written_for_its_languages() {
    let project = Project::new();
    project.write("reader.py", "\n");
    project.init(NAMED).ends(0);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for path in [".github/workflows/codeql.yml", ".github/workflows/scorecard.yml"] {
        assert_eq!(read_text(project.path(path)), read_text(own.join(path)), "{path}");
    }
}

#[test]
fn this_repository_passes_every_control_without_an_exception() {
    let bench = Bench::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checked = bench.bulla("controls check --fail-on warn --json").arg(&own).ends(0).json();
    let controls = checked["controls"].as_array().unwrap();
    assert!(controls.iter().all(|control| control["verdict"] == "pass"), "{checked:#}");
    assert!(!is_there(own.join("bulla-controls.toml")));
}

#[test]
#[ignore = "needs zizmor: cargo xtask test"]
fn zizmor_finds_nothing_in_what_is_written_even_if_it_is_pedantic() {
    let project = Project::new();
    for path in ["a.c", "b.cs", "c.go", "go.mod", "d.kt", "e.py", "f.rb", "g.swift", "h/action.yml"] {
        project.write(path, "\n");
    }
    project.init(NAMED).ends(0);
    let zizmor = project.bench.program(tool("zizmor"));
    let zizmor = zizmor.words("--offline --no-progress --pedantic --no-config --format json");
    let found = zizmor.arg(project.path(".github")).ends(0).gives("[]");
    // What it can't read is a warning to it.
    found.keeps_quiet_about("WARN");
}

/// What is written is what the controls ask for.
#[test]
fn a_check_passes_what_was_missing_once_it_is_written() {
    let project = Project::new();
    let verdicts = || {
        // Other controls ask for more than is written.
        let document = project.bench.bulla("controls check tree --json").run().json();
        let controls = document["controls"].as_array().unwrap().clone();
        WRITTEN_FOR.map(|id| controls.iter().find(|control| control["id"] == id).unwrap().clone())
    };
    for control in verdicts() {
        assert_eq!(control["verdict"], "fail", "{control:#}");
    }
    project.init(NAMED).ends(0);
    for control in verdicts() {
        assert_eq!(control["verdict"], "pass", "{control:#}");
    }
}

const WRITTEN_FOR: [&str; 5] =
    ["security-policy", "code-owners", "static-analysis", "scorecard", "dependency-updates"];

/// Whatever the repository is made of.
#[test]
fn after_init_those_controls_pass_in_every_kind_of_repository() {
    const TOOLCHAIN: &str = "is analysed with whatever toolchain the runner has";
    type Files = &'static [(&'static str, &'static str)];
    let cases: [(Files, Option<&str>); 12] = [
        (&[], None),
        (&[("Cargo.toml", "[package]\n"), ("src/lib.rs", "")], None),
        // What its owner has chosen is kept, and may hold nothing.
        (&[("a.rs", ""), ("rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n")], Some(TOOLCHAIN)),
        (&[("package.json", "{\"dependencies\": {\"a\": \"1\"}}"), ("a.ts", "")], None),
        (&[("go.mod", "module a\n\ngo 1.22\n"), ("a.go", "")], None),
        (&[("go.mod", "module a\n\ngo 1\n"), ("a.go", "")], None),
        (&[("a.go", "")], None),
        (&[("requirements.txt", "a==1\n"), ("a.py", "")], None),
        (&[("build.gradle.kts", ""), ("a.kt", "")], None),
        (&[("pom.xml", "<project/>"), ("A.java", "")], None),
        (&[("a.csproj", "<Project/>"), ("a.cs", ""), ("b.c", ""), ("c.rb", "")], None),
        // The runner's Xcode has it.
        (&[("Package.swift", ""), ("a.swift", "")], Some(TOOLCHAIN)),
    ];
    for (files, warning) in cases {
        let project = Project { bench: Bench::new() };
        project.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n");
        files.iter().for_each(|(path, text)| project.write(path, text));
        project.init(NAMED).ends(0).without_a_word();
        let check = |words| {
            let check = project.bench.bulla("controls check tree --only").arg(WRITTEN_FOR.join(","));
            check.words(words)
        };
        check("").ends(0);
        let said = check("--fail-on warn").ends(if warning.is_some() { 3 } else { 0 }).text();
        assert_eq!(said.matches("  !  ").count(), usize::from(warning.is_some()), "{files:?}: {said}");
        assert!(said.contains(warning.unwrap_or_default()), "{files:?}: {said}");
    }
}
