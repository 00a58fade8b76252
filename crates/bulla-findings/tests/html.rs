//! The page, as text and in a browser.
#![expect(
    clippy::disallowed_methods,
    reason = "a test writes a page for the browser and reads what it shows"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod page;
mod rendered;

use bulla_findings::render_html;
use page::{in_browser, tags};
use proptest::prelude::*;
use rendered::{HOSTILE, components, empty, everywhere, full, hostile};

#[test]
fn the_page_says_what_the_assessment_says() {
    let page = render_html(&full(), &components("zlib"));
    for said in [
        "Gate failed",
        "It fails on findings that are high or worse.",
        "a required scanner failed: trivy",
        "8 distinct findings, 3 fixable, 1 ignored.",
        "<desc id=\"bar-desc\">1 critical, 2 high, 2 medium, 1 low, 1 negligible, 1 unknown</desc>",
        "href=\"https://nvd.nist.gov/vuln/detail/CVE-2021-44228\">CVE-2021-44228</a>",
        "1 critical, 2 high, 2 medium, 1 low, 1 negligible, 1 unknown, 8 total",
        "it ended with exit code 2: no such table: vulnerability",
        "The vulnerable function is not called; see SEC-118",
        "expired on 2026-06-30; 1 finding counts again.",
        "matches nothing that was found.",
        "<code>3f2a9c01d4e5b687</code>",
        "2 h 14 min ago",
        "subject changed",
        "not stored: the store is read-only",
        "4 components in the SBOM.",
        "<code>deploy/staging env.sh:12</code>",
    ] {
        assert!(page.contains(said), "the page does not say {said}");
    }
}

#[test]
fn the_page_fetches_nothing_and_has_no_inline_handlers() {
    let page = render_html(&full(), &components("zlib"));
    let lower = page.to_ascii_lowercase();
    for fetched in [" src=", "<link", "<img", "<iframe", "@import", "url(", " style=", " onclick="] {
        assert!(!lower.contains(fetched), "{fetched}");
    }
    assert!(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    let links = page.matches("<a rel=\"noopener noreferrer\" href=\"https://").count();
    assert_eq!(
        page.matches("<a ").count(),
        links + 1,
        "the one other link leads to the page's own main part"
    );
}

#[test]
fn an_empty_assessment_is_a_page_too() {
    let page = render_html(&empty(), &[]);
    assert!(
        page.contains("Gate passed") && page.contains("No findings.") && page.contains("No scanner was run.")
    );
    assert!(page.contains("<desc id=\"bar-desc\">none</desc>"));
}

/// WCAG 2.2, 1.4.3: text has a contrast of at least 4.5 to 1, in both colour schemes.
#[test]
fn every_pair_of_colours_has_enough_contrast() {
    let style = include_str!("../src/render/html/page.css");
    let (light, dark) = style.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let dark = dark.split_once("\n}\n").unwrap().0;
    for scheme in [light, dark] {
        let ink = ["critical", "high", "medium", "low", "negligible", "unknown", "passed"];
        let pairs = ink.map(|name| (name.to_owned(), format!("{name}-back")));
        let on_page = ["text", "quiet", "link"].map(|name| (name.to_owned(), "page".to_owned()));
        let on_card = ["text", "quiet", "link"].map(|name| (name.to_owned(), "card".to_owned()));
        for (ink, back) in pairs.into_iter().chain(on_page).chain(on_card) {
            let (one, other) = (luminance(scheme, &ink), luminance(scheme, &back));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= 4.5, "{ink} on {back}: {contrast:.2}");
        }
    }
}

/// The relative luminance of a colour, as WCAG defines it.
fn luminance(scheme: &str, name: &str) -> f64 {
    let value = scheme.split_once(&format!("--{name}: #")).unwrap().1;
    let channel = |at: usize| {
        let part = f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

proptest! {
    #[test]
    fn no_text_changes_the_pages_tags(text in "\\PC*|[<>&\"'/a-z=\\x00-\\x1f \u{202e}]{0,60}") {
        let (mut plain, mut all) = (full(), full());
        everywhere(&mut plain, "x");
        everywhere(&mut all, &text);
        let page = render_html(&all, &components(&text));
        prop_assert_eq!(page.matches("<script").count(), 1);
        // A text that is empty, or an address, changes what is shown around it.
        if !text.is_empty() && !text.starts_with("http") {
            let plain = render_html(&plain, &components("x"));
            prop_assert_eq!(tags(&page), tags(&plain));
        }
    }
}

#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn a_hostile_name_is_shown_as_text_and_runs_nothing() {
    let page = render_html(&hostile(), &components(HOSTILE));
    let said = in_browser(
        "hostile",
        &page,
        390,
        "
        const doc_ = doc.documentElement;
        return {
            title: doc.title,
            name: doc.querySelector('#findings-table .name').textContent,
            component: doc.querySelector('#components-table tbody tr:last-child th').textContent,
            scripts: doc.scripts.length,
            images: doc.images.length,
            links: doc.querySelectorAll('a').length,
            overflow: doc_.scrollWidth - doc_.clientWidth,
        };",
    );
    assert_eq!(said["title"], format!("Security scan of {HOSTILE}"));
    assert_eq!((&said["name"], &said["component"]), (&HOSTILE.into(), &HOSTILE.into()));
    assert_eq!((&said["scripts"], &said["images"], &said["links"]), (&1.into(), &0.into(), &1.into()));
    assert_eq!(said["overflow"], 0);
}

#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn the_page_never_scrolls_sideways() {
    let longest = "w".repeat(400);
    let mut all = full();
    everywhere(&mut all, &longest);
    for (name, all, text) in [("full", full(), "zlib"), ("empty", empty(), "zlib"), ("long", all, &*longest)]
    {
        for width in [320, 390, 800, 1000, 1280] {
            let page = render_html(&all, &components(text));
            let measure = "const page = doc.documentElement; return [page.clientWidth, page.scrollWidth];";
            let said = in_browser(&format!("width-{name}-{width}"), &page, width, measure);
            assert_eq!(said[0], said[1], "{name} at {width}");
        }
    }
}

#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn the_filters_appear_with_the_script_and_filter() {
    let page = render_html(&full(), &components("zlib"));
    let script = "
        const shown = (table) => [...doc.querySelectorAll(`#${table} tbody tr`)].filter((row) => !row.hidden).length;
        const type = (box, text) => { box.value = text; box.dispatchEvent(new win.Event('input')); };
        const [box, other] = doc.querySelectorAll('.filters input');
        const high = doc.querySelector('.filters button[data-severity=high]');
        const said = { visible: box.checkVisibility(), all: shown('findings-table') };
        high.click();
        said.withoutHigh = shown('findings-table');
        said.pressed = high.getAttribute('aria-pressed');
        type(box, 'Views.py EVAL');
        said.words = shown('findings-table');
        said.status = doc.querySelector('.filters .shown').textContent;
        type(box, '');
        high.click();
        said.again = shown('findings-table');
        type(other, 'apache');
        said.components = shown('components-table');
        return said;";
    let said = in_browser("filters", &page, 1280, script);
    let expected = serde_json::json!({
        "visible": true, "all": 8, "withoutHigh": 6, "pressed": "false", "words": 2,
        "status": "2 of 8 shown", "again": 8, "components": 1,
    });
    assert_eq!(said, expected);
}

/// With a script that its policy does not know, the page is what it is without scripts.
#[test]
#[ignore = "needs chromium: cargo xtask test"]
fn a_script_that_is_not_the_pages_own_does_not_run() {
    let page = render_html(&full(), &components("zlib"));
    let changed = page.replace("\"use strict\";", "\"use strict\"; document.title = 'owned';");
    assert_ne!(page, changed);
    let script = "return [doc.title, doc.querySelector('.filters input').checkVisibility(), \
                  doc.querySelectorAll('#findings-table tbody tr').length, \
                  win.getComputedStyle(doc.querySelector('.skip')).position];";
    let said = in_browser("policy", &changed, 1280, script);
    let title = "Security scan of registry.example/team/shop:1.4@sha256:1f0c";
    assert_eq!(said, serde_json::json!([title, false, 8, "absolute"]));
}
