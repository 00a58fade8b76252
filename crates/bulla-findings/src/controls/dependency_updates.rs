//! Dependency updates: a robot that leaves out a directory leaves its known weaknesses there.

use std::collections::BTreeSet;

use super::evidence::sorted;
use super::{Control, Evidence};
use crate::repository::{Dependabot, Manifest, RenovateConfig, RenovateContent, Repository};
use crate::severity::Severity;

/// See the module.
pub(super) static DEPENDENCY_UPDATES: Control = Control {
    id: "dependency-updates",
    title: "Dependency updates",
    question: "Does a robot propose updates for every kind of package, GitHub Actions included?",
    reason: "A weakness in a dependency is published together with its fix, and whoever has not updated by then can be \
             attacked with what was published. A package that no robot looks at stays as it is until somebody remembers it.",
    fix: "Add an entry to `.github/dependabot.yml` for each ecosystem and directory that is named, with `package-ecosystem`, \
          `directory` and `schedule.interval`, and one for `github-actions` in `/`; or configure Renovate.",
    severity: Severity::High,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let manifests = repository.manifests();
    let (dependabot, renovate) = (Dependabot::read(repository), RenovateConfig::read(repository));
    let mut found = Vec::new();
    if dependabot.is_none() && renovate.is_none() && !manifests.is_empty() {
        found.push(Evidence::fail("neither Dependabot nor Renovate is configured"));
    }
    let dependabot = dependabot.and_then(|read| match read {
        Ok(dependabot) => Some(dependabot),
        Err(unreadable) => {
            found.push(Evidence::unreadable(&unreadable));
            None
        }
    });
    found.extend(renovate.as_ref().and_then(of_renovate));
    found.extend(sorted(of_manifests(&manifests, dependabot.as_ref(), renovate.as_ref())));
    found
}

/// What the configuration says of itself.
fn of_renovate(config: &RenovateConfig) -> Option<Evidence> {
    let evidence = match &config.content {
        RenovateContent::Broken(why) => {
            Evidence::fail(format!("Renovate's configuration cannot be read: {why}"))
        }
        RenovateContent::NotPlain => Evidence::not_assessed(
            "Renovate's configuration is no plain JSON, so what it leaves out is not known",
        ),
        RenovateContent::Read(renovate) if renovate.is_off() => {
            Evidence::fail("Renovate is switched off here")
        }
        RenovateContent::Read(renovate) => Evidence::not_assessed(format!(
            "what the preset `{}` leaves out is not known",
            renovate.presets().first()?
        )),
    };
    Some(evidence.in_file(config.path))
}

/// One piece for each ecosystem and directory that a robot has to look at.
fn of_manifests(
    manifests: &[Manifest<'_>],
    dependabot: Option<&Dependabot>,
    renovate: Option<&RenovateConfig>,
) -> Vec<Evidence> {
    let mut judged = BTreeSet::new();
    let mut found = Vec::new();
    for manifest in manifests {
        if let Some(problem) = &manifest.problem {
            let what =
                format!("`{}` cannot be read, so what it depends on is not known: {problem}", manifest.path);
            found.push(Evidence::warn(what).in_file(manifest.path));
            continue;
        }
        let covered = dependabot.and_then(|dependabot| by_dependabot(dependabot, manifest));
        let covered = covered.map(|(place, evidence)| (place, Some(evidence)));
        let (place, evidence) = covered
            .or_else(|| Some((manifest.root, by_renovate(renovate?, manifest)?)))
            .unwrap_or_else(|| (manifest.root, Some(uncovered(manifest))));
        if judged.insert((manifest.ecosystem.name, place)) {
            found.extend(evidence);
        }
    }
    found
}

/// An entry for the directory of the workspace covers its members.
fn by_dependabot<'a>(dependabot: &Dependabot, manifest: &Manifest<'a>) -> Option<(&'a str, Evidence)> {
    let ecosystem = manifest.ecosystem;
    let (place, update) = [manifest.root, manifest.dir()]
        .into_iter()
        .find_map(|place| Some((place, dependabot.covers(ecosystem.dependabot, place)?)))?;
    let evidence = match update.silenced {
        None => Evidence::pass(format!("Dependabot updates {} in `/{place}`", ecosystem.name)),
        Some(why) => Evidence::warn(format!(
            "Dependabot proposes no new versions for {} in `/{place}`: {why}",
            ecosystem.name
        )),
    };
    Some((place, evidence.at(dependabot.path, &dependabot.lines, &update.ecosystem)))
}

/// `None`: it isn't covered; nothing inside: whether it is covered is not known, and said once.
fn by_renovate(config: &RenovateConfig, manifest: &Manifest<'_>) -> Option<Option<Evidence>> {
    match &config.content {
        RenovateContent::Broken(_) => None,
        RenovateContent::NotPlain => Some(None),
        RenovateContent::Read(renovate) => {
            let ecosystem = manifest.ecosystem;
            let covers = renovate.covers(ecosystem.renovate, manifest.path);
            let evidence = || {
                let what = format!("Renovate updates {} in `/{}`", ecosystem.name, manifest.root);
                Some(Evidence::pass(what).in_file(config.path))
            };
            covers.then(evidence)
        }
    }
}

fn uncovered(manifest: &Manifest<'_>) -> Evidence {
    let what = format!("nothing updates {} in `/{}`", manifest.ecosystem.name, manifest.root);
    Evidence::fail(what).in_file(manifest.path)
}
