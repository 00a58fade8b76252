//! "It is not a regular file; remove it" is good advice about something planted in the cache directory. It was given
//! about whatever the user had named, too: a directory of theirs, `/dev/null`, or a pipe.

use crate::harness::*;

#[test]
fn nobody_is_told_to_remove_what_they_named() {
    let bench = Bench::new();
    bench.put("x");
    for call in [
        bench.bulla("put").words(KEY).arg(bench.path("home")),
        bench.bulla("put").words(KEY).arg("/dev/null"),
        bench.bulla("get --key-file").arg(bench.path("home")).words(KEY),
        bench.bulla("get --config-file").arg(bench.path("home")).words(KEY),
        bench.bulla("inspect").arg(bench.path("home")),
    ] {
        let told = call.run();
        assert!([1, 2].contains(&told.code()), "{told:?}");
        told.says("it is not a regular file").keeps_quiet_about("remove it");
    }
    // What stands in the cache's own place is another thing.
    std::fs::remove_file(bench.dir().join(".hmac.key")).unwrap();
    make_fifo(&bench.dir().join(".hmac.key"));
    bench.get().ended(1).says("it is not a regular file; remove it");
}
