//! The files that guard a repository, as the one at hand needs them: described here, written by whoever has asked.
//!
//! Nothing that is there is ever replaced: a file that does the same, wherever the convention allows it, is kept.

mod codeowners;
mod codeql;
mod dependabot;
mod languages;
mod people;
mod pins;
mod scorecard;
mod security_md;
mod yaml;

use crate::repository::{Repository, Step};

pub use people::{Contact, NotAContact, NotAnOwner, Owner};

/// What no file of a repository says.
#[derive(Debug, Default)]
pub struct ScaffoldOptions {
    /// Who reviews changes.
    pub owners: Vec<Owner>,
    /// Where a weakness is reported; with none, by GitHub's private reports.
    pub contacts: Vec<Contact>,
    /// The branch that changes go to, where the repository does not say.
    pub branch: Option<String>,
}

/// A file that guards a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaffoldFile {
    /// Its path from the repository's root.
    pub path: &'static str,
    /// What is to be done about it.
    pub plan: Plan,
    /// What it takes beside the file before it guards anything; one line.
    pub remark: &'static str,
}

/// What is to be done about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// It is missing, and this is its content.
    Write(String),
    /// Nothing: this file, by its path, does the same.
    Keep(String),
    /// It is missing, and nobody has said what belongs into it; what to say.
    Ask(&'static str),
    /// Something is in the way: its path, and why it is neither such a file nor to be replaced.
    Blocked(String, String),
}

/// The kinds of files, in the order in which they are shown.
static TEMPLATES: [&Template; 5] = [
    &security_md::SECURITY_MD,
    &codeowners::CODEOWNERS,
    &codeql::CODEQL,
    &scorecard::SCORECARD,
    &dependabot::DEPENDABOT,
];

/// What a repository's guards are to be: one for each kind of file.
pub fn scaffold(repository: &Repository, options: &ScaffoldOptions) -> Vec<ScaffoldFile> {
    let plan = |template: &&Template| ScaffoldFile {
        path: template.path,
        plan: template.plan(repository, options),
        remark: (template.remark)(options),
    };
    TEMPLATES.iter().map(plan).collect()
}

/// One kind of file.
struct Template {
    /// Where it is written.
    path: &'static str,
    remark: fn(&ScaffoldOptions) -> &'static str,
    /// The path of a file that does the same already.
    found: fn(&Repository) -> Option<&str>,
    /// Its content, or what must be said first.
    content: fn(&Repository, &ScaffoldOptions) -> Result<String, &'static str>,
}

impl Template {
    fn plan(&self, repository: &Repository, options: &ScaffoldOptions) -> Plan {
        let there = (self.found)(repository).or_else(|| repository.has(self.path).then_some(self.path));
        if let Some(path) = there {
            return match repository.text(path) {
                Some(Err(why)) => Plan::Blocked(path.to_owned(), why),
                _ => Plan::Keep(path.to_owned()),
            };
        }
        let mut parents = self.path.match_indices('/').map(|(end, _)| &self.path[..end]);
        if let Some(parent) = parents.find(|parent| repository.has(parent)) {
            return Plan::Blocked(parent.to_owned(), "it is no directory".to_owned());
        }
        match (self.content)(repository, options) {
            Ok(content) => Plan::Write(content),
            Err(missing) => Plan::Ask(missing),
        }
    }
}

/// The path of a workflow that has such a step.
fn workflow_with(repository: &Repository, is_it: impl Fn(&Step) -> bool) -> Option<&str> {
    let workflows = &repository.workflows().workflows;
    workflows.iter().find(|workflow| workflow.steps().any(&is_it)).map(|workflow| workflow.path.as_str())
}

/// The branches that may be the one that changes go to, as a list for `branches:`.
fn default_branches(repository: &Repository, options: &ScaffoldOptions) -> String {
    let named = repository.default_branch().or(options.branch.as_deref());
    let branches = named.map_or_else(|| repository.default_branches(), |branch| vec![branch]);
    let branches: Vec<_> =
        branches.iter().map(|branch| yaml::quoted(&yaml::branch_pattern(branch))).collect();
    format!("[{}]", branches.join(", "))
}

#[cfg(test)]
mod tests;
