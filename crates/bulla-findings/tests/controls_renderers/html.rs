use bulla_findings::{CONTROLS, ControlReport, ControlVerdict, Framework, REFERENCES, render_controls_html};
use proptest::prelude::*;
use serde_json::json;

use crate::page::{in_browser, tags};
use crate::support::{empty, everywhere, full};

const HOSTILE: &str =
    "<script>document.title='owned'</script>\"><img src=x onerror=\"document.title='owned'\">";

#[test]
fn the_page_says_what_the_report_says() {
    let page = render_controls_html(&full());
    for said in [
        "<title>Repository controls of .</title>",
        "Not every control passes",
        concat!(
            "4 controls: 1 pass, 0 warn, 2 fail, 1 not assessed; checked on 2026-12-01 by bulla ",
            env!("CARGO_PKG_VERSION"),
            "."
        ),
        "<desc id=\"bar-desc\">2 fail, 1 not assessed, 1 pass</desc>",
        "<article id=\"security-policy\">",
        "<code>SECURITY.md:7:9</code>",
        "<code>actions/checkout</code> is held to <code>v4</code><code class=\"shown-line\">uses: actions/checkout@v4</code>",
        "Excepted: the vendor moves the tag",
        "expired on 2026-01-31",
        "until 2027-03-01",
        "No evidence: there is nothing to ask about.",
        "<code>uses: owner/action@&lt;40 digits&gt; # v1.2.3</code>",
    ] {
        assert!(page.contains(said), "the page does not say {said}");
    }
}

#[test]
fn every_control_is_shown_with_its_question_and_a_passed_one_with_its_evidence() {
    let page = render_controls_html(&full());
    for checked in full().controls {
        let (_, article) = page.split_once(&format!("<article id=\"{}\">", checked.control.id)).unwrap();
        let article = article.split_once("</article>").unwrap().0;
        assert!(article.contains(checked.control.title) && article.contains("class=\"question\""));
        let expired = usize::from(checked.control.id == "code-owners");
        assert_eq!(article.matches("data-label=\"Where\"").count(), checked.evidence.len() + expired);
        let is_to_be_mended = checked.verdict >= ControlVerdict::Warn;
        assert_eq!(article.contains("<dt>What to do</dt>"), is_to_be_mended, "{}", checked.control.id);
    }
}

/// An auditor who looks for a row finds each control that bears on it, and no control that was not asked as a pass.
#[test]
fn every_row_of_every_framework_is_there_with_its_controls() {
    let only_policy = ControlReport { controls: vec![full().controls.remove(0)], ..empty() };
    let page = render_controls_html(&only_policy);
    let (_, frameworks) = page.split_once("<h2 id=\"frameworks\">").unwrap();
    let rows = REFERENCES.into_iter().flatten();
    let links: usize = rows.clone().map(|reference| reference.controls.len()).sum();
    let asked = rows.clone().filter(|reference| reference.controls.contains(&"security-policy")).count();
    assert_eq!(frameworks.matches("<li>").count(), links);
    assert_eq!(frameworks.matches("passed").count(), asked);
    assert_eq!(frameworks.matches("not asked").count(), links - asked);
    for framework in Framework::ALL {
        let is_there = rows.clone().any(|reference| reference.framework == framework);
        assert_eq!(frameworks.contains(framework.url()), is_there);
    }
}

#[test]
fn the_page_fetches_nothing_and_runs_nothing() {
    let page = render_controls_html(&full());
    let lower = page.to_ascii_lowercase();
    for fetched in [" src=", "<link", "<img", "<iframe", "<script", "@import", "url(", " style=", " onclick="]
    {
        assert!(!lower.contains(fetched), "{fetched}");
    }
    assert!(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    assert!(page.contains("; script-src &#39;none&#39;; "));
}

#[test]
fn nothing_that_was_not_assessed_looks_like_a_pass() {
    let mut report = full();
    report.controls.retain(|checked| checked.verdict == ControlVerdict::NotAssessed);
    let page = render_controls_html(&report);
    assert!(page.contains("Nothing was assessed") && page.contains("– </span>not assessed"));
    let (_, body) = page.split_once("</style>").unwrap();
    assert!(!body.contains("class=\"badge passed\"") && !body.contains("verdict passed"));
    assert!(render_controls_html(&empty()).contains("Nothing was assessed"));
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = render_controls_html(&full());
    let ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let targets: Vec<_> =
        page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(targets.len() > full().controls.len());
    for target in targets {
        assert_eq!(ids.iter().filter(|id| **id == target).count(), 1, "#{target}");
    }
    assert!(CONTROLS.iter().all(|control| !["main", "summary", "controls", "frameworks", "exceptions"]
        .contains(&control.id)));
}

proptest! {
    #[test]
    fn no_text_changes_the_pages_tags(text in "\\PC*|[<>&\"'/a-z=\\x00-\\x1f \u{202e}]{0,60}") {
        let text = text.replace('`', "");
        let (page, plain) = (render_controls_html(&everywhere(&text)), render_controls_html(&everywhere("x")));
        prop_assert_eq!(tags(&page), tags(&plain));
    }
}

#[test]
fn a_text_with_backticks_makes_code_and_nothing_else() {
    let page = render_controls_html(&everywhere("`<b>` `\"><i>`"));
    assert!(page.contains("<code>&lt;b&gt;</code> <code>&quot;&gt;&lt;i&gt;</code>"));
    assert!(!page.contains("<i>"));
}

#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn a_hostile_name_is_shown_as_text_and_runs_nothing() {
    let script = "return { title: doc.title, reason: doc.querySelector('#exceptions-table [data-label=Reason]').textContent,
                  scripts: doc.scripts.length, images: doc.images.length };";
    let said = in_browser("controls-hostile", &render_controls_html(&everywhere(HOSTILE)), 390, script);
    let title = format!("Repository controls of {HOSTILE}");
    assert_eq!(said, json!({ "title": title, "reason": HOSTILE, "scripts": 0, "images": 0 }));
}

#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn the_page_never_scrolls_sideways() {
    let longest = "w".repeat(400);
    for (name, report) in [("full", full()), ("empty", empty()), ("long", everywhere(&longest))] {
        for width in [320, 390, 800, 1000, 1280] {
            let page = render_controls_html(&report);
            let measure = "const page = doc.documentElement; return [page.clientWidth, page.scrollWidth];";
            let said = in_browser(&format!("controls-{name}-{width}"), &page, width, measure);
            assert_eq!(said[0], said[1], "{name} at {width}");
        }
    }
}
