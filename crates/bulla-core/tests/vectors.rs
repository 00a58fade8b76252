//! Every file in tests/vectors says in its own lines what must happen to it, and it happens.
//!
//! After a deliberate change of the format: `cargo test -p bulla-core --test vectors -- --ignored`.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes its own files")]

mod support;
mod vector_set;

use std::collections::BTreeSet;

use bulla_core::{Payload, Refusal};
use support::by_hand::{hex, sha256};
use support::give;
use vector_set::cases::{self, Bytes};
use vector_set::file::{Outcome, Vector};
use vector_set::{files, vectors};

fn chunk_by_chunk(payload: Payload) -> Result<Vec<u8>, bulla_core::ReadError> {
    let (chunks, end) = give::by_chunk(payload);
    end.map(|()| chunks.concat())
}

fn outcome(answer: Result<Vec<u8>, Refusal>) -> Outcome {
    match answer {
        Ok(payload) => Outcome::Payload(hex(&sha256(&payload))),
        Err(refusal) => Outcome::Refusal(refusal.name().to_owned()),
    }
}

#[test]
fn every_vector_comes_out_as_its_own_lines_say() {
    for (name, vector) in vectors() {
        assert_eq!(outcome(vector.answer(Payload::into_vec)), vector.expect, "{name}, in one piece");
        assert_eq!(outcome(vector.answer(chunk_by_chunk)), vector.expect, "{name}, chunk by chunk");
        let read = vector.answer(|payload| {
            let (bytes, end) = give::by_read(payload, 1000);
            end.map(|()| bytes)
        });
        assert_eq!(outcome(read), vector.expect, "{name}, by `Read`");
    }
}

#[test]
fn there_is_a_vector_for_a_payload_and_for_each_refusal() {
    let seen: BTreeSet<String> = vectors()
        .into_iter()
        .map(|(_, vector)| match vector.expect {
            Outcome::Payload(_) => "payload".to_owned(),
            Outcome::Refusal(name) => name,
        })
        .collect();
    let all = Refusal::NAMES.into_iter().chain(["payload"]).map(str::to_owned).collect();
    assert_eq!(seen, all);
}

#[test]
fn a_vector_is_named_after_what_it_expects() {
    for (name, vector) in vectors() {
        let outcome = match &vector.expect {
            Outcome::Payload(_) => "payload",
            Outcome::Refusal(refusal) => refusal,
        };
        assert!(name == outcome || name.starts_with(&format!("{outcome}-")), "{name} expects {outcome}");
    }
}

#[test]
fn each_refusal_is_for_the_reason_that_the_vector_was_made_for() {
    for case in cases::all() {
        let answer = case.vector().answer(Payload::into_vec).map_err(|refusal| refusal.to_string());
        assert_eq!(answer, case.answer.map_err(str::to_owned), "{}", case.name);
    }
}

#[test]
fn the_files_are_the_cases_and_no_others() {
    let cases: BTreeSet<_> = cases::all().iter().map(|case| case.file_name()).collect();
    let files: BTreeSet<_> = files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, cases);
    assert_eq!(cases.len(), cases::all().len(), "no two cases have one name");
}

#[test]
fn making_a_vector_again_gives_the_same_bytes() {
    let files = files();
    let committed = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, bytes)| bytes);
    for case in cases::all().iter().filter(|case| case.bytes == Bytes::Fixed) {
        let made = case.vector().to_bytes();
        assert!(committed(&case.file_name()) == Some(&made), "{} is not what is committed", case.name);
    }
}

#[test]
fn the_files_stay_small() {
    let sizes: Vec<usize> = files().iter().map(|(_, bytes)| bytes.len()).collect();
    assert!(sizes.iter().sum::<usize>() < 200 << 10, "all files together");
    assert!(sizes.iter().all(|&size| size < 64 << 10), "each file");
}

#[test]
fn a_file_with_a_line_that_the_page_does_not_know_is_no_vector() {
    let (_, good) = vectors().remove(0);
    let good = good.to_bytes();
    assert!(Vector::parse(&good).is_ok());
    let front = "about: a\nexpect: expired\nnow: 1\noperation: sbom\n";
    let subject = format!("subject: sha256:{}\n", "ab".repeat(32));
    assert!(Vector::parse(format!("{front}{subject}\nentry").as_bytes()).is_ok());
    for (lines, wrong) in [
        (format!("{front}{subject}skew: 1\n\n"), "unknown line: skew: 1"),
        (format!("{front}{subject}max-age:1\n\n"), "not a line: max-age:1"),
        (format!("{front}{subject}{subject}\n"), "two `subject` lines"),
        (format!("{front}\n"), "no `subject` line"),
        (format!("{front}{subject}"), "no empty line"),
        (format!("{front}{subject}accepted: 01\n\n"), "not as a number is written: 01"),
        (format!("{front}subject: AB\n\n"), "not a SHA-256 digest: AB"),
        (format!("{front}subject: sha256:AB\n\n"), "not 64 hexadecimal digits: AB"),
        (format!("{front}{subject}\n").replace("expired", "late"), "unknown outcome: late"),
        (format!("{front}{subject}\n").replace("expired", "payload"), "a payload without `payload-sha256`"),
    ] {
        assert_eq!(Vector::parse(lines.as_bytes()), Err(wrong.to_owned()));
    }
}

#[test]
#[ignore = "writes the vector files; run after a deliberate change of the format"]
fn write_the_vector_files() {
    vector_set::write(&cases::all());
}
