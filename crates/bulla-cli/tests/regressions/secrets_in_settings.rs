//! A message about a configuration file repeated the line that was wrong: the whole secret, if the file that was
//! named by mistake was a key file, or if the wrong value was one.

use crate::harness::*;

#[test]
fn a_key_file_that_is_named_as_a_configuration_file_is_not_repeated() {
    let bench = Bench::new();
    let key = bench.key_file("key", HMAC_KEY);
    let wrong = bench.bulla("stats --config-file").arg(&key).ends(2).says("key, line 1: ");
    wrong.keeps_quiet_about("abababab");
}

#[test]
fn a_value_that_is_wrong_is_not_repeated() {
    let bench = Bench::new();
    bench.user_config("key-command = [\"vault\", \"--token\", \"s3cret\"]\n");
    let wrong = bench.bulla("stats").ends(2).says("bulla.toml").says("line 1");
    wrong.keeps_quiet_about("s3cret");
}
