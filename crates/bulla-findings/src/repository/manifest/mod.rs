//! Manifests: what they declare, and the directory whose lock file and whose robot they belong to.

pub(super) mod read;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::ecosystem::{Ecosystem, GITHUB_ACTIONS, Read};
use super::glob::Glob;
use super::{Budget, Node, Repository, is_workflow};
pub(super) use read::Pyproject;

/// A manifest that declares dependencies, or one that can't be read.
#[derive(Debug)]
pub(crate) struct Manifest<'a> {
    pub(crate) path: &'a str,
    pub(crate) ecosystem: &'static Ecosystem,
    /// The directory of the workspace that it is part of, else the one that it is for; the repository's root is the empty text.
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
    include: Option<Vec<Glob>>,
    exclude: Vec<Glob>,
}

impl<'a> Manifest<'a> {
    /// Its own directory.
    pub(crate) fn dir(&self) -> &'a str {
        dir(self.path)
    }
}

/// A manifest that was read, before it is known what it belongs to.
struct Found<'a> {
    path: &'a str,
    /// The directory that it is for.
    own: &'a str,
    ecosystem: &'static Ecosystem,
    declared: Result<Declared, String>,
}

/// Every manifest that declares something or can't be read, by ecosystem.
pub(super) fn manifests(repository: &Repository) -> Vec<Manifest<'_>> {
    let mut by_name: BTreeMap<&str, Vec<Found<'_>>> = BTreeMap::new();
    for found in repository.paths().filter_map(|path| read(repository, path)) {
        by_name.entry(found.ecosystem.name).or_default().push(found);
    }
    let budget = Budget::bounded();
    let with_roots = |found| with_roots(found, &budget);
    by_name.into_values().flat_map(with_roots).chain(actions(repository)).collect()
}

fn read<'a>(repository: &'a Repository, path: &'a str) -> Option<Found<'a>> {
    let pyproject = OnceCell::new();
    Ecosystem::of(path).find_map(|(ecosystem, own)| {
        let text = || repository.text(path).expect("a path of the repository is there");
        let depends = |depends| Ok(Declared { depends, scope: Scope::Alone });
        let declared = match ecosystem.read {
            Read::Name => depends(true),
            Read::Outermost => Ok(Declared { depends: true, scope: Scope::Build }),
            Read::Lines(beginnings) => text().and_then(|text| depends(read::has_line(text, beginnings))),
            Read::Mentions(words) => {
                text().and_then(|text| depends(words.iter().any(|word| text.contains(word))))
            }
            Read::Content(content) => text().and_then(content).transpose()?,
            Read::Pyproject(content) => match pyproject.get_or_init(|| text().and_then(Pyproject::parse)) {
                Ok(file) => Ok(content(file)?),
                Err(problem) => Err(problem.clone()),
            },
        };
        let declared = declared.map(|declared| with_pnpm(repository, path, declared));
        Some(Found { path, own, ecosystem, declared })
    })
}

/// pnpm says beside the manifest what the workspace's members are.
fn with_pnpm(repository: &Repository, path: &str, declared: Declared) -> Declared {
    let beside = path.strip_suffix("package.json").map(|dir| format!("{dir}pnpm-workspace.yaml"));
    let node = beside.and_then(|path| repository.text(&path)?.ok()).and_then(|text| Node::parse(text).ok());
    let Some(packages) = node.as_ref().and_then(|node| node.get("packages")) else { return declared };
    let packages: Vec<&str> = packages.items().iter().filter_map(Node::as_text).collect();
    Declared { scope: Scope::Workspace(Members::of(&packages)), ..declared }
}

/// Finds for each manifest of one ecosystem the nearest one above it that holds it. What the budget does not reach is on
/// its own, and needs its own lock file and its own robot.
fn with_roots<'a>(mut found: Vec<Found<'a>>, budget: &Budget) -> Vec<Manifest<'a>> {
    // By parts, so that what lies below a directory follows it directly.
    found.sort_by(|one, other| one.own.split('/').cmp(other.own.split('/')));
    // The holders whose directories the walk is in, each below the one before.
    let mut above: Vec<(&str, Option<Members>)> = Vec::new();
    let mut manifests = Vec::new();
    for Found { path, own, ecosystem, declared } in found {
        while above.last().is_some_and(|(root, _)| below(root, own).is_none()) {
            above.pop();
        }
        let mut nearest_first = above.iter().rev().take_while(|_| !budget.is_spent());
        let holder = nearest_first.find(|(root, members)| {
            budget.spend(1);
            below(root, own)
                .is_some_and(|inner| members.as_ref().is_none_or(|members| members.hold(inner, budget)))
        });
        let mut root = holder.map_or(own, |(root, _)| *root);
        let (depends, problem) = match declared {
            Ok(Declared { depends, scope }) => {
                match scope {
                    Scope::Workspace(members) => {
                        root = own;
                        above.push((own, Some(members)));
                    }
                    Scope::Build if root == own => above.push((own, None)),
                    Scope::Build | Scope::Alone => {}
                }
                (depends, None)
            }
            Err(problem) => (true, Some(problem)),
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
    /// As npm and pnpm have them: what begins with `!` is left out.
    fn of(patterns: &[impl AsRef<str>]) -> Self {
        let (exclude, include): (Vec<_>, Vec<_>) =
            patterns.iter().map(AsRef::as_ref).partition(|pattern: &&str| pattern.starts_with('!'));
        Self::new(Some(&include), &exclude)
    }

    /// A pattern that is not understood includes nothing, or excludes everything.
    fn new(include: Option<&[impl AsRef<str>]>, exclude: &[impl AsRef<str>]) -> Self {
        let glob = |text: &str| Glob::parse(text.trim_start_matches('!'));
        let exclude: Option<_> = exclude.iter().map(|text| glob(text.as_ref())).collect();
        let Some(exclude) = exclude else { return Self { include: Some(Vec::new()), exclude: Vec::new() } };
        let include = include.map(|texts| texts.iter().filter_map(|text| glob(text.as_ref())).collect());
        Self { include, exclude }
    }

    fn hold(&self, inner: &str, budget: &Budget) -> bool {
        let any = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(inner, budget));
        // Asked last: once the budget is spent, nothing is held.
        self.include.as_deref().is_none_or(any) && !any(&self.exclude) && !budget.is_spent()
    }
}
