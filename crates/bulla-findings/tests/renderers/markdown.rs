use bulla_findings::{Assessment, OnFailure, Severity, render_markdown};

use crate::support::{all_clean, example, vulnerability};

#[test]
fn the_example_is_rendered() {
    let expected = "\
<!-- bulla-scan -->
## Security Scan Results

| Check | Status | Details |
| --- | --- | --- |
| ✅ Secret scan (kingfisher) | Pass | no secrets |
| ⚠️ Dependencies (trivy) | Critical | 3 critical, 12 high, 46 total (17 fixable) |
| ⚠️ Dependencies (grype) | High | 1 high, 1 total |
| ❌ Workflows (zizmor) | Error | zizmor is not on PATH |
| 📦 SBOM (syft) | Generated | 470 components (CycloneDX 1.6) |

Merged: 4 distinct · gate: failed (fail-on high) · 1 ignored, 1 expired

Cache: kingfisher miss (never scanned) · trivy hit, sealed hmac-sha256 3f2a…, scanned 2 h 14 min ago, trivy 0.76.0, DB 2026-08-21 · grype miss (never scanned) · syft miss (subject changed)

- Gate: 1 critical and 2 high
- Note: grype: 2 packages have no version

<details><summary>4 findings</summary>

| Severity | Finding | Package | Version | Fixed in | Scanners | Location |
| --- | --- | --- | --- | --- | --- | --- |
| Critical | [CVE-2019-10744](https://nvd.nist.gov/vuln/detail/CVE-2019-10744) | lodash | 4.17.4 | 4.17.12 | grype, trivy | package-lock.json |
| High | kingfisher.github.1: GitHub token |  |  |  | kingfisher | src/deploy.sh:12 |
| High | [CVE-2020-8203](https://nvd.nist.gov/vuln/detail/CVE-2020-8203) | lodash | 4.17.4 | 4.17.19 | trivy | package-lock.json |
| Medium | [CVE-2018-16487](https://nvd.nist.gov/vuln/detail/CVE-2018-16487) | lodash | 4.17.4 | 4.17.11 | trivy | package-lock.json |

</details>

<details><summary>1 ignored</summary>

| Severity | Finding | Package | By | Reason |
| --- | --- | --- | --- | --- |
| High | [CVE-2021-23337](https://nvd.nist.gov/vuln/detail/CVE-2021-23337) | lodash | .bulla-ignore.yaml | template is never called |

</details>

- Ignore file .bulla-ignore.yaml: CVE-2020-8203 expired on 2026-01-01; 1 finding counts again
- Ignore file .trivyignore: CVE-1999-0001 is not used: nothing that was found matches it
";
    assert_eq!(render_markdown(&example()), expected);
}

#[test]
fn where_nothing_was_found_there_is_no_more_than_the_table() {
    let mut assessment = all_clean();
    assessment.verdict.fail_on = Some(Severity::Low);
    assessment.verdict.on_failure = OnFailure::Report;
    let expected = "\
<!-- bulla-scan -->
## Security Scan Results

| Check | Status | Details |
| --- | --- | --- |
| ✅ Dependencies (trivy) | Pass | no findings |

Merged: 0 distinct · gate: passed (fail-on low, soft-fail)

Cache: trivy miss (never scanned)
";
    assert_eq!(render_markdown(&assessment), expected);
}

#[test]
fn what_does_not_fit_is_counted_behind_a_whole_row() {
    let findings =
        (0..2000).map(|n| vulnerability(&format!("CVE-1-{n}"), Severity::High, "lodash", "1", &["2"]));
    let assessment = Assessment { findings: findings.collect(), ..example() };
    let markdown = render_markdown(&assessment);
    assert!((59_000..=60_000).contains(&markdown.len()), "{} bytes", markdown.len());
    let rows = markdown.lines().filter(|line| line.starts_with("| High | [CVE-1-")).count();
    let end = format!("|\n\n… and {} more findings\n\n</details>\n", 2000 - rows);
    assert_eq!(markdown.matches(&end).count(), 1);
    // What is ignored, and what is said about it, is not crowded out.
    assert!(markdown.contains("<summary>1 ignored</summary>") && markdown.contains("expired on 2026-01-01"));
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
}
