//! The real scanners, where stand-ins prove nothing.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::*;
use crate::images::image;
use crate::stage::{Stage, of};

fn shared(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name)
}

/// A stage with real scanners on its PATH.
fn with(scanners: &[&str]) -> Stage {
    let stage = Stage::with(&[]);
    for name in scanners {
        make_link(tool(name), stage.bench.path(&format!("bin/{name}")));
    }
    stage
}

/// Copies what lies beside the repository: trivy writes beside its database.
fn copied(stage: &Stage, from: &str, to: &str) -> PathBuf {
    let to = stage.bench.path(to);
    stage.bench.program("cp").arg("-rL").arg(shared(from)).arg(&to).ends(0);
    to
}

fn caches(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let scanners = document["scanners"].as_array().unwrap().iter();
    scanners.map(|said| (text(&said["name"]), text(&said["cache"]))).collect()
}

#[test]
#[ignore = "needs trivy and the data beside the repository: cargo xtask test"]
fn a_new_database_is_a_new_scan_that_finds_what_the_old_one_does_not_know_in_the_samples() {
    let stage = with(&["trivy"]);
    let tree = copied(&stage, "vulnerable-tree", "work/vulnerable");
    let scan = |database: &Path| {
        let scan = stage.bulla("scan --offline --json").arg(&tree).env("TRIVY_CACHE_DIR", database);
        scan.ends(0).json()
    };
    let databases = ["2026-06-01", "2026-08-21"]
        .map(|day| copied(&stage, &format!("trivy-db-{day}"), &format!("db-{day}")));
    for (database, total, detail) in
        [(&databases[0], 34, "first scan"), (&databases[1], 46, "database changed")]
    {
        let first = scan(database);
        let trivy = of(&first, "trivy");
        assert_eq!(
            (&first["summary"]["reported"]["total"], &trivy["miss"]["detail"]),
            (&json!(total), &json!(detail)),
            "{trivy}"
        );
        let second = scan(database);
        assert_eq!(
            (&second["findings"], &of(&second, "trivy")["cache"]),
            (&first["findings"], &json!("hit"))
        );
    }
    assert_eq!(of(&scan(&databases[0]), "trivy")["cache"], "hit", "the old one still has its answer");
    assert_eq!(stage.bench.good_entries(), 2);
}

fn small_tree(stage: &Stage) -> PathBuf {
    let tree = copied(stage, "vulnerable-tree", "work/small");
    stage.bench.make_dir("work/small/.github/workflows");
    let workflow = "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n";
    stage.bench.write("work/small/.github/workflows/ci.yml", workflow);
    // Made up, and in the form of one.
    stage.bench.write(
        "work/small/creds.ini",
        format!("github_token = \"ghp_{}\"\n", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"),
    );
    tree
}

#[test]
#[ignore = "needs syft, kingfisher, zizmor and the data beside the repository: cargo xtask test"]
fn a_warm_scan_is_all_hits_and_every_damaged_entry_is_scanned_again_in_the_samples() {
    let stage = with(&["syft", "kingfisher", "zizmor"]);
    let tree = small_tree(&stage);
    let scan = || stage.bulla("scan --offline --json").arg(&tree).ends(0);
    let cold = scan().json();
    let asked = ["syft", "kingfisher", "zizmor", "controls"];
    for name in asked {
        let said = of(&cold, name);
        assert!(["clean", "findings"].contains(&said["outcome"].as_str().unwrap()), "{said}");
        assert_eq!(said["cache"], "absent");
    }
    assert_eq!(of(&cold, "zizmor")["outcome"], "findings");
    let warm = scan().without_a_word().json();
    assert!(caches(&warm).iter().all(|(_, cache)| cache == "hit"), "{:?}", caches(&warm));
    assert_eq!(warm["findings"], cold["findings"]);

    for name in names(&stage.bench.dir()).into_iter().filter(|name| name.ends_with(".bulla")) {
        let entry = stage.bench.dir().join(name);
        flip(&entry, isize::try_from(read(&entry).len() / 2).unwrap());
    }
    let again = scan();
    for name in asked {
        assert!(
            again.stderr.contains(&format!("warning: {name}: the stored answer was not taken: ")),
            "{again:?}"
        );
    }
    assert_eq!(again.json()["findings"], cold["findings"]);
    assert_eq!(names(&stage.bench.dir().join("quarantine")).len(), asked.len());
    assert!(caches(&scan().json()).iter().all(|(_, cache)| cache == "hit"));
}

#[test]
#[ignore = "needs kingfisher: cargo xtask test"]
fn no_secret_that_kingfisher_finds_is_stored_or_shown() {
    let stage = with(&["kingfisher"]);
    let secret = "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6";
    // Its checksum is part of such a token: the scanner may pass this one over, but never store it.
    stage.bench.write("work/tree/creds.ini", format!("github_token = \"{secret}\"\naws_access_key_id = AKIAIOSFODNN7EXBMQLE\naws_secret_access_key = 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\n"));
    for format in ["json", "html", "markdown", "terminal", "sarif"] {
        let run = stage.scan("--offline --output").arg(format!("{format}=-")).ends(0);
        run.keeps_quiet_about(secret).keeps_quiet_about("wJalrXUtnFEMIaK7MDENGabPxRfiCYzEXbMQLKEY");
    }
    let stored = stage.stored();
    assert!(stored.contains("creds.ini"), "something was found: {stored}");
    assert!(
        !stored.contains(secret) && !stored.contains("wJalrXUtnFEMIaK7MDENGabPxRfiCYzEXbMQLKEY"),
        "{stored}"
    );
}

#[test]
#[ignore = "needs syft, trivy, umoci, skopeo and the data beside the repository: cargo xtask test"]
fn a_layout_and_an_archive_share_the_answers_of_real_scanners_in_the_samples() {
    let stage = with(&["syft", "trivy"]);
    let tree = copied(&stage, "vulnerable-tree", "work/app");
    let database = copied(&stage, "trivy-db-2026-08-21", "db");
    // In an image, installed packages count, and no lock file.
    stage.bench.make_dir("work/app/node_modules/lodash");
    stage
        .bench
        .write("work/app/node_modules/lodash/package.json", r#"{"name": "lodash", "version": "4.17.4"}"#);
    let image = image(&stage, &tree);
    let scan = |target: &Path| {
        stage.bulla("scan --offline --json").arg(target).env("TRIVY_CACHE_DIR", &database).ends(0).json()
    };
    let layout = scan(&image.layout);
    for name in ["syft", "trivy"] {
        let said = of(&layout, name);
        assert_eq!((&said["cache"], said["reason"].clone()), (&json!("absent"), json!(null)), "{said}");
    }
    let archive = scan(&image.archive);
    assert!(caches(&archive).iter().all(|(_, cache)| cache == "hit"), "{:?}", caches(&archive));
    assert_eq!((&archive["subject"], &archive["findings"]), (&layout["subject"], &layout["findings"]));
    assert!(archive["summary"]["reported"]["total"].as_u64().unwrap() > 0);
}

#[test]
#[ignore = "needs semgrep: cargo xtask test"]
fn semgrep_scans_with_the_user_s_rules_and_other_rules_are_another_scan() {
    let stage = with(&["semgrep"]);
    stage.bench.write("work/tree/a.py", "import os\nos.system(input())\neval(input())\n");
    let rules = |pattern: &str| {
        stage.bench.write("work/rules.yml", format!(
            "rules:\n- id: no-such-call\n  languages: [python]\n  severity: ERROR\n  message: do not\n  pattern: {pattern}\n"
        ));
    };
    stage.bench.project_config("[scan.scanner.semgrep]\nrules = \"rules.yml\"\n");
    let path = std::env::join_paths([stage.bench.path("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
    let scan = || stage.scan("--only semgrep --offline --json").env("PATH", &path).ends(0).json();
    rules("os.system(...)");
    let first = scan();
    assert_eq!(
        (&first["findings"][0]["location"]["line"], &of(&first, "semgrep")["cache"]),
        (&json!(2), &json!("absent")),
        "{first}"
    );
    assert_eq!(of(&scan(), "semgrep")["cache"], "hit");
    rules("eval(...)");
    let other = scan();
    assert_eq!(
        (&other["findings"][0]["location"]["line"], &of(&other, "semgrep")["miss"]["detail"]),
        (&json!(3), &json!("settings changed"))
    );
}

/// semgrep puts the path of the rules in front of each rule's id: the same finding had another id, and so another
/// fingerprint and no ignore, wherever else the rules lay.
#[test]
#[ignore = "needs semgrep: cargo xtask test"]
fn a_finding_of_semgrep_s_has_the_id_of_its_rule_wherever_the_rules_lie() {
    let stage = with(&["semgrep"]);
    stage.bench.write("work/tree/a.py", "eval(input())\n");
    stage.bench.make_dir("elsewhere/deep");
    let rules = "rules:\n- id: no-such-call\n  languages: [python]\n  severity: ERROR\n  message: do not\n  pattern: eval(...)\n";
    let rules = stage.bench.write("elsewhere/deep/rules.yml", rules);
    stage.bench.user_config(&format!("[scan.scanner.semgrep]\nrules = \"{}\"\n", rules.display()));
    let path = std::env::join_paths([stage.bench.path("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
    let document = stage.scan("--only semgrep --offline --json").env("PATH", &path).ends(0).json();
    assert_eq!(document["findings"][0]["id"], "no-such-call", "{document}");
}
