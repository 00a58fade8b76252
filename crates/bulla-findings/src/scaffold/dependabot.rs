//! `dependabot.yml`: updates for every kind of package.

use super::ecosystems::ecosystems;
use super::{ScaffoldOptions, Template, yaml};
use crate::repository::Repository;

/// See the module.
pub(super) static DEPENDABOT: Template = Template {
    path: ".github/dependabot.yml",
    remark: "alerts and security updates are switched on in the repository's settings",
    found: |repository| ROBOTS.into_iter().find(|path| repository.has(path)),
    content,
};

/// The files of Dependabot, and of Renovate, which does the same.
const ROBOTS: [&str; 8] = [
    ".github/dependabot.yml",
    ".github/dependabot.yaml",
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
];

fn content(repository: &Repository, _: &ScaffoldOptions) -> Result<String, &'static str> {
    let updates: String =
        ecosystems(repository).iter().map(|(name, directories)| update(name, directories)).collect();
    Ok(format!(
        "\
# A release that somebody has slipped in is mostly found out within days, and security updates do not wait for them.
version: 2
updates:
{updates}"
    ))
}

fn update(name: &str, directories: &[String]) -> String {
    let directories: String =
        directories.iter().map(|directory| format!("      - {}\n", yaml::quoted(directory))).collect();
    format!(
        "  - package-ecosystem: {name}
    directories:
{directories}    schedule:
      interval: weekly
    cooldown:
      default-days: 7
"
    )
}
