//! Microsoft's emulator of Azure's blobs.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Server, free_port, program};

/// The account that every emulator has, with the key that it is documented to have.
pub(crate) const ACCOUNT: &str = "devstoreaccount1";
pub(crate) const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A signature by that key, under which anything may be done to the account until 2100.
const SIGNED: &str = "sv=2018-11-09&ss=b&srt=sco&sp=rwdlac&se=2100-01-01T00%3A00%3A00Z\
                      &sig=RDDDurbJp2cvHUsQPpwYRTbDWU4Ja0vOBapV13xEMmw%3D";

/// An emulator with one empty container, `cache`.
pub(crate) struct Azurite {
    _server: Server,
    _files: TempDir,
    port: u16,
}

impl Azurite {
    pub(crate) fn start() -> Self {
        let (files, port) = (tempfile::tempdir().expect("room"), free_port());
        let mut command = Command::new(program("azurite-blob"));
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string(), "--location"]);
        command.arg(files.path()).args(["--silent", "--skipApiVersionCheck", "--disableTelemetry"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("azurite starts");
        let server = Self { _server: Server::wait_for(child, port), _files: files, port };
        server.make_container();
        server
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}", self.port)
    }

    fn make_container(&self) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let path = format!("/{ACCOUNT}/cache?restype=container&{SIGNED}");
        let head = "host: 127.0.0.1\r\ncontent-length: 0\r\nconnection: close\r\n";
        write!(stream, "PUT {path} HTTP/1.1\r\n{head}\r\n").expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }
}
