//! SARIF: the official schema, and the rules that stand only in the standard's prose or in GitHub's documentation.
#![expect(clippy::disallowed_methods, reason = "the validator's interpreter is named by the environment")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod rendered;
mod sarif_log;

use bulla_findings::{Assessment, Location, Outcome, Severity, render_sarif};
use proptest::prelude::*;
use rendered::{empty, everywhere, full, hostile, merged, vulnerability};
use sarif_log::{validate, with_python};
use serde_json::{Value, json};

fn rendered(all: &Assessment) -> Value {
    let text = render_sarif(all);
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

fn hold_the_prose_rules(log: &Value) {
    sarif_log::hold_the_prose_rules(log, "bullaFinding/v1");
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        let markdown = rule["help"]["markdown"].as_str().unwrap();
        assert!(!markdown.contains('<') && markdown.matches("](").count() <= 1);
    }
}

#[test]
fn an_assessment_is_one_run_with_everything_in_it() {
    let log = rendered(&full());
    hold_the_prose_rules(&log);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "bulla/scan/");
    assert_eq!(run["tool"]["driver"]["semanticVersion"], env!("CARGO_PKG_VERSION"));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!((results(&log).len(), rules.len()), (9, 7));
    let levels: Vec<_> = results(&log).iter().map(|result| result["level"].as_str().unwrap()).collect();
    let expected = ["error", "error", "error", "warning", "warning", "note", "note", "note", "error"];
    assert_eq!(levels, expected);
    assert_eq!(
        rules[0]["properties"],
        json!({ "tags": ["security", "vulnerability"], "security-severity": "10.0" })
    );
    assert_eq!(rules[0]["helpUri"], "https://nvd.nist.gov/vuln/detail/CVE-2021-44228");
    let said = "lodash 4.17.4: Prototype pollution in defaultsDeep (CVE-2019-10744), in web/package-lock.json. \
                Fixed in 4.17.12, 5.0.0. Found by grype, trivy.";
    assert_eq!(results(&log)[1]["message"]["text"], said);
    let place = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": "deploy/staging%20env.sh" },
            "region": { "startLine": 12, "startColumn": 8 },
        },
    });
    assert_eq!(results(&log)[2]["locations"][0], place);
    let nowhere = &results(&log)[6]["locations"][0]["physicalLocation"];
    assert_eq!(*nowhere, json!({ "artifactLocation": { "uri": "registry.example/team/shop" } }));
}

#[test]
fn an_ignored_finding_is_suppressed_with_its_reason() {
    let log = rendered(&full());
    let suppression = json!([{
        "kind": "external",
        "status": "accepted",
        "justification": "The vulnerable function is not called; see SEC-118 (.bulla-ignore.yaml)",
    }]);
    assert_eq!(results(&log)[8]["suppressions"], suppression);
    assert!(results(&log)[..8].iter().all(|result| result["suppressions"] == json!([])));
}

#[test]
fn a_scanner_that_failed_or_scanned_nothing_makes_the_run_unsuccessful() {
    let invocation = |all: &Assessment| rendered(all)["runs"][0]["invocations"][0].clone();
    let said = invocation(&full());
    assert_eq!(said["executionSuccessful"], false);
    let notifications = said["toolExecutionNotifications"].as_array().unwrap().iter();
    let ids: Vec<_> = notifications.map(|said| said["descriptor"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["limited-answer", "scanner-failed", "nothing-scanned"]);
    let mut all = full();
    all.checks.iter_mut().for_each(|check| check.outcome = Outcome::Clean);
    assert_eq!(invocation(&all)["executionSuccessful"], true);
}

#[test]
fn a_fingerprint_survives_another_version_tag_and_line() {
    let of = |all: &Assessment| {
        let prints: Vec<_> =
            results(&rendered(all)).iter().map(|r| r["partialFingerprints"].clone()).collect();
        prints
    };
    let mut moved = full();
    moved.target = "registry.example/team/shop:1.5@sha256:ffff".into();
    moved.subject = None;
    for merged in &mut moved.findings {
        merged.finding.fixed_in.clear();
        merged.finding.package.iter_mut().for_each(|package| package.version = "9.9.9".into());
        merged.finding.location.iter_mut().for_each(|place| place.line = place.line.map(|line| line + 10));
    }
    assert_eq!(of(&full()), of(&moved));
    moved.findings[0].finding.location = Some(Location::file("elsewhere"));
    assert_ne!(of(&full())[0], of(&moved)[0]);
}

#[test]
fn what_github_would_not_take_is_missing_and_said_to_be() {
    let mut all = empty();
    let number = |at| merged(vulnerability(&format!("CVE-2026-{at}"), Severity::High, "a", "b"));
    all.findings = (0..25_010).map(number).collect();
    let log = rendered(&all);
    assert_eq!(results(&log).len(), 25_000);
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(
        said["message"]["text"],
        "10 findings are missing from this report, which would be too large with them."
    );
    assert_eq!(results(&log)[24_999]["ruleId"], "CVE-2026-24999");
}

proptest! {
    #[test]
    fn no_text_breaks_a_rule(text in "\\PC*|[<>{}\\[\\]()\\\\/.:%@#\"\\x00-\\x1f a-z\u{202e}]{0,60}|https?://\\PC*") {
        let mut all = full();
        everywhere(&mut all, &text);
        hold_the_prose_rules(&rendered(&all));
    }
}

#[test]
#[ignore = "needs python with jsonschema: cargo xtask test"]
fn every_report_is_valid_by_the_official_schema() {
    let texts =
        ["", "\u{0}", "https://example.org/a(b)#c", "https://[::1]/", "{0} [a](b) <c>", "../../etc/passwd"];
    let with_text = texts.iter().map(|text| {
        let mut all = full();
        everywhere(&mut all, text);
        all
    });
    let documents: Vec<_> =
        [empty(), full(), hostile()].into_iter().chain(with_text).map(|all| rendered(&all)).collect();
    documents.iter().for_each(hold_the_prose_rules);
    assert_eq!(validate(&documents), Ok(documents.len()));

    // The validator does find what is wrong.
    let mut wrong = rendered(&full());
    wrong["runs"][0]["results"][0]["kind"] = "notapplicable".into();
    let said = validate(&[wrong]).unwrap_err();
    assert!(said.contains("$.runs[0].results[0].kind"), "{said}");
}

/// Random texts are what compresses least; punctuation is what is escaped in two ways.
#[test]
#[ignore = "needs python with jsonschema: cargo xtask test"]
fn the_largest_report_is_one_that_github_takes() {
    let mut state = 7_u64;
    let mut random = |first: u32, alphabet: u64, letters: usize| -> String {
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(first + u32::try_from((state >> 40) % alphabet).unwrap()).unwrap()
        };
        (0..letters).map(|_| letter()).collect()
    };
    let compress = "import gzip, sys; print(len(gzip.compress(sys.stdin.buffer.read())))";
    // First letter, how many letters there are, how many make a title.
    for (first, alphabet, letters) in [(0x21, 94, 1), (0x21, 15, 400), (0x4e00, 20_000, 40)] {
        let mut all = empty();
        let mut finding = || {
            let mut text = |letters| random(first, alphabet, letters);
            let mut found = vulnerability(&text(8), Severity::High, &text(8), &text(letters));
            found.location = Some(Location::file(&text(letters)));
            merged(found)
        };
        all.findings = (0..25_000).map(|_| finding()).collect();
        let report = render_sarif(&all);
        let (_, bytes) = with_python(compress, &[], report.as_bytes());
        let bytes: usize = bytes.trim().parse().unwrap();
        assert!(bytes <= 10_000_000, "{letters} from {first}: {bytes} of {}", report.len());
    }
}
