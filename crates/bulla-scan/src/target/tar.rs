//! A tar archive, member by member, strictly: what two readers could read as two things is an error.
//!
//! The scanners read the archive again with a reader of their own. A member that only one of the two sees, or that
//! has another name, length or place for the other, would be a layer that is scanned without having been verified. So
//! nothing but the plain forms is taken (POSIX.1-1988 ustar, PAX's `path`, `linkpath` and `size`, GNU's long names), and
//! each extension is at most 64 KiB, however much it claims.

use std::io::{self, Read};

use super::error::ImageProblem;
use super::layers::read_up_to;
use super::tar_header::{BLOCK, check_sum, decimal, number, own_name, pax, until_nul, wrong};

/// The most bytes of what stands before a header and changes it.
const MOST_EXTENSION: u64 = 64 << 10;
/// The longest name: what Linux takes for a path.
const MOST_NAME: usize = 4096;

/// Bytes that can be passed over.
pub(super) trait Source: Read {
    /// Passes over `bytes` bytes. Where there are fewer, this or the next read says so.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

pub(super) struct Reader<S> {
    source: S,
    /// What is left of the last member's content, and the padding behind it.
    content: u64,
    padding: u64,
}

/// A member's header.
pub(super) struct Member {
    /// Relative to the archive's root, without `.` parts.
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) size: u64,
}

pub(super) enum Kind {
    File,
    Directory,
    /// A symbolic link: a path from the directory that the link lies in.
    Symlink(Vec<u8>),
    /// A hard link, a device or a FIFO.
    Other,
}

/// What stands before a header and changes it.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    pax: bool,
}

impl<S: Source> Reader<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, content: 0, padding: 0 }
    }

    /// The next member. Its content is what can now be read; what is not read is passed over.
    pub(super) fn next(&mut self) -> Result<Option<Member>, ImageProblem> {
        let mut extensions = Extensions::default();
        loop {
            self.source.skip(self.content + self.padding)?;
            (self.content, self.padding) = (0, 0);
            let mut header = [0; BLOCK];
            self.fill(&mut header)?;
            if header == [0; BLOCK] {
                let bare = extensions.name.is_none() && extensions.link.is_none() && !extensions.pax;
                return if bare { self.end() } else { Err(wrong("a header is missing")) };
            }
            check_sum(&header)?;
            let size = number(&header[124..136])?;
            match header[156] {
                b'L' => once(&mut extensions.name, self.gnu_name(size)?)?,
                b'K' => once(&mut extensions.link, self.gnu_name(size)?)?,
                b'x' if !extensions.pax => {
                    extensions.pax = true;
                    for (key, value) in pax(&self.extension(size)?)? {
                        match key {
                            b"path" => once(&mut extensions.name, value.to_owned())?,
                            b"linkpath" => once(&mut extensions.link, value.to_owned())?,
                            b"size" => once(&mut extensions.size, decimal(value)?)?,
                            _ => {}
                        }
                    }
                }
                // For all members behind it: some readers heed it, some don't. git writes a comment there.
                b'g' => {
                    let bytes = self.extension(size)?;
                    if pax(&bytes)?.iter().any(|(key, _)| [&b"path"[..], b"linkpath", b"size"].contains(key))
                    {
                        return Err(wrong("a global header names or measures members"));
                    }
                }
                _ => return self.member(&header, size, extensions).map(Some),
            }
        }
    }

    fn member(
        &mut self,
        header: &[u8; BLOCK],
        size: u64,
        extensions: Extensions,
    ) -> Result<Member, ImageProblem> {
        let size = extensions.size.unwrap_or(size);
        let name = extensions.name.map_or_else(|| own_name(header), Ok)?;
        let link = extensions.link.unwrap_or_else(|| until_nul(&header[157..257]).to_owned());
        let kind = match header[156] {
            b'0' | 0 if name.ends_with(b"/") => return Err(wrong("a file has a directory's name")),
            b'0' | 0 => Kind::File,
            b'5' => Kind::Directory,
            b'2' => Kind::Symlink(link),
            b'1' | b'3' | b'4' | b'6' => Kind::Other,
            _ => return Err(wrong("a member is of a kind that no image's archive has")),
        };
        if size > 0 && !matches!(kind, Kind::File) {
            return Err(wrong("a member that is no file has content"));
        }
        if name.len() > MOST_NAME {
            return Err(wrong("a name is too long"));
        }
        let name = clean(&name).ok_or_else(|| wrong("a name leads out of the archive"))?;
        self.content = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
        if size.checked_add(self.padding).is_none() {
            return Err(wrong("a size is too large"));
        }
        Ok(Member { name, kind, size })
    }

    /// Behind the first block of zeros: nothing but zeros, and at least one block of them.
    fn end(&mut self) -> Result<Option<Member>, ImageProblem> {
        let mut block = [0; BLOCK];
        self.fill(&mut block)?;
        loop {
            if block.iter().any(|byte| *byte != 0) {
                return Err(wrong("something lies behind its end"));
            }
            if read_up_to(&mut self.source, &mut block)? == 0 {
                return Ok(None);
            }
        }
    }

    fn gnu_name(&mut self, size: u64) -> Result<Vec<u8>, ImageProblem> {
        let name = self.extension(size)?;
        let name = name.strip_suffix(b"\0").unwrap_or(&name);
        if name.is_empty() || name.contains(&0) {
            Err(wrong("a long name is no name"))
        } else {
            Ok(name.to_owned())
        }
    }

    fn extension(&mut self, size: u64) -> Result<Vec<u8>, ImageProblem> {
        let length = usize::try_from(size).ok().filter(|_| size <= MOST_EXTENSION);
        let mut bytes = vec![0; length.ok_or_else(|| wrong("an extension is too long"))?];
        self.fill(&mut bytes)?;
        self.padding = size.wrapping_neg() % BLOCK as u64;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ImageProblem> {
        let whole = read_up_to(&mut self.source, bytes)? == bytes.len();
        if whole { Ok(()) } else { Err(wrong("it is cut off")) }
    }
}

/// The content of the member that was given last.
impl<S: Source> Read for Reader<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.content).unwrap_or(usize::MAX).min(buffer.len());
        let bytes = self.source.read(&mut buffer[..most])?;
        if bytes == 0 && most > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut off"));
        }
        self.content -= bytes as u64;
        Ok(bytes)
    }
}

/// The parts of `path` that lead somewhere, joined again; `None` if it is absolute or leads above where it starts.
pub(super) fn clean(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    if path.starts_with(b"/") || path.contains(&0) {
        return None;
    }
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), ImageProblem> {
    if place.replace(value).is_some() { Err(wrong("a name or a size is given twice")) } else { Ok(()) }
}
