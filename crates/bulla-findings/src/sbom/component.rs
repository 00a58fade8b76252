/// One component that an SBOM lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Component {
    /// The name.
    pub name: String,
    /// The version; empty if the SBOM has none.
    pub version: String,
    /// What it is, in the SBOM's own word, such as `library`.
    pub kind: String,
    /// The package URL, where the SBOM has one.
    pub purl: Option<String>,
    /// The licences: SPDX ids, expressions or names.
    pub licences: Vec<String>,
}
