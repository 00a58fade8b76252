use std::fmt;

use bulla_core::{ReadError, Refusal};
use bulla_store::StoreError;

use crate::settings::Mode;

/// Why there is no answer.
#[derive(Debug)]
pub enum Miss {
    /// Nothing lies under the key's name.
    Absent,
    /// Something does, and it is not an answer.
    Refused(Refusal),
    /// The store could not be asked.
    Unreachable(StoreError),
    /// There is nothing here, and the shared store could not be asked, which `Settings::warn` has been told of.
    SharedUnreachable(StoreError),
    /// The cache was not asked: its mode does not read.
    Bypassed(Mode),
}

impl Miss {
    /// The stable name, in text and in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Refused(refusal) => refusal.name(),
            Self::Unreachable(_) | Self::SharedUnreachable(_) => "unreachable",
            Self::Bypassed(_) => "bypassed",
        }
    }

    /// Whether something was found forged, damaged or misplaced.
    pub const fn is_integrity(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_integrity())
    }

    /// Whether it is no news: nothing stored, or nothing that may still be given, is what a cache is about, and a shared store
    /// that fails has been told of.
    pub const fn is_expected(&self) -> bool {
        matches!(
            self,
            Self::Absent
                | Self::SharedUnreachable(_)
                | Self::Bypassed(_)
                | Self::Refused(Refusal::Expired { .. } | Refusal::TooStale { .. })
        )
    }

    pub(crate) fn from_read(error: ReadError, place: impl Into<std::path::PathBuf>) -> Self {
        match error {
            ReadError::Refused(refusal) => Self::Refused(refusal),
            ReadError::Unreachable(error) => Self::Unreachable(StoreError::new("read", place, error)),
        }
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent: nothing is stored for this key"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unreachable(error) | Self::SharedUnreachable(error) => write!(f, "unreachable: {error}"),
            Self::Bypassed(mode) => write!(f, "bypassed: the mode is {}", mode.name()),
        }
    }
}

impl std::error::Error for Miss {}
