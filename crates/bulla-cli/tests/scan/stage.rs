//! A tree, and scanners to scan it with: small scripts that are called like the real ones, say what a test lets them
//! say, and write down how often they were run.

use serde_json::{Value, json};

use crate::harness::*;

/// Where a test plays.
pub(crate) struct Stage {
    pub(crate) bench: Bench,
}

/// How a real scanner is asked for its version, what it then prints, and how it is asked for its database.
const CALLS: [(&str, &str, &str, &str); 12] = [
    ("syft", "version -o json", r#"{"version": "1.2.3"}"#, "-"),
    ("grype", "version -o json", r#"{"version": "1.2.3"}"#, "db status -o json"),
    ("trivy", "version --format json", TRIVY, "-"),
    ("kingfisher", "--version", "kingfisher 1.2.3", "-"),
    ("semgrep", "--version", "1.2.3", "-"),
    ("zizmor", "--version", "zizmor 1.2.3", "-"),
    ("pip-audit", "--version", "pip-audit 1.2.3", "-"),
    ("npm", "--version", "1.2.3", "-"),
    ("cargo-audit", "audit --version", "cargo-audit-audit 1.2.3", "-"),
    ("osv-scanner", "--version", "osv-scanner version: 1.2.3", "-"),
    ("trufflehog", "--version", "trufflehog 1.2.3", "-"),
    ("gitleaks", "version", "v1.2.3", "-"),
];

const TRIVY: &str =
    r#"{"Version": "1.2.3", "VulnerabilityDB": {"Version": 2, "UpdatedAt": "2026-08-21T08:28:40Z"}}"#;

/// What grype prints about a database of that day.
pub(crate) fn grype_database(day: &str) -> String {
    format!(r#"{{"schemaVersion": "v6.0.2", "built": "{day}T00:00:00Z", "path": "/somewhere"}}"#)
}

impl Stage {
    /// With these stand-ins. They find nothing until they are told to.
    pub(crate) fn with(scanners: &[&str]) -> Self {
        let bench = Bench::new();
        bench.make_dir("bin");
        bench.make_dir("work/tree");
        bench.write("work/tree/file", "v1");
        let stage = Self { bench };
        for name in scanners {
            stage.enters(name);
        }
        stage
    }

    /// With grype alone, which finds one critical, one high and one low vulnerability; the high one has no fix.
    pub(crate) fn with_findings() -> Self {
        let stage = Self::with(&["grype"]);
        stage.prints("grype", three_findings());
        stage
    }

    fn enters(&self, name: &str) {
        let (_, version, printed, database) =
            CALLS.into_iter().find(|(known, ..)| *known == name).expect("a scanner of the table");
        let own = self.bench.make_dir(&format!("players/{name}"));
        // What it does stands in files beside it: its own file is part of every key.
        self.bench.script(
            &format!("bin/{name}"),
            &format!(
                "own={}; PATH=/usr/bin:/bin\ncase \"$*\" in\n'{version}') . $own/version ;;\n'{database}') . $own/database ;;\n\
                 'db update'|'image --download-db-only --quiet') . $own/update ;;\n\
                 *) echo \"$*\" >> $own/ran; . $own/scan ;;\nesac",
                own.display()
            ),
        );
        self.says(name, "version", printed);
        self.says(name, "database", &grype_database("2026-08-21"));
        self.tells(name, "update", "exit 1");
        self.prints(name, nothing_found(name));
    }

    /// What a stand-in does when it is asked to scan, in `sh`.
    pub(crate) fn does(&self, name: &str, script: &str) {
        self.tells(name, "scan", script);
    }

    /// The report that it prints when it is asked to scan.
    pub(crate) fn prints(&self, name: &str, report: impl AsRef<[u8]>) {
        self.does(name, &format!("cat {}", self.report(name, report)));
    }

    /// A file with a report of its, for a script.
    pub(crate) fn report(&self, name: &str, report: impl AsRef<[u8]>) -> String {
        self.bench.write(&format!("players/{name}/report"), report).display().to_string()
    }

    /// What it prints when it is asked for its `version` or its `database`.
    pub(crate) fn says(&self, name: &str, of: &str, text: &str) {
        self.tells(name, of, &format!("cat <<'END'\n{text}\nEND"));
    }

    /// What it does when it is asked for its `version` or its `database`, or for an `update`.
    pub(crate) fn tells(&self, name: &str, of: &str, script: &str) {
        self.bench.write(&format!("players/{name}/{of}"), format!("{script}\n"));
    }

    /// How often it has scanned.
    pub(crate) fn ran(&self, name: &str) -> usize {
        lines(self.bench.path(&format!("players/{name}/ran")))
    }

    /// The arguments of its last scan.
    pub(crate) fn asked(&self, name: &str) -> String {
        let ran = read_text(self.bench.path(&format!("players/{name}/ran")));
        ran.lines().next_back().unwrap_or_default().to_owned()
    }

    /// Any command of bulla's, with the stand-ins and nothing else on PATH.
    pub(crate) fn bulla(&self, words: &str) -> Invocation {
        self.bench.bulla(words).env("PATH", self.bench.path("bin"))
    }

    /// `bulla scan` of the tree.
    pub(crate) fn scan(&self, options: &str) -> Invocation {
        self.bulla("scan tree").words(options)
    }

    /// What a scan says in JSON; what its gate says of that is left to other tests.
    #[track_caller]
    pub(crate) fn scanned(&self, options: &str) -> Value {
        self.scan("--json --soft-fail").words(options).ends(0).json()
    }

    /// What a scan says of one scanner.
    #[track_caller]
    pub(crate) fn asks(&self, scanner: &str, options: &str) -> Value {
        of(&self.scanned(options), scanner)
    }

    /// The scan is answered by the cache.
    #[track_caller]
    pub(crate) fn hits(&self, scanner: &str, options: &str) {
        let before = self.ran(scanner);
        let said = self.asks(scanner, options);
        assert_eq!((&said["cache"], self.ran(scanner)), (&json!("hit"), before), "{said}");
    }

    /// The scan is not answered by the cache, for this reason; the scanner is run once.
    #[track_caller]
    pub(crate) fn misses(&self, scanner: &str, options: &str, detail: &str) {
        let before = self.ran(scanner);
        let said = self.asks(scanner, options);
        assert_eq!((&said["miss"]["detail"], self.ran(scanner)), (&json!(detail), before + 1), "{said}");
    }

    /// The headers of the entries in the cache.
    #[track_caller]
    pub(crate) fn headers(&self) -> Vec<Value> {
        let listed = self.bulla("ls --json").ends(0).json();
        let entries = listed["entries"].as_array().expect("an array").iter();
        entries.map(|entry| entry["header"].clone()).collect()
    }

    /// The payload of the only entry.
    #[track_caller]
    pub(crate) fn stored(&self) -> String {
        let headers = self.headers();
        let [header] = headers.as_slice() else { panic!("one entry: {headers:?}") };
        let field = |name: &str| header[name].as_str().expect("a text").to_owned();
        let get = self.bulla("get").args(["--op", &field("operation"), "--subject", &field("subject")]);
        get.args(["--config", &field("config")]).ends(0).text()
    }
}

/// What a document says of one scanner.
#[track_caller]
pub(crate) fn of(document: &Value, scanner: &str) -> Value {
    let scanners = document["scanners"].as_array().expect("an array");
    let named = |said: &&Value| said["name"] == scanner;
    scanners.iter().find(named).unwrap_or_else(|| panic!("no {scanner} in {document}")).clone()
}

/// A report of a scanner that has looked and found nothing; for syft, an SBOM with one component.
pub(crate) fn nothing_found(name: &str) -> &'static str {
    match name {
        "syft" => {
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components":
                [{"type": "library", "name": "lodash", "version": "4.17.15", "purl": "pkg:npm/lodash@4.17.15"}]}"#
        }
        "grype" => r#"{"matches": []}"#,
        "trivy" => r#"{"SchemaVersion": 2, "Results": [{"Target": "go.mod"}]}"#,
        "kingfisher" => r#"{"findings": [], "metadata": {"summary": {"blobs_scanned": 1}}}"#,
        "semgrep" => r#"{"results": [], "errors": [], "paths": {"scanned": ["a.py"]}, "version": "1.2.3"}"#,
        "zizmor" | "gitleaks" | "trufflehog" => "[]",
        "pip-audit" => r#"{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}"#,
        "npm" => {
            r#"{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0},
                "dependencies": {"total": 3}}}"#
        }
        "cargo-audit" => {
            r#"{"lockfile": {"dependency-count": 3}, "vulnerabilities": {"count": 0, "list": []}}"#
        }
        "osv-scanner" => r#"{"results": []}"#,
        _ => panic!("{name} is no scanner"),
    }
}

/// One finding of grype's.
pub(crate) fn grype_match(id: &str, severity: &str, package: &str, fix: &str) -> Value {
    let fixes: Vec<_> = Some(fix).filter(|fix| !fix.is_empty()).into_iter().collect();
    json!({
        "vulnerability": { "id": id, "severity": severity, "fix": { "versions": fixes } },
        "artifact": { "name": package, "version": "1.0.0", "purl": format!("pkg:npm/{package}@1.0.0"),
            "locations": [{ "path": "/package-lock.json" }] },
    })
}

pub(crate) fn grype_report(matches: &[Value]) -> String {
    json!({ "matches": matches }).to_string()
}

fn three_findings() -> String {
    grype_report(&[
        grype_match("CVE-2020-0001", "Critical", "alpha", "1.0.1"),
        grype_match("CVE-2020-0002", "High", "beta", ""),
        grype_match("CVE-2020-0003", "Low", "gamma", "1.0.3"),
    ])
}
