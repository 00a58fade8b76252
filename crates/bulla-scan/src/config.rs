use bulla::{Digest, DigestAlgorithm};
use sha2::{Digest as _, Sha256};

/// Collects what a scan's result depends on beside its subject, as docs/key-inputs.md has it: each part behind its kind,
/// both behind their lengths.
pub(crate) struct Config(Sha256);

impl Config {
    pub(crate) fn new() -> Self {
        Self(Sha256::new_with_prefix(b"bulla scan config v1\0"))
    }

    pub(crate) fn add(&mut self, kind: &str, value: impl AsRef<[u8]>) {
        for part in [kind.as_bytes(), value.as_ref()] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    pub(crate) fn finish(self) -> Digest {
        Digest::new(DigestAlgorithm::Sha256, self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(parts: &[(&str, &str)]) -> Digest {
        let mut config = Config::new();
        parts.iter().for_each(|(kind, value)| config.add(kind, value));
        config.finish()
    }

    #[test]
    fn parts_that_run_together_are_still_two_configs() {
        let all = [
            config(&[("argument", "ab"), ("argument", "c")]),
            config(&[("argument", "a"), ("argument", "bc")]),
            config(&[("argument", "abc")]),
            config(&[("argument", "abc"), ("argument", "")]),
            config(&[("setting", "abc")]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{index}");
        }
    }
}
