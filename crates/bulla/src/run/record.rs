use std::ffi::OsString;
use std::io::Write as _;

use bulla_core::Producer;
use bulla_store::FileStore;

use super::frames::{Kind, MEDIA_TYPE, encode, encode_inputs};
use super::{Answer, Failures, Outputs, RunError, RunOptions, RunReport, Stored, child};
use crate::cache::Cache;
use crate::miss::Miss;
use crate::recipe::Captured;
use crate::shape::{Shape, ShapeCheck};
use crate::write::{Details, EntryWriter, PutError};

/// Runs the command, and stores what it printed and how it ended. Nothing that goes wrong with storing touches
/// the result.
pub(super) fn run_and_store(
    cache: &Cache<FileStore>,
    captured: &Captured,
    command: &[OsString],
    options: &RunOptions,
    outputs: &mut Outputs<'_>,
    miss: Option<Miss>,
) -> Result<RunReport, RunError> {
    let mut recording = Recording::begin(cache, captured, options);
    let ended =
        child::run(&captured.program, command, outputs, &mut |kind, bytes| recording.take(kind, bytes))?;
    let code = ended.code;
    let is_result = code == 0 || (options.failures == Failures::Stored && ended.by_itself);
    let stored = if !is_result {
        Stored::Failed
    } else if recording.writer.is_err() || captured.capture_again().is_ok_and(|key| key == captured.key) {
        recording.publish()
    } else {
        Stored::InputsChanged
    };
    Ok(RunReport { code, answer: Answer::Ran(miss, stored) })
}

struct Recording<'a> {
    writer: Result<EntryWriter<'a, FileStore>, PutError>,
    shape: Option<ShapeCheck>,
}

impl<'a> Recording<'a> {
    /// The entry is issued now, before the command looks at anything.
    fn begin(cache: &'a Cache<FileStore>, captured: &Captured, options: &RunOptions) -> Self {
        let tool = captured.program.file_name().and_then(|name| name.to_str()?.parse().ok());
        let details = Details {
            ttl: options.ttl,
            media_type: MEDIA_TYPE.parse().ok(),
            producer: Producer { tool, binary: Some(captured.program_digest), ..Producer::default() },
            // The frames are not the report; `take` looks at what is in them.
            shape: Shape::Any,
        };
        let writer = cache.writer(&captured.key, details);
        let mut recording = Self { writer, shape: Shape::ByOperation.check(captured.key.operation()) };
        recording.write(&encode_inputs(&captured.inputs));
        recording
    }

    fn take(&mut self, kind: Kind, bytes: &[u8]) {
        if let (Kind::Stdout, Some(shape)) = (kind, &mut self.shape) {
            shape.feed(bytes);
        }
        self.write(&encode(kind, bytes));
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Ok(writer) = &mut self.writer
            && let Err(error) = writer.write_all(bytes)
        {
            self.writer = Err(PutError::Draft(error));
        }
    }

    fn publish(self) -> Stored {
        let whole = self.shape.map_or(Ok(()), ShapeCheck::finish).map_err(PutError::NotAReport);
        match self.writer.and_then(|writer| whole.and_then(|()| writer.publish())) {
            Ok(()) => Stored::Yes,
            Err(error) => Stored::Error(error),
        }
    }
}
