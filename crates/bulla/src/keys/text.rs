//! Keys in text form: from a file, the environment or a command.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use bulla_core::{Key, Ring};
use bulla_store::{StoreError, open_regular};
use zeroize::Zeroizing;

use super::error::{KeyError, KeyProblem};
use crate::secrets::without_secrets;

const MAX_LEN: u64 = 64 << 10;

/// 32 bytes from the operating system.
pub(super) fn random() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut()).map_err(io::Error::other)?;
    Ok(bytes)
}

/// A new HMAC-SHA256 key, from the operating system's randomness.
pub fn new_hmac_key() -> io::Result<Key> {
    Ok(Key::hmac(&*random()?))
}

/// A new Ed25519 private key, from the operating system's randomness.
pub fn new_ed25519_key() -> io::Result<Key> {
    Ok(Key::ed25519_secret(&*random()?))
}

pub(super) fn from_file(path: &Path) -> Result<Ring, KeyError> {
    let place = path.display().to_string();
    let error = |problem| KeyError::new(&place, problem);
    let (file, found) = open_regular(path).map_err(|e| error(KeyProblem::File(e)))?;
    let text = read_text(file).map_err(|e| error(KeyProblem::File(StoreError::new("read", path, e))))?;
    let text = text.ok_or_else(|| error(KeyProblem::TooLong))?;
    let ring = parse(&text, &place)?;
    let euid = rustix::process::geteuid().as_raw();
    if found.uid != euid && found.uid != 0 {
        return Err(error(KeyProblem::Foreign(found.uid)));
    }
    if found.mode & 0o022 != 0 {
        return Err(error(KeyProblem::Writable(found.mode)));
    }
    if ring.sealer().is_some() && found.mode & 0o044 != 0 {
        return Err(error(KeyProblem::Readable(found.mode)));
    }
    Ok(ring)
}

pub(super) fn from_command(command: &str) -> Result<Ring, KeyError> {
    let error = |problem| KeyError::new("the key command", problem);
    let mut shell = Command::new("/bin/sh");
    without_secrets(&mut shell).arg("-c").arg(command).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut run = || {
        let mut child = shell.spawn()?;
        let text = read_text(child.stdout.take().expect("piped"))?;
        Ok((child.wait()?, text))
    };
    let (status, text) = run().map_err(|e: io::Error| error(KeyProblem::Command(e.to_string())))?;
    if !status.success() {
        return Err(error(KeyProblem::Command(status.to_string())));
    }
    parse(&text.ok_or_else(|| error(KeyProblem::TooLong))?, "the key command's output")
}

/// The whole text, wiped when it goes; `None` if it is longer than 64 KiB.
fn read_text(from: impl io::Read) -> io::Result<Option<Zeroizing<String>>> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    from.take(MAX_LEN + 1).read_to_string(&mut text)?;
    Ok((text.len() as u64 <= MAX_LEN).then_some(text))
}

/// One key a line; empty lines and lines that begin with `#` are passed over.
pub(super) fn parse(text: &str, place: &str) -> Result<Ring, KeyError> {
    let lines =
        (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|(number, line)| {
        Key::parse(line).map_err(|error| KeyError::new(place, KeyProblem::Line(number, error)))
    });
    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(KeyError::new(place, KeyProblem::Empty)) } else { Ok(Ring::new(keys)) }
}
