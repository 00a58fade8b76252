//! What makes another scan of it, and what does not.

use std::path::PathBuf;

use crate::harness::*;
use crate::stage::{Stage, grype_database, nothing_found};

#[test]
fn a_changed_tree_is_another_subject() {
    let stage = Stage::with(&["grype"]);
    stage.scanned("");
    let tree = |name: &str| stage.bench.path(&format!("work/tree/{name}"));
    let changes: [&dyn Fn(); 6] = [
        &|| write(tree("file"), "v2"),
        &|| write(tree("more"), ""),
        &|| rename(tree("more"), tree("other name")),
        &|| set_mode(tree("file"), 0o755),
        &|| make_link("file", tree("link")),
        &|| drop(stage.bench.make_dir("work/tree/empty")),
    ];
    for change in changes {
        change();
        stage.misses("grype", "", "subject changed");
        stage.hits("grype", "");
    }
    write(tree("file"), "v2");
    set_mode(tree("file"), 0o700);
    stage.bench.make_dir("work/tree/.git");
    stage.bench.write("work/tree/.git/HEAD", "ref: x");
    stage.hits("grype", "");
}

#[test]
fn a_new_database_is_a_new_scan_and_the_old_one_still_has_its_answer() {
    let stage = Stage::with(&["grype"]);
    stage.scanned("");
    stage.says("grype", "database", &grype_database("2026-08-22"));
    stage.misses("grype", "", "database changed");
    stage.hits("grype", "");
    assert_eq!(stage.asks("grype", "")["database"], "2026-08-22T00:00:00Z schema v6.0.2");
    stage.says("grype", "database", &grype_database("2026-08-21"));
    stage.hits("grype", "");
}

#[test]
fn a_database_in_another_place_is_the_same_database() {
    let stage = Stage::with(&["trivy"]);
    let version = |downloaded: &str| {
        format!(
            r#"{{"Version": "1.2.3", "VulnerabilityDB": {{"Version": 2, "UpdatedAt": "2026-08-21T08:28:40Z",
            "NextUpdate": "{downloaded}", "DownloadedAt": "{downloaded}"}}}}"#
        )
    };
    stage.says("trivy", "version", &version("2026-08-22T00:00:00Z"));
    stage.scanned("");
    stage.says("trivy", "version", &version("2026-09-01T00:00:00Z"));
    stage.hits("trivy", "");
}

#[test]
fn another_version_or_another_file_of_the_program_is_another_scan() {
    let stage = Stage::with(&["grype"]);
    stage.scanned("");
    stage.says("grype", "version", r#"{"version": "1.2.4"}"#);
    stage.misses("grype", "", "version changed");
    stage.hits("grype", "");
    let program = stage.bench.path("bin/grype");
    let original = stage.bench.path("original");
    copy_program(&program, &original);
    write(&program, [read(&original), b"# changed\n".to_vec()].concat());
    stage.misses("grype", "", "program changed");
    stage.hits("grype", "");
    // The same file anywhere is the same program.
    stage.bench.make_dir("elsewhere");
    copy_program(&original, stage.bench.path("elsewhere/grype"));
    let before = stage.ran("grype");
    stage.scan("").env("PATH", stage.bench.path("elsewhere")).ends(0);
    assert_eq!(stage.ran("grype"), before);
}

/// A scanner in the tree under test would be whoever proposes a change's own.
#[test]
fn a_program_in_a_relative_element_of_path_is_not_run() {
    let stage = Stage::with(&["grype"]);
    stage.bench.script("work/tree/grype", "touch ../was-run");
    stage.bench.script("work/grype", "touch was-run");
    let path = |elements: &str| format!("{elements}:{}", stage.bench.path("bin").display());
    for elements in [".", "", "tree", ":tree:."] {
        stage.scan("").env("PATH", path(elements)).ends(0);
    }
    assert_eq!((stage.ran("grype"), is_there(stage.bench.path("work/was-run"))), (1, false));
}

#[test]
fn other_flags_are_another_scan() {
    let stage = Stage::with(&["trivy"]);
    let looks_for =
        |kinds: &str| stage.bench.user_config(&format!("[scan.scanner.trivy]\nscanners = [{kinds}]\n"));
    stage.scanned("");
    assert!(stage.asked("trivy").contains("--scanners vuln "), "{}", stage.asked("trivy"));
    stage.misses("trivy", "--offline", "settings changed");
    assert!(stage.asked("trivy").contains("--offline-scan"), "{}", stage.asked("trivy"));
    looks_for("\"vuln\", \"secret\"");
    stage.misses("trivy", "", "settings changed");
    assert!(stage.asked("trivy").contains("--scanners vuln,secret "), "{}", stage.asked("trivy"));
    // Vulnerabilities are looked for whatever the settings say, and first.
    looks_for("\"secret\"");
    stage.hits("trivy", "");
    looks_for("");
    stage.hits("trivy", "");
}

#[test]
fn so_is_an_sbom_in_another_format() {
    let stage = Stage::with(&["syft"]);
    stage.scanned("");
    stage.bench.user_config("[scan.scanner.syft]\nformat = \"spdx\"\n");
    stage.prints(
        "syft",
        r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "lodash", "SPDXID": "SPDXRef-a"}]}"#,
    );
    stage.misses("syft", "", "settings changed");
    assert!(stage.asked("syft").contains("-o spdx-json "), "{}", stage.asked("syft"));
}

/// A file that the scanner reads from the user's home, where no digest of the tree has it.
#[test]
fn a_file_that_the_scanner_reads_by_itself_is_part_of_the_question() {
    for (scanner, file) in [
        ("pip-audit", "home/.config/pip/pip.conf"),
        ("pip-audit", "home/.pip/pip.conf"),
        ("cargo-audit", "home/.cargo/audit.toml"),
    ] {
        let stage = Stage::with(&[scanner]);
        for name in ["requirements.txt", "Cargo.lock", "action.yml"] {
            stage.bench.write(&format!("work/tree/{name}"), "");
        }
        stage.scanned("");
        stage.bench.make_dir(PathBuf::from(file).parent().unwrap().to_str().unwrap());
        for content in ["", "x", "y"] {
            stage.bench.write(file, content);
            stage.misses(scanner, "", "settings changed");
            stage.hits(scanner, "");
        }
    }
}

#[test]
fn what_would_configure_a_scanner_in_the_directory_of_a_single_file_does_not_count() {
    let stage = Stage::with(&["trivy"]);
    let scan =
        || stage.bulla("scan tree/file --json").ends(0).json()["scanners"][0]["miss"]["detail"].clone();
    assert_eq!(scan(), "first scan");
    for name in ["trivy.yaml", "trivy-secret.yaml", "unrelated"] {
        stage.bench.write(&format!("work/tree/{name}"), "x");
        assert_eq!(scan(), serde_json::json!(null), "{name}");
    }
}

#[test]
fn trivy_s_rules_for_secrets_in_a_tree_are_part_of_the_tree() {
    let stage = Stage::with(&["trivy"]);
    stage.scanned("");
    stage.bench.write("work/tree/trivy-secret.yaml", "rules: []");
    stage.misses("trivy", "", "subject changed");
}

#[test]
fn other_rules_are_another_scan_wherever_they_lie() {
    let stage = Stage::with(&["semgrep"]);
    let rules = |path: &str| {
        let toml = format!("[scan.scanner.semgrep]\nrules = \"{}\"\n", stage.bench.path(path).display());
        stage.bench.user_config(&toml);
    };
    stage.bench.write("rules.yml", "rules: [a]");
    rules("rules.yml");
    stage.scanned("");
    assert!(stage.asked("semgrep").contains("/rules.yml"), "{}", stage.asked("semgrep"));
    stage.bench.write("rules.yml", "rules: [b]");
    stage.misses("semgrep", "", "settings changed");
    stage.bench.write("rules.yml", "rules: [a]");
    stage.hits("semgrep", "");
    stage.bench.make_dir("rules");
    stage.bench.write("rules/one.yml", "rules: [a]");
    rules("rules");
    stage.misses("semgrep", "", "settings changed");
    stage.bench.write("rules/two.yml", "rules: [b]");
    stage.misses("semgrep", "", "settings changed");
    stage.hits("semgrep", "");
}

/// The path of the rules stood in the key, although docs/key-inputs.md says that only their content counts: no two
/// checkouts shared an answer.
#[test]
fn the_same_rules_at_another_path_are_the_same_question() {
    let stage = Stage::with(&["semgrep"]);
    for dir in ["one", "two"] {
        stage.bench.make_dir(dir);
        stage.bench.write(&format!("{dir}/rules.yml"), "rules: [a]");
    }
    for (dir, runs) in [("one", 1), ("two", 1)] {
        let rules = stage.bench.path(&format!("{dir}/rules.yml"));
        stage.bench.user_config(&format!("[scan.scanner.semgrep]\nrules = \"{}\"\n", rules.display()));
        stage.scanned("");
        assert_eq!(stage.ran("semgrep"), runs, "{dir}");
    }
}

#[test]
fn ignore_files_that_act_after_the_cache_are_none_of_the_scanner_s_question() {
    let stage = Stage::with_findings();
    stage.bench.write("ignores.yaml", "ignores:\n- {id: CVE-2020-0001, reason: x}\n");
    stage.scanned("");
    stage.hits("grype", &format!("--ignore-file {}", stage.bench.path("ignores.yaml").display()));
    stage.hits("grype", "--warn-on low --only-fixed --required grype");
}

#[test]
fn the_user_the_time_and_the_working_directory_do_not_count() {
    let stage = Stage::with(&["grype"]);
    stage.scanned("");
    let other = stage
        .scan("")
        .env("HOME", stage.bench.make_dir("other-home"))
        .env("LANG", "de_DE")
        .env("TZ", "Asia/Tokyo");
    other.ends(0);
    stage.bulla("scan").arg(stage.bench.path("work/tree")).current_dir(stage.bench.root()).ends(0);
    assert_eq!(stage.ran("grype"), 1);
}

/// The answer belongs neither to the old inputs nor to the new ones.
#[test]
fn what_changes_while_the_scanner_runs_keeps_its_answer_from_being_stored() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    let root = stage.bench.root().display().to_string();
    for change in [
        "echo x >> file".to_owned(),
        format!("echo '# x' >> {root}/bin/grype"),
        format!("sed -i s/1.2.3/1.2.4/ {root}/players/grype/version"),
        format!("sed -i s/2026-08-21/2026-08-22/ {root}/players/grype/database"),
    ] {
        stage.does("grype", &format!("{change}; cat {report}"));
        let run = stage.scan("--json").ends(0);
        let grype = &run.json()["scanners"][0];
        assert_eq!(grype["outcome"], "clean", "{change}");
        assert_eq!(grype["miss"]["not_stored"], "what it depends on changed during the scan", "{change}");
        run.says("warning: grype: the answer was not stored: what it depends on changed during the scan");
        assert_eq!(stage.headers().len(), 0, "{change}");
    }
    stage.does("grype", &format!("echo x >> file; cat {report}"));
    stage.scan("--strict").ends(1).says("grype: the answer was given, but not stored");
    stage.bench.is_sound();
}
