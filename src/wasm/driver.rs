//! Performs the engine's actions; their outcome comes back as events, by [`super::tell`].

use super::bytes::crc;
use super::emit::emit;
use super::host::{text, Ask, Fields, Host};
use super::payload::{object, of_lines};
use crate::api::action::{Action, Payload};
use crate::api::event::{Event, FileError, FileStat, ReadOutcome};
use crate::engine::Engine;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

pub struct Driver {
    host: Host,
    engine: RefCell<Engine>,
    /// Bytes that reads have brought and requests still need, by the number of the read.
    held: RefCell<Vec<(u32, JsValue)>>,
    /// An exchange with the engine is on: a host that calls back at once only adds to its actions.
    pumping: Cell<bool>,
}

/// What the bytes of a read are for. The host hands it back with them.
const CRC: u32 = 1;
const REQUEST: u32 = 2;

impl Driver {
    pub fn new(host: Host, engine: Engine) -> Self {
        Driver { host, engine: RefCell::new(engine), held: RefCell::default(), pumping: Cell::new(false) }
    }

    /// Hands an event over and performs what follows from it.
    pub fn tell(&self, event: Event) -> bool {
        let taken = self.hand(event);
        if self.pumping.replace(true) {
            return taken;
        }
        loop {
            let action = self.engine.borrow_mut().poll_action();
            match action {
                Some(action) => self.perform(action),
                None => break,
            }
        }
        self.pumping.set(false);
        let wake = self.engine.borrow().next_timeout();
        self.host.perform(Ask::Timer, 0, JsValue::UNDEFINED, wake.map_or(-1.0, |ms| ms as f64));
        taken
    }

    #[inline(never)]
    fn hand(&self, event: Event) -> bool {
        let now = self.host.now() as i64;
        self.engine.borrow_mut().handle_event(event, now)
    }

    fn perform(&self, action: Action) {
        let host = &self.host;
        match action {
            Action::Request { id, method, url, headers, payload, timeout } => {
                let data = match payload {
                    Payload::None => "".into(),
                    Payload::Text(text) => text.into(),
                    Payload::Bytes(op) => self.bytes(op),
                };
                let values = [url.into(), method.into(), of_lines(&headers), data, (timeout as f64).into()];
                host.perform(Ask::Request, id, object("url method header data timeout", values), 0.0);
            }
            Action::Upload { id, url, path, fields, timeout } => {
                let values = [url.into(), path.into(), of_lines(&fields), (timeout as f64).into()];
                host.perform(Ask::Upload, id, object("url filePath formData timeout", values), 0.0);
            }
            Action::Abort(id) => host.perform(Ask::Abort, id, JsValue::UNDEFINED, 0.0),
            Action::Stat { op, path } => host.perform(Ask::Stat, op, path, 0.0),
            Action::Read { op, path, position, length, crc, keep } => {
                let uses = if crc { CRC } else { 0 } | if keep { REQUEST } else { 0 };
                let values = [path.into(), (position as f64).into(), (length as f64).into()];
                host.perform(Ask::Read, op, object("filePath position length", values), f64::from(uses));
            }
            Action::Drop(op) => {
                let mut held = self.held.borrow_mut();
                if let Some(at) = held.iter().position(|(of, _)| *of == op) {
                    held.swap_remove(at);
                }
            }
            Action::Digest { id, path } => host.perform(Ask::Digest, id, path, 0.0),
            Action::Load(key) => {
                let value = text(&host.get(&key));
                self.hand(Event::Loaded { key, value });
            }
            Action::Save { key, value } => {
                if !host.set(&key, &value) {
                    self.hand(Event::SaveFailed);
                }
            }
            Action::Forget(key) => host.perform(Ask::Remove, 0, key, 0.0),
            Action::Emit { id, emit: what } => emit(host, id, what),
        }
    }

    fn bytes(&self, op: u32) -> JsValue {
        let held = self.held.borrow();
        held.iter().find(|(at, _)| *at == op).map_or(JsValue::UNDEFINED, |(_, bytes)| bytes.clone())
    }

    /// What a read has brought, and what the file looked like beside it or why there are no bytes.
    pub fn read(&self, op: u32, bytes: Fields, found: Result<FileStat, FileError>, uses: u32) -> Event {
        let result = found.map(|facts| {
            let length = bytes.number("byteLength");
            let crc = if uses & CRC > 0 { crc(&self.host, &bytes, length as u32) } else { 0 };
            if uses & REQUEST > 0 {
                self.held.borrow_mut().push((op, bytes.into()));
            }
            ReadOutcome { length: length as u64, crc, facts }
        });
        Event::Read { op, result }
    }
}
