//! What a scanner is given: what it needs, and no secret.

use crate::harness::*;
use crate::stage::{Stage, nothing_found};

const FORBIDDEN: [(&str, &str); 9] = [
    ("BULLA_KEY", HMAC_KEY),
    ("BULLA_LANE", "local"),
    ("BULLA_ANYTHING", "secret-1"),
    ("AWS_SECRET_ACCESS_KEY", "secret-2"),
    ("AWS_ACCESS_KEY_ID", "secret-3"),
    ("GITHUB_TOKEN", "secret-4"),
    ("GH_TOKEN", "secret-5"),
    ("GITLEAKS_CONFIG", "secret-6"),
    ("LD_PRELOAD_OF_MINE", "secret-7"),
];

#[test]
fn no_scanner_sees_a_variable_of_bulla_s_or_a_secret_however_it_is_asked() {
    let scanners = ["syft", "grype", "trivy", "kingfisher", "osv-scanner", "gitleaks"];
    let stage = Stage::with(&scanners);
    for scanner in scanners {
        let own = stage.bench.path(&format!("players/{scanner}"));
        for of in ["version", "database", "scan"] {
            let before = read_text(own.join(of));
            stage.tells(scanner, of, &format!("env >> $own/seen\n{before}"));
        }
    }
    let scan = FORBIDDEN.iter().fold(stage.scan("--json"), |scan, (name, value)| scan.env(name, value));
    scan.env("https_proxy", "http://proxy.example").env("TRIVY_CACHE_DIR", "/somewhere").ends(0);
    for scanner in scanners {
        let seen = read_text(stage.bench.path(&format!("players/{scanner}/seen")));
        for (name, value) in FORBIDDEN {
            assert!(
                !seen.contains(&format!("{name}=")) && !seen.contains(value),
                "{scanner} sees {name}: {seen}"
            );
        }
        assert!(!seen.contains("BULLA_"), "{seen}");
        assert!(seen.contains("https_proxy=http://proxy.example\n") && seen.contains("\nHOME="), "{seen}");
        assert_eq!(seen.contains("TRIVY_CACHE_DIR=/somewhere\n"), scanner == "trivy", "its own only: {seen}");
    }
}

#[test]
fn it_runs_in_the_target_with_nothing_on_its_standard_input() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    stage.does("grype", &format!("pwd -P > $own/place; cat > $own/input; cat {report}"));
    stage.scan("").stdin("typed").ends(0);
    let place = read_text(stage.bench.path("players/grype/place"));
    let tree = stage.bench.path("work/tree").canonicalize().unwrap();
    assert_eq!(place.trim_end(), tree.to_str().unwrap());
    assert_eq!(read_text(stage.bench.path("players/grype/input")), "");
}

#[test]
fn it_is_asked_for_its_version_elsewhere() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "version", "pwd -P > $own/place; echo '{\"version\": \"1\"}'");
    stage.scanned("");
    let place = read_text(stage.bench.path("players/grype/place"));
    assert_ne!(place.trim_end(), stage.bench.path("work/tree").canonicalize().unwrap().to_str().unwrap());
}

/// A configuration file in the tree under test could leave findings out.
#[test]
fn files_in_the_tree_configure_no_scanner_that_can_be_told_so() {
    let stage = Stage::with(&["syft", "grype", "trivy", "zizmor"]);
    for file in ["trivy.yaml", ".grype.yaml", ".syft.yaml", "zizmor.yml", ".trivyignore", "action.yml"] {
        stage.bench.write(&format!("work/tree/{file}"), "");
    }
    stage.scanned("");
    for (scanner, flag) in [
        ("syft", "-c /"),
        ("grype", "-c /"),
        ("trivy", "--config /"),
        ("trivy", "--ignorefile /"),
        ("zizmor", "--no-config"),
    ] {
        assert!(stage.asked(scanner).contains(flag), "{scanner} {}", stage.asked(scanner));
    }
}
