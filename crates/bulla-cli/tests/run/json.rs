use super::run;
use crate::harness::*;

#[test]
fn a_miss_and_a_hit_are_one_document_each_on_standard_error() {
    let bench = Bench::new();
    let call = || run(&bench, "--json --env LEVEL").sh("echo out").ends(0).gives("out\n").stderr_json();
    let miss = call();
    assert_eq!((&miss["outcome"], &miss["exit_code"]), (&"miss".into(), &0.into()));
    assert_eq!(miss["miss"]["reason"], "absent");
    assert_eq!(miss["stored"], serde_json::json!({ "outcome": "yes", "message": null }));
    assert_eq!(miss["key"]["operation"], "signature");
    assert_eq!(miss["key"]["subject"], SUBJECT);
    let inputs: Vec<_> = miss["key"]["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(inputs, ["argument 0", "argument 1", "argument 2", "env LEVEL", "program"]);
    let hit = call();
    assert_eq!((&hit["outcome"], &hit["miss"], &hit["stored"]), (&"hit".into(), &().into(), &().into()));
    assert_eq!(hit["key"], miss["key"]);
    assert_eq!(hit["entry"]["config"], miss["key"]["config"]);
    assert_eq!(hit["entry"]["producer"]["tool"], "sh");
    let name = format!("{}.bulla", miss["key"]["name"].as_str().unwrap());
    assert!(bench.dir().join(name).is_file());
}

#[test]
fn a_failure_and_the_code_of_the_command_are_told() {
    let bench = Bench::new();
    let report = run(&bench, "--json").sh("exit 3").ends(3).stderr_json();
    assert_eq!((&report["exit_code"], &report["stored"]["outcome"]), (&3.into(), &"command-failed".into()));
    let report = run(&bench, "--json --mode off").sh("exit 3").ends(3).stderr_json();
    assert_eq!((&report["miss"], &report["stored"]["outcome"]), (&().into(), &"no-cache".into()));
}
