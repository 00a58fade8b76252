use super::{all_good, example, said};
use crate::controls::ControlVerdict;
use crate::render::{Style, render_controls_terminal};

fn plain(width: usize) -> String {
    render_controls_terminal(&example(), Style { width, color: false, verbose: false })
}

#[test]
fn a_wide_terminal_has_columns() {
    let expected = "\
Repository controls of . on 2026-12-01

✓  security-policy  Pass          2 pieces of evidence, 1 not assessed
✗  code-owners      Fail          1 failure, 1 expired exception: there is no C…
✗  pinned-actions   Fail          1 failure, 1 warning, 1 excepted: `actions/ch…
!  lockfiles        Warn          1 warning: `web/package.json` has no dependen…
–  fuzzing          Not assessed
–  signed-releases  Not assessed

Pinned actions (pinned-actions, critical severity)
  ✗  .github/workflows/ci.yml:12:9: `actions/checkout` is held to `v4`, which
     can be moved, not to a commit
     uses: actions/checkout@v4
  !  .github/workflows/ci.yml:14:9: `actions/cache` has no comment with its
     version
     uses: actions/cache@0123456789012345678901234567890123456789
  !  .github/workflows/vendor.yml:5:9: `vendor/action` is held to `main`
     (excepted)
     uses: vendor/action@main
  Fix: Write `uses: owner/action@<40 digits> # v1.2.3`; a tag can be moved.

Code owners (code-owners, high severity)
  ✗  there is no CODEOWNERS file
  ✗  bulla-controls.toml:4: the exception expired on 2026-01-31: the vendor
     moves the tag for us
  Fix: Name owners in `.github/CODEOWNERS`, with a default pattern (`*
       @org/team`).

Lock files (lockfiles, high severity)
  !  web/package.json: `web/package.json` has no dependencies and no lock file
  Fix: Commit the lock file.

Exceptions
  ✗  code-owners, expired on 2026-01-31, covers 1 piece of evidence: the vendor
     moves the tag for us
  !  pinned-actions in .github/workflows/vendor.yml, until 2027-03-01, covers 1
     piece of evidence: the vendor moves the tag for us

Not assessed
  –  fuzzing: there is nothing to ask about
  –  signed-releases: no workflow makes a release

6 controls: 1 pass, 1 warn, 2 fail, 2 not assessed
";
    assert_eq!(plain(80), expected);
}

#[test]
fn a_narrow_terminal_has_lines() {
    let expected = "\
Repository controls of . on 2026-12-01

✓  security-policy
   Pass  2 pieces of evidence, 1 not as…
✗  code-owners
   Fail  1 failure, 1 expired exception…
✗  pinned-actions
   Fail  1 failure, 1 warning, 1 except…
!  lockfiles
   Warn  1 warning: `web/package.json`…
–  fuzzing
   Not assessed
–  signed-releases
   Not assessed

Pinned actions (pinned-actions, critica…
";
    assert!(plain(40).starts_with(expected), "{}", plain(40));
}

#[test]
fn where_nothing_speaks_against_it_there_is_no_more_than_the_table() {
    let expected = "\
Repository controls of app on 2026-12-01

✓  lockfiles  Pass  1 piece of evidence

1 control: 1 pass, 0 warn, 0 fail, 0 not assessed
";
    assert_eq!(
        render_controls_terminal(&all_good(), Style { width: 80, color: false, verbose: false }),
        expected
    );
}

#[test]
fn ten_pieces_of_evidence_are_shown_of_a_control_and_all_are_counted() {
    let mut report = example();
    report.controls[1].evidence = vec![said(ControlVerdict::Fail, "no owner"); 12];
    let shown = render_controls_terminal(&report, Style { width: 80, color: false, verbose: false });
    assert_eq!(shown.matches("  ✗  no owner\n").count(), 10);
    assert!(shown.contains("\n     … and 3 more\n  Fix: ") && shown.contains("12 failures, 1 expired"));
}

#[test]
fn colour_is_six_codes_and_changes_no_letter() {
    let mut bare = render_controls_terminal(&example(), Style { width: 80, color: true, verbose: false });
    for code in ["0", "1", "2", "31", "32", "33"] {
        let code = format!("\x1b[{code}m");
        assert!(bare.contains(&code), "{code:?}");
        bare = bare.replace(&code, "");
    }
    assert_eq!(bare, plain(80));
}

/// The control's own evidence is all in its favour then, and would not say why it fails.
#[test]
fn an_expired_exception_says_why_its_control_fails() {
    let mut report = example();
    report.controls[1].evidence = vec![said(ControlVerdict::Pass, "every path has an owner")];
    let shown = render_controls_terminal(&report, Style { width: 120, color: false, verbose: false });
    let expected = "\
Code owners (code-owners, high severity)
  ✗  bulla-controls.toml:4: the exception expired on 2026-01-31: the vendor moves the tag for us
  Fix: ";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn what_passes_is_shown_with_its_lines_to_those_who_ask_for_it() {
    let shown = render_controls_terminal(&example(), Style { width: 80, color: false, verbose: true });
    let policy = "\
Security policy (security-policy, high severity)
  ✓  SECURITY.md:7:9: names a private channel
     Write to security@example.org.
  ✓  says what is out of scope
  –  whether anybody answers is not in a file

";
    assert!(shown.contains(policy), "{shown}");
    assert!(
        shown.contains("  ✓  .github/workflows/ci.yml:8:9: `actions/setup` is held to a commit\n"),
        "{shown}"
    );
    let lines: Vec<_> = shown.lines().collect();
    assert!(plain(80).lines().all(|line| lines.contains(&line)), "nothing is left out");
}

#[test]
fn an_exception_that_covers_nothing_is_shown_with_what_to_do_about_it() {
    let mut report = example();
    report.exceptions[0].covers = 0;
    let shown = render_controls_terminal(&report, Style { width: 200, color: false, verbose: false });
    let said =
        "until 2027-03-01, covers nothing: take it out, or leave `path` out for what has no file: the vendor";
    assert!(shown.contains(said), "{shown}");
}
