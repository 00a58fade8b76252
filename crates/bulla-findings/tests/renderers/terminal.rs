use bulla_findings::{Assessment, Severity, Style, render_terminal};

use crate::harmless::assert_lines_fit;
use crate::support::{all_clean, example, vulnerability};

fn plain(assessment: &Assessment, width: usize) -> String {
    render_terminal(assessment, Style { width, color: false, verbose: false })
}

#[test]
fn a_wide_terminal_has_columns() {
    let expected = "\
Security scan of .

✓  Secret scan (kingfisher)  Pass       no secrets
!  Dependencies (trivy)      Critical   3 critical, 12 high, 46 total (17
                                        fixable)
!  Dependencies (grype)      High       1 high, 1 total
✗  Workflows (zizmor)        Error      zizmor is not on PATH
+  SBOM (syft)               Generated  470 components (CycloneDX 1.6)

Merged: 4 distinct · gate: failed (fail-on high) · 1 ignored, 1 expired
Cache: kingfisher miss (never scanned)
       trivy hit, sealed hmac-sha256 3f2a…, scanned 2 h 14 min ago, trivy
       0.76.0, DB 2026-08-21
       grype miss (never scanned)
       syft miss (subject changed)
Gate: 1 critical and 2 high
Note: grype: 2 packages have no version

Findings, the worst first
  Critical  CVE-2019-10744       lodash 4.17.4 → 4.17.12  package-lock.json
  High      kingfisher.github.1  GitHub token             src/deploy.sh:12
  High      CVE-2020-8203        lodash 4.17.4 → 4.17.19  package-lock.json
  Medium    CVE-2018-16487       lodash 4.17.4 → 4.17.11  package-lock.json

What to do next
  - revoke the secret that was found, then take it out
  - upgrade lodash 4.17.4 to 4.17.19 (fixes 3, 1 critical)
  - decide again about CVE-2020-8203 (1 finding), ignored until 2026-01-01 in
    .bulla-ignore.yaml
  - take CVE-1999-0001 out of .trivyignore: nothing that was found matches it
";
    assert_eq!(plain(&example(), 80), expected);
}

#[test]
fn a_narrow_terminal_has_lines() {
    let expected = "\
Security scan of .

✓  Secret scan (kingfisher)
   Pass: no secrets
!  Dependencies (trivy)
   Critical: 3 critical, 12 high, 46 total
   (17 fixable)
!  Dependencies (grype)
   High: 1 high, 1 total
✗  Workflows (zizmor)
   Error: zizmor is not on PATH
+  SBOM (syft)
   Generated: 470 components (CycloneDX 1.6)

Merged: 4 distinct · gate: failed (fail-on
        high) · 1 ignored, 1 expired
Cache: kingfisher miss (never scanned)
       trivy hit, sealed hmac-sha256 3f2a…,
       scanned 2 h 14 min ago, trivy 0.76.0,
       DB 2026-08-21
       grype miss (never scanned)
       syft miss (subject changed)
Gate: 1 critical and 2 high
Note: grype: 2 packages have no version

Findings, the worst first
  Critical  CVE-2019-10744
    lodash 4.17.4 → 4.17.12
    package-lock.json
  High  kingfisher.github.1
    GitHub token
    src/deploy.sh:12
  High  CVE-2020-8203
    lodash 4.17.4 → 4.17.19
    package-lock.json
  Medium  CVE-2018-16487
    lodash 4.17.4 → 4.17.11
    package-lock.json

What to do next
  - revoke the secret that was found, then
    take it out
  - upgrade lodash 4.17.4 to 4.17.19 (fixes
    3, 1 critical)
  - decide again about CVE-2020-8203 (1
    finding), ignored until 2026-01-01 in
    .bulla-ignore.yaml
  - take CVE-1999-0001 out of .trivyignore:
    nothing that was found matches it
";
    assert_eq!(plain(&example(), 45), expected);
}

#[test]
fn where_nothing_was_found_there_is_nothing_to_do() {
    let expected = "\
Security scan of app.tar

✓  Dependencies (trivy)  Pass  no findings

Merged: 0 distinct · gate: passed
Cache: trivy miss (never scanned)
";
    assert_eq!(plain(&all_clean(), 80), expected);
}

#[test]
fn lines_fit_whatever_the_width_and_forty_is_the_least() {
    for width in 40..130 {
        assert_lines_fit(&plain(&example(), width), width);
    }
    assert_eq!(plain(&example(), 0), plain(&example(), 40));
}

#[test]
fn colour_is_six_codes_and_changes_no_letter() {
    let colored = render_terminal(&example(), Style { width: 80, color: true, verbose: false });
    let mut bare = colored.clone();
    for code in ["0", "1", "2", "31", "32", "33"] {
        assert!(colored.contains(&format!("\x1b[{code}m")), "{code}");
        bare = bare.replace(&format!("\x1b[{code}m"), "");
    }
    assert_eq!(bare, plain(&example(), 80));
}

#[test]
fn ten_findings_and_five_upgrades_are_shown_and_all_are_counted() {
    let found = |n| vulnerability(&format!("CVE-1-{n}"), Severity::High, &format!("p{n}"), "1", &["2"]);
    let shown = plain(&Assessment { findings: (0..11).map(found).collect(), ..all_clean() }, 80);
    assert!(shown.contains("\nThe worst 10 of 11 findings\n"), "{shown}");
    assert_eq!(shown.matches("CVE-1-").count(), 10);
    assert_eq!(shown.matches("  - upgrade ").count(), 5);
}
