//! PostObject: OSS reads the policy and does what it admits, no more and no less.

use crate::cloud::{request_time, Effect, Reply, MAX_SKEW};
use crate::http::{Body, WireRequest};
use crate::oss::Object;
use crate::rng::mix;
use crate::scenario::FormHeaders;
use crate::world::World;
use serde_json::Value;
use vod_upload::encoding::base64;
use vod_upload::timestamp as time;

impl World {
    pub fn post(&mut self, wire: &WireRequest, fields: &str, length: u64, crc: u64) -> Reply {
        let field = |name: &str| vod_upload::oss::response::header(fields, name).unwrap_or_default().to_string();
        let policy =
            base64::decode_lenient(&field("policy")).and_then(|b| String::from_utf8(b).ok()).unwrap_or_default();
        let Ok(policy) = serde_json::from_str::<serde_json::Value>(&policy) else {
            self.fail("the policy is not JSON");
            return self.refuse(400, "InvalidPolicyDocument", "no", "", false);
        };
        let credential = field("x-oss-credential");
        let access = match credential.is_empty() {
            true => field("OSSAccessKeyId"),
            false => credential.split('/').next().unwrap_or_default().to_string(),
        };
        let date = field("x-oss-date");
        if !date.is_empty() && request_time(&date).is_none_or(|at| (at - self.server_time()).abs() > MAX_SKEW) {
            let more = format!("  <ServerTime>{}</ServerTime>\n", time::iso(self.server_time()));
            return self.refuse(403, "RequestTimeTooSkewed", "no", &more, false);
        }
        if policy["expiration"].as_str().and_then(time::parse_iso).is_none_or(|at| at < self.server_time()) {
            return self.refuse(403, "AccessDenied", "Invalid according to Policy: Policy expired.", "", false);
        }
        let object = format!("{}/{}", wire.host, field("key"));
        if let Err(reply) = self.opens(wire, &access, &field("x-oss-security-token"), &object) {
            return *reply;
        }
        let forbid = field("x-oss-forbid-overwrite");
        if self.forbidden(&object, Some(&forbid)) {
            return self.exists(object);
        }
        let Ok((least, most)) = conditions(&policy, &object, &field("key")) else {
            return self.refuse(
                403,
                "AccessDenied",
                "Invalid according to Policy: Policy Condition failed.",
                "",
                false,
            );
        };
        if length < least {
            return self.refuse(400, "EntityTooSmall", "smaller than the minimum allowed size", "", false);
        }
        if length > most {
            return self.refuse(400, "EntityTooLarge", "exceeds the maximum allowed size", "", false);
        }
        let damaged = self.shows_checksum() && self.faulty() && self.rng.chance(self.scenario.faults.corrupt);
        let crc = if damaged { !crc } else { crc };
        self.cloud.objects.insert(object.clone(), Object { length, crc });
        let bucket = policy["conditions"][0]["bucket"].as_str().unwrap_or_default();
        let key = quick_xml::escape::escape(field("key")).into_owned();
        let body = format!(
            "<?xml version=\"1.0\"?><PostResponse><Bucket>{bucket}</Bucket><ETag>\"A\"</ETag><Key>{key}</Key></PostResponse>"
        );
        // Without `success_action_status` OSS answers 204, without a document.
        let document = field("success_action_status") == "201";
        let mut reply = self
            .ok(&format!("etag: \"A\"\nx-oss-hash-crc64ecma: {crc}\n"), if document { body } else { String::new() });
        reply.status = if document { 201 } else { 204 };
        match self.scenario.form_headers {
            FormHeaders::All => {}
            FormHeaders::Some => reply.headers = "server: AliyunOSS\n".into(),
            FormHeaders::None => reply.headers.clear(),
        }
        reply.effect = if damaged { Effect::Nothing } else { Effect::UploadedPart { object } };
        reply
    }

    /// A byte that is flipped on its way, in spite of TLS, is seen by its checksum only. In worlds in which neither the client
    /// nor HeadObject shows any, nobody in the world can see it, so it does not happen there: what is left to be proved is
    /// the length, and that the file was not written to.
    fn shows_checksum(&self) -> bool {
        let s = &self.scenario;
        let shown = s.faults.no_crc == 0.0 && s.faults.headers_hidden == 0.0;
        let looked_up = !s.head_denied && !s.head_without_crc && !s.head_without_length && s.listed_bucket;
        s.options.crc && (shown && s.form_headers == FormHeaders::All || looked_up)
    }

    /// The platform has read the file while the form was sent: before a change, after it, or in the middle of it.
    pub fn read_by_platform(&mut self, wire: &mut WireRequest) {
        let now = match &wire.body {
            Body::Form { path, .. } => self.phone.file(path).map(|file| (file.content.size, file.content.whole())),
            _ => return,
        };
        let cut = self.faulty() && self.rng.chance(self.scenario.faults.form_truncated);
        let (how, at) = (self.rng.below(3), self.rng.draw());
        let Body::Form { length, crc, .. } = &mut wire.body else { return };
        if let Some(now) = now.filter(|now| *now != (*length, *crc)) {
            match how {
                0 => {}
                1 => (*length, *crc) = now,
                _ => (*length, *crc) = (now.0.min(*length), mix(*crc, wire.serial)),
            }
        }
        if cut {
            (*length, *crc) = (at % (*length).max(1), mix(*crc, at));
        }
    }
}

/// The lengths that a policy admits, if its other conditions hold.
fn conditions(policy: &Value, object: &str, key: &str) -> Result<(u64, u64), ()> {
    let bucket = object.split('.').next().unwrap_or_default();
    let (mut least, mut most) = (0, 5 << 30);
    for condition in policy["conditions"].as_array().ok_or(())? {
        let holds = match condition {
            Value::Array(rule) if rule[0] == "content-length-range" => {
                (least, most) = (rule[1].as_u64().ok_or(())?, rule[2].as_u64().ok_or(())?);
                true
            }
            Value::Array(rule) if rule[1] == "$key" => rule[0] == "eq" && rule[2] == key,
            Value::Object(pair) => {
                let own_domain = object.starts_with("media.");
                pair.get("bucket").is_none_or(|name| own_domain || name == bucket)
            }
            _ => true,
        };
        holds.then_some(()).ok_or(())?;
    }
    Ok((least, most))
}
