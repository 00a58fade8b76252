//! The payload of a recorded run, as docs/format.md has it: frames of a kind, a length and bytes.

use std::collections::BTreeMap;

/// The media type of a recorded run.
pub(super) const MEDIA_TYPE: &str = "application/vnd.bulla.run.v1";

/// No frame is longer.
const MAX_LEN: usize = 1 << 20;
const HEAD_LEN: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON object of the key's parts, by name, as digests. The first frame.
    Inputs,
    Stdout,
    Stderr,
    /// The exit code, one byte. The last frame.
    Exit,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Inputs, Self::Stdout, Self::Stderr, Self::Exit];

    fn code(self) -> u8 {
        1 + u8::try_from(Self::ALL.into_iter().take_while(|kind| *kind != self).count()).expect("four kinds")
    }
}

pub(super) fn encode(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD_LEN + bytes.len());
    for part in bytes.chunks(MAX_LEN) {
        out.push(kind.code());
        out.extend_from_slice(&u32::try_from(part.len()).expect("at most 1 MiB").to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}

pub(super) fn encode_inputs(inputs: &BTreeMap<String, String>) -> Vec<u8> {
    let json = serde_json::to_vec(inputs).expect("a map of strings is JSON");
    // More than a frame holds would be hundreds of thousands of arguments; such a run explains less.
    encode(Kind::Inputs, if json.len() <= MAX_LEN { &json } else { b"{}" })
}

/// Bytes that are not a recorded run, although their seal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotARun;

/// Takes chunks of a payload and gives frames.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pending: Vec<u8>,
    exit: Option<u8>,
}

impl Decoder {
    pub(super) fn push(&mut self, chunk: &[u8], frame: &mut dyn FnMut(Kind, &[u8])) -> Result<(), NotARun> {
        self.pending.extend_from_slice(chunk);
        let mut rest = &self.pending[..];
        while let Some((&[code, length @ ..], body)) = rest.split_first_chunk::<HEAD_LEN>() {
            let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code).ok_or(NotARun)?;
            let length = u32::from_le_bytes(length) as usize;
            if length > MAX_LEN || self.exit.is_some() {
                return Err(NotARun);
            }
            let Some((bytes, after)) = body.split_at_checked(length) else { break };
            if kind == Kind::Exit {
                let &[code] = bytes else { return Err(NotARun) };
                self.exit = Some(code);
            }
            frame(kind, bytes);
            rest = after;
        }
        let consumed = self.pending.len() - rest.len();
        self.pending.drain(..consumed);
        Ok(())
    }

    /// The exit code, once the last frame has come and nothing follows it.
    pub(super) fn finish(self) -> Result<u8, NotARun> {
        self.exit.filter(|_| self.pending.is_empty()).ok_or(NotARun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Frames = Vec<(Kind, Vec<u8>)>;

    fn decode(bytes: &[u8], step: usize) -> Result<(Frames, u8), NotARun> {
        let (mut decoder, mut frames) = (Decoder::default(), Vec::new());
        for chunk in bytes.chunks(step) {
            decoder.push(chunk, &mut |kind, bytes| frames.push((kind, bytes.to_vec())))?;
        }
        Ok((frames, decoder.finish()?))
    }

    fn recorded() -> Vec<u8> {
        let parts =
            [(Kind::Inputs, &b"{}"[..]), (Kind::Stdout, b"out"), (Kind::Stderr, b"err"), (Kind::Exit, &[3])];
        parts.into_iter().flat_map(|(kind, bytes)| encode(kind, bytes)).collect()
    }

    #[test]
    fn frames_come_back_however_the_bytes_are_cut() {
        for step in [1, 2, 7, 1000] {
            let (frames, code) = decode(&recorded(), step).unwrap();
            assert_eq!(code, 3);
            assert_eq!(frames[1], (Kind::Stdout, b"out".to_vec()));
            assert_eq!(frames.len(), 4);
        }
    }

    #[test]
    fn what_is_cut_off_goes_on_or_claims_too_much_is_no_run() {
        let good = recorded();
        for cut in 0..good.len() {
            assert_eq!(decode(&good[..cut], 100).err(), Some(NotARun), "cut at {cut}");
        }
        assert!(decode(&[&good[..], &[2, 0, 0, 0, 0]].concat(), 100).is_err(), "a frame after the exit");
        assert!(decode(&[2, 0xff, 0xff, 0xff, 0xff], 100).is_err(), "4 GiB");
        assert!(decode(&[9, 0, 0, 0, 0], 100).is_err(), "an unknown kind");
    }
}
