//! Which packages are the same one, whatever a scanner calls it.

use crate::finding::Package;
use crate::purl::Purl;

/// What a package is compared by. Names differ in case and, for PyPI and for packages of an unknown ecosystem, in runs
/// of `-`, `_` and `.`, without being different; versions as [`plain_version`] has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    /// The ecosystem: the package URL's type, if there is one.
    pub(crate) kind: Option<String>,
    /// The name.
    pub(crate) name: String,
    /// The version; empty if it is not known.
    pub(crate) version: String,
}

impl Identity {
    pub(crate) fn of(package: &Package) -> Self {
        let purl = package.purl.as_deref().and_then(Purl::parse);
        let stated = || plain_version(&package.version).to_owned();
        match purl {
            Some(purl) => Self {
                name: purl.full_name(),
                version: Some(purl.version).filter(|version| !version.is_empty()).unwrap_or_else(stated),
                kind: Some(purl.kind),
            },
            None => Self { kind: None, name: loosen(&package.name), version: stated() },
        }
    }

    /// The same without the ecosystem.
    pub(crate) fn anywhere(&self) -> Self {
        Self { kind: None, name: loosen(&self.name), version: self.version.clone() }
    }

    /// The same without the version.
    pub(crate) fn any_version(&self) -> Self {
        Self { version: String::new(), ..self.clone() }
    }
}

/// In lower case, each run of `-`, `_` and `.` as one `-`: how PyPI compares names.
pub(crate) fn loosen(name: &str) -> String {
    let mut loose = String::with_capacity(name.len());
    for c in name.trim().to_lowercase().chars() {
        match c {
            '-' | '_' | '.' if loose.ends_with('-') => {}
            '-' | '_' | '.' => loose.push('-'),
            c => loose.push(c),
        }
    }
    loose
}

/// Without the `v` in front that Go writes and some scanners leave out, and without an epoch of 0.
pub(crate) fn plain_version(version: &str) -> &str {
    let version = version.trim();
    let version = version.strip_prefix("0:").unwrap_or(version);
    match version.strip_prefix('v') {
        Some(bare) if bare.starts_with(|c: char| c.is_ascii_digit()) => bare,
        _ => version,
    }
}
