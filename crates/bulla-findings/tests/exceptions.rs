//! `bulla-controls.toml`: what it may say, and what an exception does to a report.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use bulla_findings::{ControlReport, ControlVerdict, FileContent, Repository, check_controls, control};

/// Workflows that each use an action that is not pinned, and one in a composite action.
const UNPINNED: [&str; 4] = [
    ".github/workflows/a.yml",
    ".github/workflows/ab.yml",
    ".github/actions/build/action.yml",
    ".github/actions/building/action.yml",
];

fn repository(settings: &str) -> Result<Repository, String> {
    let content = |path: &str| match path.ends_with("action.yml") {
        true => "runs:\n  using: composite\n  steps:\n    - uses: a/b@main\n",
        false => "on: push\njobs:\n  a:\n    steps:\n      - uses: a/b@main\n",
    };
    let files = UNPINNED.map(|path| (path, content(path))).into_iter();
    let files = files.chain([("bulla-controls.toml", settings)]);
    let files = files.map(|(path, content)| (path.to_owned(), FileContent::Bytes(content.into())));
    Repository::new(files, None).map_err(|error| error.to_string())
}

/// What pinned-actions comes to with these settings, on 1 December 2026.
#[track_caller]
fn report(settings: &str) -> ControlReport {
    let controls = [control("pinned-actions").unwrap()];
    check_controls("x", &repository(settings).unwrap(), &controls, "2026-12-01".parse().unwrap())
}

/// An exception of pinned-actions with these further lines.
fn exception(lines: &str) -> String {
    format!("[[exception]]\nid = 'pinned-actions'\nreason = 'known'\n{lines}\n")
}

fn until(expires: &str, path: &str) -> String {
    exception(&format!("expires = '{expires}'\npath = '{path}'"))
}

/// The paths whose evidence is excepted.
fn excepted(report: &ControlReport) -> Vec<&str> {
    let evidence = report.controls[0].evidence.iter().filter(|evidence| evidence.excepted.is_some());
    evidence.map(|evidence| evidence.location.as_ref().unwrap().path.as_str()).collect()
}

#[test]
fn without_a_path_it_covers_all_of_its_controls_evidence_which_is_then_no_pass() {
    let report = report(&exception("expires = '2026-12-01'"));
    assert_eq!(report, self::report(&exception("expires = 2026-12-01")), "TOML has days of its own");
    assert_eq!(excepted(&report).len(), UNPINNED.len());
    assert!(
        report.controls[0]
            .evidence
            .iter()
            .all(|evidence| evidence.excepted.as_ref().unwrap().reason == "known")
    );
    assert_eq!(report.controls[0].verdict, ControlVerdict::Warn);
    assert_eq!(report.exceptions[0].covers, 4);
    assert!(!report.reaches(ControlVerdict::Warn), "it was accepted");
}

#[test]
fn a_path_is_a_files_or_a_directorys_and_never_the_beginning_of_a_name() {
    for (path, covered) in [
        (".github/workflows/a.yml", vec![UNPINNED[0]]),
        ("./.github/workflows/a.yml", vec![UNPINNED[0]]),
        (".github/workflows", vec![UNPINNED[0], UNPINNED[1]]),
        (".github/actions/build/", vec![UNPINNED[2]]),
        (".github/workflows/a", vec![]),
        (".git", vec![]),
        ("workflows/a.yml", vec![]),
    ] {
        let report = report(&until("2027-01-01", path));
        let mut found = excepted(&report);
        found.sort_unstable();
        assert_eq!(found, covered, "{path}");
        assert_eq!(report.exceptions[0].covers, covered.len() as u64, "{path}");
        assert_eq!(report.controls[0].verdict, ControlVerdict::Fail, "the others are not covered");
        assert!(report.reaches(ControlVerdict::Fail));
    }
}

#[test]
fn the_day_after_its_last_one_it_covers_nothing_and_its_control_fails() {
    let last = report(&exception("expires = '2026-12-01'"));
    assert!(!last.exceptions[0].expired);
    let report = report(&exception("expires = '2026-11-30'"));
    assert!(report.exceptions[0].expired);
    assert_eq!((excepted(&report), report.exceptions[0].covers), (vec![], 4));
    assert!(report.reaches(ControlVerdict::Fail));
}

#[test]
fn an_expired_one_fails_even_where_it_would_cover_nothing() {
    let settings = "[[exception]]\nid = 'licence'\nreason = 'known'\nexpires = '2020-01-01'\n";
    let controls = [control("licence").unwrap()];
    let report =
        check_controls("x", &repository(settings).unwrap(), &controls, "2026-12-01".parse().unwrap());
    assert_eq!(report.controls[0].verdict, ControlVerdict::Fail);
    assert!(report.reaches(ControlVerdict::Fail));
}

#[test]
fn the_first_that_holds_gives_its_reason_and_all_are_counted() {
    let settings = [
        until("2020-01-01", ".github").replace("known", "long over"),
        until("2027-01-01", ".github/workflows").replace("known", "first"),
        until("2028-01-01", UNPINNED[0]).replace("known", "second"),
    ];
    let report = report(&settings.concat());
    assert_eq!(report.exceptions.iter().map(|used| used.covers).collect::<Vec<_>>(), [4, 2, 1]);
    let reasons = report.controls[0].evidence.iter().filter_map(|evidence| evidence.excepted.as_ref());
    assert_eq!(reasons.map(|exception| &*exception.reason).collect::<Vec<_>>(), ["first", "first"]);
}

#[test]
fn exceptions_of_controls_that_are_not_asked_are_not_in_the_report() {
    let settings = "[[exception]]\nid = 'licence'\nreason = 'known'\nexpires = '2020-01-01'\n";
    assert!(report(settings).exceptions.is_empty());
}

#[test]
fn a_wrong_file_is_an_error_with_its_line_and_what_to_do() {
    let path = |path: &str| until("2027-01-01", path);
    for (settings, expected) in [
        ("nonsense".to_owned(), ":1: "),
        (
            "a = 1".to_owned(),
            ":1: unknown field `a`, expected one of `default-branch`, `sensitive`, `exception`",
        ),
        ("\n[[exception]]\nid = 'licence'\nexpires = '2027-01-01'".to_owned(), ":2: missing field `reason`"),
        ("\n[[exception]]\nid = 'licence'\nreason = 'x'".to_owned(), ":2: missing field `expires`"),
        (exception("expires = 2027-01-01T00:00:00Z"), ":1: `expires`: "),
        (exception("expires = '1 May'"), ":1: `expires`: `1 May` is no day; write it as YYYY-MM-DD"),
        (exception("until = '2027-01-01'"), ":4: unknown field `until`"),
        (exception("expires = '2027-01-01'").replace("known", " "), ":1: `reason` is empty; say why"),
        (
            exception("expires = '2027-01-01'").replace("pinned", "pined"),
            ":1: there is no control `pined-actions`; `bulla controls list` names them",
        ),
        ("default-branch = ''".to_owned(), ": `default-branch` is empty; name a branch or leave it out"),
        (path("../other"), ":1: `path` is to name a file or a directory from the repository's root"),
        (path("/etc"), ":1: `path` is to name a file or a directory from the repository's root"),
        (path(".github/../x"), ":1: `path` is to name"),
        (path(".github//x"), ":1: `path` is to name"),
        (path("."), ":1: `path` is to name"),
        (path(""), ":1: `path` is to name"),
        (path("a\\b"), ":1: `path` is to name"),
        (
            path(".github/*"),
            "not `.github/*`: `/` between the parts, no `..`, no patterns; leave it out if all files are meant",
        ),
    ] {
        let error = repository(&settings).map(drop).unwrap_err();
        assert!(error.starts_with("bulla-controls.toml:") && error.contains(expected), "{settings}: {error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_excepts_nothing_in_silence() {
    for (content, expected) in [
        (
            FileContent::Unreadable("it is a symbolic link".to_owned()),
            "bulla-controls.toml: it is a symbolic link",
        ),
        (FileContent::Bytes(vec![0xff]), "bulla-controls.toml: it is not UTF-8"),
    ] {
        let files = [("bulla-controls.toml".to_owned(), content)];
        assert_eq!(Repository::new(files, None).map(drop).unwrap_err().to_string(), expected);
    }
}

#[test]
fn settings_made_to_be_slow_or_deep_are_errors() {
    let many = exception("expires = '2027-01-01'").repeat(257);
    assert!(repository(&many).map(drop).unwrap_err().contains("more than 256 exceptions"));
    repository(&exception("expires = '2027-01-01'").repeat(256)).unwrap();
    let sensitive = |patterns| format!("sensitive = [{}]", "'/z', ".repeat(patterns));
    assert!(
        repository(&sensitive(257))
            .map(drop)
            .unwrap_err()
            .contains("more than 256 patterns; name directories")
    );
    repository(&sensitive(256)).unwrap();
    let reason = |length| exception("expires = '2027-01-01'").replace("known", &"x".repeat(length));
    assert!(
        repository(&reason(1_001)).map(drop).unwrap_err().contains("`reason` has more than 1000 characters")
    );
    repository(&reason(1_000)).unwrap();
    for deep in [
        format!("a = {}", "[".repeat(100_000)),
        format!("{} = 1", vec!["a"; 100_000].join(".")),
        format!("[{}]", vec!["a"; 100_000].join(".")),
        "[a]\n".repeat(100_000),
        "[[exception]]\n".repeat(70_000),
    ] {
        assert!(repository(&deep).map(drop).unwrap_err().len() < 500);
    }
}

/// A report shows so many pieces of evidence; a directory's exception once covered only those, and its control failed for
/// the rest.
#[test]
fn it_covers_what_a_report_has_no_room_for() {
    let settings =
        "[[exception]]\nid = 'lockfiles'\nreason = 'samples'\nexpires = '2026-12-01'\npath = 'samples'\n";
    let manifests = (0..1_000).map(|n| format!("samples/{n:04}/package.json"));
    let files = manifests.map(|path| (path, FileContent::Bytes(br#"{"dependencies": {"a": "1"}}"#.to_vec())));
    let settings = ("bulla-controls.toml".to_owned(), FileContent::Bytes(settings.into()));
    let repository = Repository::new(files.chain([settings]), None).unwrap();
    let day = "2026-12-01".parse().unwrap();
    let report = check_controls("x", &repository, &[control("lockfiles").unwrap()], day);
    assert_eq!((report.exceptions[0].covers, report.controls[0].verdict), (1_000, ControlVerdict::Warn));
    assert!(!report.reaches(ControlVerdict::Warn) && report.controls[0].evidence.len() <= 200);
}
