//! Performs the engine's actions and brings their outcome back as events.

use super::bytes::Scratch;
use super::emit::emit;
use super::host::{FileFacts, Host, HttpAnswer, ReadResult};
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
    pub fn tell(self: &Rc<Self>, event: Event) -> bool {
        if self.closed.get() {
            return false;
        }
        let now = self.host.now() as i64;
        let taken = self.engine.borrow_mut().handle(event, now);
        self.pump();
        taken
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
        match action {
            Action::Request { id, method, url, headers, payload, timeout } => {
                let body = match payload {
                    Payload::None => JsValue::UNDEFINED,
                    Payload::Text(text) => text.into(),
                    Payload::Bytes(op) => self.bytes(op),
                };
                let promise = self.host.request(id, method, &url, &headers, &body, timeout as f64);
                self.await_answer(id, promise);
            }
            Action::Upload { id, url, path, fields, timeout } => {
                let promise = self.host.upload(id, &url, &path, &fields, timeout as f64);
                self.await_answer(id, promise);
            }
            Action::Abort(id) => self.host.abort(id),
            Action::Stat { op, path } => {
                let me = self.clone();
                spawn_local(async move {
                    let result = me.stat(&path).await;
                    me.tell(Event::Stat { op, result });
                });
            }
            Action::Read { op, path, position, length, crc, keep } => {
                let me = self.clone();
                spawn_local(async move {
                    let result = me.read(op, &path, position, length, crc, keep).await;
                    me.tell(Event::Read { op, result });
                });
            }
            Action::Drop(op) => self.held.borrow_mut().retain(|(held, _)| *held != op),
            Action::Digest { id, path } => {
                let me = self.clone();
                spawn_local(async move {
                    let md5 = JsFuture::from(me.host.digest(&path)).await.ok().and_then(|v| v.as_string());
                    me.tell(Event::Digest { id, md5: md5.unwrap_or_default() });
                });
            }
            Action::Load(key) => {
                let value = self.host.get(&key);
                let now = self.host.now() as i64;
                self.engine.borrow_mut().handle(Event::Loaded { key, value }, now);
            }
            Action::Save { key, value } => {
                if !self.host.set(&key, &value) {
                    let now = self.host.now() as i64;
                    self.engine.borrow_mut().handle(Event::SaveFailed, now);
                }
            }
            Action::Forget(key) => self.host.remove(&key),
            Action::Emit { id, emit: what } => emit(&self.host, id, what),
        }
    }

    fn bytes(&self, op: u32) -> JsValue {
        let held = self.held.borrow();
        held.iter().find(|(at, _)| *at == op).map_or(JsValue::UNDEFINED, |(_, bytes)| bytes.clone())
    }

    fn await_answer(self: &Rc<Self>, id: u32, promise: Promise) {
        let me = self.clone();
        spawn_local(async move {
            let answer = match JsFuture::from(promise).await {
                Ok(value) => {
                    let answer: HttpAnswer = value.unchecked_into();
                    Answer {
                        status: answer.status(),
                        headers: answer.headers(),
                        body: answer.body(),
                        failure: answer.failure(),
                        detail: answer.detail(),
                    }
                }
                Err(_) => Answer { failure: "network".into(), ..Answer::default() },
            };
            me.tell(Event::Answer { id, answer });
        });
    }

    async fn stat(&self, path: &str) -> Result<Facts, FileTrouble> {
        let value = JsFuture::from(self.host.stat(path)).await.map_err(|_| unknown())?;
        let facts: FileFacts = value.unchecked_into();
        let failure = facts.failure();
        if failure.is_empty() {
            Ok(Facts { size: facts.size() as u64, mtime: facts.mtime() as i64 })
        } else {
            Err(FileTrouble { failure, detail: facts.detail() })
        }
    }

    async fn read(
        &self,
        op: u32,
        path: &str,
        position: u64,
        length: u64,
        crc: bool,
        keep: bool,
    ) -> Result<ReadFacts, FileTrouble> {
        let promise = self.host.read(path, position as f64, length as f64);
        let value = JsFuture::from(promise).await.map_err(|_| unknown())?;
        let result: ReadResult = value.unchecked_into();
        if let Some(failure) = result.failure() {
            return Err(FileTrouble { failure, detail: result.detail().unwrap_or_default() });
        }
        let Some(got) = result.byte_length() else { return Err(unknown()) };
        // After the read: what was just read belongs to a file of this size.
        let facts = self.stat(path).await?;
        let value: JsValue = result.into();
        let crc = if crc { self.scratch.borrow_mut().crc(&value, got as u32) } else { 0 };
        if keep && !self.closed.get() {
            self.held.borrow_mut().push((op, value));
        }
        Ok(ReadFacts { length: got as u64, crc, facts })
    }
}

fn unknown() -> FileTrouble {
    FileTrouble { failure: "other".into(), detail: String::new() }
}
