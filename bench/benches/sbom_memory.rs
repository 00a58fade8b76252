//! The peak memory of summing up an SBOM of 110 MB, as Linux has it (`VmHWM`). Prints JSON.
//!
//! The reader runs in a process of its own, which makes the document as it is read and never holds it.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "reads /proc, and its output is its result"
)]

#[path = "../../crates/bulla-findings/tests/generated_sbom/mod.rs"]
mod generated_sbom;

use std::io::{self, Read};
use std::process::Command;
use std::time::Instant;

use generated_sbom::GeneratedSbom;

const READER: &str = "BULLA_BENCH_SBOM_READER";
const LENGTH: u64 = 110_000_000;
const COMPONENTS: u64 = 187_000;
const MAX_KIB: u64 = 64 << 10;

fn main() {
    if std::env::var_os(READER).is_some() {
        return read();
    }
    let program = std::env::current_exe().expect("a running program");
    let output = Command::new(program).env(READER, "1").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

fn read() {
    let mut counted = Counted { from: GeneratedSbom::of(COMPONENTS), length: 0 };
    let start = Instant::now();
    let report = bulla_findings::summarize_sbom("syft", &mut counted).expect("an SBOM");
    let milliseconds = start.elapsed().as_millis();
    let components = report.sbom.expect("a summary").components;
    assert_eq!(components, COMPONENTS);
    assert!(counted.length >= LENGTH, "only {} bytes; raise COMPONENTS", counted.length);
    let (peak, bytes) = (peak_kib(), counted.length);
    assert!(peak <= MAX_KIB, "{peak} KiB");
    println!("{{\"sbom_bytes\": {bytes}, \"sbom_peak_kib\": {peak}, \"sbom_milliseconds\": {milliseconds}}}");
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line for the peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

struct Counted<R> {
    from: R,
    length: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.length += count as u64;
        Ok(count)
    }
}
