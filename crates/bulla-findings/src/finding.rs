use crate::severity::Severity;

/// One thing that one scanner found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The advisory's or the rule's id, as the scanner has it: `CVE-2021-44228`, `GHSA-...`, `generic.secrets.aws`.
    pub id: String,
    /// Other ids of the same weakness, from the report's own related ids.
    pub aliases: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// The package that has the weakness.
    pub package: Option<Package>,
    /// The versions that no longer have it; empty if none is known.
    pub fixed_in: Vec<String>,
    /// Where it is, in the target.
    pub location: Option<Location>,
    /// Where more is said: an `http` or `https` address.
    pub url: Option<String>,
    /// The CVSS base score, 0.0 to 10.0, where the report has one.
    pub score: Option<f64>,
}

/// What kind of thing a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    /// A known weakness of a package.
    #[default]
    Vulnerability,
    /// A credential that lies about.
    Secret,
    /// A setting that is less safe than it could be.
    Misconfiguration,
    /// A licence that somebody decided against.
    Licence,
    /// A weakness in the code itself.
    Code,
    /// A weakness in a pipeline's definition.
    Workflow,
}

impl Kind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::Secret => "secret",
            Self::Misconfiguration => "misconfiguration",
            Self::Licence => "licence",
            Self::Code => "code",
            Self::Workflow => "workflow",
        }
    }
}

/// A package as a scanner names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Package {
    /// The name in its ecosystem, such as `lodash` or `org.apache.logging.log4j:log4j-core`.
    pub name: String,
    /// The version that is installed; empty if the report has none.
    pub version: String,
    /// The package URL, where the report has one.
    pub purl: Option<String>,
}

/// A place in the target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// The path as the scanner has it, without a leading `./`.
    pub path: String,
    /// The first line, from 1.
    pub line: Option<u64>,
    /// The first column, from 1.
    pub column: Option<u64>,
}

impl Location {
    /// A place in a file, known no closer.
    pub fn file(path: &str) -> Self {
        Self { path: path.trim_start_matches("./").to_owned(), line: None, column: None }
    }

    /// A line of a file, from 1; 0 is no line.
    pub fn line(path: &str, line: u64) -> Self {
        Self { line: (line > 0).then_some(line), ..Self::file(path) }
    }
}
