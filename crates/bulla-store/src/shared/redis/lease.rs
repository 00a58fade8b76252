//! Leases: `<prefix>:<name>:lease`, which the server forgets when their time is over.

use std::io;
use std::time::Duration;

use bulla_core::EntryName;

use super::connection::{Connection, SHORT};
use super::pool::Pool;
use super::resp::{self, Reply};
use super::value::{Beginning, change_if};
use crate::shared::{Lease, Leased};

/// How often a claim is made again because another one was faster.
const ROUNDS: usize = 3;

pub(super) fn key(prefix: &str, name: &EntryName) -> Vec<u8> {
    format!("{prefix}:{name}:lease").into_bytes()
}

pub(super) fn claim(pool: &Pool, key: &[u8], claim: &Lease) -> io::Result<Leased> {
    let value = claim.encode();
    let lasts =
        claim.until.saturating_since(claim.since).max(Duration::from_millis(1)).as_millis().to_string();
    let set = [b"SET", key, value.as_bytes(), b"PX", lasts.as_bytes()];
    let set_if_absent = resp::command(&[&set[..], &[b"NX"]].concat());
    pool.run(|connection| {
        for _ in 0..ROUNDS {
            if connection.ask([set_if_absent.clone()], SHORT)? != [Reply::Nil] {
                return Ok(Leased::Ours);
            }
            let found = held(connection, key)?;
            if let Some(answer) = found.clone().and_then(|held| held.answer(claim)) {
                return Ok(answer);
            }
            // Over by the claimant's clock, or no lease at all.
            let is_it = |lies: &Beginning| Lease::decode(&lies.bytes) == found;
            if change_if(connection, key, is_it, resp::command(&set))? {
                return Ok(Leased::Ours);
            }
        }
        // It changes hands faster than it can be read, which is no reason to wait.
        Ok(Leased::Ours)
    })
}

pub(super) fn release(pool: &Pool, key: &[u8], claim: &Lease) -> io::Result<()> {
    let is_ours = |lies: &Beginning| Lease::decode(&lies.bytes).as_ref() == Some(claim);
    let delete = resp::command(&[b"DEL", key]);
    pool.run(|connection| change_if(connection, key, is_ours, delete.clone()).map(drop))
}

fn held(connection: &mut Connection, key: &[u8]) -> io::Result<Option<Lease>> {
    let room = Lease::LONGEST as u64 + SHORT;
    let beginning = Beginning::new(connection.ask(Beginning::ask(key, Lease::LONGEST), room)?)?;
    Ok(Lease::decode(&beginning.bytes))
}
