use bulla::{Cache, Claims, FileStore};

use crate::prepare::Prepared;

/// Why nothing is stored under a key, by the entry of the same scanner that comes nearest.
pub(crate) fn explain(cache: &Cache<FileStore>, prepared: &Prepared<'_>) -> String {
    let Ok(entries) = cache.list() else { return "nothing is stored".to_owned() };
    let headers = entries.into_iter().filter_map(|entry| entry.header);
    let mut earlier: Vec<Claims> = headers
        .map(|header| header.claims)
        .filter(|claims| claims.key.operation() == prepared.key.operation())
        .collect();
    // The newest that was made of the same subject, else the newest.
    earlier.sort_by_key(|claims| (claims.key.subject() == prepared.key.subject(), claims.validity.issued()));
    let Some(nearest) = earlier.pop() else { return "first scan".to_owned() };
    let (was, is) = (&nearest.producer, &prepared.producer());
    let changed = [
        ("subject", nearest.key.subject() != prepared.key.subject()),
        ("version", was.version != is.version),
        ("program", was.version == is.version && was.binary != is.binary),
        ("database", was.database != is.database),
    ];
    let changed: Vec<_> = changed.into_iter().filter(|(_, changed)| *changed).map(|(part, _)| part).collect();
    match changed.as_slice() {
        [] => "settings changed".to_owned(),
        parts => format!("{} changed", parts.join(", ")),
    }
}
