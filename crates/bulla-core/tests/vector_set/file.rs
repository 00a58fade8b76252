//! A vector's file, as docs/format.md has it under "Test vectors".

use std::time::Duration;

use bulla_core::*;

/// What must happen, how the reader asks, and the bytes it finds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vector {
    pub(crate) about: String,
    pub(crate) expect: Outcome,
    pub(crate) reader: Reader,
    pub(crate) entry: Vec<u8>,
}

/// A closed set: the SHA-256 of the payload, or one of [`Refusal::NAMES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Payload(String),
    Refusal(String),
}

/// What the reader holds and asks, in the words of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reader {
    pub(crate) keys: Vec<String>,
    pub(crate) now: u64,
    pub(crate) operation: String,
    pub(crate) subject: String,
    pub(crate) config: Option<String>,
    pub(crate) lanes: Vec<String>,
    pub(crate) revoked: Vec<String>,
    pub(crate) accepted: Option<u64>,
    pub(crate) max_age: Option<u64>,
    pub(crate) max_payload: Option<u64>,
}

impl Vector {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Self { about, expect, reader, entry } = self;
        let mut lines = vec![("about", about.clone())];
        match expect {
            Outcome::Refusal(name) => lines.push(("expect", name.clone())),
            Outcome::Payload(sha256) => {
                lines.push(("expect", "payload".to_owned()));
                lines.push(("payload-sha256", sha256.clone()));
            }
        }
        lines.extend(reader.keys.iter().map(|key| ("key", key.clone())));
        lines.push(("now", reader.now.to_string()));
        lines.push(("operation", reader.operation.clone()));
        lines.push(("subject", reader.subject.clone()));
        lines.extend(reader.config.iter().map(|config| ("config", config.clone())));
        lines.extend(reader.lanes.iter().map(|lane| ("lane", lane.clone())));
        lines.extend(reader.revoked.iter().map(|id| ("revoked", id.clone())));
        for (name, value) in
            [("accepted", reader.accepted), ("max-age", reader.max_age), ("max-payload", reader.max_payload)]
        {
            lines.extend(value.map(|value| (name, value.to_string())));
        }
        let text: String = lines.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        [text.as_bytes(), b"\n", entry].concat()
    }

    /// Reads exactly what the page allows. No line may be unknown, missing, or there twice.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let gap = bytes.windows(2).position(|pair| pair == b"\n\n").ok_or("no empty line")?;
        let text = std::str::from_utf8(&bytes[..gap]).map_err(|_| "the lines are not text")?;
        let (mut about, mut expect, mut payload) = (None, None, None);
        let (mut now, mut operation, mut subject) = (None, None, None);
        let mut reader = Reader::default();
        for line in text.split('\n') {
            let (name, value) = line.split_once(": ").ok_or(format!("not a line: {line}"))?;
            match name {
                "about" => once(&mut about, name, value.to_owned())?,
                "expect" => once(&mut expect, name, value.to_owned())?,
                "payload-sha256" => once(&mut payload, name, digits(value, 64)?)?,
                "key" => reader.keys.push(value.to_owned()),
                "now" => once(&mut now, name, number(value)?)?,
                "operation" => once(&mut operation, name, value.to_owned())?,
                "subject" => once(&mut subject, name, sha256(value)?)?,
                "config" => once(&mut reader.config, name, sha256(value)?)?,
                "lane" => reader.lanes.push(value.to_owned()),
                "revoked" => reader.revoked.push(digits(value, 32)?),
                "accepted" => once(&mut reader.accepted, name, number(value)?)?,
                "max-age" => once(&mut reader.max_age, name, number(value)?)?,
                "max-payload" => once(&mut reader.max_payload, name, number(value)?)?,
                _ => return Err(format!("unknown line: {line}")),
            }
        }
        let expect = match (expect.ok_or("no `expect` line")?.as_str(), payload) {
            ("payload", Some(sha256)) => Outcome::Payload(sha256),
            ("payload", None) => return Err("a payload without `payload-sha256`".to_owned()),
            (_, Some(_)) => return Err("`payload-sha256` with a refusal".to_owned()),
            (name, None) if Refusal::NAMES.contains(&name) => Outcome::Refusal(name.to_owned()),
            (name, None) => return Err(format!("unknown outcome: {name}")),
        };
        reader.now = now.ok_or("no `now` line")?;
        reader.operation = operation.ok_or("no `operation` line")?;
        reader.subject = subject.ok_or("no `subject` line")?;
        Ok(Self { about: about.ok_or("no `about` line")?, expect, reader, entry: bytes[gap + 2..].to_vec() })
    }

    /// Opens the entry as the file's reader and takes all of its payload with `read`.
    pub(crate) fn answer(
        &self,
        read: impl FnOnce(Payload) -> Result<Vec<u8>, ReadError>,
    ) -> Result<Vec<u8>, Refusal> {
        let Reader { keys, now, operation, subject, config, lanes, revoked, .. } = &self.reader;
        let keys = keys.iter().map(|key| Key::parse(key).expect("a `key` line holds a key's text form"));
        let key = CacheKey::parse(operation, subject, config.as_deref()).expect("the question is valid");
        let time = |millis| Timestamp::from_millis(millis).expect("times are before the year 10000");
        let mut policy = Policy {
            max_age: self.reader.max_age.map(Duration::from_millis),
            revoked: revoked.iter().map(|id| id.parse().expect("a `revoked` line holds a key id")).collect(),
            max_payload: self.reader.max_payload.unwrap_or(u64::MAX),
            ..Policy::default()
        };
        if !lanes.is_empty() {
            let lane = |name: &String| Lane::from_name(name).expect("a `lane` line holds a lane");
            policy.lanes = lanes.iter().map(lane).collect();
        }
        let accepted = self.reader.accepted.map(time);
        let expect = Expect { question: Question::Key(&key), now: time(*now), accepted, policy: &policy };
        let payload = open(self.entry.clone().into(), &Ring::new(keys.collect()), &expect)?;
        read(payload).map_err(|error| match error {
            ReadError::Refused(refusal) => refusal,
            ReadError::Unreachable(error) => panic!("a buffer can always be read: {error}"),
        })
    }
}

impl Reader {
    /// Whoever asks [`question`](crate::support::question) at the usual time with this key.
    pub(crate) fn of(key: String) -> Self {
        let question = crate::support::question();
        Self {
            keys: vec![key],
            now: crate::support::NOW,
            operation: question.operation().to_string(),
            subject: question.subject().to_string(),
            config: question.config().map(|config| config.to_string()),
            ..Self::default()
        }
    }
}

fn once<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("two `{name}` lines")),
    }
}

fn number(text: &str) -> Result<u64, String> {
    let number: u64 = text.parse().map_err(|_| format!("not a number: {text}"))?;
    if number.to_string() == text { Ok(number) } else { Err(format!("not as a number is written: {text}")) }
}

fn sha256(text: &str) -> Result<String, String> {
    let hex = text.strip_prefix("sha256:").ok_or(format!("not a SHA-256 digest: {text}"))?;
    digits(hex, 64).map(|_| text.to_owned())
}

fn digits(text: &str, count: usize) -> Result<String, String> {
    let lowercase = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == count && text.bytes().all(lowercase) {
        Ok(text.to_owned())
    } else {
        Err(format!("not {count} hexadecimal digits: {text}"))
    }
}
