//! YAML in which every value knows its place.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, MergeKeyPolicy, Options, Spanned, UserMessageFormatter};

use crate::one_line::one_line;

/// A value and where it stands: line and column from 1. What an alias stands for is where it was written. A copy shares
/// all that is in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// A scalar's bytes in the file, with its quotes.
    pub(super) span: Range<usize>,
}

/// What a YAML node is, as GitHub takes it: a scalar is its text, whatever its type; nothing is the empty text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    List(Arc<[Node]>),
    Map(Arc<[(Node, Node)]>),
}

/// Where something stands in a file: line and column from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// Its bytes in the file, with its quotes, but without the indicator of a block.
    pub(crate) span: Range<usize>,
}

impl From<&Text> for Place {
    fn from(text: &Text) -> Self {
        Self { line: text.line, column: text.column }
    }
}

/// The place of a problem, if it is known, and the problem on one line.
pub(crate) type Problem = (Option<u64>, String);

impl Node {
    /// Reads one document. Aliases are followed, up to a bound: what they stand for counts every time.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| problem(error.without_snippet()))
    }

    /// The value under that name, if this is a mapping that has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    }

    /// The pairs of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Self, &Self)> {
        let pairs: &[_] = if let Value::Map(pairs) = &self.value { pairs } else { &[] };
        pairs.iter().map(|(key, value)| (key, value))
    }

    /// The values of a list, or the one value that stands where a list could.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Text(text) if text.is_empty() => &[],
            Value::Text(_) | Value::Map(_) => std::slice::from_ref(self),
        }
    }

    /// How many values are in it, itself among them; what an alias stands for counts each time.
    pub(crate) fn size(&self) -> usize {
        let within = match &self.value {
            Value::Text(_) => 0,
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(pairs) => pairs.iter().map(|(key, value)| key.size() + value.size()).sum(),
        };
        1 + within
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The value under that name, or that it is missing.
    pub(super) fn required(&self, name: &str) -> Result<&Self, Problem> {
        self.get(name).ok_or_else(|| (Some(self.line), format!("it has no `{name}`")))
    }

    /// The text with its place, or that none is here.
    pub(super) fn required_text(&self) -> Result<Text, Problem> {
        self.text().ok_or_else(|| (Some(self.line), "a text is expected here".to_owned()))
    }

    /// The text with its place.
    pub(crate) fn text(&self) -> Option<Text> {
        let text = self.as_text()?.to_owned();
        Some(Text { text, line: self.line, column: self.column, span: self.span.clone() })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, defined, .. } = Spanned::deserialize(deserializer)?;
        let size = |size: Option<u64>| size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        let start = size(defined.span().byte_offset());
        let span = start..start + size(defined.span().byte_len());
        Ok(Self { value, line: defined.line(), column: defined.column(), span })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Text(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            map.push(pair);
        }
        Ok(Value::Map(map.into()))
    }
}

fn problem(error: &Error) -> Problem {
    let line = error.location().map(|location| location.line()).filter(|line| *line > 0);
    let said = match error {
        Error::Budget { .. } => {
            "it is nested too deeply, or too large when its aliases are followed".to_owned()
        }
        Error::AliasError { .. } => "what an alias stands for is too large, or can't be read".to_owned(),
        Error::DuplicateMappingKey { .. } => "a name is there twice".to_owned(),
        Error::UnknownAnchor { .. } => "an alias stands for nothing".to_owned(),
        Error::MergeKeyNotAllowed { .. } => {
            "it has a merge key (`<<`), which GitHub does not know".to_owned()
        }
        _ => error.render_with_formatter(&UserMessageFormatter),
    };
    // The place is said beside the problem.
    let said = said.split(" at line ").next().unwrap_or_default();
    (line, one_line(said, 300))
}

/// What GitHub reads has YAML 1.2's booleans, and aliases, but no merge keys. What aliases stand for counts against the
/// budget each time.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 32,
            max_documents: 1,
            max_nodes: 100_000,
            max_total_scalar_bytes: 2 << 20,
        },
        merge_keys: MergeKeyPolicy::Error,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
        strict_booleans: true,
        reject_non_finite_typeless_float: false,
        with_snippet: false,
        emit_comments: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_line_and_column_and_is_its_text() {
        let node =
            Node::parse("on: [push]\npermissions: {}\na:\n  - yes: 1\n    ~: |\n      text\n").unwrap();
        let on = node.get("on").unwrap();
        assert_eq!((on.line, on.column, on.items().len()), (1, 5, 1));
        let push = Text { text: "push".to_owned(), line: 1, column: 6, span: 5..9 };
        assert_eq!(on.items()[0].text(), Some(push));
        assert_eq!(node.get("permissions").unwrap().entries().count(), 0);
        let first = &node.get("a").unwrap().items()[0];
        assert_eq!(first.get("yes").and_then(Node::as_text), Some("1"));
        assert_eq!(first.get("").and_then(Node::as_text), Some("text\n"));
    }

    #[test]
    fn aliases_are_followed_and_a_bomb_of_them_is_an_error() {
        let node = Node::parse("a: &x [1]\nb: *x\n").unwrap();
        let aliased = &node.get("b").unwrap().items()[0];
        assert_eq!((aliased.line, aliased.column), (1, 8));
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = format!("*a{}", level - 1);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![below; 10].join(", ")));
        }
        assert!(Node::parse(&bomb).is_err());
        assert!(Node::parse(&"[".repeat(100_000)).is_err());
        let one = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 90].join(", "));
        assert!(Node::parse(&one).is_err(), "a text counts each time, too");
    }

    #[test]
    fn a_name_that_is_there_twice_and_a_merge_key_are_errors() {
        assert!(Node::parse("a: 1\na: 2\n").unwrap_err().1.contains("twice"));
        let merged = Node::parse("a: &a {x: 1}\nb:\n  <<: *a\n").unwrap_err();
        assert_eq!(merged, (Some(3), "it has a merge key (`<<`), which GitHub does not know".to_owned()));
    }

    #[test]
    fn a_problem_says_its_line_once() {
        let (line, said) = Node::parse("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert!(line.is_some_and(|line| line > 1));
        assert!(!said.is_empty() && !said.contains("line"), "{said}");
        // The library says it in the text: with no place to cut, there is none to be said twice.
        let error = serde_saphyr::from_str_with_options::<Node>("a: [1", options()).unwrap_err();
        let whole = error.without_snippet().render_with_formatter(&UserMessageFormatter);
        assert!(whole.contains(" at line "), "{whole}");
    }

    #[test]
    fn what_an_alias_repeats_counts_each_time() {
        assert_eq!(
            Node::parse("a: &a [x, y]\nb: *a\nc: [*a]\n").unwrap().size(),
            1 + (1 + 3) + (1 + 3) + (1 + 4)
        );
    }

    #[test]
    fn a_scalar_knows_its_bytes_in_the_file() {
        let text = "a: |-\n  one\n  two\nb: \"x\\ty\" # z\nc: 'é'\n";
        let node = Node::parse(text).unwrap();
        let bytes = |name: &str| &text[node.get(name).unwrap().text().unwrap().span];
        assert_eq!((bytes("a").trim_end(), bytes("b"), bytes("c")), ("one\n  two", "\"x\\ty\"", "'é'"));
    }
}
