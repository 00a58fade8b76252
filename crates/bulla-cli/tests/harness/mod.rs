//! A place of its own for each test: a home, a cache directory, a work directory, and an environment that says
//! nothing else. The program under test is the real one, started as a user would start it.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]

mod files;
mod invocation;
mod strace;
mod terminal;
mod tools;
mod user;

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

pub(crate) use files::*;
pub(crate) use invocation::{Invocation, Output, Running, until};
pub(crate) use strace::{Call, Fault};
pub(crate) use tools::tool;
pub(crate) use user::User;

/// What most entries are about.
pub(crate) const SUBJECT: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
pub(crate) const OTHER_SUBJECT: &str =
    "sha256:2222222222222222222222222222222222222222222222222222222222222222";
pub(crate) const CONFIG: &str = "sha256:3333333333333333333333333333333333333333333333333333333333333333";

/// The question that most tests ask. The operation is one whose payload may be anything.
pub(crate) const KEY: &str =
    "--op signature --subject sha256:1111111111111111111111111111111111111111111111111111111111111111";
/// Another question.
pub(crate) const OTHER_KEY: &str =
    "--op signature --subject sha256:2222222222222222222222222222222222222222222222222222222222222222";

/// Keys in text form. Not secret: everybody can read them here.
pub(crate) const HMAC_KEY: &str =
    "bulla-hmac-1:abababababababababababababababababababababababababababababababab";
pub(crate) const OTHER_HMAC_KEY: &str =
    "bulla-hmac-1:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";
pub(crate) const ED25519_KEY: &str =
    "bulla-ed25519-secret-1:efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef";

/// How many seconds an entry lives, from its header in JSON.
#[track_caller]
pub(crate) fn lifetime(header: &serde_json::Value) -> u64 {
    let time =
        |field: &str| humantime::parse_rfc3339(header[field].as_str().expect("a time")).expect("RFC 3339");
    time("expires_at").duration_since(time("issued_at")).expect("it ends after it begins").as_secs()
}

/// One test's place. It goes with the test.
pub(crate) struct Bench {
    root: tempfile::TempDir,
    user: User,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::of(User::Oneself)
    }

    /// A place in which permissions count: root, whom they do not stop, becomes somebody else.
    pub(crate) fn of_an_ordinary_user() -> Self {
        Self::of(User::ordinary())
    }

    fn of(user: User) -> Self {
        let root = tempfile::Builder::new().prefix("bulla-test-").tempdir().expect("a temporary directory");
        let bench = Self { root, user };
        bench.user.settle_in(bench.root());
        for dir in ["home", "cache", "config/bulla", "work"] {
            bench.make_dir(dir);
        }
        bench
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// A path in this place; there or not.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The default cache directory. The program makes it.
    pub(crate) fn dir(&self) -> PathBuf {
        self.path("cache/bulla")
    }

    /// Where commands are run.
    pub(crate) fn work(&self) -> PathBuf {
        self.path("work")
    }

    /// The user's own configuration file.
    pub(crate) fn user_config(&self, toml: &str) {
        self.write("config/bulla/bulla.toml", toml);
    }

    /// The configuration file of the repository that the work directory then is.
    pub(crate) fn project_config(&self, toml: &str) {
        self.make_dir("work/.git");
        self.write("work/bulla.toml", toml);
    }

    pub(crate) fn make_dir(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        // Whatever the tester's own mask: a directory that others can write to is one that bulla refuses.
        std::fs::DirBuilder::new().recursive(true).mode(0o755).create(&path).expect("a directory");
        // Every level that was made just now belongs to the bench's user.
        for level in path.ancestors().take_while(|level| *level != self.root()) {
            self.user.own(level);
        }
        path
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        write(&path, bytes);
        set_mode(&path, 0o644);
        self.user.own(&path);
        path
    }

    /// A script that `sh` runs.
    pub(crate) fn script(&self, name: &str, lines: &str) -> PathBuf {
        let text = self.write("script", format!("#!/bin/sh\n{lines}\n"));
        let path = self.path(name);
        copy_program(text, &path);
        self.user.own(&path);
        path
    }

    /// A file with one key in text form that nobody else may read.
    pub(crate) fn key_file(&self, name: &str, key: &str) -> PathBuf {
        let path = self.write(name, format!("{key}\n"));
        set_mode(&path, 0o600);
        path
    }

    /// `bulla` with these words; none of them may hold a space.
    pub(crate) fn bulla(&self, words: &str) -> Invocation {
        self.program(self.user.bulla(self.root())).words(words)
    }

    /// Any program, in the same surroundings.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Invocation {
        let mut command = std::process::Command::new(program);
        self.user.become_of(&mut command);
        command.env_clear().current_dir(self.work());
        command.env("PATH", tools::path()).env("HOME", self.path("home")).env("LC_ALL", "C.UTF-8");
        command.env("XDG_CACHE_HOME", self.path("cache")).env("XDG_CONFIG_HOME", self.path("config"));
        Invocation::of(command)
    }

    /// The program under test, for a command line of `sh`.
    pub(crate) fn bulla_path(&self) -> PathBuf {
        self.user.bulla(self.root())
    }

    /// Stores a payload under [`KEY`].
    #[track_caller]
    pub(crate) fn put(&self, payload: impl AsRef<[u8]>) -> Output {
        self.put_as(KEY, payload)
    }

    #[track_caller]
    pub(crate) fn put_as(&self, key: &str, payload: impl AsRef<[u8]>) -> Output {
        self.bulla("put").words(key).stdin(payload).ends(0)
    }

    /// What is stored under [`KEY`].
    pub(crate) fn get(&self) -> Output {
        self.bulla("get").words(KEY).run()
    }

    pub(crate) fn get_as(&self, key: &str) -> Output {
        self.bulla("get").words(key).run()
    }

    /// The file of the entry under [`KEY`].
    pub(crate) fn entry(&self) -> PathBuf {
        self.entry_of(KEY)
    }

    #[track_caller]
    pub(crate) fn entry_of(&self, key: &str) -> PathBuf {
        PathBuf::from(self.bulla("path").words(key).ends(0).text().trim_end())
    }

    /// Where the entry under [`KEY`] is once it is out of the way.
    pub(crate) fn quarantined(&self) -> PathBuf {
        let entry = self.entry();
        self.dir().join("quarantine").join(entry.file_name().expect("an entry's path"))
    }

    /// How many entries there are, all of them good.
    #[track_caller]
    pub(crate) fn good_entries(&self) -> u64 {
        let verified = self.bulla("verify --json").ends(0).json();
        assert_eq!(verified["entries"], verified["good"], "{verified}");
        verified["good"].as_u64().expect("a number")
    }

    /// Every entry is good, and no writer has left anything.
    #[track_caller]
    pub(crate) fn is_sound(&self) {
        self.good_entries();
        assert_eq!(self.drafts(), [""; 0], "left behind");
    }

    /// Temporary files in the cache directory.
    pub(crate) fn drafts(&self) -> Vec<String> {
        names(&self.dir()).into_iter().filter(|name| name.starts_with(".tmp-")).collect()
    }
}
