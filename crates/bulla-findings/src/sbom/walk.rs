use std::fmt;
use std::io::{BufReader, Cursor, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::bounded::Bounded;
use super::document::Document;
use super::place::{Place, Shape};
use crate::one_line::one_line;

/// The most that is said of what is wrong: the parser repeats the document's own text.
const MAX_PROBLEM: usize = 200;

/// Reads a whole document, and nothing behind it. Says what is wrong and where, in one line.
pub(super) fn walk(mut from: impl Read, document: &mut Document) -> Result<(), String> {
    let mut head = Vec::new();
    from.by_ref().take(3).read_to_end(&mut head).map_err(|error| format!("it cannot be read: {error}"))?;
    if head == b"\xef\xbb\xbf" {
        head.clear();
    }
    let from = BufReader::with_capacity(64 << 10, Bounded::new(Cursor::new(head).chain(from)));
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = At { place: Place::Document, document }.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| match (document.field(), error.is_eof()) {
        (None, true) if !document.is_entered() => "it is empty".to_owned(),
        (None, _) => one_line(&error.to_string(), MAX_PROBLEM),
        (Some(field), _) => one_line(&format!("{field}: {error}"), MAX_PROBLEM),
    })
}

/// One value, at a place.
struct At<'a> {
    place: Place,
    document: &'a mut Document,
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = ();

    // The parser bounds the recursion.
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl At<'_> {
    /// Whether a value may have this shape here. What it says is left out of the error: it is an attacker's text.
    fn admit<E: Error>(&self, shape: Option<Shape>, found: &str) -> Result<(), E> {
        let wanted = self.place.shape();
        if wanted == Shape::Any || Some(wanted) == shape {
            return Ok(());
        }
        Err(E::invalid_type(Unexpected::Other(found), self))
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.place.shape().name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.admit(Some(Shape::Item), "an object")?;
        let Self { place, document } = self;
        document.enter(place);
        let mut seen = 0_u64;
        while let Some(field) = map.next_key_seed(Field { place, document })? {
            match field {
                Some(field) if document.wants(field) => {
                    // Whoever reads the first one and whoever reads the last one would read two documents.
                    if place.shape() == Shape::Item && seen & (1 << field as u64) != 0 {
                        return Err(A::Error::custom("the field is there twice"));
                    }
                    seen |= 1 << field as u64;
                    map.next_value_seed(At { place: field, document })?;
                }
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        document.leave(place).map_err(A::Error::missing_field)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.admit(Some(Shape::List), "a list")?;
        let Self { place, document } = self;
        match place.item() {
            Some(item) => while list.next_element_seed(At { place: item, document })?.is_some() {},
            None => while list.next_element::<IgnoredAny>()?.is_some() {},
        }
        document.listed(place);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.admit(Some(Shape::Text), "a text")?;
        self.document.text(self.place, text);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.place.shape() == Shape::Item {
            return self.admit(None, "null");
        }
        // How a Go program writes an empty list.
        self.document.listed(self.place);
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.admit(None, "a boolean")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.admit(None, "a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.admit(None, "a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.admit(None, "a number")
    }
}

/// A field's name, and where it leads.
struct Field<'a> {
    place: Place,
    document: &'a mut Document,
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = Option<Place>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Place>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Field<'_> {
    type Value = Option<Place>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<Place>, E> {
        if self.place == Place::Document {
            self.document.set_field(name);
        }
        Ok(self.place.field(name))
    }
}
