//! What reaches the app, as JavaScript values.

use super::host::Host;
use super::payload::object;
use crate::action::{Emit, Patch};
use crate::error::Failure;
use wasm_bindgen::prelude::*;

pub fn emit(host: &Host, id: u32, emit: Emit) {
    let (kind, payload) = match emit {
        Emit::Patch(patch) => {
            let (name, value) = field(patch);
            ("patch", object(name, [value]))
        }
        // addFile has told it itself.
        Emit::Added => return,
        Emit::Started => ("started", JsValue::UNDEFINED),
        Emit::Progress(p) => {
            let values =
                [p.percent.into(), p.loaded.into(), p.total.into(), p.bytes_per_second.into(), p.seconds_left.into()];
            ("progress", object("percent loaded total bytesPerSecond secondsLeft", values))
        }
        Emit::Succeed => ("Succeed", JsValue::UNDEFINED),
        Emit::Failed(failure) => ("Failed", fail(&failure)),
        Emit::Canceled => ("Canceled", JsValue::UNDEFINED),
        Emit::Expired { code, message } => ("TokenExpired", object("code message", [code.into(), message.into()])),
        Emit::End => ("end", JsValue::UNDEFINED),
        Emit::Credential { kind, video_id } => ("credential", object("kind videoId", [kind.into(), video_id.into()])),
        Emit::Log { level, event, detail } => {
            ("log", object("level event detail", [level.into(), event.into(), detail.into()]))
        }
    };
    host.emit(kind, id, payload);
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

fn fail(failure: &Failure) -> JsValue {
    let values = [
        JsValue::from_str(&failure.code),
        JsValue::from_str(&failure.message),
        failure.stage.into(),
        JsValue::from_str(&failure.request_id),
        failure.http_status.into(),
        failure.part.into(),
        failure.retryable.into(),
    ];
    object("code message stage requestId httpStatus part retryable", values)
}
