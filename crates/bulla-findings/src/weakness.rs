//! The ids of a weakness.

use crate::finding::Finding;

/// Whose id it is, the one first that is shown first.
const FAMILIES: [&str; 6] = ["CVE-", "GHSA-", "PYSEC-", "RUSTSEC-", "GO-", "OSV-"];

/// What an id is compared by.
pub(crate) fn normal(id: &str) -> String {
    id.trim().to_ascii_uppercase()
}

/// The place of a [`normal`] id's family in the order in which ids are shown; that of no family is the last.
pub(crate) fn family(id: &str) -> usize {
    FAMILIES.iter().position(|family| id.starts_with(family)).unwrap_or(FAMILIES.len())
}

/// Whether a [`normal`] id is one that only its own scanner or vendor gives, such as `DSA-4686-1` or a rule's name.
pub(crate) fn is_private(id: &str) -> bool {
    !id.is_empty() && family(id) == FAMILIES.len()
}

/// Whether a [`normal`] id is a CVE's.
pub(crate) fn is_cve(id: &str) -> bool {
    family(id) == 0
}

/// An id in its family's own spelling; any other as it is.
pub(crate) fn spelled(id: &str) -> String {
    let normal = normal(id);
    match normal.strip_prefix("GHSA-") {
        Some(rest) => format!("GHSA-{}", rest.to_ascii_lowercase()),
        None if is_private(&normal) => id.trim().to_owned(),
        None => normal,
    }
}

/// The [`normal`] ids under which a finding may be ignored: all of them, but an advisory over several CVEs is not ignored
/// with one of them.
pub(crate) fn ignorable_ids(finding: &Finding) -> Vec<String> {
    let mut ids: Vec<String> = finding.aliases.iter().map(|id| normal(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let own = normal(&finding.id);
    if is_private(&own) && ids.iter().filter(|id| is_cve(id)).count() > 1 {
        ids.retain(|id| !is_cve(id));
    }
    ids.push(own);
    ids.sort_unstable();
    ids.dedup();
    ids
}
