//! Performs the engine's actions and brings their outcome back as events.

use super::bytes::Scratch;
use super::emit::emit;
use super::host::{Fields, Host};
use crate::action::{Action, Payload};
use crate::engine::Engine;
use crate::event::{Answer, Event, Facts, FileTrouble, ReadFacts};
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{spawn_local, JsFuture};

pub struct Driver {
    host: Host,
    engine: RefCell<Engine>,
    scratch: RefCell<Scratch>,
    /// Bytes that reads have brought and requests still need, by the number of the read.
    held: RefCell<Vec<(u32, JsValue)>>,
    /// The uploader was let go: what still comes in is ignored.
    closed: Cell<bool>,
    /// An exchange with the engine is on: a host that calls back at once only adds to its actions.
    pumping: Cell<bool>,
}

/// What a promise of the host's is about.
enum Awaited {
    Answer(u32),
    Stat(u32),
    Read {
        op: u32,
        path: String,
        crc: bool,
        keep: bool,
    },
    /// The look at a file after a read.
    Reread {
        op: u32,
        length: u64,
        crc: u64,
    },
    Digest(u32),
}

impl Driver {
    pub fn new(host: Host, engine: Engine) -> Rc<Self> {
        Rc::new(Driver {
            host,
            engine: RefCell::new(engine),
            scratch: RefCell::new(Scratch::new()),
            held: RefCell::default(),
            closed: Cell::new(false),
            pumping: Cell::new(false),
        })
    }

    pub fn close(&self) {
        self.closed.set(true);
        self.host.timer(-1.0);
        self.held.borrow_mut().clear();
    }

    /// Hands an event over and performs what follows from it.
    #[inline(never)]
    pub fn tell(self: &Rc<Self>, event: Event) -> bool {
        if self.closed.get() {
            return false;
        }
        let taken = self.hand(event);
        self.pump();
        taken
    }

    fn hand(&self, event: Event) -> bool {
        let now = self.host.now() as i64;
        self.engine.borrow_mut().handle(event, now)
    }

    fn pump(self: &Rc<Self>) {
        if self.pumping.replace(true) {
            return;
        }
        loop {
            let action = self.engine.borrow_mut().poll();
            match action {
                Some(action) => self.perform(action),
                None => break,
            }
        }
        self.pumping.set(false);
        let wake = self.engine.borrow().wake_after();
        self.host.timer(wake.map_or(-1.0, |ms| ms as f64));
    }

    fn perform(self: &Rc<Self>, action: Action) {
        let host = &self.host;
        match action {
            Action::Request { id, method, url, headers, payload, timeout } => {
                let body = match payload {
                    Payload::None => JsValue::UNDEFINED,
                    Payload::Text(text) => text.into(),
                    Payload::Bytes(op) => self.bytes(op),
                };
                let promise = host.request(id, method, &url, &headers, &body, timeout as f64);
                self.wait(promise, Awaited::Answer(id));
            }
            Action::Upload { id, url, path, fields, timeout } => {
                self.wait(host.upload(id, &url, &path, &fields, timeout as f64), Awaited::Answer(id));
            }
            Action::Abort(id) => host.abort(id),
            Action::Stat { op, path } => self.wait(host.stat(&path), Awaited::Stat(op)),
            Action::Read { op, path, position, length, crc, keep } => {
                let promise = host.read(&path, position as f64, length as f64);
                self.wait(promise, Awaited::Read { op, path, crc, keep });
            }
            Action::Drop(op) => {
                let mut held = self.held.borrow_mut();
                if let Some(at) = held.iter().position(|(of, _)| *of == op) {
                    held.swap_remove(at);
                }
            }
            Action::Digest { id, path } => self.wait(host.digest(&path), Awaited::Digest(id)),
            Action::Load(key) => {
                let value = host.get(&key);
                self.hand(Event::Loaded { key, value });
            }
            Action::Save { key, value } => {
                if !host.set(&key, &value) {
                    self.hand(Event::SaveFailed);
                }
            }
            Action::Forget(key) => host.remove(&key),
            Action::Emit { id, emit: what } => emit(host, id, what),
        }
    }

    fn bytes(&self, op: u32) -> JsValue {
        let held = self.held.borrow();
        held.iter().find(|(at, _)| *at == op).map_or(JsValue::UNDEFINED, |(_, bytes)| bytes.clone())
    }

    /// One future for all that is awaited: each of its own would cost the module a state machine.
    fn wait(self: &Rc<Self>, promise: Promise, what: Awaited) {
        let me = self.clone();
        spawn_local(async move {
            // The host's promises do not reject; should one do so, nothing is found in what it gave.
            let value = JsFuture::from(promise).await.unwrap_or_else(|_| JsValue::from_str(""));
            me.came(what, value);
        });
    }

    fn came(self: &Rc<Self>, what: Awaited, value: JsValue) {
        let found: &Fields = value.unchecked_ref();
        let event = match what {
            Awaited::Answer(id) => Event::Answer {
                id,
                answer: Answer {
                    status: found.number("status") as u16,
                    headers: found.text("headers"),
                    body: found.text("body"),
                    failure: found.text("failure"),
                    detail: found.text("detail"),
                },
            },
            Awaited::Stat(op) => Event::Stat { op, result: facts(found) },
            Awaited::Read { op, path, crc, keep } => {
                let length = found.number("byteLength");
                if length >= 0.0 {
                    let crc = if crc { self.scratch.borrow_mut().crc(&value, length as u32) } else { 0 };
                    if keep && !self.closed.get() {
                        self.held.borrow_mut().push((op, value));
                    }
                    // After the read: what was just read belongs to a file of this size.
                    return self.wait(self.host.stat(&path), Awaited::Reread { op, length: length as u64, crc });
                }
                Event::Read { op, result: Err(trouble(found)) }
            }
            Awaited::Reread { op, length, crc } => {
                Event::Read { op, result: facts(found).map(|facts| ReadFacts { length, crc, facts }) }
            }
            Awaited::Digest(id) => Event::Digest { id, md5: value.as_string().unwrap_or_default() },
        };
        self.tell(event);
    }
}

fn facts(found: &Fields) -> Result<Facts, FileTrouble> {
    let size = found.number("size");
    let trouble = trouble(found);
    if size >= 0.0 && trouble.failure.is_empty() {
        Ok(Facts { size: size as u64, mtime: found.number("mtime") as i64 })
    } else {
        Err(trouble)
    }
}

fn trouble(found: &Fields) -> FileTrouble {
    FileTrouble { failure: found.text("failure"), detail: found.text("detail") }
}
