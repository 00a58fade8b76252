//! One report, in the formats whose every letter is read by people. Its controls are its own, so that what a control says
//! can change without it.

mod markdown;
mod terminal;

use std::sync::Arc;

use crate::controls::{Checked, Control, ControlReport, ControlVerdict, Evidence, ExceptionUse};
use crate::day::Day;
use crate::finding::Location;
use crate::repository::Exception;
use crate::severity::Severity;

static POLICY: Control = Control {
    title: "Security policy",
    question: "Is it said how to report a weakness?",
    ..named("security-policy")
};
static OWNERS: Control = Control {
    title: "Code owners",
    question: "Does every sensitive path have an owner?",
    fix: "Name owners in `.github/CODEOWNERS`, with a default pattern (`* @org/team`).",
    ..named("code-owners")
};
static PINNED: Control = Control {
    title: "Pinned actions",
    question: "Is every action held to its content?",
    fix: "Write `uses: owner/action@<40 digits> # v1.2.3`; a tag can be moved.",
    severity: Severity::Critical,
    ..named("pinned-actions")
};
static LOCKFILES: Control = Control {
    title: "Lock files",
    question: "Is every lock file committed?",
    fix: "Commit the lock file.",
    ..named("lockfiles")
};
static FUZZING: Control = Control { title: "Fuzzing", question: "Is anything fuzzed?", ..named("fuzzing") };
static RELEASES: Control =
    Control { title: "Signed releases", question: "Are releases signed?", ..named("signed-releases") };

const fn named(id: &'static str) -> Control {
    Control {
        id,
        title: "",
        question: "",
        reason: "",
        fix: "",
        severity: Severity::High,
        check: |_| Vec::new(),
    }
}

fn said(verdict: ControlVerdict, message: &str) -> Evidence {
    Evidence { verdict, message: message.to_owned(), location: None, text: None, excepted: None }
}

fn in_file(evidence: Evidence, path: &str) -> Evidence {
    Evidence { location: Some(Location::file(path)), ..evidence }
}

fn at(evidence: Evidence, path: &str, line: u64, text: &str) -> Evidence {
    let location = Location { column: Some(9), ..Location::line(path, line) };
    Evidence { location: Some(location), text: Some(text.to_owned()), ..evidence }
}

fn checked(control: &'static Control, verdict: ControlVerdict, evidence: Vec<Evidence>) -> Checked {
    Checked { control, verdict, evidence }
}

fn day() -> Day {
    "2026-12-01".parse().expect("it is a day")
}

fn exception(id: &str, path: Option<&str>, expires: &str) -> Arc<Exception> {
    Arc::new(Exception {
        id: id.to_owned(),
        path: path.map(str::to_owned),
        reason: "the vendor moves the tag for us".to_owned(),
        expires: expires.parse().expect("it is a day"),
        line: 4,
    })
}

fn excepted(id: &str, path: Option<&str>, expires: &str, expired: bool) -> ExceptionUse {
    ExceptionUse { exception: exception(id, path, expires), expired, covers: 1 }
}

/// A bit of everything.
pub(super) fn example() -> ControlReport {
    let ci = ".github/workflows/ci.yml";
    let policy = vec![
        at(
            said(ControlVerdict::Pass, "names a private channel"),
            "SECURITY.md",
            7,
            "Write to security@example.org.",
        ),
        said(ControlVerdict::Pass, "says what is out of scope"),
        said(ControlVerdict::NotAssessed, "whether anybody answers is not in a file"),
    ];
    let owners = vec![said(ControlVerdict::Fail, "there is no CODEOWNERS file")];
    let by_commit = "uses: actions/cache@0123456789012345678901234567890123456789";
    let vendor = Evidence {
        excepted: Some(exception("pinned-actions", Some(".github/workflows/vendor.yml"), "2027-03-01")),
        ..said(ControlVerdict::Fail, "`vendor/action` is held to `main`")
    };
    let pinned = vec![
        at(
            said(ControlVerdict::Pass, "`actions/setup` is held to a commit"),
            ci,
            8,
            "uses: actions/setup@01 # v1",
        ),
        at(vendor, ".github/workflows/vendor.yml", 5, "uses: vendor/action@main"),
        at(said(ControlVerdict::Warn, "`actions/cache` has no comment with its version"), ci, 14, by_commit),
        at(
            said(
                ControlVerdict::Fail,
                "`actions/checkout` is held to `v4`, which can be moved, not to a commit",
            ),
            ci,
            12,
            "uses: actions/checkout@v4",
        ),
    ];
    let without = said(ControlVerdict::Warn, "`web/package.json` has no dependencies and no lock file");
    let lockfiles = vec![in_file(without, "web/package.json")];
    let releases = vec![said(ControlVerdict::NotAssessed, "no workflow makes a release")];
    ControlReport {
        target: ".".to_owned(),
        day: day(),
        controls: vec![
            checked(&POLICY, ControlVerdict::Pass, policy),
            checked(&OWNERS, ControlVerdict::Fail, owners),
            checked(&PINNED, ControlVerdict::Fail, pinned),
            checked(&LOCKFILES, ControlVerdict::Warn, lockfiles),
            checked(&FUZZING, ControlVerdict::NotAssessed, Vec::new()),
            checked(&RELEASES, ControlVerdict::NotAssessed, releases),
        ],
        exceptions: vec![
            excepted("pinned-actions", Some(".github/workflows/vendor.yml"), "2027-03-01", false),
            excepted("code-owners", None, "2026-01-31", true),
        ],
    }
}

/// Nothing speaks against the one control that was asked.
pub(super) fn all_good() -> ControlReport {
    let evidence = vec![in_file(said(ControlVerdict::Pass, "`Cargo.lock` is committed"), "Cargo.lock")];
    ControlReport {
        target: "app".to_owned(),
        day: day(),
        controls: vec![checked(&LOCKFILES, ControlVerdict::Pass, evidence)],
        exceptions: Vec::new(),
    }
}
