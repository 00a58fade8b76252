//! CycloneDX JSON: the SBOM, with `vulnerabilities` filled in.
//!
//! What is written is valid from CycloneDX 1.4 on, the first version that has the field, up to 1.7.

mod bom;
mod vulnerability;

use crate::assessment::{Assessment, Merged};
use crate::finding::Kind;
use crate::report::NotAReport;
use crate::sbom::{SbomFormat, SbomSummary, list};

use bom::Bom;
use vulnerability::{References, vulnerabilities};

/// The CycloneDX document with every vulnerability that was found, the ignored ones too, with the reason as analysis.
///
/// An SBOM in CycloneDX 1.4 or later is kept as it is, byte for byte in each of its top-level fields; only its
/// `vulnerabilities` are replaced. Without one, or with one in another format, the document is one of its own, with
/// a component for each affected package. Findings of other kinds are left out.
pub fn cyclonedx(assessment: &Assessment, sbom: Option<&[u8]>) -> Result<String, NotAReport> {
    let found = assessment.findings.iter().map(|merged| (merged, None));
    let ignored = assessment.ignored.iter().map(|ignored| (&ignored.merged, Some(ignored)));
    let found: Vec<_> = found.chain(ignored).filter(|(merged, _)| is_vulnerability(merged)).collect();

    if let Some(bytes) = sbom {
        let (summary, components) = list(bytes, usize::MAX)?;
        if has_vulnerabilities(&summary) {
            let references = References::of(&components);
            return Bom::kept(bytes, vulnerabilities(&found, &references))?.to_text();
        }
    }
    let packages = found.iter().filter_map(|(merged, _)| merged.finding.package.as_ref());
    let components = bom::components_of(packages);
    let references = References::of(&components);
    Bom::own(assessment, &components, vulnerabilities(&found, &references)).to_text()
}

fn is_vulnerability(merged: &Merged) -> bool {
    merged.finding.kind == Kind::Vulnerability
}

/// Whether its version of CycloneDX has the field.
fn has_vulnerabilities(sbom: &SbomSummary) -> bool {
    let minor = sbom.version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    sbom.format == SbomFormat::CycloneDx && minor.is_some_and(|minor| minor >= 4)
}
