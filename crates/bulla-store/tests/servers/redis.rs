//! A real Redis on this machine's loopback, without anything it keeps, stopped when it is dropped.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

use super::certificates::Certificates;
use super::{Server, free_port, program};

/// The password of the server's default user.
pub(crate) const PASSWORD: &str = "correct-h0rse";

/// A user who may use the keys `bulla:*` as the store does, and nothing else.
pub(crate) const RUNNER: (&str, &str) = ("runner", "battery/staple");

const RUNNER_MAY: &str = "~bulla:* -@all +set +del +strlen +getrange +scan +watch +unwatch +multi +exec";

pub(crate) struct RedisServer {
    server: Server,
    port: u16,
    dir: TempDir,
    certificates: Option<Certificates>,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        Self::start_with("", None)
    }

    /// Behind TLS only.
    pub(crate) fn start_with_tls(certificates: Certificates) -> Self {
        Self::start_with("", Some(certificates))
    }

    /// With more lines of configuration.
    pub(crate) fn start_with(settings: &str, certificates: Option<Certificates>) -> Self {
        let (dir, port) = (tempfile::tempdir().expect("a temporary directory"), free_port());
        let configuration = configuration(dir.path(), port, settings, certificates.as_ref());
        fs::write(dir.path().join("redis.conf"), configuration).expect("room for the configuration");
        Self { server: launch(dir.path(), port), port, dir, certificates }
    }

    /// Its address for whoever has these credentials, `user:password@` or none.
    pub(crate) fn url_as(&self, credentials: &str) -> String {
        let port = self.port;
        match &self.certificates {
            None => format!("redis://{credentials}127.0.0.1:{port}"),
            Some(own) => format!("rediss://{credentials}127.0.0.1:{port}/?ca={}", own.authority().display()),
        }
    }

    /// Its address, with the password.
    pub(crate) fn url(&self) -> String {
        self.url_as(&format!(":{PASSWORD}@"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Sends commands, one a line, with Redis's own client; gives what it prints.
    pub(crate) fn cli(&self, commands: &str) -> String {
        let mut cli = Command::new(program("redis-cli"));
        cli.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]).env("REDISCLI_AUTH", PASSWORD);
        if let Some(own) = &self.certificates {
            cli.arg("--tls").arg("--cacert").arg(own.authority());
        }
        let mut cli = cli.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("redis-cli runs");
        let mut stdin = cli.stdin.take().expect("it is piped");
        let commands = commands.to_owned();
        let writer = thread::spawn(move || stdin.write_all(commands.as_bytes()).expect("redis-cli reads"));
        let output = cli.wait_with_output().expect("redis-cli ends");
        writer.join().expect("the commands are sent");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.server.kill().expect("a child of ours");
    }

    /// Starts it again on its port, with nothing in it.
    pub(crate) fn start_again(&mut self) {
        self.server = launch(self.dir.path(), self.port);
    }

    /// Stops its clock: it keeps its connections and does nothing.
    pub(crate) fn freeze(&self) {
        let status = Command::new("kill").args(["-STOP", &self.server.0.id().to_string()]).status();
        assert!(status.expect("a POSIX tool").success());
    }
}

fn configuration(dir: &Path, port: u16, settings: &str, certificates: Option<&Certificates>) -> String {
    let (user, password) = RUNNER;
    let listen = certificates.map_or_else(
        || format!("port {port}"),
        |own| {
            format!(
                "port 0\ntls-port {port}\ntls-auth-clients no\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}",
                own.certificate().display(),
                own.key().display(),
                own.authority().display(),
            )
        },
    );
    format!(
        "bind 127.0.0.1\n{listen}\nrequirepass {PASSWORD}\nuser {user} on >{password} {RUNNER_MAY}\n\
         save \"\"\nappendonly no\ndir {}\nlogfile {}\n{settings}\n",
        dir.display(),
        dir.join("log").display(),
    )
}

fn launch(dir: &Path, port: u16) -> Server {
    let mut server = Command::new(program("redis-server"));
    server.arg(dir.join("redis.conf")).stdin(Stdio::null()).stdout(Stdio::null());
    Server::wait_for(server.spawn().expect("redis-server runs"), port)
}
