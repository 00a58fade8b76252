//! The workflow in which CodeQL looks at every change, and at the default branch every week.

use super::languages::{Language, languages};
use super::pins::{CHECKOUT, CODEQL_ANALYZE, CODEQL_INIT, SETUP_GO, SETUP_JAVA};
use super::{ScaffoldOptions, Template, default_branches, yaml};
use crate::controls::analyses;
use crate::repository::Repository;

/// See the module.
pub(super) static CODEQL: Template = Template {
    path: ".github/workflows/codeql.yml",
    remark: |_| "switch CodeQL's default setup off in the repository's settings: both at once is refused",
    found: analysing,
    content,
};

/// The path of a workflow that analyses, as the control `static-analysis` finds it.
fn analysing(repository: &Repository) -> Option<&str> {
    let mut workflows = repository.workflows().workflows.iter();
    let found = workflows.find(|workflow| workflow.sequences().any(|sequence| analyses(&sequence)))?;
    Some(&found.path)
}

/// The releases that are installed where the repository names none.
const GO: &str = "1.26.6";
const RUST: &str = "1.95.0";

const LANGUAGE: &str = "${{ matrix.language }}";
const BUILD_MODE: &str = "${{ matrix.build-mode }}";
const RUNNER: &str = "${{ matrix.runner }}";
const REF: &str = "${{ github.ref }}";
const IS_PULL_REQUEST: &str = "${{ github.event_name == 'pull_request' }}";

fn content(repository: &Repository, options: &ScaffoldOptions) -> Result<String, &'static str> {
    let languages = languages(repository);
    let branches = default_branches(repository, options);
    let matrix: String = languages.iter().map(|language| row(language)).collect();
    let toolchains: String =
        languages.iter().filter_map(|language| toolchain(repository, language)).collect();
    Ok(format!(
        "\
name: CodeQL

on:
  push:
    branches: {branches}
  pull_request:
  schedule:
    - cron: \"27 3 * * 2\"

permissions: {{}}

concurrency:
  group: codeql-{REF}
  cancel-in-progress: {IS_PULL_REQUEST}

jobs:
  analyze:
    name: Analyse {LANGUAGE}
    runs-on: {RUNNER}
    timeout-minutes: 60
    permissions:
      actions: read # to know the workflow's run, where the repository is private
      contents: read # to check out
      security-events: write # to upload what is found
    strategy:
      fail-fast: false
      matrix:
        include:
{matrix}    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false

{toolchains}      - uses: {CODEQL_INIT}
        with:
          languages: {LANGUAGE}
          build-mode: {BUILD_MODE}
          queries: security-extended

      - uses: {CODEQL_ANALYZE}
        with:
          category: /language:{LANGUAGE}
"
    ))
}

fn row(language: &Language) -> String {
    let Language { name, build_mode, runner, .. } = language;
    format!(
        "          - language: {name}
            build-mode: {build_mode}
            runner: {runner}
"
    )
}

/// The step that settles which toolchain a language is read with, where it takes one and the repository does not say.
/// Swift's is the runner's; a file that names no release, such as Rust's `stable`, is its owner's choice.
fn toolchain(repository: &Repository, language: &Language) -> Option<String> {
    let step = match (language.name, language.build_mode) {
        ("go", _) => go(repository),
        ("java-kotlin", "autobuild") => java(),
        ("rust", _) if repository.has("rust-toolchain.toml") || repository.has("rust-toolchain") => {
            return None;
        }
        ("rust", _) => rust(),
        _ => return None,
    };
    Some(format!("      - if: matrix.language == '{}'\n{step}\n", language.name))
}

/// A module says which release it needs, if it is not an old one.
fn go(repository: &Repository) -> String {
    let says =
        |path: &&str| matches!(repository.text(path), Some(Ok(text)) if text.lines().any(names_a_release));
    let version = match shallowest(repository, "go.mod").filter(says) {
        Some(module) => format!("go-version-file: {}", yaml::quoted(module)),
        None => format!("go-version: {GO}"),
    };
    format!(
        "        uses: {SETUP_GO}
        with:
          {version}
          cache: false
"
    )
}

fn names_a_release(line: &str) -> bool {
    line.trim_start().strip_prefix("go ").is_some_and(|version| version.contains('.'))
}

fn java() -> String {
    format!(
        "        uses: {SETUP_JAVA}
        with:
          distribution: temurin
          java-version: 21.0.8
"
    )
}

fn rust() -> String {
    format!(
        "        run: |
          rustup toolchain install {RUST} --profile minimal --component rust-src
          rustup default {RUST}
"
    )
}

/// Of the files with that name, the one nearest to the root.
fn shallowest<'a>(repository: &'a Repository, name: &str) -> Option<&'a str> {
    let named = repository.paths().filter(|path| path.rsplit('/').next() == Some(name));
    named.min_by_key(|path| path.matches('/').count())
}
