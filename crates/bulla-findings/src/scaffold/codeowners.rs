//! `CODEOWNERS`: whose review a change needs.

use super::{ScaffoldOptions, Template};
use crate::repository::{CodeOwners, Repository};

/// See the module.
pub(super) static CODEOWNERS: Template = Template {
    path: ".github/CODEOWNERS",
    remark: |_| "it counts once a ruleset of the default branch requires reviews of code owners, who need write access",
    found: CodeOwners::place,
    content,
};

/// What decides how everything else is built, checked and reported; those that are not there cost nothing.
const SENSITIVE: [&str; 2] = ["/.github/", "SECURITY.md"];

fn content(_: &Repository, options: &ScaffoldOptions) -> Result<String, &'static str> {
    if options.owners.is_empty() {
        return Err("nobody is named who reviews changes; name them with --owner");
    }
    let owners: Vec<_> = options.owners.iter().map(ToString::to_string).collect();
    let owners = owners.join(" ");
    let rows: String = SENSITIVE.iter().map(|pattern| format!("{pattern:12} {owners}\n")).collect();
    Ok(format!(
        "\
# Whose review a change needs. The last pattern that matches a file counts, and of several owners on a line any one
# is enough.
{:12} {owners}

# What guards the rest stays owned, whatever is added above.
{rows}",
        "*"
    ))
}
