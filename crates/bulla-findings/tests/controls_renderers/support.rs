//! Reports to render, made by hand.

use std::sync::Arc;

use bulla_findings::{
    CheckedControl, ControlException, ControlReport, ControlVerdict, Day, Evidence, ExceptionUse, Location,
    control,
};

pub(crate) fn said(verdict: ControlVerdict, message: &str) -> Evidence {
    Evidence { verdict, message: message.to_owned(), location: None, text: None, excepted: None }
}

pub(crate) fn at(evidence: Evidence, path: &str, line: u64, text: &str) -> Evidence {
    let location = Location { column: Some(9), ..Location::line(path, line) };
    Evidence { location: Some(location), text: Some(text.to_owned()), ..evidence }
}

fn checked(id: &str, verdict: ControlVerdict, evidence: Vec<Evidence>) -> CheckedControl {
    CheckedControl { control: control(id).expect("it is a control"), verdict, evidence }
}

fn exception(id: &str, path: Option<&str>, expires: &str, expired: bool) -> ExceptionUse {
    let exception = Arc::new(ControlException {
        id: id.to_owned(),
        path: path.map(str::to_owned),
        reason: "the vendor moves the tag".to_owned(),
        expires: expires.parse().expect("it is a day"),
        line: 4,
    });
    ExceptionUse { exception, expired, covers: 1 }
}

fn day() -> Day {
    "2026-12-01".parse().expect("it is a day")
}

pub(crate) const VENDOR: &str = ".github/workflows/vendor file.yml";

/// A bit of everything.
pub(crate) fn full() -> ControlReport {
    use ControlVerdict::{Fail, NotAssessed, Pass, Warn};
    let accepted = exception("pinned-actions", Some(VENDOR), "2027-03-01", false);
    let excepted = Evidence {
        excepted: Some(Arc::clone(&accepted.exception)),
        ..said(Fail, "`vendor/action` is held to `main`")
    };
    let pinned = vec![
        at(said(Pass, "`actions/setup` is held to a commit"), "ci.yml", 8, "uses: actions/setup@01"),
        at(said(Warn, "`actions/cache` has no version"), "ci.yml", 14, "uses: actions/cache@01"),
        at(excepted, VENDOR, 5, "uses: vendor/action@main"),
        at(said(Fail, "`actions/checkout` is held to `v4`"), "ci.yml", 12, "uses: actions/checkout@v4"),
    ];
    ControlReport {
        target: ".".to_owned(),
        day: day(),
        controls: vec![
            checked(
                "security-policy",
                Pass,
                vec![at(said(Pass, "names a channel"), "SECURITY.md", 7, "Write")],
            ),
            checked("code-owners", Fail, vec![said(Fail, "there is no CODEOWNERS file")]),
            checked("pinned-actions", Fail, pinned),
            checked("fuzzing", NotAssessed, Vec::new()),
        ],
        exceptions: vec![accepted, exception("code-owners", None, "2026-01-31", true)],
    }
}

pub(crate) fn empty() -> ControlReport {
    ControlReport { target: ".".to_owned(), day: day(), controls: Vec::new(), exceptions: Vec::new() }
}

/// The same report, in which everything that others write is `text`.
pub(crate) fn everywhere(text: &str) -> ControlReport {
    let mut report = full();
    let own = || text.to_owned();
    report.target = own();
    for evidence in report.controls.iter_mut().flat_map(|checked| &mut checked.evidence) {
        evidence.message = own();
        evidence.text = Some(own());
        if let Some(exception) = &mut evidence.excepted {
            Arc::make_mut(exception).reason = own();
        }
        evidence.location = Some(Location { column: Some(9), ..Location::line(text, 3) });
    }
    for used in &mut report.exceptions {
        let exception = Arc::make_mut(&mut used.exception);
        (exception.reason, exception.path) = (own(), Some(own()));
    }
    report
}
