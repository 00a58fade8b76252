//! What auditors ask for, and which control answers. One file for each framework: its items as it numbers and words them,
//! in its own order, and none where no control bears on it.

mod cis_supply_chain;
mod cisa_secure_by_design;
mod osps_baseline;
mod owasp_cicd;
mod owasp_top10;
mod scorecard;
mod ssdf;

/// A framework that asks for controls of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Framework {
    /// NIST SP 800-218, Secure Software Development Framework, version 1.1.
    Ssdf,
    /// OWASP Top 10 CI/CD Security Risks.
    OwaspCicd,
    /// OWASP Top 10, of which A08 is about integrity, and since 2025 A03 about the supply chain.
    OwaspTop10,
    /// CIS Software Supply Chain Security Guide, version 1.0.
    CisSupplyChain,
    /// The checks of OpenSSF Scorecard.
    Scorecard,
    /// OpenSSF Open Source Project Security Baseline, version 2026.02.19.
    OspsBaseline,
    /// The tactics in CISA's and its partners' guide to Secure by Design, of October 2023.
    CisaSecureByDesign,
}

impl Framework {
    /// Every framework, in the order in which references are shown.
    pub const ALL: [Self; 7] = [
        Self::Ssdf,
        Self::OwaspCicd,
        Self::OwaspTop10,
        Self::CisSupplyChain,
        Self::Scorecard,
        Self::OspsBaseline,
        Self::CisaSecureByDesign,
    ];

    /// Its name and version, as people cite it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssdf => "NIST SP 800-218 SSDF 1.1",
            Self::OwaspCicd => "OWASP Top 10 CI/CD Security Risks",
            Self::OwaspTop10 => "OWASP Top 10",
            Self::CisSupplyChain => "CIS Software Supply Chain Security Guide 1.0",
            Self::Scorecard => "OpenSSF Scorecard",
            Self::OspsBaseline => "OpenSSF OSPS Baseline 2026.02.19",
            Self::CisaSecureByDesign => "CISA Secure by Design",
        }
    }

    /// Where it is published.
    pub const fn url(self) -> &'static str {
        match self {
            Self::Ssdf => "https://csrc.nist.gov/pubs/sp/800/218/final",
            Self::OwaspCicd => "https://owasp.org/www-project-top-10-ci-cd-security-risks/",
            Self::OwaspTop10 => "https://owasp.org/Top10/",
            Self::CisSupplyChain => {
                "https://www.cisecurity.org/insights/white-papers/cis-software-supply-chain-security-guide"
            }
            Self::Scorecard => "https://github.com/ossf/scorecard/blob/main/docs/checks.md",
            Self::OspsBaseline => "https://baseline.openssf.org/versions/2026-02-19",
            Self::CisaSecureByDesign => "https://www.cisa.gov/resources-tools/resources/secure-by-design",
        }
    }

    const fn item(
        self,
        number: &'static str,
        title: &'static str,
        controls: &'static [&'static str],
    ) -> Reference {
        Reference { framework: self, number, title, controls }
    }
}

/// One item of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The framework.
    pub framework: Framework,
    /// Its own number for it; its name where the framework gives no numbers.
    pub number: &'static str,
    /// What the framework prints beside that: a title, or, where it has none, the item's own words.
    pub title: &'static str,
    /// The ids of the controls that bear on it, in the controls' order.
    pub controls: &'static [&'static str],
}

/// The items of each framework, in the order of [`Framework::ALL`], and each framework's in its own.
pub static REFERENCES: [&[Reference]; 7] = [
    ssdf::ITEMS,
    owasp_cicd::ITEMS,
    owasp_top10::ITEMS,
    cis_supply_chain::ITEMS,
    scorecard::ITEMS,
    osps_baseline::ITEMS,
    cisa_secure_by_design::ITEMS,
];

/// The items that a control bears on.
pub(super) fn of(id: &str) -> impl Iterator<Item = &'static Reference> {
    REFERENCES.into_iter().flatten().filter(move |reference| reference.controls.contains(&id))
}
