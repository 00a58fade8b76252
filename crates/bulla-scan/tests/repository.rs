//! A repository's files as they are read for its controls. Whoever wrote the tree may have meant harm.
#![expect(clippy::disallowed_methods, reason = "tests make files as a user or an attacker does")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bulla_findings::FileContent;
use bulla_scan::{RepositoryError, RepositoryFiles};
use tempfile::TempDir;

/// A tree that goes with its test.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Files with their content.
    fn of(files: &[(&str, &str)]) -> Self {
        let tree = Self::new();
        for (path, content) in files {
            tree.write(path, content);
        }
        tree
    }

    fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(path)
    }

    /// A path in directories that are there.
    fn place(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        fs::write(self.place(path), content).unwrap();
    }

    /// A file of that many bytes, none of which takes room.
    fn sparse(&self, path: &str, bytes: u64) {
        File::create(self.place(path)).unwrap().set_len(bytes).unwrap();
    }

    fn read(&self) -> RepositoryFiles {
        self.try_read().unwrap()
    }

    /// It takes no longer than a blink, whatever is in the tree.
    #[track_caller]
    fn try_read(&self) -> Result<RepositoryFiles, RepositoryError> {
        let start = Instant::now();
        let read = RepositoryFiles::read(self.0.path());
        assert!(start.elapsed() < Duration::from_secs(20), "it took {:?}", start.elapsed());
        read
    }

    fn names(&self) -> Vec<String> {
        self.read().files().map(|(name, _)| name.to_owned()).collect()
    }

    #[track_caller]
    fn content(&self, path: &str) -> FileContent {
        let read = self.read();
        let (_, content) = read.files().find(|(name, _)| *name == path).expect("it is listed");
        content.clone()
    }

    /// Why a file that is listed was not read.
    #[track_caller]
    fn problem(&self, path: &str) -> String {
        match self.content(path) {
            FileContent::Unreadable(why) => why,
            content => panic!("{content:?}"),
        }
    }

    /// How it is that the whole tree can't be read.
    #[track_caller]
    fn error(&self) -> String {
        self.try_read().unwrap_err().to_string().replace(self.0.path().to_str().unwrap(), "TREE")
    }
}

const WORKFLOW: &str = ".github/workflows/ci.yml";

#[test]
fn files_are_listed_by_their_paths_and_those_are_read_that_controls_ask_for() {
    let tree =
        Tree::of(&[(WORKFLOW, "on: push"), ("src/main.rs", "fn main() {}"), ("SECURITY.md", "# Security")]);
    assert_eq!(tree.names(), [WORKFLOW, "SECURITY.md", "src/main.rs"]);
    assert_eq!(tree.content(WORKFLOW), FileContent::Bytes(b"on: push".to_vec()));
    assert_eq!(tree.content("src/main.rs"), FileContent::NotRead);
}

#[test]
fn what_the_trees_own_ignore_files_name_is_not_listed() {
    let tree = Tree::of(&[
        (".gitignore", "\u{feff}# what is built\ntarget/\n*.log\n/only-here\n!kept.log\n[\n"),
        ("target/package.json", "{}"),
        ("a.log", ""),
        ("kept.log", ""),
        ("only-here", ""),
        ("deep/only-here", ""),
        ("deep/.gitignore", "!again.log\r\nhidden\r\n"),
        ("deep/again.log", ""),
        ("deep/hidden/file", ""),
        ("deep/er/hidden", ""),
        ("hidden", ""),
    ]);
    let listed = [".gitignore", "deep/.gitignore", "deep/again.log", "deep/only-here", "hidden", "kept.log"];
    assert_eq!(tree.names(), listed);
}

#[test]
fn an_ignored_file_in_an_ignored_directory_stays_ignored() {
    let tree = Tree::of(&[(".gitignore", "out\n"), ("out/.gitignore", "!*\n"), ("out/file", "")]);
    assert_eq!(tree.names(), [".gitignore"]);
}

#[test]
fn workflows_are_seen_whatever_is_ignored() {
    let tree = Tree::of(&[
        (".gitignore", "*\n.github\n"),
        (".github/.gitignore", "*\n"),
        (".github/workflows/.gitignore", "ci.yml\n"),
        (WORKFLOW, "on: push"),
        ("README.md", ""),
    ]);
    assert_eq!(tree.names(), [".github/.gitignore", ".github/workflows/.gitignore", WORKFLOW]);
    assert_eq!(tree.content(WORKFLOW), FileContent::Bytes(b"on: push".to_vec()));
}

#[test]
fn what_this_machine_alone_ignores_and_what_lies_above_counts_for_nothing() {
    let tree = Tree::of(&[
        (".gitignore", "*\n"),
        ("repository/.git/info/exclude", "*\n"),
        ("repository/.ignore", "*\n"),
        ("repository/file", ""),
    ]);
    let read = RepositoryFiles::read(&tree.path("repository")).unwrap();
    assert_eq!(read.files().map(|(name, _)| name).collect::<Vec<_>>(), [".ignore", "file"]);
}

#[test]
fn git_directories_and_repositories_within_are_left_out() {
    let tree = Tree::of(&[
        (".git/config", ""),
        (".github/CODEOWNERS", "* @a"),
        ("module/.git", "gitdir: ../.git/modules/module"),
        ("module/package.json", "{}"),
        ("vendor/other/.git/HEAD", ""),
        ("vendor/other/package.json", "{}"),
        ("vendor/file", ""),
    ]);
    assert_eq!(tree.names(), [".github/CODEOWNERS", "vendor/file"]);
}

#[test]
fn nothing_but_a_regular_file_is_opened_and_no_link_is_followed() {
    let secret = Tree::of(&[("secret", "on: push"), ("workflows/ci.yml", "on: push")]);
    let tree = Tree::of(&[("src/file", "")]);
    symlink(secret.path("secret"), tree.place(WORKFLOW)).unwrap();
    symlink("/dev/zero", tree.path("package.json")).unwrap();
    symlink("nowhere", tree.path("pyproject.toml")).unwrap();
    symlink(secret.path("workflows"), tree.path("linked")).unwrap();
    symlink("..", tree.path("src/loop")).unwrap();
    symlink("self", tree.path("self")).unwrap();
    let made = Command::new("mkfifo").arg(tree.path("SECURITY.md")).status().unwrap();
    assert!(made.success());
    fs::create_dir(tree.path("CODEOWNERS")).unwrap();

    let names =
        [WORKFLOW, "SECURITY.md", "linked", "package.json", "pyproject.toml", "self", "src/file", "src/loop"];
    assert_eq!(tree.names(), names);
    for link in [WORKFLOW, "package.json", "pyproject.toml"] {
        assert_eq!(tree.problem(link), "it is a symbolic link");
    }
    assert_eq!(tree.problem("SECURITY.md"), "it is not a regular file");
}

#[test]
fn a_linked_directory_of_workflows_holds_none() {
    let tree = Tree::of(&[("elsewhere/workflows/ci.yml", "on: push")]);
    symlink("elsewhere", tree.path(".github")).unwrap();
    assert_eq!(tree.names(), [".github", "elsewhere/workflows/ci.yml"]);
    assert_eq!(tree.content("elsewhere/workflows/ci.yml"), FileContent::NotRead);
}

#[test]
fn a_file_that_is_too_large_is_there_and_not_read() {
    let tree = Tree::new();
    tree.sparse("SECURITY.md", 1 << 30);
    tree.sparse(WORKFLOW, 50 << 20);
    tree.sparse(".github/CODEOWNERS", (3 << 20) + 1);
    assert_eq!(tree.problem("SECURITY.md"), "it is larger than 1 MiB");
    assert_eq!(tree.problem(WORKFLOW), "it is larger than 1 MiB");
    assert_eq!(tree.problem(".github/CODEOWNERS"), "it is larger than 3 MiB");
}

#[test]
fn all_that_is_read_together_has_a_bound() {
    let tree = Tree::new();
    for number in 0..16 {
        tree.sparse(&format!(".github/workflows/{number}.yml"), 1 << 20);
    }
    assert_eq!(tree.read().files().count(), 16);
    tree.write("package.json", "{}");
    assert!(
        tree.error().starts_with("the files in TREE that controls read have more than 16 MiB"),
        "{}",
        tree.error()
    );
}

#[test]
fn an_ignore_file_is_read_up_to_a_bound_and_never_through_a_link() {
    let tree = Tree::of(&[("rules", "*\n"), ("sub/file", "")]);
    symlink("rules", tree.path(".gitignore")).unwrap();
    assert!(Command::new("mkfifo").arg(tree.path("sub/.gitignore")).status().unwrap().success());
    assert_eq!(tree.names(), [".gitignore", "rules", "sub/.gitignore", "sub/file"]);

    let tree = Tree::new();
    tree.sparse("deep/.gitignore", 1 << 30);
    let error = "cannot use TREE/deep/.gitignore: with those above it, it is larger than 256 KiB";
    assert_eq!(tree.error(), error);
}

#[test]
fn patterns_cost_no_more_than_they_may() {
    let rules = |pattern: &str, bytes: usize| pattern.repeat(bytes / pattern.len());
    let tree = Tree::of(&[("file", ""), (".gitignore", &rules("**/*a*b*c*d*e\n", 200 << 10))]);
    assert_eq!(tree.error(), "cannot use TREE/.gitignore: its patterns are too complicated");
    tree.write(".gitignore", rules("name*.x\n", 128 << 10));
    tree.write("deep/.gitignore", rules("name\n", 64 << 10));
    assert_eq!(tree.read().files().count(), 3);
    tree.write("deep/er/.gitignore", rules("name\n", 65 << 10));
    let error = "cannot use TREE/deep/er/.gitignore: with those above it, it is larger than 256 KiB";
    assert_eq!(tree.error(), error);
}

#[test]
fn a_tree_that_is_too_deep_is_an_error() {
    let tree = Tree::new();
    let sh = |script: &str| {
        let done = Command::new("sh").current_dir(tree.0.path()).args(["-c", script]).status();
        assert!(done.unwrap().success());
    };
    sh("levels=$(printf 'd/%.0s' $(seq 1500)); mkdir -p $levels && cd $levels && mkdir -p $levels");
    assert_eq!(tree.error(), "TREE/d has directories that lie deeper than 256; remove or ignore them");
    tree.write(".gitignore", "d\n");
    assert_eq!(tree.names(), [".gitignore"]);
    sh("rm -r d");
}

#[test]
fn names_may_hold_anything_and_none_hides_another() {
    let tree = Tree::new();
    let odd = |byte: u8| {
        let name = [b".github/workflows/a".as_slice(), &[byte], b".yml"].concat();
        PathBuf::from(OsStr::from_bytes(&name))
    };
    tree.write(odd(0xff), "on: pull_request_target");
    tree.write("new\nline\u{1b}[2J\u{202e}", "");
    let read = "it is read under its own name";
    tree.write(".github/workflows/a\u{fffe}.yml", read);
    let lossy = ".github/workflows/a\u{fffd}.yml";
    assert_eq!(tree.names(), [lossy, ".github/workflows/a\u{fffe}.yml", "new\nline\u{1b}[2J\u{202e}"]);
    assert_eq!(tree.problem(lossy), "its name is not UTF-8");
    assert_eq!(tree.content(".github/workflows/a\u{fffe}.yml"), FileContent::Bytes(read.into()));

    // Whoever names a harmless file as the other one is shown hides nothing.
    tree.write(lossy, "on: push");
    tree.write(odd(0xfe), "on: push");
    assert_eq!(tree.problem(lossy), "its name is not UTF-8");
}

#[test]
fn a_tree_has_one_digest_wherever_it_lies_and_another_one_for_every_change_that_controls_see() {
    let files = [(WORKFLOW, "on: push"), ("src/main.rs", "fn main() {}"), ("LICENSE", "MIT")];
    let digest = |files: &[(&str, &str)]| Tree::of(files).read().digest(None);
    let same = digest(&files);
    assert_eq!(digest(&files), same);
    assert_eq!(digest(&[files[2], files[0], ("src/main.rs", "not read")]), same);
    assert_ne!(digest(&files[..2]), same);
    assert_ne!(digest(&[(WORKFLOW, "on: pull"), files[1], files[2]]), same);
    assert_ne!(digest(&[files[0], files[1], ("LICENCE", "MIT")]), same);
    // Where one text ends and the next begins counts.
    assert_ne!(
        digest(&[("LICENSE", "ab"), ("COPYING", "c")]),
        digest(&[("LICENSE", "a"), ("COPYING", "bc")])
    );
    let with_origin = |head| digest(&[files[0], (".git/refs/remotes/origin/HEAD", head)]);
    assert_ne!(
        with_origin("ref: refs/remotes/origin/main\n"),
        with_origin("ref: refs/remotes/origin/trunk\n")
    );
}

#[test]
fn a_git_directory_that_points_elsewhere_says_nothing() {
    let head = ("other/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n");
    let without = Tree::of(&[head]);
    let linked = Tree::of(&[head]);
    symlink("other", linked.path(".git")).unwrap();
    let worktree = Tree::of(&[head, (".git", "gitdir: other\n")]);
    assert_eq!(linked.read().digest(None), without.read().digest(None));
    assert_eq!(worktree.read().digest(None), without.read().digest(None));
    for wrong in
        ["ref: refs/remotes/origin/\n", "ref: refs/heads/main\n", "a\nb", "ref: refs/remotes/origin/a b\n"]
    {
        let odd = Tree::of(&[head, (".git/refs/remotes/origin/HEAD", wrong)]);
        assert_eq!(odd.read().digest(None), without.read().digest(None), "{wrong:?}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error_that_names_it() {
    let error = RepositoryFiles::read(Path::new("/nowhere/at/all")).unwrap_err();
    assert_eq!(error.to_string(), "cannot list /nowhere/at/all: No such file or directory (os error 2)");
}
