//! What each kind of manifest says of itself.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Declared, Members, Scope};
use crate::repository::Node;

/// `None`: it is not this ecosystem's.
type Reading = Result<Option<Declared>, String>;

fn declared(depends: bool) -> Declared {
    Declared { depends, scope: Scope::Alone }
}

fn alone(depends: bool) -> Reading {
    Ok(Some(declared(depends)))
}

fn toml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("it is no TOML that is understood: {}", error.message()))
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON that is understood: {error}"))
}

/// Names, and anything under them.
type Table = BTreeMap<String, IgnoredAny>;

/// A crate below a workspace is one of its members, unless it is excluded: Cargo accepts nothing else. Every workspace has
/// a lock file, and so has a crate alone.
pub(in crate::repository) fn cargo(text: &str) -> Reading {
    #[derive(Deserialize)]
    struct Cargo {
        workspace: Option<Workspace>,
    }
    #[derive(Deserialize)]
    struct Workspace {
        #[serde(default)]
        exclude: Vec<String>,
    }
    let scope = match toml::<Cargo>(text)?.workspace {
        None => Scope::Alone,
        Some(Workspace { exclude }) => {
            // An excluded directory takes what is below it along.
            let exclude: Vec<String> = exclude.iter().map(|dir| format!("{dir}/**")).collect();
            Scope::Workspace(Members::new(None::<&[String]>, &exclude))
        }
    };
    Ok(Some(Declared { depends: true, scope }))
}

pub(in crate::repository) fn npm(text: &str) -> Reading {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase", default)]
    struct Package {
        dependencies: Table,
        dev_dependencies: Table,
        optional_dependencies: Table,
        workspaces: Option<Workspaces>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Workspaces {
        List(Vec<String>),
        Packages { packages: Vec<String> },
    }
    let package: Package = json(text)?;
    let tables = [&package.dependencies, &package.dev_dependencies, &package.optional_dependencies];
    let scope = match package.workspaces {
        None => Scope::Alone,
        Some(Workspaces::List(patterns) | Workspaces::Packages { packages: patterns }) => {
            Scope::Workspace(Members::of(&patterns))
        }
    };
    Ok(Some(Declared { depends: tables.iter().any(|table| !table.is_empty()), scope }))
}

pub(in crate::repository) fn composer(text: &str) -> Reading {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "kebab-case", default)]
    struct Package {
        require: Table,
        require_dev: Table,
    }
    let package: Package = json(text)?;
    // `php` and `ext-json` are the platform, which no lock file holds.
    alone(package.require.keys().chain(package.require_dev.keys()).any(|name| name.contains('/')))
}

/// What several tools of Python share.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(in crate::repository) struct Pyproject {
    project: Project,
    #[serde(rename = "dependency-groups")]
    groups: Table,
    tool: Tool,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Project {
    dependencies: Vec<String>,
    #[serde(rename = "optional-dependencies")]
    optional: Table,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Tool {
    poetry: Option<IgnoredAny>,
    uv: Option<Uv>,
    pdm: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Uv {
    workspace: Option<UvWorkspace>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct UvWorkspace {
    members: Vec<String>,
    exclude: Vec<String>,
}

impl Pyproject {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml(text)
    }
}

pub(in crate::repository) fn poetry(file: &Pyproject) -> Option<Declared> {
    file.tool.poetry.map(|_| declared(true))
}

pub(in crate::repository) fn uv(file: &Pyproject) -> Option<Declared> {
    let scope = file.tool.uv.as_ref()?.workspace.as_ref().map_or(Scope::Alone, |workspace| {
        Scope::Workspace(Members::new(Some(&workspace.members), &workspace.exclude))
    });
    Some(Declared { depends: true, scope })
}

pub(in crate::repository) fn pdm(file: &Pyproject) -> Option<Declared> {
    file.tool.pdm.map(|_| declared(true))
}

pub(in crate::repository) fn pep621(file: &Pyproject) -> Option<Declared> {
    let Project { dependencies, optional } = &file.project;
    Some(declared(!dependencies.is_empty() || !optional.is_empty() || !file.groups.is_empty()))
}

pub(in crate::repository) fn pipenv(text: &str) -> Reading {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "kebab-case", default)]
    struct Pipfile {
        packages: Table,
        dev_packages: Table,
    }
    let file: Pipfile = toml(text)?;
    alone(!file.packages.is_empty() || !file.dev_packages.is_empty())
}

pub(in crate::repository) fn dart(text: &str) -> Reading {
    let node = Node::parse(text).map_err(|(_, problem)| problem)?;
    let named = ["dependencies", "dev_dependencies"].map(|name| node.get(name));
    alone(named.into_iter().flatten().any(|table| table.entries().next().is_some()))
}

pub(in crate::repository) fn helm(text: &str) -> Reading {
    let node = Node::parse(text).map_err(|(_, problem)| problem)?;
    alone(node.get("dependencies").is_some_and(|dependencies| !dependencies.items().is_empty()))
}

/// `stable` is whatever is newest: only a version or a day can be left behind.
pub(in crate::repository) fn rust_toolchain(text: &str) -> Reading {
    let is_held = |line: &str| {
        let (key, channel) = line.split_once('=').unwrap_or(("channel", line));
        key.trim() == "channel" && channel.contains(|c: char| c.is_ascii_digit())
    };
    alone(text.lines().any(|line| is_held(line.split('#').next().unwrap_or(line))))
}

/// A module that is run, not called by others: it says where its state is, or how a provider is reached.
pub(in crate::repository) fn terraform(text: &str) -> Reading {
    let is_run = has_line(text, &["provider ", "backend ", "cloud "]);
    Ok(is_run.then(|| declared(true)))
}

pub(super) fn has_line(text: &str, beginnings: &[&str]) -> bool {
    let begins = |line: &str| beginnings.iter().any(|beginning| line.trim_start().starts_with(beginning));
    text.lines().any(begins)
}
