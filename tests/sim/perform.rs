//! The engine's actions, performed as the host would; each outcome is a later event.

use crate::disk::Disk;
use crate::http::{Body, WireRequest};
use crate::world::{JsTask, World};
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::Event;

impl World {
    pub fn perform(&mut self, action: Action) {
        self.before_action(&action);
        match action {
            Action::Request { id, method, url, headers, payload, timeout } => {
                let body = match payload {
                    Payload::None => Body::None,
                    Payload::Text(text) => Body::Text(text),
                    Payload::Bytes(op) => match self.held.get(&op) {
                        Some(held) => Body::Bytes { length: held.length, crc: held.crc },
                        None => return self.fail(format!("request {id} sends bytes that nobody holds ({op})")),
                    },
                };
                let wire = self.wire(method, &url, headers, body);
                self.submit(id, wire, timeout);
            }
            Action::Upload { id, url, path, fields, timeout } => {
                let body = Body::Form { fields, path, length: 0, crc: 0 };
                let wire = self.wire("POST", &url, String::new(), body);
                self.submit(id, wire, timeout);
            }
            Action::Abort(id) => self.abort(id),
            Action::Stat { op, path } => {
                self.file_calls.insert(op);
                self.disk_later(Disk::Stat { op, path });
            }
            Action::Read { op, path, position, length, crc, keep } => {
                self.file_calls.insert(op);
                if keep {
                    self.reading.insert(op, length);
                }
                self.disk_later(Disk::Read { op, path, position, length, crc, keep });
            }
            Action::Drop(op) => {
                self.held.remove(&op);
                // A read under way ends by itself and its bytes are not kept.
                self.reading.remove(&op);
                if self.file_calls.contains(&op) {
                    self.observed.dropped_reads.insert(op);
                }
            }
            Action::Digest { id, .. } => {
                let ms = self.rng.range(1, 500);
                let md5 = if self.rng.chance(0.8) { "0123456789abcdef0123456789abcdef".into() } else { String::new() };
                self.schedule_js(ms, JsTask::Event(Event::Digest { id, md5 }));
            }
            Action::Load(key) => {
                self.load_rule(&key);
                let value = self.load(&key);
                let wall = self.phone.reading(self.now);
                if let Some(engine) = self.engine.as_mut() {
                    engine.handle_event(Event::Loaded { key, value }, wall);
                }
            }
            Action::Save { key, value } => {
                self.save_rule(&key, &value);
                if !self.save(key, value) {
                    let wall = self.phone.reading(self.now);
                    if let Some(engine) = self.engine.as_mut() {
                        engine.handle_event(Event::SaveFailed, wall);
                    }
                }
            }
            Action::Forget(key) => {
                self.forget_rule(&key);
                if let Some(value) = self.phone.storage.remove(&key) {
                    self.observed.forgotten(&value);
                    self.upload_over(&value);
                }
            }
            Action::Emit { id, emit } => self.emitted(id, emit),
        }
    }

    /// A request as it leaves the engine.
    fn wire(&mut self, method: &'static str, url: &str, headers: String, body: Body) -> WireRequest {
        let mut wire = WireRequest::new(method, url, headers, body);
        (wire.scope, wire.app_run, wire.sent) = (self.scope, self.app_run, self.now);
        self.host_rule(url, &wire);
        wire
    }
}

/// Texts that reach the app, its log or the phone's storage.
pub fn reported_text(emit: &UploadEvent) -> Option<String> {
    match emit {
        UploadEvent::Failed(f) => Some([f.code.as_str(), &f.message, &f.request_id].join(" ")),
        UploadEvent::Expired { code, message } => Some([code.as_str(), message].join(" ")),
        UploadEvent::Log { detail, .. } => Some(detail.clone()),
        UploadEvent::Patch(p) => Some(format!("{p:?}")),
        _ => None,
    }
}
