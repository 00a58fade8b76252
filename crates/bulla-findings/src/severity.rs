use std::fmt;

/// How bad a finding is. Ordered: the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Severity {
    /// The scanner does not say.
    #[default]
    Unknown,
    /// Worth knowing, hardly worth acting on.
    Negligible,
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Negligible, Self::Unknown];

    /// The name in reports and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Negligible => "negligible",
            Self::Unknown => "unknown",
        }
    }

    /// The severity of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }

    /// What a scanner's own word means, in any case; an unknown word is [`Severity::Unknown`].
    pub fn from_word(word: &str) -> Self {
        let found = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim()));
        found.map_or(Self::Unknown, |(_, severity)| *severity)
    }

    /// The rating of a CVSS base score (CVSS 3.1, section 5; 4.0, section 6). Not a score, or 0.0, says nothing.
    pub fn from_cvss(score: f64) -> Self {
        match score {
            score if !(0.1..=10.0).contains(&score) => Self::Unknown,
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// The base score of a CVSS vector, version 3.0 to 4.0; `None` for text that is none, and for 0.0, which says nothing.
pub(crate) fn base_score(vector: &str) -> Option<f64> {
    let score = vector.trim().parse::<cvss::Cvss>().ok()?.score();
    (0.1..=10.0).contains(&score).then_some(score)
}

/// Every word of every scanner, in one place.
const WORDS: [(&str, Severity); 16] = [
    ("critical", Severity::Critical),
    ("high", Severity::High),
    ("important", Severity::High),
    ("error", Severity::High), // semgrep
    ("medium", Severity::Medium),
    ("moderate", Severity::Medium), // npm, GitHub advisories
    ("warning", Severity::Medium),  // semgrep
    ("low", Severity::Low),
    ("info", Severity::Negligible),          // npm, semgrep
    ("informational", Severity::Negligible), // zizmor
    ("inventory", Severity::Negligible),     // semgrep
    ("experiment", Severity::Negligible),    // semgrep
    ("negligible", Severity::Negligible),    // grype
    ("none", Severity::Negligible),
    ("unknown", Severity::Unknown),
    ("undefined", Severity::Unknown),
];

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_rated_as_the_standard_has_it() {
        let rated = |score| Severity::from_cvss(score);
        assert_eq!([rated(0.0), rated(0.1), rated(3.9)], [Severity::Unknown, Severity::Low, Severity::Low]);
        assert_eq!([rated(4.0), rated(6.9)], [Severity::Medium; 2]);
        assert_eq!([rated(7.0), rated(8.9)], [Severity::High; 2]);
        assert_eq!([rated(9.0), rated(10.0)], [Severity::Critical; 2]);
        assert_eq!([rated(10.1), rated(-1.0), rated(f64::NAN)], [Severity::Unknown; 3]);
    }

    #[test]
    fn a_vector_has_its_base_score() {
        // Examples of the CVSS 3.1 specification's user guide and of 4.0's calculator.
        assert_eq!(base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), Some(10.0));
        assert_eq!(base_score("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N"), Some(7.5));
        assert_eq!(base_score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"), Some(10.0));
        for text in
            ["", "AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.1/", "CVSS:9.9/AV:N", "CVSS:3.1/AV:\u{e9}", "//::"]
        {
            assert_eq!(base_score(text), None, "{text}");
        }
    }

    #[test]
    fn the_worst_is_the_greatest_and_words_come_in_any_case() {
        assert!(Severity::ALL.is_sorted_by(|worse, better| worse > better));
        assert_eq!(Severity::from_word(" MODERATE "), Severity::Medium);
        assert_eq!(Severity::from_word("catastrophic"), Severity::Unknown);
    }
}
