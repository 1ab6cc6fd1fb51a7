//! The engine, driven as `src/wasm/driver.rs` drives it, in the model's virtual time.

use super::client::{Client, Kind, Outcome, WorldEvent};
use super::world::World;
use base64::Engine as _;
use std::collections::{HashMap, VecDeque};
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::{
    Event, FileStat, HttpResponse, NewFile, ReadOutcome, StsText, TransportError, TransportErrorKind,
};
use vod_upload::api::options::Options;
use vod_upload::engine::Engine;
use vod_upload::oss::crc64::{combine, Crc64};

/// 2026-06-01, ms: where virtual time starts.
const EPOCH: i64 = 1_780_272_000_000;
/// Modification time of the files, s: the platform has copied them just before the upload.
const MTIME: i64 = EPOCH / 1_000;

/// A request as the cloud sees it.
#[derive(Default)]
struct SentRequest {
    part_number: u64,
    /// Its token had expired when it was sent.
    expired: bool,
    /// Bytes whose CRC64 the answer names: those of the body, or of the object that is completed.
    bytes: u64,
}

pub struct EngineClient {
    engine: Engine,
    sizes: Vec<u64>,
    /// Lifetime of a credential, s; 0: unlimited.
    lifetime: i64,
    /// Reads and stat calls under way, with their results.
    disk: HashMap<u32, (Option<u64>, Option<ReadOutcome>, bool)>,
    held: HashMap<u32, u64>,
    /// CRC64 of runs of zeros by length; the files consist of zeros.
    zero_crcs: HashMap<u64, u64>,
    /// Requests in flight.
    sent: HashMap<u32, SentRequest>,
    outbox: VecDeque<(u32, UploadEvent)>,
    succeeded: usize,
    failed: usize,
    pub failure: String,
    /// Delay of getAuth, µs. Without it the app calls setSTSTokenDirectlyUpload at once.
    pub auth_delay: Option<u64>,
    /// Calls of getAuth under way, and the largest number at once.
    calls: u32,
    pub most_calls: u32,
    /// Lifetime of the first credential, µs, which the credential does not name.
    pub first_lifetime: u64,
    /// Prints what the engine logs at level debug.
    pub verbose: bool,
    /// Number of ended files after which the run ends.
    pub finish_after: usize,
    /// Numbers of progress callbacks and of calls for a credential.
    pub steps: u32,
    pub credentials: u32,
}

impl EngineClient {
    pub fn new(sizes: &[u64], options: Options, lifetime: i64) -> Self {
        EngineClient {
            engine: Engine::new(options),
            sizes: sizes.to_vec(),
            lifetime,
            disk: HashMap::new(),
            held: HashMap::new(),
            zero_crcs: HashMap::new(),
            sent: HashMap::new(),
            outbox: VecDeque::new(),
            succeeded: 0,
            failed: 0,
            failure: String::new(),
            auth_delay: None,
            calls: 0,
            most_calls: 0,
            first_lifetime: 0,
            verbose: false,
            finish_after: sizes.len(),
            steps: 0,
            credentials: 0,
        }
    }

    fn facts(&self, path: &str) -> FileStat {
        FileStat { size: self.sizes[path.parse::<usize>().unwrap_or_default()], mtime: MTIME }
    }

    fn handle_event(&mut self, world: &mut World, event: Event) {
        self.engine.handle_event(event, wall(world));
        while let Some(action) = self.engine.poll_action() {
            self.perform(world, action);
        }
        // Callbacks are delivered after the engine's turn, as the package does it.
        while let Some((id, emit)) = self.outbox.pop_front() {
            self.app(world, id, emit);
        }
        if let Some(ms) = self.engine.next_timeout() {
            world.timer(ms as u64 * 1_000);
        }
    }

    fn perform(&mut self, world: &mut World, action: Action) {
        match action {
            Action::Request { id, method, url, headers, payload, .. } => {
                let bytes = if let Payload::Bytes(op) = payload { self.held.get(&op).copied() } else { None };
                let kind =
                    match (method, url.contains("uploads"), url.contains("partNumber="), url.contains("uploadId=")) {
                        ("POST", true, ..) => Kind::Initiate,
                        ("POST", .., true) => Kind::Complete,
                        ("PUT", _, true, _) => Kind::Part,
                        ("PUT", ..) => Kind::Whole,
                        _ => Kind::Other,
                    };
                let number = url.split("partNumber=").nth(1).and_then(|n| n.split('&').next()?.parse().ok());
                let token = vod_upload::oss::response::header(&headers, "x-oss-security-token").unwrap_or_default();
                let end = token.rsplit('-').next().and_then(|end| end.parse::<u64>().ok());
                let expired = end.is_some_and(|end| end < world.now);
                let bytes_known =
                    if kind == Kind::Complete { self.sizes[object_number(&url)] } else { bytes.unwrap_or(0) };
                let part_number = number.unwrap_or_default();
                self.sent.insert(id, SentRequest { part_number, expired, bytes: bytes_known });
                world.request(id, kind, bytes.unwrap_or_default());
            }
            Action::Abort(id) => {
                world.abort(id);
                self.sent.remove(&id);
            }
            Action::Stat { op, path } => {
                let size = self.facts(&path).size;
                self.disk.insert(op, (Some(size), None, false));
                world.read(op, 0, false);
            }
            Action::Read { op, path, position, length, crc, keep } => {
                let facts = self.facts(&path);
                debug_assert!(position + length <= facts.size);
                let crc64 = if crc { *self.zero_crcs.entry(length).or_insert_with(|| zeros(length)) } else { 0 };
                let read = ReadOutcome { length, crc: crc64, stat: facts };
                if keep {
                    world.hold(length);
                }
                self.disk.insert(op, (None, Some(read), keep));
                world.read(op, length, crc);
            }
            Action::Drop(op) => {
                if let Some(bytes) = self.held.remove(&op) {
                    world.release(bytes);
                } else if let Some((_, Some(read), keep @ true)) = self.disk.get_mut(&op) {
                    world.release(read.length);
                    *keep = false;
                }
            }
            Action::Load(key) => {
                self.engine.handle_event(Event::Loaded { key, value: String::new() }, wall(world));
            }
            Action::Emit { id, emit } => self.outbox.push_back((id, emit)),
            Action::Digest { .. } | Action::Save { .. } | Action::Forget(_) | Action::Upload { .. } => {}
        }
    }

    fn app(&mut self, world: &mut World, id: u32, emit: UploadEvent) {
        match emit {
            UploadEvent::Started if self.auth_delay.is_some() => world.bar.start(world.now),
            UploadEvent::Credential { .. } => {
                self.calls += 1;
                self.most_calls = self.most_calls.max(self.calls);
                world.ask_app(id, self.auth_delay.unwrap_or_default());
            }
            UploadEvent::Started => {
                world.bar.start(world.now);
                let token = self.token(world);
                self.handle_event(world, Event::SetDirect { id, token });
            }
            UploadEvent::Expired { .. } => {
                let token = self.token(world);
                self.handle_event(world, Event::RenewSts(token));
            }
            UploadEvent::Progress(progress) => {
                self.steps += 1;
                world.bar.step(world.now, progress.loaded as u64);
            }
            UploadEvent::Log { level: "debug", event, detail } if self.verbose => {
                println!("{:>8.3} s  {event}: {detail}", world.now as f64 / 1e6);
            }
            UploadEvent::Succeed => self.succeeded += 1,
            UploadEvent::Failed(failure) => {
                self.failed += 1;
                self.failure = format!("{}: {}", failure.code, failure.message);
            }
            _ => {}
        }
    }

    /// A token that contains its own expiry, so that the modelled OSS stores nothing.
    fn token(&mut self, world: &World) -> StsText {
        self.credentials += 1;
        let end = match (self.lifetime, self.first_lifetime) {
            (0, 0) => u64::MAX,
            (0, lifetime) if self.credentials == 1 => world.now + lifetime,
            (0, _) => u64::MAX,
            (lifetime, _) => world.now + lifetime as u64 * 1_000_000,
        };
        StsText {
            access_key_id: "id".into(),
            access_key_secret: "secret".into(),
            // As long as those of STS: most of what a signature hashes.
            security_token: format!("{}-{end}", "x".repeat(700)),
            expiration: if self.lifetime == 0 { String::new() } else { self.lifetime.to_string() },
        }
    }

    fn answer(&mut self, world: &World, id: u32, kind: Kind, outcome: Outcome) -> Result<HttpResponse, TransportError> {
        let request = self.sent.remove(&id).unwrap_or_default();
        let fail = |kind| Err(TransportError { kind, ..TransportError::default() });
        match outcome {
            Outcome::Reset => return fail(TransportErrorKind::Network),
            Outcome::Timeout => return fail(TransportErrorKind::Timeout),
            Outcome::Offline => return fail(TransportErrorKind::Offline),
            Outcome::Switched => return fail(TransportErrorKind::NetworkChanged),
            Outcome::Interrupted => return fail(TransportErrorKind::Interrupted),
            Outcome::Ok => {}
        }
        let server = (EPOCH + world.now as i64 / 1_000).div_euclid(1_000) * 1_000;
        let mut headers = format!("x-oss-request-id: 1\ndate: {}\n", vod_upload::timestamp::http_date(server));
        if request.expired {
            let body = "<Error><Code>SecurityTokenExpired</Code><Message>expired</Message></Error>".into();
            return Ok(HttpResponse { status: 403, headers, body });
        }
        let body = match kind {
            Kind::Initiate => "<InitiateMultipartUploadResult><UploadId>0004B9894A22E5B1888A1E29F823</UploadId></InitiateMultipartUploadResult>",
            Kind::Complete => "<CompleteMultipartUploadResult><ETag>\"E\"</ETag></CompleteMultipartUploadResult>",
            _ => "",
        };
        if matches!(kind, Kind::Part | Kind::Whole) {
            headers.push_str(&format!("etag: \"{:032X}\"\n", request.part_number));
        }
        if matches!(kind, Kind::Part | Kind::Whole | Kind::Complete) {
            let crc = *self.zero_crcs.entry(request.bytes).or_insert_with(|| zeros(request.bytes));
            headers.push_str(&format!("x-oss-hash-crc64ecma: {crc}\n"));
        }
        Ok(HttpResponse { status: 200, headers, body: body.into() })
    }
}

impl Client for EngineClient {
    fn on_event(&mut self, world: &mut World, event: WorldEvent) {
        match event {
            WorldEvent::Start => {
                for id in 0..self.sizes.len() {
                    let file = NewFile {
                        id: id as u32 + 1,
                        path: id.to_string(),
                        name: "holiday.mp4".into(),
                        endpoint: "https://oss-cn-shanghai.aliyuncs.com".into(),
                        bucket: "outin-0123456789".into(),
                        object: format!("sv/{id:08x}-18f5c2a0/{id:08x}-18f5c2a0.mp4"),
                        param_data: "{\"Vod\":{}}".into(),
                        ..NewFile::default()
                    };
                    self.handle_event(world, Event::Add(file));
                }
                self.handle_event(world, Event::Start);
            }
            WorldEvent::Disk(op) => {
                let Some((size, read, keep)) = self.disk.remove(&op) else { return };
                if let Some(size) = size {
                    return self.handle_event(world, Event::Stat { op, result: Ok(FileStat { size, mtime: MTIME }) });
                }
                let Some(read) = read else { return };
                if keep {
                    self.held.insert(op, read.length);
                }
                self.handle_event(world, Event::Read { op, result: Ok(read) });
            }
            WorldEvent::Response { id, kind, outcome } => {
                let result = self.answer(world, id, kind, outcome);
                self.handle_event(world, Event::Response { id, result });
            }
            WorldEvent::Timer => self.handle_event(world, Event::Timeout),
            WorldEvent::Switched => {
                self.handle_event(world, Event::NetworkChanged { connected: true, kind: "wifi".into() })
            }
            WorldEvent::Hidden(true) => self.handle_event(world, Event::AppHidden),
            WorldEvent::Hidden(false) => self.handle_event(world, Event::AppShown),
            WorldEvent::App(id) => {
                self.calls -= 1;
                let json = credential(id);
                self.handle_event(world, Event::Credential { id, json });
            }
            WorldEvent::Network(connected) => {
                self.handle_event(world, Event::NetworkChanged { connected, kind: "4g".into() })
            }
        }
    }

    fn ended(&self) -> Option<bool> {
        (self.succeeded + self.failed >= self.finish_after).then_some(self.failed == 0)
    }
}

/// Which file an object is: the number at the beginning of its name.
fn object_number(url: &str) -> usize {
    let name = url.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    usize::from_str_radix(name.get(..8).unwrap_or_default(), 16).expect("a name of the model")
}

/// What getAuth answers for a file: the VOD API's JSON.
fn credential(id: u32) -> String {
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let auth = encode(format!(
        r#"{{"AccessKeyId":"id","AccessKeySecret":"secret","SecurityToken":"{}-{}","Expiration":"3600"}}"#,
        "x".repeat(700),
        u64::MAX
    ));
    let address = encode(format!(
        r#"{{"Endpoint":"https://oss-cn-shanghai.aliyuncs.com","Bucket":"outin-0123456789","FileName":"sv/{:08x}.mp4"}}"#,
        id - 1
    ));
    format!(r#"{{"UploadAuth":"{auth}","UploadAddress":"{address}","VideoId":"{id:032x}"}}"#)
}

fn zeros(length: u64) -> u64 {
    let mut one = Crc64::new();
    one.update(&[0]);
    let (mut sum, mut block, mut bytes) = (0, one.finish(), 1);
    while bytes <= length {
        if length & bytes != 0 {
            sum = combine(sum, block, bytes);
        }
        block = combine(block, block, bytes);
        bytes *= 2;
    }
    sum
}

fn wall(world: &World) -> i64 {
    EPOCH + world.now as i64 / 1_000
}
