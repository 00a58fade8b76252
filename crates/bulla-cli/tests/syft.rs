//! The whole point, with the real syft: a project is scanned once, served after that, refused after one flipped
//! byte, and scanned again.

mod harness;

use std::path::PathBuf;

use harness::*;

const LOCK: &str = r#"{
  "name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": { "name": "app", "version": "1.0.0", "dependencies": { "lodash": "4.17.20", "minimist": "1.2.5" } },
    "node_modules/lodash": { "version": "4.17.20", "resolved": "https://registry.npmjs.org/lodash/-/lodash-4.17.20.tgz" },
    "node_modules/minimist": { "version": "1.2.5", "resolved": "https://registry.npmjs.org/minimist/-/minimist-1.2.5.tgz" }
  }
}
"#;

/// A project that is to be scanned, and what scans it.
struct Scan {
    bench: Bench,
    scanner: PathBuf,
}

impl Scan {
    /// With syft itself.
    fn by_syft() -> Self {
        let bench = Bench::new();
        bench.make_dir("work/project");
        bench.write("work/project/package-lock.json", LOCK);
        Self { bench, scanner: tool("syft") }
    }

    /// With a script in front of syft, which says on standard error when it runs.
    fn by_script() -> Self {
        let Self { bench, .. } = Self::by_syft();
        bench.make_dir("tools");
        let scanner = bench.script("tools/syft", &Self::calling_syft("1"));
        Self { bench, scanner }
    }

    fn calling_syft(version: &str) -> String {
        format!("echo 'wrapper {version} scans' >&2\nexec {} \"$@\"", tool("syft").display())
    }

    fn run(&self, options: &str) -> Output {
        let run = self.bench.bulla("run --op sbom --subject-path project --verbose").words(options).arg("--");
        // syft asks its maker's server for a newer version unless it is told not to.
        let run = run.env("SYFT_CHECK_FOR_APP_UPDATE", "false");
        run.arg(&self.scanner).words("scan dir:project -q -o cyclonedx-json").ends(0)
    }

    fn entry(&self) -> PathBuf {
        let mut entries = names(&self.bench.dir()).into_iter().filter(|name| name.ends_with(".bulla"));
        self.bench.dir().join(entries.next_back().expect("an entry"))
    }
}

#[test]
#[ignore = "needs syft: cargo xtask test"]
fn a_project_is_scanned_once_served_refused_after_a_flipped_byte_and_scanned_again() {
    let scan = Scan::by_syft();
    let scanned = scan.run("").says("bulla: miss: absent").says("bulla: stored");
    let sbom: serde_json::Value = serde_json::from_slice(&scanned.stdout).unwrap();
    assert_eq!(sbom["bomFormat"], "CycloneDX");
    for package in ["pkg:npm/lodash@4.17.20", "pkg:npm/minimist@1.2.5"] {
        assert!(scanned.text().contains(package), "{package}");
    }

    // A scan has a serial number and a time of its own: the same bytes are the same scan.
    for _ in 0..2 {
        scan.run("").gives(&scanned.stdout).says("bulla: hit: made ");
    }

    flip(&scan.entry(), -100);
    let again = scan.run("").says("bulla: miss: payload-damaged: ").says("bulla: stored");
    assert_ne!(again.stdout, scanned.stdout, "another scan");
    assert!(again.text().contains("pkg:npm/lodash@4.17.20"));
    assert_eq!(names(&scan.bench.dir().join("quarantine")).len(), 1);
    scan.run("").gives(&again.stdout).says("bulla: hit: made ");
    scan.bench.is_sound();
}

#[test]
#[ignore = "needs syft: cargo xtask test"]
fn another_program_file_or_another_project_is_another_scan() {
    let scan = Scan::by_script();
    let first = scan.run("");
    scan.bench.script("tools/syft", &Scan::calling_syft("2"));
    let second = scan.run("--explain").says("wrapper 2 scans").says(": program\n");
    assert_ne!(second.stdout, first.stdout);
    scan.bench.script("tools/syft", &Scan::calling_syft("1"));
    scan.run("").gives(&first.stdout).says("bulla: hit: made ");
    scan.bench.write("work/project/package-lock.json", LOCK.replace("1.2.5", "1.2.8"));
    let changed = scan.run("").says("wrapper 1 scans");
    assert!(changed.text().contains("pkg:npm/minimist@1.2.8"));
}

/// syft ends with 0 and says nothing when it is told to write to a file, and so there is no report to store.
#[test]
#[ignore = "needs syft: cargo xtask test"]
fn a_scan_whose_report_goes_elsewhere_is_not_stored_as_an_empty_one() {
    let scan = Scan::by_script();
    let run = || {
        let run = scan.bench.bulla("run --op sbom --subject-path project --").arg(&scan.scanner);
        let run = run.env("SYFT_CHECK_FOR_APP_UPDATE", "false");
        run.words("scan dir:project -q -o cyclonedx-json=../sbom.json").ends(0)
    };
    for _ in 0..2 {
        run().gives("").says("warning: not stored: the report is empty").says("wrapper 1 scans");
    }
    assert_eq!(scan.bench.bulla("ls").ends(0).text(), "");
}
