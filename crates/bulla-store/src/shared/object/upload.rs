use std::fs::File;
use std::io::{self, Read as _, Seek as _};

use opendal::options::WriteOptions;
use opendal::{Error, Writer};

use super::bucket::Bucket;
use super::client::LONGEST;
use super::failure::io_error;
use super::runtime::wait;
use crate::error::StoreError;
use crate::shared::budget::Budget;

/// Up to this length an entry goes in one request: a payload of 16 MiB with its header and its digest table. A server
/// puts parts together at the end, which takes it about as long as taking them in.
const WHOLE: u64 = 17 << 20;

/// A longer one goes in parts of this many bytes, the fewest that S3 takes, one after the other.
const PART: u64 = 5 << 20;

impl Bucket {
    /// Sends a whole file; readers see it when its last byte has arrived.
    pub(super) fn upload(&self, path: &str, mut file: File) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("write", self.place(path), error);
        let unreadable = |error| StoreError::new("read the draft of", self.place(path), error);
        file.rewind().map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        // A server that takes in nothing is only noticed when the time for all of it is over; one that answers nothing, soon.
        if length > PART
            && let Err(error) = self.revision(path)
            && error.kind() == io::ErrorKind::TimedOut
        {
            return Err(error);
        }
        let operator = if length <= PART { &self.operator } else { &self.uploader };
        let (operator, asked) = (operator.clone(), path.to_owned());
        let part = if length <= WHOLE { length } else { PART };
        let part_len = usize::try_from(part).expect("a part fits into memory");
        let options = WriteOptions { chunk: Some(part_len), ..Default::default() };
        let open = async move { operator.writer_options(&asked, options).await };
        let mut budget = Budget::new(LONGEST, length);
        let mut writer = budget.spend(|| done(wait(LONGEST, open))).map_err(failed)?;
        loop {
            let mut bytes = Vec::with_capacity(part_len);
            (&file).take(part).read_to_end(&mut bytes).map_err(unreadable)?;
            if bytes.is_empty() {
                return budget.spend(|| done(wait(LONGEST, close(writer)))).map_err(failed);
            }
            writer = budget.spend(|| done(wait(LONGEST, send(writer, bytes)))).map_err(failed)?;
        }
    }
}

fn done<T>(asked: opendal::Result<T>) -> io::Result<T> {
    asked.map_err(|error| io_error(&error))
}

/// The writer again, or an error; what was sent before an error is given up.
async fn send(mut writer: Writer, part: Vec<u8>) -> opendal::Result<Writer> {
    match writer.write(part).await {
        Ok(()) => Ok(writer),
        Err(error) => Err(give_up(writer, error)),
    }
}

async fn close(mut writer: Writer) -> opendal::Result<()> {
    match writer.close().await {
        Ok(_) => Ok(()),
        Err(error) => Err(give_up(writer, error)),
    }
}

/// Tells the server to forget the parts, without waiting for it: it may be the server that is gone.
fn give_up(mut writer: Writer, error: Error) -> Error {
    tokio::spawn(async move { writer.abort().await });
    error
}
