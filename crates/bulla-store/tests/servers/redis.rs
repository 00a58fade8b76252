//! A real Redis on this machine's loopback, without anything it keeps, stopped when it is dropped.

use std::env;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::certificates::Certificates;

/// The password of the server's default user.
pub(crate) const PASSWORD: &str = "correct-h0rse";

/// A user who may use the keys `bulla:*` as the store does, and nothing else.
pub(crate) const RUNNER: (&str, &str) = ("runner", "battery/staple");

const RUNNER_MAY: &str = "~bulla:* -@all +set +del +strlen +getrange +scan +watch +unwatch +multi +exec";

pub(crate) struct RedisServer {
    port: u16,
    process: Child,
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
        // Another process may be given the same free port first.
        for _ in 0..5 {
            let dir = tempfile::tempdir().expect("a temporary directory");
            let port = free_port();
            fs::write(
                dir.path().join("redis.conf"),
                configuration(dir.path(), port, settings, certificates.as_ref()),
            )
            .expect("room for the configuration");
            let mut process = launch(dir.path());
            if listens(&mut process, port) {
                return Self { port, process, dir, certificates };
            }
        }
        panic!("redis-server does not start");
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
        self.process.kill().expect("it runs");
        self.process.wait().expect("it has ended");
    }

    /// Starts it again on its port, with nothing in it.
    pub(crate) fn start_again(&mut self) {
        self.process = launch(self.dir.path());
        assert!(listens(&mut self.process, self.port), "redis-server does not start again");
    }

    /// Stops its clock: it keeps its connections and does nothing.
    pub(crate) fn freeze(&self) {
        let status = Command::new("kill").args(["-STOP", &self.process.id().to_string()]).status();
        assert!(status.expect("a POSIX tool").success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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

fn launch(dir: &Path) -> Child {
    let mut server = Command::new(program("redis-server"));
    server.arg(dir.join("redis.conf")).stdin(Stdio::null()).stdout(Stdio::null());
    server.spawn().expect("redis-server runs")
}

fn listens(process: &mut Child, port: u16) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if process.try_wait().expect("its state").is_some() {
            return false;
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let _ = process.kill();
    let _ = process.wait();
    false
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A program from the directory that `BULLA_TEST_TOOLS` names, or from `PATH`.
fn program(name: &str) -> PathBuf {
    let given = env::var_os("BULLA_TEST_TOOLS").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = given.into_iter().chain(env::split_paths(&path)).map(|dir| dir.join(name));
    places
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is neither in BULLA_TEST_TOOLS nor in PATH"))
}
