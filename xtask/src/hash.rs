//! Hashes of files, to detect changes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

#[derive(Default)]
pub struct Hash(Sha256);

impl Hash {
    /// Adds one named piece; lengths go in too, so that no two different lists look the same.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub fn file(path: &Path) -> Result<String> {
    let content = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    let mut hash = Hash::default();
    hash.add("", &content);
    Ok(hash.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[(&str, &[u8])]) -> String {
        let mut hash = Hash::default();
        for (name, content) in pieces {
            hash.add(name, content);
        }
        hash.finish()
    }

    #[test]
    fn moving_a_byte_between_pieces_shows() {
        assert_ne!(of(&[("a", b"bc")]), of(&[("ab", b"c")]));
        assert_ne!(of(&[("a", b""), ("b", b"")]), of(&[("a", b"b")]));
        assert_eq!(of(&[("a", b"b")]), of(&[("a", b"b")]));
    }
}
