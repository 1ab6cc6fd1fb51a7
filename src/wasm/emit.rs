//! What reaches the app, as JavaScript values.

use super::host::Host;
use crate::action::Emit;
use serde::Serialize;
use wasm_bindgen::JsValue;

#[derive(Serialize)]
struct Expired {
    code: String,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    kind: &'static str,
    video_id: String,
}

#[derive(Serialize)]
struct Log {
    level: &'static str,
    event: &'static str,
    detail: String,
}

pub fn emit(host: &Host, id: u32, emit: Emit) {
    let (kind, payload) = match emit {
        Emit::Patch(patch) => ("patch", value(&*patch)),
        Emit::Added => ("added", JsValue::UNDEFINED),
        Emit::Started => ("started", JsValue::UNDEFINED),
        Emit::Progress(progress) => ("progress", value(&progress)),
        Emit::Succeed => ("succeed", JsValue::UNDEFINED),
        Emit::Failed(failure) => ("failed", value(&*failure)),
        Emit::Canceled => ("canceled", JsValue::UNDEFINED),
        Emit::Expired { code, message } => ("expired", value(&Expired { code, message })),
        Emit::End => ("end", JsValue::UNDEFINED),
        Emit::Credential { kind, video_id } => ("credential", value(&Credential { kind, video_id })),
        Emit::Log { level, event, detail } => ("log", value(&Log { level, event, detail })),
    };
    host.emit(kind, id, &payload);
}

fn value(what: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(what).unwrap_or(JsValue::UNDEFINED)
}
