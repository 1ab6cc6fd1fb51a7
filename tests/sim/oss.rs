//! OSS: multipart uploads with their rules.

use crate::cloud::{request_time, Effect, Key, Reply, MAX_SKEW};
use crate::http::{Body, WireRequest};
use crate::world::World;
use std::collections::BTreeMap;
use vod_upload::oss::crc64::combine;
use vod_upload::oss::xml::Document;
use vod_upload::timestamp as time;

/// Every part but the last one.
const MIN_PART: u64 = 102_400;

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub length: u64,
    pub crc: u64,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub length: u64,
    pub crc: u64,
    pub etag: String,
    /// It is what was sent.
    pub intact: bool,
}

#[derive(Clone, Debug)]
pub struct Upload {
    pub object: String,
    pub parts: BTreeMap<u32, Part>,
}

impl World {
    pub fn serve_oss(&mut self, wire: &WireRequest) -> Reply {
        if let Body::Form { fields, length, crc, .. } = &wire.body {
            return self.post(wire, fields, *length, *crc);
        }
        if let Err(reply) = self.authorised(wire) {
            return *reply;
        }
        let object = format!("{}/{}", wire.host, wire.key);
        match wire.what() {
            "put" => self.put(wire, object),
            "initiate" if self.forbidden(&object, wire.header("x-oss-forbid-overwrite")) => self.exists(object),
            "initiate" => {
                let id = self.cloud.hex().to_uppercase();
                self.cloud.uploads.insert(id.clone(), Upload { object, parts: BTreeMap::new() });
                let body = format!(
                    "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key>\
                     <UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
                );
                let mut reply = self.ok("", body);
                reply.effect = Effect::Opened { upload: id };
                reply
            }
            "head" => match self.cloud.objects.get(&object) {
                _ if self.scenario.head_denied => self.refuse(403, "AccessDenied", "You have no right.", "", true),
                None => self.refuse(404, "NoSuchKey", "The specified key does not exist.", "", true),
                Some(o) => {
                    let crc = match self.scenario.head_without_crc {
                        true => String::new(),
                        false => format!("x-oss-hash-crc64ecma: {}\n", o.crc),
                    };
                    let length = match self.scenario.head_without_length {
                        true => String::new(),
                        false => format!("content-length: {}\n", o.length),
                    };
                    let more = format!("{length}etag: \"A1-1\"\n{crc}");
                    let mut reply = self.ok(&more, String::new());
                    if self.is_completed(&object, true) {
                        reply.effect = Effect::UploadedPart { object };
                    }
                    reply
                }
            },
            what => self.of_upload(wire, what, object),
        }
    }

    /// Whether the request must not be served, since an object is there that it is not to overwrite.
    pub fn forbidden(&self, object: &str, header: Option<&str>) -> bool {
        header == Some("true") && !self.scenario.versioned_bucket && self.cloud.objects.contains_key(object)
    }

    pub fn exists(&mut self, object: String) -> Reply {
        let text = "The object you specified already exists and can not be overwritten.";
        let mut reply = self.refuse(409, "FileAlreadyExists", text, "", false);
        if self.is_completed(&object, true) {
            reply.effect = Effect::UploadedPart { object };
        }
        reply
    }

    fn of_upload(&mut self, wire: &WireRequest, what: &str, object: String) -> Reply {
        let id = wire.query("uploadId").unwrap_or_default().to_string();
        if self.faulty() && what != "abort" && self.rng.chance(self.scenario.faults.upload_dies) {
            self.cloud.uploads.remove(&id);
        }
        let known = self.cloud.uploads.get(&id).is_some_and(|u| u.object == object);
        if !known {
            let text = "The specified upload does not exist. It may have been aborted or completed.";
            let more = format!("  <UploadId>{id}</UploadId>\n");
            let mut reply = self.refuse(404, "NoSuchUpload", text, &more, false);
            reply.effect = Effect::Gone { upload: id };
            return reply;
        }
        match what {
            "part" => self.part(wire, &id),
            "complete" => self.complete(wire, &id, object),
            "list" if self.scenario.list_denied => self.refuse(403, "AccessDenied", "no", "", false),
            "list" => self.list_parts(wire, &id),
            "abort" if self.scenario.abort_denied => self.refuse(403, "AccessDenied", "no", "", false),
            "abort" => {
                self.cloud.uploads.remove(&id);
                let mut reply = self.ok("", String::new());
                reply.status = 204;
                reply
            }
            _ => {
                self.fail(format!("OSS does not know {} {}", wire.method, wire.key));
                self.refuse(405, "MethodNotAllowed", "no", "", false)
            }
        }
    }

    /// Damage on the way: what is stored is not what was sent.
    fn received(&mut self, body: &Body) -> (u64, u64) {
        let Body::Bytes { length, crc } = *body else {
            self.fail("a request that needs bytes has none");
            return (0, 0);
        };
        let damaged = self.faulty() && self.scenario.options.crc && self.rng.chance(self.scenario.faults.corrupt);
        (length, if damaged { !crc } else { crc })
    }

    fn put(&mut self, wire: &WireRequest, object: String) -> Reply {
        if self.forbidden(&object, wire.header("x-oss-forbid-overwrite")) {
            return self.exists(object);
        }
        let (length, crc) = self.received(&wire.body);
        let intact = matches!(wire.body, Body::Bytes { crc: sent, .. } if sent == crc);
        self.cloud.objects.insert(object.clone(), Object { length, crc });
        let etag = self.etag();
        let mut reply = self.ok(&format!("etag: {etag}\nx-oss-hash-crc64ecma: {crc}\n"), String::new());
        reply.effect = if intact { Effect::UploadedPart { object } } else { Effect::Nothing };
        reply
    }

    fn part(&mut self, wire: &WireRequest, id: &str) -> Reply {
        let number: u32 = wire.query("partNumber").and_then(|n| n.parse().ok()).unwrap_or(0);
        if !(1..=10_000).contains(&number) {
            self.fail(format!("part number {number}"));
        }
        let (length, crc) = self.received(&wire.body);
        let intact = matches!(wire.body, Body::Bytes { crc: sent, .. } if sent == crc);
        let etag = self.etag();
        if let Some(upload) = self.cloud.uploads.get_mut(id) {
            upload.parts.insert(number, Part { length, crc, etag: etag.clone(), intact });
        }
        let mut reply = self.ok(&format!("etag: {etag}\nx-oss-hash-crc64ecma: {crc}\n"), String::new());
        reply.effect = if intact { Effect::Part { upload: id.into(), number } } else { Effect::Nothing };
        reply
    }

    /// The response to a part does not show its CRC: damage is seen at the end.
    pub fn hide_part_checksum(&mut self, wire: &WireRequest) {
        let number = wire.query("partNumber").and_then(|n| n.parse::<u32>().ok());
        let upload = wire.query("uploadId").and_then(|id| self.cloud.uploads.get_mut(id));
        if let Some(part) = number.and_then(|number| upload?.parts.get_mut(&number)) {
            part.intact = true;
        }
    }

    fn etag(&mut self) -> String {
        let hex = self.cloud.hex();
        match self.scenario.etag_form {
            0 => format!("\"{}\"", hex.to_uppercase()),
            1 => format!("\"{hex}\""),
            2 => hex.to_uppercase(),
            _ => format!("\"{}-5\"", hex.to_uppercase()),
        }
    }

    fn complete(&mut self, wire: &WireRequest, id: &str, object: String) -> Reply {
        if self.forbidden(&object, wire.header("x-oss-forbid-overwrite")) {
            return self.exists(object);
        }
        if self.faulty() && self.rng.chance(self.scenario.faults.part_lost) {
            let lost = self.cloud.uploads.get(id).and_then(|u| u.parts.keys().nth_back(0).copied());
            if let (Some(lost), Some(upload)) = (lost, self.cloud.uploads.get_mut(id)) {
                upload.parts.remove(&lost);
                self.observed.known_parts.remove(&(id.to_string(), lost));
            }
        }
        let Body::Text(body) = &wire.body else {
            self.fail("Complete without a list");
            return self.refuse(400, "MalformedXML", "no", "", false);
        };
        let upload = self.cloud.uploads[id].clone();
        let (mut length, mut crc, mut before) = (0, 0, 0);
        let mut small = false;
        let document = Document::parse_root(body, "CompleteMultipartUpload").expect("a list of parts");
        for part in document.root.children("Part") {
            let number: u32 = part.text("PartNumber").and_then(|n| n.parse().ok()).unwrap_or(0);
            let etag = part.text("ETag").unwrap_or_default();
            if number <= before {
                self.fail("Complete lists its parts out of order");
            }
            before = number;
            let Some(stored) = upload.parts.get(&number).filter(|p| p.etag == etag) else {
                let text = "One or more of the specified parts could not be found.";
                let mut reply = self.refuse(400, "InvalidPart", text, "", false);
                reply.effect = Effect::Gone { upload: id.into() };
                return reply;
            };
            if small {
                self.fail("Complete with a small part before the last one");
                return self.refuse(400, "EntityTooSmall", "no", "", false);
            }
            small = stored.length < MIN_PART;
            if !stored.intact {
                self.fail(format!("part {number} of {object} was damaged on its way, OSS reported it, and it is used"));
            }
            crc = combine(crc, stored.crc, stored.length);
            length += stored.length;
        }
        if before == 0 {
            self.fail("Complete with an empty list");
        }
        self.cloud.uploads.remove(id);
        // Assembled wrongly; the CRC in the response is that of the stored object.
        let s = &self.scenario;
        // Where no checksum is shown afterwards, the engine has to trust the successful Complete.
        let visible = s.options.crc && !s.head_denied && !s.head_without_crc && s.faults.no_crc == 0.0;
        let misjoined = s.faults.misjoined;
        let wrong = self.faulty() && visible && self.rng.chance(misjoined);
        let crc = if wrong { !crc } else { crc };
        self.cloud.objects.insert(object.clone(), Object { length, crc });
        // A request that was sent before a kill may arrive after it.
        let now = self.observed.awaited.values().any(|a| a.what == "complete" && a.object == object);
        let made = if now { &mut self.observed.completed } else { &mut self.observed.completed_before_kill };
        // A discarded upload may be completed by a request that was in flight; no file depends on it.
        if !wrong && !self.observed.abandoned.contains(id) {
            made.insert(object.clone());
        }
        let body = "<?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>\"X-3\"</ETag></CompleteMultipartUploadResult>";
        let mut reply = self.ok(&format!("etag: \"X-3\"\nx-oss-hash-crc64ecma: {crc}\n"), body.into());
        reply.effect = if wrong { Effect::Gone { upload: id.into() } } else { Effect::UploadedPart { object } };
        reply
    }

    fn list_parts(&mut self, wire: &WireRequest, id: &str) -> Reply {
        let marker: u32 = wire.query("part-number-marker").and_then(|n| n.parse().ok()).unwrap_or(0);
        let most: usize = wire.query("max-parts").and_then(|n| n.parse().ok()).unwrap_or(1_000);
        let parts: Vec<_> = self.cloud.uploads[id].parts.range(marker + 1..).map(|(n, p)| (*n, p.clone())).collect();
        let mut body = String::from("<ListPartsResult>");
        for (number, part) in parts.iter().take(most) {
            body += &format!(
                "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag><Size>{}</Size></Part>",
                quick_xml::escape::escape(&part.etag),
                part.length
            );
        }
        let more = parts.len() > most;
        let last = parts.iter().take(most).next_back().map_or(0, |p| p.0);
        body += &format!(
            "<IsTruncated>{more}</IsTruncated><NextPartNumberMarker>{last}</NextPartNumberMarker></ListPartsResult>"
        );
        self.ok("", body)
    }

    /// Clock, key, and what the key opens.
    fn authorised(&mut self, wire: &WireRequest) -> Result<(), Box<Reply>> {
        let head = wire.method == "HEAD";
        let authorization = wire.header("authorization").unwrap_or_default().to_string();
        let access = match authorization.strip_prefix("OSS4-HMAC-SHA256 Credential=") {
            Some(rest) => rest.split('/').next(),
            None => authorization.strip_prefix("OSS ").and_then(|rest| rest.split(':').next()),
        };
        let Some(access) = access.map(String::from) else {
            self.fail(format!("{} without a signature", wire.what()));
            return Err(Box::new(self.refuse(403, "AccessDenied", "no signature", "", head)));
        };
        let date = wire.header("x-oss-date").and_then(request_time).unwrap_or(0);
        if (date - self.server_time()).abs() > MAX_SKEW {
            let now = time::iso(self.server_time());
            let more = format!("  <ServerTime>{now}</ServerTime>\n");
            let text = "The difference between the request time and the current time is too large.";
            return Err(Box::new(self.refuse(403, "RequestTimeTooSkewed", text, &more, head)));
        }
        if wire.header("content-type").is_none() {
            self.fail(format!("{} names no content type", wire.what()));
        }
        let token = wire.header("x-oss-security-token").unwrap_or_default().to_string();
        let object = format!("{}/{}", wire.host, wire.key);
        self.opens(wire, &access, &token, &object)
    }

    pub fn opens(&mut self, wire: &WireRequest, access: &str, token: &str, object: &str) -> Result<(), Box<Reply>> {
        let head = wire.method == "HEAD";
        let Some(key) = self.cloud.keys.get(access).cloned() else {
            self.fail(format!("signed with a key that nobody gave out: {access}"));
            return Err(Box::new(self.refuse(403, "InvalidAccessKeyId", "no such key", "", head)));
        };
        if self.rng.chance(0.1) {
            self.check_signature(wire, &key);
        }
        if key.token != token {
            self.fail("the token does not belong to the key");
        }
        if self.faulty() && self.rng.chance(self.scenario.faults.expires_early) {
            if let Some(key) = self.cloud.keys.get_mut(access) {
                key.expires = 0;
            }
        }
        if self.cloud.keys[access].expires <= self.server_time() {
            return Err(Box::new(self.expired(&key, head)));
        }
        if key.object.as_deref().is_some_and(|only| only != object) {
            if self.observed.credential_misassigned {
                return Err(Box::new(self.refuse(403, "AccessDenied", "no", "", head)));
            }
            self.fail(format!("a credential for {:?} is used for {object}", key.object));
        }
        Ok(())
    }

    /// OSS repeats the token in such answers.
    fn expired(&mut self, key: &Key, head: bool) -> Reply {
        let more = format!("  <SecurityToken>{}</SecurityToken>\n", key.token);
        let text = format!("The security token {} you provided has expired.", key.token);
        let mut reply = self.refuse(403, "SecurityTokenExpired", &text, &more, head);
        reply.effect = Effect::Expired;
        reply
    }
}
