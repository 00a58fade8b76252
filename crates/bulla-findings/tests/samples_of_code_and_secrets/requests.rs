//! The command lines.

use std::path::Path;

use bulla_findings::{Choices, Request, Target};

use crate::support::of;

fn arguments(scanner: &str, target: Target<'_>, offline: bool) -> Result<String, String> {
    let choices = Choices { rules: Some("p/ci".into()), ..Choices::default() };
    let request = Request { target, sbom: None, offline, empty: Path::new("/dev/null"), choices: &choices };
    let arguments = (of(scanner).program.arguments)(&request).map_err(|why| why.to_string())?;
    Ok(arguments.iter().map(|argument| argument.to_str().expect("it is text")).collect::<Vec<_>>().join(" "))
}

const ALL: [&str; 6] = ["kingfisher", "semgrep", "zizmor", "osv-scanner", "trufflehog", "gitleaks"];

#[test]
fn a_directory_is_scanned_from_within() {
    let line = |scanner| arguments(scanner, Target::Directory, false).unwrap();
    let kingfisher =
        "scan . --git-history none --exclude .git -n --no-update-check -q --no-dedup --no-ignore -f json -r";
    assert_eq!(line("kingfisher"), kingfisher);
    assert_eq!(
        line("semgrep"),
        "scan --config ./p/ci --no-rewrite-rule-ids --no-git-ignore --disable-nosem --metrics=off --disable-version-check -q --json ."
    );
    let zizmor = "--offline --no-progress -q --format json --no-config --strict-collection --no-ignores --collect=all .";
    assert_eq!(line("zizmor"), zizmor);
    assert_eq!(line("osv-scanner"), "scan --format json -r .");
    assert_eq!(line("trufflehog"), "filesystem . --json --no-update --no-verification");
    let gitleaks = "dir . --report-format json --report-path - --redact --no-banner --exit-code 10";
    assert_eq!(line("gitleaks"), gitleaks);
}

#[test]
fn a_file_s_name_is_never_an_option() {
    for scanner in ALL {
        let line = arguments(scanner, Target::File(Path::new("--config=x")), false).unwrap();
        assert!(line.contains(" ./--config=x"), "{scanner}: {line}");
        let line = arguments(scanner, Target::File(Path::new("/etc/hosts")), false).unwrap();
        assert!(line.contains(" /etc/hosts"), "{scanner}: {line}");
    }
}

#[test]
fn kingfisher_takes_images_that_it_can_read() {
    let line = |target, offline| arguments("kingfisher", target, offline);
    let report = "-n --no-update-check -q --no-dedup --no-ignore -f json -r";
    let archive = line(Target::DockerArchive(Path::new("image.tar")), true).unwrap();
    assert_eq!(archive, format!("scan docker --archive ./image.tar {report}"));
    let image = Target::Reference("example.org/a@sha256:0");
    assert_eq!(line(image, false).unwrap(), format!("scan docker example.org/a@sha256:0 {report}"));
    assert!(line(image, true).unwrap_err().contains("offline"));
    assert!(line(Target::OciLayout(Path::new("layout")), false).is_err());
}

#[test]
fn the_others_say_that_they_have_no_use_for_an_image() {
    for scanner in &ALL[1..] {
        for target in [
            Target::OciLayout(Path::new("layout")),
            Target::DockerArchive(Path::new("image.tar")),
            Target::Reference("example.org/a@sha256:0"),
        ] {
            assert!(arguments(scanner, target, false).unwrap_err().contains("images"), "{scanner}");
        }
    }
}

#[test]
fn without_rules_semgrep_has_nothing_to_scan_with() {
    let choices = Choices::default();
    let empty = Path::new("/dev/null");
    let request = Request { target: Target::Directory, sbom: None, offline: false, empty, choices: &choices };
    let why = (of("semgrep").program.arguments)(&request).unwrap_err().to_string();
    assert!(why.starts_with("no rules"));
}

#[test]
fn offline_osv_scanner_asks_no_service() {
    let line = arguments("osv-scanner", Target::Directory, true).unwrap();
    assert_eq!(line, "scan --format json --offline -r .");
}

#[test]
fn no_token_is_passed_on() {
    for scanner in ALL {
        let environment = of(scanner).program.environment;
        assert!(
            environment.iter().all(|name| !name.contains("TOKEN") && !name.contains("CONFIG")),
            "{scanner}"
        );
    }
}

#[test]
fn a_version_is_found_in_what_each_program_prints() {
    let version = |scanner, output: &str| (of(scanner).program.version_of)(output.as_bytes());
    assert_eq!(version("kingfisher", "kingfisher 2.14.0\n").as_deref(), Some("2.14.0"));
    assert_eq!(version("semgrep", "1.185.0\n").as_deref(), Some("1.185.0"));
    assert_eq!(version("zizmor", "zizmor 1.32.0\n").as_deref(), Some("1.32.0"));
    assert_eq!(version("gitleaks", "8.30.1\n").as_deref(), Some("8.30.1"));
    let osv = "osv-scanner version: 1.9.2\ncommit: n/a\nbuilt at: n/a\n";
    assert_eq!(version("osv-scanner", osv).as_deref(), Some("1.9.2"));
    assert_eq!(version("trufflehog", "trufflehog 3.63.0\n").as_deref(), Some("3.63.0"));
}
