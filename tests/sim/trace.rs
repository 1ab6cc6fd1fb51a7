//! One line for each thing that crosses the engine's border, short enough to be read.

use crate::http::{Body, WireRequest};
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::Event;

const WIDTH: usize = 230;

pub fn event(event: &Event) -> String {
    match event {
        Event::Response { id, answer } if answer.status == 0 => format!("HttpResponse {id} {:?}", answer.failure),
        Event::Response { id, answer } => {
            format!(
                "HttpResponse {id} {} {}",
                answer.status,
                answer.body.split_whitespace().collect::<Vec<_>>().join(" ")
            )
        }
        Event::Read { op, result: Ok(read) } => {
            format!("Read {op} {} bytes, crc {:x}, mtime {}", read.length, read.crc, read.facts.mtime)
        }
        Event::SetAuth { id, video_id, .. } => format!("SetAuth {id} {video_id}"),
        Event::ResumeAuth(_) => "ResumeAuth".into(),
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
            format!("InfoPatch {id} {patch:?}")
        }
        Action::Emit { id, emit } => format!("UploadEvent {id} {emit:?}"),
        other => format!("{other:?}"),
    }
    .chars()
    .take(WIDTH)
    .collect()
}
