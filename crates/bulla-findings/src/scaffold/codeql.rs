//! The workflow in which CodeQL looks at every change, and at the default branch every week.

use super::languages::{Language, languages};
use super::pins::{CHECKOUT, CODEQL_ANALYZE, CODEQL_INIT, SETUP_GO, SETUP_JAVA};
use super::{ScaffoldOptions, Template, default_branches, yaml};
use crate::controls::analyses;
use crate::repository::Repository;

/// See the module.
pub(super) static CODEQL: Template = Template {
    path: ".github/workflows/codeql.yml",
    remark: "CodeQL's default setup must be switched off in the repository's settings: both at once is refused",
    found: analysing,
    content,
};

/// The path of a workflow that analyses, as the control `static-analysis` finds it.
fn analysing(repository: &Repository) -> Option<&str> {
    let mut workflows = repository.workflows().workflows.iter();
    let found = workflows.find(|workflow| workflow.sequences().any(|sequence| analyses(&sequence)))?;
    Some(&found.path)
}

/// The release that `rustup` installs where the repository names none.
const RUST: &str = "1.95.0";

const LANGUAGE: &str = "${{ matrix.language }}";
const BUILD_MODE: &str = "${{ matrix.build-mode }}";
const RUNNER: &str = "${{ matrix.runner }}";
const REF: &str = "${{ github.ref }}";
const IS_PULL_REQUEST: &str = "${{ github.event_name == 'pull_request' }}";

fn content(repository: &Repository, _: &ScaffoldOptions) -> Result<String, &'static str> {
    let languages = languages(repository);
    let branches = default_branches(repository);
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
/// Swift's is the runner's.
fn toolchain(repository: &Repository, language: &Language) -> Option<String> {
    let step = match (language.name, language.build_mode) {
        ("go", _) => go(repository)?,
        ("java-kotlin", "autobuild") => java(),
        ("rust", _) if repository.has("rust-toolchain.toml") || repository.has("rust-toolchain") => {
            return None;
        }
        ("rust", _) => rust(),
        _ => return None,
    };
    Some(format!("      - if: matrix.language == '{}'\n{step}\n", language.name))
}

/// The module says which release it needs.
fn go(repository: &Repository) -> Option<String> {
    let module = yaml::quoted(shallowest(repository, "go.mod")?);
    Some(format!(
        "        uses: {SETUP_GO}
        with:
          go-version-file: {module}
          cache: false
"
    ))
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
