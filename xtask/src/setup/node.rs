//! Node.js and npm: the only things that have to be on the machine besides Rust.

use anyhow::{ensure, Context, Result};

use crate::process;

/// The oldest release that the tests' `node --test` and the build script are written for.
const OLDEST_MAJOR: u32 = 20;

const REMEDY: &str = "install Node.js 20 or newer with npm (https://nodejs.org, `apt install nodejs npm`, \
                      `brew install node`, or nvm) and run `cargo xtask setup` again";

pub fn check() -> Result<()> {
    let version = process::text(process::command("node").arg("--version"))
        .with_context(|| format!("Node.js is missing: {REMEDY}"))?;
    ensure!(major(&version) >= Some(OLDEST_MAJOR), "Node.js {version} is too old: {REMEDY}");
    process::text(process::npm()?.arg("--version")).with_context(|| format!("npm is missing: {REMEDY}"))?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_a_major_number() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.0.0\n"), Some(9));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major(""), None);
    }
}
