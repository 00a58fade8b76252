//! The exceptions of `bulla-controls.toml`, as rules about what the scanner `controls` finds.

use super::Problem;
use super::rule::{Expiry, Rule};
use crate::merge::plain_path;
use crate::repository::{Exception, Settings};
use crate::scanners::CONTROL_PREFIX;
use crate::weakness::normal;

pub(super) fn read(text: &str) -> Result<Vec<Rule>, Problem> {
    let settings = Settings::read(text).map_err(|error| (error.line, error.problem))?;
    Ok(settings.exceptions.into_iter().map(rule).collect())
}

fn rule(exception: Exception) -> Rule {
    let Exception { id, path, reason, expires, line } = exception;
    let about = [Some(id.as_str()), path.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Rule {
        file: 0,
        line,
        id: normal(&format!("{CONTROL_PREFIX}{id}")),
        about,
        package: None,
        path: path.as_deref().map(plain_path).map(str::to_owned),
        reason,
        expiry: Some(Expiry { last: Some(expires), written: expires }),
    }
}
