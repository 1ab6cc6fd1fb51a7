//! What OSS and VOD share: credentials, clocks, the shape of answers.

use crate::http::WireRequest;
use crate::oss::{Object, Upload};
use crate::phone::EPOCH;
use crate::rng::mix;
use crate::scenario::MINUTE;
use crate::world::World;
use std::collections::BTreeMap;
use vod_upload::api::event::TransportErrorKind;
use vod_upload::encoding::base64;
use vod_upload::timestamp as time;

/// What a response confirms, whatever its status and body; the rules are checked against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Effect {
    #[default]
    Nothing,
    /// This part is stored as sent.
    Part { upload: String, number: u32 },
    /// The object is complete.
    UploadedPart { object: String },
    /// This upload is dead, or its parts are not what they were.
    Gone { upload: String },
    /// An upload is open.
    Opened { upload: String },
    /// A key has run out.
    Expired,
}

#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: String,
    pub body: String,
    pub failure: TransportErrorKind,
    pub effect: Effect,
}

/// A temporary key.
#[derive(Clone, Debug)]
pub struct Key {
    pub access: String,
    pub secret: String,
    pub token: String,
    /// Server time, ms.
    pub expires: i64,
    /// The only object it opens (`host/key`); none: an STS token for everything.
    pub object: Option<String>,
}

/// A video or picture that VOD has made.
#[derive(Clone, Debug)]
pub struct Asset {
    pub object: String,
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    pub image: bool,
    /// Whose it is.
    pub scope: usize,
    /// VOD has it no more.
    pub gone: bool,
}

pub struct Cloud {
    seed: u64,
    counter: u64,
    pub keys: BTreeMap<String, Key>,
    pub assets: BTreeMap<String, Asset>,
    pub objects: BTreeMap<String, Object>,
    pub uploads: BTreeMap<String, Upload>,
    /// Videos by the ReferenceId with which they were created.
    pub references: BTreeMap<String, String>,
    pub nonces: std::collections::BTreeSet<String>,
}

impl Cloud {
    pub fn new(seed: u64) -> Self {
        Cloud {
            seed,
            counter: 0,
            keys: BTreeMap::new(),
            assets: BTreeMap::new(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            references: BTreeMap::new(),
            nonces: Default::default(),
        }
    }

    pub fn number(&mut self) -> u64 {
        self.counter += 1;
        mix(self.seed ^ 0xC10D, self.counter)
    }

    pub fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.number(), self.number())
    }

    /// A new key. Secret and token carry a mark by which a leak is seen.
    pub fn key(&mut self, now: i64, lifetime: i64, object: Option<String>) -> Key {
        let n = self.number();
        let access = format!("STS.N{:015X}", n >> 4);
        let key = Key {
            access: access.clone(),
            secret: format!("sEcReT{:016x}Qq{:08x}Z9", self.number(), n as u32),
            token: format!("CAIStOkEn{:016x}/+{:016x}Xy=={:016X}", self.number(), self.number(), self.number()),
            expires: EPOCH + now + lifetime,
            object,
        };
        self.keys.insert(access, key.clone());
        key
    }
}

impl Reply {
    pub fn new(status: u16, headers: String, body: String) -> Self {
        Reply { status, headers, body, failure: TransportErrorKind::default(), effect: Effect::Nothing }
    }
}

impl World {
    pub fn server_time(&self) -> i64 {
        EPOCH + self.now
    }

    fn oss_headers(&mut self) -> String {
        let id = self.cloud.number();
        format!(
            "date: {}\nx-oss-request-id: {id:016X}A1B2C3D4\nserver: AliyunOSS\n",
            time::http_date(self.server_time())
        )
    }

    pub fn ok(&mut self, more: &str, body: String) -> Reply {
        let headers = self.oss_headers() + more;
        Reply::new(200, headers, body)
    }

    pub fn refuse(&mut self, status: u16, code: &str, message: &str, more: &str, head: bool) -> Reply {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>{code}</Code>\n  <Message>{message}</Message>\n  \
             <RequestId>0A1B2C</RequestId>\n  <HostId>b.oss.aliyuncs.com</HostId>\n{more}</Error>"
        );
        let mut headers = self.oss_headers();
        if head {
            if self.rng.chance(0.5) {
                headers += &format!("x-oss-err: {}\n", base64::encode(body.as_bytes()));
            }
            return Reply::new(status, headers, String::new());
        }
        Reply::new(status, headers, body)
    }

    pub fn serve(&mut self, wire: &WireRequest) -> Reply {
        if let Some(reply) = self.fault_before_serving(wire) {
            return reply;
        }
        let reply = if wire.vod() { self.serve_vod(wire) } else { self.serve_oss(wire) };
        self.fault_after_serving(wire, reply)
    }

    /// A fault that prevents a request from being served.
    fn fault_before_serving(&mut self, wire: &WireRequest) -> Option<Reply> {
        if !self.faulty() {
            return None;
        }
        let f = self.scenario.faults.clone();
        let head = wire.method == "HEAD";
        if self.rng.chance(f.server_error) {
            return Some(match self.rng.below(4) {
                0 => Reply::new(502, "date: Thu, 01 Jan 1970 00:00:00 GMT\n".into(), "<html>bad gateway</html>".into()),
                1 => Reply::new(504, String::new(), String::new()),
                2 if !wire.vod() => self.refuse(500, "InternalError", &"A long story. ".repeat(400), "", head),
                _ if wire.vod() => {
                    Reply::new(500, String::new(), "{\"Code\":\"InternalError\",\"Message\":\"x\"}".into())
                }
                _ => self.refuse(500, "InternalError", "We encountered an internal error.", "", head),
            });
        }
        if self.rng.chance(f.throttled) {
            return Some(match self.rng.below(3) {
                _ if wire.vod() => {
                    Reply::new(400, String::new(), "{\"Code\":\"Throttling.User\",\"Message\":\"x\"}".into())
                }
                0 => self.refuse(503, "UploadTrafficRateLimitExceeded", "slow down", "", head),
                1 => Reply::new(429, String::new(), String::new()),
                _ => self.refuse(503, "ServiceUnavailable", "Please reduce your request rate.", "", head),
            });
        }
        if self.rng.chance(f.page) {
            return Some(self.foreign());
        }
        if self.rng.chance(f.odd_status) {
            return Some(Reply::new(self.rng.pick(&[408, 401, 511, 520]), String::new(), String::new()));
        }
        None
    }

    /// A fault in the response to a request that was served.
    fn fault_after_serving(&mut self, wire: &WireRequest, mut reply: Reply) -> Reply {
        if !self.faulty() || !matches!(reply.status, 200 | 201) {
            return reply;
        }
        let f = self.scenario.faults.clone();
        if self.rng.chance(f.done_but_error) {
            return Reply::new(self.rng.pick(&[500, 502, 503, 504]), String::new(), "<html></html>".into());
        }
        if self.rng.chance(f.page_after) {
            if matches!(wire.what(), "part") {
                self.hide_part_checksum(wire);
            }
            return self.foreign();
        }
        if !wire.vod() && self.rng.chance(f.headers_hidden) {
            self.hide_headers(wire, &mut reply);
        }
        let stores = matches!(wire.what(), "part" | "put" | "complete");
        if self.rng.chance(f.no_crc) && matches!(wire.what(), "part" | "put" | "complete" | "head") {
            reply.headers = without(&reply.headers, "x-oss-hash-crc64ecma");
            self.hide_part_checksum(wire);
        }
        if self.rng.chance(f.callback_failed) && matches!(wire.what(), "put" | "complete") {
            let mut warned = self.refuse(203, "CallbackFailed", "Error status : 502.", "", false);
            warned.headers += &only(&reply.headers, "x-oss-hash-crc64ecma");
            warned.effect = reply.effect;
            return warned;
        }
        if !reply.body.is_empty() && self.rng.chance(f.garbled) {
            let at = self.rng.below(reply.body.len() as u64) as usize;
            let cut = (0..=at).rev().find(|at| reply.body.is_char_boundary(*at)).unwrap_or(0);
            reply.body.truncate(cut);
            if wire.what() == "initiate" {
                reply.effect = Effect::Nothing;
            }
        }
        if stores && self.rng.chance(f.no_etag) {
            reply.headers = without(&reply.headers, "etag");
            if wire.what() == "part" {
                reply.effect = Effect::Nothing;
            }
        }
        // Only a client that compares CRCs can notice it.
        if stores && wire.what() != "complete" && self.scenario.options.crc && self.rng.chance(f.wrong_crc) {
            reply.headers = without(&reply.headers, "x-oss-hash-crc64ecma") + "x-oss-hash-crc64ecma: 12345\n";
            reply.effect = Effect::Nothing;
        }
        reply
    }
}

fn only(headers: &str, name: &str) -> String {
    headers.lines().filter(|line| line.starts_with(name)).map(|line| format!("{line}\n")).collect()
}

fn without(headers: &str, name: &str) -> String {
    headers.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n")).collect()
}

/// The clock named in a request: `20260601T000000Z`, or an HTTP date.
pub fn request_time(text: &str) -> Option<i64> {
    if let Some(ms) = time::parse_http_date(text) {
        return Some(ms);
    }
    let field = |from: usize, to: usize| text.get(from..to);
    let (date, clock) = (field(0, 8)?, field(9, 15)?);
    let iso =
        format!("{}-{}-{}T{}:{}:{}Z", &date[..4], &date[4..6], &date[6..8], &clock[..2], &clock[2..4], &clock[4..6]);
    time::parse_iso(&iso)
}

/// OSS and VOD both allow a quarter of an hour.
pub const MAX_SKEW: i64 = 15 * MINUTE;
