//! SBOMs in the three formats: what counts, what is refused, and that no bytes make the reader panic.
#![expect(
    clippy::disallowed_methods,
    reason = "samples are files, and an independent count is another program's"
)]

mod generated_sbom;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use bulla_findings::{Examined, NotAReport, Outcome, Report, SbomFormat, sbom_components, summarize_sbom};
use generated_sbom::GeneratedSbom;

fn small(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/syft").join(name))
        .expect("a sample")
}

fn read(text: impl AsRef<[u8]>) -> Result<Report, NotAReport> {
    summarize_sbom("syft", text.as_ref())
}

fn count(text: impl AsRef<[u8]>) -> u64 {
    read(text).expect("an SBOM").sbom.expect("a summary").components
}

fn problem(text: impl AsRef<[u8]>) -> String {
    read(text).expect_err("no SBOM").problem
}

#[test]
fn the_three_formats_are_told_apart_and_say_their_version_and_their_tools() {
    for (name, format, version, components) in [
        ("cyclonedx.json", SbomFormat::CycloneDx, "1.6", 4),
        ("spdx.json", SbomFormat::Spdx, "2.3", 4),
        ("syft.json", SbomFormat::Syft, "16.0.18", 3),
    ] {
        let report = read(small(name)).unwrap();
        let sbom = report.sbom.clone().unwrap();
        assert_eq!((sbom.format, sbom.version.as_str(), sbom.components), (format, version, components));
        assert_eq!(report.version.as_deref(), Some("1.18.1"), "{name}");
        assert_eq!(report.outcome(), Outcome::Clean);
    }
    assert_eq!(read(small("spdx.json")).unwrap().sbom.unwrap().to_string(), "4 components (SPDX 2.3)");
}

#[test]
fn another_tools_version_is_not_the_scanners() {
    let text =
        r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"tools":[TOOLS]},"components":[{}]}"#;
    let version = |tools: &str| read(text.replace("TOOLS", tools)).unwrap().version;
    assert_eq!(
        version(r#"{"name":"trivy","version":"0.48.1"},{"version":"1.2","name":"Syft"}"#).as_deref(),
        Some("1.2")
    );
    assert_eq!(version(r#"{"name":"trivy","version":"0.48.1"}"#), None);
    assert_eq!(version(r#"{"name":["syft"],"version":1}, null, 7"#), None);
}

#[test]
fn an_sbom_without_components_has_looked_at_nothing() {
    let nothing = Examined::Nothing("the SBOM lists no components".to_owned());
    for text in [
        // As syft writes it for an empty directory, in each format.
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"file","name":"."}}}"#,
        r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":".","SPDXID":"SPDXRef-DocumentRoot-Directory-."}],
            "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES",
            "relatedSpdxElement":"SPDXRef-DocumentRoot-Directory-."}]}"#,
        r#"{"artifacts":[],"descriptor":{"name":"syft","version":"1.18.1"},"schema":{"version":"16.0.18"}}"#,
        // As a Go program may write it.
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":null}"#,
        r#"{"artifacts":null,"descriptor":{},"schema":{"version":"1.0"}}"#,
    ] {
        let report = read(text).unwrap();
        assert_eq!(report.examined, nothing, "{text}");
        assert!(!report.outcome().is_answer());
    }
}

#[test]
fn components_inside_components_count_and_the_subject_does_not() {
    let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.5",
        "metadata":{"component":{"name":"subject","components":[{"name":"part of the subject"}]}},
        "components":[{"components":[{"name":"b"},{"components":[{"name":"d"}],"name":"c"}],"name":"a"},{"name":"e"}],
        "services":[{"name":"no component"}]}"#;
    assert_eq!(count(text), 5);
    let names = |limit| sbom_components(text.as_bytes(), limit).unwrap().into_iter().map(|found| found.name);
    assert_eq!(names(9).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
    assert_eq!(names(3).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(names(0).count(), 0);
}

#[test]
fn a_package_that_the_document_describes_alone_is_its_subject_wherever_that_is_said() {
    let packages = r#""packages":[{"SPDXID":"SPDXRef-a","name":"a"},{"SPDXID":"SPDXRef-b","name":"b"}]"#;
    let names = |described: &str| {
        let orders = [format!("{packages},{described}"), format!("{described},{packages}")];
        let [after, before] = orders.map(|fields| {
            let text = format!(r#"{{"spdxVersion":"SPDX-2.2",{fields}}}"#);
            let names: Vec<_> =
                sbom_components(text.as_bytes(), 2).unwrap().into_iter().map(|c| c.name).collect();
            assert_eq!(count(&text), names.len() as u64);
            names.join(" ")
        });
        assert_eq!(after, before, "the order of the fields is of no matter");
        after
    };
    assert_eq!(names(r#""documentDescribes":["SPDXRef-a"]"#), "b");
    assert_eq!(names(r#""documentDescribes":["SPDXRef-a","SPDXRef-a"]"#), "b");
    let relation = |from, kind, to| {
        format!(
            r#""relationships":[{{"relatedSpdxElement":"{to}","spdxElementId":"{from}","relationshipType":"{kind}"}}]"#
        )
    };
    assert_eq!(names(&relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-b")), "a");
    assert_eq!(names(&relation("SPDXRef-b", "DESCRIBED_BY", "SPDXRef-DOCUMENT")), "a");
    // Not the document, or not a package of it.
    assert_eq!(names(&relation("SPDXRef-a", "DESCRIBES", "SPDXRef-b")), "a b");
    assert_eq!(names(&relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-DOCUMENT")), "a b");
    assert_eq!(names(&relation("SPDXRef-DOCUMENT", "CONTAINS", "SPDXRef-b")), "a b");
    // A list of what it holds is no subject.
    assert_eq!(names(r#""documentDescribes":["SPDXRef-a","SPDXRef-b"]"#), "a b");
    assert_eq!(names(r#""documentDescribes":null"#), "a b");
}

#[test]
fn what_a_component_says_of_itself_is_listed() {
    let [cyclonedx, spdx, syft] = ["cyclonedx.json", "spdx.json", "syft.json"]
        .map(|name| sbom_components(&small(name), 1).unwrap().remove(0));
    for found in [&cyclonedx, &spdx, &syft] {
        assert_eq!((found.name.as_str(), found.version.as_str()), ("align-text", "0.1.4"));
        assert_eq!(found.purl.as_deref(), Some("pkg:npm/align-text@0.1.4"));
        assert_eq!(found.licences, ["MIT"]);
    }
    assert_eq!([cyclonedx.kind, spdx.kind, syft.kind], ["library", "", "npm"]);
    assert_eq!(cyclonedx.id.as_deref(), Some("pkg:npm/align-text@0.1.4?package-id=caa82903529027b1"));
    assert_eq!(spdx.id.as_deref(), Some("SPDXRef-Package-npm-align-text-caa82903529027b1"));
    assert_eq!(syft.id.as_deref(), Some("caa82903529027b1"));
}

#[test]
fn licences_are_read_in_every_form_that_they_have() {
    let licences = |text: String| sbom_components(text.as_bytes(), 1).unwrap().remove(0).licences.join(" + ");
    let cyclonedx = |licences_: &str| {
        licences(format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{{"licenses":{licences_}}}]}}"#
        ))
    };
    assert_eq!(
        cyclonedx(r#"[{"license":{"id":"MIT"}},{"license":{"name":"Mine","url":"x"}}]"#),
        "MIT + Mine"
    );
    assert_eq!(cyclonedx(r#"[{"expression":"MIT OR Apache-2.0"}]"#), "MIT OR Apache-2.0");
    assert_eq!(cyclonedx("null"), "");
    let syft = |licences_: &str| {
        licences(format!(
            r#"{{"descriptor":{{}},"schema":{{"version":"3"}},"artifacts":[{{"licenses":{licences_}}}]}}"#
        ))
    };
    assert_eq!(syft(r#"["MIT","BSD"]"#), "MIT + BSD");
    assert_eq!(
        syft(r#"[{"spdxExpression":"MIT","value":"the MIT licence"},{"value":"Mine","spdxExpression":""}]"#),
        "MIT + Mine"
    );
    let spdx = |fields: &str| {
        licences(format!(r#"{{"spdxVersion":"SPDX-2.3","packages":[{{"SPDXID":"a",{fields}}}]}}"#))
    };
    assert_eq!(spdx(r#""licenseDeclared":"MIT","licenseConcluded":"NOASSERTION""#), "MIT");
    assert_eq!(spdx(r#""licenseDeclared":"MIT","licenseConcluded":"ISC""#), "ISC");
    assert_eq!(spdx(r#""licenseConcluded":"ISC","licenseDeclared":"MIT""#), "ISC");
    assert_eq!(spdx(r#""licenseConcluded":"NONE""#), "");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    for (text, named) in [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("{}", "`bomFormat`"),
        ("null", "expected an object"),
        ("[]", "expected an object"),
        (r#""bomFormat""#, "expected an object"),
        (r#"{"specVersion":"1.6","components":[]}"#, "missing field `bomFormat`"),
        (r#"{"bomFormat":"CycloneDX","components":[]}"#, "missing field `specVersion`"),
        (r#"{"bomFormat":"SPDX","specVersion":"1.6"}"#, "bomFormat: "),
        (r#"{"bomFormat":7}"#, "bomFormat: invalid type"),
        (r#"{"bomFormat":"CycloneDX","specVersion":"2.0"}"#, "specVersion: "),
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6\u001b[31m"}"#, "specVersion: "),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":{}}"#,
            "components: invalid type: an object",
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[null]}"#,
            "components: invalid type: null",
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"components":["x"]}]}"#,
            "components: invalid",
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","spdxVersion":"SPDX-2.3"}"#,
            "bomFormat and spdxVersion",
        ),
        (r#"{"spdxVersion":"SPDX-3.0"}"#, "spdxVersion: "),
        (r#"{"packages":[{"SPDXID":"a"}]}"#, "missing field `spdxVersion`"),
        (r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"a"}]}"#, "packages: missing field `SPDXID`"),
        (r#"{"artifacts":[],"schema":{"version":"1"}}"#, "missing field `descriptor`"),
        (r#"{"descriptor":{},"matches":[]}"#, "missing field `artifacts`"),
        (r#"{"descriptor":{},"artifacts":[]}"#, "missing field `schema.version`"),
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]} {}"#, "trailing characters"),
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"#, "components: EOF"),
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6","com\nments":[{"name":"#, r"com\nments: EOF"),
    ] {
        let problem = problem(text);
        assert!(problem.contains(named), "{text}: {problem}");
        assert!(!problem.contains(char::is_control) && problem.len() < 400, "{problem}");
    }
}

#[test]
fn a_field_that_is_there_twice_is_refused() {
    let fields = r#""bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]"#;
    assert_eq!(count(format!("{{{fields}}}")), 1);
    assert!(
        problem(format!(r#"{{{fields},"components":[]}}"#)).contains("components: the field is there twice")
    );
    assert!(problem(format!(r#"{{{fields},"bomFormat":"CycloneDX"}}"#)).contains("bomFormat: "));
    assert!(
        problem(r#"{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"a","SPDXID":"b"}]}"#)
            .contains("packages: ")
    );
    // Nothing depends on one that is not looked at.
    assert_eq!(count(format!(r#"{{{fields},"x":1,"x":2}}"#)), 1);
}

#[test]
fn fields_come_in_any_order_and_new_ones_are_ignored() {
    let fields = [
        r#""bomFormat":"CycloneDX""#,
        r#""specVersion":"1.7""#,
        r#""components":[{"name":"a","new":{"components":[{}]}},{}]"#,
        r#""metadata":{"tools":{"components":[{"name":"syft","version":"9.9"}]},"new":[]}"#,
        r#""new":{"components":[[[1e999]]],"packages":-1.5e300}"#,
    ];
    let mut seen = 0;
    permutations(&mut fields.to_vec(), 0, &mut |fields| {
        let report = read(format!("{{{}}}", fields.join(","))).unwrap();
        assert_eq!(report.sbom.unwrap().components, 2);
        assert_eq!(report.version.as_deref(), Some("9.9"));
        seen += 1;
    });
    assert_eq!(seen, 120);
}

fn permutations(fields: &mut Vec<&str>, from: usize, each: &mut impl FnMut(&[&str])) {
    if from == fields.len() {
        return each(fields);
    }
    for index in from..fields.len() {
        fields.swap(from, index);
        permutations(fields, from + 1, each);
        fields.swap(from, index);
    }
}

#[test]
fn a_document_cut_anywhere_is_never_an_sbom() {
    for name in ["cyclonedx.json", "spdx.json", "syft.json"] {
        let whole = small(name);
        let whole = whole.trim_ascii();
        assert!(read(whole).is_ok());
        for length in 0..whole.len() {
            let cut = &whole[..length];
            assert!(read(cut).is_err(), "{name} cut at {length}");
            assert!(length % 16 != 0 || sbom_components(cut, 2).is_err());
            if length > 60 {
                assert!(problem(cut).contains(':'), "no field is named: {}", problem(cut));
            }
        }
    }
}

#[test]
fn hostile_nesting_is_refused() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{open}{close}],"x":1}}"#)
    };
    for (open, close) in
        [(r#"{"components":["#, "]}"), (r#"{"x":["#, "]}"), (r#"{"x":{"y":"#, "0}}"), ("[", "]")]
    {
        let text = deep(open, close);
        let problem = problem(&text);
        assert!(problem.starts_with("components: "), "{problem}");
        assert!(sbom_components(text.as_bytes(), 10).is_err());
    }
    let skipped = format!(r#"{{"x":{}"#, "[".repeat(100_000));
    assert!(problem(&skipped).contains("nested more than 128 levels deep"));
    // Deeper than any real one, and still read.
    let nested = format!("{}{}", r#"{"components":["#.repeat(30), "]}".repeat(30));
    assert_eq!(
        count(format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{nested}]}}"#)),
        30
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_document() {
    let mut text = b"\xef\xbb\xbf".to_vec();
    text.extend(small("cyclonedx.json"));
    assert_eq!(count(&text), 4);
    assert!(read(b"\xef\xbb").is_err() && read(b"\xef\xbb\xbf").is_err());
}

#[test]
fn a_source_that_fails_is_no_sbom() {
    struct Fails(&'static [u8]);
    impl Read for Fails {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buffer)?;
            if count == 0 { Err(io::Error::other("the payload is damaged")) } else { Ok(count) }
        }
    }
    for text in [&b""[..], br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}"#] {
        let problem = summarize_sbom("syft", Fails(text)).unwrap_err().problem;
        assert!(problem.contains("the payload is damaged"), "{problem}");
    }
}

#[test]
fn a_generated_sbom_has_as_many_components_as_were_put_into_it() {
    for components in [0, 1, 20_000] {
        let report = summarize_sbom("syft", GeneratedSbom::of(components)).unwrap();
        assert_eq!(report.sbom.unwrap().components, components);
    }
    let mut text = Vec::new();
    GeneratedSbom::of(3).read_to_end(&mut text).unwrap();
    let found = sbom_components(&text, 3).unwrap();
    assert_eq!(found[2].purl.as_deref(), Some("pkg:npm/package-2@1.2.3"));
}

/// Counts what [`summarize_sbom`] says it counts, over the parsed document.
const COUNT: &str = r#"
import json, sys
document = json.load(open(sys.argv[1], encoding="utf-8-sig"))
def below(components):
    return sum(1 + below(component.get("components") or []) for component in components)
print(below(document.get("components") or []))
"#;

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn components_are_as_many_as_python_counts_in_the_samples() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/cyclonedx");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&samples).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 2, "{}", samples.display());
    for path in paths {
        let counted = Command::new("python3").args(["-c", COUNT]).arg(&path).output().unwrap();
        assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
        let counted: u64 = str::from_utf8(&counted.stdout).unwrap().trim().parse().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(count(&bytes), counted, "{}", path.display());
        assert_eq!(sbom_components(&bytes, usize::MAX).unwrap().len() as u64, counted);
        assert!(counted > 0);
    }
}
