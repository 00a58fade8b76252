//! The actions that workflows here use, each held to one commit.

use std::fmt;

/// An action and the commit that it is held to.
pub(super) struct Pin {
    action: &'static str,
    commit: &'static str,
    /// The release that the commit is.
    version: &'static str,
}

/// What stands behind `uses:`.
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} # {}", self.action, self.commit, self.version)
    }
}

const fn pin(action: &'static str, version: &'static str, commit: &'static str) -> Pin {
    Pin { action, commit, version }
}

/// The commit of all of CodeQL's actions, which are one repository.
const CODEQL: (&str, &str) = ("v4.36.2", "8aad20d150bbac5944a9f9d289da16a4b0d87c1e");

pub(super) const CHECKOUT: Pin =
    pin("actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1");
pub(super) const CODEQL_ANALYZE: Pin = pin("github/codeql-action/analyze", CODEQL.0, CODEQL.1);
pub(super) const CODEQL_INIT: Pin = pin("github/codeql-action/init", CODEQL.0, CODEQL.1);
pub(super) const CODEQL_UPLOAD_SARIF: Pin = pin("github/codeql-action/upload-sarif", CODEQL.0, CODEQL.1);
pub(super) const SCORECARD: Pin =
    pin("ossf/scorecard-action", "v2.4.4", "2d1146689b8cda280b9bc96326124645441f03bc");
pub(super) const SETUP_GO: Pin =
    pin("actions/setup-go", "v7.0.0", "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e");
pub(super) const SETUP_JAVA: Pin =
    pin("actions/setup-java", "v5.6.0", "03ad4de0992f5dab5e18fcb136590ce7c4a0ac95");
pub(super) const UPLOAD_ARTIFACT: Pin =
    pin("actions/upload-artifact", "v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Those that only this repository's own workflows use.
    const OWN: [Pin; 4] = [
        pin("actions/attest", "v4.2.2", "1e69f48acb82d1966a394da916b4c1698aa569d6"),
        pin("actions/cache/restore", "v5.0.5", "27d5ce7f107fe9357f9df03efb73ab90386fccae"),
        pin("actions/cache/save", "v5.0.5", "27d5ce7f107fe9357f9df03efb73ab90386fccae"),
        pin("actions/download-artifact", "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    ];

    const SCAFFOLDED: [Pin; 8] = [
        CHECKOUT,
        CODEQL_ANALYZE,
        CODEQL_INIT,
        CODEQL_UPLOAD_SARIF,
        SCORECARD,
        SETUP_GO,
        SETUP_JAVA,
        UPLOAD_ARTIFACT,
    ];

    #[test]
    fn this_repository_holds_each_action_to_the_commit_that_is_scaffolded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workflows = fs::read_dir(root.join(".github/workflows")).unwrap();
        let mut files: Vec<_> = workflows.map(|entry| entry.unwrap().path()).collect();
        files.extend(["action.yml", "docs/examples/github-workflow.yml"].map(|path| root.join(path)));
        let pins: Vec<_> = SCAFFOLDED.iter().chain(&OWN).map(Pin::to_string).collect();
        let mut used = 0;
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for uses in text.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, uses)| uses.trim())
            {
                // What the example calls this repository's own action, and the repository itself.
                if !uses.starts_with("example/bulla@") && !uses.starts_with("./") {
                    assert!(pins.iter().any(|pin| pin == uses), "{}: {uses}", file.display());
                    used += 1;
                }
            }
        }
        assert!(used > 10, "{used}");
    }
}
