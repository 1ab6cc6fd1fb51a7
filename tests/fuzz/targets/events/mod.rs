//! Any sequence of events, the impossible ones included: every byte chooses what happens next.

mod bytes;
mod inputs;
mod outcomes;

use bytes::Bytes;
use std::collections::BTreeMap;
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::{Event, TransportError};
use vod_upload::api::options::Options;
use vod_upload::engine::Engine;

const SECRET: &str = "sEcReTsEcReT1234567890sEcReT12345";
const TOKEN: &str = "CAIStOkEn/+tOkEn0123456789==tOkEn0123456789";
/// More actions after one event are taken for an endless loop.
const ACTIONS: usize = 2_000;
/// More events make an input slow and find nothing more.
const EVENTS: usize = 600;

struct Request {
    method: &'static str,
    url: String,
}

struct World<'a> {
    bytes: Bytes<'a>,
    engine: Engine,
    options: Options,
    wall: i64,
    files: u32,
    requests: BTreeMap<u32, Request>,
    stats: Vec<u32>,
    reads: Vec<(u32, u64, bool)>,
    held: Vec<u32>,
    store: BTreeMap<String, String>,
}

pub fn run(data: &[u8]) {
    if leaks(&String::from_utf8_lossy(data)) {
        // The input itself contains the secret.
        return;
    }
    let mut bytes = Bytes(data);
    let options = inputs::options(&mut bytes);
    let mut world = World {
        bytes,
        engine: Engine::new(options.clone()),
        options,
        wall: 1_780_272_000_000,
        files: 0,
        requests: BTreeMap::new(),
        stats: Vec::new(),
        reads: Vec::new(),
        held: Vec::new(),
        store: BTreeMap::new(),
    };
    for _ in 0..EVENTS {
        let Some(choice) = world.bytes.next() else { return };
        world.wall += match choice >> 6 {
            0 => 1,
            1 => 500,
            2 => 7_000,
            _ => i64::from(world.bytes.byte()) * 40_000 - 3_000_000,
        };
        world.dispatch(choice & 63);
    }
}

impl World<'_> {
    fn dispatch(&mut self, choice: u8) {
        let id = u32::from(self.bytes.byte() % 6);
        let event = match choice {
            0..=5 => self.added(),
            6..=9 => Event::Start,
            10 => Event::Stop,
            11 => Event::Clear,
            12 => Event::Remove(id),
            13 => Event::Cancel(id),
            14 => Event::Resume(id),
            15 => Event::Pause(id),
            16..=19 => Event::SetAuth { id, auth: self.auth(), address: self.address(), video_id: format!("v{id}") },
            20 => Event::RenewAuth(self.auth()),
            21 | 22 => Event::SetSts { id, token: self.sts(), video_id: String::new() },
            23 => Event::RenewSts(self.sts()),
            24 => Event::SetDirect { id, token: self.sts() },
            25..=27 => Event::Credential { id, json: self.created() },
            28 => Event::CredentialFailed { id, error: self.bytes.text() },
            29 => Event::RequestProgress { id: u32::from(self.bytes.byte()), progress: self.progress() },
            30 => Event::Digest { id, md5: "0123456789abcdef0123456789abcdef".into() },
            31 => Event::SaveFailed,
            32 => Event::AppHidden,
            33 => Event::AppShown,
            34 => Event::NetworkChanged { connected: true, kind: self.bytes.of(&["wifi", "4g", "none", ""]).into() },
            35 => Event::NetworkChanged { connected: false, kind: "none".into() },
            36 => Event::MemoryWarning,
            37 => return self.restart(),
            38 | 39 => Event::Timeout,
            40..=43 => self.stat(),
            44..=51 => self.read(),
            52..=61 => self.answer(),
            62 => Event::Response { id: u32::from(self.bytes.byte()), result: Err(TransportError::default()) },
            _ => Event::Loaded { key: self.bytes.text(), value: self.bytes.text() },
        };
        self.handle_event(event);
    }

    fn handle_event(&mut self, event: Event) {
        self.engine.handle_event(event, self.wall);
        let mut count = 0;
        while let Some(action) = self.engine.poll_action() {
            count += 1;
            assert!(count < ACTIONS, "no end of actions");
            self.perform(action);
        }
        if let Some(ms) = self.engine.next_timeout() {
            assert!((0..=10_000).contains(&ms), "{ms}");
        }
        assert!(self.requests.len() <= 8, "{} requests at once", self.requests.len());
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Request { id, method, url, headers, payload, .. } => {
                assert!(url.starts_with("https://") && url.is_ascii(), "{url}");
                assert!(!headers.contains(SECRET));
                if let Payload::Bytes(op) = payload {
                    assert!(self.held.contains(&op), "bytes that nobody holds are sent");
                }
                assert!(self.requests.insert(id, Request { method, url }).is_none());
            }
            Action::Upload { id, url, fields, .. } => {
                assert!(!fields.contains(SECRET));
                assert!(self.requests.insert(id, Request { method: "FORM", url }).is_none());
            }
            Action::Abort(id) => drop(self.requests.remove(&id)),
            Action::Stat { op, .. } => self.stats.push(op),
            Action::Read { op, length, keep, .. } => self.reads.push((op, length, keep)),
            Action::Drop(op) => self.held.retain(|held| *held != op),
            Action::Digest { .. } => {}
            Action::Load(key) => {
                let value = self.store.get(&key).cloned().unwrap_or_default();
                self.engine.handle_event(Event::Loaded { key, value }, self.wall);
            }
            Action::Save { key, value } => {
                assert!(!leaks(&value) && !leaks(&key), "a secret is stored");
                self.store.insert(key, value);
            }
            Action::Forget(key) => drop(self.store.remove(&key)),
            Action::Emit { emit, .. } => check_no_secret(&emit),
        }
    }

    /// The process was killed: what is stored stays.
    fn restart(&mut self) {
        self.engine = Engine::new(self.options.clone());
        self.requests.clear();
        self.stats.clear();
        self.reads.clear();
        self.held.clear();
    }
}

fn leaks(text: &str) -> bool {
    ["sEcReT", "tOkEn"].iter().any(|mark| text.contains(mark))
}

fn check_no_secret(emit: &UploadEvent) {
    let text = match emit {
        UploadEvent::Progress(p) => {
            assert!((0.0..=100.0).contains(&p.percent) && p.loaded <= p.total && p.bytes_per_second >= 0.0, "{p:?}");
            return;
        }
        UploadEvent::Failed(failure) => {
            assert!(!failure.code.as_str().is_empty() && !failure.message.is_empty(), "{failure:?}");
            format!("{failure:?}")
        }
        other => format!("{other:?}"),
    };
    assert!(!leaks(&text), "a secret reaches the app: {text}");
}
