//! A payload of 256 MiB through both tiers, in little memory.

use std::io::{Read, Write as _};

use bulla::{Cache, Details, Shared, StoreUrl, connect};

use crate::fleet::{Machine, keys};
use crate::support::*;

const PAYLOAD: u64 = 256 << 20;
/// Two chunks, the digest table, the buffers of copies, and what the rest of a program needs.
const MOST_KIB: u64 = 32 << 10;

/// The peak memory of this process so far.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn a_payload_of_256_mib_goes_through_both_tiers_within_32_mib() {
    let Some(mut inside) = once_more("memory::a_payload_of_256_mib_goes_through_both_tiers_within_32_mib")
    else {
        let scratch = Home::new();
        let mount = scratch.beside("mount");
        std::fs::create_dir(&mount).unwrap();
        let url = StoreUrl::parse(&format!("file://{}", mount.display())).unwrap();
        let open = |machine: &Machine| {
            let shared = Shared::new(connect(&url, &scratch.beside("")).unwrap());
            Cache::open_shared(&machine.home.dir(), &keys(1), machine.settings(), shared).unwrap()
        };
        let (first, second) = (Machine::new(), Machine::new());
        let block = noise(1 << 20);

        let cache = open(&first);
        let mut writer = cache.writer(&any_key(), Details::default()).unwrap();
        (0..PAYLOAD >> 20).for_each(|_| writer.write_all(&block).unwrap());
        writer.publish().unwrap();

        let cache = open(&second);
        let mut hit = cache.get(&any_key()).unwrap();
        let mut length = 0;
        while let Some(chunk) = hit.next_chunk().unwrap() {
            assert!(chunk.bytes().next().is_some());
            length += chunk.len() as u64;
        }
        assert_eq!((length, hit.tier()), (PAYLOAD, bulla::Tier::Shared));
        assert!(peak_kib() < MOST_KIB, "{} KiB", peak_kib());
        return;
    };
    assert!(inside.status().unwrap().success());
}
