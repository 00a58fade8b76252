use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process;

use anyhow::anyhow;
use bulla::{Dir, StoreError};
use bulla_findings::{ScaffoldContact, ScaffoldFile, ScaffoldOptions, ScaffoldOwner, ScaffoldPlan, scaffold};
use bulla_scan::{RepositoryFiles, current_branch};
use clap::Args;
use serde::Serialize;

use super::warn_of_a_part;
use crate::exit::{Exit, Failure};
use crate::outputs::json_document;
use crate::ui::{Ui, plain};

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The repository's directory
    #[arg(default_value = ".", value_name = "DIR")]
    repository: PathBuf,
    /// Who reviews changes: @user, @organisation/team or an e-mail address; of several, any one is enough
    #[arg(long = "owner", value_name = "OWNER")]
    owners: Vec<ScaffoldOwner>,
    /// Where a weakness is reported: an e-mail or https:// address; without it, by private reports on GitHub
    #[arg(long = "contact", value_name = "ADDRESS")]
    contacts: Vec<ScaffoldContact>,
    /// Print what would be written as a patch, and write nothing
    #[arg(long)]
    diff: bool,
}

/// A file, and what has become of it.
struct Settled {
    path: &'static str,
    outcome: Outcome,
    remark: &'static str,
}

enum Outcome {
    Written,
    /// This would be written.
    Planned(String),
    /// The file of that path does the same.
    Kept(String),
    /// It is still missing, and why.
    Missing(String),
}

impl Settled {
    /// Whether it is written here, or would be.
    fn is_new(&self) -> bool {
        matches!(self.outcome, Outcome::Written | Outcome::Planned(_))
    }
}

impl Init {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let dir = Dir::open(&self.repository).map_err(Failure::usage)?.with_ordinary_modes();
        let repository =
            RepositoryFiles::read(&self.repository)?.into_repository().map_err(Failure::usage)?;
        warn_of_a_part(&self.repository, ui);
        let branch = current_branch(&self.repository);
        let options = ScaffoldOptions { owners: self.owners, contacts: self.contacts, branch };
        let plans = scaffold(&repository, &options).into_iter();
        let files: Vec<_> = plans.map(|file| settle(file, (!self.diff).then_some(&dir))).collect();
        match (ui.json, self.diff) {
            (true, _) => {
                let files = files.iter().map(FileFields::from).collect();
                ui.bytes(json_document(Document { files })?.as_bytes())?;
            }
            (false, true) => {
                files.iter().filter_map(as_patch).try_for_each(|patch| ui.bytes(patch.as_bytes()))?;
                if !files.iter().any(Settled::is_new) {
                    ui.note_always("there is nothing to write");
                }
            }
            (false, false) => files.iter().filter_map(as_line).try_for_each(|line| ui.line(&line))?,
        }
        let has_branches = |file: &Settled| file.is_new() && file.path.starts_with(".github/workflows/");
        if repository.default_branch().is_none() && files.iter().any(has_branches) {
            let branches = options.branch.as_deref().unwrap_or("main` or `master");
            ui.warn(format_args!(
                "nothing says which is the default branch, and the workflows are written for `{branches}`; write \
                 `default-branch = \"…\"` into bulla-controls.toml, which `bulla controls check` reads, too"
            ));
        }
        missing(&files).map_or(Ok(Exit::Done), |missing| Err(anyhow!(missing).into()))
    }
}

/// Writes what is to be written, if there is a directory to write it to.
fn settle(file: ScaffoldFile, to: Option<&Dir>) -> Settled {
    let ScaffoldFile { path, plan, remark } = file;
    let outcome = match (plan, to) {
        (ScaffoldPlan::Write(content), None) => Outcome::Planned(content),
        (ScaffoldPlan::Write(content), Some(root)) => match publish(root, path, &content) {
            Ok(()) => Outcome::Written,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Outcome::Missing("something of that name is there, and git ignores it".to_owned())
            }
            Err(error) => Outcome::Missing(error.to_string()),
        },
        (ScaffoldPlan::Keep(by), _) => Outcome::Kept(by),
        (ScaffoldPlan::Ask(what), _) => Outcome::Missing(what.to_owned()),
        (ScaffoldPlan::Blocked(by, why), _) => Outcome::Missing(format!("{by} is in the way: {why}")),
    };
    Settled { path, outcome, remark }
}

/// Makes a file, whole or not at all. Whatever has its name stays, and no link on the way is followed.
fn publish(root: &Dir, path: &str, content: &str) -> Result<(), StoreError> {
    let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut below = None;
    for parent in parents.split_terminator('/') {
        below = Some(below.as_ref().unwrap_or(root).subdir(parent)?);
    }
    let dir = below.as_ref().unwrap_or(root);
    let draft = format!(".tmp-bulla-{}", process::id());
    let mut file = dir.create_new(&draft)?;
    let written = file.write_all(content.as_bytes()).and_then(|()| file.sync_all());
    let published = written
        .map_err(|error| StoreError::new("write", dir.path_of(&draft), error))
        .and_then(|()| dir.link(&draft, name));
    let removed = dir.remove(&draft);
    published.and(removed.map(drop))
}

fn as_line(file: &Settled) -> Option<String> {
    match &file.outcome {
        Outcome::Written => Some(format!("wrote {}\n      {}", file.path, file.remark)),
        Outcome::Kept(by) => Some(format!("kept {}", plain(by))),
        Outcome::Planned(_) | Outcome::Missing(_) => None,
    }
}

/// A patch that makes the file, for `git apply`.
fn as_patch(file: &Settled) -> Option<String> {
    let Outcome::Planned(content) = &file.outcome else { return None };
    let lines: String = content.lines().map(|line| format!("+{line}\n")).collect();
    Some(format!("--- /dev/null\n+++ b/{}\n@@ -0,0 +1,{} @@\n{lines}", file.path, content.lines().count()))
}

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<FileFields<'a>>,
}

/// `content` of a planned one, `kept`: the path of what does the same, `reason`: why it is missing.
#[derive(Serialize)]
struct FileFields<'a> {
    path: &'static str,
    outcome: &'static str,
    content: Option<&'a str>,
    kept: Option<&'a str>,
    reason: Option<&'a str>,
    remark: &'static str,
}

impl<'a> From<&'a Settled> for FileFields<'a> {
    fn from(file: &'a Settled) -> Self {
        let Settled { path, outcome, remark } = file;
        let fields = |outcome| Self { path, outcome, content: None, kept: None, reason: None, remark };
        match outcome {
            Outcome::Written => fields("written"),
            Outcome::Planned(content) => Self { content: Some(content), ..fields("planned") },
            Outcome::Kept(by) => Self { kept: Some(by), ..fields("kept") },
            Outcome::Missing(why) => Self { reason: Some(why), ..fields("missing") },
        }
    }
}

/// What is still missing, on one line.
fn missing(files: &[Settled]) -> Option<String> {
    let missing = files.iter().filter_map(|file| match &file.outcome {
        Outcome::Missing(why) => Some(format!("{} is missing: {why}", file.path)),
        _ => None,
    });
    let missing: Vec<_> = missing.collect();
    (!missing.is_empty()).then(|| missing.join("; "))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(dir: &std::path::Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// The tree was looked at before: what is there now may be something else.
    #[test]
    fn what_came_into_the_way_meanwhile_is_neither_followed_nor_replaced() {
        let [tree, elsewhere] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let root = Dir::open(tree.path()).unwrap();
        symlink(elsewhere.path(), tree.path().join(".github")).unwrap();
        symlink(elsewhere.path().join("made"), tree.path().join("SECURITY.md")).unwrap();
        assert!(publish(&root, ".github/CODEOWNERS", "* @a\n").is_err());
        assert_eq!(publish(&root, "SECURITY.md", "# A\n").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(names(elsewhere.path()), [""; 0]);
        let mut left = names(tree.path());
        left.sort();
        assert_eq!(left, [".github", "SECURITY.md"], "no draft is left behind");
    }
}
