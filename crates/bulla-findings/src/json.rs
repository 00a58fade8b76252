//! How every report is read.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
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

/// A report that was a list in earlier releases and is an object in later ones. Not serde's `untagged`, which copies
/// the whole document and loses the name of the field where it goes wrong.
pub(crate) enum ListOr<T, D> {
    /// Null is an empty list.
    List(Vec<T>),
    Object(D),
}

impl<'de, T: Deserialize<'de>, D: Deserialize<'de>> Deserialize<'de> for ListOr<T, D> {
    fn deserialize<F: Deserializer<'de>>(from: F) -> Result<Self, F::Error> {
        from.deserialize_any(ListOrObject(PhantomData))
    }
}

struct ListOrObject<T, D>(PhantomData<(T, D)>);

impl<'de, T: Deserialize<'de>, D: Deserialize<'de>> Visitor<'de> for ListOrObject<T, D> {
    type Value = ListOr<T, D>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(ListOr::List(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(ListOr::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        D::deserialize(MapAccessDeserializer::new(fields)).map(ListOr::Object)
    }
}

/// An object where it matters; in its place some releases have a plain name or number.
pub(crate) enum ObjectOrPlain<D> {
    Object(D),
    Plain,
}

impl<'de, D: Deserialize<'de>> Deserialize<'de> for ObjectOrPlain<D> {
    fn deserialize<F: Deserializer<'de>>(from: F) -> Result<Self, F::Error> {
        from.deserialize_any(ObjectOrPlainVisitor(PhantomData))
    }
}

struct ObjectOrPlainVisitor<D>(PhantomData<D>);

impl<'de, D: Deserialize<'de>> Visitor<'de> for ObjectOrPlainVisitor<D> {
    type Value = ObjectOrPlain<D>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a string or a count")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(ObjectOrPlain::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(ObjectOrPlain::Plain)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        D::deserialize(MapAccessDeserializer::new(fields)).map(ObjectOrPlain::Object)
    }
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
