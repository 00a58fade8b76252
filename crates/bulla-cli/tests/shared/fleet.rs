//! Runners on one machine, and the mount that they share.

use std::path::PathBuf;

use crate::harness::*;
use crate::stage::Stage;

/// Where a test plays.
pub(crate) struct Fleet {
    pub(crate) stage: Stage,
}

impl Fleet {
    /// With an empty mount, and grype, which has findings.
    pub(crate) fn new() -> Self {
        let stage = Stage::with_findings();
        stage.bench.make_dir("mount");
        Self { stage }
    }

    pub(crate) fn bench(&self) -> &Bench {
        &self.stage.bench
    }

    pub(crate) fn mount(&self) -> PathBuf {
        self.bench().path("mount")
    }

    pub(crate) fn address(&self) -> String {
        format!("file://{}", self.mount().display())
    }

    /// A runner's cache directory.
    pub(crate) fn dir(&self, runner: &str) -> PathBuf {
        self.bench().path(&format!("runners/{runner}"))
    }

    /// A command of a runner's, with the key that all of them have.
    pub(crate) fn runner(&self, runner: &str, words: &str) -> Invocation {
        self.stranger(runner, words).env("BULLA_KEY", HMAC_KEY)
    }

    /// A command of a runner's that has no key from elsewhere.
    pub(crate) fn stranger(&self, runner: &str, words: &str) -> Invocation {
        let path =
            std::env::join_paths([self.bench().path("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
        let call = self.bench().bulla(words).env("PATH", path);
        call.env("BULLA_DIR", self.dir(runner)).env("BULLA_STORE", self.address())
    }

    /// `bulla run` of a command that is slow in real life, and counted here.
    pub(crate) fn run(&self, runner: &str, options: &str) -> Invocation {
        self.runner(runner, "run").words(KEY).words(options).sh(COMMAND)
    }

    /// How often that command ran.
    pub(crate) fn ran(&self) -> usize {
        lines(self.bench().path("work/ran"))
    }

    /// The entries in the mount.
    pub(crate) fn shared(&self) -> Vec<PathBuf> {
        let names = names(&self.mount()).into_iter().filter(|name| name.ends_with(".bulla"));
        names.map(|name| self.mount().join(name)).collect()
    }

    /// The only entry in the mount.
    #[track_caller]
    pub(crate) fn only_shared(&self) -> PathBuf {
        let [entry] = self.shared().try_into().expect("one entry");
        entry
    }

    /// Takes the mount away.
    pub(crate) fn unmount(&self) {
        rename(self.mount(), self.bench().path("unmounted"));
    }

    pub(crate) fn mount_again(&self) {
        rename(self.bench().path("unmounted"), self.mount());
    }
}

pub(crate) const COMMAND: &str = "echo x >> ran; echo result; echo said >&2; exit 0";
