//! Any JSON text: what serde_json takes is taken, what JSON.parse takes beyond it is repaired, and errors keep their place.

use serde_json::Value;
use vod_upload::encoding::json::{self, Json};
use vod_upload::vod::response;
use vod_upload::vod::upload_auth::decode_sts;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let ours = json::parse(&text);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        agree(ours.as_ref().unwrap(), &value);
    }
    match ours {
        Ok(value) => assert_eq!(json::parse(value.as_written()).as_ref(), Ok(&value)),
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

/// Every value is the one that serde_json reads.
fn agree(ours: &Json, value: &Value) {
    match value {
        Value::Object(members) => {
            let object = ours.object().unwrap();
            members.iter().for_each(|(name, value)| agree(object.get(name).unwrap(), value));
        }
        Value::Array(items) => {
            let list = ours.list().unwrap();
            assert_eq!(list.len(), items.len());
            list.iter().zip(items).for_each(|(ours, value)| agree(ours, value));
        }
        Value::String(text) => assert_eq!(ours.string().as_ref(), Some(text)),
        other => assert_eq!(serde_json::from_str::<Value>(ours.as_written()).unwrap(), *other),
    }
}
