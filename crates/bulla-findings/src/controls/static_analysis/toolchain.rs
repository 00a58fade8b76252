use std::collections::BTreeSet;

use crate::controls::Evidence;
use crate::repository::{Command, Node, Place, Repository, Sequence, Step, is_toolchain_file};

/// A language that CodeQL builds, or reads with the help of its toolchain, and what holds that to a version.
pub(super) struct Language {
    /// CodeQL's name for it.
    pub(super) name: &'static str,
    /// Its other names.
    aliases: &'static [&'static str],
    /// Whether the build mode `none` needs no toolchain.
    none_needs_nothing: bool,
    /// Whether a file of that name says how it is built.
    is_manifest: fn(&str) -> bool,
    /// Files, and how the line with the version begins in each.
    files: &'static [(&'static str, &'static str)],
    /// Actions that install a toolchain, each with its input for the version.
    actions: &'static [(&'static str, &'static str)],
}

static LANGUAGES: [Language; 6] = [
    Language {
        name: "c-cpp",
        aliases: &["c", "cpp", "c++"],
        none_needs_nothing: true,
        is_manifest: |name| matches!(name, "CMakeLists.txt" | "Makefile" | "configure.ac" | "meson.build"),
        files: &[(".tool-versions", "gcc "), (".tool-versions", "clang ")],
        actions: &[("egor-tensin/setup-gcc", "version"), ("egor-tensin/setup-clang", "version")],
    },
    Language {
        name: "csharp",
        aliases: &["c#"],
        none_needs_nothing: true,
        is_manifest: |name| [".csproj", ".sln", ".slnx"].iter().any(|ending| name.ends_with(ending)),
        files: &[("global.json", "\"version\""), (".tool-versions", "dotnet ")],
        actions: &[("actions/setup-dotnet", "dotnet-version")],
    },
    Language {
        name: "go",
        aliases: &["golang"],
        none_needs_nothing: false,
        is_manifest: |name| name == "go.mod",
        files: &[
            ("go.mod", "toolchain "),
            ("go.mod", "go "),
            (".go-version", ""),
            (".tool-versions", "golang "),
        ],
        actions: &[("actions/setup-go", "go-version")],
    },
    Language {
        name: "java-kotlin",
        aliases: &["java", "kotlin"],
        none_needs_nothing: true,
        is_manifest: |name| matches!(name, "pom.xml" | "build.gradle" | "build.gradle.kts"),
        files: &[(".java-version", ""), (".sdkmanrc", "java="), (".tool-versions", "java ")],
        actions: &[("actions/setup-java", "java-version")],
    },
    Language {
        name: "rust",
        aliases: &[],
        none_needs_nothing: false,
        is_manifest: |name| name == "Cargo.toml",
        files: &[("rust-toolchain.toml", "channel"), ("rust-toolchain", ""), (".tool-versions", "rust ")],
        actions: &[
            ("dtolnay/rust-toolchain", "toolchain"),
            ("actions-rust-lang/setup-rust-toolchain", "toolchain"),
            ("actions-rs/toolchain", "toolchain"),
        ],
    },
    Language {
        name: "swift",
        aliases: &[],
        none_needs_nothing: false,
        is_manifest: |name| matches!(name, "Package.swift" | "project.pbxproj"),
        files: &[(".swift-version", ""), (".tool-versions", "swift ")],
        actions: &[
            ("swift-actions/setup-swift", "swift-version"),
            ("maxim-lobanov/setup-xcode", "xcode-version"),
        ],
    },
];

impl Language {
    /// The compiled language that CodeQL knows by that name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let name = name.trim().to_ascii_lowercase();
        LANGUAGES.iter().find(|language| language.name == name || language.aliases.contains(&name.as_str()))
    }

    /// Whether it is read as it is, without any tool of its own.
    pub(super) fn needs_no_toolchain(&self, build_mode: Option<&str>) -> bool {
        self.none_needs_nothing && build_mode == Some("none")
    }

    /// Those of these directories that are above one of its manifests, or beside one.
    fn dirs<'a>(&self, repository: &'a Repository, among: &BTreeSet<&str>) -> BTreeSet<&'a str> {
        let manifests = repository.paths().filter(|path| (self.is_manifest)(split(path).1));
        let above = |path: &'a str| path.match_indices('/').map(|(end, _)| &path[..end]);
        manifests.flat_map(above).filter(|dir| among.contains(dir)).collect()
    }
}

/// The directory and the name of a file.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The toolchain files of a repository: for each language, evidence of the first that says a version.
pub(super) struct Toolchains(Vec<(&'static str, Evidence)>);

impl Toolchains {
    /// Those at the root, and those in a directory with what is built by them: a test's own holds nothing else.
    pub(super) fn of(repository: &Repository) -> Self {
        let files = repository.paths().map(|path| (path, split(path)));
        let files: Vec<_> = files.filter(|(_, (_, name))| is_toolchain_file(name)).collect();
        let dirs = files.iter().map(|(_, (dir, _))| *dir).filter(|dir| !dir.is_empty()).collect();
        let found = LANGUAGES.iter().filter_map(|language| {
            let own = language.dirs(repository, &dirs);
            let mut counting = files.iter().filter(|(_, (dir, _))| dir.is_empty() || own.contains(dir));
            let evidence = counting.find_map(|(path, (_, name))| {
                let text = repository.text(path)?.ok()?;
                let mut lines = language.files.iter().filter(|(file, _)| file == name);
                lines.find_map(|(_, begins)| in_file(language, path, text, begins))
            });
            Some((language.name, evidence?))
        });
        Self(found.collect())
    }

    /// What shows that a language's toolchain is held to a version, in the tree or in a job.
    pub(super) fn pinned(&self, language: &Language, sequence: &Sequence<'_>) -> Option<Evidence> {
        let in_tree =
            self.0.iter().find(|(name, _)| *name == language.name).map(|(_, evidence)| evidence.clone());
        in_tree.or_else(|| in_job(language, sequence))
    }
}

fn in_file(language: &Language, path: &str, text: &str, begins: &str) -> Option<Evidence> {
    let says = |line: &str| {
        let rest =
            line.trim_start().strip_prefix(begins).map(|rest| rest.trim_start_matches([' ', '=', ':']));
        rest.is_some_and(|rest| rest.split_whitespace().next().is_some_and(is_exact))
    };
    let lines: Vec<&str> = text.lines().collect();
    let line = lines.iter().position(|line| says(line))? as u64 + 1;
    Some(held(language).at_line(path, &lines, line))
}

fn in_job(language: &Language, sequence: &Sequence<'_>) -> Option<Evidence> {
    let of_steps = sequence.live().find_map(|step| in_step(language, sequence, step));
    let container = || {
        let container = sequence.job?.1.node.get("container")?;
        let image = container.get("image").unwrap_or(container).text()?;
        image.text.contains("@sha256:").then(|| (&image).into())
    };
    Some(held(language).at_source(sequence.source, of_steps.or_else(container)?))
}

fn in_step(language: &Language, sequence: &Sequence<'_>, step: &Step) -> Option<Place> {
    let inputs = language.actions.iter().filter(|(action, _)| step.is(action));
    let mut versions = inputs.filter_map(|(_, input)| step.input(input).and_then(Node::text));
    if let Some(version) = versions.find(|version| is_exact(version.text.trim())) {
        return Some((&version).into());
    }
    let is_installed = |command: &Command| {
        language.name == "rust"
            && command.program() == "rustup"
            && command.operands().any(|word| matches!(word, "install" | "default" | "set"))
            && command.operands().any(is_exact)
    };
    sequence.source.commands(step).find(|(command, _)| is_installed(command)).map(|(_, place)| place)
}

fn held(language: &Language) -> Evidence {
    Evidence::pass(format!("the toolchain that `{}` is analysed with is held to a version", language.name))
}

/// `1.95.0`, `go1.22.3`, `temurin-21.0.3+9`, `21.0.3-tem`, `nightly-2026-01-31`; neither `stable` nor `21` nor `1.x`.
fn is_exact(version: &str) -> bool {
    let version = version.trim_matches(['"', '\'', ',']);
    let Some(first) = version.find(|c: char| c.is_ascii_digit()) else { return false };
    let (name, rest) = version.split_at(first);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    let is_name = name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let is_suffix = suffix.is_empty() || suffix.starts_with(['-', '+', '_']);
    let is_plain = suffix.chars().all(|c| c.is_ascii_alphanumeric() || "-+_.".contains(c));
    let is_date = name == "nightly-" && rest.len() == "2026-01-31".len();
    is_name && is_suffix && is_plain && (is_date || number.contains('.') && !number.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_table_is_read() {
        let unread = |(name, _): &&(&str, _)| !is_toolchain_file(name);
        let unread: Vec<_> = LANGUAGES.iter().flat_map(|language| language.files).filter(unread).collect();
        assert!(unread.is_empty(), "{unread:?}");
    }

    #[test]
    fn a_version_is_exact_if_it_says_which() {
        for exact in [
            "1.95.0",
            "\"1.95\",",
            "go1.22.3",
            "v1.2",
            "temurin-21.0.3+9",
            "21.0.3-tem",
            "nightly-2026-01-31",
        ] {
            assert!(is_exact(exact), "{exact}");
        }
        for open in [
            "",
            "stable",
            "nightly",
            "21",
            "1.x",
            "1.2.*",
            "1.",
            ">=1.2",
            "^1.2",
            "${{ matrix.go }}",
            "nightly-20",
        ] {
            assert!(!is_exact(open), "{open}");
        }
    }
}
