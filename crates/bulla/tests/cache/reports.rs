//! "Not scanned" is not "clean": an empty or truncated report is never stored as a good one.

use bulla::{Details, NotAReport, PutError, Shape};

use crate::support::snapshot::names;
use crate::support::*;

const WHOLE: &[u8] = br#"{"components":[]}"#;

#[test]
fn what_is_no_whole_report_is_not_stored_and_the_earlier_one_stays() {
    for operation in ["sbom", "scan-grype", "scan-x"] {
        let (home, clock) = (Home::new(), Clock::new());
        let cache = home.cache(&clock);
        let key = key(operation, "an image");
        put(&cache, &key, WHOLE);
        let before = names(&home.dir());
        for (broken, empty) in [
            (&b""[..], true),
            (b" \n\t\r\n", true),
            (br#"{"components":["#, false),
            (br#"{"components":[]"#, false),
            (b"[{},", false),
            (b"{}}", false),
            (b"  {\"a\":1} and more", false),
            (b"{]", false),
            (b"\"a string", false),
            (b"\xef\xbb\xbf{\"a\":1", false),
            (b"<bom><compon", false),
            (b"\0\0\0\0", true),
        ] {
            let error = cache.put(&key, Details::default(), broken).unwrap_err();
            let PutError::NotAReport(why) = &error else { panic!("{operation}: {error}") };
            assert_eq!(*why == NotAReport::Empty, empty, "{}", broken.escape_ascii());
            assert!(error.to_string().starts_with("not stored: the report is "), "{error}");
            assert_eq!(get(&cache, &key).unwrap(), WHOLE);
        }
        assert_eq!(names(&home.dir()), before, "no draft is left");
    }
}

#[test]
fn a_report_cut_off_anywhere_is_not_stored() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let report = br#"{"bomFormat":"CycloneDX","components":[{"name":"\u0061 {[","version":1.5e3,"x":null}]}"#;
    for length in 0..report.len() {
        let error = cache.put(&key("sbom", "an image"), Details::default(), &report[..length]);
        assert!(matches!(error, Err(PutError::NotAReport(_))), "{length} bytes");
    }
    assert_eq!(outcome(&cache, &key("sbom", "an image")), "absent");
    put(&cache, &key("sbom", "an image"), report);
}

#[test]
fn a_large_report_that_breaks_off_at_its_very_end_is_not_stored() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let report = format!("[{}]", vec!["{\"name\":\"a package\"}"; 100_000].join(","));
    put(&cache, &key("sbom", "whole"), report.as_bytes());
    let cut = &report.as_bytes()[..report.len() - 1];
    let error = cache.put(&key("sbom", "cut"), Details::default(), cut).unwrap_err();
    assert!(matches!(error, PutError::NotAReport(NotAReport::Broken(_))), "{error}");
}

#[test]
fn whole_reports_of_any_kind_are_stored() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    for whole in [WHOLE, b"{}", b"[]\n", b"{}\n{}\n", b"SPDXVersion: SPDX-2.3\n", b"<bom/>", b"\0binary"] {
        put(&cache, &key("sbom", "an image"), whole);
        assert_eq!(get(&cache, &key("sbom", "an image")).unwrap(), whole);
    }
}

#[test]
fn only_reports_are_held_to_be_reports() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    for operation in ["signature", "sbom-notes", "scan"] {
        for payload in [&b""[..], b"{"] {
            put(&cache, &key(operation, "an image"), payload);
            assert_eq!(get(&cache, &key(operation, "an image")).unwrap(), payload, "{operation}");
        }
    }
    let anything = Details { shape: Shape::Any, ..Details::default() };
    cache.put(&key("sbom", "an image"), anything, &b""[..]).unwrap();
    assert_eq!(outcome(&cache, &key("sbom", "an image")), "hit: ");
}
