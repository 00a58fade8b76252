//! Lock files: without one, every build takes whatever is newest, and two builds of one commit are two programs.

use std::collections::BTreeMap;

use super::evidence::sorted;
use super::{Control, Evidence};
use crate::repository::{Lock, Manifest, Repository};
use crate::severity::Severity;

/// See the module.
pub(super) static LOCKFILES: Control = Control {
    id: "lockfiles",
    title: "Lock files",
    question: "Is every dependency held by a lock file that is committed?",
    reason: "Without a lock file each build takes the newest version that fits. Whoever takes over a package, or publishes a bad \
             version of it, is in the next build without a change that anybody could review; with one, the version and its \
             hash are part of the commit.",
    fix: "Let the package manager write its lock file, take its name out of `.gitignore`, and commit it; in pipelines, install \
          with what refuses to change it (`--locked`, `npm ci`, `--frozen-lockfile`).",
    severity: Severity::Medium,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    // One answer for all members of a workspace.
    let mut groups: BTreeMap<(&str, &str), Vec<&Manifest<'_>>> = BTreeMap::new();
    let manifests = repository.manifests();
    for manifest in manifests.iter().filter(|manifest| manifest.ecosystem.lock != Lock::Never) {
        groups.entry((manifest.ecosystem.name, manifest.root)).or_default().push(manifest);
    }
    sorted(groups.values().flat_map(|members| of_group(repository, members)).collect())
}

fn of_group(repository: &Repository, members: &[&Manifest<'_>]) -> Vec<Evidence> {
    let unreadable = members.iter().filter_map(|manifest| {
        let what = format!(
            "`{}` cannot be read, so what it depends on is not known: {}",
            manifest.path,
            manifest.problem.as_ref()?
        );
        Some(Evidence::warn(what).in_file(manifest.path))
    });
    let mut found: Vec<Evidence> = unreadable.collect();
    let mut readable = members.iter().filter(|manifest| manifest.problem.is_none());
    let Some(first) = readable.clone().next() else { return found };
    match held_in(repository, first, first.root) {
        Some(held) => found.push(held),
        None => found.extend(readable.by_ref().map(|manifest| {
            held_in(repository, manifest, manifest.dir()).unwrap_or_else(|| missing(manifest))
        })),
    }
    found
}

/// What a lock file in that directory comes to, if there is one: the first that is not empty, else the first.
fn held_in(repository: &Repository, manifest: &Manifest<'_>, dir: &str) -> Option<Evidence> {
    let paths = manifest.ecosystem.lock.names().iter().map(|name| match dir {
        "" => (*name).to_owned(),
        _ => format!("{dir}/{name}"),
    });
    let is_empty = |lock: &String| matches!(repository.text(lock), Some(Ok("")));
    let lock = paths.filter(|lock| repository.has(lock)).min_by_key(is_empty)?;
    let what = format!("`{lock}` is there for `{}`", manifest.path);
    let evidence = match is_empty(&lock) {
        true => Evidence::fail(format!("{what}, and is empty")),
        false => Evidence::pass(format!("{what}, and is neither empty nor ignored")),
    };
    Some(evidence.in_file(&lock))
}

fn missing(manifest: &Manifest<'_>) -> Evidence {
    let names =
        manifest.ecosystem.lock.names().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let path = manifest.path;
    let evidence = match manifest.ecosystem.lock {
        Lock::Perhaps(_) => Evidence::warn(format!(
            "`{path}` has dependencies that no lock file holds: there is none of {names}"
        )),
        Lock::Never | Lock::Always(_) => Evidence::fail(format!(
            "`{path}` has no lock file beside it or at the root of its workspace: there is none of {names}"
        )),
    };
    evidence.in_file(path)
}
