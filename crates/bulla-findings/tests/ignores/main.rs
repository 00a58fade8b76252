//! Ignore files as people write them, against what scanners found.

mod openvex;

use bulla_findings::{
    Answer, Assessment, Day, Decision, Finding, Gate, IgnoreError, IgnoreFile, IgnoreFormat, IgnoreProblem,
    Ignores, Kind, Location, Package, Report, SCANNERS, Severity, Source, Thresholds, assess,
};

use proptest::prelude::*;

const TODAY: &str = "2026-06-15";

fn found(id: &str, aliases: &[&str], package: &str, path: &str) -> Finding {
    let purl = package.starts_with("pkg:").then(|| package.to_owned());
    let (name, version) = package.rsplit_once('@').unwrap_or((package, ""));
    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
    Finding {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        severity: Severity::High,
        package: (!package.is_empty()).then(|| Package { name, version: version.to_owned(), purl }),
        location: (!path.is_empty()).then(|| Location::file(path)),
        ..Finding::default()
    }
}

fn log4j() -> Finding {
    found(
        "GHSA-jfh8-c2jp-5v3q",
        &["CVE-2021-44228"],
        "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
        "services/search/pom.xml",
    )
}

fn git() -> Finding {
    found(
        "CVE-2023-12345",
        &[],
        "pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64&distro=wolfi",
        "/lib/apk/db/installed",
    )
}

fn parsed(format: IgnoreFormat, text: &str) -> Result<Ignores, IgnoreError> {
    Ignores::parse(&[IgnoreFile { name: "the-file", format, bytes: text.as_bytes() }])
}

fn assessed(ignores: &Ignores, findings: &[Finding], target: &str) -> Assessment {
    let report = Report { findings: findings.to_vec(), ..Report::default() };
    let answers = vec![Answer::of(SCANNERS[0], report, Source::File("report.json".into()))];
    let thresholds = Thresholds { fail_on: Some(Severity::High), ..Thresholds::default() };
    let gate = Gate { thresholds, ..Gate::default() };
    assess(target, None, answers, ignores, TODAY.parse().expect("it is a day"), &gate)
}

/// The reason for which the finding is ignored, if it is.
fn reason(format: IgnoreFormat, text: &str, finding: &Finding) -> Option<String> {
    let ignores = parsed(format, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let assessment = assessed(&ignores, std::slice::from_ref(finding), ".");
    assert_eq!(assessment.ignored.len() + assessment.findings.len(), 1);
    assessment.ignored.into_iter().next().map(|ignored| ignored.reason)
}

fn error(format: IgnoreFormat, text: &str) -> String {
    parsed(format, text).map(|_| ()).expect_err(text).to_string()
}

#[test]
fn a_rule_names_an_id_and_perhaps_a_package_and_a_path() {
    for (holds, rule) in [
        (true, ""),
        (true, "package: log4j-core"),
        (true, "package: org.apache.logging.log4j:log4j-core"),
        (true, "package: Log4j_Core@2.14.1"),
        (true, "package: pkg:maven/org.apache.logging.log4j/log4j-core"),
        (true, "package: pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
        (true, "path: ."),
        (true, "path: services"),
        (true, "path: ./services/search/"),
        (true, "path: services/search/pom.xml"),
        (false, "package: log4j"),
        (false, "package: log4j-core@2.14"),
        (false, "package: pkg:maven/log4j-core@2.14.1"),
        (false, "package: pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=war"),
        (false, "path: service"),
        (false, "path: services/search/pom"),
        (false, "path: search"),
    ] {
        for id in ["CVE-2021-44228", "cve-2021-44228", "GHSA-jfh8-c2jp-5v3q"] {
            let text = format!("ignores:\n  - id: {id}\n    reason: not reachable\n    {rule}\n");
            let expected = holds.then(|| "not reachable".to_owned());
            assert_eq!(reason(IgnoreFormat::Bulla, &text, &log4j()), expected, "{text}");
        }
        let other = format!("ignores: [{{id: CVE-2021-45046, reason: x, {rule}}}]");
        assert_eq!(reason(IgnoreFormat::Bulla, &other, &log4j()), None, "{other}");
    }
}

#[test]
fn a_path_holds_only_if_everything_that_was_found_lies_there() {
    let elsewhere = Finding { location: Some(Location::file("src/pom.xml")), ..log4j() };
    let ignores =
        parsed(IgnoreFormat::Bulla, "ignores: [{id: CVE-2021-44228, path: services, reason: x}]").unwrap();
    for both in [[log4j(), elsewhere.clone()], [elsewhere, log4j()]] {
        assert_eq!(assessed(&ignores, &both, ".").findings.len(), 1);
    }
    let nowhere = Finding { location: None, ..log4j() };
    assert_eq!(assessed(&ignores, &[nowhere], ".").findings.len(), 1);
}

#[test]
fn a_secret_is_ignored_by_rule_and_path() {
    let secret = Finding { kind: Kind::Secret, ..found("kingfisher.aws.1", &[], "", "tests/keys.txt") };
    let text = "ignores:\n- id: kingfisher.aws.1\n  path: tests\n  reason: made up\n";
    assert_eq!(reason(IgnoreFormat::Bulla, text, &secret).as_deref(), Some("made up"));
    let text = "ignores:\n- id: kingfisher.aws.1\n  package: tests\n  reason: made up\n";
    assert_eq!(reason(IgnoreFormat::Bulla, text, &secret), None);
}

#[test]
fn an_expired_rule_counts_again_and_is_reported_and_so_is_an_unused_one() {
    let text = "ignores:
  - {id: CVE-2021-44228, reason: yesterday, expires: 2026-06-14}
  - {id: CVE-2000-1, package: x, path: y, reason: never there}
  - {id: CVE-2000-2, reason: long gone, expires: 2020-01-01}
";
    let assessment = assessed(&parsed(IgnoreFormat::Bulla, text).unwrap(), &[log4j(), git()], ".");
    assert_eq!((assessment.findings.len(), assessment.ignored.len()), (2, 0));
    assert_eq!(assessment.verdict.decision, Decision::Failed);
    let said: Vec<_> =
        assessment.remarks.iter().map(|one| (&*one.file, &*one.rule, one.problem.clone())).collect();
    let expired = |on: &str, findings| IgnoreProblem::Expired { on: on.into(), findings };
    assert_eq!(
        said,
        [
            ("the-file", "CVE-2021-44228", expired("2026-06-14", 1)),
            ("the-file", "CVE-2000-1 x y", IgnoreProblem::Unused),
            ("the-file", "CVE-2000-2", expired("2020-01-01", 0)),
        ]
    );
    // The day itself is the last on which it holds.
    let text = "ignores: [{id: CVE-2021-44228, reason: today, expires: 2026-06-15}]";
    let assessment = assessed(&parsed(IgnoreFormat::Bulla, text).unwrap(), &[log4j()], ".");
    assert_eq!((assessment.ignored.len(), assessment.remarks.len()), (1, 0));
    assert_eq!(assessment.verdict.decision, Decision::Passed);
    assert_eq!((assessment.reported().total(), assessment.distinct().total()), (1, 0));
    // What another rule ignores does not count again.
    let text = "ignores:
  - {id: CVE-2021-44228, reason: old, expires: 2026-06-14}
  - {id: GHSA-jfh8-c2jp-5v3q, reason: new}
";
    let assessment = assessed(&parsed(IgnoreFormat::Bulla, text).unwrap(), &[log4j()], ".");
    assert_eq!(assessment.ignored[0].reason, "new");
    assert_eq!(assessment.remarks[0].problem, expired("2026-06-14", 0));
}

#[test]
fn an_advisory_over_several_cves_is_not_ignored_with_one_of_them() {
    let advisory = found("DSA-4686-1", &["CVE-2019-17571", "CVE-2020-1"], "pkg:deb/debian/liblog4j@1.2", "");
    assert_eq!(reason(IgnoreFormat::Trivy, "CVE-2019-17571\n", &advisory), None);
    assert_eq!(reason(IgnoreFormat::Trivy, "DSA-4686-1\n", &advisory).as_deref(), Some(""));
}

#[test]
fn a_file_that_is_wrong_is_named_with_its_line_and_what_to_do() {
    for (text, line, says) in [
        ("ignores:\n  - id: x\n    reasn: y\n", 3, "reasn"),
        ("ignores:\n  - id: x\n", 2, "reason"),
        ("ignores:\n  - id: x\n    reason: ''\n", 2, "`reason` is empty"),
        ("ignores:\n  - id: x\n    reason: y\n  - id: ' '\n    reason: y\n", 4, "`id` is empty"),
        ("ignores:\n  - id: x\n    reason: y\n    expires: 31.12.2026\n", 2, "YYYY-MM-DD"),
        ("ignores:\n  - id: x\n    reason: y\n    expires: 2026-02-30\n", 2, "YYYY-MM-DD"),
        ("ignores:\n  - id: x\n    reason: y\n    package: pkg:npm\n", 2, "pkg:type/name@version"),
        ("ignores:\n  - id: x\n    id: z\n    reason: y\n", 3, "twice"),
        ("rules: []\n", 1, "rules"),
        ("ignores: [\n", 1, ""),
    ] {
        let error = error(IgnoreFormat::Bulla, text);
        assert!(error.contains(says) && !error.contains('\n'), "{error}");
        let line: &[String] = &[format!("the-file:{line}:"), format!("the-file:{}:", line + 1)];
        assert!(line.iter().any(|line| error.starts_with(line)), "{error}\n{text}");
    }
    for empty in ["", "# nothing yet\n", "ignores:\n", "ignores: []\n", "---\n"] {
        assert!(parsed(IgnoreFormat::Bulla, empty).is_ok(), "{empty:?}");
    }
    let bytes = b"ignores:\n  - id: \xff\n";
    let file = IgnoreFile { name: "f", format: IgnoreFormat::Bulla, bytes };
    assert_eq!(
        Ignores::parse(&[file]).unwrap_err().to_string(),
        "f:2: this is not UTF-8; save the file as UTF-8"
    );
}

#[test]
fn hostile_yaml_ends_in_an_error_at_once() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for level in b'b'..=b'z' {
        let (one, before) = (char::from(level), char::from(level - 1));
        bomb += &format!("{one}: &{one} [{}]\n", vec![format!("*{before}"); 9].join(","));
    }
    let deep = "ignores: ".to_owned() + &"[".repeat(100_000);
    let cyclic = "ignores: &a [*a]";
    let merge = "x: &x {id: a, reason: b}\nignores: [{<<: *x}]";
    let large = "#".repeat((1 << 20) + 1);
    let many = "- {id: a, reason: b}\n".repeat(20_000);
    let tagged = "ignores: !!python/object/apply:os.system [x]";
    let documents = "---\nignores: []\n".repeat(3);
    let began = std::time::Instant::now();
    for text in [&bomb, &deep, cyclic, merge, &large, &format!("ignores:\n{many}"), tagged, &documents] {
        let error = error(IgnoreFormat::Bulla, text);
        assert!(error.starts_with("the-file:") && error.len() < 400, "{error}");
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    let control = "ignores: [{id: \"CVE-\\e[2J\", reason: \"\\0\"}]";
    assert!(parsed(IgnoreFormat::Bulla, control).is_ok());
}

#[test]
fn trivyignore_is_read_as_trivy_documents_it() {
    let text = "# Accept the risk
CVE-2018-14618

# No impact in our settings
CVE-2021-44228
CVE-2019-1543 exp:2023-01-01

AVD-DS-0002
generic-unwanted-rule # and a remark
";
    assert_eq!(reason(IgnoreFormat::Trivy, text, &log4j()).as_deref(), Some("No impact in our settings"));
    let id = |id| found(id, &[], "", "a");
    assert_eq!(reason(IgnoreFormat::Trivy, text, &id("CVE-2019-1543")), None);
    assert_eq!(reason(IgnoreFormat::Trivy, text, &id("AVD-DS-0002")).as_deref(), Some(""));
    assert!(reason(IgnoreFormat::Trivy, text, &id("generic-unwanted-rule")).is_some());
    assert_eq!(reason(IgnoreFormat::Trivy, text, &id("Accept")), None);
    // As with trivy, the day that is named is the first on which it no longer holds.
    assert_eq!(reason(IgnoreFormat::Trivy, "A exp:2026-06-15", &id("A")), None);
    assert!(reason(IgnoreFormat::Trivy, "\u{feff}A\texp:2026-06-16\r\n", &id("A")).is_some());
    let wrong = error(IgnoreFormat::Trivy, "\nA exp:tomorrow\n");
    assert_eq!(wrong, "the-file:2: exp: `tomorrow` is no day; write it as YYYY-MM-DD");
    assert!(error(IgnoreFormat::Trivy, &"a\n".repeat(400_000)).contains("split it"));
    let ignores = parsed(IgnoreFormat::Trivy, text).unwrap();
    let unused = assessed(&ignores, &[log4j()], ".").remarks;
    let unused: Vec<&str> = unused.iter().map(|remark| remark.rule.as_str()).collect();
    assert_eq!(unused, ["CVE-2018-14618", "CVE-2019-1543", "AVD-DS-0002", "generic-unwanted-rule"]);
}

/// A document with these statements, of that time.
#[test]
fn formats_are_known_by_name() {
    for (name, format) in [
        (".bulla-ignore.yaml", Some(IgnoreFormat::Bulla)),
        ("a/.trivyignore", Some(IgnoreFormat::Trivy)),
        ("vex/app.openvex.json", Some(IgnoreFormat::OpenVex)),
        (".trivyignore.yaml", None),
        ("notes.txt", None),
    ] {
        assert_eq!(IgnoreFormat::of_name(name), format, "{name}");
    }
    assert!("2026-06-15".parse::<Day>().unwrap() < "2026-06-16".parse().unwrap());
}

proptest! {
    #[test]
    fn no_file_and_no_package_makes_it_panic(
        text in "[ \\n\\-#:@%/?&!*{}\\[\\]\"a-cé0-9]{0,60}",
        package in "(pkg:)?[a-c/@%?#=&é0-9]{0,20}",
    ) {
        for format in [IgnoreFormat::Bulla, IgnoreFormat::Trivy, IgnoreFormat::OpenVex] {
            let _ = parsed(format, &text);
        }
        let rule = format!("ignores:\n  - id: CVE-1\n    reason: x\n    package: '{package}'\n");
        if let Ok(ignores) = parsed(IgnoreFormat::Bulla, &rule) {
            let itself = found("CVE-1", &[], &package, "");
            let assessment = assessed(&ignores, &[itself, log4j()], ".");
            prop_assert_eq!(assessment.findings.len() + assessment.ignored.len(), 2);
        }
    }
}
