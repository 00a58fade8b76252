//! The table of what auditors ask for, against the controls and against how each framework counts.

use std::collections::HashSet;

use bulla_findings::{CONTROLS, Framework, REFERENCES, Reference, Severity, control};

/// OpenSSF Scorecard's checks and the risk that it gives each, from its docs/checks.md.
const SCORECARD: [(&str, Severity); 20] = [
    ("Binary-Artifacts", Severity::High),
    ("Branch-Protection", Severity::High),
    ("CI-Tests", Severity::Low),
    ("CII-Best-Practices", Severity::Low),
    ("Code-Review", Severity::High),
    ("Contributors", Severity::Low),
    ("Dangerous-Workflow", Severity::Critical),
    ("Dependency-Update-Tool", Severity::High),
    ("Fuzzing", Severity::Medium),
    ("License", Severity::Low),
    ("Maintained", Severity::High),
    ("Packaging", Severity::Medium),
    ("Pinned-Dependencies", Severity::Medium),
    ("SAST", Severity::Medium),
    ("SBOM", Severity::Medium),
    ("Security-Policy", Severity::Medium),
    ("Signed-Releases", Severity::High),
    ("Token-Permissions", Severity::High),
    ("Vulnerabilities", Severity::High),
    ("Webhooks", Severity::Critical),
];

/// The guide's tactics of secure design, in its order.
const CISA: [&str; 12] = [
    "Memory safe programming languages",
    "Secure Hardware Foundation",
    "Secure Software Components",
    "Web template frameworks",
    "Parameterized queries",
    "Static and dynamic application security testing (SAST/DAST)",
    "Code review",
    "Software Bill of Materials (SBOM)",
    "Vulnerability disclosure programs",
    "CVE completeness",
    "Defense-in-Depth",
    "Satisfy Cybersecurity Performance Goals (CPGs)",
];

/// Where a number stands in its framework; none if no item of the framework can have it.
fn place(framework: Framework, number: &str) -> Option<Vec<usize>> {
    let listed = |names: &[&str]| names.iter().position(|name| *name == number).map(|place| vec![place]);
    match framework {
        Framework::Ssdf => {
            let (group, task) = number.split_once('.')?;
            let group = ["PO", "PS", "PW", "RV"].iter().position(|name| *name == group)?;
            Some([vec![group], numbers(task, '.', 2)?].concat())
        }
        Framework::OwaspCicd => {
            let risk = numbers(number.strip_prefix("CICD-SEC-")?, '.', 1)?;
            (1..=10).contains(&risk[0]).then_some(risk)
        }
        Framework::OwaspTop10 => {
            let (risk, edition) = number.strip_prefix('A')?.split_once(':')?;
            (risk.len() == 2 && edition.len() == 4).then_some(())?;
            Some([numbers(edition, '.', 1)?, numbers(risk, '.', 1)?].concat())
        }
        Framework::CisSupplyChain => numbers(number, '.', 3),
        Framework::Scorecard => listed(&SCORECARD.map(|(name, _)| name)),
        Framework::OspsBaseline => {
            let (family, requirement) = number.strip_prefix("OSPS-")?.split_once('-')?;
            let families = ["AC", "BR", "DO", "GV", "LE", "QA", "SA", "VM"];
            let family = families.iter().position(|name| *name == family)?;
            (requirement.len() == "00.00".len()).then_some(())?;
            Some([vec![family], numbers(requirement, '.', 2)?].concat())
        }
        Framework::CisaSecureByDesign => listed(&CISA),
    }
}

/// So many numbers above zero, of digits alone.
fn numbers(text: &str, between: char, count: usize) -> Option<Vec<usize>> {
    let number = |part: &str| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|number| digits && *number > 0)
    };
    let numbers: Vec<usize> = text.split(between).map(number).collect::<Option<_>>()?;
    (numbers.len() == count).then_some(numbers)
}

fn items() -> impl Iterator<Item = &'static Reference> {
    REFERENCES.into_iter().flatten()
}

#[test]
fn every_framework_has_its_items_in_its_place() {
    for (framework, items) in Framework::ALL.into_iter().zip(REFERENCES) {
        assert!(!items.is_empty(), "{framework:?} asks for nothing");
        assert!(items.iter().all(|item| item.framework == framework), "not all are of {framework:?}");
    }
}

#[test]
fn every_number_is_one_of_its_framework_and_stands_in_the_frameworks_order() {
    for items in REFERENCES {
        let places: Vec<_> = items
            .iter()
            .map(|item| {
                place(item.framework, item.number).unwrap_or_else(|| panic!("no such number: {item:?}"))
            })
            .collect();
        // Strictly, so that none stands there twice.
        assert!(places.is_sorted_by(|one, next| one < next), "{:?}: {places:?}", items[0].framework);
    }
}

#[test]
fn a_number_of_another_shape_is_noticed() {
    for (framework, wrong) in [
        (Framework::Ssdf, "PO.3"),
        (Framework::Ssdf, "XX.1.1"),
        (Framework::OwaspCicd, "CICD-SEC-11"),
        (Framework::OwaspCicd, "CICD-SEC-+1"),
        (Framework::OwaspTop10, "A8:2021"),
        (Framework::CisSupplyChain, "1.1"),
        (Framework::Scorecard, "Token Permissions"),
        (Framework::OspsBaseline, "OSPS-AC-04"),
        (Framework::CisaSecureByDesign, "Code Review"),
    ] {
        assert_eq!(place(framework, wrong), None, "{wrong}");
    }
}

#[test]
fn every_item_has_words_and_names_controls_that_there_are_in_their_order() {
    for item in items() {
        assert!(!item.title.is_empty() && item.title.trim() == item.title, "{item:?}");
        let place = |id: &&str| CONTROLS.iter().position(|control| control.id == *id);
        let places: Option<Vec<_>> = item.controls.iter().map(place).collect();
        let places = places.unwrap_or_else(|| panic!("there is no such control: {item:?}"));
        assert!(!places.is_empty() && places.is_sorted_by(|one, next| one < next), "{item:?}");
    }
}

#[test]
fn every_control_is_asked_for_by_a_framework() {
    let asked: HashSet<_> = items().flat_map(|item| item.controls).collect();
    for control in CONTROLS {
        assert!(asked.contains(&control.id), "nobody asks for {}", control.id);
    }
}

#[test]
fn a_control_is_asked_for_by_the_items_that_name_it() {
    for item in items() {
        for id in item.controls {
            let control = control(id).expect("a control");
            assert!(control.references().any(|reference| reference == item), "{id}: {item:?}");
        }
    }
}

#[test]
fn what_scorecard_checks_is_as_severe_as_scorecard_says() {
    for (check, risk) in SCORECARD {
        let item = items().find(|item| item.framework == Framework::Scorecard && item.number == check);
        for id in item.map_or(&[][..], |item| item.controls) {
            assert_eq!(control(id).expect("a control").severity, risk, "{id}: {check}");
        }
    }
}
