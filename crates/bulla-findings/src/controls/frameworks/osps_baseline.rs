//! Requirements, which have words and no titles.

use super::Framework::OspsBaseline;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    OspsBaseline.item(
        "OSPS-AC-04.01",
        "When a CI/CD task is executed with no permissions specified, the CI/CD system MUST default the task's \
         permissions to the lowest permissions granted in the pipeline.",
        &["token-permissions"],
    ),
    OspsBaseline.item(
        "OSPS-AC-04.02",
        "When a job is assigned permissions in a CI/CD pipeline, the source code or configuration MUST only assign the \
         minimum privileges necessary for the corresponding activity.",
        &["token-permissions"],
    ),
    OspsBaseline.item(
        "OSPS-BR-01.01",
        "When a CI/CD pipeline operates on untrusted metadata, those parameters MUST be sanitized and validated prior \
         to use in the pipeline.",
        &["dangerous-triggers"],
    ),
    OspsBaseline.item(
        "OSPS-BR-01.03",
        "When a CI/CD pipeline operates on untrusted code snapshots, it MUST prevent access to privileged CI/CD \
         credentials and assets.",
        &["dangerous-triggers", "checkout-credentials"],
    ),
    OspsBaseline.item(
        "OSPS-BR-05.01",
        "When a build and release pipeline ingests dependencies, it MUST use standardized tooling where available.",
        &["lockfiles"],
    ),
    OspsBaseline.item(
        "OSPS-BR-06.01",
        "When an official release is created, that release MUST be signed or accounted for in a signed manifest \
         including each asset's cryptographic hashes.",
        &["signed-releases"],
    ),
    OspsBaseline.item(
        "OSPS-BR-07.01",
        "The project MUST prevent the unintentional storage of unencrypted sensitive data, such as secrets and \
         credentials, in the version control system.",
        &["secret-scan"],
    ),
    OspsBaseline.item(
        "OSPS-DO-04.01",
        "When the project has made a release, the project documentation MUST include a descriptive statement about the \
         scope and duration of support for each release.",
        &["security-policy"],
    ),
    OspsBaseline.item(
        "OSPS-DO-05.01",
        "When the project has made a release, the project documentation MUST provide a descriptive statement when \
         releases or versions will no longer receive security updates.",
        &["security-policy"],
    ),
    OspsBaseline.item(
        "OSPS-LE-02.01",
        "While active, the license for the source code MUST meet the OSI Open Source Definition or the FSF Free \
         Software Definition.",
        &["licence"],
    ),
    OspsBaseline.item(
        "OSPS-LE-03.01",
        "While active, the license for the source code MUST be maintained in the corresponding repository's LICENSE \
         file, COPYING file, or LICENSE/ directory.",
        &["licence"],
    ),
    OspsBaseline.item(
        "OSPS-QA-02.01",
        "When the package management system supports it, the source code repository MUST contain a dependency list \
         that accounts for the direct language dependencies.",
        &["lockfiles"],
    ),
    OspsBaseline.item(
        "OSPS-QA-02.02",
        "When the project has made a release, all compiled released software assets MUST be delivered with a software \
         bill of materials.",
        &["sbom"],
    ),
    OspsBaseline.item(
        "OSPS-VM-01.01",
        "While active, the project documentation MUST include a policy for coordinated vulnerability disclosure (CVD), \
         with a clear timeframe for response.",
        &["security-policy"],
    ),
    OspsBaseline.item(
        "OSPS-VM-02.01",
        "While active, the project documentation MUST contain security contacts.",
        &["security-policy"],
    ),
    OspsBaseline.item(
        "OSPS-VM-03.01",
        "While active, the project documentation MUST provide a means for private vulnerability reporting directly to \
         the security contacts within the project.",
        &["security-policy"],
    ),
    OspsBaseline.item(
        "OSPS-VM-06.02",
        "While active, all changes to the project's codebase MUST be automatically evaluated against a documented \
         policy for security weaknesses and blocked in the event of violations except when declared and suppressed as \
         non-exploitable.",
        &["static-analysis"],
    ),
];
