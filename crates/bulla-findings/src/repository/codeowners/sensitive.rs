//! What nobody should change unseen: what runs with a repository's rights, what decides what is built, and who decides.

use std::collections::BTreeSet;

use super::pattern::Flaw;
use super::{CodeOwners, Pattern};
use crate::repository::{Budget, Ecosystem, Repository, Settings, is_security_policy, is_workflow};

/// What builds beside manifests and lock files: file names, wherever they are.
const BUILD_FILES: &[&str] = &[
    // Actions
    "action.yml",
    "action.yaml",
    // Rust, JavaScript, Go, Ruby
    "build.rs",
    "pnpm-workspace.yaml",
    "go.work",
    "go.work.sum",
    "Rakefile",
    // Java and its relatives
    "settings.gradle",
    "settings.gradle.kts",
    "gradle.lockfile",
    "gradlew",
    "gradlew.bat",
    "gradle-wrapper.jar",
    "gradle-wrapper.properties",
    // .NET
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "packages.lock.json",
    "NuGet.config",
    // Anything
    "Makefile",
    "GNUmakefile",
    "CMakeLists.txt",
    "meson.build",
    "configure.ac",
    "BUILD",
    "BUILD.bazel",
    "WORKSPACE",
    "WORKSPACE.bazel",
];

/// The paths that must have owners.
#[derive(Debug)]
pub(crate) struct Sensitive<'a> {
    /// By path. [`Sensitive::NEW_WORKFLOWS`] stand for files that are not there yet.
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
    /// Names that nobody gives: no pattern matches them but one for any name, or for any that ends so.
    pub(crate) const NEW_WORKFLOWS: [&'static str; 2] =
        [".github/workflows/<new>.yaml", ".github/workflows/<new>.yml"];

    pub(crate) fn of(repository: &'a Repository, budget: &Budget) -> Self {
        let owners_place = CodeOwners::place(repository);
        let known = repository.paths().filter(|path| is_known(path) || Some(*path) == owners_place);
        let mut paths: BTreeSet<&str> = known.chain(Self::NEW_WORKFLOWS).collect();
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
    is_workflow(path)
        || is_security_policy(path)
        || path == Settings::FILE
        || path.starts_with(".github/actions/")
        // What cargo runs for whoever builds.
        || path.starts_with(".cargo/")
        || path.contains("/.cargo/")
        || BUILD_FILES.contains(&name)
        || Ecosystem::declares(path)
        || Ecosystem::locks(path)
}
