//! A large report of a real scanner.
#![expect(clippy::disallowed_methods, reason = "a test reads a sample")]

use bulla_findings::{Assessment, Check, Outcome, Source, Style, render_markdown, render_terminal, scanner};

use crate::harmless::assert_lines_fit;
use crate::support::{all_clean, clean, said_by};

fn many() -> Assessment {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/grype/many_vulns.json");
    let grype = scanner("grype").expect("grype is a scanner");
    let report =
        grype.read(&std::fs::read(path).expect("the sample is there")).expect("grype's report is read");
    let check = Check {
        version: report.version.clone(),
        outcome: Outcome::Findings,
        reported: bulla_findings::Tally::of(report.findings.iter().map(|finding| finding.severity)),
        source: Source::File("many_vulns.json".to_owned()),
        ..clean(grype)
    };
    let mut findings: Vec<_> = report.findings.into_iter().map(|finding| said_by("grype", finding)).collect();
    findings.sort_by_key(|merged| std::cmp::Reverse(merged.finding.severity));
    Assessment { target: "image".to_owned(), checks: vec![check], findings, ..all_clean() }
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn a_large_report_fits_a_comment_and_a_terminal_in_the_samples() {
    let assessment = many();
    let markdown = render_markdown(&assessment);
    assert!(markdown.len() <= 60_000 && markdown.len() > 55_000, "{} bytes", markdown.len());
    let rows = markdown.lines().filter(|line| line.matches(" | ").count() == 6).count() - 2;
    let left = assessment.findings.len() - rows;
    assert!(markdown.contains(&format!("\n… and {left} more findings\n")), "{left} findings are left");

    for width in [40, 45, 80, 200] {
        let shown = render_terminal(&assessment, Style { width, color: false, verbose: false });
        assert_lines_fit(&shown, width);
    }
}
