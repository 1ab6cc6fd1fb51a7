//! Text that has no business in a shipped module: paths of the machine that built it.

use super::finding::Finding;
use super::module::Module;

/// The first of the texts that is found: they overlap, and one leak shows them all.
pub fn check(module: &Module, forbidden: &[String]) -> Option<Finding> {
    forbidden.iter().find_map(|text| {
        let excerpt = module.data.iter().find_map(|segment| excerpt(segment.data, text.as_bytes()))?;
        Some(Finding::new(
            format!("its data names a path of the build machine, `{text}` (…{excerpt}…)"),
            "is the matching --remap-path-prefix in the rustflags of wasm-pack.toml?",
        ))
    })
}

fn excerpt(data: &[u8], needle: &[u8]) -> Option<String> {
    const AROUND: usize = 40;
    let at = data.windows(needle.len()).position(|w| w == needle)?;
    let end = (at + needle.len() + AROUND).min(data.len());
    let printable =
        data[at.saturating_sub(8)..end].iter().map(|b| if b.is_ascii_graphic() { *b as char } else { ' ' }).collect();
    Some(printable)
}
