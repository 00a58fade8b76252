//! What nobody should change unseen: what runs with a repository's rights, what decides what is built, and who decides.

use std::collections::BTreeSet;

use super::pattern::Flaw;
use super::{CodeOwners, Pattern};
use crate::repository::{Budget, Repository, is_workflow};

/// What builds, and what a build is made of: file names, wherever they are.
const BUILD_FILES: &[&str] = &[
    // Actions
    "action.yml",
    "action.yaml",
    // Rust
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "rust-toolchain",
    "rust-toolchain.toml",
    // JavaScript
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.json",
    "deno.lock",
    // Go
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    // Python
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile",
    "Pipfile.lock",
    // Java and its relatives
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "gradle.lockfile",
    "gradle-wrapper.jar",
    "gradle-wrapper.properties",
    "build.sbt",
    // .NET
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "packages.lock.json",
    "NuGet.config",
    // Ruby, PHP, Elixir, Dart, Swift
    "Gemfile",
    "Gemfile.lock",
    "Rakefile",
    "composer.json",
    "composer.lock",
    "mix.exs",
    "mix.lock",
    "pubspec.yaml",
    "pubspec.lock",
    "Package.swift",
    "Package.resolved",
    // Anything
    "Makefile",
    "GNUmakefile",
    "CMakeLists.txt",
    "meson.build",
    "configure.ac",
    "BUILD.bazel",
    "MODULE.bazel",
    "MODULE.bazel.lock",
    "Dockerfile",
    "Containerfile",
    "flake.nix",
    "flake.lock",
];

/// The paths that must have owners.
#[derive(Debug)]
pub(crate) struct Sensitive<'a> {
    /// By path. [`Sensitive::NEW_WORKFLOW`] stands for a file that is not there yet.
    pub(crate) paths: BTreeSet<&'a str>,
    /// What the repository's settings name, in their order.
    pub(crate) named: Vec<NamedSensitive<'a>>,
}

/// A pattern of the repository's settings.
#[derive(Debug)]
pub(crate) struct NamedSensitive<'a> {
    pub(crate) written: &'a str,
    /// Whether it matches any file, if it is a pattern.
    pub(crate) matches_any: Result<bool, Flaw>,
}

impl<'a> Sensitive<'a> {
    /// Its last part is a name that nobody knows: no pattern matches it but one for any name.
    pub(crate) const NEW_WORKFLOW: &'static str = ".github/workflows/";

    pub(crate) fn of(repository: &'a Repository, budget: &Budget) -> Self {
        let owners_place = CodeOwners::place(repository);
        let known = repository.paths().filter(|path| is_known(path) || Some(*path) == owners_place);
        let mut paths: BTreeSet<&str> = known.chain([Self::NEW_WORKFLOW]).collect();
        let named = repository.settings().sensitive.iter().map(|written| {
            let matches_any = Pattern::parse(written).map(|pattern| {
                let matching: Vec<_> = repository
                    .paths()
                    .take_while(|_| !budget.is_spent())
                    .filter(|path| pattern.matches(&path.split('/').collect::<Vec<_>>(), budget))
                    .collect();
                paths.extend(&matching);
                !matching.is_empty()
            });
            NamedSensitive { written, matches_any }
        });
        let named = named.collect();
        Self { paths, named }
    }
}

fn is_known(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_workflow(path) || BUILD_FILES.contains(&name) || is_security_policy(path)
}

/// Where GitHub shows it.
fn is_security_policy(path: &str) -> bool {
    let place = path.strip_prefix(".github/").or_else(|| path.strip_prefix("docs/")).unwrap_or(path);
    place.eq_ignore_ascii_case("SECURITY.md")
}
