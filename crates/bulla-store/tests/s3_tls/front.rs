//! TLS in front of a server that has none: what comes out of it is handed on, one request for each connection.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::servers::Certificates;
use crate::servers::s3::S3;

/// It lives as long as the test's process.
pub(crate) struct Front {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Front {
    pub(crate) fn start(own: &Certificates, server: &S3) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let port = listener.local_addr().expect("an address").port();
        let behind = server.endpoint().trim_start_matches("http://").to_owned();
        let (config, asked) = (config(own), Arc::new(AtomicUsize::new(0)));
        let counted = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, counted, behind) = (config.clone(), counted.clone(), behind.clone());
                // A client that believes nobody goes away, which is no error here.
                thread::spawn(move || hand_on(stream, config, &behind, &counted));
            }
        });
        Self { port, asked }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// How many requests got through.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn config(own: &Certificates) -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(own.certificate()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(own.key()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth().with_single_cert(vec![certificate], key);
    Arc::new(config.expect("they belong together"))
}

fn hand_on(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    behind: &str,
    asked: &AtomicUsize,
) -> io::Result<()> {
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut from = BufReader::new(StreamOwned::new(tls, stream));
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        from.read_line(&mut head)?;
        let line = head[start..].trim().to_ascii_lowercase();
        if line.is_empty() {
            // The answer then ends with the connection.
            head.insert_str(start, "connection: close\r\n");
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let mut server = TcpStream::connect(behind)?;
    server.write_all(head.as_bytes())?;
    io::copy(&mut from.by_ref().take(length), &mut server)?;
    let mut to = from.into_inner();
    io::copy(&mut server, &mut to)?;
    to.conn.send_close_notify();
    to.flush()
}
