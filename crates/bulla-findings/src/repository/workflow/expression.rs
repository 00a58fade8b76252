//! GitHub's expressions, as far as to tell what they read.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// Where the expressions of a text are, each with its braces. As GitHub finds them: braces in a string do not end one, and
/// one that never ends goes to the end.
pub(super) fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${{").map(|start| at + start) {
        at = end(text, start + 3);
        found.push(start..at);
    }
    found
}

/// A text without its expressions.
pub(crate) fn without_expressions(text: &str) -> String {
    let mut rest = String::new();
    let mut at = 0;
    for expression in expressions(text) {
        rest.push_str(&text[at..expression.start]);
        at = expression.end;
    }
    rest + &text[at..]
}

fn end(text: &str, start: usize) -> usize {
    let mut in_string = false;
    let bytes = text.as_bytes();
    for at in start..bytes.len() {
        match bytes[at] {
            b'\'' => in_string = !in_string,
            b'}' if !in_string && bytes[at - 1] == b'}' => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

/// The contexts that the expressions of a text read, each as the path into it, in lower case: `github.event['Issue'].title`
/// is `github`, `event`, `issue`, `title`. A part that is only known when it runs is `*`, and ends the path.
pub(crate) fn contexts(text: &str) -> Vec<Vec<String>> {
    expressions(text).into_iter().flat_map(|range| read_by(&text[range])).collect()
}

fn read_by(expression: &str) -> Vec<Vec<String>> {
    let mut tokens = Tokens(expression.char_indices().peekable()).peekable();
    let mut found = Vec::new();
    let mut before = None;
    while let Some(token) = tokens.next() {
        let is_property = before == Some(Token::Mark('.'));
        if let Token::Name(name) = &token
            && !is_property
            && !is_literal(name)
            && tokens.peek() != Some(&Token::Mark('('))
        {
            let (path, last) = path(name.clone(), &mut tokens);
            found.push(path);
            before = last;
        } else {
            before = Some(token);
        }
    }
    found
}

/// What follows a context's name, and the last mark that was read.
fn path(name: String, tokens: &mut Peekable<Tokens<'_>>) -> (Vec<String>, Option<Token>) {
    let mut path = vec![name];
    loop {
        let mark = match tokens.peek() {
            Some(Token::Mark(mark @ ('.' | '['))) => *mark,
            _ => return (path, None),
        };
        tokens.next();
        match (mark, tokens.peek()) {
            ('.', Some(Token::Name(part))) | ('[', Some(Token::Quoted(part))) => path.push(part.clone()),
            _ => {
                path.push("*".to_owned());
                // Within the brackets there can be further contexts.
                return (path, Some(Token::Mark(mark)).filter(|_| mark == '.'));
            }
        }
        tokens.next();
        if mark == '[' && tokens.next_if_eq(&Token::Mark(']')).is_none() {
            // Not the string alone: it is compared, say.
            path.pop();
            path.push("*".to_owned());
            return (path, None);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// In lower case.
    Name(String),
    /// In lower case.
    Quoted(String),
    Mark(char),
}

struct Tokens<'a>(Peekable<CharIndices<'a>>);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.0.next_if(|(_, char)| char.is_whitespace()).is_some() {}
        let (_, char) = self.0.next()?;
        Some(match char {
            '\'' => Token::Quoted(self.quoted()),
            char if is_part_of_a_name(char) => {
                let mut name = char.to_ascii_lowercase().to_string();
                while let Some((_, char)) = self.0.next_if(|(_, char)| is_part_of_a_name(*char)) {
                    name.push(char.to_ascii_lowercase());
                }
                Token::Name(name)
            }
            char => Token::Mark(char),
        })
    }
}

impl Tokens<'_> {
    /// The rest of a string, in which a quote is written twice.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some((_, char)) = self.0.next() {
            if char == '\'' && self.0.next_if(|(_, char)| *char == '\'').is_none() {
                break;
            }
            text.push(char.to_ascii_lowercase());
        }
        text
    }
}

fn is_literal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        || matches!(name, "true" | "false" | "null" | "nan" | "infinity")
}

fn is_part_of_a_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_ends_where_github_ends_it() {
        for (text, expected) in [
            ("a ${{ b }} c ${{d}}", vec!["${{ b }}", "${{d}}"]),
            ("${{ '}}' }} x", vec!["${{ '}}' }}"]),
            ("${{ 'it''s }}' }}", vec!["${{ 'it''s }}' }}"]),
            ("${{ '${{' }}${{ c }}", vec!["${{ '${{' }}", "${{ c }}"]),
            ("${{ never ends ${{ x", vec!["${{ never ends ${{ x"]),
            ("$ {{ a }} {{ b }} ${ {", vec![]),
            ("${{}}", vec!["${{}}"]),
        ] {
            let found: Vec<_> = expressions(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_an_expression_reads_is_found_however_it_is_written() {
        for (expression, expected) in [
            ("github.event.issue.title", vec!["github.event.issue.title"]),
            ("GITHUB.Event['Issue'][ 'title' ]", vec!["github.event.issue.title"]),
            ("github . event . number", vec!["github.event.number"]),
            ("github['event']", vec!["github.event"]),
            ("github[format('ev{0}', 'ent')].x", vec!["github.*"]),
            ("github[env.name]", vec!["github.*", "env.name"]),
            ("github['ev' == 'ev' && 'event']", vec!["github.*"]),
            ("github.event.*.name", vec!["github.event.*"]),
            ("github.event.commits[0].message", vec!["github.event.commits.*"]),
            ("toJSON(github)", vec!["github"]),
            ("(github).event", vec!["github"]),
            ("format('{0} {1}', github.actor, inputs.x)", vec!["github.actor", "inputs.x"]),
            ("fromJSON(steps.a.outputs.b).github.event", vec!["steps.a.outputs.b"]),
            ("'github.event.x'", vec![]),
            ("'it''s github.event.x' != github.ref", vec!["github.ref"]),
            ("github_event.x && x_github.event", vec!["github_event.x", "x_github.event"]),
            ("true && -1 < 2e3 || null", vec![]),
            ("!github.event.forced||env.a", vec!["github.event.forced", "env.a"]),
        ] {
            let text = format!("github.event ${{{{ {expression} }}}} github.event");
            let found: Vec<_> = contexts(&text).iter().map(|path| path.join(".")).collect();
            assert_eq!(found, expected, "{expression}");
        }
    }
}
