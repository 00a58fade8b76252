//! One rule for each id, however many findings have it.

use std::collections::HashMap;

use super::document::{Configuration, Rule, RuleProperties, Text};
use super::text::{markdown, message, plain, web_uri};
use crate::finding::{Finding, Kind};
use crate::severity::Severity;

/// The rules of a run, in the order in which their first findings come.
#[derive(Default)]
pub(super) struct Rules<'a> {
    rules: Vec<Described<'a>>,
    by_id: HashMap<String, usize>,
}

/// What becomes a rule once every finding with its id is known.
#[derive(Clone)]
struct Described<'a> {
    id: String,
    first: &'a Finding,
    severity: Severity,
    score: f64,
}

impl<'a> Rules<'a> {
    /// The id and the index of a finding's rule.
    pub(super) fn take(&mut self, finding: &'a Finding) -> (String, usize) {
        let id = id(finding);
        let index = *self.by_id.entry(id.clone()).or_insert_with(|| {
            let severity = finding.severity;
            self.rules.push(Described { id: id.clone(), first: finding, severity, score: 0.0 });
            self.rules.len() - 1
        });
        let rule = &mut self.rules[index];
        rule.severity = rule.severity.max(finding.severity);
        rule.score = finding.score.map_or(rule.score, |score| rule.score.max(score));
        (id, index)
    }

    /// The rule that was made last, as far as it is known.
    pub(super) fn newest(&self) -> Option<Rule> {
        self.rules.last().cloned().map(Described::finish)
    }

    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    /// Forgets all rules but the first.
    pub(super) fn truncate(&mut self, len: usize) {
        self.rules.truncate(len);
        self.by_id.retain(|_, index| *index < len);
    }

    pub(super) fn finish(self) -> Vec<Rule> {
        self.rules.into_iter().map(Described::finish).collect()
    }
}

/// A rule has an id, whatever a report says.
fn id(finding: &Finding) -> String {
    let id = plain(finding.id.trim());
    if id.is_empty() { format!("unnamed-{}", finding.kind.name()) } else { id }
}

impl Described<'_> {
    fn finish(self) -> Rule {
        let Self { id, first, severity, score } = self;
        let title = if first.title.is_empty() { &id } else { &first.title };
        let aliases = first.aliases.join(", ");
        let help_uri = first.url.as_deref().and_then(web_uri);
        let said = Said { id: &id, title, severity, aliases: &aliases, uri: help_uri.as_deref() };
        Rule {
            name: name(first.kind).to_owned(),
            short_description: Text { text: message(title), markdown: None },
            full_description: Text { text: message(&format!("{id}: {title}")), markdown: None },
            help: Text { text: said.text(), markdown: Some(said.markdown()) },
            default_configuration: Configuration { level: level(severity) },
            properties: RuleProperties {
                tags: ["security", first.kind.name()],
                security_severity: security_severity(severity, score),
            },
            help_uri,
            id,
        }
    }
}

struct Said<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    aliases: &'a str,
    uri: Option<&'a str>,
}

impl Said<'_> {
    fn text(&self) -> String {
        let mut lines = vec![message(self.title), format!("Id: {}", message(self.id))];
        lines.push(format!("Severity: {}", self.severity));
        lines.extend((!self.aliases.is_empty()).then(|| format!("Also known as: {}", message(self.aliases))));
        lines.extend(self.uri.map(|uri| format!("More: {}", message(uri))));
        lines.join("\n")
    }

    fn markdown(&self) -> String {
        let mut parts = vec![format!("**{}**", markdown(self.title)), format!("Id: {}", markdown(self.id))];
        parts.push(format!("Severity: {}", self.severity));
        parts
            .extend((!self.aliases.is_empty()).then(|| format!("Also known as: {}", markdown(self.aliases))));
        // The only brackets that are ours. `web_uri` lets parentheses through, which would end the destination.
        parts.extend(self.uri.map(|uri| {
            let destination = uri.replace('(', "%28").replace(')', "%29");
            format!("[More about it]({destination})")
        }));
        parts.join("\n\n")
    }
}

/// A readable name, as 3.49.7 wants it.
const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Vulnerability => "VulnerablePackage",
        Kind::Secret => "ExposedSecret",
        Kind::Misconfiguration => "UnsafeSetting",
        Kind::Licence => "UnwantedLicence",
        Kind::Code => "WeakCode",
        Kind::Workflow => "WeakWorkflow",
    }
}

/// The level of a result (3.27.10).
pub(crate) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Negligible | Severity::Unknown => "note",
    }
}

/// The number by which GitHub sorts: the CVSS score where it rates as the severity does, otherwise one from the middle
/// of the severity, so that GitHub shows the severity that the gate has judged. An unknown severity has none.
pub(crate) fn security_severity(severity: Severity, score: f64) -> Option<String> {
    let shown = format!("{score:.1}");
    let rated = shown.parse().map_or(Severity::Unknown, Severity::from_cvss);
    if rated == severity && severity != Severity::Unknown {
        return Some(shown);
    }
    let number = match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Negligible => "0.5",
        Severity::Unknown => return None,
    };
    Some(number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn github_shows_the_severity_that_the_gate_has_judged() {
        let shown = |severity, score| security_severity(severity, score);
        assert_eq!(shown(Severity::Critical, 9.8).as_deref(), Some("9.8"));
        assert_eq!(shown(Severity::High, 9.8).as_deref(), Some("8.0"));
        assert_eq!(shown(Severity::Medium, f64::NAN).as_deref(), Some("5.5"));
        assert_eq!(shown(Severity::High, 8.96).as_deref(), Some("8.0"));
        assert_eq!(shown(Severity::Unknown, 0.0), None);
    }
}
