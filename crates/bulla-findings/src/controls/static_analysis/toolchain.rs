use crate::controls::Evidence;
use crate::repository::{Node, Repository, Sequence, Step, Text, is_toolchain_file};

/// A language that CodeQL builds, or reads with the help of its toolchain, and what holds that to a version.
pub(super) struct Language {
    /// CodeQL's name for it.
    pub(super) name: &'static str,
    /// Its other names.
    aliases: &'static [&'static str],
    /// Whether the build mode `none` needs no toolchain.
    none_needs_nothing: bool,
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
        files: &[(".tool-versions", "gcc "), (".tool-versions", "clang ")],
        actions: &[("egor-tensin/setup-gcc", "version"), ("egor-tensin/setup-clang", "version")],
    },
    Language {
        name: "csharp",
        aliases: &["c#"],
        none_needs_nothing: true,
        files: &[("global.json", "\"version\""), (".tool-versions", "dotnet ")],
        actions: &[("actions/setup-dotnet", "dotnet-version")],
    },
    Language {
        name: "go",
        aliases: &["golang"],
        none_needs_nothing: false,
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
        files: &[(".java-version", ""), (".sdkmanrc", "java="), (".tool-versions", "java ")],
        actions: &[("actions/setup-java", "java-version")],
    },
    Language {
        name: "rust",
        aliases: &[],
        none_needs_nothing: false,
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
}

/// The toolchain files of a repository: for each language, evidence of the first that says a version.
pub(super) struct Toolchains(Vec<(&'static str, Evidence)>);

impl Toolchains {
    pub(super) fn of(repository: &Repository) -> Self {
        let mut found: Vec<(&'static str, Evidence)> = Vec::new();
        for path in repository.paths() {
            let name = path.rsplit('/').next().unwrap_or(path);
            if !is_toolchain_file(name) {
                continue;
            }
            let Some(Ok(text)) = repository.text(path) else { continue };
            for language in &LANGUAGES {
                if found.iter().any(|(name, _)| *name == language.name) {
                    continue;
                }
                let lines = language.files.iter().filter(|(file, _)| *file == name);
                let evidence = lines.filter_map(|(_, begins)| in_file(language, path, text, begins)).next();
                found.extend(evidence.map(|evidence| (language.name, evidence)));
            }
        }
        Self(found)
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
    let of_steps = sequence.steps.iter().find_map(|step| in_step(language, step));
    let container = || {
        let container = sequence.job?.1.node.get("container")?;
        container.get("image").unwrap_or(container).text().filter(|image| image.text.contains("@sha256:"))
    };
    Some(held(language).at_source(sequence.source, &of_steps.or_else(container)?))
}

fn in_step(language: &Language, step: &Step) -> Option<Text> {
    let inputs = language.actions.iter().filter(|(action, _)| step.is(action));
    let mut versions = inputs.filter_map(|(_, input)| step.input(input).and_then(Node::text));
    if let Some(version) = versions.find(|version| is_exact(version.text.trim())) {
        return Some(version);
    }
    let is_installed = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let installs = ["install", "default", "set"].iter().any(|command| words.contains(command));
        language.name == "rust"
            && installs
            && words.contains(&"rustup")
            && words.iter().any(|word| is_exact(word))
    };
    step.run.clone().filter(|script| script.text.lines().any(is_installed))
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
