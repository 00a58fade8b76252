//! The shell of `.github/workflows/release.yml`, as a release runs it.

mod harness;

use std::path::Path;

use harness::*;

/// The block of that key in the step that begins so, without its indentation.
fn block(step: &str, key: &str) -> String {
    let workflow = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows/release.yml");
    let workflow = read_text(workflow);
    let (_, step) = workflow.split_once(&format!("- {step}")).expect("there is such a step");
    let (_, block) = step.split_once(&format!("{key}: |\n")).expect("it has such a block");
    let indentation = block.len() - block.trim_start().len();
    let lines = block.lines().map_while(|line| line.split_at_checked(indentation));
    lines.take_while(|(before, _)| before.trim().is_empty()).map(|(_, line)| format!("{line}\n")).collect()
}

/// A version has dots, and so `dist/bulla-*.*` took the directory too, of which nobody can make a checksum.
#[test]
fn what_a_build_hands_over_are_files_and_each_has_a_checksum() {
    let bench = Bench::new();
    for path in
        ["target/any/release/bulla", "README.md", "CHANGELOG.md", "LICENSE", "dist/bulla-v0.1.0-any.cdx.json"]
    {
        let path = format!("work/{path}");
        bench.make_dir(path.rsplit_once('/').expect("it is below").0);
        bench.write(&path, "\n");
    }
    let bash = |script: &str| {
        let bash = bench.program("bash").args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        bash.env("TAG", "v0.1.0").env("TARGET", "any").ends(0)
    };
    bash(&block("name: Pack it", "run"));
    let handed_over = block("uses: actions/upload-artifact@", "path");
    bash(&format!("mkdir handed; cp -r {} handed", handed_over.replace('\n', " ")));
    bash("rm -r dist; mv handed dist");
    let names = ["bulla-v0.1.0-any.cdx.json", "bulla-v0.1.0-any.tar.gz"];
    assert_eq!(harness::names(&bench.path("work/dist")), names);
    bash(&block("name: Checksums", "run"));
    bash("cd dist && sha256sum --check --strict SHA256SUMS");
    let sums = read_text(bench.path("work/dist/SHA256SUMS"));
    assert!(sums.lines().map(|line| &line[66..]).eq(names), "{sums}");
}
