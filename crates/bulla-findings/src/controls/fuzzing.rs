//! Fuzzing: what reads an attacker's bytes is tried with more of them than anybody writes into tests.

use super::evidence::sorted;
use super::pipeline::{Sign, or_looked_for, shown};
use super::{Control, Evidence};
use crate::repository::{Command, Repository, is_fuzz_test};
use crate::severity::Severity;

/// See the module.
pub(super) static FUZZING: Control = Control {
    id: "fuzzing",
    title: "Fuzzing",
    question: "Is the code fuzzed?",
    reason: "Attackers fuzz what reads their input. Crashes, endless loops and memory errors that nobody has looked for in this way \
             are found by the first who does.",
    fix: "Write a fuzz target for each parser that reads what strangers wrote (`cargo fuzz`, Go's `testing.F`, Atheris, Jazzer), and \
          run them on a schedule, in ClusterFuzzLite or OSS-Fuzz.",
    severity: Severity::Medium,
    check,
};

const USES: [&str; 2] = ["google/clusterfuzzlite/actions", "google/oss-fuzz/infra/cifuzz/actions"];

fn check(repository: &Repository) -> Vec<Evidence> {
    let found = repository.paths().filter_map(|path| in_file(repository, path)).collect();
    let mut found = sorted(found);
    found.extend(shown(
        repository,
        &Sign { does: "runs fuzz targets", uses: &USES, step: |_| false, command },
    ));
    or_looked_for(
        found,
        "fuzzing, such as by cargo-fuzz, Go, AFL, honggfuzz, Jazzer or ClusterFuzzLite, and OSS-Fuzz is set up elsewhere",
    )
}

/// Fuzz targets that a file shows.
fn in_file(repository: &Repository, path: &str) -> Option<Evidence> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path == ".clusterfuzzlite/Dockerfile" {
        Some(Evidence::pass("`.clusterfuzzlite/Dockerfile` builds targets for ClusterFuzzLite").in_file(path))
    } else if path == "fuzz/Cargo.toml" || path.ends_with("/fuzz/Cargo.toml") {
        let what = format!("`{path}` has targets for cargo-fuzz");
        is_cargo_fuzz(repository.text(path)?.ok()?).then(|| Evidence::pass(what).in_file(path))
    } else if is_fuzz_test(name) {
        let lines: Vec<&str> = repository.text(path)?.ok()?.lines().collect();
        let at =
            lines.iter().position(|line| line.starts_with("func Fuzz") && line.contains("*testing.F"))?;
        Some(Evidence::pass(format!("`{path}` is a fuzz target of Go")).at_line(path, &lines, at as u64 + 1))
    } else {
        None
    }
}

/// cargo-fuzz marks its crates: `package.metadata.cargo-fuzz = true`.
fn is_cargo_fuzz(manifest: &str) -> bool {
    let manifest: Option<toml::Table> = toml::from_str(manifest).ok();
    let metadata = manifest.as_ref().and_then(|manifest| manifest.get("package")?.get("metadata"));
    metadata.and_then(|metadata| metadata.get("cargo-fuzz")?.as_bool()) == Some(true)
}

fn command(command: &Command) -> bool {
    let cargo = [["fuzz", "run"], ["xtask", "fuzz"], ["afl", "fuzz"], ["hfuzz", "run"], ["bolero", "test"]];
    cargo.iter().any(|arguments| command.is("cargo", arguments))
        || command.is("go", &["test"]) && command.has(|word| word.starts_with("-fuzz=") || word == "-fuzz")
        || ["afl-fuzz", "honggfuzz", "jazzer"].iter().any(|name| command.runs(name))
}
