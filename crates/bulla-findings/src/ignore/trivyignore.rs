//! `.trivyignore`: an id on each line, `exp:YYYY-MM-DD` behind it if it expires, and `#` in front of comments.
//! <https://trivy.dev/latest/docs/configuration/filtering/#trivyignore>
//!
//! As with trivy, the rule no longer holds on the day that `exp:` names. The comment above an id is its reason.

use super::Problem;
use super::rule::{Expiry, Rule};
use crate::day::Day;
use crate::weakness::normal;

pub(super) fn read(text: &str) -> Result<Vec<Rule>, Problem> {
    let mut rules = Vec::new();
    let mut reason = Vec::new();
    let mut in_comment = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            if !in_comment {
                reason.clear();
            }
            reason.push(comment.trim());
        } else if line.is_empty() {
            reason.clear();
        } else {
            rules.push(rule(number, line, &reason).map_err(|problem| (Some(number), problem))?);
        }
        in_comment = line.starts_with('#');
    }
    Ok(rules)
}

fn rule(line: u64, text: &str, reason: &[&str]) -> Result<Rule, String> {
    let mut fields = text.split_whitespace();
    let id = fields.next().unwrap_or_default();
    let day = fields.find_map(|field| field.strip_prefix("exp:")).map(str::parse::<Day>).transpose();
    let day = day.map_err(|error| format!("exp: {error}"))?;
    Ok(Rule {
        file: 0,
        line,
        id: normal(id),
        about: id.to_owned(),
        package: None,
        path: None,
        reason: reason.join(" ").trim().to_owned(),
        expiry: day.map(|written| Expiry { last: written.before(), written }),
    })
}
