//! The peak memory of `bulla put` and `bulla get` for a payload of 1 GiB, as Linux has it (`VmHWM`). Prints JSON.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "reads /proc, and its output is its result"
)]

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use bulla_bench::{key, sbom, scratch};

const PAYLOAD: u64 = 1 << 30;

fn main() {
    let program = std::env::var_os("BULLA_BENCH_PROGRAM").expect("`cargo xtask bench` names the program");
    let scratch = scratch();
    let subject = key(1).subject().to_string();
    let command = |name: &str| {
        let mut command = Command::new(&program);
        command.arg("--dir").arg(scratch.path()).args([name, "--op", "bench", "--subject", &subject]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    };
    let block = sbom(1 << 20);

    let mut put = command("put").spawn().expect("it runs");
    let mut input = put.stdin.take().expect("piped");
    (0..PAYLOAD / block.len() as u64).for_each(|_| input.write_all(&block).expect("it reads"));
    let mut put_peak = peak_kib(&put);
    drop(input);
    while put.try_wait().expect("it can be asked").is_none() {
        put_peak = peak_kib(&put).max(put_peak);
    }
    assert!(put.wait().expect("it ends").success());

    let mut get = command("get").spawn().expect("it runs");
    let mut output = get.stdout.take().expect("piped");
    let mut buffer = vec![0; 1 << 20];
    let (mut length, mut get_peak) = (0, None);
    loop {
        let count = output.read(&mut buffer).expect("readable");
        length += count as u64;
        if count == 0 {
            break;
        }
        if length % (64 << 20) < count as u64 {
            get_peak = peak_kib(&get).max(get_peak);
        }
    }
    assert!(get.wait().expect("it ends").success());
    assert_eq!(length, PAYLOAD);
    let (put_peak, get_peak) = (put_peak.expect("it ran"), get_peak.expect("it ran"));
    println!("{{\"put_peak_kib\": {put_peak}, \"get_peak_kib\": {get_peak}}}");
}

/// `None` once the process has ended.
fn peak_kib(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
