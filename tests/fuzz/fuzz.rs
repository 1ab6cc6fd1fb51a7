//! libFuzzer over the targets; `cargo xtask fuzz` builds and runs it. VOD_UPLOAD_TARGET names the target.

#![no_main]

mod targets;

use std::sync::OnceLock;

static TARGET: OnceLock<targets::Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("VOD_UPLOAD_TARGET").unwrap_or_default();
        let found = targets::ALL.iter().find(|target| target.name == name);
        let _ = TARGET.set(*found.unwrap_or_else(|| panic!("there is no target `{name}`")));
    },
    |data: &[u8]| {
        if let Some(target) = TARGET.get() {
            (target.run)(data);
        }
    }
);
