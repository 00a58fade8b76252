//! `.bulla-ignore.yaml`:
//!
//! ```yaml
//! ignores:
//!   - id: CVE-2021-44228            # any id of the finding
//!     package: log4j-core@2.14.1    # optional: a name, name@version, or a package URL
//!     path: services/search         # optional: a file, or a directory with everything below it
//!     reason: not reachable, see docs/search.md
//!     expires: 2026-12-31           # optional: the last day on which it holds
//! ```
//!
//! A package URL names what it says: without a version all versions, with qualifiers only those. A path holds if every
//! place where the finding was seen is in it. There are no wildcards.

use serde::Deserialize;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use serde_saphyr::{Error, Options, Spanned, UserMessageFormatter};

use super::Problem;
use super::rule::{Expiry, Rule, Wanted};
use crate::day::Day;
use crate::merge::plain_path;
use crate::weakness::normal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    ignores: Option<Vec<Spanned<Entry>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    package: Option<String>,
    path: Option<String>,
    reason: String,
    expires: Option<String>,
}

pub(super) fn read(text: &str) -> Result<Vec<Rule>, Problem> {
    let document: Option<Document> = serde_saphyr::from_str_with_options(text, options())
        .map_err(|error| problem(error.without_snippet()))?;
    let entries = document.and_then(|document| document.ignores).unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| {
            let line = entry.referenced.line();
            rule(line, entry.value).map_err(|problem| (Some(line), problem))
        })
        .collect()
}

fn rule(line: u64, entry: Entry) -> Result<Rule, String> {
    let said = |name: &str, text: &str| match text.trim() {
        "" => Err(format!("`{name}` is empty; say something or leave it out")),
        text => Ok(text.to_owned()),
    };
    let optional = |name, text: &Option<String>| text.as_deref().map(|text| said(name, text)).transpose();
    let id = said("id", &entry.id)?;
    let package = optional("package", &entry.package)?;
    let path = optional("path", &entry.path)?;
    let expires = optional("expires", &entry.expires)?.map(|day| day.parse::<Day>()).transpose();
    let wanted = package.as_deref().map(|text| {
        Wanted::parse(text).ok_or("`package` is no package URL; write pkg:type/name@version, or a name")
    });
    let about =
        [Some(&id), package.as_ref(), path.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>();
    Ok(Rule {
        file: 0,
        line,
        id: normal(&id),
        about: about.join(" "),
        package: wanted.transpose()?,
        path: path.map(|path| from_root(&path)),
        reason: said("reason", &entry.reason)?,
        expiry: expires
            .map_err(|error| format!("`expires`: {error}"))?
            .map(|day| Expiry { last: Some(day), written: day }),
    })
}

/// As places are compared; the root itself is empty.
fn from_root(path: &str) -> String {
    plain_path(if path == "." { "" } else { path }).trim_end_matches('/').to_owned()
}

fn problem(error: &Error) -> Problem {
    let line = error.location().map(|location| location.line()).filter(|line| *line > 0);
    let what = match error {
        Error::Budget { .. } => {
            "aliases (`*name`), several documents and deep nesting are not read; write rules out".into()
        }
        Error::DuplicateMappingKey { .. } => "a name is there twice; leave one out".into(),
        _ => {
            let said = error.render_with_formatter(&UserMessageFormatter);
            let said = said.split(" at line ").next().unwrap_or_default();
            format!("{said}; a rule has `id`, `reason` and, if wanted, `package`, `path`, `expires`")
        }
    };
    (line, what)
}

/// The file's size is bounded before; this bounds what it can expand to. Nothing in the format needs an alias.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_aliases: 0, max_depth: 8, max_documents: 1 },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 0 },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        with_snippet: false,
        emit_comments: false,
    }
}
