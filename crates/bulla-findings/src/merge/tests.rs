use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::finding::{Location, Package};
use crate::severity::Severity;
use crate::testing::{ONE, THREE, TWO, weakness};

/// The ids of what comes out, each with the scanners that said it.
fn merged(reports: &[(&'static Scanner, &[Finding])]) -> Vec<String> {
    let shown = |one: &Merged| {
        let who: BTreeSet<&str> = one.said_by.iter().map(|said| said.scanner).collect();
        format!("{} {}", one.finding.id, Vec::from_iter(who).join("+"))
    };
    merge(reports).iter().map(shown).collect()
}

#[test]
fn one_weakness_in_one_package_is_one_finding_whatever_it_is_called() {
    for (case, one, two, expected) in [
        ("the same id", ("CVE-1", &[][..], "pkg:npm/a@1"), ("cve-1", &[][..], "pkg:npm/a@1"), 1),
        ("an alias of one", ("CVE-1", &["GHSA-1"], "pkg:npm/a@1"), ("GHSA-1", &[], "pkg:npm/a@1"), 1),
        (
            "a common alias",
            ("PYSEC-1", &["CVE-1"], "pkg:pypi/a@1"),
            ("GHSA-1", &["CVE-1"], "pkg:pypi/a@1"),
            1,
        ),
        ("another version", ("CVE-1", &[], "pkg:npm/a@1"), ("CVE-1", &[], "pkg:npm/a@2"), 2),
        ("another package", ("CVE-1", &[], "pkg:npm/a@1"), ("CVE-1", &[], "pkg:npm/b@1"), 2),
        ("another ecosystem", ("CVE-1", &[], "pkg:npm/a@1"), ("CVE-1", &[], "pkg:pypi/a@1"), 2),
        ("another weakness", ("CVE-1", &[], "pkg:npm/a@1"), ("CVE-2", &[], "pkg:npm/a@1"), 2),
        (
            "other qualifiers",
            ("CVE-1", &[], "pkg:deb/debian/a@1?arch=x"),
            ("CVE-1", &[], "pkg:deb/debian/a@1"),
            1,
        ),
        ("encoded", ("CVE-1", &[], "pkg:npm/%40s/a@1"), ("CVE-1", &[], "pkg:npm/@s/a@1"), 1),
        ("names of PyPI", ("CVE-1", &[], "pkg:pypi/Jinja_2@1"), ("CVE-1", &[], "pkg:pypi/jinja-2@1"), 1),
        ("no purl in one", ("CVE-1", &[], "pkg:pypi/jinja2@1"), ("CVE-1", &[], "Jinja2@1"), 1),
        ("no version in one", ("CVE-1", &[], "pkg:npm/a@1"), ("CVE-1", &[], "a"), 1),
        ("no purl at all", ("CVE-1", &[], "Typing_Extensions@1"), ("CVE-1", &[], "typing-extensions@1"), 1),
        ("Go's v", ("GO-1", &[], "pkg:golang/x.org/a@v1.0.0"), ("GO-1", &[], "pkg:golang/x.org/a@1.0.0"), 1),
        ("a group", ("CVE-1", &[], "pkg:maven/org.x/y@1"), ("CVE-1", &[], "org.x:y@1"), 1),
    ] {
        let [one, two] = [one, two].map(|(id, aliases, package)| vec![weakness(id, aliases, package)]);
        assert_eq!(merged(&[(&ONE, &one), (&TWO, &two)]).len(), expected, "{case}");
        assert_eq!(merged(&[(&TWO, &two), (&ONE, &one)]).len(), expected, "{case}, the other way round");
        let both = [one, two].concat();
        assert_eq!(merged(&[(&ONE, &both)]).len(), expected, "{case}, by one scanner");
    }
}

#[test]
fn aliases_are_joined_through_a_third_finding_and_in_circles() {
    let all = [
        weakness("GHSA-1", &[], "pkg:npm/a@1"),
        weakness("CVE-1", &[], "pkg:npm/a@1"),
        weakness("PYSEC-1", &["GHSA-1", "CVE-1", "PYSEC-1"], "pkg:npm/a@1"),
    ];
    assert_eq!(
        merged(&[(&ONE, &all[..1]), (&TWO, &all[1..2]), (&THREE, &all[2..])]),
        ["CVE-1 one+three+two"]
    );
    assert_eq!(merge(&[(&ONE, &all)])[0].finding.aliases, ["GHSA-1", "PYSEC-1"]);
}

#[test]
fn a_wrong_alias_in_one_package_joins_nothing_in_another() {
    let wrong = [weakness("CVE-1", &["CVE-2"], "pkg:npm/a@1")];
    let right = [weakness("CVE-1", &[], "pkg:npm/b@1"), weakness("CVE-2", &[], "pkg:npm/b@1")];
    assert_eq!(merged(&[(&ONE, &wrong), (&TWO, &right)]), ["CVE-1 one", "CVE-1 two", "CVE-2 two"]);
}

#[test]
fn an_advisory_over_several_cves_joins_none_of_them() {
    let advisory = [weakness("DSA-1-1", &["CVE-1", "CVE-2"], "pkg:deb/debian/a@1")];
    let single = [
        weakness("CVE-1", &["DSA-1-1"], "pkg:deb/debian/a@1"),
        weakness("CVE-2", &["DSA-1-1"], "pkg:deb/debian/a@1"),
    ];
    assert_eq!(merged(&[(&ONE, &advisory), (&TWO, &single)]), ["CVE-1 two", "CVE-2 two", "DSA-1-1 one"]);
    assert_eq!(merged(&[(&TWO, &single)]), ["CVE-1 two", "CVE-2 two"]);
    let of_one = [weakness("DSA-2-1", &["CVE-1"], "pkg:deb/debian/a@1")];
    assert_eq!(merged(&[(&ONE, &of_one), (&TWO, &single[..1])]), ["CVE-1 one+two"]);
}

#[test]
fn a_package_that_can_be_several_stays_apart() {
    let whole = [weakness("CVE-1", &[], "pkg:npm/a@1"), weakness("CVE-1", &[], "pkg:pypi/a@1")];
    let vague = [weakness("CVE-1", &[], "a@1")];
    assert_eq!(merge(&[(&ONE, &whole), (&TWO, &vague)]).len(), 3);
    let versions = [weakness("CVE-1", &[], "pkg:npm/a@1"), weakness("CVE-1", &[], "pkg:npm/a@2")];
    assert_eq!(merge(&[(&ONE, &versions), (&TWO, &[weakness("CVE-1", &[], "a")])]).len(), 3);
    assert_eq!(merge(&[(&ONE, &versions), (&TWO, &[weakness("CVE-1", &[], "a@2")])]).len(), 2);
}

#[test]
fn the_worst_severity_and_the_richer_record_hold_and_gaps_are_filled() {
    let poor = Finding {
        severity: Severity::Critical,
        fixed_in: vec!["3".into(), "2".into()],
        location: Some(Location::file("a/lock")),
        score: Some(9.8),
        ..weakness("GHSA-AB-CD", &["CVE-1"], "Foo@1")
    };
    let rich = Finding {
        title: "The title".into(),
        url: Some("https://x.org".into()),
        fixed_in: vec!["2".into()],
        location: Some(Location::line("b/lock", 3)),
        score: Some(5.0),
        ..weakness("CVE-1", &[], "pkg:npm/foo@1")
    };
    let all = merge(&[(&TWO, &[poor]), (&ONE, &[rich])]);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    let expected = Finding {
        kind: Kind::Vulnerability,
        id: "CVE-1".into(),
        aliases: vec!["GHSA-ab-cd".into()],
        severity: Severity::Critical,
        title: "The title".into(),
        package: Some(Package {
            name: "foo".into(),
            version: "1".into(),
            purl: Some("pkg:npm/foo@1".into()),
        }),
        fixed_in: vec!["2".into(), "3".into()],
        location: Some(Location::file("a/lock")),
        url: Some("https://x.org".into()),
        score: Some(9.8),
    };
    assert_eq!(one.finding, expected);
    assert_eq!(one.elsewhere, [Location::line("b/lock", 3)]);
    let said: Vec<_> = one.said_by.iter().map(|said| (said.scanner, &*said.id, said.severity)).collect();
    assert_eq!(said, [("one", "CVE-1", Severity::Medium), ("two", "GHSA-AB-CD", Severity::Critical)]);
}

#[test]
fn what_has_no_package_goes_by_kind_id_and_place() {
    let at = |kind, id: &str, path: &str, line| Finding {
        kind,
        id: id.into(),
        location: Some(Location::line(path, line)),
        ..Finding::default()
    };
    let one = [
        at(Kind::Secret, "aws", "./a", 1),
        at(Kind::Code, "eval", "a", 1),
        at(Kind::Code, "eval", "a", 2),
        at(Kind::Workflow, "eval", "a", 1),
    ];
    let two = [
        at(Kind::Secret, "generic", "/a", 1),
        at(Kind::Secret, "aws", "a", 2),
        at(Kind::Code, "xss", "a", 1),
    ];
    let expected = ["aws one+two", "aws two", "eval one", "eval one", "eval one", "xss two"];
    assert_eq!(merged(&[(&ONE, &one), (&TWO, &two)]), expected);
    assert_eq!(merge(&[(&ONE, &one[..1]), (&TWO, &two[..1])])[0].finding.aliases, ["generic"]);
    let nowhere =
        |title: &str| Finding { kind: Kind::Secret, title: title.into(), ..at(Kind::Secret, "aws", "", 0) };
    let nowhere = |title| Finding { location: None, ..nowhere(title) };
    assert_eq!(merge(&[(&ONE, &[nowhere("x"), nowhere("y")]), (&TWO, &[nowhere("x")])]).len(), 2);
}

#[test]
fn ten_thousand_findings_and_a_chain_of_aliases_are_merged_at_once() {
    let spread =
        |number: usize| weakness(&format!("CVE-{number}"), &[], &format!("pkg:npm/p{}@1", number % 700));
    let spread: Vec<Finding> = (0..10_000).map(spread).collect();
    let chain = |number: usize| {
        weakness(&format!("GHSA-{number}"), &[&format!("GHSA-{}", number + 1)], "pkg:npm/c@1")
    };
    let chain: Vec<Finding> = (0..10_000).map(chain).collect();
    let began = std::time::Instant::now();
    assert_eq!(merge(&[(&ONE, &spread), (&TWO, &spread)]).len(), 10_000);
    assert_eq!(merge(&[(&ONE, &chain)]).len(), 1);
    // Without optimisation, on a busy machine; quadratic would be minutes.
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

const IDS: [&str; 9] = ["CVE-1", "cve-2", "CVE-3", "GHSA-1", "GHSA-2", "PYSEC-1", "DSA-1", "rule", ""];
const PACKAGES: [&str; 10] = [
    "pkg:npm/a@1",
    "pkg:npm/A@v1?x=y",
    "pkg:npm/a@2",
    "pkg:pypi/a@1",
    "pkg:npm/a",
    "pkg:maven/g/a.b@1",
    "a@1",
    "a",
    "g:a_b@1",
    "b@1",
];

fn any_finding() -> impl Strategy<Value = Finding> {
    let kind = select(&[Kind::Vulnerability, Kind::Vulnerability, Kind::Secret, Kind::Code][..]);
    let place = (select(&["", "a", "./a", "b"][..]), 0_u64..3);
    let words = (
        select(&["", "x", "y"][..]),
        select(&["", "u", "v"][..]),
        0_usize..6,
        subsequence(vec!["1", "2", "3"], 0..3),
    );
    let ids = (select(&IDS[..]), subsequence(IDS.to_vec(), 0..3));
    let package = prop::option::weighted(0.8, select(&PACKAGES[..]));
    (kind, ids, package, place, words).prop_map(|(kind, (id, aliases), package, (path, line), words)| {
        let (title, url, severity, fixed) = words;
        Finding {
            kind,
            severity: Severity::ALL[severity],
            title: title.into(),
            url: Some(url.to_owned()).filter(|url| !url.is_empty()),
            fixed_in: fixed.into_iter().map(str::to_owned).collect(),
            location: (!path.is_empty()).then(|| Location::line(path, line)),
            package: package.and_then(|package| weakness("", &[], package).package),
            score: (line > 0).then_some(severity as f64),
            ..weakness(id, &aliases, "")
        }
    })
}

/// Findings with the scanner of each.
fn any_reports() -> impl Strategy<Value = Vec<(usize, Finding)>> {
    vec((0_usize..3, any_finding()), 0..14)
}

fn merge_all(said: &[(usize, Finding)], order: [usize; 3]) -> Vec<Merged> {
    let scanners: [&'static Scanner; 3] = [&ONE, &TWO, &THREE];
    let of =
        |number: usize| said.iter().filter(|(who, _)| *who == number).map(|(_, one)| one.clone()).collect();
    let reports = order.map(|number| -> (_, Vec<Finding>) { (scanners[number], of(number)) });
    merge(&reports.each_ref().map(|(scanner, findings)| (*scanner, findings.as_slice())))
}

proptest! {
    #[test]
    fn the_order_of_scanners_and_findings_changes_nothing(
        (said, shuffled) in any_reports().prop_flat_map(|said| (Just(said.clone()), Just(said).prop_shuffle())),
        order in Just([0, 1, 2]).prop_shuffle(),
    ) {
        prop_assert_eq!(merge_all(&said, [0, 1, 2]), merge_all(&shuffled, order));
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_invented(said in any_reports()) {
        let merged = merge_all(&said, [0, 1, 2]);
        prop_assert!(merged.len() <= said.len());
        prop_assert!(merged.iter().all(|one| !one.finding.aliases.contains(&one.finding.id)));
        let named = |scanner: usize| ["one", "two", "three"][scanner];
        let reported: BTreeSet<_> =
            said.iter().map(|(who, one)| (named(*who), one.id.clone(), one.severity)).collect();
        let kept: BTreeSet<_> = merged.iter().flat_map(|one| &one.said_by)
            .map(|said| (said.scanner, said.id.clone(), said.severity)).collect();
        prop_assert_eq!(reported, kept);
        let places: BTreeSet<_> = said.iter().filter_map(|(_, one)| one.location.clone()).collect();
        let kept: BTreeSet<_> = merged.iter().flat_map(|one| one.finding.location.iter().chain(&one.elsewhere)).cloned().collect();
        prop_assert_eq!(places, kept);
        let worst = merged.iter().map(|one| one.finding.severity).max();
        prop_assert_eq!(worst, said.iter().map(|(_, one)| one.severity).max());
        prop_assert!(merged.is_sorted_by_key(|one| std::cmp::Reverse(one.finding.severity)));
    }

    #[test]
    fn merging_what_is_merged_changes_nothing(said in any_reports()) {
        let once: Vec<Finding> = merge_all(&said, [0, 1, 2]).into_iter().map(|one| one.finding).collect();
        let twice: Vec<Finding> = merge(&[(&ONE, &once)]).into_iter().map(|one| one.finding).collect();
        // Which of the vendors' ids are advisories over several CVEs can be seen better in what is merged.
        let is_vendors = |id: &String| id == "DSA-1" || id == "rule";
        if !said.iter().any(|(_, one)| is_vendors(&one.id) || one.aliases.iter().any(is_vendors)) {
            prop_assert_eq!(once, twice);
        }
    }

    /// Where every package is fully known and no id is a vendor's, the groups are those of the plainest definition:
    /// two findings are one if they share an id in one package, and so on.
    #[test]
    fn groups_are_what_sharing_an_id_makes_of_them(
        said in vec((select(&IDS[..6]), subsequence(IDS[..6].to_vec(), 0..3), select(&PACKAGES[..4])), 0..14)
    ) {
        let findings: Vec<Finding> = said.iter().map(|(id, aliases, package)| weakness(id, aliases, package)).collect();
        let package = |number: usize| ["npm a 1", "npm a 1", "npm a 2", "pypi a 1"][PACKAGES.iter().position(|one| *one == said[number].2).unwrap()];
        let ids = |number: usize| -> BTreeSet<String> { said[number].1.iter().chain([&said[number].0]).map(|id| id.to_uppercase()).collect() };
        let mut group: Vec<usize> = (0..said.len()).collect();
        for _ in 0..said.len() {
            for one in 0..said.len() {
                for other in 0..said.len() {
                    if package(one) == package(other) && !ids(one).is_disjoint(&ids(other)) {
                        let least = group[one].min(group[other]);
                        (group[one], group[other]) = (least, least);
                    }
                }
            }
        }
        let groups: BTreeSet<usize> = group.into_iter().collect();
        prop_assert_eq!(merge(&[(&ONE, &findings)]).len(), groups.len());
    }
}
