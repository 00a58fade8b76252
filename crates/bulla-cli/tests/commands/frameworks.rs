use std::path::Path;

use crate::harness::*;

#[test]
fn the_readme_has_the_table_as_the_command_prints_it() {
    let table = Bench::new().bulla("controls frameworks").ends(0).without_a_word().text();
    assert!(table.starts_with("| control | ") && table.ends_with(" |\n"), "{table}");
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    // Between empty lines, so that no row of another time stands below it.
    assert!(readme.contains(&format!("\n\n{table}\n")), "put this into the README:\n\n{table}");
}

#[test]
fn as_json_every_framework_has_its_items_in_its_own_words() {
    let document = Bench::new().bulla("controls frameworks --json").ends(0).without_a_word().json();
    assert_eq!(document["schema_version"], 1);
    let frameworks = document["frameworks"].as_array().expect("frameworks");
    assert_eq!(frameworks.len(), 7);
    let named =
        |name: &str| frameworks.iter().find(|framework| framework["name"] == name).expect("it is there");
    let item = serde_json::json!({
        "number": "CICD-SEC-3",
        "title": "Dependency Chain Abuse",
        "controls": ["lockfiles"],
    });
    let items = named("OWASP Top 10 CI/CD Security Risks")["items"].as_array().expect("items");
    assert!(items.contains(&item), "{items:?}");
}
