//! Renovate's configuration, as far as it says what is left out.
//!
//! <https://docs.renovatebot.com/configuration-options/>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::glob::Glob;
use super::{Budget, Repository};

/// A repository's configuration of Renovate.
#[derive(Debug)]
pub(crate) struct RenovateConfig {
    pub(crate) path: &'static str,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Read(Box<Renovate>),
    /// JSON with comments and the like, which is allowed there and not read here.
    NotPlain,
    /// Why it can't be read.
    Broken(String),
}

/// What Renovate does.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Renovate {
    enabled: Option<bool>,
    enabled_managers: Option<Vec<String>>,
    #[serde(default)]
    ignore_paths: Vec<PathPattern>,
    #[serde(default)]
    include_paths: Vec<PathPattern>,
    #[serde(default)]
    extends: Vec<String>,
    /// Each manager's own settings are under its name.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// A path as it stands, or a pattern.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct PathPattern {
    written: String,
    /// `None`: it is not understood.
    glob: Option<Glob>,
}

impl From<String> for PathPattern {
    fn from(written: String) -> Self {
        Self { glob: Glob::parse(&written), written }
    }
}

/// The managers that do nothing unless they are switched on.
const OPT_IN: [&str; 3] = ["git-submodules", "nix", "pre-commit"];

impl RenovateConfig {
    /// Where Renovate looks on GitHub, the first that is there counts; after them comes `renovate` in a `package.json`.
    pub(crate) const PATHS: [&str; 10] = [
        "renovate.json",
        "renovate.jsonc",
        "renovate.json5",
        ".github/renovate.json",
        ".github/renovate.jsonc",
        ".github/renovate.json5",
        ".renovaterc",
        ".renovaterc.json",
        ".renovaterc.jsonc",
        ".renovaterc.json5",
    ];

    /// `None`: there is none.
    pub(crate) fn read(repository: &Repository) -> Option<Self> {
        let file = Self::PATHS.into_iter().find_map(|path| Some((path, repository.text(path)?)));
        let Some((path, text)) = file else { return Self::in_package(repository) };
        let content = match text {
            Err(why) => Content::Broken(why),
            Ok(text) => Content::of(serde_json::from_str(text), path.ends_with(".json")),
        };
        Some(Self { path, content })
    }

    fn in_package(repository: &Repository) -> Option<Self> {
        let path = "package.json";
        let mut package: Value = serde_json::from_str(repository.text(path)?.ok()?).ok()?;
        let settings = package.get_mut("renovate")?.take();
        Some(Self { path, content: Content::of(serde_json::from_value(settings), true) })
    }
}

impl Content {
    fn of(read: serde_json::Result<Renovate>, is_plain: bool) -> Self {
        match read {
            Ok(renovate) => Self::Read(Box::new(renovate)),
            Err(error) if is_plain || error.is_data() => {
                Self::Broken(format!("it is no configuration that is understood: {error}"))
            }
            Err(_) => Self::NotPlain,
        }
    }
}

impl Renovate {
    /// Whether it is switched off altogether.
    pub(crate) fn is_off(&self) -> bool {
        self.enabled == Some(false)
    }

    /// The presets that it builds on: what they leave out lies elsewhere.
    pub(crate) fn presets(&self) -> &[String] {
        &self.extends
    }

    /// Whether one of these managers updates the manifest at that path, as far as the budget reaches. `Err`: the pattern
    /// that decides it and is not understood.
    pub(crate) fn covers(&self, managers: &[&str], path: &str, budget: &Budget) -> Result<bool, &str> {
        if self.is_off() || !managers.iter().any(|manager| self.is_on(manager)) {
            return Ok(false);
        }
        let included = match self.include_paths.as_slice() {
            [] => Ok(true),
            paths => any(paths, path, budget, |written| path == written),
        };
        // Renovate looks for what is to be ignored anywhere in the path.
        let ignored = any(&self.ignore_paths, path, budget, |written| path.contains(written));
        match (included, ignored) {
            (Ok(false), _) | (_, Ok(true)) => Ok(false),
            (Err(unclear), _) | (_, Err(unclear)) => Err(unclear),
            (Ok(true), Ok(false)) => Ok(true),
        }
    }

    fn is_on(&self, manager: &str) -> bool {
        let own = self.others.get(manager).and_then(|settings| settings.get("enabled")?.as_bool());
        let listed = self.enabled_managers.as_ref().is_none_or(|list| list.iter().any(|it| it == manager));
        listed && own.unwrap_or(!OPT_IN.contains(&manager))
    }
}

/// Whether any of them, as it stands or as a pattern, means that path; or else one that may.
fn any<'a>(
    patterns: &'a [PathPattern],
    path: &str,
    budget: &Budget,
    as_it_stands: impl Fn(&str) -> bool,
) -> Result<bool, &'a str> {
    let mut unclear = None;
    for PathPattern { written, glob } in patterns.iter().take_while(|_| !budget.is_spent()) {
        budget.spend(path.len());
        match glob {
            _ if as_it_stands(written) => return Ok(true),
            // As a pattern it means no path of a repository.
            _ if written.starts_with('/') => {}
            Some(glob) if glob.matches(path, budget) => return Ok(true),
            Some(_) => {}
            None => unclear = Some(written.as_str()),
        }
    }
    unclear.map_or(Ok(false), Err)
}
