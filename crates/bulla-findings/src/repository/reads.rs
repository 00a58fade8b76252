//! Which files' content controls read: few enough to be read whole, and small enough to be held.

use super::{CodeOwners, Dependabot, Ecosystem, RenovateConfig, Repository, Settings};

const MIB: u64 = 1 << 20;

/// How many bytes of the file at that path are read; `None`: its name alone counts.
pub(super) fn reads(path: &str) -> Option<u64> {
    let name = path.rsplit('/').next().unwrap_or(path);
    // GitHub takes a CODEOWNERS of less than 3 MB.
    if CodeOwners::PLACES.contains(&path) {
        return Some(Repository::LARGEST);
    }
    let is_read = path == Settings::FILE
        || is_workflow(path)
        || matches!(name, "action.yml" | "action.yaml")
        || Dependabot::PATHS.contains(&path)
        || RenovateConfig::PATHS.contains(&path)
        || Ecosystem::reads(path)
        || is_security_policy(path)
        || GORELEASER.contains(&path)
        || name == "pnpm-workspace.yaml"
        || is_toolchain_file(name)
        || is_codeql_configuration(path)
        || is_fuzz_test(name)
        || is_licence(path);
    // Of a lock file, whether there is anything in it.
    if is_read { Some(MIB) } else { Ecosystem::locks(path).then_some(0) }
}

/// Where GoReleaser looks, the first that is there counts.
pub(crate) const GORELEASER: [&str; 2] = [".goreleaser.yaml", ".goreleaser.yml"];

/// Whether GitHub shows what lies there as the repository's security policy.
pub(crate) fn is_security_policy(path: &str) -> bool {
    let name = path.strip_prefix(".github/").or_else(|| path.strip_prefix("docs/")).unwrap_or(path);
    name.eq_ignore_ascii_case("SECURITY.md")
}

/// Where Go keeps fuzz targets, if their file is named for them.
pub(crate) fn is_fuzz_test(name: &str) -> bool {
    name == "fuzz_test.go" || name.ends_with("_fuzz_test.go")
}

/// Whether GitHub takes what lies there for a workflow.
pub(crate) fn is_workflow(path: &str) -> bool {
    let file = path.strip_prefix(".github/workflows/").filter(|file| !file.contains('/'));
    file.is_some_and(|file| file.ends_with(".yml") || file.ends_with(".yaml"))
}

/// Whether a licence is kept there: at the root, or where the REUSE specification has the texts.
pub(crate) fn is_licence(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    match path.strip_prefix("LICENSES/") {
        Some(text) => !text.contains('/'),
        None => {
            let begins = |name: &str| lower.starts_with(name);
            !path.contains('/') && ["license", "licence", "copying", "unlicense"].into_iter().any(begins)
        }
    }
}

/// Whether a configuration of CodeQL usually lies there.
pub(crate) fn is_codeql_configuration(path: &str) -> bool {
    path.starts_with(".github/codeql/") && (path.ends_with(".yml") || path.ends_with(".yaml"))
}

/// Whether a file of that name can hold a toolchain to a version.
pub(crate) fn is_toolchain_file(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        ".go-version",
        ".java-version",
        ".sdkmanrc",
        ".swift-version",
        ".tool-versions",
        "global.json",
        "go.mod",
        "rust-toolchain",
        "rust-toolchain.toml",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_where_it_counts_and_nowhere_else() {
        for (path, read) in [
            ("CODEOWNERS", Some(Repository::LARGEST)),
            ("docs/CODEOWNERS", Some(Repository::LARGEST)),
            ("a/CODEOWNERS", None),
            (".github/security.md", Some(MIB)),
            ("a/SECURITY.md", None),
            (".goreleaser.yml", Some(MIB)),
            ("a/.goreleaser.yml", None),
            ("a/Cargo.toml", Some(MIB)),
            ("a/Cargo.lock", Some(0)),
            ("a/main.rs", None),
        ] {
            assert_eq!(reads(path), read, "{path}");
        }
    }
}
