//! A second scan is served from sealed entries.

use serde_json::json;

use crate::harness::*;
use crate::stage::{Stage, nothing_found, of};

#[test]
fn a_second_scan_is_served_and_runs_nothing() {
    let stage = Stage::with_findings();
    let first = stage.scanned("");
    let grype = of(&first, "grype");
    assert_eq!((&grype["cache"], &grype["miss"]["detail"]), (&json!("absent"), &json!("first scan")));
    assert_eq!((&grype["entry"], &grype["miss"]["not_stored"]), (&json!(null), &json!(null)));
    let second = stage.scanned("");
    let grype = of(&second, "grype");
    assert_eq!((&grype["cache"], &grype["miss"]), (&json!("hit"), &json!(null)));
    assert_eq!(grype["entry"]["seal"], "hmac-sha256");
    assert_eq!((&grype["version"], &grype["outcome"]), (&json!("1.2.3"), &json!("findings")));
    assert_eq!(grype["database"], "2026-08-21T00:00:00Z schema v6.0.2");
    for same in ["target", "subject", "findings", "summary", "gate"] {
        assert_eq!(first[same], second[same], "{same}");
    }
    assert_eq!(stage.ran("grype"), 1);
    stage.bench.is_sound();
}

#[test]
fn every_scanner_that_has_work_has_an_entry_of_its_own() {
    let scanners = [
        "syft",
        "grype",
        "trivy",
        "kingfisher",
        "semgrep",
        "zizmor",
        "pip-audit",
        "cargo-audit",
        "osv-scanner",
        "gitleaks",
    ];
    let stage = Stage::with(&scanners);
    for file in ["requirements.txt", "Cargo.lock", "action.yml"] {
        stage.bench.write(&format!("work/tree/{file}"), "");
    }
    stage.bench.write("work/rules.yml", "rules: []");
    stage.bench.user_config(&format!(
        "[scan.scanner.semgrep]\nrules = \"{}\"\n",
        stage.bench.path("work/rules.yml").display()
    ));
    for cache in ["absent", "hit", "hit"] {
        let document = stage.scanned("");
        for scanner in scanners {
            let said = of(&document, scanner);
            assert_eq!((&said["cache"], &said["outcome"]), (&json!(cache), &json!("clean")), "{said}");
        }
    }
    assert_eq!(scanners.map(|scanner| stage.ran(scanner)), [1; 10]);
    assert_eq!(stage.bench.good_entries(), 10);
}

#[test]
fn npm_is_the_scanner_of_a_lock_file() {
    let stage = Stage::with(&["npm"]);
    stage.bench.write("work/tree/package-lock.json", "{}");
    assert_eq!(stage.asks("npm-audit", "")["cache"], "absent");
    assert_eq!(stage.asks("npm-audit", "")["cache"], "hit");
    assert_eq!(stage.ran("npm"), 1);
}

#[test]
fn two_copies_of_a_tree_share_their_entries() {
    let stage = Stage::with(&["syft", "grype", "trivy"]);
    stage.bench.make_dir("work/elsewhere/copy");
    stage.bench.write("work/elsewhere/copy/file", "v1");
    stage.scanned("");
    let copy = stage.bulla("scan elsewhere/copy --json").ends(0).json();
    let here = stage.bulla("scan --json").current_dir(stage.bench.path("work/tree")).ends(0).json();
    for scanner in ["syft", "grype", "trivy"] {
        assert_eq!(of(&copy, scanner)["cache"], "hit", "{scanner}");
        assert_eq!(of(&here, scanner)["cache"], "hit", "{scanner}");
        assert_eq!(stage.ran(scanner), 1);
    }
}

#[test]
fn a_cache_inside_the_tree_does_not_change_it() {
    let stage = Stage::with(&["grype"]);
    let scan = || stage.scan("--json --dir tree/.cache").ends(0).json();
    assert_eq!(of(&scan(), "grype")["cache"], "absent");
    assert_eq!(of(&scan(), "grype")["cache"], "hit");
    assert_eq!(of(&scan(), "grype")["cache"], "hit");
    assert_eq!(stage.ran("grype"), 1);
}

#[test]
fn grype_scans_the_sbom_that_syft_has_made_and_its_entry_belongs_to_that() {
    let stage = Stage::with(&["syft", "grype"]);
    stage.does("grype", "case $1 in sbom:*) ;; *) exit 1 ;; esac; grep -q lodash \"${1#sbom:}\" || exit 1; echo '{\"matches\": []}'");
    assert_eq!(stage.asks("grype", "")["outcome"], "clean");
    assert!(stage.asked("grype").starts_with("sbom:/"), "{}", stage.asked("grype"));
    stage.hits("grype", "");
    // Another way to make the SBOM is another scan of it, though nothing of grype's own has changed.
    stage.says("syft", "version", r#"{"version": "2.0.0"}"#);
    stage.misses("grype", "", "settings changed");
    stage.hits("grype", "");
    // Without syft it scans the tree itself.
    stage.prints("grype", nothing_found("grype"));
    stage.misses("grype", "--skip syft", "settings changed");
    assert!(stage.asked("grype").starts_with("dir:. "), "{}", stage.asked("grype"));
}

/// An SBOM has a serial number and a time of its own: an SBOM made again would else be scanned again.
#[test]
fn an_sbom_that_differs_only_in_its_number_and_time_is_not_scanned_again() {
    let stage = Stage::with(&["syft", "grype"]);
    let made = |number: &str| {
        let sbom =
            nothing_found("syft").replacen('{', &format!("{{\"serialNumber\": \"urn:uuid:{number}\", "), 1);
        stage.prints("syft", sbom);
    };
    made("00000000-0000-4000-8000-000000000001");
    stage.scanned("");
    made("00000000-0000-4000-8000-000000000002");
    stage.scanned("--refresh --only syft");
    assert_eq!((stage.ran("syft"), stage.bench.good_entries()), (2, 2));
    stage.hits("grype", "");
}

#[test]
fn a_failing_sbom_leaves_grype_the_tree() {
    let stage = Stage::with(&["syft", "grype"]);
    stage.does("syft", "exit 1");
    let document = stage.scanned("");
    assert_eq!(
        (&of(&document, "syft")["outcome"], &of(&document, "grype")["outcome"]),
        (&json!("error"), &json!("clean"))
    );
    assert!(stage.asked("grype").starts_with("dir:. "), "{}", stage.asked("grype"));
}

#[test]
fn a_damaged_entry_is_scanned_again_with_a_warning_and_put_aside() {
    let stage = Stage::with_findings();
    let first = stage.scanned("");
    let name = names(&stage.bench.dir()).into_iter().find(|name| name.ends_with(".bulla")).unwrap();
    flip(&stage.bench.dir().join(name), -60);
    let run = stage.scan("--json").ends(0).says("warning: grype: the stored answer was not taken: ");
    assert_eq!(of(&run.json(), "grype")["cache"], "payload-damaged");
    assert_eq!(run.json()["findings"], first["findings"]);
    assert_eq!((stage.ran("grype"), names(&stage.bench.dir().join("quarantine")).len()), (2, 1));
    stage.hits("grype", "");
}

/// Somebody with the key has stored something else under the scan's own name.
#[test]
fn an_entry_that_is_no_report_of_the_scanner_is_not_taken() {
    let stage = Stage::with_findings();
    stage.scanned("");
    let header = &stage.headers()[0];
    let mut planted = 0;
    for payload in ["", "{}", "{\"matches\": [", "[]"] {
        let field = |name: &str| header[name].as_str().unwrap().to_owned();
        let put = stage.bulla("put").args(["--op", "scan-grype", "--subject", &field("subject")]);
        // What is put as a scan has a shape too, so some of these never come that far.
        if put.args(["--config", &field("config")]).stdin(payload).run().code() != 0 {
            continue;
        }
        planted += 1;
        let run = stage.scan("--json").ends(0).says("warning: grype: the stored answer was not taken: ");
        assert_eq!(of(&run.json(), "grype")["outcome"], "findings", "{payload}");
        assert_eq!(of(&run.json(), "grype")["cache"], "malformed", "{payload}");
    }
    assert!(planted > 0);
    stage.hits("grype", "");
}

#[test]
fn under_an_ed25519_key_the_entry_says_what_made_it() {
    let stage = Stage::with_findings();
    let key = stage.bench.key_file("key", ED25519_KEY);
    let scan = || stage.scan("--json --key-file").arg(&key).ends(0).json();
    scan();
    assert_eq!(of(&scan(), "grype")["entry"]["seal"], "ed25519");
    let listed = stage.bulla("ls --json --key-file").arg(&key).ends(0).json();
    let producer = &listed["entries"][0]["header"]["producer"];
    assert_eq!((&producer["tool"], &producer["version"]), (&json!("grype"), &json!("1.2.3")));
    assert_eq!(producer["database"], "2026-08-21T00:00:00Z schema v6.0.2");
    let binary = bulla::file_digest(&stage.bench.path("bin/grype")).unwrap();
    assert_eq!(producer["binary"], binary.to_string());
}
