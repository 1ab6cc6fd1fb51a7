//! Hashes of files, to detect changes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

pub fn file(path: &Path) -> Result<String> {
    let content = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    Ok(Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect())
}
