//! Licence: without one nobody may use the code, or fix it for others.

use spdx::{Expression, LicenseItem};

use super::evidence::sorted;
use super::{Control, Evidence};
use crate::repository::{Repository, is_licence, recognise};
use crate::severity::Severity;

/// See the module.
pub(super) static LICENCE: Control = Control {
    id: "licence",
    title: "Licence",
    question: "Is there a licence that a standard list knows?",
    reason: "Code without a licence may not be copied, changed or passed on, not even with a weakness fixed; a licence that no \
             list knows has to be read by a lawyer of everyone who uses it, and tools can't tell what it asks.",
    fix: "Put the text of a licence of the SPDX list (https://spdx.org/licenses/) into a file LICENSE at the root, unchanged but for \
          the names; where the file only points to others, write `SPDX-License-Identifier: ` and the expression into it.",
    severity: Severity::Low,
    check,
};

const TAG: &str = "SPDX-License-Identifier:";

/// No real expression is longer.
const LONGEST_EXPRESSION: usize = 200;

fn check(repository: &Repository) -> Vec<Evidence> {
    let paths: Vec<&str> = repository.paths().filter(|path| is_licence(path)).collect();
    if paths.is_empty() {
        return vec![Evidence::fail("there is no licence file at the root, and none in `LICENSES`")];
    }
    sorted(paths.iter().map(|path| judge(repository, path)).collect())
}

fn judge(repository: &Repository, path: &str) -> Evidence {
    let text = match repository.text(path).expect("a path of the repository is there") {
        Ok(text) => text,
        Err(why) => return Evidence::fail(format!("`{path}` cannot be read: {why}")).in_file(path),
    };
    if let Some(found) = recognise(text) {
        let evidence = match found.beside {
            None => Evidence::pass(format!("`{path}` is the text of {}", found.id)),
            Some(words) => Evidence::warn(format!(
                "`{path}` has the text of {} and {words} words beside it, which may change what it allows",
                found.id
            )),
        };
        return evidence.in_file(path);
    }
    let lines: Vec<&str> = text.lines().collect();
    let tagged = lines.iter().enumerate().find_map(|(at, line)| Some((at, line.split_once(TAG)?.1)));
    if let Some((at, expression)) = tagged {
        return of_tag(path, expression.trim()).at_line(path, &lines, at as u64 + 1);
    }
    of_name(path)
        .unwrap_or_else(|| Evidence::warn(format!("`{path}` is no licence text that is recognised")))
        .in_file(path)
}

fn of_tag(path: &str, expression: &str) -> Evidence {
    if is_on_the_list(expression) {
        Evidence::pass(format!("`{path}` names `{expression}`, which the SPDX list knows"))
    } else {
        let shown: String = expression.chars().take(LONGEST_EXPRESSION).collect();
        Evidence::warn(format!(
            "`{path}` names `{shown}`, which is no expression of licences that the SPDX list knows"
        ))
    }
}

fn is_on_the_list(expression: &str) -> bool {
    expression.len() <= LONGEST_EXPRESSION
        && Expression::parse(expression).is_ok_and(|expression| {
            let mut licences = expression.requirements();
            licences.all(|licence| matches!(licence.req.license, LicenseItem::Spdx { .. }))
        })
}

/// The REUSE specification names each text in `LICENSES` for its licence.
fn of_name(path: &str) -> Option<Evidence> {
    let id = path.strip_prefix("LICENSES/")?.rsplit_once('.')?.0;
    spdx::license_id(id)?;
    Some(Evidence::pass(format!(
        "`{path}` is named for {id}, which the SPDX list knows; its text was not compared"
    )))
}
