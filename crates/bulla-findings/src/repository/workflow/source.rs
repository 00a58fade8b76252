use std::ops::Range;

use super::Step;
use super::expression::expressions;
use crate::repository::shell::Command;
use crate::repository::yaml::{Place, Text};

/// How far behind a text its comment is looked for: a line can have all texts of a file.
const FAR: usize = 1000;

/// The file that something stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) lines: &'a [String],
    /// All of it.
    pub(crate) text: &'a str,
}

impl<'a> Source<'a> {
    /// What the comment behind a text says, on the line on which the text ends; no more than [`FAR`] characters are read.
    pub(crate) fn comment_behind(self, text: &Text) -> Option<&'a str> {
        let rest = self.text.get(text.span.end..)?;
        let near = rest.char_indices().nth(FAR).map_or(rest, |(end, _)| &rest[..end]);
        comment(near.lines().next()?)
    }

    /// The expressions (`${{ ... }}`) in a text, each where it stands itself.
    pub(crate) fn expressions(self, text: &Text) -> Vec<Text> {
        let found = expressions(&text.text);
        let written = self.text.get(text.span.clone()).unwrap_or_default();
        let places = expressions(written);
        // Escapes can make an expression that is not written as one: then the text's own place must do.
        let as_written = places.len() == found.len();
        let mut cursor = Cursor { written, at: 0, line: text.line, column: text.column };
        found
            .into_iter()
            .enumerate()
            .map(|(index, bytes)| {
                let expression = text.text[bytes].to_owned();
                let Range { start, end } = if as_written { places[index].clone() } else { 0..written.len() };
                cursor.forward(start);
                let span = text.span.start + start..text.span.start + end;
                Text { text: expression, line: cursor.line, column: cursor.column, span }
            })
            .collect()
    }

    /// The commands of a step's script, each with the line that it begins on; the script's own place must do where that is
    /// folded.
    pub(crate) fn commands(self, step: &Step) -> impl Iterator<Item = (&Command, Place)> {
        step.run.iter().flat_map(move |script| {
            let as_written = self.has_its_lines(script);
            step.commands.iter().map(move |command| {
                let number = script.line + command.line as u64;
                let line = usize::try_from(number - 1).ok().and_then(|at| self.lines.get(at));
                let place = match line.filter(|_| as_written && command.line > 0) {
                    Some(line) => {
                        Place { line: number, column: 1 + (line.len() - line.trim_start().len()) as u64 }
                    }
                    None => script.into(),
                };
                (command, place)
            })
        })
    }

    fn has_its_lines(self, script: &Text) -> bool {
        let written = self.text.get(script.span.clone()).unwrap_or_default();
        written.trim_end().lines().count() == script.text.trim_end().lines().count()
    }
}

/// A place in a file that is only ever moved forward, so that many cost no more than one.
struct Cursor<'a> {
    written: &'a str,
    at: usize,
    line: u64,
    column: u64,
}

impl Cursor<'_> {
    fn forward(&mut self, to: usize) {
        for char in self.written.get(self.at..to).unwrap_or_default().chars() {
            (self.line, self.column) =
                if char == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.at = self.at.max(to);
    }
}

/// What a comment says in the rest of a line that begins between two texts. A `#` is none within quotes, nor without a
/// space before it; a quote is one where a text begins.
fn comment(rest: &str) -> Option<&str> {
    let (mut quote, mut before) = (None, None);
    for (at, char) in rest.char_indices() {
        match (char, quote) {
            ('"' | '\'', None) if before.is_some_and(|c: char| c.is_whitespace() || "[{,:".contains(c)) => {
                quote = Some(char);
            }
            (_, Some(open)) if char == open => quote = None,
            ('#', None) if before.is_some_and(char::is_whitespace) => {
                return Some(rest[at + 1..].trim()).filter(|said| !said.is_empty());
            }
            _ => {}
        }
        before = Some(char);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Node;

    fn comments(line: &str) -> Option<&str> {
        let node = Node::parse(line).unwrap();
        let (_, value) = node.entries().next().unwrap();
        let text = value.text().or_else(|| value.entries().next()?.1.text()).unwrap();
        Source { path: "", lines: &[], text: line }.comment_behind(&text)
    }

    #[test]
    fn a_comment_is_what_yaml_takes_for_one() {
        for (line, expected) in [
            ("a: b # c d ", Some("c d")),
            ("a: b#c", None),
            ("a: 'b # c'", None),
            ("a: \"b # c\" # d", Some("d")),
            ("a: b #", None),
            ("a: b\n# c", None),
            ("a: {x: b, y: '# c'} # d", Some("d")),
            ("a: {x: b, y: '# c'}", None),
            ("a: {x: b, y: it's, z: c} # d", Some("d")),
        ] {
            assert_eq!(comments(line), expected, "{line}");
        }
    }

    #[test]
    fn a_comment_far_away_is_no_texts() {
        let line = |spaces: usize| format!("a: b{}# c", " ".repeat(spaces));
        assert_eq!(comments(&line(FAR - 3)), Some("c"), "its three characters are the last that are read");
        assert_eq!(comments(&line(FAR)), None);
        assert_eq!(comments(&format!("a: b # {}", "é".repeat(2 * FAR))).map(str::len), Some(2 * (FAR - 3)));
    }

    #[test]
    fn an_expression_stands_where_it_is_written() {
        let file = "a: |\n  one ${{ x }}\n  é ${{ y }} ${{ z\n  }}\nb: >-\n  one\n  ${{ x }}\nc: \"\\x24{{ x }} ${{ y }}\"\n";
        let node = Node::parse(file).unwrap();
        let source = Source { path: "", lines: &[], text: file };
        let places = |name: &str| {
            let expressions = source.expressions(&node.get(name).unwrap().text().unwrap());
            expressions.iter().map(|at| (at.line, at.column)).collect::<Vec<_>>()
        };
        assert_eq!(places("a"), [(2, 7), (3, 5), (3, 14)]);
        assert_eq!(places("b"), [(7, 3)]);
        assert_eq!(places("c"), [(8, 4), (8, 4)], "what is escaped is at its text's place");
    }

    #[test]
    fn a_command_stands_on_the_line_that_it_is_written_on() {
        let file = "on: x\njobs:\n  a:\n    steps:\n    - run: |\n        one\n          two \\\n            x\n\n        three; four\n    - run: >\n        one\n        two\n    - run: one\n    - run: \"one\\ntwo\"\n";
        let workflow = super::super::read::workflow("", file).unwrap();
        let places: Vec<Vec<_>> = workflow
            .steps()
            .map(|step| {
                let commands = workflow.source().commands(step);
                commands.map(|(command, at)| (command.words[0].as_str(), at.line, at.column)).collect()
            })
            .collect();
        let block = vec![("one", 6, 9), ("two", 7, 11), ("three", 10, 9), ("four", 10, 9)];
        let expected =
            [block, vec![("one", 12, 9)], vec![("one", 14, 12)], vec![("one", 15, 12), ("two", 15, 12)]];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_script_of_a_mebibyte_of_braces_takes_no_time() {
        let file = format!("a: |\n  {}\n", "${{ x }} \\x24{{ ".repeat(60_000));
        let text = Node::parse(&file).unwrap().get("a").unwrap().text().unwrap();
        let source = Source { path: "", lines: &[], text: &file };
        assert_eq!(source.expressions(&text).len(), 60_000);
        let file = format!("a: |\n  {}\n", "${{".repeat(300_000));
        let text = Node::parse(&file).unwrap().get("a").unwrap().text().unwrap();
        assert_eq!(Source { text: &file, ..source }.expressions(&text).len(), 1);
    }
}
