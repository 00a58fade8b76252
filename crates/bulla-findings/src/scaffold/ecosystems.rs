//! Where packages are named, by the names of files.

use std::collections::BTreeSet;
use std::path::Path;

use crate::repository::Repository;

/// A kind of package, as Dependabot names it.
pub(super) struct Ecosystem {
    pub(super) name: &'static str,
    /// Files that name packages. Below a directory that has one, further ones are its members. `*.x` is an ending.
    manifests: &'static [&'static str],
    /// Files that make a directory one of its own, wherever it lies.
    locks: &'static [&'static str],
    /// Files that make it another kind's.
    unless: &'static [&'static str],
}

const fn ecosystem(
    name: &'static str,
    manifests: &'static [&'static str],
    locks: &'static [&'static str],
) -> Ecosystem {
    Ecosystem { name, manifests, locks, unless: &[] }
}

/// <https://docs.github.com/en/code-security/dependabot/ecosystems-supported-by-dependabot/supported-ecosystems-and-repositories>
static ECOSYSTEMS: [Ecosystem; 19] = [
    ecosystem("bun", &[], &["bun.lock"]),
    ecosystem("bundler", &["Gemfile", "*.gemspec"], &["Gemfile.lock"]),
    ecosystem("cargo", &["Cargo.toml"], &["Cargo.lock"]),
    ecosystem("composer", &["composer.json"], &["composer.lock"]),
    ecosystem("docker", &[], &["Dockerfile", "Containerfile"]),
    ecosystem(
        "docker-compose",
        &[],
        &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"],
    ),
    ecosystem("gitsubmodule", &[], &[".gitmodules"]),
    ecosystem("gomod", &[], &["go.mod"]),
    ecosystem("gradle", &["build.gradle", "build.gradle.kts"], &["settings.gradle", "settings.gradle.kts"]),
    ecosystem("helm", &[], &["Chart.yaml"]),
    ecosystem("maven", &["pom.xml"], &[]),
    ecosystem("mix", &["mix.exs"], &["mix.lock"]),
    Ecosystem {
        unless: &["bun.lock"],
        ..ecosystem("npm", &["package.json"], &["package-lock.json", "pnpm-lock.yaml", "yarn.lock"])
    },
    ecosystem("nuget", &["*.csproj", "*.fsproj", "*.vbproj"], &["*.sln", "*.slnx"]),
    Ecosystem {
        unless: &["uv.lock"],
        ..ecosystem(
            "pip",
            &["pyproject.toml", "setup.py"],
            &["Pipfile", "poetry.lock", "requirements.in", "requirements.txt"],
        )
    },
    ecosystem("pub", &["pubspec.yaml"], &["pubspec.lock"]),
    ecosystem("swift", &["Package.swift"], &["Package.resolved"]),
    ecosystem("terraform", &["*.tf"], &[".terraform.lock.hcl"]),
    ecosystem("uv", &[], &["uv.lock"]),
];

/// The kinds of packages of a repository, each with its directories from the root, `/` being the root itself. GitHub
/// Actions is always among them: the workflows that are written here use some.
pub(super) fn ecosystems(repository: &Repository) -> Vec<(&'static str, Vec<String>)> {
    let files: Vec<_> = repository.paths().filter_map(split).collect();
    let packages = ECOSYSTEMS.iter().map(|ecosystem| (ecosystem.name, ecosystem.directories(&files)));
    let packages = packages.filter(|(_, directories)| !directories.is_empty());
    std::iter::once(("github-actions", actions(&files))).chain(packages).collect()
}

/// The root stands for the workflows, and for an action that lies there.
fn actions(files: &[(&Path, &str)]) -> Vec<String> {
    let actions = directories_with(&["action.yml", "action.yaml"], files);
    std::iter::once(Path::new(""))
        .chain(actions.into_iter().filter(|directory| *directory != ""))
        .map(from_root)
        .collect()
}

impl Ecosystem {
    fn directories(&self, files: &[(&Path, &str)]) -> Vec<String> {
        let [named, locked, others] =
            [self.manifests, self.locks, self.unless].map(|names| directories_with(names, files));
        let mut own = Vec::new();
        let mut top: Option<&Path> = None;
        for directory in named.union(&locked).filter(|directory| !others.contains(**directory)) {
            // Paths are sorted by their parts: whatever lies below a directory comes right behind it.
            let is_member = top.is_some_and(|top| directory.starts_with(top));
            if !is_member {
                top = Some(directory);
            }
            if !is_member || locked.contains(directory) {
                own.push(from_root(directory));
            }
        }
        own
    }
}

fn directories_with<'a>(names: &[&str], files: &[(&'a Path, &str)]) -> BTreeSet<&'a Path> {
    let named = files.iter().filter(|(_, name)| names.iter().any(|pattern| matches(pattern, name)));
    named.map(|(directory, _)| *directory).collect()
}

/// The directory, empty for the root, and the name in it.
fn split(path: &str) -> Option<(&Path, &str)> {
    let path = Path::new(path);
    Some((path.parent()?, path.file_name()?.to_str()?))
}

fn from_root(directory: &Path) -> String {
    format!("/{}", directory.display())
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == name, |ending| name.ends_with(ending))
}
