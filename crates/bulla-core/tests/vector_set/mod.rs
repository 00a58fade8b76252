//! The test vectors: what their files say, and the cases that they are made from.

pub(crate) mod cases;
pub(crate) mod file;

use std::fs;
use std::path::{Path, PathBuf};

use cases::Case;
use file::Vector;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// Every file of the folder by its name, whatever it is.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder()).expect("the folder of the vectors can be read");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.expect("the folder of the vectors can be read");
            let name = entry.file_name().into_string().expect("a vector's name is text");
            (name, fs::read(entry.path()).expect("a vector can be read"))
        })
        .collect();
    files.sort();
    files
}

/// Every vector by the name of its file, without the ending.
pub(crate) fn vectors() -> Vec<(String, Vector)> {
    files()
        .into_iter()
        .map(|(file, bytes)| {
            let name = file.strip_suffix(".vector").unwrap_or_else(|| panic!("{file} is not a vector"));
            let vector = Vector::parse(&bytes).unwrap_or_else(|wrong| panic!("{file}: {wrong}"));
            (name.to_owned(), vector)
        })
        .collect()
}

/// Writes each case's file.
pub(crate) fn write(cases: &[Case]) {
    for case in cases {
        let path = folder().join(case.file_name());
        fs::write(path, case.vector().to_bytes()).expect("a vector can be written");
    }
}
