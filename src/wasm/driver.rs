//! Performs the engine's actions through the host and gives the outcome back to the engine.

use super::crc::CrcBuffer;
use super::host::Host;
use super::incoming;
use super::types::{FormUpload, HttpRequest};
use crate::api::action::{Action, Payload};
use crate::api::event::{self, Event, ReadOutcome};
use crate::engine::Engine;
use js_sys::{ArrayBuffer, Promise};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{spawn_local, JsFuture};

/// One engine and its host.
pub struct Driver {
    id: u32,
    host: Host,
    engine: RefCell<Engine>,
    crc: Rc<CrcBuffer>,
    /// Bytes of finished reads that requests still need, by the number of the read.
    bytes: RefCell<Vec<(u32, ArrayBuffer)>>,
    /// Whether `handle_event` is performing actions. An event that comes meanwhile only adds to them.
    performing: Cell<bool>,
    /// Host calls whose outcome is still to come.
    pending: Cell<u32>,
}

impl Driver {
    pub fn new(id: u32, host: Host, engine: Engine, crc: Rc<CrcBuffer>) -> Rc<Self> {
        Rc::new(Driver {
            id,
            host,
            engine: RefCell::new(engine),
            crc,
            bytes: RefCell::default(),
            performing: Cell::default(),
            pending: Cell::default(),
        })
    }

    /// Passes an event to the engine and performs its actions. Returns whether the event had an effect.
    pub fn handle_event(self: &Rc<Self>, event: Event) -> bool {
        let effective = self.pass_to_engine(event);
        if self.performing.replace(true) {
            return effective;
        }
        let next_action = || self.engine.borrow_mut().poll_action();
        while let Some(action) = next_action() {
            self.perform(action);
        }
        self.performing.set(false);
        let delay = self.engine.borrow().next_timeout();
        self.host.set_timer(self.id, delay.map(|ms| ms as f64));
        if delay.is_none() && self.pending.get() == 0 {
            self.host.on_idle(self.id);
        }
        effective
    }

    fn pass_to_engine(&self, event: Event) -> bool {
        let now = self.host.now() as i64;
        self.engine.borrow_mut().handle_event(event, now)
    }

    fn perform(self: &Rc<Self>, action: Action) {
        match action {
            Action::Request { id, method, url, headers, payload, timeout } => {
                let timeout = timeout as f64;
                let request = HttpRequest { uploader_id: self.id, id, method, url: &url, headers: &headers, timeout };
                let response = self.host.request(&to_js(&request), &self.body(payload));
                self.await_response(id, response);
            }
            Action::Upload { id, url, path, fields, timeout } => {
                let timeout = timeout as f64;
                let form = FormUpload { uploader_id: self.id, id, url: &url, path: &path, fields: &fields, timeout };
                let response = self.host.upload_file(&to_js(&form));
                self.await_response(id, response);
            }
            Action::Abort(id) => self.host.abort(self.id, id),
            Action::Stat { op, path } => {
                let stat = self.host.stat_file(&path);
                self.spawn(async move { Event::Stat { op, result: file_stat(stat).await } });
            }
            Action::Read { op, path, position, length, crc, keep } => {
                // Both at once: small files would mostly wait for the platform.
                let bytes = self.host.read_file(&path, position as f64, length as f64);
                let stat = self.host.stat_file(&path);
                let driver = Rc::clone(self);
                self.spawn(async move { Event::Read { op, result: driver.read(op, bytes, stat, crc, keep).await } });
            }
            Action::Drop(op) => {
                self.bytes.borrow_mut().retain(|(of, _)| *of != op);
            }
            Action::Digest { id, path } => {
                let md5 = self.host.file_md5(&path);
                self.spawn(async move {
                    let md5 = JsFuture::from(md5).await.ok().and_then(|md5| md5.as_string());
                    Event::Digest { id, md5: md5.unwrap_or_default() }
                });
            }
            Action::Load(key) => {
                let value = self.host.get_item(&key);
                self.pass_to_engine(Event::Loaded { key, value });
            }
            Action::Save { key, value } => {
                if !self.host.set_item(&key, &value) {
                    self.pass_to_engine(Event::SaveFailed);
                }
            }
            Action::Forget(key) => self.host.remove_item(&key),
            Action::Emit { id, emit } => self.host.emit(self.id, id, &to_js(&emit)),
        }
    }

    fn await_response(self: &Rc<Self>, id: u32, response: Promise) {
        self.spawn(async move {
            let result = JsFuture::from(response).await.map(incoming::http_response).map_err(incoming::transport_error);
            Event::Response { id, result }
        });
    }

    /// Awaits what becomes the engine's next event.
    fn spawn(self: &Rc<Self>, outcome: impl Future<Output = Event> + 'static) {
        let driver = Rc::clone(self);
        self.pending.set(self.pending.get() + 1);
        spawn_local(async move {
            let event = outcome.await;
            driver.pending.set(driver.pending.get() - 1);
            driver.handle_event(event);
        });
    }

    fn body(&self, payload: Payload) -> JsValue {
        match payload {
            Payload::None => "".into(),
            Payload::Text(text) => text.into(),
            Payload::Bytes(op) => {
                let bytes = self.bytes.borrow();
                bytes.iter().find(|(of, _)| *of == op).map_or(JsValue::UNDEFINED, |(_, bytes)| bytes.into())
            }
        }
    }

    async fn read(
        &self,
        op: u32,
        bytes: Promise,
        stat: Promise,
        crc: bool,
        keep: bool,
    ) -> Result<ReadOutcome, event::FileError> {
        let (bytes, stat) = (JsFuture::from(bytes), JsFuture::from(stat));
        let bytes: ArrayBuffer = bytes.await.map_err(incoming::file_error)?.unchecked_into();
        let stat = stat.await.map(incoming::file_stat).map_err(incoming::file_error)?;
        let crc = if crc { self.crc.checksum(&bytes) } else { 0 };
        let length = u64::from(bytes.byte_length());
        if keep {
            self.bytes.borrow_mut().push((op, bytes));
        }
        Ok(ReadOutcome { length, crc, stat })
    }
}

async fn file_stat(stat: Promise) -> Result<event::FileStat, event::FileError> {
    JsFuture::from(stat).await.map(incoming::file_stat).map_err(incoming::file_error)
}

/// A plain JavaScript object; maps become objects, too, because wx.request reads no `Map`.
fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = Serializer::new().serialize_maps_as_objects(true);
    let Ok(value) = value.serialize(&serializer) else { unreachable!("what goes out is plain data") };
    value
}
