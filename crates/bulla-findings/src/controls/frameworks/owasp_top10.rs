//! A08 of both editions in use. What A08:2021 says of a pipeline's supplies is A03 since 2025.

use super::Framework::OwaspTop10;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    OwaspTop10.item("A08:2021", "Software and Data Integrity Failures", INTEGRITY),
    OwaspTop10.item(
        "A03:2025",
        "Software Supply Chain Failures",
        &[
            "code-owners",
            "code-owners-order",
            "pinned-actions",
            "token-permissions",
            "dangerous-triggers",
            "checkout-credentials",
            "dependency-updates",
            "lockfiles",
            "sbom",
            "secret-scan",
            "signed-releases",
        ],
    ),
    OwaspTop10.item("A08:2025", "Software or Data Integrity Failures", INTEGRITY),
];

/// Both editions ask for reviewed changes, a pipeline with access control, and software that is known to be unaltered.
const INTEGRITY: &[&str] = &[
    "code-owners",
    "code-owners-order",
    "pinned-actions",
    "token-permissions",
    "dangerous-triggers",
    "checkout-credentials",
    "lockfiles",
    "signed-releases",
];
