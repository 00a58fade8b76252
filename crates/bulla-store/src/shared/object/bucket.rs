use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use futures::TryStreamExt as _;
use opendal::options::{ReaderOptions, WriteOptions};
use opendal::{BufferStream, Capability, Error, ErrorKind, Metadata, Operator};

use super::client::{LONGEST, TOO_MUCH};
use super::failure::io_error;
use super::runtime::{Pending, start, wait};
use crate::error::StoreError;
use crate::store::Revision;

/// As [`LONGEST`], for a list of a million names.
const LONGEST_LIST: Duration = Duration::from_secs(300);

/// A list ends here: a server can invent names for ever.
const MOST_NAMES: usize = 1_000_000;

/// Objects by path, as a service of somebody else's has them.
#[derive(Clone)]
pub(super) struct Bucket {
    pub(super) operator: Operator,
    /// For objects of several parts.
    pub(super) uploader: Operator,
    /// What stands before a path, such as `s3://bucket/`.
    place: String,
    /// Where that is, if it was said.
    endpoint: Option<String>,
}

/// The beginning of an object.
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    /// How many the whole object has, as the server says.
    pub(super) size: u64,
    pub(super) revision: Revision,
    /// What to ask for, to be given the same object again and no other.
    pub(super) etag: Option<String>,
}

/// On what an object is written.
pub(super) enum Provided {
    /// That there is none yet.
    Absent,
    /// That it is still the one with this tag.
    Is(Option<String>),
}

impl Bucket {
    pub(super) fn new(
        (operator, uploader): (Operator, Operator),
        place: String,
        endpoint: Option<String>,
    ) -> Self {
        Self { operator, uploader, place, endpoint }
    }

    /// The first `first` bytes, or as many as there are, in one request; `None` if there is no object.
    pub(super) fn head(&self, path: &str, first: u64) -> Result<Option<Head>, StoreError> {
        let asked = self.ask(path, async move |operator, path| head(&operator, &path, first).await);
        found(asked).map_err(|error| self.failed("read", path, &error))
    }

    /// Asks for those bytes and no others, of the object with that tag.
    pub(super) fn range(
        &self,
        path: &str,
        etag: Option<&str>,
        range: Range<u64>,
    ) -> opendal::Result<Pending<Vec<u8>>> {
        let length = usize::try_from(range.end - range.start).expect("a window fits into memory");
        let if_match = etag.filter(|_| self.can().read_with_if_match).map(str::to_owned);
        let options = ReaderOptions { if_match, ..Default::default() };
        let (operator, path) = (self.operator.clone(), path.to_owned());
        start(LONGEST, async move {
            let mut pieces = operator.reader_options(&path, options).await?.into_stream(range).await?;
            let bytes = read(&mut pieces, length).await?;
            match pieces.try_next().await? {
                None => Ok(bytes),
                Some(_) => Err(unexpected(TOO_MUCH)),
            }
        })
    }

    /// Which object lies there now.
    pub(super) fn revision(&self, path: &str) -> Result<Option<Revision>, StoreError> {
        let asked = self.ask(path, async move |operator, path| operator.stat(&path).await);
        let found = found(asked).map_err(|error| self.failed("look at", path, &error))?;
        Ok(found.map(|metadata| revision(&metadata)))
    }

    /// Writes a short object, if what it is provided on is so; a server that knows no conditions writes it in any case.
    pub(super) fn write(&self, path: &str, text: &str, provided: Provided) -> Result<(), StoreError> {
        let can = self.can();
        let options = match provided {
            Provided::Absent if can.write_with_if_not_exists => {
                WriteOptions { if_not_exists: true, ..Default::default() }
            }
            Provided::Is(etag) if can.write_with_if_match => {
                WriteOptions { if_match: etag, ..Default::default() }
            }
            _ => WriteOptions::default(),
        };
        let write = |options| {
            let text = text.to_owned();
            self.ask(path, async move |operator, path| operator.write_options(&path, text, options).await)
        };
        let written = match write(options) {
            Err(error) if error.kind() == ErrorKind::Unsupported => write(WriteOptions::default()),
            written => written,
        };
        match written {
            Err(error) if error.kind() != ErrorKind::ConditionNotMatch => {
                Err(self.failed("write", path, &error))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn delete(&self, path: &str) -> Result<(), StoreError> {
        let deleted = self.ask(path, async move |operator, path| operator.delete(&path).await);
        deleted.map_err(|error| self.failed("remove", path, &error))
    }

    /// Whether objects can be replaced and removed.
    pub(super) fn can_delete(&self) -> bool {
        self.can().delete
    }

    fn can(&self) -> Capability {
        self.operator.info().full_capability()
    }

    fn ask<T, R>(&self, path: &str, request: impl FnOnce(Operator, String) -> R) -> opendal::Result<T>
    where
        T: Send + 'static,
        R: Future<Output = opendal::Result<T>> + Send + 'static,
    {
        wait(LONGEST, request(self.operator.clone(), path.to_owned()))
    }

    /// What `choose` makes of the paths of objects directly in `dir`, which is empty or ends with `/`.
    pub(super) fn list<T: Send + 'static>(
        &self,
        dir: &str,
        choose: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<Vec<T>, StoreError> {
        let (operator, asked) = (self.operator.clone(), dir.to_owned());
        let listed = wait(LONGEST_LIST, async move {
            let mut entries = operator.lister(&asked).await?;
            let (mut count, mut chosen) = (0, Vec::new());
            while let Some(entry) = entries.try_next().await? {
                count += 1;
                if count > MOST_NAMES {
                    return Err(unexpected("the list has more than a million names"));
                }
                chosen.extend(choose(entry.path()));
            }
            Ok(chosen)
        });
        listed.map_err(|error| self.failed("list", dir, &error))
    }

    pub(super) fn place(&self, path: &str) -> PathBuf {
        let at = self.endpoint.as_ref().map_or(String::new(), |endpoint| format!(" at {endpoint}"));
        PathBuf::from(format!("{}{path}{at}", self.place))
    }

    pub(super) fn failed(&self, doing: &'static str, path: &str, error: &Error) -> StoreError {
        StoreError::new(doing, self.place(path), io_error(error))
    }
}

/// What was asked for, or that it is not there.
fn found<T>(asked: opendal::Result<T>) -> opendal::Result<Option<T>> {
    match asked {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        asked => asked.map(Some),
    }
}

async fn head(operator: &Operator, path: &str, first: u64) -> opendal::Result<Head> {
    let mut pieces = operator.reader(path).await?.into_stream(0..first).await?;
    let metadata = match pieces.metadata().await {
        Ok(metadata) => metadata,
        // An empty object has no first byte to ask for.
        Err(error) if error.kind() == ErrorKind::RangeNotSatisfied => {
            let metadata = operator.stat(path).await?;
            if metadata.content_length() > 0 {
                return Err(error);
            }
            return Ok(Head { bytes: Vec::new(), size: 0, revision: revision(&metadata), etag: None });
        }
        Err(error) => return Err(error),
    };
    let size = metadata.content_length();
    let length = usize::try_from(size.min(first)).expect("a window fits into memory");
    // The whole range is only there if the object is that long; so the end of the answer is not asked for.
    let bytes = read(&mut pieces, length).await?;
    // A weak tag matches nothing (RFC 9110, section 13.1.1).
    let etag = metadata.etag().filter(|etag| !etag.starts_with("W/")).map(str::to_owned);
    Ok(Head { bytes, size, revision: revision(&metadata), etag })
}

/// So many bytes, in one place: each piece that a server sends would cost more than its bytes if it were kept.
async fn read(pieces: &mut BufferStream, length: usize) -> opendal::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let piece =
            pieces.try_next().await?.ok_or_else(|| unexpected("the server sent less than it said"))?;
        piece.for_each(|part| bytes.extend_from_slice(&part));
    }
    if bytes.len() == length { Ok(bytes) } else { Err(unexpected(TOO_MUCH)) }
}

fn revision(metadata: &Metadata) -> Revision {
    let modified = metadata.last_modified().map(|time| time.to_string());
    let parts = (metadata.etag(), metadata.content_length(), modified);
    let hash = blake3::hash(format!("{parts:?}").as_bytes());
    let (id, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    Revision::new(u128::from_le_bytes(*id))
}

fn unexpected(problem: &str) -> Error {
    Error::new(ErrorKind::Unexpected, problem)
}
