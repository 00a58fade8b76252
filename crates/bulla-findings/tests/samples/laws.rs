//! What is true of every parser, whatever it reads.

use bulla_findings::{NotAReport, Outcome, scanner};
use serde_json::Value;

use super::{counts, own, read};

/// A small report of each shape, with findings.
const REPORTS: [(&str, &str); 7] = [
    ("trivy", "trivy/all_kinds.json"),
    ("trivy", "trivy/cluster.json"),
    ("pip-audit", "pip-audit/object.json"),
    ("pip-audit", "pip-audit/list.json"),
    ("npm-audit", "npm-audit/npm6.json"),
    ("npm-audit", "npm-audit/npm7.json"),
    ("cargo-audit", "cargo-audit/warnings.json"),
];

#[test]
fn a_report_cut_anywhere_is_no_report() {
    for (name, file) in REPORTS {
        let report = own(file);
        let report = report.trim_end().as_bytes();
        for end in 0..report.len() {
            let cut = scanner(name).unwrap().read(&report[..end]);
            assert!(cut.is_err(), "{file} cut at {end}: {cut:?}");
        }
        assert_eq!(scanner(name).unwrap().read(report).unwrap().outcome(), Outcome::Findings, "{file}");
    }
}

#[test]
fn what_is_no_report_says_whose_it_should_be() {
    for name in ["grype", "trivy", "pip-audit", "npm-audit", "cargo-audit"] {
        let scanner = scanner(name).unwrap();
        for bytes in
            [&b""[..], b" \n", b"\xef\xbb\xbf", b"{", b"{}", b"[1]", b"\"clean\"", b"\xff\xfe", b"<html>"]
        {
            let NotAReport { scanner: whose, problem } = scanner.read(bytes).unwrap_err();
            assert_eq!(whose, scanner.name);
            assert!(!problem.is_empty() && !problem.contains('\n'), "{}: {problem:?}", scanner.name);
        }
    }
}

#[test]
fn a_hostile_name_in_what_is_wrong_stays_on_its_line() {
    let name = format!("a\\n\\u001b[2J{}", "b".repeat(100_000));
    let NotAReport { problem, .. } =
        read("npm-audit", &format!(r#"{{"vulnerabilities": {{"{name}": {{"via": 1}}}}}}"#)).unwrap_err();
    assert!(problem.starts_with("vulnerabilities.a  [2Jbbb") && problem.chars().count() == 400, "{problem}");
}

#[test]
fn a_byte_order_mark_and_space_around_are_no_part_of_a_report() {
    for (name, file) in REPORTS {
        let marked = format!("\u{feff}\n{}\n ", own(file));
        assert_eq!(read(name, &marked), read(name, &own(file)), "{file}");
        assert!(
            read(name, &format!("{} {{}}", own(file))).is_err(),
            "{file} with another document behind it"
        );
    }
}

#[test]
fn nesting_without_end_is_no_report_and_no_crash() {
    for (name, file) in REPORTS {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
            assert!(read(name, &deep).is_err());
            // Below a field that nobody reads it is passed over, or refused; both without a stack for each level.
            let mut within = own(file).trim_end().to_owned();
            if let Some(at) = within.find('{') {
                within.insert_str(at + 1, &format!("\"later\": {deep},"));
                let _ = read(name, &within);
            }
        }
    }
}

#[test]
fn fields_that_a_later_release_adds_are_passed_over() {
    fn add(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(add),
            Value::Object(fields) => {
                fields.values_mut().for_each(add);
                // Maps from names to objects have no room for a field of another kind.
                if fields.values().any(|field| !field.is_object() && !field.is_array()) {
                    fields.insert("a-later-field".to_owned(), serde_json::json!({ "of": ["any", 1, null] }));
                }
            }
            _ => {}
        }
    }
    for (name, file) in REPORTS {
        let mut later: Value = serde_json::from_str(&own(file)).unwrap();
        add(&mut later);
        let later = later.to_string();
        assert!(later.contains("a-later-field"));
        assert_eq!(counts(&read(name, &later).unwrap()), counts(&read(name, &own(file)).unwrap()), "{file}");
    }
}

/// Any one value of a report turned into another kind: whatever comes of it, it is no panic and never "clean".
#[test]
fn a_report_with_one_wrong_value_is_never_clean() {
    fn paths(value: &Value, at: &str, into: &mut Vec<String>) {
        into.push(at.to_owned());
        match value {
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| paths(item, &format!("{at}/{i}"), into))
            }
            Value::Object(fields) => fields.iter().for_each(|(name, field)| {
                paths(field, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), into);
            }),
            _ => {}
        }
    }
    for (name, file) in REPORTS {
        let report: Value = serde_json::from_str(&own(file)).unwrap();
        let mut all = Vec::new();
        paths(&report, "", &mut all);
        for path in all {
            for wrong in [serde_json::json!(true), serde_json::json!(-1.5), serde_json::json!({ "x": [] })] {
                let mut changed = report.clone();
                *changed.pointer_mut(&path).unwrap() = wrong.clone();
                let outcome = read(name, &changed.to_string()).map(|report| report.outcome());
                assert_ne!(outcome, Ok(Outcome::Clean), "{file}: {path} is {wrong}");
            }
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "<script>alert(1)</script>|`@all`\u{1b}[31m\u{202e}\u{0}\r\nsecond line";
    for (name, file) in REPORTS {
        let mut report: Value = serde_json::from_str(&own(file)).unwrap();
        spoil(&mut report, hostile);
        let Ok(report) = read(name, &report.to_string()) else { continue };
        for finding in &report.findings {
            assert_eq!(finding.url, None, "{file}: an address has no such characters");
            assert!(!finding.title.contains('\n'), "{file}: {:?}", finding.title);
            let purl = finding.package.as_ref().and_then(|package| package.purl.as_deref());
            assert!(
                name == "trivy" || purl.is_none_or(|purl| purl.is_ascii() && !purl.contains('<')),
                "{purl:?}"
            );
        }
        assert!(report.notes.iter().all(|note| !note.contains('\n')), "{file}: {:?}", report.notes);
    }
}

/// Every text of a report, but not the names of its fields.
fn spoil(value: &mut Value, with: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, with)),
        Value::Object(fields) => fields.values_mut().for_each(|field| spoil(field, with)),
        Value::String(text) => text.push_str(with),
        _ => {}
    }
}
