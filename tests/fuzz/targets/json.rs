//! Any JSON text: what serde_json takes is taken, and what was taken is written and read again as the same.

use vod_upload::text::json;
use vod_upload::vod::{response, Credential};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let ours = json::parse(&text);
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(_) => assert!(ours.is_ok() || depth(&text) > 64, "{:?}", ours.err()),
        // serde_json refuses lone surrogates and numbers out of range, which JSON.parse takes.
        Err(error) => {
            let error = error.to_string();
            let strict = ["surrogate", "hex escape", "out of range"].iter().any(|reason| error.contains(reason));
            assert!(ours.is_err() || strict, "{error}");
        }
    }
    match ours {
        Ok(value) => {
            assert_eq!(json::parse(&json::write(&value)).as_ref(), Ok(&value));
            let _ = Credential::from_json(&value, 1_780_000_000_000);
        }
        Err(error) => assert!(error.line > 0 && error.column > 0 && !error.text().is_empty()),
    }
    for status in [200, 400, 503] {
        let _ = response::error(status, "", &text);
    }
    if let Some(created) = response::created(&text) {
        assert!(!created.upload_auth.is_empty());
    }
}

/// At least as deep as the document.
fn depth(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count()
}
