//! What each kind of manifest says of itself.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Declared, Members, Scope};
use crate::repository::Node;

/// `None`: it is not this ecosystem's.
type Reading = Result<Option<Declared>, String>;

fn alone(depends: bool) -> Reading {
    Ok(Some(Declared { depends, scope: Scope::Alone }))
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

#[derive(Deserialize, Default)]
#[serde(default)]
struct Pyproject {
    project: Project,
    #[serde(rename = "dependency-groups")]
    groups: Table,
    tool: Tool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Project {
    dependencies: Vec<String>,
    #[serde(rename = "optional-dependencies")]
    optional: Table,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tool {
    poetry: Option<IgnoredAny>,
    uv: Option<Uv>,
    pdm: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Uv {
    workspace: Option<UvWorkspace>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct UvWorkspace {
    members: Vec<String>,
    exclude: Vec<String>,
}

pub(in crate::repository) fn poetry(text: &str) -> Reading {
    let file: Pyproject = toml(text)?;
    if file.tool.poetry.is_some() { alone(true) } else { Ok(None) }
}

pub(in crate::repository) fn uv(text: &str) -> Reading {
    let file: Pyproject = toml(text)?;
    let Some(uv) = file.tool.uv else { return Ok(None) };
    let scope = uv.workspace.map_or(Scope::Alone, |workspace| {
        Scope::Workspace(Members::new(Some(&workspace.members), &workspace.exclude))
    });
    Ok(Some(Declared { depends: true, scope }))
}

pub(in crate::repository) fn pdm(text: &str) -> Reading {
    let file: Pyproject = toml(text)?;
    if file.tool.pdm.is_some() { alone(true) } else { Ok(None) }
}

pub(in crate::repository) fn pep621(text: &str) -> Reading {
    let file: Pyproject = toml(text)?;
    let Project { dependencies, optional } = &file.project;
    alone(!dependencies.is_empty() || !optional.is_empty() || !file.groups.is_empty())
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

// The rest are programs in languages of their own: a line that begins as a dependency does is taken for one.

pub(in crate::repository) fn go(text: &str) -> Reading {
    a_line_begins_with(text, &["require ", "require("])
}

pub(in crate::repository) fn ruby(text: &str) -> Reading {
    a_line_begins_with(text, &["gem ", "gem(", "gemspec"])
}

pub(in crate::repository) fn mix(text: &str) -> Reading {
    a_line_begins_with(text, &["{:", "[{:"])
}

pub(in crate::repository) fn swift(text: &str) -> Reading {
    a_line_begins_with(text, &[".package("])
}

pub(in crate::repository) fn nix(text: &str) -> Reading {
    a_line_begins_with(text, &["inputs.", "inputs ", "inputs="])
}

fn a_line_begins_with(text: &str, beginnings: &[&str]) -> Reading {
    let begins = |line: &str| beginnings.iter().any(|beginning| line.trim_start().starts_with(beginning));
    alone(text.lines().any(begins))
}
