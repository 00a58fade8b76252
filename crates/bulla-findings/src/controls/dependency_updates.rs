//! Dependency updates: a robot that leaves out a directory leaves its known weaknesses there.

use std::collections::BTreeSet;

use super::evidence::sorted;
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{Budget, Dependabot, Manifest, RenovateConfig, RenovateContent, Repository};
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
    let mut manifests = repository.manifests();
    // There is no robot to ask for.
    manifests.retain(|manifest| !manifest.ecosystem.dependabot.is_empty());
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
    let robots = Robots { dependabot, renovate, budget: Budget::bounded() };
    found.extend(sorted(robots.of_manifests(&manifests)));
    if robots.budget.is_spent() {
        found.push(Evidence::fail("there are too many patterns and paths to tell what is updated"));
    }
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

/// What is configured and can be read.
struct Robots {
    dependabot: Option<Dependabot>,
    renovate: Option<RenovateConfig>,
    budget: Budget,
}

impl Robots {
    /// One piece of a kind for each ecosystem and directory that a robot has to look at, as far as the budget reaches.
    fn of_manifests(&self, manifests: &[Manifest<'_>]) -> Vec<Evidence> {
        let mut judged = BTreeSet::new();
        let mut found = Vec::new();
        for manifest in manifests.iter().take_while(|_| !self.budget.is_spent()) {
            if let Some(problem) = &manifest.problem {
                let what = format!(
                    "`{}` cannot be read, so what it depends on is not known: {problem}",
                    manifest.path
                );
                found.push(Evidence::warn(what).in_file(manifest.path));
                continue;
            }
            let (place, evidence) = self.of_manifest(manifest);
            if let Some(evidence) = evidence
                && judged.insert((manifest.ecosystem.name, place, evidence.verdict))
            {
                found.push(evidence);
            }
        }
        found
    }

    /// The directory that it is about, and nothing where what is known was said before.
    fn of_manifest<'a>(&self, manifest: &Manifest<'a>) -> (&'a str, Option<Evidence>) {
        let (place, by_dependabot) = self.by_dependabot(manifest).unzip();
        let place = place.unwrap_or(manifest.root);
        let surely = |evidence: &Evidence| evidence.verdict != ControlVerdict::NotAssessed;
        if by_dependabot.as_ref().is_some_and(surely) {
            return (place, by_dependabot);
        }
        match self.by_renovate(manifest) {
            Some(by_renovate) => (place, by_renovate),
            None => (place, by_dependabot.or_else(|| Some(uncovered(manifest)))),
        }
    }

    /// An entry for the directory of the workspace covers its members.
    fn by_dependabot<'a>(&self, manifest: &Manifest<'a>) -> Option<(&'a str, Evidence)> {
        let dependabot = self.dependabot.as_ref()?;
        let ecosystem = manifest.ecosystem;
        let covered = [manifest.root, manifest.dir()]
            .into_iter()
            .filter_map(|place| Some((place, dependabot.covers(ecosystem.dependabot, place, &self.budget)?)));
        let (place, update) = covered.min_by_key(|(_, update)| update.is_err())?;
        let name = ecosystem.name;
        let (evidence, text) = match update {
            Ok(update) => {
                let evidence = match update.silenced {
                    None => Evidence::pass(format!("Dependabot updates {name} in `/{place}`")),
                    Some(why) => Evidence::warn(format!(
                        "Dependabot proposes no new versions for {name} in `/{place}`: {why}"
                    )),
                };
                (evidence, &update.ecosystem)
            }
            Err(pattern) => (unclear("Dependabot", name, place, &pattern.text), pattern),
        };
        Some((place, evidence.at(dependabot.path, &dependabot.lines, text)))
    }

    /// `None`: it isn't covered; nothing inside: whether it is covered is not known, and said once.
    fn by_renovate(&self, manifest: &Manifest<'_>) -> Option<Option<Evidence>> {
        let config = self.renovate.as_ref()?;
        let renovate = match &config.content {
            RenovateContent::Broken(_) => return None,
            RenovateContent::NotPlain => return Some(None),
            RenovateContent::Read(renovate) => renovate,
        };
        let (name, place) = (manifest.ecosystem.name, manifest.root);
        let covers = renovate.covers(manifest.ecosystem.renovate, manifest.path, &self.budget);
        let evidence = match covers {
            Ok(false) => return None,
            Ok(true) => Evidence::pass(format!("Renovate updates {name} in `/{place}`")),
            Err(pattern) => unclear("Renovate", name, place, pattern),
        };
        Some(Some(evidence.in_file(config.path)))
    }
}

fn unclear(robot: &str, name: &str, place: &str, pattern: &str) -> Evidence {
    Evidence::not_assessed(format!(
        "whether {robot} updates {name} in `/{place}` is not known: `{pattern}` is a pattern that is not understood"
    ))
}

fn uncovered(manifest: &Manifest<'_>) -> Evidence {
    let what = format!("nothing updates {} in `/{}`", manifest.ecosystem.name, manifest.root);
    Evidence::fail(what).in_file(manifest.path)
}
