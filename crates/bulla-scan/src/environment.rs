use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::process::Command;

use bulla_findings::Program;

/// What every scanner gets: where programs, its own caches and temporary files are, how the network is reached, and the
/// encoding of names. Nothing of bulla's own, and no secrets.
const NEEDED: [&str; 21] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "DOCKER_CONFIG",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
];

/// Where pip finds packages, which are then held to their hashes.
const PIP: [&str; 8] = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_CERT",
    "PIP_PROXY",
    "PIP_TRUSTED_HOST",
    "PIP_CACHE_DIR",
];

/// git, which some scanners start, takes no commands from the target and no settings from elsewhere.
const NO_GIT_SETTINGS: [(&str, &str); 7] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_COUNT", "2"),
    ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
    ("GIT_CONFIG_VALUE_0", "false"),
    ("GIT_CONFIG_KEY_1", "safe.bareRepository"),
    ("GIT_CONFIG_VALUE_1", "explicit"),
];

/// The environment that a program of this process would see, as a value.
/// It has no `Debug`: secrets stand in it.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The environment with these variables.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self(variables.into_iter().collect())
    }

    /// Gives a command everything but bulla's own variables and what would make Python or pip put files elsewhere.
    pub(crate) fn give_to_installer(&self, command: &mut Command) {
        command.env_clear();
        let kept = |name: &OsStr| {
            let name = name.as_encoded_bytes();
            !name.starts_with(b"BULLA_")
                && !name.starts_with(b"PYTHON")
                && (!name.starts_with(b"PIP_") || PIP.iter().any(|kept| kept.as_bytes() == name))
        };
        command.envs(self.0.iter().filter(|(name, _)| kept(name)));
    }

    /// The variables of a scanner's own that can change what it says: all but those that name places of its files.
    pub(crate) fn that_count<'a>(
        &'a self,
        program: &'a Program,
    ) -> impl Iterator<Item = (&'static str, Option<&'a OsStr>)> {
        let names_a_place =
            |name: &&&str| name.ends_with("_DIR") || name.ends_with("_HOME") || **name == "DOCKER_CONFIG";
        let names = program.environment.iter().filter(move |name| !names_a_place(name));
        names.map(|name| (*name, self.get(name)))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Gives a command what its scanner needs, and nothing else.
    pub(crate) fn give_to(&self, command: &mut Command, program: &Program) {
        command.env_clear();
        for &name in NEEDED.iter().chain(program.environment) {
            if let Some(value) = self.get(name) {
                command.env(name, value);
            }
        }
        command.envs(NO_GIT_SETTINGS).envs(program.set.iter().copied());
    }
}
