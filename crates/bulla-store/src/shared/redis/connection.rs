//! One connection to a server: commands out, replies back.

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use super::address::Server;
use super::refused;
use super::resp::{self, Reply};
use super::wire::Wire;

/// Room for replies that are a word, a number or an error.
pub(super) const SHORT: u64 = 8 << 10;

/// A connection on which an error has happened has lost its place, and is not used again.
pub(super) struct Connection {
    wire: BufReader<Wire>,
    /// When what is done on it has to be done. What is large adds its own time.
    until: Instant,
}

impl Connection {
    /// Connects, logs in and chooses the database.
    pub(super) fn open(server: &Server, tls: Option<Arc<ClientConfig>>, until: Instant) -> io::Result<Self> {
        let wire = Wire::connect(&server.host, server.port, tls, until)?;
        let mut connection = Self { wire: BufReader::with_capacity(64 << 10, wire), until };
        if let Some(login) = &server.login {
            let password = login.password.as_bytes();
            // Servers older than 6 have no users, and take a password alone.
            let auth = match &login.user {
                Some(user) => resp::command(&[b"AUTH", user.as_bytes(), password]),
                None => resp::command(&[b"AUTH", password]),
            };
            connection.ask([auth], SHORT)?;
        }
        if server.database != 0 {
            let number = server.database.to_string();
            connection.ask([resp::command(&[b"SELECT", number.as_bytes()])], SHORT)?;
        }
        Ok(connection)
    }

    /// From now on everything has to be done by then.
    pub(super) fn end_at(&mut self, until: Instant) {
        self.until = until;
    }

    /// Sends commands in one go and reads their replies, of `room` bytes in all.
    ///
    /// # Errors
    ///
    /// If a reply is an error, or one does not come in time.
    pub(super) fn ask<const N: usize>(
        &mut self,
        commands: [Vec<u8>; N],
        mut room: u64,
    ) -> io::Result<[Reply; N]> {
        self.send(&commands.concat(), room)?;
        let mut replies = [const { Reply::Nil }; N];
        for reply in &mut replies {
            *reply = self.reply(&mut room)?;
        }
        Ok(replies)
    }

    /// As [`Connection::ask`], with nobody else's command between these. `None` if a watched key has changed.
    pub(super) fn ask_at_once<const N: usize>(
        &mut self,
        commands: [Vec<u8>; N],
        room: u64,
    ) -> io::Result<Option<[Reply; N]>> {
        let mut room = room + SHORT;
        let sent = [resp::command(&[b"MULTI"]), commands.concat(), resp::command(&[b"EXEC"])];
        self.send(&sent.concat(), room)?;
        for _ in 0..=N {
            self.reply(&mut room)?;
        }
        let replies = match self.reply(&mut room)? {
            Reply::Nil => return Ok(None),
            Reply::Array(replies) => replies.into_iter().map(good).collect::<io::Result<Vec<_>>>()?,
            _ => return Err(resp::no_reply()),
        };
        replies.try_into().map(Some).map_err(|_| resp::no_reply())
    }

    /// `SET key value PX lifetime`, the value copied from where it lies. A server that is sent less than all of it takes none.
    pub(super) fn set(&mut self, key: &[u8], value: (impl Read, u64), lifetime: Duration) -> io::Result<()> {
        match self.send_set(key, value, lifetime) {
            // A server that wants no more of it says why before it hangs up.
            Err(error) if is_broken(&error) => match resp::read(&mut self.wire, &mut { SHORT }) {
                Ok(Reply::Error(text)) => Err(refused::in_words(&text)),
                _ => Err(error),
            },
            sent => sent.and_then(|()| self.reply(&mut { SHORT })).map(drop),
        }
    }

    fn send_set(
        &mut self,
        key: &[u8],
        (value, length): (impl Read, u64),
        lifetime: Duration,
    ) -> io::Result<()> {
        self.has_time_for(length);
        let mut out = BufWriter::with_capacity(64 << 10, self.wire.get_mut());
        out.write_all(&resp::begin(5))?;
        out.write_all(&resp::argument(b"SET"))?;
        out.write_all(&resp::argument(key))?;
        out.write_all(&resp::argument_head(length))?;
        if io::copy(&mut value.take(length), &mut out)? != length {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the draft has become shorter"));
        }
        out.write_all(b"\r\n")?;
        out.write_all(&resp::argument(b"PX"))?;
        out.write_all(&resp::argument(lifetime.as_millis().to_string().as_bytes()))?;
        out.flush()
    }

    fn send(&mut self, bytes: &[u8], room: u64) -> io::Result<()> {
        self.has_time_for(room);
        let wire = self.wire.get_mut();
        wire.write_all(bytes)?;
        wire.flush()
    }

    /// What is slower than 128 KiB in a second counts as dead.
    fn has_time_for(&mut self, bytes: u64) {
        self.until += Duration::from_secs(bytes >> 17);
        self.wire.get_mut().end_at(self.until);
    }

    fn reply(&mut self, room: &mut u64) -> io::Result<Reply> {
        resp::read(&mut self.wire, room).and_then(good)
    }
}

/// Whether the connection is what failed, and another one might not.
pub(super) fn is_broken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected
    )
}

fn good(reply: Reply) -> io::Result<Reply> {
    match reply {
        Reply::Error(text) => Err(refused::in_words(&text)),
        reply => Ok(reply),
    }
}
