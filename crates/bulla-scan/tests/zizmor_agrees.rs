//! Where zizmor judges what a control judges, the two agree on every case of the control, but for the differences that
//! are listed here.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the repository's files and say where programs are"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bulla_findings::{ControlVerdict, FileContent, Repository, check_controls};

/// Where they are explained.
const PAGE: &str = "docs/controls.md";

/// A control, the audits of zizmor's that ask the same, and which of the control's messages answer that.
struct Shared {
    control: &'static str,
    audits: &'static [&'static str],
    message: &'static str,
}

const SHARED: [Shared; 4] = [
    Shared { control: "pinned-actions", audits: &["unpinned-uses", "unpinned-images"], message: "" },
    Shared { control: "token-permissions", audits: &["excessive-permissions"], message: "" },
    Shared {
        control: "dangerous-triggers",
        audits: &["template-injection"],
        message: "is part of the script",
    },
    Shared { control: "checkout-credentials", audits: &["artipacked"], message: "" },
];

/// A place that only one of the two finds fault with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    /// Control and case.
    case: &'static str,
    /// File and line.
    place: &'static str,
    /// Who finds fault.
    who: Who,
    why: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Bulla,
    Zizmor,
}

const fn bulla(case: &'static str, place: &'static str, why: &'static str) -> Difference {
    Difference { case, place, who: Who::Bulla, why }
}

const fn zizmor(case: &'static str, place: &'static str, why: &'static str) -> Difference {
    Difference { case, place, who: Who::Zizmor, why }
}

const CALLED_FALSE: &str = "an input's name is the same in any case, and so is `false` for `actions/checkout`; zizmor compares both as written";
const NAME: &str = "the runner takes a name apart at every slash and backslash, and drops empty parts; zizmor compares it as written";
const NOT_THERE: &str = "a local action or workflow must be in the tree; zizmor takes any";
const ODD_FORM: &str =
    "an action is written as `owner/name@commit`; zizmor takes other forms, or none at all, for pinned";
const PUSHES: &str = "the job pushes with what the checkout leaves behind; zizmor does not look for a push";
const DIGEST: &str = "a digest has 64 digits; zizmor takes anything behind `@sha256:`";
const EXPRESSION: &str = "only what an event carries counts here; zizmor asks of every expression in a script whether it must be there";
const IMAGE_OF_MATRIX: &str =
    "an image that only a run knows is a warning; zizmor follows the matrix, and there is none";
const LEVEL: &str =
    "a scope or level that is not known is a warning; zizmor does not ask, or does not read the file";
const NO_REASON: &str = "a scope that a job may write needs a reason; for zizmor that is another audit, `undocumented-permissions`";
const NO_REFERENCE: &str = "`uses` without a reference is a finding; zizmor refuses to read such a file";
const NO_VERSION: &str = "a commit needs a comment with its version; zizmor compares such comments online only (`ref-version-mismatch`)";
const ROOT_ONLY: &str = "missing `permissions` are said once, for the workflow; zizmor repeats it for each job that relies on them";
const SERVICE: &str = "a service can be written as its image alone; zizmor looks at `image:` only";
const START: &str =
    "an expression of several lines is placed where it begins; zizmor places it at the context within";
const UNREADABLE: &str = "what GitHub would not accept, or could read in another way, fails; zizmor skips such a file or reads it all the same";

const DIFFERENCES: &[Difference] = &[
    bulla("checkout-credentials/kept", ".github/workflows/ci.yml:34", NAME),
    zizmor("checkout-credentials/pass", ".github/workflows/ci.yml:14", PUSHES),
    zizmor("checkout-credentials/pass", ".github/workflows/ci.yml:23", PUSHES),
    zizmor("checkout-credentials/pass", "action.yml:6", CALLED_FALSE),
    zizmor("dangerous-triggers/not-asked", ".github/workflows/ci.yml:11", EXPRESSION),
    zizmor("dangerous-triggers/not-asked", ".github/workflows/ci.yml:12", EXPRESSION),
    zizmor("dangerous-triggers/not-asked", ".github/workflows/ci.yml:13", EXPRESSION),
    zizmor("dangerous-triggers/not-asked", ".github/workflows/ci.yml:14", EXPRESSION),
    zizmor("dangerous-triggers/script", ".github/workflows/ci.yml:10", EXPRESSION),
    bulla("dangerous-triggers/script", ".github/workflows/ci.yml:11", START),
    zizmor("dangerous-triggers/script", ".github/workflows/ci.yml:12", START),
    bulla("pinned-actions/image", ".github/workflows/ci.yml:8", SERVICE),
    bulla("pinned-actions/image", ".github/workflows/ci.yml:13", DIGEST),
    bulla("pinned-actions/image", ".github/workflows/ci.yml:17", IMAGE_OF_MATRIX),
    bulla("pinned-actions/image", ".github/workflows/ci.yml:25", IMAGE_OF_MATRIX),
    bulla("pinned-actions/no-reference", ".github/workflows/ci.yml:7", NO_REFERENCE),
    bulla("pinned-actions/no-version", ".github/workflows/ci.yml:7", NO_VERSION),
    bulla("pinned-actions/no-version", ".github/workflows/ci.yml:8", NO_VERSION),
    bulla("pinned-actions/no-version", ".github/workflows/ci.yml:9", NO_VERSION),
    bulla("pinned-actions/not-there", ".github/workflows/ci.yml:7", NOT_THERE),
    bulla("pinned-actions/not-there", ".github/workflows/ci.yml:8", NOT_THERE),
    bulla("pinned-actions/not-there", ".github/workflows/ci.yml:9", NOT_THERE),
    bulla("pinned-actions/not-there", ".github/workflows/ci.yml:11", NOT_THERE),
    bulla("pinned-actions/not-there", ".github/workflows/ci.yml:13", NOT_THERE),
    bulla("pinned-actions/odd-form", ".github/workflows/ci.yml:7", ODD_FORM),
    bulla("pinned-actions/odd-form", ".github/workflows/ci.yml:8", ODD_FORM),
    bulla("pinned-actions/odd-form", ".github/workflows/ci.yml:9", ODD_FORM),
    bulla("pinned-actions/odd-form", ".github/workflows/ci.yml:10", ODD_FORM),
    bulla("pinned-actions/odd-form", ".github/workflows/ci.yml:11", ODD_FORM),
    bulla("pinned-actions/unreadable", ".github/workflows/alias.yml:2", UNREADABLE),
    bulla("pinned-actions/unreadable", ".github/workflows/comment.yml:1", UNREADABLE),
    bulla("pinned-actions/unreadable", ".github/workflows/line.yml:2", UNREADABLE),
    bulla("pinned-actions/unreadable", ".github/workflows/merge.yml:7", UNREADABLE),
    bulla("pinned-actions/unreadable", ".github/workflows/nojobs.yml:1", UNREADABLE),
    bulla("pinned-actions/unreadable", ".github/workflows/twice.yml:7", UNREADABLE),
    zizmor("token-permissions/missing", ".github/workflows/ci.yml:5", ROOT_ONLY),
    bulla("token-permissions/no-permissions", ".github/workflows/ci.yml:2", UNREADABLE),
    bulla("token-permissions/no-reason", ".github/workflows/ci.yml:8", NO_REASON),
    bulla("token-permissions/no-reason", ".github/workflows/ci.yml:9", NO_REASON),
    bulla("token-permissions/unknown", ".github/workflows/ci.yml:8", LEVEL),
    bulla("token-permissions/unknown", ".github/workflows/ci.yml:9", LEVEL),
    bulla("token-permissions/unknown-level", ".github/workflows/ci.yml:7", LEVEL),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The files of a case, without those that were not read.
fn files(case: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in case.split_inclusive('\n') {
        match line.strip_prefix("-- ").and_then(|line| line.trim_end().strip_suffix(" --")) {
            Some(name) => files.push((name.to_owned(), String::new())),
            None => files.last_mut().into_iter().for_each(|(_, content)| content.push_str(line)),
        }
    }
    files.retain(|(_, content)| !content.starts_with("@unreadable "));
    files
}

/// The lines on which a control finds fault.
fn ours(shared: &Shared, files: &[(String, String)]) -> BTreeSet<(String, u64)> {
    let contents =
        files.iter().map(|(name, content)| (name.clone(), FileContent::Bytes(content.clone().into_bytes())));
    let repository = Repository::new(contents, None).unwrap();
    let control = bulla_findings::control(shared.control).unwrap();
    let report = check_controls("a case", &repository, &[control], "2026-11-26".parse().unwrap());
    let evidence = report.controls[0].evidence.iter();
    let against =
        evidence.filter(|it| it.verdict >= ControlVerdict::Warn && it.message.contains(shared.message));
    against.map(|it| it.location.clone().unwrap()).map(|at| (at.path, at.line.unwrap())).collect()
}

/// The lines that zizmor finds fault with: from the first one to the last one of what it shows.
fn theirs(shared: &Shared, zizmor: &Path, dir: &Path) -> BTreeSet<(String, u64, u64)> {
    let mut command = Command::new(zizmor);
    command.args(["--offline", "--no-progress", "--persona=auditor", "--no-config", "--no-ignores"]);
    command.args(["--collect=all", "--format=json", "."]).current_dir(dir);
    let done = command.output().unwrap();
    let (report, said) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    if report.is_empty() {
        let reason = ["no inputs collected", "failed to load"].iter().any(|reason| said.contains(reason));
        assert!(reason, "{}: {said}", done.status);
        return BTreeSet::new();
    }
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let findings = report.as_array().unwrap().iter();
    let shared = findings.filter(|finding| shared.audits.contains(&finding["ident"].as_str().unwrap()));
    let locations = shared.flat_map(|finding| finding["locations"].as_array().unwrap());
    let primary = locations.filter(|location| location["symbolic"]["kind"] == "Primary");
    let place = |location: &serde_json::Value| {
        let path = location["symbolic"]["key"]["Local"]["verbatim_path"].as_str().unwrap();
        let at = &location["concrete"]["location"];
        let line = |point: &str| at[point]["row"].as_u64().unwrap() + 1;
        (path.trim_start_matches("./").to_owned(), line("start_point"), line("end_point"))
    };
    primary.map(place).collect()
}

/// Places at which only one of the two finds fault.
fn differences(shared: &Shared, zizmor: &Path, files: &[(String, String)]) -> BTreeSet<(String, Who)> {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let (ours, theirs) = (ours(shared, files), theirs(shared, zizmor, dir.path()));
    // A checkout is the whole step to zizmor, and to us the line of it that matters. All else is compared line by line.
    let is_step = shared.control == "checkout-credentials";
    let agree = |(path, line): &(String, u64), (their, first, last): &(String, u64, u64)| {
        path == their && (line == first || is_step && (first..=last).contains(&line))
    };
    let only_ours = ours.iter().filter(|our| !theirs.iter().any(|their| agree(our, their)));
    let only_theirs = theirs.iter().filter(|their| !ours.iter().any(|our| agree(our, their)));
    let only_ours = only_ours.map(|(path, line)| (format!("{path}:{line}"), Who::Bulla));
    only_ours.chain(only_theirs.map(|(path, line, _)| (format!("{path}:{line}"), Who::Zizmor))).collect()
}

#[test]
#[ignore = "needs zizmor: cargo xtask test"]
fn zizmor_and_the_controls_differ_where_it_is_listed_and_nowhere_else() {
    let path = env::var_os("PATH").unwrap_or_default();
    let given = env::var_os("BULLA_TEST_TOOLS").map(PathBuf::from);
    let mut places = given.into_iter().chain(env::split_paths(&path)).map(|dir| dir.join("zizmor"));
    let zizmor = places.find(|file| file.is_file()).expect("zizmor is in BULLA_TEST_TOOLS or in PATH");

    let listed: BTreeSet<_> =
        DIFFERENCES.iter().map(|it| (it.case.to_owned(), it.place.to_owned(), it.who)).collect();
    let mut found = BTreeSet::new();
    for shared in &SHARED {
        let cases = root().join("crates/bulla-findings/tests/controls").join(shared.control);
        for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
            let name = format!("{}/{}", shared.control, case.file_stem().unwrap().to_str().unwrap());
            let files = files(&fs::read_to_string(&case).unwrap());
            let differ = differences(shared, &zizmor, &files);
            found.extend(differ.into_iter().map(|(place, who)| (name.clone(), place, who)));
        }
    }
    let unlisted: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "not listed: {unlisted:#?}\nlisted, but not so: {gone:#?}"
    );
}

#[test]
fn the_page_lists_the_differences_as_they_are_listed_here() {
    let mut rows: Vec<(Who, &str, Vec<String>)> = Vec::new();
    for Difference { case, place, who, why } in DIFFERENCES {
        let place = format!("`{case}`: `{place}`");
        match rows.iter_mut().find(|(by, reason, _)| by == who && reason == why) {
            Some((_, _, places)) => places.push(place),
            None => rows.push((*who, why, vec![place])),
        }
    }
    let mut table = "| found by | why | case and line |\n| --- | --- | --- |\n".to_owned();
    for (who, why, places) in rows {
        let who = if who == Who::Bulla { "`bulla controls`" } else { "zizmor" };
        writeln!(table, "| {who} | {why} | {} |", places.join("<br>")).unwrap();
    }
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    assert!(page.contains(&table), "{PAGE} has another table than\n{table}");
}
