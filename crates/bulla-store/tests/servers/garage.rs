//! Three Garage nodes on this machine's loopback. Each has a copy of everything, and two of them must agree to read or write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::s3::{ACCESS_KEY, BUCKET, SECRET_KEY};
use super::{Server, free_port, program, wait_until};

const NODES: usize = 3;

const CONFIGURATION: &str = "garage.toml";

/// A node that lived looks for one that was gone every 30 s.
const PATIENCE: Duration = Duration::from_secs(120);

/// A cluster with one empty bucket.
pub(crate) struct Cluster {
    nodes: Vec<Node>,
    root: TempDir,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let root = tempfile::tempdir().expect("room");
        let mut cluster = Self { nodes: Vec::new(), root };
        for number in 0..NODES {
            // A node has no name before it ran once: it is told of those before it, and tells them of itself.
            let dir = cluster.root.path().join(number.to_string());
            cluster.nodes.push(Node::start(dir, &cluster.names()));
        }
        let first = &cluster.nodes[0];
        wait_until("the nodes meet", PATIENCE, || first.health().contains("\"connectedNodes\": 3"));
        let keys: Vec<_> = cluster.nodes.iter().map(Node::key).collect();
        first.ask("layout assign --zone loopback --capacity 1G", &keys);
        first.ask("layout apply --version 1", &[]);
        cluster.wait_until_healthy();
        first.ask("key import --yes", &[ACCESS_KEY, SECRET_KEY]);
        first.ask("bucket create", &[BUCKET]);
        first.ask("bucket allow --read --write", &[BUCKET, "--key", ACCESS_KEY]);
        for node in &cluster.nodes {
            let has_it = || node.garage("bucket info", &[BUCKET]).is_ok_and(|info| info.contains(ACCESS_KEY));
            wait_until("every node has the bucket", PATIENCE, has_it);
        }
        cluster
    }

    /// The address of a store at one of the nodes, with that prefix in the bucket.
    pub(crate) fn url(&self, node: usize, prefix: &str) -> String {
        format!("s3://{BUCKET}/{prefix}?region=test&endpoint=http://127.0.0.1:{}", self.nodes[node].s3)
    }

    /// Ends a node as a crash would.
    pub(crate) fn kill(&mut self, node: usize) {
        self.nodes[node].server.kill().expect("a child of ours");
    }

    /// After [`Cluster::kill`], where it was and with what it had.
    pub(crate) fn restart(&mut self, node: usize) {
        let peers = self.names();
        let node = &mut self.nodes[node];
        node.server = serve(&node.dir, node.s3, node.rpc, &peers);
    }

    /// Waits until all nodes run and reach one another.
    pub(crate) fn wait_until_healthy(&self) {
        for node in &self.nodes {
            wait_until("the cluster is healthy", PATIENCE, || {
                node.health().contains("\"status\": \"healthy\"")
            });
        }
    }

    fn names(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.name.clone()).collect()
    }
}

struct Node {
    server: Server,
    dir: PathBuf,
    s3: u16,
    rpc: u16,
    /// `key@host:port`, as the others know it.
    name: String,
}

impl Node {
    fn start(dir: PathBuf, peers: &[String]) -> Self {
        fs::create_dir(&dir).expect("room");
        let (s3, rpc) = (free_port(), free_port());
        let server = serve(&dir, s3, rpc, peers);
        let mut node = Self { server, dir, s3, rpc, name: String::new() };
        node.name = node.ask("node id --quiet", &[]).trim().to_owned();
        node
    }

    fn key(&self) -> &str {
        self.name.split('@').next().expect("a part")
    }

    fn health(&self) -> String {
        self.garage("json-api GetClusterHealth", &[]).unwrap_or_default()
    }

    #[track_caller]
    fn ask(&self, words: &str, more: &[&str]) -> String {
        self.garage(words, more).unwrap_or_else(|said| panic!("garage {words}: {said}"))
    }

    /// What Garage's own client prints when it asks this node, or what it complains of.
    fn garage(&self, words: &str, more: &[&str]) -> Result<String, String> {
        let output = garage(&self.dir).args(words.split(' ')).args(more).output().expect("garage starts");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }
}

fn serve(dir: &Path, s3: u16, rpc: u16, peers: &[String]) -> Server {
    fs::write(dir.join(CONFIGURATION), configuration(dir, s3, rpc, peers)).expect("room");
    let mut command = garage(dir);
    command.arg("server").stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Server::wait_for(command.spawn().expect("garage starts"), s3);
    server.wait_for_port(rpc);
    server
}

fn garage(dir: &Path) -> Command {
    let mut command = Command::new(program("garage"));
    command.arg("-c").arg(dir.join(CONFIGURATION));
    command
}

fn configuration(dir: &Path, s3: u16, rpc: u16, peers: &[String]) -> String {
    let dir = dir.display();
    let rpc_secret = "5e".repeat(32);
    format!(
        r#"
metadata_dir = "{dir}/meta"
data_dir = "{dir}/data"
db_engine = "lmdb"
replication_factor = {NODES}
rpc_secret = "{rpc_secret}"
rpc_bind_addr = "127.0.0.1:{rpc}"
rpc_public_addr = "127.0.0.1:{rpc}"
bootstrap_peers = {peers:?}

[s3_api]
s3_region = "test"
api_bind_addr = "127.0.0.1:{s3}"
"#
    )
}
