//! Anybody's text in YAML.

use std::fmt::Write as _;

/// A scalar that reads as that text and nothing else, in ASCII: a name of a branch or a directory is whoever made it's.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            // Eight digits reach every character, and writing to a string does not fail.
            c => drop(write!(quoted, "\\U{:08X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// A filter of a workflow that matches that branch alone. Git has no name with one of the other special characters.
pub(super) fn branch_pattern(branch: &str) -> String {
    branch.replace('+', "\\+").replace('!', "\\!")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::repository::Node;

    proptest! {
        #[test]
        fn any_text_comes_back_from_one_line_of_printable_ascii(text in any::<String>()) {
            let quoted = quoted(&text);
            prop_assert!(quoted.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            let node = Node::parse(&format!("a: {quoted}\nb: c\n")).unwrap();
            prop_assert_eq!(node.get("a").and_then(Node::as_text), Some(text.as_str()));
            prop_assert_eq!(node.get("b").and_then(Node::as_text), Some("c"));
        }
    }
}
