use std::fmt;

/// How a command other than `run` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, hit, gate passed.
    Done,
    /// Something went wrong.
    Error,
    /// The command line or the configuration is wrong.
    Usage,
    /// What was found is not good enough.
    Gate,
    /// Something was refused as forged, damaged or misplaced.
    Integrity,
    /// Nothing is there: absent, expired, or not accepted here.
    Nothing,
    /// A signal asked for the end.
    Interrupted,
    /// `run` only: the command's own code.
    Command(u8),
    /// `run` only: the program's file cannot be run.
    NotExecutable,
    /// `run` only: there is no such program.
    NotFound,
}

impl Exit {
    /// The code for the system. In `run`, the small codes belong to the command, so bulla's own failures are 125.
    pub(crate) const fn code(self, is_run: bool) -> u8 {
        match self {
            Self::Done => 0,
            Self::Command(code) => code,
            Self::NotExecutable => 126,
            Self::NotFound => 127,
            _ if is_run => 125,
            Self::Error => 1,
            Self::Usage => 2,
            Self::Gate => 3,
            Self::Integrity => 4,
            Self::Nothing => 5,
            // As shells have it for SIGINT.
            Self::Interrupted => 130,
        }
    }
}

/// An error, and how the program ends for it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: anyhow::Error,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::new(Exit::Usage, error)
    }
}

/// What nobody has said otherwise of is an error.
impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(Exit::Error, error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.error)
    }
}
