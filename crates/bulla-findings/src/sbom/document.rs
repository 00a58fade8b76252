use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::listing::{Component, Listing};
use super::place::Place;
use super::{SbomFormat, SbomSummary};

/// So many packages' ids are remembered, as hashes (8 MiB), until it is known which one the document describes. Beyond
/// them, it is taken to be among them.
const REMEMBERED: usize = 1 << 20;

/// A version, or a tool's name, is no longer.
const MAX_NAME: usize = 64;

const SPDX_DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// What has been found in a document so far.
#[derive(Default)]
pub(super) struct Document {
    scanner: &'static str,
    /// The top-level field that is being read, or was read last.
    field: Option<String>,
    is_entered: bool,
    bom_format: Option<String>,
    spec_version: Option<String>,
    spdx_version: Option<String>,
    schema_version: Option<String>,
    has_descriptor: bool,
    has_artifacts: bool,
    /// By format.
    counts: [u64; 3],
    /// The hashes of the ids of the first packages.
    packages: Vec<u64>,
    package_has_id: bool,
    described: Described,
    relation: Relation,
    tool: Tool,
    tool_version: Option<String>,
    listing: Option<Listing>,
}

/// What an SPDX document describes.
#[derive(Default)]
enum Described {
    #[default]
    Nothing,
    One(u64),
    Several,
}

/// The relationship that is being read; its ends as hashes.
#[derive(Default)]
struct Relation {
    from: u64,
    kind: String,
    to: u64,
}

/// The tool that is being read.
#[derive(Default)]
struct Tool {
    name: String,
    version: String,
}

impl Document {
    pub(super) fn of(scanner: &'static str) -> Self {
        Self { scanner, ..Self::default() }
    }

    /// With the first components themselves.
    pub(super) fn listing(scanner: &'static str, limit: usize) -> Self {
        // One more, because the subject of an SPDX document is only known at its end.
        Self { listing: Some(Listing::of(limit.saturating_add(1))), ..Self::of(scanner) }
    }

    /// What is being read, for errors.
    pub(super) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub(super) fn set_field(&mut self, name: &str) {
        self.field = Some(name.chars().take(MAX_NAME).flat_map(char::escape_debug).collect());
    }

    pub(super) fn is_entered(&self) -> bool {
        self.is_entered
    }

    pub(super) fn wants(&self, place: Place) -> bool {
        self.listing.is_some() || !place.is_detail()
    }

    /// An object begins.
    pub(super) fn enter(&mut self, place: Place) {
        match place {
            Place::Document => self.is_entered = true,
            Place::Component => self.counts[SbomFormat::CycloneDx as usize] += 1,
            Place::Artifact => self.counts[SbomFormat::Syft as usize] += 1,
            Place::Package => {
                self.counts[SbomFormat::Spdx as usize] += 1;
                self.package_has_id = false;
            }
            Place::Relationship => self.relation = Relation::default(),
            Place::Tool | Place::Descriptor => self.tool = Tool::default(),
            _ => {}
        }
        if let Some(listing) = &mut self.listing {
            listing.enter(place);
        }
    }

    /// An object ends. The error is the field that it lacks.
    pub(super) fn leave(&mut self, place: Place) -> Result<(), &'static str> {
        match place {
            Place::Descriptor => {
                self.has_descriptor = true;
                self.end_tool();
            }
            Place::Tool => self.end_tool(),
            Place::Relationship => self.end_relation(),
            Place::Package if !self.package_has_id => return Err("SPDXID"),
            _ => {}
        }
        if let Some(listing) = &mut self.listing {
            listing.leave(place);
        }
        Ok(())
    }

    /// A list ends, or is null.
    pub(super) fn listed(&mut self, place: Place) {
        self.has_artifacts |= place == Place::Artifacts;
    }

    pub(super) fn text(&mut self, place: Place, text: &str) {
        match place {
            Place::BomFormat => self.bom_format = Some(short(text)),
            Place::SpecVersion => self.spec_version = Some(short(text)),
            Place::SpdxVersion => self.spdx_version = Some(short(text)),
            Place::SchemaVersion => self.schema_version = Some(short(text)),
            Place::ToolName => self.tool.name = short(text),
            Place::ToolVersion => self.tool.version = short(text),
            Place::Creator => self.creator(text),
            Place::Described => self.describe(hash(text)),
            Place::RelationFrom => self.relation.from = hash(text),
            Place::RelationType => self.relation.kind = short(text),
            Place::RelationTo => self.relation.to = hash(text),
            Place::PackageId => {
                self.package_has_id = true;
                if self.packages.len() < REMEMBERED {
                    self.packages.push(hash(text));
                }
            }
            _ => {}
        }
        if let Some(listing) = &mut self.listing {
            listing.text(place, text);
        }
    }

    /// `Tool: syft-1.18.1`, as SPDX has it (2.3, section 6.8).
    fn creator(&mut self, text: &str) {
        let tool = text.strip_prefix("Tool:").and_then(|tool| tool.trim().rsplit_once('-'));
        if let Some((name, version)) = tool {
            self.tool = Tool { name: short(name), version: short(version) };
            self.end_tool();
        }
    }

    fn end_tool(&mut self) {
        let Tool { name, version } = std::mem::take(&mut self.tool);
        if self.tool_version.is_none() && !version.is_empty() && name.eq_ignore_ascii_case(self.scanner) {
            self.tool_version = Some(version);
        }
    }

    fn end_relation(&mut self) {
        let Relation { from, kind, to } = std::mem::take(&mut self.relation);
        match kind.as_str() {
            "DESCRIBES" if from == hash(SPDX_DOCUMENT) => self.describe(to),
            "DESCRIBED_BY" if to == hash(SPDX_DOCUMENT) => self.describe(from),
            _ => {}
        }
    }

    fn describe(&mut self, id: u64) {
        // As older releases of syft write it: the document describes itself.
        if id == hash(SPDX_DOCUMENT) {
            return;
        }
        self.described = match self.described {
            Described::Nothing => Described::One(id),
            Described::One(other) if other == id => Described::One(id),
            _ => Described::Several,
        };
    }

    /// The version of the tool that has the scanner's name.
    pub(super) fn tool_version(&mut self) -> Option<String> {
        self.tool_version.take()
    }

    /// What the document is; the error names the field that it lacks, or that is wrong.
    pub(super) fn summary(&self) -> Result<SbomSummary, String> {
        let format = self.format()?;
        let version = self.format_version(format)?;
        let subject = if format == SbomFormat::Spdx { self.subject() } else { 0 };
        Ok(SbomSummary { format, version, components: self.counts[format as usize] - subject })
    }

    fn format(&self) -> Result<SbomFormat, String> {
        match (self.bom_format.as_deref(), self.spdx_version.is_some()) {
            (Some(_), true) => {
                Err("bomFormat and spdxVersion: it claims to be two things at once".to_owned())
            }
            (Some("CycloneDX"), false) => Ok(SbomFormat::CycloneDx),
            (Some(_), false) => Err("bomFormat: it is not \"CycloneDX\"".to_owned()),
            (None, true) => Ok(SbomFormat::Spdx),
            (None, false) if self.has_artifacts && self.has_descriptor => Ok(SbomFormat::Syft),
            (None, false) if self.has_artifacts => Err(missing("descriptor")),
            (None, false) if self.has_descriptor => Err(missing("artifacts")),
            (None, false) if self.spec_version.is_some() => Err(missing("bomFormat")),
            (None, false) if self.counts[SbomFormat::Spdx as usize] > 0 => Err(missing("spdxVersion")),
            (None, false) => {
                Err("it has none of the fields that tell what an SBOM is: `bomFormat` (CycloneDX), \
                                  `spdxVersion` (SPDX 2), `artifacts` and `descriptor` (syft)"
                    .to_owned())
            }
        }
    }

    fn format_version(&self, format: SbomFormat) -> Result<String, String> {
        let (field, version, prefix) = match format {
            SbomFormat::CycloneDx => ("specVersion", self.spec_version.as_deref(), "1."),
            SbomFormat::Spdx => {
                let version = self.spdx_version.as_deref();
                ("spdxVersion", version.map(|version| version.strip_prefix("SPDX-").unwrap_or("")), "2.")
            }
            SbomFormat::Syft => ("schema.version", self.schema_version.as_deref(), ""),
        };
        let version = version.ok_or_else(|| missing(field))?;
        let is_version = version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| c == '.' || c.is_ascii_digit());
        if !is_version || !version.starts_with(prefix) {
            return Err(format!("{field}: it is not a version that is known here"));
        }
        Ok(version.to_owned())
    }

    /// How many packages are not components but the subject.
    fn subject(&self) -> u64 {
        let Described::One(id) = self.described else { return 0 };
        let found = self.packages.iter().filter(|package| **package == id).count() as u64;
        if found == 0 && self.packages.len() == REMEMBERED { 1 } else { found }
    }

    /// The components of that format, without the subject.
    pub(super) fn into_components(self, format: SbomFormat, limit: usize) -> Vec<Component> {
        let mut components = self.listing.map(|listing| listing.into_components(format)).unwrap_or_default();
        if let (SbomFormat::Spdx, Described::One(subject)) = (format, &self.described) {
            components.retain(|component| component.id.as_deref().map(hash) != Some(*subject));
        }
        components.truncate(limit);
        components
    }
}

fn missing(field: &str) -> String {
    format!("missing field `{field}`")
}

/// Text that is longer than any version or name is neither.
fn short(text: &str) -> String {
    if text.len() <= MAX_NAME { text.to_owned() } else { String::new() }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
