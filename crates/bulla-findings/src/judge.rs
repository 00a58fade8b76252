//! How a gate comes to its decision.

use crate::assessment::{Check, Merged, Tally};
use crate::finding::Kind;
use crate::gate::{Counting, Decision, Gate, Thresholds, Verdict};
use crate::report::Outcome;
use crate::scanners::{Gives, Reads};
use crate::severity::Severity;

impl Gate {
    /// Judges what is left to judge. A finding is held to the thresholds of every scanner that said it, with the severity
    /// that the merged finding has; one that fails for any of them fails the gate. A required scanner fails it unless
    /// all of its checks are answers, and there is one; so do controls that could not be asked, and a scan without any
    /// answer at all.
    pub fn judge(&self, findings: &[Merged], checks: &[Check]) -> Verdict {
        let (mut failures, mut warnings) = (Vec::new(), Vec::new());
        let own = self.by_scanner.iter().map(|(name, thresholds)| (Some(name.as_str()), thresholds));
        for (scanner, thresholds) in std::iter::once((None, &self.thresholds)).chain(own) {
            let held = || {
                findings
                    .iter()
                    .filter(|merged| self.holds(merged, scanner))
                    .filter(|one| counts(one, thresholds))
            };
            let (failing, rest): (Vec<&Merged>, Vec<&Merged>) =
                held().partition(|merged| meets(merged, thresholds.fail_on));
            let warned = rest.into_iter().filter(|merged| meets(merged, thresholds.warn_on));
            let line = |found, name, from| line(scanner, found, name, from, thresholds.counts);
            failures.extend(line(tally(failing.into_iter()), "fail-on", thresholds.fail_on));
            warnings.extend(line(tally(warned), "warn-on", thresholds.warn_on));
        }
        failures.extend(self.required.iter().filter_map(|name| missing(name, checks)));
        // This program asks the controls itself: what keeps it from an answer is in the tree, and somebody put it there.
        let is_own = |check: &&Check| check.scanner.program.reads == Reads::Repository;
        let failed = |check: &&Check| matches!(check.outcome, Outcome::Error(_));
        let own = checks.iter().filter(is_own).filter(failed).map(|check| check.scanner.name);
        failures.extend(own.filter(|name| !self.requires(name)).map(|name| format!("{name}: error")));
        let unknown = findings.iter().filter(|merged| self.is_unjudged(merged)).count();
        if unknown > 0 {
            warnings.push(format!("{unknown} of unknown severity"));
        }
        let errors = checks.iter().filter(failed).filter(|check| !is_own(check));
        let errors = errors.map(|check| check.scanner.name).filter(|name| !self.requires(name));
        warnings.extend(errors.map(|name| format!("{name}: error")));
        let unscanned = checks.iter().filter(|check| matches!(check.outcome, Outcome::Unscanned(_)));
        let unscanned = unscanned.map(|check| check.scanner.name).filter(|name| !self.requires(name));
        warnings.extend(unscanned.map(|name| format!("{name}: not scanned")));
        // An SBOM says what is there, not whether it is good, and controls say how it is guarded; they are enough where nothing
        // else was asked for.
        let looks = |check: &&Check| {
            matches!(check.scanner.gives, Gives::Findings(_)) && check.scanner.program.reads == Reads::Target
        };
        let asked: Vec<&Check> = match checks.iter().any(|check| looks(&check)) {
            true => checks.iter().filter(looks).collect(),
            false => checks.iter().collect(),
        };
        if asked.iter().all(|check| !check.outcome.is_answer()) {
            failures.push("nothing was scanned".to_owned());
        }
        let decision = match (failures.is_empty(), warnings.is_empty()) {
            (false, _) => Decision::Failed,
            (true, false) => Decision::Warned,
            (true, true) => Decision::Passed,
        };
        failures.append(&mut warnings);
        let fail_on = self.thresholds.fail_on;
        Verdict { decision, fail_on, on_failure: self.on_failure, reasons: failures }
    }

    /// Whether these thresholds (of that scanner, or the default) are ones that the finding is held to.
    fn holds(&self, merged: &Merged, scanner: Option<&str>) -> bool {
        let mut said = merged.said_by.iter().map(|said| said.scanner);
        match scanner {
            Some(name) => said.any(|scanner| scanner == name),
            None => merged.said_by.is_empty() || said.any(|scanner| !self.by_scanner.contains_key(scanner)),
        }
    }

    /// Whether its severity is unknown, where one that is known could have failed the gate.
    fn is_unjudged(&self, merged: &Merged) -> bool {
        let fails = |thresholds: &Thresholds| thresholds.fail_on.is_some() && counts(merged, thresholds);
        let own = self.by_scanner.iter().filter(|(name, _)| self.holds(merged, Some(name)));
        merged.finding.severity == Severity::Unknown
            && (self.holds(merged, None) && fails(&self.thresholds) || own.map(|(_, own)| own).any(fails))
    }

    fn requires(&self, scanner: &str) -> bool {
        self.required.iter().any(|name| name == scanner)
    }
}

fn counts(merged: &Merged, thresholds: &Thresholds) -> bool {
    match thresholds.counts {
        Counting::All => true,
        Counting::OnlyFixed => {
            merged.finding.kind != Kind::Vulnerability || !merged.finding.fixed_in.is_empty()
        }
    }
}

fn meets(merged: &Merged, threshold: Option<Severity>) -> bool {
    let severity = merged.finding.severity;
    threshold.is_some_and(|threshold| severity != Severity::Unknown && severity >= threshold)
}

fn tally<'a>(findings: impl Iterator<Item = &'a Merged>) -> Tally {
    Tally::of(findings.map(|merged| merged.finding.severity))
}

/// `trivy: 3 critical, 12 high (fail-on high, only fixed)`; nothing if there are none.
fn line(
    scanner: Option<&str>,
    found: Tally,
    name: &str,
    from: Option<Severity>,
    counts: Counting,
) -> Option<String> {
    let from = from.filter(|_| found.total() > 0)?;
    let each = Severity::ALL.into_iter().filter(|severity| found.get(*severity) > 0);
    let each: Vec<String> = each.map(|severity| format!("{} {severity}", found.get(severity))).collect();
    let scanner = scanner.map(|scanner| format!("{scanner}: ")).unwrap_or_default();
    let only = match counts {
        Counting::All => "",
        Counting::OnlyFixed => ", only fixed",
    };
    Some(format!("{scanner}{} ({name} {from}{only})", each.join(", ")))
}

/// Why a required scanner has not scanned.
fn missing(name: &str, checks: &[Check]) -> Option<String> {
    let mut checks = checks.iter().filter(|check| check.scanner.name == name).peekable();
    let what = match checks.peek() {
        None => "not run",
        Some(_) => checks.find(|check| !check.outcome.is_answer())?.outcome.name(),
    };
    Some(format!("{name}: {what} (required)"))
}

#[cfg(test)]
mod tests;
