use super::{all_good, example, said};
use crate::controls::ControlVerdict;
use crate::render::render_controls_markdown;

#[test]
fn the_example_is_rendered() {
    let expected = "\
<!-- bulla-controls -->
## Repository Controls

| Control | Verdict | Details |
| --- | --- | --- |
| ✅ Security policy (security-policy) | Pass | 2 pieces of evidence, 1 not assessed |
| ❌ Code owners (code-owners) | Fail | 1 failure, 1 expired exception: there is no CODEOWNERS file |
| ❌ Pinned actions (pinned-actions) | Fail | 1 failure, 1 warning, 1 excepted: &#96;actions/checkout&#96; is held to &#96;v4&#96;, which can be moved, not to a commit |
| ⚠️ Lock files (lockfiles) | Warn | 1 warning: &#96;web/package.json&#96; has no dependencies and no lock file |
| ⚪ Fuzzing (fuzzing) | Not assessed | there is nothing to ask about |
| ⚪ Signed releases (signed-releases) | Not assessed | no workflow makes a release |

6 controls: 1 pass, 1 warn, 2 fail, 2 not assessed; checked on 2026-12-01 by bulla {VERSION}

<details><summary>❌ Pinned actions: 1 failure, 1 warning, 1 excepted</summary>

**Fix:** Write `uses: owner/action@<40 digits> # v1.2.3`; a tag can be moved.

| Verdict | Where | Evidence | Line |
| --- | --- | --- | --- |
| Fail | .github/workflows/ci.yml:&#8203;12:9 | &#96;actions/checkout&#96; is held to &#96;v4&#96;, which can be moved, not to a commit | uses: actions/checkout@&#8203;v4 |
| Warn | .github/workflows/ci.yml:&#8203;14:9 | &#96;actions/cache&#96; has no comment with its version | uses: actions/cache@&#8203;0123456789012345678901234567890123456789 |
| Excepted | .github/workflows/vendor.yml:&#8203;5:9 | &#96;vendor/action&#96; is held to &#96;main&#96; (excepted: the vendor moves the tag for us) | uses: vendor/action@&#8203;main |

</details>

<details><summary>❌ Code owners: 1 failure, 1 expired exception</summary>

**Fix:** Name owners in `.github/CODEOWNERS`, with a default pattern (`* @org/team`).

| Verdict | Where | Evidence | Line |
| --- | --- | --- | --- |
| Fail |  | there is no CODEOWNERS file |  |
| Fail | bulla-controls.toml:4 | the exception expired on 2026-01-31: the vendor moves the tag for us |  |

</details>

<details><summary>⚠️ Lock files: 1 warning</summary>

**Fix:** Commit the lock file.

| Verdict | Where | Evidence | Line |
| --- | --- | --- | --- |
| Warn | web/package.json | &#96;web/package.json&#96; has no dependencies and no lock file |  |

</details>

<details><summary>✅ 3 pieces of evidence in favour</summary>

| Control | Where | Evidence | Line |
| --- | --- | --- | --- |
| security-policy | SECURITY.md:&#8203;7:9 | names a private channel | Write to security@&#8203;example.org. |
| security-policy |  | says what is out of scope |  |
| pinned-actions | .github/workflows/ci.yml:&#8203;8:9 | &#96;actions/setup&#96; is held to a commit | uses: actions/setup@&#8203;01 #&#8203; v1 |

</details>

<details><summary>2 exceptions</summary>

| Control | Path | Reason | Holds | Covers |
| --- | --- | --- | --- | --- |
| code-owners |  | the vendor moves the tag for us | ❌ expired on 2026-01-31 | 1 piece of evidence |
| pinned-actions | .github/workflows/vendor.yml | the vendor moves the tag for us | ⚠️ until 2027-03-01 | 1 piece of evidence |

</details>
";
    assert_eq!(
        render_controls_markdown(&example()),
        expected.replace("{VERSION}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn where_nothing_speaks_against_it_there_is_the_table_and_what_speaks_for_it() {
    let expected = "\
<!-- bulla-controls -->
## Repository Controls

| Control | Verdict | Details |
| --- | --- | --- |
| ✅ Lock files (lockfiles) | Pass | 1 piece of evidence |

1 control: 1 pass, 0 warn, 0 fail, 0 not assessed; checked on 2026-12-01 by bulla {VERSION}

<details><summary>✅ 1 piece of evidence in favour</summary>

| Control | Where | Evidence | Line |
| --- | --- | --- | --- |
| lockfiles | Cargo.lock | &#96;Cargo.lock&#96; is committed |  |

</details>
";
    assert_eq!(
        render_controls_markdown(&all_good()),
        expected.replace("{VERSION}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_does_not_fit_is_counted_and_crowds_out_nothing_else() {
    let mut report = example();
    report.controls[1].evidence = vec![said(ControlVerdict::Fail, "no owner"); 5000];
    let markdown = render_controls_markdown(&report);
    assert!((10_000..=60_000).contains(&markdown.len()), "{} bytes", markdown.len());
    let rows = markdown.lines().filter(|line| *line == "| Fail |  | no owner |  |").count();
    assert!(markdown.contains(&format!("\n… and {} more pieces of evidence\n\n</details>\n", 5001 - rows)));
    for said in ["uses: vendor/action@&#8203;main", "<summary>⚠️ Lock files", "<summary>2 exceptions"] {
        assert!(markdown.contains(said), "{said}");
    }
}
