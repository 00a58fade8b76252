use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process;

use anyhow::anyhow;
use bulla::{Dir, StoreError};
use bulla_findings::{Contact, Owner, Plan, ScaffoldFile, ScaffoldOptions, scaffold};
use bulla_scan::RepositoryFiles;
use clap::Args;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::ui::{Ui, plain};

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The repository's directory
    #[arg(default_value = ".", value_name = "DIR")]
    repository: PathBuf,
    /// Who reviews changes: @user, @organisation/team or an e-mail address; of several, any one is enough
    #[arg(long = "owner", value_name = "OWNER")]
    owners: Vec<Owner>,
    /// Where a weakness is reported: an e-mail or https:// address; without it, by private reports on GitHub
    #[arg(long = "contact", value_name = "ADDRESS")]
    contacts: Vec<Contact>,
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

impl Init {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let dir = Dir::open(&self.repository).map_err(Failure::usage)?.with_ordinary_modes();
        let repository =
            RepositoryFiles::read(&self.repository)?.into_repository().map_err(Failure::usage)?;
        if self.repository.join(".git").symlink_metadata().is_err() {
            ui.warn(format_args!("{} is not the root of a repository", self.repository.display()));
        }
        let options = ScaffoldOptions { owners: self.owners, contacts: self.contacts };
        let plans = scaffold(&repository, &options).into_iter();
        let files: Vec<_> = plans.map(|file| settle(file, (!self.diff).then_some(&dir))).collect();
        match (ui.json, self.diff) {
            (true, _) => ui.document(json!({ "files": files.iter().map(as_json).collect::<Vec<_>>() }))?,
            (false, true) => {
                files.iter().filter_map(as_patch).try_for_each(|patch| ui.bytes(patch.as_bytes()))?
            }
            (false, false) => files.iter().filter_map(as_line).try_for_each(|line| ui.line(&line))?,
        }
        missing(&files).map_or(Ok(Exit::Done), |missing| Err(anyhow!(missing).into()))
    }
}

/// Writes what is to be written, if there is a directory to write it to.
fn settle(file: ScaffoldFile, to: Option<&Dir>) -> Settled {
    let ScaffoldFile { path, plan, remark } = file;
    let outcome = match (plan, to) {
        (Plan::Write(content), None) => Outcome::Planned(content),
        (Plan::Write(content), Some(root)) => match publish(root, path, &content) {
            Ok(()) => Outcome::Written,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Outcome::Missing("something of that name is there, and git ignores it".to_owned())
            }
            Err(error) => Outcome::Missing(error.to_string()),
        },
        (Plan::Keep(by), _) => Outcome::Kept(by),
        (Plan::Ask(what), _) => Outcome::Missing(what.to_owned()),
        (Plan::Blocked(by, why), _) => Outcome::Missing(format!("{by} is in the way: {why}")),
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

fn as_json(file: &Settled) -> Value {
    let (outcome, content, kept, reason) = match &file.outcome {
        Outcome::Written => ("written", None, None, None),
        Outcome::Planned(content) => ("planned", Some(content), None, None),
        Outcome::Kept(by) => ("kept", None, Some(by), None),
        Outcome::Missing(why) => ("missing", None, None, Some(why)),
    };
    json!({
        "path": file.path,
        "outcome": outcome,
        "content": content,
        "kept": kept,
        "reason": reason,
        "remark": file.remark,
    })
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
