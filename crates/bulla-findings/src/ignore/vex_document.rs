//! The shape of an OpenVEX document, version 0.2.0, and the plain texts that earlier versions have in place of objects.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::Problem;
use crate::json::null_as_default;
use crate::purl::Purl;

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "@context", deserialize_with = "context")]
    _context: (),
    #[serde(default, deserialize_with = "time")]
    pub(super) timestamp: Option<Timestamp>,
    pub(super) statements: Vec<Statement>,
}

#[derive(Deserialize)]
pub(super) struct Statement {
    pub(super) vulnerability: Vulnerability,
    #[serde(default, deserialize_with = "time")]
    pub(super) timestamp: Option<Timestamp>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(super) products: Vec<Product>,
    /// Of version 0.0.x: of every product. Read so that the statement is not taken for one about whole products.
    #[serde(default)]
    subcomponents: Option<Vec<IgnoredAny>>,
    pub(super) status: Status,
    justification: Option<String>,
    impact_statement: Option<String>,
    status_notes: Option<String>,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    NotAffected,
    Affected,
    Fixed,
    UnderInvestigation,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Vulnerability {
    Id(String),
    Object {
        name: String,
        #[serde(default, deserialize_with = "null_as_default")]
        aliases: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(from = "ProductForm")]
pub(super) struct Product {
    pub(super) component: Component,
    pub(super) subcomponents: Vec<Component>,
}

#[derive(Deserialize, Default)]
#[serde(from = "ComponentForm")]
pub(super) struct Component(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum ProductForm {
    Id(String),
    Object {
        #[serde(rename = "@id")]
        id: Option<String>,
        #[serde(default, deserialize_with = "null_as_default")]
        identifiers: BTreeMap<String, String>,
        #[serde(default, deserialize_with = "null_as_default")]
        subcomponents: Vec<Component>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ComponentForm {
    Id(String),
    Object {
        #[serde(rename = "@id")]
        id: Option<String>,
        #[serde(default, deserialize_with = "null_as_default")]
        identifiers: BTreeMap<String, String>,
    },
}

impl From<ProductForm> for Product {
    fn from(form: ProductForm) -> Self {
        match form {
            ProductForm::Id(id) => Self { component: Component(vec![id]), subcomponents: Vec::new() },
            ProductForm::Object { id, identifiers, subcomponents } => {
                Self { component: ComponentForm::Object { id, identifiers }.into(), subcomponents }
            }
        }
    }
}

impl From<ComponentForm> for Component {
    fn from(form: ComponentForm) -> Self {
        match form {
            ComponentForm::Id(id) => Self(vec![id]),
            ComponentForm::Object { id, identifiers } => {
                Self(id.into_iter().chain(identifiers.into_values()).collect())
            }
        }
    }
}

impl Component {
    pub(super) fn purls(&self) -> Vec<Purl> {
        self.0.iter().filter_map(|id| Purl::parse(id)).collect()
    }

    pub(super) fn is_named(&self) -> bool {
        self.0.iter().any(|id| !id.is_empty())
    }
}

impl Vulnerability {
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let (name, aliases): (&String, &[String]) = match self {
            Self::Id(id) => (id, &[]),
            Self::Object { name, aliases } => (name, aliases),
        };
        aliases.iter().chain([name]).map(String::as_str)
    }
}

impl Statement {
    /// Why, as the statement has it: the label, then the words.
    pub(super) fn reason(&self) -> String {
        let status = match self.status {
            Status::Fixed => Some("fixed"),
            _ => None,
        };
        let words = [
            status,
            self.justification.as_deref(),
            self.impact_statement.as_deref(),
            self.status_notes.as_deref(),
        ];
        let said = words.into_iter().flatten().map(str::trim).filter(|words| !words.is_empty());
        said.collect::<Vec<_>>().join("; ")
    }
}

impl Document {
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let mut json = serde_json::Deserializer::from_str(text);
        let document: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let line = error.inner().line() as u64;
            let problem =
                format!("{}: {}; a document of OpenVEX 0.2.0 is expected", error.path(), error.inner());
            ((line > 0).then_some(line), problem)
        })?;
        json.end()
            .map_err(|error| (Some(error.line() as u64), format!("{error}; one document in each file")))?;
        let old = document
            .statements
            .iter()
            .position(|one| one.subcomponents.as_ref().is_some_and(|all| !all.is_empty()));
        match old {
            Some(index) => Err((
                None,
                format!(
                    "statements[{index}].subcomponents: of OpenVEX 0.0; since 0.2.0 each product has its own: move them"
                ),
            )),
            None => Ok(document),
        }
    }
}

fn context<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    match String::deserialize(from)? {
        context if context.starts_with("https://openvex.dev/ns") => Ok(()),
        _ => Err(D::Error::custom("not `https://openvex.dev/ns...`")),
    }
}

/// RFC 3339.
fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| {
        text.parse().map_err(|_| D::Error::custom("no RFC 3339 time, such as 2026-01-31T12:00:00Z"))
    })
    .transpose()
}
