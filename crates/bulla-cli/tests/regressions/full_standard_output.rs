//! `get` left the last bytes of a result to standard output's buffer, which is emptied when nobody listens to
//! errors any more: on a full disk a result without a newline at its end was lost, with exit 0.

use crate::harness::*;

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_standard_output_does_not_take_is_an_error() {
    let bench = Bench::new();
    let large = noise(9 << 20, 51);
    for payload in [&b"x"[..], b"a line\n", b"a line\nand more", &large] {
        bench.put(payload);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        bench
            .bulla("get")
            .words(KEY)
            .into_file(full)
            .ended(1)
            .says("error: ")
            .says("No space left on device");
    }
}
