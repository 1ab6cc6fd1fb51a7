//! What reaches the app, as JavaScript values.

use super::host::Host;
use crate::action::{Emit, Patch};
use crate::error::Failure;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What an event tells. Filled field by field: serde-wasm-bindgen would do it for 2 KB more of the compressed module.
    #[wasm_bindgen(js_name = Object)]
    type Payload;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Payload;
    #[wasm_bindgen(method, indexing_setter)]
    fn put(this: &Payload, name: &str, value: JsValue);
}

impl Payload {
    fn texts(&self, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            self.put(name, JsValue::from_str(value));
        }
    }

    fn numbers(&self, fields: &[(&str, f64)]) {
        for (name, value) in fields {
            self.put(name, JsValue::from_f64(*value));
        }
    }
}

pub fn emit(host: &Host, id: u32, emit: Emit) {
    let payload = Payload::new();
    let kind = match emit {
        Emit::Patch(patch) => {
            let (name, value) = field(patch);
            payload.put(name, value);
            "patch"
        }
        Emit::Added => "added",
        Emit::Started => "started",
        Emit::Progress(p) => {
            payload.numbers(&[
                ("percent", p.percent),
                ("loaded", p.loaded),
                ("total", p.total),
                ("bytesPerSecond", p.bytes_per_second),
                ("secondsLeft", p.seconds_left),
            ]);
            "progress"
        }
        Emit::Succeed => "succeed",
        Emit::Failed(failure) => {
            fail(&payload, &failure);
            "failed"
        }
        Emit::Canceled => "canceled",
        Emit::Expired { code, message } => {
            payload.texts(&[("code", &code), ("message", &message)]);
            "expired"
        }
        Emit::End => "end",
        Emit::Credential { kind, video_id } => {
            payload.texts(&[("kind", kind), ("videoId", &video_id)]);
            "credential"
        }
        Emit::Log { level, event, detail } => {
            payload.texts(&[("level", level), ("event", event), ("detail", &detail)]);
            "log"
        }
    };
    host.emit(kind, id, payload.into());
}

fn field(patch: Patch) -> (&'static str, JsValue) {
    match patch {
        Patch::State(state) => ("state", state.into()),
        Patch::FileSize(size) => ("fileSize", size.into()),
        Patch::FileHash(text) => ("fileHash", text.into()),
        Patch::IsImage(image) => ("isImage", image.into()),
        Patch::Loaded(percent) => ("loaded", percent.into()),
        Patch::VideoId(text) => ("videoId", text.into()),
        Patch::ImageId(text) => ("imageId", text.into()),
        Patch::ImageUrl(text) => ("imageUrl", text.into()),
        Patch::Endpoint(text) => ("endpoint", text.into()),
        Patch::Bucket(text) => ("bucket", text.into()),
        Patch::Object(text) => ("object", text.into()),
        Patch::Region(text) => ("region", text.into()),
    }
}

fn fail(payload: &Payload, failure: &Failure) {
    payload.texts(&[
        ("code", &failure.code),
        ("message", &failure.message),
        ("stage", failure.stage),
        ("requestId", &failure.request_id),
    ]);
    payload.numbers(&[("httpStatus", f64::from(failure.http_status)), ("part", f64::from(failure.part))]);
    payload.put("retryable", failure.retryable.into());
}
