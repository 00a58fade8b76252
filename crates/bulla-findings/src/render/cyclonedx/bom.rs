use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::vulnerability::Vulnerability;
use crate::assessment::Assessment;
use crate::finding::Package;
use crate::report::NotAReport;
use crate::sbom::Component;

const VULNERABILITIES: &str = "vulnerabilities";

/// A document: its top-level fields, in order, each as it will be written.
pub(super) struct Bom(Vec<(String, Box<RawValue>)>);

impl Bom {
    /// A document somebody made, with other vulnerabilities.
    pub(super) fn kept(bytes: &[u8], vulnerabilities: Vec<Vulnerability>) -> Result<Self, NotAReport> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let fields = json.deserialize_map(Fields).and_then(|fields| json.end().map(|()| fields));
        let mut bom = Self(fields.map_err(|error| NotAReport::new("SBOM", error.to_string()))?);
        bom.set(VULNERABILITIES, &vulnerabilities);
        Ok(bom)
    }

    /// A document with nothing but what is affected.
    pub(super) fn own(
        assessment: &Assessment,
        components: &[Component],
        vulnerabilities: Vec<Vulnerability>,
    ) -> Self {
        let mut bom = Self(Vec::new());
        bom.set("$schema", &"http://cyclonedx.org/schema/bom-1.6.schema.json");
        bom.set("bomFormat", &"CycloneDX");
        bom.set("specVersion", &"1.6");
        bom.set("version", &1);
        bom.set("metadata", &metadata(assessment));
        bom.set("components", &components.iter().map(component).collect::<Vec<_>>());
        bom.set(VULNERABILITIES, &vulnerabilities);
        bom
    }

    pub(super) fn to_text(&self) -> Result<String, NotAReport> {
        let text = serde_json::to_string(self).map_err(|error| NotAReport::new("SBOM", error.to_string()))?;
        Ok(text + "\n")
    }

    /// Where the field is, or behind all others.
    fn set(&mut self, name: &str, value: &impl Serialize) {
        let value = to_raw_value(value).expect("texts and numbers can be written");
        match self.0.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

impl Serialize for Bom {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

/// The fields of an object, in order. One that is there twice is refused: it would be replaced once.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut fields, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom("a top-level field is there twice"));
            }
            fields.push((name, value));
        }
        Ok(fields)
    }
}

fn metadata(assessment: &Assessment) -> Value {
    let mut subject = json!({ "type": "application", "name": assessment.target });
    if let Some(digest) = &assessment.subject {
        subject["version"] = json!(digest);
    }
    let tool = json!({ "type": "application", "name": "bulla", "version": env!("CARGO_PKG_VERSION") });
    json!({ "tools": { "components": [tool] }, "component": subject })
}

/// One for each package, sorted; the purl, or else name and version, is what it is referred to by.
pub(super) fn components_of<'a>(packages: impl Iterator<Item = &'a Package>) -> Vec<Component> {
    let mut components = BTreeMap::new();
    for package in packages {
        let id = match &package.purl {
            Some(purl) if !purl.is_empty() => purl.clone(),
            _ => format!("{}@{}", package.name, package.version),
        };
        components.entry(id.clone()).or_insert_with(|| Component {
            id: Some(id),
            name: package.name.clone(),
            version: package.version.clone(),
            kind: "library".to_owned(),
            purl: package.purl.clone().filter(|purl| !purl.is_empty()),
            ..Component::default()
        });
    }
    components.into_values().collect()
}

fn component(component: &Component) -> Value {
    let mut value = json!({ "type": component.kind, "bom-ref": component.id, "name": component.name });
    if !component.version.is_empty() {
        value["version"] = json!(component.version);
    }
    if let Some(purl) = &component.purl {
        value["purl"] = json!(purl);
    }
    value
}
