//! What reaches the app, as JavaScript values.

use super::host::Host;
use super::payload::object;
use crate::api::action::{InfoPatch, UploadEvent};
use crate::api::error::UploadError;
use wasm_bindgen::prelude::*;

pub fn emit(host: &Host, id: u32, emit: UploadEvent) {
    let (kind, payload) = match emit {
        UploadEvent::Patch(patch) => {
            let (name, value) = field(patch);
            ("patch", object(name, [value]))
        }
        // addFile has told it itself.
        UploadEvent::Added => return,
        UploadEvent::Started => ("started", JsValue::UNDEFINED),
        UploadEvent::Progress(p) => {
            let values =
                [p.percent.into(), p.loaded.into(), p.total.into(), p.bytes_per_second.into(), p.seconds_left.into()];
            ("progress", object("percent loaded total bytesPerSecond secondsLeft", values))
        }
        UploadEvent::Succeed => ("Succeed", JsValue::UNDEFINED),
        UploadEvent::Failed(failure) => ("Failed", fail(&failure)),
        UploadEvent::Canceled => ("Canceled", JsValue::UNDEFINED),
        UploadEvent::Expired { code, message } => {
            ("TokenExpired", object("code message", [code.into(), message.into()]))
        }
        UploadEvent::End => ("end", JsValue::UNDEFINED),
        UploadEvent::Credential { kind, video_id } => {
            ("credential", object("kind videoId", [kind.into(), video_id.into()]))
        }
        UploadEvent::Log { level, event, detail } => {
            ("log", object("level event detail", [level.into(), event.into(), detail.into()]))
        }
    };
    host.emit(kind, id, payload);
}

fn field(patch: InfoPatch) -> (&'static str, JsValue) {
    match patch {
        InfoPatch::State(state) => ("state", state.into()),
        InfoPatch::FileSize(size) => ("fileSize", size.into()),
        InfoPatch::FileHash(text) => ("fileHash", text.into()),
        InfoPatch::IsImage(image) => ("isImage", image.into()),
        InfoPatch::Loaded(percent) => ("loaded", percent.into()),
        InfoPatch::VideoId(text) => ("videoId", text.into()),
        InfoPatch::ImageId(text) => ("imageId", text.into()),
        InfoPatch::ImageUrl(text) => ("imageUrl", text.into()),
        InfoPatch::Endpoint(text) => ("endpoint", text.into()),
        InfoPatch::Bucket(text) => ("bucket", text.into()),
        InfoPatch::Object(text) => ("object", text.into()),
        InfoPatch::Region(text) => ("region", text.into()),
    }
}

fn fail(failure: &UploadError) -> JsValue {
    let values = [
        JsValue::from_str(failure.code.as_str()),
        JsValue::from_str(&failure.message),
        failure.stage.as_str().into(),
        JsValue::from_str(&failure.request_id),
        failure.http_status.into(),
        failure.part.into(),
        failure.retryable.into(),
    ];
    object("code message stage requestId httpStatus part retryable", values)
}
