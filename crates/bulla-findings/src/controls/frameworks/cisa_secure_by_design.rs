//! Tactics, which have names and no numbers; beside each, the first sentence of what it asks.

use super::Framework::CisaSecureByDesign;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    CisaSecureByDesign.item(
        "Secure Software Components",
        "Acquire and maintain well-secured software components (e.g., software libraries, modules, middleware, \
         frameworks) from verified commercial, open source, and other third-party developers to ensure robust security \
         in consumer software products.",
        &["dependency-updates", "lockfiles"],
    ),
    CisaSecureByDesign.item(
        "Static and dynamic application security testing (SAST/DAST)",
        "Use these tools to analyze product source code and application behavior to detect error-prone practices.",
        &["static-analysis", "fuzzing"],
    ),
    CisaSecureByDesign.item(
        "Code review",
        "Strive to ensure that code submitted into products goes through quality control techniques such as peer review \
         by other developers or “error seeding.”",
        &["code-owners"],
    ),
    CisaSecureByDesign.item(
        "Software Bill of Materials (SBOM)",
        "Incorporate the creation of SBOM to provide visibility into the set of software that goes into products.",
        &["sbom"],
    ),
    CisaSecureByDesign.item(
        "Vulnerability disclosure programs",
        "Establish vulnerability disclosure programs that allow security researchers to report vulnerabilities and \
         receive legal safe harbor in doing so.",
        &["security-policy"],
    ),
];
