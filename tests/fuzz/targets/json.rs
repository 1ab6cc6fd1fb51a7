//! Any JSON text: what serde_json takes is taken, what JSON.parse takes beyond it is repaired, and errors keep their place.

use serde_json::Value;
use vod_upload::encoding::json;
use vod_upload::vod::response;
use vod_upload::vod::upload_auth::decode_sts;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let ours = json::parse(&text);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        assert_eq!(ours.as_ref(), Ok(&value));
    }
    match ours {
        Ok(value) => assert_eq!(json::parse(&value.to_string()).as_ref(), Ok(&value)),
        Err(error) => {
            assert!(error.line > 0 && error.column > 0 && !error.problem.is_empty());
            assert!(error.line <= 1 + text.matches('\n').count(), "{error}");
        }
    }
    let _ = decode_sts(&text, 1_780_000_000_000);
    for status in [200, 400, 503] {
        let error = response::error(status, "", &text);
        assert!(error.code.len() + error.message.len() <= 2_048);
        let _ = response::is_from_vod(status, &text);
    }
    if let Some(created) = response::created(&text) {
        assert!(!created.upload_auth.is_empty());
    }
}
