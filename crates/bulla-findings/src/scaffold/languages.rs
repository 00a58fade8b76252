//! The languages that CodeQL reads, by the endings of their files.
//!
//! <https://docs.github.com/en/code-security/code-scanning/creating-an-advanced-setup-for-code-scanning/codeql-code-scanning-for-compiled-languages>

use std::collections::BTreeSet;
use std::path::Path;

use crate::repository::Repository;

/// A language, as CodeQL names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Language {
    pub(super) name: &'static str,
    endings: &'static [&'static str],
    /// `none` wherever CodeQL reads the source alone: a build runs the code of whoever proposes a change.
    pub(super) build_mode: &'static str,
    pub(super) runner: &'static str,
}

const fn language(
    name: &'static str,
    build_mode: &'static str,
    endings: &'static [&'static str],
) -> Language {
    Language { name, endings, build_mode, runner: "ubuntu-24.04" }
}

/// By name; where a name is there twice, the first whose files are there counts.
static LANGUAGES: [Language; 11] = [
    // Always: what is written here are workflows.
    language("actions", "none", &[]),
    language("c-cpp", "none", &["c", "cc", "cpp", "cxx"]),
    language("csharp", "none", &["cs"]),
    language("go", "autobuild", &["go"]),
    // Kotlin is not read without a build.
    language("java-kotlin", "autobuild", &["kt"]),
    language("java-kotlin", "none", &["java"]),
    language("javascript-typescript", "none", &["cjs", "cts", "js", "jsx", "mjs", "mts", "ts", "tsx"]),
    language("python", "none", &["py"]),
    language("ruby", "none", &["rb"]),
    language("rust", "none", &["rs"]),
    Language { runner: "macos-15", ..language("swift", "autobuild", &["swift"]) },
];

/// The languages of a repository, each once.
pub(super) fn languages(repository: &Repository) -> Vec<&'static Language> {
    let ending = |path| Path::new(path).extension()?.to_str();
    let endings: BTreeSet<&str> = repository.paths().filter_map(ending).collect();
    let is_there = |language: &&Language| {
        language.name == "actions" || language.endings.iter().any(|ending| endings.contains(ending))
    };
    let mut found: Vec<_> = LANGUAGES.iter().filter(is_there).collect();
    found.dedup_by_key(|language| language.name);
    found
}
