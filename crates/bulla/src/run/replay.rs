use std::io::Write;

use bulla_core::Refusal;
use bulla_store::{FileStore, Store};

use super::frames::{Decoder, Kind, MEDIA_TYPE, NotARun};
use super::{Answer, Outputs, RunError, RunReport};
use crate::hit::Hit;
use crate::miss::Miss;

/// Up to this payload length a result is held in memory between proving and replaying it.
const IN_MEMORY: u64 = 16 << 20;

/// Replays what was found, if anything was. The whole result is proved before its first byte is given out, so that a
/// damaged one leaves nothing on the output and the command can still be run.
pub(super) fn replay(
    found: Result<Hit<'_, FileStore>, Miss>,
    outputs: &mut Outputs<'_>,
) -> Result<Result<RunReport, Miss>, RunError> {
    let hit = match found {
        Ok(hit) => hit,
        Err(miss) => return Ok(Err(miss)),
    };
    let (header, tier) = (hit.header().clone(), hit.tier());
    if header.claims.media_type.as_ref().is_none_or(|media_type| media_type.as_str() != MEDIA_TYPE) {
        return Ok(Err(Miss::Refused(Refusal::Malformed("the entry is not a recorded run"))));
    }
    if header.layout.payload_len <= IN_MEMORY {
        Ok(match hit.into_vec().and_then(|payload| check(&payload).map(|()| payload)) {
            Ok(payload) => Ok(deliver_bytes(&payload, Answer::Hit(Box::new(header), tier), outputs)?),
            Err(miss) => Err(miss),
        })
    } else {
        let mut hit = hit;
        if let Err(miss) = each_frame(&mut hit, &mut |_, _| ()) {
            return Ok(Err(miss));
        }
        hit.rewind();
        let mut sink = Sink::new(outputs);
        let code =
            each_frame(&mut hit, &mut |kind, bytes| sink.take(kind, bytes)).map_err(RunError::Changed)?;
        sink.finish()?;
        Ok(Ok(RunReport { code, answer: Answer::Hit(Box::new(header), tier) }))
    }
}

fn not_a_run(NotARun: NotARun) -> Miss {
    Miss::Refused(Refusal::Malformed("the payload is not a recorded run"))
}

fn check(payload: &[u8]) -> Result<(), Miss> {
    let mut decoder = Decoder::default();
    decoder.push(payload, &mut |_, _| ()).map_err(not_a_run)?;
    decoder.finish().map(drop).map_err(not_a_run)
}

fn deliver_bytes(payload: &[u8], answer: Answer, outputs: &mut Outputs<'_>) -> Result<RunReport, RunError> {
    let (mut decoder, mut sink) = (Decoder::default(), Sink::new(outputs));
    let pushed = decoder.push(payload, &mut |kind, bytes| sink.take(kind, bytes));
    sink.finish()?;
    let code = pushed.and_then(|()| decoder.finish()).map_err(|error| RunError::Changed(not_a_run(error)))?;
    Ok(RunReport { code, answer })
}

fn each_frame<S: Store>(hit: &mut Hit<'_, S>, frame: &mut dyn FnMut(Kind, &[u8])) -> Result<u8, Miss> {
    let mut decoder = Decoder::default();
    while let Some(chunk) = hit.next_chunk()? {
        decoder.push(chunk, frame).map_err(not_a_run)?;
    }
    decoder.finish().map_err(not_a_run)
}

/// Passes output on. A reader that has gone away wants no more, which is no error.
pub(super) struct Sink<'a, 'b> {
    outputs: &'a mut Outputs<'b>,
    failed: Option<std::io::Error>,
}

impl<'a, 'b> Sink<'a, 'b> {
    pub(super) fn new(outputs: &'a mut Outputs<'b>) -> Self {
        Self { outputs, failed: None }
    }

    pub(super) fn take(&mut self, kind: Kind, bytes: &[u8]) {
        let stream: &mut dyn Write = match kind {
            Kind::Stdout => self.outputs.stdout,
            Kind::Stderr => self.outputs.stderr,
            Kind::Inputs | Kind::Exit => return,
        };
        if let Err(error) = stream.write_all(bytes).and_then(|()| stream.flush())
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            self.failed.get_or_insert(error);
        }
    }

    pub(super) fn finish(self) -> Result<(), RunError> {
        self.failed.map_or(Ok(()), |error| Err(RunError::Output(error)))
    }
}
