//! A file that may be an image's archive: a tar file, as it is or packed with gzip or zstd.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use bulla::{Digest, open_regular};
use flate2::bufread::MultiGzDecoder;

use super::error::{ImageProblem, TargetError};
use super::json::MOST_JSON;
use super::layers::{self, Budget, Packing, read_up_to};
use super::tar::{Kind, Reader, Source};

/// The most members of an image's archive. `docker save` writes four for each layer, of which there are at most 127.
const MOST_MEMBERS: usize = 1 << 14;
/// The most bytes of documents that are kept until it is known which of them count.
const MOST_KEPT: u64 = 16 * MOST_JSON;
/// The most bytes that a packed archive unpacks to.
const MOST_ARCHIVE: u64 = 64 << 30;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    DockerArchive,
    OciArchive,
    Other,
}

/// Looks for the members that make an archive an image's. Content is passed over; a packed archive is unpacked for it.
pub(super) fn kind(path: &Path) -> Result<FileKind, TargetError> {
    let open = || Stream::open(path).map_err(|problem| problem.at(path));
    let mut source = open()?;
    let mut head = [0; 512];
    let found = read_up_to(&mut source, &mut head);
    // `ustar` at its place, or a sum that is right: else it is no tar file, and nothing more is read of it.
    if !matches!(found, Ok(512)) || !super::tar_header::is_header(&head) {
        return Ok(FileKind::Other);
    }
    let problem = |problem: ImageProblem| TargetError::Archive { path: path.to_owned(), problem };
    let mut members = Reader::new(open()?);
    let (mut layout, mut index) = (false, false);
    while let Some(member) = members.next().map_err(problem)? {
        match &member.name[..] {
            b"manifest.json" => return Ok(FileKind::DockerArchive),
            b"oci-layout" => layout = true,
            b"index.json" => index = true,
            _ => {}
        }
    }
    Ok(if layout && index { FileKind::OciArchive } else { FileKind::Other })
}

/// What a name in an archive stands for.
pub(super) enum Entry {
    File(Content),
    Directory,
    Symlink(Vec<u8>),
    Other,
}

pub(super) struct Content {
    pub(super) size: u64,
    pub(super) digest: Digest,
    /// As [`layers::Hashed::unpacked`].
    pub(super) unpacked: Result<Digest, String>,
    /// Its bytes, if they may be a document.
    pub(super) document: Option<Vec<u8>>,
}

/// Every member of an archive by its name, read in one pass: a packed archive can't be read at two places, and in
/// what order the members stand is each tool's own.
pub(super) fn members(path: &Path, budget: &Budget) -> Result<BTreeMap<Vec<u8>, Entry>, ImageProblem> {
    let mut reader = Reader::new(Stream::open(path)?);
    let mut entries = BTreeMap::new();
    let mut kept = 0;
    while let Some(member) = reader.next()? {
        let entry = match member.kind {
            Kind::Directory => Entry::Directory,
            Kind::Symlink(to) => Entry::Symlink(to),
            Kind::Other => Entry::Other,
            Kind::File if member.size <= MOST_JSON => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes)?;
                let found = layers::hash(&bytes[..], budget)?;
                let document = matches!(bytes.first(), Some(b'{' | b'[')).then_some(bytes);
                kept += document.as_ref().map_or(0, |bytes| bytes.len() as u64);
                Entry::File(Content {
                    size: found.size,
                    digest: found.digest,
                    unpacked: found.unpacked,
                    document,
                })
            }
            Kind::File => {
                let found = layers::hash(&mut reader, budget)?;
                let (digest, unpacked) = (found.digest, found.unpacked);
                Entry::File(Content { size: found.size, digest, unpacked, document: None })
            }
        };
        if kept > MOST_KEPT {
            return Err(ImageProblem::TooLarge {
                what: "all documents together".to_owned(),
                most: MOST_KEPT,
            });
        }
        let is_directory = matches!(entry, Entry::Directory);
        let quoted = quoted(&member.name);
        match entries.insert(member.name, entry) {
            Some(Entry::Directory) if is_directory => {}
            Some(_) => return Err(ImageProblem::Twice(quoted)),
            None => {}
        }
        if entries.len() > MOST_MEMBERS {
            return Err(ImageProblem::malformed(
                "the archive",
                format!("it has more than {MOST_MEMBERS} members"),
            ));
        }
    }
    Ok(entries)
}

/// A name from inside an archive, as it can be shown.
pub(super) fn quoted(name: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(name))
}

/// An archive's bytes, unpacked.
enum Stream {
    Plain(BufReader<File>),
    Packed(io::Take<Box<dyn Read>>),
}

impl Stream {
    fn open(path: &Path) -> Result<Self, ImageProblem> {
        let (mut file, _) = open_regular(path)?;
        let mut head = [0; 4];
        let found = read_up_to(&mut file, &mut head)?;
        file.seek(SeekFrom::Start(0))?;
        let file = BufReader::with_capacity(128 << 10, file);
        let packed: Box<dyn Read> = match Packing::of(&head[..found]) {
            Packing::None => return Ok(Self::Plain(file)),
            Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
        };
        Ok(Self::Packed(packed.take(MOST_ARCHIVE)))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Packed(bytes) => {
                let found = bytes.read(buffer)?;
                if found == 0 && bytes.limit() == 0 && !buffer.is_empty() {
                    return Err(io::Error::other("it unpacks to more than 64 GiB"));
                }
                Ok(found)
            }
        }
    }
}

impl Source for Stream {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        match self {
            Self::Plain(file) => {
                let far = || io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut off");
                file.seek_relative(i64::try_from(bytes).map_err(|_| far())?)
            }
            Self::Packed(_) => io::copy(&mut self.take(bytes), &mut io::sink()).map(drop),
        }
    }
}
