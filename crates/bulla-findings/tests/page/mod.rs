//! A page, as text and in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Every tag of the page, without its attributes: what an attacker's text must not change.
pub(crate) fn tags(page: &str) -> Vec<&str> {
    let names = page.split('<').skip(1);
    names
        .map(|tag| tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '!').next().unwrap())
        .collect()
}

/// Opens the page in a frame of that width, runs the script there, and gives what it returns.
///
/// The frame is of the test page's own origin, so that it can be looked into; the page's own policy holds in it.
pub(crate) fn in_browser(name: &str, page: &str, width: u32, script: &str) -> Value {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    let framed = page.replace('&', "&amp;").replace('"', "&quot;");
    let test = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>test</title><pre id=\"said\">nothing</pre>\
         <iframe style=\"border:0;width:{width}px;height:800px\" srcdoc=\"{framed}\"></iframe><script>\
         addEventListener('load', () => {{ const doc = frames[0].document; const win = frames[0]; let said;\
         try {{ said = (() => {{ {script} }})(); }} catch (error) {{ said = {{ error: String(error) }}; }}\
         document.getElementById('said').textContent = JSON.stringify(said); }});</script>"
    );
    fs::write(dir.join("test.html"), test).unwrap();
    let shown = dump(&dir, &dir.join("test.html"));
    let said = shown.split_once("<pre id=\"said\">").unwrap().1.split_once("</pre>").unwrap().0;
    let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn dump(dir: &Path, page: &Path) -> String {
    let mut chromium = Command::new("chromium");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"]);
    chromium.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    chromium.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", "--dump-dom"]);
    chromium.arg(format!("--user-data-dir={}", dir.join("profile").display()));
    chromium.arg(format!("file://{}", page.display()));
    let output = chromium.output().expect("chromium is on PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
