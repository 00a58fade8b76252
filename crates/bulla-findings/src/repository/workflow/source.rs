use std::ops::Range;

use super::expression::expressions;
use crate::repository::yaml::Text;

/// The file that something stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) lines: &'a [String],
    /// All of it.
    pub(crate) text: &'a str,
}

impl<'a> Source<'a> {
    /// What the comment behind a text says, on the line on which the text ends.
    pub(crate) fn comment_behind(self, text: &Text) -> Option<&'a str> {
        let rest = self.text.get(text.span.end..)?;
        comment(rest.lines().next()?)
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

    /// The lines of a script, each where it stands itself; where the script's own place must do, if it is folded.
    pub(crate) fn script_lines<'t>(self, script: &'t Text) -> Vec<(&'t str, Text)> {
        let written = self.text.get(script.span.clone()).unwrap_or_default().trim_end();
        let as_written = written.lines().count() == script.text.trim_end().lines().count();
        let mut written = written.lines().zip(script.line..);
        let place = |line, column| Text { text: String::new(), line, column, span: script.span.clone() };
        let lines = script.text.lines().enumerate().map(|(index, said)| {
            let place = match written.next().filter(|_| as_written && index > 0) {
                Some((line, number)) => place(number, 1 + (line.len() - line.trim_start().len()) as u64),
                None => place(script.line, script.column),
            };
            (said, place)
        });
        lines.collect()
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
    fn a_line_of_a_script_stands_where_it_is_written() {
        let file = "a: |\n  one\n    two\n\n  three\nb: >\n  one\n  two\nc: one\n";
        let node = Node::parse(file).unwrap();
        let source = Source { path: "", lines: &[], text: file };
        let places = |name: &str| {
            let script = node.get(name).unwrap().text().unwrap();
            let lines = source.script_lines(&script);
            lines.iter().map(|(line, at)| (line.to_string(), at.line, at.column)).collect::<Vec<_>>()
        };
        let expected = [("one", 2, 3), ("  two", 3, 5), ("", 4, 1), ("three", 5, 3)];
        assert_eq!(places("a"), expected.map(|(text, line, column)| (text.to_owned(), line, column)));
        assert_eq!(places("b"), [("one two".to_owned(), 7, 3)]);
        assert_eq!(places("c"), [("one".to_owned(), 9, 4)]);
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
