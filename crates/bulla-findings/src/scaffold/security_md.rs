//! `SECURITY.md`: how a weakness is reported, and what whoever reports it can expect.

use super::{ScaffoldOptions, Template};
use crate::repository::Repository;

/// See the module.
pub(super) static SECURITY_MD: Template = Template {
    path: "SECURITY.md",
    remark: |options| match options.contacts.is_empty() {
        true => {
            "it promises in your name: read it; and switch on private vulnerability reporting in the repository's settings"
        }
        false => "it promises in your name: read it",
    },
    found,
    content,
};

fn found(repository: &Repository) -> Option<&str> {
    repository.security_policies().next()
}

fn content(_: &Repository, options: &ScaffoldOptions) -> Result<String, &'static str> {
    let channels = channels(options);
    Ok(format!(
        "\
# Security policy

## Supported versions

| version | supported |
| --- | --- |
| the latest release | yes |
| any older one | no |

## Reporting a vulnerability

Please report it in private, and open no public issue, pull request or discussion about it:

{channels}
Say which version it is about, what you did, what happened and what you expected; the fewer steps it takes to see it, the
sooner it is fixed.

| severity | first answer | fix or mitigation |
| --- | --- | --- |
| critical | within 2 days | within 7 days |
| high | within 3 days | within 30 days |
| medium | within 7 days | within 90 days |
| low | within 14 days | with a later release |

## Disclosure

We agree with you on the day on which it is published: with the fix, and at the latest 90 days after your report. The
advisory names you if you like.

## Out of scope

* Versions that are not supported.
* Weaknesses of a dependency that this project does not make reachable; please report them to that project.
* What needs an account or a machine that the attacker controls already.
* Reports of a scanner without a way to make use of what it found.
"
    ))
}

/// A list in Markdown.
fn channels(options: &ScaffoldOptions) -> String {
    if options.contacts.is_empty() {
        return "* by a private vulnerability report on GitHub: the repository's tab \"Security\", then \"Report a vulnerability\"\n".to_owned();
    }
    options.contacts.iter().map(|contact| format!("* by a private report to {contact}\n")).collect()
}
