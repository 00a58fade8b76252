//! Manifests: what they declare, and the directory whose lock file and whose robot they belong to.

pub(super) mod read;

use std::collections::BTreeMap;

use super::ecosystem::{Ecosystem, GITHUB_ACTIONS, Read};
use super::{Node, Repository, glob, is_workflow};

/// A manifest that declares dependencies, or one that can't be read.
#[derive(Debug)]
pub(crate) struct Manifest<'a> {
    pub(crate) path: &'a str,
    pub(crate) ecosystem: &'static Ecosystem,
    /// The directory of the workspace that it is part of, else its own; the repository's root is the empty text.
    pub(crate) root: &'a str,
    /// Why it can't be read.
    pub(crate) problem: Option<String>,
}

/// What a manifest says of itself.
#[derive(Debug)]
pub(super) struct Declared {
    /// Whether it needs anything.
    depends: bool,
    scope: Scope,
}

/// Which manifests below one are resolved with it.
#[derive(Debug)]
enum Scope {
    Alone,
    /// All of them, unless another holds this one.
    Build,
    /// Those, and this one is never a member itself.
    Workspace(Members),
}

#[derive(Debug)]
struct Members {
    /// Patterns of directories; `None`: all.
    include: Option<Vec<String>>,
    exclude: Vec<String>,
}

/// A workspace with more patterns than anybody writes has no members: every member is held against each of them.
const MOST_PATTERNS: usize = 100;

impl<'a> Manifest<'a> {
    /// Its own directory.
    pub(crate) fn dir(&self) -> &'a str {
        dir(self.path)
    }
}

/// Every manifest that declares something or can't be read, by ecosystem.
pub(super) fn manifests(repository: &Repository) -> Vec<Manifest<'_>> {
    let mut by_name: BTreeMap<&str, Vec<(&'static Ecosystem, &str, Result<Declared, String>)>> =
        BTreeMap::new();
    for path in repository.paths() {
        if let Some((ecosystem, declared)) = read(repository, path) {
            by_name.entry(ecosystem.name).or_default().push((ecosystem, path, declared));
        }
    }
    let mut found: Vec<_> = by_name.into_values().flat_map(with_roots).collect();
    found.extend(actions(repository));
    found
}

fn read<'a>(
    repository: &'a Repository,
    path: &'a str,
) -> Option<(&'static Ecosystem, Result<Declared, String>)> {
    Ecosystem::of(path).find_map(|ecosystem| {
        let declared = match ecosystem.read {
            Read::Name => Ok(Declared { depends: true, scope: Scope::Alone }),
            Read::Outermost => Ok(Declared { depends: true, scope: Scope::Build }),
            Read::Content(content) => repository.text(path)?.and_then(content).transpose()?,
        };
        let declared = declared.map(|declared| with_pnpm(repository, path, declared));
        Some((ecosystem, declared))
    })
}

/// pnpm says beside the manifest what the workspace's members are.
fn with_pnpm(repository: &Repository, path: &str, declared: Declared) -> Declared {
    let beside = path.strip_suffix("package.json").map(|dir| format!("{dir}pnpm-workspace.yaml"));
    let node = beside.and_then(|path| repository.text(&path)?.ok()).and_then(|text| Node::parse(text).ok());
    let Some(packages) = node.as_ref().and_then(|node| node.get("packages")) else { return declared };
    let packages = packages.items().iter().filter_map(Node::as_text).map(str::to_owned);
    Declared { scope: Scope::Workspace(Members::of(packages.collect())), ..declared }
}

/// Finds for each manifest of one ecosystem the nearest one above it that holds it.
fn with_roots<'a>(
    mut found: Vec<(&'static Ecosystem, &'a str, Result<Declared, String>)>,
) -> Vec<Manifest<'a>> {
    // By parts, so that what lies below a directory follows it directly.
    found.sort_by(|(_, one, _), (_, other, _)| dir(one).split('/').cmp(dir(other).split('/')));
    let mut above: Vec<(&'a str, Option<Members>)> = Vec::new();
    let mut manifests = Vec::new();
    for (ecosystem, path, declared) in found {
        let own = dir(path);
        while above.last().is_some_and(|(root, _)| below(root, own).is_none()) {
            above.pop();
        }
        let holder = above.last().filter(|(root, members)| {
            let inner = below(root, own).unwrap_or_default();
            members.as_ref().is_none_or(|members| members.hold(inner))
        });
        let holder = holder.map(|(root, _)| *root);
        let (depends, root, problem) = match declared {
            Err(problem) => (true, holder.unwrap_or(own), Some(problem)),
            Ok(Declared { depends, scope }) => {
                let root = match scope {
                    Scope::Alone => holder.unwrap_or(own),
                    Scope::Build => {
                        if holder.is_none() {
                            above.push((own, None));
                        }
                        holder.unwrap_or(own)
                    }
                    Scope::Workspace(members) => {
                        above.push((own, Some(members)));
                        own
                    }
                };
                (depends, root, None)
            }
        };
        if depends {
            manifests.push(Manifest { path, ecosystem, root, problem });
        }
    }
    manifests
}

/// Workflows belong to the root, a composite action that uses others to its own directory.
fn actions(repository: &Repository) -> impl Iterator<Item = Manifest<'_>> {
    let workflows = repository.workflows();
    let composite = workflows.actions.iter().filter(|action| {
        let mut uses = action.steps.iter().filter_map(|step| step.uses.as_ref());
        uses.any(|uses| !uses.text.starts_with("./"))
    });
    let composite = composite.map(|action| action.path.as_str());
    let workflows = repository.paths().filter(|path| is_workflow(path));
    let manifest = |path, root| Manifest { path, ecosystem: &GITHUB_ACTIONS, root, problem: None };
    workflows.map(move |path| manifest(path, "")).chain(composite.map(move |path| manifest(path, dir(path))))
}

fn dir(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The way from one directory to another that is the same or below it.
fn below<'a>(root: &str, dir: &'a str) -> Option<&'a str> {
    if root.is_empty() {
        return Some(dir);
    }
    let rest = dir.strip_prefix(root)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl Members {
    /// As npm, pnpm and uv have them: what begins with `!` is left out.
    fn of(patterns: Vec<String>) -> Self {
        let (exclude, include): (Vec<_>, Vec<_>) = patterns.into_iter().partition(|it| it.starts_with('!'));
        let exclude = exclude.into_iter().map(|pattern| pattern[1..].to_owned()).collect();
        Self { include: Some(include), exclude }
    }

    fn hold(&self, inner: &str) -> bool {
        let include = self.include.as_deref();
        if include.map_or(0, <[String]>::len) + self.exclude.len() > MOST_PATTERNS {
            return false;
        }
        include.is_none_or(|patterns| patterns.iter().any(|pattern| glob::matches(pattern, inner)))
            && !self.exclude.iter().any(|pattern| glob::matches(pattern, inner))
    }
}
