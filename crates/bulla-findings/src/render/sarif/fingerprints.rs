use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use crate::finding::Location;

/// By what results are known again in another run.
pub(crate) struct Fingerprints {
    name: &'static str,
    seen: HashMap<String, u64>,
}

impl Fingerprints {
    /// Fingerprints of that name, which ends in their version.
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, seen: HashMap::new() }
    }

    /// Of the parts that stay the same when a version, a run or a line changes. Several results that have all of them
    /// in common are told apart by their order.
    ///
    /// GitHub reads `primaryLocationLineHash` only; where there is a line it makes its own, from the line's text.
    pub(crate) fn take(
        &mut self,
        parts: [&str; 4],
        place: Option<&Location>,
    ) -> BTreeMap<&'static str, String> {
        let digest = digest(parts);
        let count = self.seen.entry(digest.clone()).or_default();
        *count += 1;
        let has_line = place.is_some_and(|place| place.line.is_some());
        let for_github =
            (!has_line).then(|| ("primaryLocationLineHash", format!("{}:{count}", &digest[..16])));
        let ours = (self.name, format!("{digest}:{count}"));
        for_github.into_iter().chain([ours]).collect()
    }
}

/// SHA-256, as hex, over the parts, each behind its length.
fn digest(parts: [&str; 4]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_fingerprint_do_not_run_together() {
        assert_ne!(digest(["", "ab", "c", ""]), digest(["", "a", "bc", ""]));
        assert_eq!(digest([""; 4]).len(), 64);
    }

    #[test]
    fn what_is_the_same_is_told_apart_by_its_order() {
        let mut prints = Fingerprints::named("test/v1");
        let mut take = |place| prints.take(["a", "b", "c", "d"], place);
        let (first, second) = (take(None), take(None));
        assert_eq!(first["test/v1"].strip_suffix(":1"), second["test/v1"].strip_suffix(":2"));
        assert!(first["primaryLocationLineHash"].ends_with(":1"));
        let with_line = take(Some(&Location::line("x", 3)));
        assert_eq!(with_line.into_keys().collect::<Vec<_>>(), ["test/v1"]);
    }
}
