//! The names that values lie under.

use std::collections::HashSet;
use std::io;
use std::time::{Duration, Instant};

use bulla_core::EntryName;

use super::connection::Connection;
use super::pool::Pool;
use super::resp::{self, Reply};

/// As many names as a listing holds.
const MOST_NAMES: usize = 1_000_000;

/// As long as a listing may last. Redis passes over some hundred thousand keys of others' in a second.
const LONGEST: Duration = Duration::from_secs(120);

/// Room for one part, of a thousand keys or somewhat more.
const ROOM: u64 = 1 << 20;

/// A server may give a name several times, or invent some: what is no name is passed over.
pub(super) fn names(pool: &Pool, prefix: &str) -> io::Result<Vec<EntryName>> {
    let pattern = pattern(prefix);
    let mut names = HashSet::new();
    let mut cursor = b"0".to_vec();
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        let (next, keys) = pool.run(|connection| part(connection, &cursor, pattern.as_bytes()))?;
        names.extend(keys.iter().filter_map(|key| name(key, prefix)));
        if names.len() > MOST_NAMES {
            return Err(io::Error::other(format!("there are more than {MOST_NAMES} names")));
        }
        if next == b"0" {
            return Ok(names.into_iter().collect());
        }
        cursor = next;
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "the listing does not end"))
}

fn part(connection: &mut Connection, cursor: &[u8], pattern: &[u8]) -> io::Result<(Vec<u8>, Vec<Reply>)> {
    let scan = resp::command(&[b"SCAN", cursor, b"MATCH", pattern, b"COUNT", b"1000"]);
    let [Reply::Array(reply)] = connection.ask([scan], ROOM)? else { return Err(resp::no_reply()) };
    match <[Reply; 2]>::try_from(reply) {
        Ok([Reply::Bytes(next), Reply::Array(keys)]) => Ok((next, keys)),
        _ => Err(resp::no_reply()),
    }
}

fn name(key: &Reply, prefix: &str) -> Option<EntryName> {
    let Reply::Bytes(key) = key else { return None };
    str::from_utf8(key).ok()?.strip_prefix(prefix)?.strip_prefix(':')?.parse().ok()
}

/// What is special in a pattern stands for itself in a prefix.
fn pattern(prefix: &str) -> String {
    let mut pattern = String::new();
    for letter in prefix.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '^' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + ":*"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_under_the_very_prefix_are_taken() {
        let hex = "ab".repeat(32);
        let known = |key: &str| name(&Reply::Bytes(key.into()), "bulla").map(|name| name.to_string());
        assert_eq!(known(&format!("bulla:{hex}")), Some(hex.clone()));
        for other in [format!("bulla:{hex}:lease"), format!("bull:{hex}"), format!("bulla:x{hex}"), hex] {
            assert_eq!(known(&other), None, "{other}");
        }
        assert_eq!(name(&Reply::Integer(1), "bulla"), None);
    }

    #[test]
    fn a_prefix_is_no_pattern() {
        assert_eq!(pattern("a*[b]?\\"), r"a\*\[b\]\?\\:*");
    }
}
