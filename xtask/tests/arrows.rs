//! The arrow test: the crates depend on one another as ARCHITECTURE.md says, and in no other way.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// `(from, to)`: crate `from` depends on crate `to`.
type Arrows = BTreeSet<(String, String)>;

const BLOCK: &str = "```text arrows\n";

#[test]
fn crates_depend_on_one_another_as_architecture_md_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository's root");
    let document = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("it can be read");
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(root);
    let metadata = command.output().expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata = serde_json::from_slice(&metadata.stdout).expect("cargo prints JSON");

    let differences = differences(&drawn(&document).unwrap(), &built(&metadata));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The arrows in the document's block, one a line.
fn drawn(document: &str) -> Result<Arrows, String> {
    let block = document.split_once(BLOCK).and_then(|(_, rest)| rest.split_once("\n```"));
    let (block, _) = block.ok_or_else(|| format!("no block begins with {BLOCK:?}"))?;
    let arrow = |line: &str| {
        let (from, to) = line.split_once(" -> ").ok_or_else(|| format!("not an arrow: {line:?}"))?;
        Ok((from.to_owned(), to.to_owned()))
    };
    block.lines().map(arrow).collect()
}

/// The normal dependencies of the crates in `crates` on the workspace's own; what tests and build scripts use is
/// theirs alone, as is what the tools beside `crates` use.
fn built(metadata: &Value) -> Arrows {
    let packages = || metadata["packages"].as_array().expect("metadata lists packages");
    let text = |value: &Value| value.as_str().expect("a name or a path").to_owned();
    let name = |package: &Value| text(&package["name"]);
    let own: BTreeSet<String> = packages().iter().map(name).collect();
    let rooms = text(&metadata["workspace_root"]) + "/crates/";
    let mut arrows = Arrows::new();
    for package in packages().iter().filter(|package| text(&package["manifest_path"]).starts_with(&rooms)) {
        let dependencies = package["dependencies"].as_array().expect("a package lists its dependencies");
        let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null()).map(name);
        arrows.extend(normal.filter(|to| own.contains(to)).map(|to| (name(package), to)));
    }
    arrows
}

fn differences(drawn: &Arrows, built: &Arrows) -> Vec<String> {
    let too_many =
        built.difference(drawn).map(|(from, to)| format!("{from} -> {to} is not in ARCHITECTURE.md"));
    let missing = drawn.difference(built).map(|(from, to)| format!("{from} -> {to} is in no Cargo.toml"));
    too_many.chain(missing).collect()
}

#[test]
fn an_arrow_too_many_and_an_arrow_missing_are_named() {
    let drawn = drawn("# Rooms\n\n```text arrows\na -> b\nb -> c\n```\n").unwrap();
    let package = |dir: &str, name: &str, dependencies: &[(&str, Option<&str>)]| {
        let dependencies: Vec<Value> =
            dependencies.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
        json!({ "name": name, "manifest_path": format!("/r/{dir}/Cargo.toml"), "dependencies": dependencies })
    };
    let built = built(&json!({ "workspace_root": "/r", "packages": [
        package("crates/a", "a", &[("b", None), ("c", None)]),
        package("crates/b", "b", &[("c", Some("dev")), ("serde", None)]),
        package("crates/c", "c", &[]),
        package("xtask", "xtask", &[("a", None)]),
    ] }));
    let expected = ["a -> c is not in ARCHITECTURE.md", "b -> c is in no Cargo.toml"];
    assert_eq!(differences(&drawn, &built), expected);
}

#[test]
fn a_document_without_the_block_is_an_error() {
    assert!(drawn("# Rooms\n\n```text\na -> b\n```\n").is_err());
    assert!(drawn("```text arrows\na -> b\n").is_err());
    assert!(drawn("```text arrows\na --> b\n```\n").is_err());
}
