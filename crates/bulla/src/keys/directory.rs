//! The default key: 32 random bytes beside the entries.

use std::io::{Read as _, Write as _};

use bulla_core::{Key, Ring};
use bulla_store::{Dir, Resident, StoreError};
use zeroize::Zeroizing;

use super::error::{KeyError, KeyProblem};
use super::text::random;
use crate::settings::Mode;

/// The key's file name in the cache directory.
pub const DIRECTORY_KEY: &str = ".hmac.key";

const LEN: usize = 32;

/// The ring of the key in `dir`, which is made if `mode` writes; a directory that is not there has none.
pub(crate) fn load(dir: &Dir, mode: Mode) -> Result<Ring, KeyError> {
    let failed =
        |error| KeyError::new(dir.path_of(DIRECTORY_KEY).display().to_string(), KeyProblem::File(error));
    if !dir.is_there() {
        return Ok(Ring::new(Vec::new()));
    }
    check_directory(dir)?;
    if mode.writes() && dir.look(DIRECTORY_KEY).map_err(failed)?.is_none() {
        publish_new_key(dir).map_err(failed)?;
    }
    Ok(Ring::new(read(dir)?.into_iter().collect()))
}

/// Whoever can write to the directory can put a key of their own in the key's place.
fn check_directory(dir: &Dir) -> Result<(), KeyError> {
    let place = dir.path().display().to_string();
    match dir.itself() {
        Err(error) => Err(KeyError::new(place, KeyProblem::File(error))),
        Ok(found) if !is_ours(&found) => Err(KeyError::new(place, KeyProblem::Foreign(found.uid))),
        Ok(found) if found.mode & 0o022 != 0 => {
            Err(KeyError::new(place, KeyProblem::OpenDirectory(found.mode)))
        }
        Ok(_) => Ok(()),
    }
}

fn is_ours(found: &Resident) -> bool {
    found.uid == rustix::process::geteuid().as_raw()
}

fn read(dir: &Dir) -> Result<Option<Key>, KeyError> {
    let error = |problem| KeyError::new(dir.path_of(DIRECTORY_KEY).display().to_string(), problem);
    let opened = dir.read(DIRECTORY_KEY).map_err(|e| error(KeyProblem::File(e)))?;
    let Some((mut file, found)) = opened else { return Ok(None) };
    if !is_ours(&found) {
        return Err(error(KeyProblem::Foreign(found.uid)));
    }
    if found.mode & 0o077 != 0 {
        return Err(error(KeyProblem::Readable(found.mode)));
    }
    if found.size != LEN as u64 {
        return Err(error(KeyProblem::WrongSize(found.size)));
    }
    let mut bytes = Zeroizing::new([0; LEN]);
    file.read_exact(bytes.as_mut())
        .map_err(|e| error(KeyProblem::File(StoreError::new("read", dir.path_of(DIRECTORY_KEY), e))))?;
    Ok(Some(Key::hmac(&bytes)))
}

/// Of many processes that come here at once, one publishes and all read what it published: the new key is
/// complete and durable under another name before it gets this one, and a hard link never replaces.
fn publish_new_key(dir: &Dir) -> Result<(), StoreError> {
    let random = |place| random().map_err(|e| StoreError::new("make a key for", place, e));
    let draft = format!(
        ".tmp-key-{:032x}",
        u128::from_ne_bytes(*random(dir.path())?.first_chunk().expect("16 of 32"))
    );
    let mut file = dir.create_new(&draft)?;
    let write = |e| StoreError::new("write", dir.path_of(&draft), e);
    let published = random(dir.path()).and_then(|bytes| {
        file.write_all(bytes.as_slice()).and_then(|()| file.sync_all()).map_err(write)?;
        dir.name_new(&draft, DIRECTORY_KEY)?;
        dir.sync()
    });
    let removed = dir.remove(&draft);
    published.and(removed.map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_another_process_published_first_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        let dir = Dir::create(root.path()).unwrap();
        dir.create_new(DIRECTORY_KEY).unwrap().write_all(&[2; LEN]).unwrap();
        let key = read(&dir).unwrap().unwrap();
        assert_eq!(key.id(), Key::hmac(&[2; LEN]).id());
        publish_new_key(&dir).unwrap();
        assert_eq!(read(&dir).unwrap().unwrap().id(), key.id());
    }
}
