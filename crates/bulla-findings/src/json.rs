//! How every report is read.

use std::borrow::Cow;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::report::NotAReport;

/// A report in one JSON document, borrowed from its bytes. The fast way first; only what fails is read again, with the
/// path of the field that is wrong.
pub(crate) fn document<'a, T: Deserialize<'a>>(
    scanner: &'static str,
    bytes: &'a [u8],
) -> Result<T, NotAReport> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(NotAReport::new(scanner, "it is empty"));
    }
    serde_json::from_slice(bytes).map_err(|_| {
        let mut again = serde_json::Deserializer::from_slice(bytes);
        let problem = match serde_path_to_error::deserialize::<_, T>(&mut again) {
            Err(error) if error.path().iter().next().is_none() => error.inner().to_string(),
            Err(error) => format!("{}: {}", error.path(), error.inner()),
            Ok(_) => again.end().err().map_or_else(String::new, |error| error.to_string()),
        };
        NotAReport::new(scanner, problem)
    })
}

/// Text that is borrowed from the report where nothing in it is escaped, inside an `Option` or a `Vec` too.
#[derive(Deserialize, Debug, Clone, Default)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    pub(crate) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

/// For `#[serde(default, deserialize_with = "null_as_default")]`: a field that is absent or null is empty.
pub(crate) fn null_as_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// The first line, without white space around it.
pub(crate) fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default().trim_end()
}

/// An address that a reader can be sent to; anything else in its place is an attacker's text.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    (is_web && !text.contains(|c: char| c.is_whitespace() || c.is_control())).then(|| text.to_owned())
}
