//! `dependabot.yml`: updates for every kind of package.

use std::collections::{BTreeMap, BTreeSet};

use super::{ScaffoldOptions, Template, yaml};
use crate::repository::{Dependabot, Manifest, RenovateConfig, Repository};

/// See the module.
pub(super) static DEPENDABOT: Template = Template {
    path: ".github/dependabot.yml",
    remark: |_| "switch on alerts and security updates in the repository's settings",
    found,
    content,
};

/// Renovate does the same.
fn found(repository: &Repository) -> Option<&str> {
    let dependabot = Dependabot::PATHS.into_iter().find(|path| repository.has(path));
    dependabot.or_else(|| RenovateConfig::read(repository).map(|renovate| renovate.path))
}

fn content(repository: &Repository, _: &ScaffoldOptions) -> Result<String, &'static str> {
    // Its root stands for all workflows, and some are written here.
    let mut updates = BTreeMap::from([("github-actions", BTreeSet::from([""]))]);
    for manifest in repository.manifests() {
        if manifest.ecosystem.dependabot.is_empty() {
            continue;
        }
        updates.entry(name(repository, &manifest)).or_default().insert(manifest.root);
    }
    let updates: String = updates.iter().map(|(name, directories)| update(name, directories)).collect();
    Ok(format!(
        "\
# A release that somebody has slipped in is mostly found out within days, and security updates do not wait for them.
version: 2
updates:
{updates}"
    ))
}

/// What Dependabot calls a kind of package. Where it has two names for one, a lock file tells which: `bun.lock`, `uv.lock`.
fn name(repository: &Repository, manifest: &Manifest<'_>) -> &'static str {
    let [usual, others @ ..] = manifest.ecosystem.dependabot else { return "" };
    let lock =
        |name: &&&str| repository.has(format!("{}/{name}.lock", manifest.root).trim_start_matches('/'));
    others.iter().find(lock).unwrap_or(usual)
}

fn update(name: &str, directories: &BTreeSet<&str>) -> String {
    let rows =
        directories.iter().map(|directory| format!("      - {}\n", yaml::quoted(&format!("/{directory}"))));
    let rows: String = rows.collect();
    format!(
        "  - package-ecosystem: {name}
    directories:
{rows}    schedule:
      interval: weekly
    cooldown:
      default-days: 7
"
    )
}
