//! Moves, and the engine under them: files are looked at at once, requests wait for the move that answers them.

use crate::reference::{Reference, State};
use std::collections::{BTreeMap, VecDeque};
use vod_upload::api::action::{Action, InfoPatch, Payload, UploadEvent};
use vod_upload::api::event::{Event, FileStat, HttpResponse, NewFile, ReadOutcome, StsText, TransportError};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Auth,
    Sts,
    /// To the app's own bucket, without VOD.
    Direct,
    GetAuth,
    GetSts,
}

#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub flow: Flow,
    pub parallel: usize,
    pub expired_handled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Good,
    Denied,
    Expired,
    Broken,
}

/// A call of the app, an answer of its server, or an answer of the cloud. `n`: the file, counted from the first added.
#[derive(Clone, Debug)]
pub enum Move {
    Add(usize),
    Start,
    Stop,
    Clean,
    Remove(usize),
    Cancel(usize),
    Resume(usize),
    Pause(usize),
    Set { n: usize, sound: bool },
    Renew { sound: bool },
    Credential { n: usize, sound: bool },
    Refuse(usize),
    Reply { n: usize, reply: Reply },
    Tick,
}

/// A callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    Added(usize),
    Started(usize),
    Asked(usize),
    Expired(usize),
    Succeeded(usize),
    Failed(usize, String),
    Canceled(usize),
    End(usize),
}

pub struct Fixture {
    engine: Engine,
    config: Config,
    wall: i64,
    /// Requests under way: number, the file they are for.
    requests: BTreeMap<u32, usize>,
    states: BTreeMap<usize, &'static str>,
    callbacks: Vec<Callback>,
}

impl Fixture {
    pub fn new(config: Config) -> Self {
        let options = Options {
            user_scope: "1".into(),
            retry_count: 0,
            parallel_files: config.parallel as u32,
            checkpoint: false,
            authoriser: match config.flow {
                Flow::GetAuth => Authoriser::Auth,
                Flow::GetSts => Authoriser::Sts,
                _ => Authoriser::Callbacks,
            },
            expired_handled: config.expired_handled,
            network: "wifi".into(),
            ..Options::default()
        };
        Fixture {
            engine: Engine::new(options),
            config,
            wall: 1_780_272_000_000,
            requests: BTreeMap::new(),
            states: BTreeMap::new(),
            callbacks: Vec::new(),
        }
    }

    fn make(&mut self, m: &Move) -> (bool, Vec<Callback>) {
        self.wall += 10;
        let event = match *m {
            Move::Add(n) => {
                self.states.insert(n, "Ready");
                let direct = self.config.flow == Flow::Direct;
                let own = |text: String| if direct { text } else { String::new() };
                Event::Add(NewFile {
                    endpoint: own("oss-cn-shanghai.aliyuncs.com".into()),
                    bucket: own("bucket".into()),
                    object: own(format!("k{n}")),
                    id: n as u32,
                    path: format!("wxfile://tmp_{n}"),
                    name: format!("f{n}.mp4"),
                    ..NewFile::default()
                })
            }
            Move::Start => Event::Start,
            Move::Stop => Event::Stop,
            Move::Clean => Event::Clear,
            Move::Remove(n) => Event::Remove(n as u32),
            Move::Cancel(n) => Event::Cancel(n as u32),
            Move::Resume(n) => Event::Resume(n as u32),
            Move::Pause(n) => Event::Pause(n as u32),
            Move::Set { n, sound } if self.config.flow == Flow::Direct => {
                Event::SetDirect { id: n as u32, token: token(sound) }
            }
            Move::Set { n, sound } if self.sts() => {
                Event::SetSts { id: n as u32, token: token(sound), video_id: String::new() }
            }
            Move::Set { n, sound } => {
                Event::SetAuth { id: n as u32, auth: auth(sound), address: address(n), video_id: format!("v{n}") }
            }
            Move::Renew { sound } if self.sts() || self.config.flow == Flow::Direct => Event::RenewSts(token(sound)),
            Move::Renew { sound } => Event::RenewAuth(auth(sound)),
            Move::Credential { n, sound } => Event::Credential { id: n as u32, json: self.json(n, sound) },
            Move::Refuse(n) => Event::CredentialFailed { id: n as u32, error: r#"{"code":"NoServer"}"#.into() },
            Move::Reply { n, reply } => match self.answer(n, reply) {
                Some(event) => event,
                None => return (false, Vec::new()),
            },
            Move::Tick => Event::Timeout,
        };
        let taken = self.engine.handle_event(event, self.wall);
        self.perform();
        (taken, std::mem::take(&mut self.callbacks))
    }

    fn sts(&self) -> bool {
        matches!(self.config.flow, Flow::Sts | Flow::GetSts)
    }

    fn json(&self, n: usize, sound: bool) -> String {
        match (sound, self.sts()) {
            (false, _) => "{}".into(),
            (_, true) => {
                "{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"3600\"}"
                    .into()
            }
            (_, false) => created(n),
        }
    }

    fn answer(&mut self, n: usize, reply: Reply) -> Option<Event> {
        let (id, _) = self.requests.iter().find(|(_, of)| **of % 1_000 == n).map(|(id, of)| (*id, *of))?;
        let vod = self.requests.remove(&id)? >= 1_000;
        let header = "x-oss-request-id: R\n".to_string();
        let xml = |code: &str| format!("<Error><Code>{code}</Code><Message>m</Message></Error>");
        let json = |code: &str| format!("{{\"Code\":\"{code}\",\"Message\":\"m\"}}");
        let (status, headers, body) = match (reply, vod) {
            (Reply::Good, true) => (200, String::new(), created(n)),
            (Reply::Good, false) => {
                let crc = facts(&format!("wxfile://tmp_{n}")).size;
                (200, header + &format!("etag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), String::new())
            }
            (Reply::Denied, true) => (403, String::new(), json("AccessDenied")),
            (Reply::Denied, false) => (403, header, xml("AccessDenied")),
            (Reply::Expired, true) => (400, String::new(), json("InvalidSecurityToken.Expired")),
            (Reply::Expired, false) => (403, header, xml("SecurityTokenExpired")),
            (Reply::Broken, _) => return Some(Event::Response { id, result: Err(TransportError::default()) }),
        };
        Some(Event::Response { id, result: Ok(HttpResponse { status, headers, body }) })
    }

    /// Performs the engine's actions until nothing but requests is under way.
    fn perform(&mut self) {
        let mut local = VecDeque::new();
        loop {
            while let Some(action) = self.engine.poll_action() {
                match action {
                    Action::Stat { op, path } => local.push_back(Event::Stat { op, result: Ok(facts(&path)) }),
                    Action::Read { op, path, length, .. } => {
                        let facts = facts(&path);
                        let read = ReadOutcome { length, crc: facts.size, stat: facts };
                        local.push_back(Event::Read { op, result: Ok(read) });
                    }
                    // Looks for a video by its ReferenceId, since the response to its creation was lost: there is none.
                    Action::Request { id, payload: Payload::Text(body), .. } if finds_video(&body) => {
                        let body = "{\"RequestId\":\"R\",\"Code\":\"InvalidVideo.NotFound\",\"Message\":\"m\"}".into();
                        let result = Ok(HttpResponse { status: 404, headers: String::new(), body });
                        local.push_back(Event::Response { id, result });
                    }
                    Action::Request { id, url, payload, .. } => {
                        self.requests.insert(id, owner(&url, &payload));
                    }
                    Action::Abort(id) => {
                        self.requests.remove(&id);
                    }
                    Action::Emit { id, emit } => self.on_upload_event(id as usize, emit),
                    _ => {}
                }
            }
            let Some(event) = local.pop_front() else { return };
            self.engine.handle_event(event, self.wall);
        }
    }

    fn on_upload_event(&mut self, n: usize, emit: UploadEvent) {
        let callbacks = match emit {
            UploadEvent::Patch(patch) => {
                if let InfoPatch::State(state) = patch {
                    self.states.insert(n, state);
                }
                return;
            }
            UploadEvent::Identified { .. } | UploadEvent::Progress(_) | UploadEvent::Log { .. } => return,
            UploadEvent::Added { .. } => Callback::Added(n),
            UploadEvent::Started => Callback::Started(n),
            UploadEvent::Succeed => Callback::Succeeded(n),
            UploadEvent::Failed(f) => Callback::Failed(n, f.code.to_string()),
            UploadEvent::Canceled => Callback::Canceled(n),
            UploadEvent::Expired { .. } => Callback::Expired(n),
            UploadEvent::End => Callback::End(n),
            UploadEvent::Credential { .. } => Callback::Asked(n),
        };
        self.callbacks.push(callbacks);
    }
}

/// Plays the moves against both; says where they part.
pub fn play(config: Config, moves: &[Move]) -> Result<(), String> {
    let mut fixture = Fixture::new(config);
    let mut reference = Reference::new(config);
    for (at, m) in moves.iter().enumerate() {
        let (taken, callbacks) = fixture.make(m);
        let (answer, expected) = reference.make(m);
        if answer.is_some_and(|answer| answer != taken) {
            return Err(format!("move {at}, {m:?}, answers {taken}"));
        }
        if callbacks != expected {
            return Err(format!("move {at}, {m:?}: callbacks {callbacks:?}, expected {expected:?}"));
        }
        for file in &reference.files {
            let state = match file.state {
                State::Uploading(_) => "Uploading".to_string(),
                other => format!("{other:?}"),
            };
            if fixture.states[&file.n] != state {
                return Err(format!("move {at}, {m:?}: file {} is {}, not {state}", file.n, fixture.states[&file.n]));
            }
        }
    }
    Ok(())
}

fn finds_video(body: &str) -> bool {
    body.contains("Action=RefreshUploadVideo") && body.contains("ReferenceId=")
}

fn facts(path: &str) -> FileStat {
    let n: u64 = path.rsplit('_').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    FileStat { size: 1_000 + n, mtime: 1 }
}

/// The file a request is for; more than 1,000 for a call to VOD.
fn owner(url: &str, payload: &vod_upload::api::action::Payload) -> usize {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    if let Some(rest) = url.split("/k").nth(1) {
        return digits(rest);
    }
    let body = format!("{payload:?}");
    let named = body.split("FileName=f").nth(1).or_else(|| body.split("VideoId=v").nth(1)).unwrap_or_default();
    1_000 + digits(named)
}

fn auth(sound: bool) -> String {
    let text = "{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"3600\"}";
    base64::encode(if sound { text } else { "{}" }.as_bytes())
}

fn address(n: usize) -> String {
    let text = format!("{{\"Endpoint\":\"oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"bucket\",\"FileName\":\"k{n}\"}}");
    base64::encode(text.as_bytes())
}

fn created(n: usize) -> String {
    format!("{{\"VideoId\":\"v{n}\",\"UploadAuth\":\"{}\",\"UploadAddress\":\"{}\"}}", auth(true), address(n))
}

fn token(sound: bool) -> StsText {
    StsText {
        access_key_id: "STS.K".into(),
        access_key_secret: if sound { "s".into() } else { String::new() },
        security_token: "t".into(),
        expiration: String::new(),
    }
}
