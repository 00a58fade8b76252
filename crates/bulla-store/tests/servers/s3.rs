//! A server that speaks S3 over a directory: its objects are plain files, so that a test can do to them what an attacker
//! with write access could.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Server, free_port, program};

pub(crate) const ACCESS_KEY: &str = "AKIATESTTESTTEST";
pub(crate) const SECRET_KEY: &str = "test-secret-for-loopback";
pub(crate) const BUCKET: &str = "cache";

/// An `s3s-fs` with one empty bucket.
pub(crate) struct S3 {
    server: Server,
    root: TempDir,
    port: u16,
}

impl S3 {
    pub(crate) fn start() -> Self {
        let root = tempfile::tempdir().expect("room");
        fs::create_dir(root.path().join(BUCKET)).expect("room");
        let port = free_port();
        Self { server: serve(&root, port), root, port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address of a store with that prefix in the bucket.
    pub(crate) fn url(&self, prefix: &str) -> String {
        format!("s3://{BUCKET}/{prefix}?region=test&endpoint={}", self.endpoint())
    }

    /// The directory whose files are the bucket's objects.
    pub(crate) fn objects(&self) -> PathBuf {
        self.root.path().join(BUCKET)
    }

    pub(crate) fn object(&self, path: impl AsRef<Path>) -> PathBuf {
        self.objects().join(path)
    }

    pub(crate) fn kill(&mut self) {
        self.server.kill().expect("a child of ours");
    }

    /// After [`S3::kill`], where it was before.
    pub(crate) fn restart(&mut self) {
        self.server = serve(&self.root, self.port);
    }
}

fn serve(root: &TempDir, port: u16) -> Server {
    let mut command = Command::new(program("s3s-fs"));
    command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    command.args(["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]).arg(root.path());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("s3s-fs starts");
    Server::wait_for(child, port)
}
