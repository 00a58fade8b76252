//! One start of a program: how, and what came of it. Nothing here waits for ever.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A program that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct Invocation {
    command: Command,
    stdin: Option<Vec<u8>>,
}

impl Invocation {
    pub(super) fn of(command: Command) -> Self {
        Self { command, stdin: None }
    }

    /// Arguments, a space between them.
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.command.args(words.split_whitespace());
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// What `sh` is to do, as the command of `bulla run`.
    pub(crate) fn sh(self, script: &str) -> Self {
        self.args(["--", "sh", "-c", script])
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// What comes in on standard input; nothing without it.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(bytes.as_ref().to_vec());
        self
    }

    /// Starts the program with its standard output going to a file.
    #[track_caller]
    pub(crate) fn into_file(self, file: std::fs::File) -> Output {
        self.spawn(file.into(), Stdio::null()).wait()
    }

    /// Starts the program and hands over both ends of it that a test wants to hold itself.
    #[track_caller]
    pub(crate) fn start_piped(mut self) -> (Running, ChildStdin, ChildStdout) {
        let input = self.stdin.take();
        assert!(input.is_none(), "standard input is the test's own");
        let mut running = self.start_with(Stdio::piped(), Stdio::piped(), false);
        let ends = (running.child.stdin.take(), running.child.stdout.take());
        (running, ends.0.expect("piped"), ends.1.expect("piped"))
    }

    /// Starts the program on these three: standard input, output and error.
    #[track_caller]
    pub(super) fn start_on(mut self, [stdin, stdout, stderr]: [std::fs::File; 3]) -> Running {
        self.command.stdin(stdin).stdout(stdout).stderr(stderr);
        let shown = format!("{:?}", self.command);
        let child = self.command.spawn().unwrap_or_else(|error| panic!("cannot start {shown}: {error}"));
        Running { child, shown, stdout: None, stderr: None }
    }

    /// Starts the program and goes on.
    #[track_caller]
    pub(crate) fn start(self) -> Running {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.spawn(Stdio::piped(), stdin)
    }

    #[track_caller]
    fn spawn(self, stdout: Stdio, stdin: Stdio) -> Running {
        self.start_with(stdout, stdin, true)
    }

    #[track_caller]
    fn start_with(mut self, stdout: Stdio, stdin: Stdio, collect: bool) -> Running {
        self.command.stdin(stdin).stdout(stdout).stderr(Stdio::piped());
        let shown = format!("{:?}", self.command);
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("cannot start {shown}: {error}"));
        if let (Some(bytes), Some(mut pipe)) = (self.stdin, collect.then(|| child.stdin.take()).flatten()) {
            // A program that reads no further is no failure of the test.
            thread::spawn(move || drop(pipe.write_all(&bytes)));
        }
        let stdout = collect.then(|| child.stdout.take()).flatten().map(read_to_end);
        let stderr = child.stderr.take().map(read_to_end);
        Running { child, shown, stdout, stderr }
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.start().wait()
    }

    /// Runs the program to its end, which must have this exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Output {
        self.run().ended(code)
    }
}

fn read_to_end(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (to, read) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        let _ = to.send(bytes);
    });
    read
}

/// A program at work. One that is let go of is killed.
pub(crate) struct Running {
    child: Child,
    shown: String,
    stdout: Option<Receiver<Vec<u8>>>,
    stderr: Option<Receiver<Vec<u8>>>,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{kill}");
    }

    /// Ends it on the spot: SIGKILL.
    pub(crate) fn kill(mut self) -> Output {
        // It fails only if the program has just ended.
        let _ = self.child.kill();
        self.wait()
    }

    #[track_caller]
    pub(crate) fn wait(mut self) -> Output {
        let deadline = Instant::now() + LIMIT;
        let mut pause = Duration::from_micros(200);
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "it hangs: {}", self.shown);
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        };
        let rest = |pipe: Option<Receiver<Vec<u8>>>| match pipe {
            Some(pipe) => {
                pipe.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("its output stays open: {}", self.shown))
            }
            None => Vec::new(),
        };
        let (stdout, stderr) = (rest(self.stdout.take()), rest(self.stderr.take()));
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        Output { status, stdout, stderr, shown: self.shown.clone() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came of a program.
pub(crate) struct Output {
    status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    shown: String,
}

impl Output {
    /// The exit code; 128 and the signal's number if a signal ended it.
    pub(crate) fn code(&self) -> i32 {
        self.status.code().or_else(|| self.status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
    }

    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "the exit code of {self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }

    /// Standard output is exactly these bytes.
    #[track_caller]
    pub(crate) fn gives(self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        assert!(self.stdout == bytes, "expected {} bytes on standard output: {self:?}", bytes.len());
        self
    }

    /// Standard error holds this.
    #[track_caller]
    pub(crate) fn says(self, text: impl AsRef<str>) -> Self {
        assert!(self.stderr.contains(text.as_ref()), "no {:?} from {self:?}", text.as_ref());
        self
    }

    /// Neither stream holds this.
    #[track_caller]
    pub(crate) fn keeps_quiet_about(self, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        assert!(!self.stderr.contains(text) && !self.text().contains(text), "{text:?} in {self:?}");
        self
    }

    /// Nothing at all on standard error.
    #[track_caller]
    pub(crate) fn without_a_word(self) -> Self {
        assert!(self.stderr.is_empty(), "{self:?}");
        self
    }

    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard output, which is one JSON document of version 1.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        document(&self.stdout).unwrap_or_else(|error| panic!("{error} from {self:?}"))
    }

    /// Standard error, which is one JSON document of version 1.
    #[track_caller]
    pub(crate) fn stderr_json(&self) -> Value {
        document(self.stderr.as_bytes()).unwrap_or_else(|error| panic!("{error} from {self:?}"))
    }
}

fn document(bytes: &[u8]) -> Result<Value, String> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match document["schema_version"].as_i64() {
        Some(1) => Ok(document),
        _ => Err("no schema_version 1".to_owned()),
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = String::from_utf8_lossy(&self.stdout[..self.stdout.len().min(2000)]);
        write!(
            f,
            "{}\n--- {}, standard output ({} bytes):\n{shown}",
            self.shown,
            self.status,
            self.stdout.len()
        )?;
        write!(f, "\n--- standard error:\n{}\n---", self.stderr)
    }
}

/// Waits until something has happened, which takes no longer than a program may.
#[track_caller]
pub(crate) fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !happened() {
        assert!(Instant::now() < deadline, "this does not happen: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
