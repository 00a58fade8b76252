//! One line: a pattern, its owners, a comment.

use super::owner::is_owner;
use super::{CodeOwnersProblem, Pattern, Place, Rule};

/// Nobody asks more, and each line's owners are compared with another's.
const MOST_OWNERS: usize = 1_000;

/// The rule on a line; `None` if there is nothing but a comment.
pub(super) fn rule(number: u64, line: &str) -> Result<Option<Rule>, CodeOwnersProblem> {
    let content = line.trim_start_matches(is_space);
    if content.is_empty() || content.starts_with('#') {
        return Ok(None);
    }
    let problem = |column, problem| CodeOwnersProblem { line: number, column, problem };
    let begin = 1 + characters(&line[..line.len() - content.len()]);

    let (written, rest) = content.split_at(pattern_end(content));
    let pattern = Pattern::parse(written).map_err(|flaw| problem(begin + flaw.at as u64, flaw.problem))?;

    let rest = rest.split('#').next().unwrap_or(rest);
    let mut column = begin + characters(written);
    let mut owners = Vec::new();
    for owner in rest.split(is_space) {
        if owners.len() == MOST_OWNERS && !owner.is_empty() {
            return Err(problem(column, format!("it has more than {MOST_OWNERS} owners; name a team")));
        }
        if is_owner(owner) {
            owners.push(owner.to_owned());
        } else if !owner.is_empty() {
            let owner: String = owner.chars().take(60).collect();
            return Err(problem(
                column,
                format!("`{owner}` is no @user, @organisation/team or e-mail address"),
            ));
        }
        column += characters(owner) + 1;
    }
    if owners.is_empty() && is_owner(written) {
        return Err(problem(begin, format!("`{written}` stands where the pattern should")));
    }
    let place = Place { line: number, column: begin };
    Ok(Some(Rule { written: written.to_owned(), place, pattern, owners }))
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\t'
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

/// The first space that no `\` stands before.
fn pattern_end(content: &str) -> usize {
    let mut is_escaped = false;
    let end = content.find(|c| {
        let ends = is_space(c) && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    end.unwrap_or(content.len())
}
