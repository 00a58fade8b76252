//! The real syft, run as its description says.
#![expect(clippy::disallowed_methods, reason = "a real program works on real files")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bulla_findings::{
    Choices, Outcome, Request, SbomFormat, Target, sbom_components, scanner, summarize_sbom,
};

const FORMATS: [SbomFormat; 3] = [SbomFormat::CycloneDx, SbomFormat::Spdx, SbomFormat::Syft];

fn command(directory: &Path) -> Command {
    let tools = std::env::var_os("BULLA_TEST_TOOLS").expect("`cargo xtask test` names the directory");
    let program = &scanner("syft").expect("it is registered").program;
    let mut command = Command::new(PathBuf::from(tools).join(program.name));
    command.current_dir(directory).envs(program.set.iter().copied()).stdin(Stdio::null());
    command
}

fn scan(directory: &Path, format: SbomFormat) -> Vec<u8> {
    let choices = Choices { format: Some(format), ..Choices::default() };
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty.yaml");
    std::fs::write(&empty, "").expect("the target directory can be written");
    let request =
        Request { target: Target::Directory, sbom: None, offline: true, empty: &empty, choices: &choices };
    let program = &scanner("syft").expect("it is registered").program;
    let arguments = (program.arguments)(&request).expect("a directory can be scanned");
    let output = command(directory).args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A directory of this test's own, empty.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("the target directory can be written");
    directory
}

#[test]
#[ignore = "needs syft: cargo xtask test"]
fn every_format_of_one_tree_lists_the_same_components() {
    let tree = directory("syft-tree");
    std::fs::write(tree.join("requirements.txt"), "jinja2==2.10\nflask==1.0\nflask==1.0\nclick==7.0\n")
        .unwrap();
    let printed = command(&tree).args(scanner("syft").unwrap().program.version).output().unwrap().stdout;
    let version = (scanner("syft").unwrap().program.version_of)(&printed);
    assert!(version.is_some());
    for format in FORMATS {
        let sbom = scan(&tree, format);
        let report = summarize_sbom("syft", sbom.as_slice()).unwrap();
        assert_eq!(report.outcome(), Outcome::Clean);
        assert_eq!(report.version, version);
        let summary = report.sbom.unwrap();
        assert_eq!((summary.format, summary.components), (format, 3));
        let components = sbom_components(&sbom, 10).unwrap();
        let names: Vec<_> = components.iter().map(|found| found.purl.as_deref().unwrap()).collect();
        assert_eq!(names, ["pkg:pypi/click@7.0", "pkg:pypi/flask@1.0", "pkg:pypi/jinja2@2.10"]);
    }
}

#[test]
#[ignore = "needs syft: cargo xtask test"]
fn an_empty_directory_is_unscanned_in_every_format() {
    let empty = directory("syft-empty");
    for format in FORMATS {
        let report = summarize_sbom("syft", scan(&empty, format).as_slice()).unwrap();
        assert_eq!(report.outcome(), Outcome::Unscanned("the SBOM lists no components".to_owned()));
    }
}
