//! Something else than a regular file where bulla keeps its own.

use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::harness::*;

/// What somebody may plant at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    LinkToAFile,
    LinkToNowhere,
    LinkToADevice,
    LinkToAnEndlessDevice,
    LinkToItself,
    Fifo,
    Socket,
    Directory,
    FullDirectory,
}

impl Plant {
    const ALL: [Self; 9] = [
        Self::LinkToAFile,
        Self::LinkToNowhere,
        Self::LinkToADevice,
        Self::LinkToAnEndlessDevice,
        Self::LinkToItself,
        Self::Fifo,
        Self::Socket,
        Self::Directory,
        Self::FullDirectory,
    ];

    fn at(self, bench: &Bench, path: &Path) {
        match self {
            Self::LinkToAFile => make_link(bench.write("home/precious", "data of the user's"), path),
            Self::LinkToNowhere => make_link(bench.path("home/planted"), path),
            Self::LinkToADevice => make_link("/dev/null", path),
            Self::LinkToAnEndlessDevice => make_link("/dev/zero", path),
            Self::LinkToItself => make_link(path.file_name().expect("a name"), path),
            Self::Fifo => make_fifo(path),
            Self::Socket => make_socket(path),
            Self::Directory | Self::FullDirectory => std::fs::create_dir(path).expect("a directory"),
        }
        if self == Self::FullDirectory {
            write(path.join("file"), "x");
        }
    }

    /// Nothing came to what it leads to.
    #[track_caller]
    fn led_nowhere(self, bench: &Bench) {
        let home = names(&bench.path("home"));
        match self {
            Self::LinkToAFile => assert_eq!(read_text(bench.path("home/precious")), "data of the user's"),
            _ => assert_eq!(home, [""; 0], "{self:?}"),
        }
    }
}

/// A cache with the thing in the place of its entry.
fn with_its_entry_replaced(plant: Plant) -> Bench {
    let bench = Bench::new();
    bench.put("x");
    std::fs::remove_file(bench.entry()).expect("the entry is there");
    plant.at(&bench, &bench.entry());
    bench
}

/// Socket paths are short, and the test's own may not be: it is made elsewhere and moved.
fn make_socket(path: &Path) {
    let short = tempfile::Builder::new().prefix("s").tempdir().expect("a temporary directory");
    drop(UnixListener::bind(short.path().join("s")).expect("a socket"));
    rename(short.path().join("s"), path);
}

#[test]
fn at_an_entry_s_path_it_is_a_reasoned_miss_and_out_of_the_way() {
    for plant in Plant::ALL {
        let bench = with_its_entry_replaced(plant);
        bench.bulla("verify").ends(4);
        bench.bulla("ls").ends(0);
        bench.get().ended(4).gives("").says("malformed: it is not a regular file");
        assert!(!is_there(bench.entry()), "{plant:?}");
        bench.get().ended(5);
        plant.led_nowhere(&bench);
    }
}

#[test]
fn at_an_entry_s_path_it_does_not_stop_the_next_put() {
    for plant in Plant::ALL {
        let bench = with_its_entry_replaced(plant);
        bench.put("y");
        bench.get().ended(0).gives("y");
        plant.led_nowhere(&bench);
        bench.is_sound();
    }
}

/// What a directory with something in it is to both stands with the regressions.
#[test]
fn at_an_entry_s_path_it_is_cleaned_away_or_forgotten() {
    for plant in Plant::ALL.into_iter().filter(|plant| *plant != Plant::FullDirectory) {
        for words in ["clean".to_owned(), format!("rm {KEY}")] {
            let bench = with_its_entry_replaced(plant);
            bench.bulla(&words).ends(0);
            assert!(!is_there(bench.entry()), "{words}: {plant:?}");
            plant.led_nowhere(&bench);
        }
    }
}

#[test]
fn at_the_key_s_path_it_is_an_error_and_stays() {
    for plant in Plant::ALL {
        let bench = Bench::new();
        bench.make_dir("cache/bulla");
        let key = bench.dir().join(".hmac.key");
        plant.at(&bench, &key);
        for words in ["put", "get"] {
            let call = bench.bulla(words).words(KEY).stdin("x").ends(1);
            call.says("error: no key from ").says(".hmac.key").says("it is not a regular file");
        }
        let run = bench.bulla("run").words(KEY).sh("echo out").ends(0).gives("out\n");
        run.says("running without a cache: no key from");
        assert!(!key.symlink_metadata().unwrap().is_file(), "{plant:?}");
        plant.led_nowhere(&bench);
    }
}

#[test]
fn at_the_places_of_bulla_s_own_figures_and_mark_it_costs_no_answer() {
    for plant in Plant::ALL {
        let bench = Bench::new();
        bench.put("x");
        for name in [".stats", "CACHEDIR.TAG"] {
            std::fs::remove_file(bench.dir().join(name)).unwrap();
            plant.at(&bench, &bench.dir().join(name));
        }
        bench.get().ended(0).gives("x");
        bench.put("y");
        bench.get().ended(0).gives("y");
        plant.led_nowhere(&bench);
    }
}

#[test]
fn a_link_in_place_of_the_quarantine_leads_nowhere_and_the_entry_is_refused_where_it_is() {
    let bench = Bench::new();
    bench.put("x");
    bench.make_dir("elsewhere");
    make_link(bench.path("elsewhere"), bench.dir().join("quarantine"));
    flip(&bench.entry(), 40);
    bench
        .get()
        .ended(4)
        .gives("")
        .says("warning: a refused entry stays where it is: ")
        .says("error: bad-seal");
    assert_eq!(names(&bench.path("elsewhere")), [""; 0]);
    bench.get().ended(4);
    bench.put("y");
    bench.get().ended(0).gives("y");
}

#[test]
fn a_link_in_place_of_the_locks_leads_nowhere() {
    let bench = Bench::new();
    bench.put("x");
    bench.make_dir("elsewhere");
    make_link(bench.path("elsewhere"), bench.dir().join("locks"));
    bench
        .bulla("run")
        .words(KEY)
        .sh("echo out")
        .ends(0)
        .gives("out\n")
        .says("warning: running without a lock");
    assert_eq!(names(&bench.path("elsewhere")), [""; 0]);
}
