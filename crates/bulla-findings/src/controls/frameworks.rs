//! What auditors ask for, and which control answers: one table, each row as its framework prints it.

/// A framework that asks for controls of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Framework {
    /// NIST SP 800-218, Secure Software Development Framework, version 1.1.
    Ssdf,
}

impl Framework {
    /// Every framework, in the order in which references are shown.
    pub const ALL: [Self; 1] = [Self::Ssdf];

    /// Its name and version, as people cite it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssdf => "NIST SP 800-218 SSDF 1.1",
        }
    }

    /// Where it is published.
    pub const fn url(self) -> &'static str {
        match self {
            Self::Ssdf => "https://csrc.nist.gov/pubs/sp/800/218/final",
        }
    }
}

/// One row of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The framework.
    pub framework: Framework,
    /// Its own number or identifier for it.
    pub number: &'static str,
    /// Its own title.
    pub title: &'static str,
    /// The ids of the controls that bear on it.
    pub controls: &'static [&'static str],
}

/// By framework, then in the framework's order.
pub static REFERENCES: [Reference; 0] = [];

/// The rows that a control bears on.
pub(super) fn of(id: &str) -> impl Iterator<Item = &'static Reference> {
    REFERENCES.iter().filter(move |reference| reference.controls.contains(&id))
}
