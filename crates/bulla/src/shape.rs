//! Whether a report is whole: an empty or truncated one is never stored as a good one.

use std::fmt;

use bulla_core::Operation;

/// Deeper nesting is no report.
const MAX_DEPTH: usize = 1024;

/// What a payload is checked for before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A whole report for `sbom` and `scan-*`, anything for other operations.
    #[default]
    ByOperation,
    /// Anything, the empty payload too.
    Any,
}

impl Shape {
    pub(crate) fn check(self, operation: &Operation) -> Option<ShapeCheck> {
        let operation = operation.as_str();
        let is_report = operation == "sbom" || operation.starts_with("scan-");
        (self == Self::ByOperation && is_report).then(ShapeCheck::default)
    }
}

/// Looks at a report as it passes by, in constant memory. It must not be blank; what begins as JSON
/// must close all that it opens, and what begins as XML must end with a tag. Whether it is right is not asked.
#[derive(Debug, Default)]
pub(crate) struct ShapeCheck {
    kind: Kind,
    /// The last byte that is no white space.
    last: u8,
    broken: Option<&'static str>,
}

#[derive(Debug, Default)]
enum Kind {
    #[default]
    Blank,
    Json(Json),
    Xml,
    Text,
}

impl ShapeCheck {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.broken.is_some() {
                return;
            }
            if let Kind::Blank = self.kind {
                self.kind = match byte {
                    // White space, the byte order mark, or what a file has where nothing was written.
                    b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0 => continue,
                    b'{' | b'[' | b'"' => Kind::Json(Json::default()),
                    b'<' => Kind::Xml,
                    _ => Kind::Text,
                };
            }
            if let Kind::Json(json) = &mut self.kind {
                self.broken = json.step(byte).err();
            }
            if !byte.is_ascii_whitespace() {
                self.last = byte;
            }
        }
    }

    pub(crate) fn finish(self) -> Result<(), NotAReport> {
        let ends = match &self.kind {
            Kind::Blank => return Err(NotAReport::Empty),
            Kind::Json(json) => json.open.is_empty() && !json.in_string,
            Kind::Xml => self.last == b'>',
            Kind::Text => true,
        };
        let broken = self.broken.or(if ends { None } else { Some("it breaks off") });
        broken.map_or(Ok(()), |why| Err(NotAReport::Broken(why)))
    }
}

/// One or more JSON documents: the brackets that are open, and whether a string is.
#[derive(Debug, Default)]
struct Json {
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
}

impl Json {
    fn step(&mut self, byte: u8) -> Result<(), &'static str> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Ok(());
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' if self.open.len() == MAX_DEPTH => return Err("it is nested too deeply"),
            b'{' | b'[' => self.open.push(byte),
            b'}' if self.open.pop() != Some(b'{') => return Err("a bracket closes what was not opened"),
            b']' if self.open.pop() != Some(b'[') => return Err("a bracket closes what was not opened"),
            b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ if self.open.is_empty() => return Err("text follows its end"),
            _ => {}
        }
        Ok(())
    }
}

/// Why a payload is not a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAReport {
    /// It is empty or blank.
    Empty,
    /// It is not whole.
    Broken(&'static str),
}

impl fmt::Display for NotAReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the report is empty"),
            Self::Broken(why) => write!(f, "the report is not whole ({why})"),
        }
    }
}

impl std::error::Error for NotAReport {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(operation: &str, parts: &[&str]) -> Result<(), NotAReport> {
        let Some(mut check) = Shape::ByOperation.check(&operation.parse().unwrap()) else { return Ok(()) };
        parts.iter().for_each(|part| check.feed(part.as_bytes()));
        check.finish()
    }

    #[test]
    fn an_empty_report_is_none_and_an_empty_signature_check_is_fine() {
        assert_eq!(check("sbom", &[]), Err(NotAReport::Empty));
        assert_eq!(check("scan-trivy", &["", " \n"]), Err(NotAReport::Empty));
        assert_eq!(check("signature", &[]), Ok(()));
    }

    #[test]
    fn what_begins_as_json_closes_what_it_opens() {
        assert_eq!(check("sbom", &[" {\"a\":", "[1,2]", "}\n"]), Ok(()));
        assert_eq!(check("scan-secrets", &["{}\n", "{}\n"]), Ok(()), "one document a line");
        assert_eq!(check("sbom", &["{\"}\\\"", "]\":1}"]), Ok(()), "brackets in strings are text");
        let deep = "[".repeat(MAX_DEPTH + 1);
        for broken in
            ["{\"a\":[1,2]", "{\"a\":1}}", "{]", "{\"a\":1} trailing", "[1,", "\"text", "\u{feff}{", &deep]
        {
            assert!(matches!(check("sbom", &[broken]), Err(NotAReport::Broken(_))), "{broken}");
        }
    }

    #[test]
    fn what_begins_otherwise_is_looked_at_for_how_it_ends() {
        assert_eq!(check("sbom", &["SPDXVersion: SPDX-2.3\n"]), Ok(()), "a text format");
        assert_eq!(check("sbom", &["<bom><components/></bom>\n"]), Ok(()));
        assert!(matches!(check("sbom", &["<bom><comp"]), Err(NotAReport::Broken(_))));
        assert_eq!(check("sbom", &["\0\0"]), Err(NotAReport::Empty));
    }
}
