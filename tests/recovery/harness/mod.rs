//! One file, one engine, a server that does what it should, until a test answers for it.

mod replies;

use std::collections::{BTreeMap, VecDeque};
use vod_upload::api::action::{Action, InfoPatch, Payload, UploadEvent};
use vod_upload::api::error::UploadError;
use vod_upload::api::event::{
    Event, FileError, FileErrorKind, FileStat, HttpResponse, NewFile, ReadOutcome, StsText, TransportError,
    TransportErrorKind,
};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;
use vod_upload::flow::retry_policy::RetryPolicy;
use vod_upload::oss::crc64::Crc64;
use vod_upload::timestamp as time;

/// The server's clock when a test begins, ms.
pub const EPOCH: i64 = 1_780_272_000_000;
pub const PART: usize = 102_400;
const LIFE: &str = "3600";

/// The pause before the first retry of a request without its jitter, ms.
pub fn first_delay() -> i64 {
    RetryPolicy::default().backoff.initial
}

pub struct Request {
    pub id: u32,
    /// `initiate`, `part`, …
    pub what: &'static str,
    pub url: String,
    pub headers: String,
    pub body: String,
    /// CRC of the bytes it carries.
    pub crc: u64,
    /// How many they are.
    pub bytes: u64,
}

/// What became of the last answer.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// This request, after so many ms.
    Request(&'static str, i64),
    /// onUploadTokenExpired.
    Expired,
    /// getAuth or getSTSToken is called, for this purpose.
    Asked(&'static str),
    Failed(String),
    Succeeded,
}

pub struct Fixture {
    engine: Engine,
    /// The phone's clock minus the server's.
    pub skew: i64,
    /// What the phone's clock shows, from the right time, where it is not that with `skew`.
    pub clock: Option<fn(i64) -> i64>,
    pub now: i64,
    sts: bool,
    size: usize,
    requests: VecDeque<Request>,
    local: VecDeque<Event>,
    held: Vec<(u32, u64, u64)>,
    outcomes: VecDeque<Next>,
    pub failure: Option<UploadError>,
    pub logs: Vec<&'static str>,
    pub uploads: u32,
    /// Bytes that were read for the last request.
    pub read: u64,
    /// The file's time of change.
    pub mtime: i64,
    /// Where parts were compared with the file before its last byte was read for sending.
    pub compared: Vec<u64>,
    /// The same after that.
    pub compared_at_end: Vec<u64>,
    last_byte_read: bool,
    options: Options,
    pub param_data: String,
    /// What the app gives in onUploadstarted; else it stays silent.
    pub authorises: bool,
    pub storage: BTreeMap<String, String>,
    /// The checkpoint was still there when the success was reported.
    pub remembered: bool,
    /// An object lies at the key.
    pub object: bool,
    /// The file is no longer there.
    pub gone: bool,
    /// The file's bytes are others.
    pub other_content: bool,
    /// These of them are others.
    pub rewritten: std::ops::Range<usize>,
    /// What this many reads answer instead of bytes; none as its kind: fewer bytes than were asked for.
    pub read_faults: (u32, Option<FileErrorKind>),
    /// They become others as soon as the next read has them.
    pub changes_while_read: bool,
    /// Percentages and bytes as they were reported.
    pub progress: Vec<(f64, f64)>,
    /// Bytes a second and seconds left, as they were reported last.
    pub speed: (f64, f64),
    /// The VideoId as the app sees it.
    pub video_id: String,
    files: u32,
}

impl Fixture {
    /// Three parts one after the other, or, with `sts`, VOD's API before them.
    pub fn new(sts: bool) -> Self {
        Self::with(sts, 3 * PART + 30_000, Options { parallel: 1, part_size: PART as u64, ..Options::default() })
    }

    pub fn with(sts: bool, size: usize, options: Options) -> Self {
        let mut fixture = Self::make(sts, size, options);
        fixture.begin("");
        fixture
    }

    /// A cover goes first; it is as large as the file.
    pub fn covered() -> Self {
        let options = Options { parallel: 1, part_size: PART as u64, ..Options::default() };
        let mut fixture = Self::make(true, 3 * PART + 30_000, options);
        fixture.begin("wxfile://tmp_cover.jpg");
        fixture
    }

    /// Without a file yet.
    pub fn make(sts: bool, size: usize, options: Options) -> Self {
        let user_scope = if options.user_scope.is_empty() { "1".into() } else { options.user_scope.clone() };
        let options = Options { user_scope, ..options };
        Fixture {
            engine: Engine::new(options.clone()),
            skew: 0,
            clock: None,
            now: EPOCH,
            sts,
            size,
            requests: VecDeque::new(),
            local: VecDeque::new(),
            held: Vec::new(),
            outcomes: VecDeque::new(),
            failure: None,
            logs: Vec::new(),
            uploads: 0,
            read: 0,
            mtime: 1,
            compared: Vec::new(),
            compared_at_end: Vec::new(),
            last_byte_read: false,
            options,
            param_data: String::new(),
            authorises: true,
            storage: BTreeMap::new(),
            remembered: false,
            object: false,
            gone: false,
            other_content: false,
            rewritten: 0..0,
            read_faults: (0, None),
            speed: (0.0, 0.0),
            changes_while_read: false,
            progress: Vec::new(),
            video_id: String::new(),
            files: 0,
        }
    }

    /// Adds the file and starts.
    pub fn begin(&mut self, cover: &str) {
        self.files += 1;
        self.handle(Event::Add(NewFile {
            id: self.files,
            path: "wxfile://tmp_1".into(),
            name: "a.mp4".into(),
            cover: cover.into(),
            param_data: self.param_data.clone(),
            ..NewFile::default()
        }));
        self.handle(Event::Start);
    }

    /// The app is killed and opened again; the same file is chosen.
    pub fn restart(&mut self, options: impl FnOnce(&mut Options)) {
        options(&mut self.options);
        self.engine = Engine::new(self.options.clone());
        self.requests.clear();
        self.local.clear();
        self.held.clear();
        self.outcomes.clear();
        self.video_id.clear();
        self.files = 0;
        self.begin("");
    }

    pub fn handle(&mut self, event: Event) -> bool {
        let taken = self.handle_one(event);
        while let Some(event) = self.local.pop_front() {
            self.handle_one(event);
        }
        taken
    }

    fn handle_one(&mut self, event: Event) -> bool {
        let wall = self.clock.map_or(self.now + self.skew, |clock| clock(self.now));
        let taken = self.engine.handle_event(event, wall);
        while let Some(action) = self.engine.poll_action() {
            self.perform(action);
        }
        taken
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Request { id, method, url, headers, payload, .. } => {
                let bytes = if let Payload::Bytes(op) = payload { op } else { 0 };
                let held = self.held.iter().find(|held| held.0 == bytes);
                let (crc, bytes) = held.map_or((0, 0), |held| (held.1, held.2));
                let body = if let Payload::Text(text) = payload { text } else { String::new() };
                self.requests.push_back(Request { id, what: what(method, &url), url, headers, body, crc, bytes });
            }
            Action::Upload { id, url, fields, .. } => {
                let body = String::new();
                self.requests.push_back(Request { id, what: "post", url, headers: fields, body, crc: 0, bytes: 0 })
            }
            Action::Abort(id) => self.requests.retain(|request| request.id != id),
            Action::Stat { op, .. } => {
                let result = if self.gone { Err(missing()) } else { Ok(self.facts()) };
                self.local.push_back(Event::Stat { op, result });
            }
            Action::Read { op, .. } if self.gone => self.local.push_back(Event::Read { op, result: Err(missing()) }),
            Action::Read { op, position, length, keep, .. } => {
                let crc = self.crc(position as usize, length as usize);
                if std::mem::take(&mut self.changes_while_read) {
                    self.other_content = true;
                    self.mtime += 1;
                }
                let facts = self.facts();
                if self.read_faults.0 > 0 {
                    self.read_faults.0 -= 1;
                    let result = match self.read_faults.1 {
                        Some(kind) => Err(FileError { kind, message: "readFile:fail".into() }),
                        None => Ok(ReadOutcome { length: length - 1, crc, stat: facts }),
                    };
                    return self.local.push_back(Event::Read { op, result });
                }
                self.last_byte_read |= keep && position + length == self.size as u64;
                if keep {
                    self.read = length;
                    self.held.push((op, crc, length));
                } else if length == PART as u64 {
                    let compared = if self.last_byte_read { &mut self.compared_at_end } else { &mut self.compared };
                    compared.push(position);
                }
                self.local.push_back(Event::Read { op, result: Ok(ReadOutcome { length, crc, stat: facts }) });
            }
            Action::Load(key) => {
                let value = self.storage.get(&key).cloned().unwrap_or_default();
                self.local.push_back(Event::Loaded { key, value });
            }
            Action::Save { key, value } => drop(self.storage.insert(key, value)),
            Action::Forget(key) => drop(self.storage.remove(&key)),
            Action::Emit { emit, .. } => self.on_upload_event(emit),
            _ => {}
        }
    }

    fn facts(&self) -> FileStat {
        FileStat { size: self.size as u64, mtime: self.mtime }
    }

    fn on_upload_event(&mut self, emit: UploadEvent) {
        match emit {
            UploadEvent::Started if self.options.authoriser != Authoriser::Callbacks || !self.authorises => {}
            UploadEvent::Started if self.sts => {
                self.local.push_back(Event::SetSts { id: 1, token: sts(), video_id: String::new() })
            }
            UploadEvent::Started => self.local.push_back(set_auth("v")),
            UploadEvent::Credential { kind, .. } => self.outcomes.push_back(Next::Asked(kind)),
            UploadEvent::Expired { .. } => self.outcomes.push_back(Next::Expired),
            UploadEvent::Failed(failure) => {
                self.outcomes.push_back(Next::Failed(failure.code.to_string()));
                self.failure = Some(*failure);
            }
            UploadEvent::Succeed => {
                self.remembered = self.storage.values().any(|value| value.contains("k.mp4"));
                self.outcomes.push_back(Next::Succeeded);
            }
            UploadEvent::Log { event, .. } => self.logs.push(event),
            UploadEvent::Patch(InfoPatch::VideoId(video_id)) => self.video_id = video_id,
            UploadEvent::Progress(progress) => {
                self.progress.push((progress.percent, progress.loaded));
                self.speed = (progress.bytes_per_second, progress.seconds_left);
            }
            _ => {}
        }
    }

    fn byte(at: usize) -> u8 {
        (at.wrapping_mul(2_654_435_761) >> 11) as u8
    }

    pub fn crc(&self, from: usize, length: usize) -> u64 {
        let mut crc = Crc64::new();
        let other = |at| u8::from(self.other_content || self.rewritten.contains(&at));
        crc.update(&(from..from + length).map(|at| Self::byte(at) ^ other(at)).collect::<Vec<u8>>());
        crc.finish()
    }

    /// What happens next: answers nothing, only lets time pass.
    pub fn next(&mut self) -> Next {
        let before = self.now;
        // The bound of every wait, pauses of half an hour included.
        for _ in 0..2_000 {
            if let Some(outcome) = self.outcomes.pop_front() {
                return outcome;
            }
            if let Some(request) = self.requests.front() {
                return Next::Request(request.what, self.now - before);
            }
            let Some(ms) = self.engine.next_timeout() else { break };
            self.now += ms.max(1);
            self.handle(Event::Timeout);
        }
        panic!("nothing happens any more");
    }

    /// So many ms without an answer.
    pub fn wait(&mut self, ms: i64) {
        let end = self.now + ms;
        while let Some(ms) = self.engine.next_timeout().filter(|ms| self.now + (*ms).max(1) <= end) {
            self.now += ms.max(1);
            self.handle(Event::Timeout);
        }
        self.now = end;
    }

    /// The engine waits for nothing more.
    pub fn idle(&self) -> bool {
        self.requests.is_empty() && self.engine.next_timeout().is_none()
    }

    /// Answers as a sound server does until the first such request is there.
    pub fn reach(&mut self, what: &str) {
        for _ in 0..100 {
            match self.next() {
                Next::Request(found, _) if found == what => return,
                Next::Request(..) => self.grant(),
                other => panic!("{other:?} instead of {what}"),
            }
        }
        panic!("{what} never comes");
    }

    /// A sound server to the end: success, or what else comes.
    pub fn finish(&mut self) -> Next {
        for _ in 0..100 {
            match self.next() {
                Next::Request(..) => self.grant(),
                other => return other,
            }
        }
        panic!("no end");
    }

    /// Requests that wait for an answer.
    pub fn in_flight(&self) -> usize {
        self.requests.len()
    }

    pub fn request(&self) -> &Request {
        self.requests.front().expect("a request")
    }

    /// Others are answered first.
    pub fn defer(&mut self) {
        self.requests.rotate_left(1);
    }
}

fn missing() -> FileError {
    FileError { kind: FileErrorKind::Missing, message: "readFile:fail no such file".into() }
}

fn what(method: &str, url: &str) -> &'static str {
    match (method, url.contains("uploadId="), url.contains("partNumber=")) {
        _ if url.starts_with("https://vod.") => "vod",
        ("DELETE", ..) => "abort",
        ("PUT", _, true) => "part",
        ("PUT", ..) => "put",
        ("GET", ..) => "list",
        ("HEAD", ..) => "head",
        ("POST", true, _) => "complete",
        _ => "initiate",
    }
}

/// The document of a form's response.
pub const POSTED: &str = "<PostResponse><Bucket>outin-1</Bucket><Key>k.mp4</Key><ETag>\"E\"</ETag></PostResponse>";
const STS: &str =
    "{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"3600\"}";

pub fn created(video_id: &str) -> String {
    let (auth, address) = (auth(), address());
    format!(
        "{{\"RequestId\":\"R\",\"VideoId\":\"{video_id}\",\"UploadAuth\":\"{auth}\",\"UploadAddress\":\"{address}\"}}"
    )
}

fn set_auth(video_id: &str) -> Event {
    Event::SetAuth { id: 1, auth: auth(), address: address(), video_id: video_id.into() }
}

fn auth() -> String {
    let text = format!(
        "{{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"{LIFE}\"}}"
    );
    base64::encode(text.as_bytes())
}

fn address() -> String {
    let text = "{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"k.mp4\"}";
    base64::encode(text.as_bytes())
}

fn sts() -> StsText {
    StsText {
        access_key_id: "STS.K".into(),
        access_key_secret: "s".into(),
        security_token: "t".into(),
        expiration: LIFE.into(),
    }
}
