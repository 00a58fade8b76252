use std::io::{self, Read};

/// The parser keeps one text at a time, and one byte for each level of what it skips; these are bounded here, where
/// they are seen first, so that no document takes more memory than another.
const MAX_TEXT: usize = 8 << 20;
const MAX_DEPTH: usize = 128;

/// JSON that is refused once one text in it is too long, or its nesting too deep. Whether it is JSON is the parser's
/// to say.
pub(super) struct Bounded<R> {
    from: R,
    depth: usize,
    /// The bytes of the text so far, if one is open.
    text: Option<usize>,
    escaped: bool,
    /// What is wrong behind the bytes that have been given out.
    refused: Option<String>,
}

impl<R> Bounded<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, depth: 0, text: None, escaped: false, refused: None }
    }

    fn see(&mut self, byte: u8) -> Result<(), String> {
        match (self.text, byte) {
            (Some(length), _) if length > MAX_TEXT => {
                return Err(format!("a text in it is longer than {MAX_TEXT} bytes"));
            }
            (Some(length), _) if self.escaped => {
                self.escaped = false;
                self.text = Some(length + 1);
            }
            (Some(_), b'\\') => self.escaped = true,
            (Some(_), b'"') => self.text = None,
            (Some(length), _) => self.text = Some(length + 1),
            (None, b'"') => self.text = Some(0),
            (None, b'[' | b'{') => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
                }
            }
            (None, b']' | b'}') => self.depth = self.depth.saturating_sub(1),
            (None, _) => {}
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(problem) = &self.refused {
            return Err(io::Error::other(problem.clone()));
        }
        let count = self.from.read(buffer)?;
        for (index, &byte) in buffer[..count].iter().enumerate() {
            let Err(problem) = self.see(byte) else { continue };
            // What stands before it is given out, so that the parser can say where it is.
            self.refused = Some(problem.clone());
            return if index == 0 { Err(io::Error::other(problem)) } else { Ok(index) };
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<usize, String> {
        let mut bytes = Vec::new();
        Bounded::new(text).read_to_end(&mut bytes).map_err(|error| error.to_string())
    }

    #[test]
    fn brackets_in_a_text_are_no_nesting_and_an_escaped_quote_does_not_end_it() {
        let text = format!(r#"{{"a":"{}\"{}\\"}}"#, "[".repeat(200), "{".repeat(200));
        assert_eq!(read(text.as_bytes()), Ok(text.len()));
        assert!(read(format!("{text}{}", "[".repeat(129)).as_bytes()).unwrap_err().contains("128 levels"));
    }

    #[test]
    fn a_long_text_is_refused_and_many_short_ones_are_not() {
        let long = format!("\"{}", "x".repeat(MAX_TEXT + 2));
        assert!(read(long.as_bytes()).unwrap_err().contains("longer than 8388608 bytes"));
        assert!(read("\"xxxxxxx\",".repeat(1 << 20).as_bytes()).is_ok());
        // An escape is as long as any other character.
        assert!(read(format!("\"{}", "\\n".repeat(MAX_TEXT + 2)).as_bytes()).is_err());
    }
}
