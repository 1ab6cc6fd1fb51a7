//! Any sequence of events, the impossible ones included: every byte chooses what happens next.

use std::collections::BTreeMap;
use vod_upload::api::action::{Action, Payload, UploadEvent};
use vod_upload::api::event::{Event, FileError, FileStat, HttpResponse, NewFile, ReadOutcome, StsText};
use vod_upload::api::event::{FileErrorKind, TransportErrorKind};
use vod_upload::api::options::{Authoriser, Options, Transport};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;
use vod_upload::oss::Signature;

const SECRET: &str = "sEcReTsEcReT1234567890sEcReT12345";
const TOKEN: &str = "CAIStOkEn/+tOkEn0123456789==tOkEn0123456789";
/// More actions after one event belong to a loop.
const ACTIONS: usize = 2_000;
/// More events make an input slow and find nothing more.
const EVENTS: usize = 600;
const SIZES: [u64; 8] = [0, 1, 60_000, 102_400, 1 << 20, 3_500_000, 40 << 20, 5 << 40];
const CODES: [&str; 16] = [
    "RequestTimeTooSkewed",
    "SecurityTokenExpired",
    "InvalidSecurityToken",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "NoSuchUpload",
    "InvalidPart",
    "EntityTooSmall",
    "InvalidDigest",
    "RequestTimeout",
    "CallbackFailed",
    "ServiceUnavailable",
    "InternalError",
    "InvalidAccessKeyId",
    "Throttling.User",
    "InvalidTimeStamp.Expired",
];
const FAILURES: [TransportErrorKind; 12] = [
    TransportErrorKind::Timeout,
    TransportErrorKind::Abort,
    TransportErrorKind::Interrupted,
    TransportErrorKind::DomainNotAllowed,
    TransportErrorKind::Tls,
    TransportErrorKind::Offline,
    TransportErrorKind::NetworkChanged,
    TransportErrorKind::TooManyRequests,
    TransportErrorKind::TooLarge,
    TransportErrorKind::BadUrl,
    TransportErrorKind::Network,
    TransportErrorKind::Network,
];
const TROUBLES: [FileErrorKind; 6] = [
    FileErrorKind::Missing,
    FileErrorKind::Denied,
    FileErrorKind::Range,
    FileErrorKind::Interrupted,
    FileErrorKind::TooLarge,
    FileErrorKind::Other,
];

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self) -> u8 {
        self.next().unwrap_or(0)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into()
    }
}

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
    let options = options(&mut bytes);
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
        world.happen(choice & 63);
    }
}

fn options(bytes: &mut Bytes) -> Options {
    let bits = bytes.byte();
    Options {
        user_scope: "1".into(),
        retry_count: u32::from(bytes.byte() % 5),
        retry_wait: bytes.of(&[0, 500, 2_000]),
        timeout: bytes.of(&[1, 20_000, 60_000]),
        part_size: bytes.of(&[0, 0, 1, 102_400, 1 << 20, u64::MAX]),
        parallel: bytes.of(&[0, 0, 1, 2, 8, u32::MAX]),
        parallel_files: bytes.of(&[0, 1, 2, 3]),
        cname: bits & 1 > 0,
        signature: if bits & 2 > 0 { Signature::V1 } else { Signature::V4 },
        crc: bits & 4 == 0,
        checkpoint: bits & 8 == 0,
        transport: bytes.of(&[Transport::Auto, Transport::Auto, Transport::Request, Transport::UploadFile]),
        authoriser: bytes.of(&[Authoriser::Callbacks, Authoriser::Auth, Authoriser::Sts]),
        expired_handled: bits & 16 == 0,
        network: bytes.of(&["wifi", "2g", "none", "unknown"]).into(),
        ..Options::default()
    }
}

impl World<'_> {
    fn happen(&mut self, choice: u8) {
        let id = u32::from(self.bytes.byte() % 6);
        let event = match choice {
            0..=5 => self.added(),
            6..=9 => Event::Start,
            10 => Event::Stop,
            11 => Event::Clean,
            12 => Event::Remove(id),
            13 => Event::Cancel(id),
            14 => Event::Resume(id),
            15 => Event::Pause(id),
            16..=19 => Event::SetAuth { id, auth: self.auth(), address: self.address(), video_id: format!("v{id}") },
            20 => Event::ResumeAuth(self.auth()),
            21 | 22 => Event::SetSts { id, token: self.sts(), video_id: String::new() },
            23 => Event::ResumeSts(self.sts()),
            24 => Event::SetDirect { id, token: self.sts() },
            25..=27 => Event::Credential { id, json: self.created() },
            28 => Event::CredentialFailed { id, code: self.bytes.text(), message: "no".into() },
            29 => Event::UploadProgress { id: u32::from(self.bytes.byte()), sent: i64::from(self.bytes.byte()) << 40 },
            30 => Event::Digest { id, md5: "0123456789abcdef0123456789abcdef".into() },
            31 => Event::SaveFailed,
            32 => Event::Hide,
            33 => Event::Show,
            34 => Event::Network { connected: true, kind: self.bytes.of(&["wifi", "4g", "none", ""]).into() },
            35 => Event::Network { connected: false, kind: "none".into() },
            36 => Event::Memory,
            37 => return self.restart(),
            38 | 39 => Event::Tick,
            40..=43 => self.stat(),
            44..=51 => self.read(),
            52..=61 => self.answer(),
            62 => Event::Response { id: u32::from(self.bytes.byte()), answer: HttpResponse::default() },
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

    fn added(&mut self) -> Event {
        self.files += 1;
        let id = self.files % 6;
        // An id is never used again while it is in the list.
        self.engine.handle_event(Event::Remove(id), self.wall);
        let own = self.bytes.byte() & 3 == 3;
        let given = |text: &str| if own { text.to_string() } else { String::new() };
        Event::Add(NewFile {
            id,
            path: format!("wxfile://tmp_{}", id % 3),
            name: self.bytes.of(&["a.mp4", "p.jpg", "x", ""]).into(),
            kind: u32::from(self.bytes.byte() % 5),
            endpoint: given("oss-cn-shanghai.aliyuncs.com"),
            bucket: given("own"),
            object: given("o.mp4"),
            param_data: self.bytes.of(&["", "{\"Vod\":{\"Title\":\"t\"}}", "{\"Vod\""]).into(),
            cover: self.bytes.of(&["", "wxfile://cover.jpg", "https://example.com/c.jpg"]).into(),
        })
    }

    fn expiration(&mut self) -> &'static str {
        self.bytes.of(&["3600", "1", "", "2026-06-01T01:00:00Z", "1780273000000", "99999999999999999999"])
    }

    fn auth(&mut self) -> String {
        let expiration = self.expiration();
        if expiration.is_empty() {
            return self.bytes.text();
        }
        let text = format!(
            "{{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"{SECRET}\",\"SecurityToken\":\"{TOKEN}\",\"Expiration\":\"{expiration}\"}}"
        );
        base64::encode(text.as_bytes())
    }

    fn address(&mut self) -> String {
        let key = self.bytes.of(&["k1", "k2", "中/a b"]);
        let text = format!(
            "{{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"{key}\"}}"
        );
        base64::encode(text.as_bytes())
    }

    fn sts(&mut self) -> StsText {
        StsText {
            access_key_id: "STS.K".into(),
            access_key_secret: SECRET.into(),
            security_token: TOKEN.into(),
            expiration: self.expiration().into(),
        }
    }

    /// What VOD or the app's server answers.
    fn created(&mut self) -> String {
        match self.bytes.byte() % 4 {
            0 => self.bytes.text(),
            1 => format!(
                "{{\"Credentials\":{{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"{SECRET}\",\"SecurityToken\":\"{TOKEN}\",\"Expiration\":\"{}\"}}}}",
                self.expiration()
            ),
            _ => format!(
                "{{\"VideoId\":\"v\",\"ImageId\":\"i\",\"ImageURL\":\"https://i\",\"UploadAuth\":\"{}\",\"UploadAddress\":\"{}\"}}",
                self.auth(),
                self.address()
            ),
        }
    }

    fn facts(&mut self) -> FileStat {
        let size = self.bytes.of(&SIZES);
        FileStat { size, mtime: i64::from(self.bytes.byte() % 3) }
    }

    fn trouble(&mut self) -> FileError {
        FileError { failure: self.bytes.of(&TROUBLES), detail: "stat:fail".into() }
    }

    fn stat(&mut self) -> Event {
        let Some(op) = self.stats.pop() else { return Event::Tick };
        let fails = self.bytes.byte() > 240;
        Event::Stat { op, result: if fails { Err(self.trouble()) } else { Ok(self.facts()) } }
    }

    fn read(&mut self) -> Event {
        if self.reads.is_empty() {
            return Event::Tick;
        }
        let at = usize::from(self.bytes.byte()) % self.reads.len();
        let (op, wanted, keep) = self.reads.remove(at);
        if self.bytes.byte() > 240 {
            return Event::Read { op, result: Err(self.trouble()) };
        }
        if keep {
            self.held.push(op);
        }
        let length = if self.bytes.byte() > 240 { wanted / 2 } else { wanted };
        Event::Read { op, result: Ok(ReadOutcome { length, crc: wanted % 3, facts: self.facts() }) }
    }

    fn answer(&mut self) -> Event {
        let nth = usize::from(self.bytes.byte());
        let Some(id) = self.requests.keys().copied().nth(nth % self.requests.len().max(1)) else { return Event::Tick };
        let Some(request) = self.requests.remove(&id) else { return Event::Tick };
        let answer = match self.bytes.byte() % 8 {
            0 => HttpResponse {
                failure: self.bytes.of(&FAILURES),
                body: "request:fail".into(),
                ..HttpResponse::default()
            },
            1 => self.refusal(),
            2 => HttpResponse {
                status: self.bytes.of(&[200, 203, 302, 404, 500]),
                headers: self.bytes.text(),
                body: self.bytes.text(),
                ..HttpResponse::default()
            },
            _ => self.success(&request),
        };
        Event::Response { id, answer }
    }

    fn refusal(&mut self) -> HttpResponse {
        let code = self.bytes.of(&CODES);
        let status = self.bytes.of(&[403, 400, 404, 503, 500, 203, 401]);
        let text = format!("the token {TOKEN} you sent");
        let body = match self.bytes.byte() % 2 {
            0 => format!("<Error><Code>{code}</Code><Message>{text}</Message><ServerTime>2026-06-01T00:00:00Z</ServerTime></Error>"),
            _ => format!("{{\"Code\":\"{code}\",\"Message\":\"{text}\"}}"),
        };
        HttpResponse { status, headers: self.date() + "x-oss-request-id: R\n", body, ..HttpResponse::default() }
    }

    fn date(&mut self) -> String {
        let date = self.bytes.of(&[
            "",
            "Mon, 01 Jun 2026 00:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Mon, 01 Jun 2026 09:00:00 GMT",
        ]);
        format!("date: {date}\n")
    }

    fn success(&mut self, request: &Request) -> HttpResponse {
        let crc = self.bytes.byte() % 4;
        let mut headers = self.date() + "x-oss-request-id: R\netag: \"0123456789ABCDEF0123456789ABCDEF\"\n";
        if crc < 3 {
            headers += &format!("x-oss-hash-crc64ecma: {crc}\n");
        }
        let body = match request.method {
            _ if request.url.starts_with("https://vod.") => self.created(),
            "POST" if request.url.contains("uploads") => {
                "<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>".into()
            }
            "POST" => "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>".into(),
            "GET" => format!(
                "<ListPartsResult><Part><PartNumber>1</PartNumber><Size>{}</Size><ETag>e</ETag></Part><IsTruncated>{}</IsTruncated><NextPartNumberMarker>{}</NextPartNumberMarker></ListPartsResult>",
                self.bytes.of(&SIZES),
                self.bytes.byte() & 1 > 0,
                self.bytes.byte()
            ),
            _ => String::new(),
        };
        HttpResponse {
            status: if request.method == "DELETE" { 204 } else { 200 },
            headers,
            body,
            ..HttpResponse::default()
        }
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
