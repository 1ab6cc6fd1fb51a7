//! One line for each thing that crosses the engine's border, short enough to be read.

use crate::http::{Body, WireRequest};
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::Event;

const WIDTH: usize = 230;

pub fn event(event: &Event) -> String {
    match event {
        Event::Response { id, result: Err(error) } => format!("Response {id} {:?}", error.kind),
        Event::Response { id, result: Ok(response) } => {
            let body: Vec<_> = response.body.split_whitespace().collect();
            format!("Response {id} {} {}", response.status, body.join(" "))
        }
        Event::Read { op, result: Ok(read) } => {
            format!("Read {op} {} bytes, crc {:x}, mtime {}", read.length, read.crc, read.stat.mtime)
        }
        Event::SetAuth { id, video_id, .. } => format!("SetAuth {id} {video_id}"),
        Event::RenewAuth(_) => "RenewAuth".into(),
        other => format!("{other:?}"),
    }
    .chars()
    .take(WIDTH)
    .collect()
}

pub fn action(action: &Action) -> String {
    match action {
        Action::Request { id, method, url, payload, .. } => {
            let wire = WireRequest::new(method, url, String::new(), Body::None);
            let part = wire.query("partNumber").unwrap_or_default();
            let bytes = if let Payload::Bytes(op) = payload { format!("bytes of {op}") } else { String::new() };
            format!("Request {id} {} {part} {} {bytes}", wire.what(), wire.key)
        }
        Action::Upload { id, path, .. } => format!("Upload {id} {path}"),
        Action::Save { key, value } => format!("Save {key} {}", value.replace('\n', "|")),
        Action::Emit { id, emit: UploadEvent::Patch(patch) } => {
            format!("Patch {id} {patch:?}")
        }
        Action::Emit { id, emit } => format!("UploadEvent {id} {emit:?}"),
        other => format!("{other:?}"),
    }
    .chars()
    .take(WIDTH)
    .collect()
}
