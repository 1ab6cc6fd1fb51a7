//! The check of what phones refuse, done on the shipped files.
//!
//! iPhones refuse a second table, externref in a signature and memory.init with messages that do not say so, sometimes
//! after minutes; old Android engines refuse newer instructions. So the shipped module is plain WebAssembly 1.0, the
//! shipped scripts are ES2015 without the globals that phones lack, and neither contains a path of the build machine or
//! anything that looks like a secret.

mod module;
mod script;

use anyhow::{ensure, Result};

pub use module::{check_before_lowering, check_shipped};
pub use script::check as check_script;

/// Refuses texts that must not be shipped, in a module or a script.
pub fn check_text(file: &str, content: &[u8], forbidden: &[String]) -> Result<()> {
    for text in forbidden {
        let found = content.windows(text.len()).position(|bytes| bytes == text.as_bytes());
        ensure!(
            found.is_none(),
            "{file} contains `{text}` (…{}…): is the matching --remap-path-prefix in the rustflags of wasm-pack.toml?",
            excerpt(content, found.unwrap_or(0))
        );
    }
    Ok(())
}

fn excerpt(content: &[u8], at: usize) -> String {
    let around = &content[at.saturating_sub(8)..(at + 60).min(content.len())];
    around.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_text_is_quoted_with_its_surroundings() {
        let forbidden = ["/home/".to_owned()];
        assert!(check_text("a.wasm", b"\0crates/js-sys/src/lib.rs\0", &forbidden).is_ok());
        let error = check_text("a.wasm", b"\0xx/home/me/src/lib.rs\0", &forbidden).unwrap_err().to_string();
        assert!(error.contains("a.wasm contains `/home/`") && error.contains("/home/me/src"), "{error}");
    }
}
