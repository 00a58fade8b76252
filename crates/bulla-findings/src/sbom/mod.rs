//! SBOMs, read as streams: CycloneDX JSON, SPDX JSON and syft's own JSON.
//!
//! One reader for the three, which are told apart by their own fields at the document's end, so that the order of the
//! fields is of no matter: `place` is the map of what is looked at, `walk` goes there, `document` keeps what is found,
//! `listing` the components themselves where they are wanted, and `bounded` keeps hostile bytes from taking memory.

mod bounded;
mod document;
mod listing;
mod place;
mod walk;

use std::fmt;
use std::io::Read;

use document::Document;
pub use listing::Component;

use crate::report::{Examined, NotAReport, Report};

/// A format that an SBOM can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SbomFormat {
    /// CycloneDX JSON.
    #[default]
    CycloneDx,
    /// SPDX JSON.
    Spdx,
    /// syft's own JSON.
    Syft,
}

/// What an SBOM is, and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SbomSummary {
    /// The format.
    pub format: SbomFormat,
    /// The format's version, such as `1.6`.
    pub version: String,
    /// How many components it lists.
    pub components: u64,
}

impl SbomFormat {
    /// As people write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CycloneDx => "CycloneDX",
            Self::Spdx => "SPDX",
            Self::Syft => "syft",
        }
    }
}

impl fmt::Display for SbomSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} components ({} {})", self.components, self.format.title(), self.version)
    }
}

/// Sums an SBOM up in constant memory. One without components has looked at nothing.
///
/// What counts as a component:
///
/// * CycloneDX 1.x: every one below the document's `components`, those inside other components too. The subject itself
///   (`metadata.component`) is none.
/// * SPDX 2.x: every package, except the one that the document describes, if it describes exactly one: that is the
///   subject.
/// * syft: every artifact.
///
/// The version is that of the document's tool, if it has the scanner's name.
pub fn summarize(scanner: &'static str, from: impl Read) -> Result<Report, NotAReport> {
    let mut document = Document::of(scanner);
    let sbom = read(scanner, from, &mut document)?;
    let nothing = || Examined::Nothing("the SBOM lists no components".to_owned());
    Ok(Report {
        version: document.tool_version(),
        examined: if sbom.components == 0 { nothing() } else { Examined::Something },
        sbom: Some(sbom),
        ..Report::default()
    })
}

/// The components that [`summarize`] counts, at most `limit` of them, in the document's order: a component stands
/// before those inside it.
pub fn components(bytes: &[u8], limit: usize) -> Result<Vec<Component>, NotAReport> {
    list(bytes, limit).map(|(_, components)| components)
}

/// As [`components`], with what the SBOM is.
pub(crate) fn list(bytes: &[u8], limit: usize) -> Result<(SbomSummary, Vec<Component>), NotAReport> {
    let mut document = Document::listing("SBOM", limit);
    let sbom = read("SBOM", bytes, &mut document)?;
    let components = document.into_components(sbom.format, limit);
    Ok((sbom, components))
}

fn read(scanner: &'static str, from: impl Read, document: &mut Document) -> Result<SbomSummary, NotAReport> {
    walk::walk(from, document)
        .and_then(|()| document.summary())
        .map_err(|problem| NotAReport::new(scanner, problem))
}
