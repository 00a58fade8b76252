//! A repository of a test's own.

use std::path::PathBuf;

use serde_json::Value;

use crate::harness::*;

/// A workflow whose one action is held to a tag.
pub(crate) const UNPINNED: &str = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n";
pub(crate) const WORKFLOW: &str = ".github/workflows/ci.yml";

/// A commit, without its version in a comment, which is a warning.
const COMMIT: &str = "11bd71901bbe5b1630ceea73d27597364c9af683";

pub(crate) struct Place {
    pub(crate) bench: Bench,
}

impl Place {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let place = Self { bench: Bench::new() };
        place.bench.make_dir("work/tree/.git");
        for (path, content) in files {
            place.write(path, content);
        }
        place
    }

    /// The control pinned-actions fails.
    pub(crate) fn unpinned() -> Self {
        Self::of(&[(WORKFLOW, UNPINNED)])
    }

    /// The control pinned-actions warns.
    pub(crate) fn without_a_comment() -> Self {
        Self::of(&[(WORKFLOW, &UNPINNED.replace("v4", COMMIT))])
    }

    /// The control pinned-actions passes.
    pub(crate) fn pinned() -> Self {
        Self::of(&[(WORKFLOW, &UNPINNED.replace("v4", &format!("{COMMIT} # v4.2.2")))])
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.bench.path("work/tree").join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = format!("work/tree/{path}");
        self.bench.make_dir(path.rsplit_once('/').unwrap().0);
        self.bench.write(&path, content)
    }

    /// `bulla controls check` in the repository, of that control alone: others have an opinion of their own.
    pub(crate) fn check(&self, words: &str) -> Invocation {
        self.check_all("--only pinned-actions").words(words)
    }

    pub(crate) fn check_all(&self, words: &str) -> Invocation {
        self.bench.bulla("controls check").words(words).current_dir(self.path(""))
    }

    /// The document of a check of pinned-actions that ends so.
    #[track_caller]
    pub(crate) fn document(&self, words: &str, code: i32) -> Value {
        self.check("--json").words(words).ends(code).without_a_word().json()
    }
}

/// The ids of the controls in a document.
pub(crate) fn ids(document: &Value) -> Vec<&str> {
    document["controls"].as_array().unwrap().iter().map(|control| control["id"].as_str().unwrap()).collect()
}
