//! The Redis serialization protocol, version 2: commands written, replies read.

use std::io::{self, BufRead, Read as _};

/// A command, as it is sent.
pub(super) fn command(args: &[&[u8]]) -> Vec<u8> {
    let args: Vec<_> = args.iter().map(|arg| argument(arg)).collect();
    [begin(args.len()), args.concat()].concat()
}

/// The beginning of a command of that many arguments.
pub(super) fn begin(args: usize) -> Vec<u8> {
    format!("*{args}\r\n").into_bytes()
}

pub(super) fn argument(bytes: &[u8]) -> Vec<u8> {
    [&argument_head(bytes.len() as u64), bytes, b"\r\n"].concat()
}

/// What is sent before an argument of that length; `\r\n` follows it.
pub(super) fn argument_head(length: u64) -> Vec<u8> {
    format!("${length}\r\n").into_bytes()
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Status(String),
    Error(String),
    Integer(i64),
    /// A value, or an array that a transaction did not come to.
    Nil,
    Bytes(Vec<u8>),
    Array(Vec<Self>),
}

/// As deep as replies to what is asked here can be.
const DEEPEST: usize = 2;

/// Reads one reply of at most `room` bytes, which are taken off it. Memory grows with what arrives, never with what the server claims.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] if it is no reply, or a longer one.
pub(super) fn read(from: &mut impl BufRead, room: &mut u64) -> io::Result<Reply> {
    read_nested(from, room, DEEPEST)
}

fn read_nested(from: &mut impl BufRead, room: &mut u64, depth: usize) -> io::Result<Reply> {
    let line = read_line(from, room)?;
    let (kind, rest) = line.split_at_checked(1).ok_or_else(no_reply)?;
    let number = || rest.parse::<i64>().map_err(|_| no_reply());
    match kind {
        "+" => Ok(Reply::Status(rest.to_owned())),
        "-" => Ok(Reply::Error(rest.to_owned())),
        ":" => Ok(Reply::Integer(number()?)),
        "$" | "*" if number()? == -1 => Ok(Reply::Nil),
        "$" => Ok(Reply::Bytes(read_bytes(from, room, number()?)?)),
        "*" if depth > 0 => {
            let length = u64::try_from(number()?).map_err(|_| no_reply())?;
            (0..length)
                .map(|_| read_nested(from, room, depth - 1))
                .collect::<io::Result<_>>()
                .map(Reply::Array)
        }
        _ => Err(no_reply()),
    }
}

fn read_line(from: &mut impl BufRead, room: &mut u64) -> io::Result<String> {
    let mut line = Vec::new();
    let read = from.take(*room).read_until(b'\n', &mut line)?;
    *room -= read as u64;
    match line.strip_suffix(b"\r\n") {
        Some(line) => Ok(String::from_utf8_lossy(line).into_owned()),
        None if *room == 0 => Err(too_long()),
        None if line.ends_with(b"\n") => Err(no_reply()),
        None => Err(closed()),
    }
}

fn read_bytes(from: &mut impl BufRead, room: &mut u64, length: i64) -> io::Result<Vec<u8>> {
    let length = u64::try_from(length).map_err(|_| no_reply())?;
    let framed = length.checked_add(2).filter(|framed| framed <= room).ok_or_else(too_long)?;
    let mut bytes = Vec::new();
    let read = from.take(framed).read_to_end(&mut bytes)? as u64;
    *room -= read;
    if read < framed {
        return Err(closed());
    }
    if !bytes.ends_with(b"\r\n") {
        return Err(no_reply());
    }
    bytes.truncate(bytes.len() - 2);
    Ok(bytes)
}

/// Not [`io::ErrorKind::UnexpectedEof`], which says that an entry is shorter than it should be.
fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the server closed the connection")
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the server answers with more than it was asked for")
}

pub(super) fn no_reply() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what answers there does not speak as Redis does")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(mut bytes: &[u8], mut room: u64) -> Result<Reply, io::ErrorKind> {
        read(&mut bytes, &mut room).map_err(|error| error.kind())
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_take_more_than_its_room(
            bytes in "[-+:$*\r\n0-9a]{0,60}", room in 0_u64..80
        ) {
            let (mut rest, mut left) = (bytes.as_bytes(), room);
            let _ = read(&mut rest, &mut left);
            prop_assert_eq!((bytes.len() - rest.len()) as u64, room - left);
        }
    }

    #[test]
    fn a_command_is_framed_by_lengths() {
        assert_eq!(command(&[b"GET", b"a\r\nb"]), b"*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n");
    }

    #[test]
    fn each_kind_of_reply_is_read() {
        for (bytes, reply) in [
            (&b"+OK\r\n"[..], Reply::Status("OK".into())),
            (b"-ERR no\r\n", Reply::Error("ERR no".into())),
            (b":-7\r\n", Reply::Integer(-7)),
            (b"$-1\r\n", Reply::Nil),
            (b"*-1\r\n", Reply::Nil),
            (b"$0\r\n\r\n", Reply::Bytes(Vec::new())),
            (b"$4\r\na\r\nb\r\n", Reply::Bytes(b"a\r\nb".to_vec())),
            (b"*2\r\n:1\r\n*1\r\n+a\r\n", {
                Reply::Array(vec![Reply::Integer(1), Reply::Array(vec![Reply::Status("a".into())])])
            }),
        ] {
            assert_eq!(parse(bytes, 100), Ok(reply), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_claims_more_than_there_is_room_for_is_refused_before_it_is_read() {
        for bytes in [
            &b"$1000000000000\r\n"[..],
            b"$9223372036854775807\r\n",
            b"$99\r\n",
            b"+a line that is longer than the room there is for this reply",
            b"*9223372036854775807\r\n+aaaaaaaaaaaaaaaaaaaaaa\r\n+aaaaaaaaaaaaaaaaaaa\r\n",
        ] {
            assert_eq!(parse(bytes, 40), Err(io::ErrorKind::InvalidData), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_reply_is_refused_and_one_that_is_cut_off_is_a_broken_connection() {
        for bytes in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"\r\n",
            b"+OK\n",
            b":x\r\n",
            b"$-2\r\n",
            b"*-2\r\n",
            b"$1\r\nabc",
            b"*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
            "é\r\n".as_bytes(),
        ] {
            assert_eq!(parse(bytes, 100), Err(io::ErrorKind::InvalidData), "{}", bytes.escape_ascii());
        }
        for bytes in [&b""[..], b"+O", b"$5\r\nab", b"*2\r\n:1\r\n"] {
            assert_eq!(parse(bytes, 100), Err(io::ErrorKind::ConnectionAborted), "{}", bytes.escape_ascii());
        }
    }
}
