/// At most so many characters of a text, on one line: what is said about a file can hold anybody's words.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    text.chars().take(longest).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
