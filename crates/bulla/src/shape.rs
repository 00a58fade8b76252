//! Whether a report is whole: an empty or truncated one is never stored as a good one.

use std::fmt;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use bulla_core::Operation;
use serde_json::de::{Deserializer, IoRead};

/// What a payload is checked for before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A report for `sbom` and `scan-*`, anything for other operations.
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

/// Looks at a report as it passes by, in constant memory: it must not be blank, and if it begins as JSON it must
/// be whole JSON documents.
#[derive(Debug, Default)]
pub(crate) struct ShapeCheck {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Blank,
    Text,
    Json {
        bytes: SyncSender<Vec<u8>>,
        verdict: JoinHandle<Result<(), serde_json::Error>>,
    },
}

impl ShapeCheck {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if let State::Blank = self.state {
            self.state = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
                None => return,
                Some(b'{' | b'[') => Self::json(),
                Some(_) => State::Text,
            };
        }
        if let State::Json { bytes: channel, .. } = &self.state {
            // The parser is gone once it has seen an error; `finish` says which.
            let _ = channel.send(bytes.to_vec());
        }
    }

    fn json() -> State {
        let (bytes, received) = sync_channel(16);
        let verdict = thread::spawn(|| {
            let documents =
                Deserializer::new(IoRead::new(Received { received, pending: io::Cursor::default() }));
            documents.into_iter::<serde::de::IgnoredAny>().try_for_each(|document| document.map(drop))
        });
        State::Json { bytes, verdict }
    }

    pub(crate) fn finish(self) -> Result<(), NotAReport> {
        match self.state {
            State::Blank => Err(NotAReport::Empty),
            State::Text => Ok(()),
            State::Json { bytes, verdict } => {
                drop(bytes);
                let verdict = verdict.join().expect("the parser does not panic");
                verdict.map_err(|error| NotAReport::BrokenJson(error.to_string()))
            }
        }
    }
}

struct Received {
    received: Receiver<Vec<u8>>,
    pending: io::Cursor<Vec<u8>>,
}

impl Read for Received {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.pending.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            match self.received.recv() {
                Ok(bytes) => self.pending = io::Cursor::new(bytes),
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Why a payload is not a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAReport {
    /// It is empty or blank.
    Empty,
    /// It begins as JSON and breaks off, or is not JSON further on; where, as the parser says it.
    BrokenJson(String),
}

impl fmt::Display for NotAReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("not stored: the report is empty"),
            Self::BrokenJson(error) => write!(f, "not stored: the report is not whole JSON ({error})"),
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
    fn json_must_be_whole() {
        assert_eq!(check("sbom", &[" {\"a\":", "[1,2]", "}\n"]), Ok(()));
        assert_eq!(check("scan-secrets", &["{}\n", "{}\n"]), Ok(()), "one document a line");
        for broken in ["{\"a\":[1,2]", "{\"a\":1}}", "{\"a\":1} trailing", "[1,"] {
            assert!(matches!(check("sbom", &[broken]), Err(NotAReport::BrokenJson(_))), "{broken}");
        }
        assert_eq!(check("sbom", &["SPDXVersion: SPDX-2.3\n"]), Ok(()), "a text format");
    }
}
