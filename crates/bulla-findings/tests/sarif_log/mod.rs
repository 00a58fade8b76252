//! SARIF, held to its schema and to what stands only in the standard's prose or in GitHub's documentation.

use std::collections::HashSet;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What the schema cannot say.
pub(crate) fn hold_the_prose_rules(log: &Value, fingerprint: &str) {
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: HashSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "rules are unique");
    let mut fingerprints = HashSet::new();
    for result in run["results"].as_array().unwrap() {
        // 3.27.9 and 3.27.10: a kind other than `fail` goes with the level `none`, and `fail` with another.
        assert_eq!(result["kind"], "fail");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(
            result["suppressions"].is_array(),
            "3.27.23: all results of a run have suppressions, or none has"
        );
        assert!(fingerprints.insert(result["partialFingerprints"][fingerprint].as_str().unwrap()));
        let locations = result["locations"].as_array().unwrap();
        assert!(!locations.is_empty());
        locations.iter().for_each(hold_the_location);
        hold_the_message(result["message"]["text"].as_str().unwrap());
    }
    for rule in rules {
        let score =
            rule["properties"]["security-severity"].as_str().map(|score| score.parse::<f64>().unwrap());
        assert!(score.is_none_or(|score| (0.1..=10.0).contains(&score)));
        hold_the_message(rule["help"]["text"].as_str().unwrap());
    }
}

fn hold_the_location(location: &Value) {
    let physical = &location["physicalLocation"];
    let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
    let segments_are_names = uri.split('/').all(|segment| !["", ".", ".."].contains(&segment));
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(segments_are_names && uri.chars().all(unreserved), "{uri}");
    if let Some(region) = physical.get("region") {
        assert!(region["startLine"].as_u64().unwrap() >= 1);
        assert!(region.get("startColumn").is_none_or(|column| column.as_u64().unwrap() >= 1));
    }
}

/// 3.11.5 and 3.11.6: nothing in a text is a placeholder or a link.
fn hold_the_message(text: &str) {
    assert!(!text.is_empty());
    assert!(!text.contains("]("), "{text}");
    let single = text.replace("{{", "").replace("}}", "");
    assert!(!single.contains(['{', '}']), "{text}");
}

/// How many documents are valid by the official schema, or what is wrong with them.
pub(crate) fn validate(documents: &[Value]) -> Result<usize, String> {
    let script = include_str!("../schemas/validate.py");
    let (is_valid, said) =
        with_python(script, &["sarif-schema-2.1.0.json"], json!(documents).to_string().as_bytes());
    let count = said.lines().next().and_then(|line| line.strip_suffix(" documents")?.parse().ok());
    if is_valid { count.ok_or(said) } else { Err(said) }
}

/// Whether the script succeeds, and what it prints.
pub(crate) fn with_python(script: &str, arguments: &[&str], input: &[u8]) -> (bool, String) {
    let python = std::env::var("BULLA_TEST_PYTHON").expect("BULLA_TEST_PYTHON names an interpreter");
    let mut command = Command::new(python);
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas"))
        .args(["-c", script])
        .args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}
