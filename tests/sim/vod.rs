//! VOD: makes videos and pictures, hands out addresses and credentials, to the app's server and to the engine.

use crate::cloud::{Asset, Effect, Key, Reply, MAX_SKEW};
use crate::http::{Body, WireRequest};
use crate::world::World;
use vod_upload::encoding::{base64, percent};
use vod_upload::timestamp as time;

impl World {
    /// Creates a video or image for a user scope.
    pub fn make_asset(&mut self, image: bool, scope: usize) -> String {
        let region = self.scenario.options.region.clone();
        let id = self.cloud.hex();
        let bucket = format!("outin-{}", &self.cloud.hex()[..12]);
        let endpoint = match self.scenario.options.cname {
            true => "https://media.example.com".to_string(),
            false => format!("https://oss-{region}.aliyuncs.com"),
        };
        let host = match self.scenario.options.cname {
            true => "media.example.com".to_string(),
            false => format!("{bucket}.oss-{region}.aliyuncs.com"),
        };
        let key = format!("sv/{id}/a b+中.mp4");
        let object = format!("{host}/{key}");
        if self.scenario.older_objects {
            // As long as one of the files, half of the time.
            let files = self.scenario.files.len() as u64;
            let same = self.scenario.files[self.rng.below(files) as usize].size;
            let (length, crc) = (self.rng.pick(&[same, self.cloud.number() % 9_999_999]), self.cloud.number());
            self.cloud.objects.insert(object.clone(), crate::oss::Object { length, crc });
        }
        self.cloud.assets.insert(id.clone(), Asset { object, endpoint, bucket, key, image, scope, gone: false });
        id
    }

    /// UploadAuth and UploadAddress of an asset. An address that the app chose itself needs a key for everything.
    pub fn grant(&mut self, id: &str, anything: bool) -> (String, String) {
        let asset = self.cloud.assets[id].clone();
        let lifetime = self.scenario.credential_lifetime;
        let key = self.cloud.key(self.now, lifetime, (!anything).then(|| asset.object.clone()));
        // With `cname` the address may name any host: it is the customer's own.
        let misleads = self.faulty() && !self.scenario.options.cname && self.rng.chance(self.scenario.app_misleads);
        let elsewhere = self.rng.pick(&crate::hosts::ELSEWHERE);
        let endpoint = if misleads { elsewhere } else { asset.endpoint.as_str() };
        let address =
            format!("{{\"Endpoint\":\"{endpoint}\",\"Bucket\":\"{}\",\"FileName\":\"{}\"}}", asset.bucket, asset.key);
        let auth = self.auth(&key);
        (auth, base64::encode(address.as_bytes()))
    }

    fn auth(&self, key: &Key) -> String {
        let seconds = self.scenario.credential_lifetime / 1_000;
        let until = time::iso(key.expires);
        let expiry = match self.scenario.expiry_form {
            0 => format!("\"Expiration\":\"{seconds}\""),
            1 => format!("\"Expiration\":\"{seconds}\",\"ExpireUTCTime\":\"{until}\""),
            2 => format!("\"Expiration\":\"{until}\""),
            _ => format!("\"Expiration\":{},\"Region\":\"{}\"", key.expires / 1_000, self.scenario.options.region),
        };
        let text = format!(
            "{{\"AccessKeyId\":\"{}\",\"AccessKeySecret\":\"{}\",\"SecurityToken\":\"{}\",{expiry}}}",
            key.access, key.secret, key.token
        );
        base64::encode(text.as_bytes())
    }

    pub fn expiration(&self, key: &Key) -> String {
        match self.scenario.expiry_form {
            0 => (self.scenario.credential_lifetime / 1_000).to_string(),
            1 => String::new(),
            _ => time::iso(key.expires),
        }
    }

    /// What the VOD API answers, as an app's server passes it on.
    pub fn created(&mut self, id: &str, anything: bool) -> String {
        let (auth, address) = self.grant(id, anything);
        let image = self.cloud.assets[id].image;
        let ids = match image {
            true => format!("\"ImageId\":\"{id}\",\"ImageURL\":\"https://img.example.com/{id}.jpg\""),
            false => format!("\"VideoId\":\"{id}\""),
        };
        format!("{{\"RequestId\":\"R-1\",{ids},\"UploadAddress\":\"{address}\",\"UploadAuth\":\"{auth}\"}}")
    }

    pub fn serve_vod(&mut self, wire: &WireRequest) -> Reply {
        let Body::Text(body) = &wire.body else {
            self.fail("a VOD call without a form");
            return Reply::new(400, String::new(), String::new());
        };
        let field = |name: &str| {
            let pair = body.split('&').find_map(|p| p.split_once('=').filter(|(n, _)| *n == name));
            pair.map(|(_, value)| percent::decode(value)).unwrap_or_default()
        };
        let date = format!("date: {}\n", time::http_date(self.server_time()));
        let no = |status: u16, code: &str, text: &str| {
            Reply::new(
                status,
                date.clone(),
                format!("{{\"RequestId\":\"R\",\"Code\":\"{code}\",\"Message\":\"{text}\"}}"),
            )
        };
        if time::parse_iso(&field("Timestamp")).is_none_or(|at| (at - self.server_time()).abs() > MAX_SKEW) {
            return no(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
        }
        if field("Signature").is_empty() {
            self.fail("a VOD call without a signature");
        }
        if !self.cloud.nonces.insert(field("SignatureNonce")) {
            self.fail("a nonce is used twice");
        }
        let access = field("AccessKeyId");
        let Some(key) = self.cloud.keys.get(&access).cloned() else {
            self.fail("VOD is called with a key that nobody gave out");
            return no(404, "InvalidAccessKeyId.NotFound", "no such key");
        };
        if key.token != field("SecurityToken") || key.object.is_some() {
            self.fail("VOD is called with a token that is not for it");
        }
        if key.expires <= self.server_time() {
            let mut reply = no(400, "InvalidSecurityToken.Expired", &format!("The token {} has expired.", key.token));
            reply.effect = Effect::Expired;
            return reply;
        }
        let id = match field("Action").as_str() {
            "CreateUploadVideo" => {
                if field("FileName").rsplit_once('.').is_none() || field("Title").is_empty() {
                    self.fail("CreateUploadVideo without a title or an extension");
                }
                let reference = field("ReferenceId");
                if self.cloud.references.contains_key(&reference) {
                    return no(400, "InvalidParameter.ReferenceId", "The ReferenceId exists.");
                }
                let id = self.make_asset(false, wire.scope);
                self.created_for(wire, field("FileSize").parse().unwrap_or(0), &id);
                if !reference.is_empty() {
                    self.cloud.references.insert(reference, id.clone());
                }
                id
            }
            "CreateUploadImage" => self.make_asset(true, wire.scope),
            "RefreshUploadVideo" => match field("VideoId") {
                id if id.is_empty() => self.cloud.references.get(&field("ReferenceId")).cloned().unwrap_or_default(),
                id => id,
            },
            other => {
                self.fail(format!("VOD has no action {other}"));
                return no(404, "InvalidAction.NotFound", "no");
            }
        };
        let Some(asset) = self.cloud.assets.get(&id).filter(|asset| !asset.gone) else {
            let code = self.rng.pick(&["InvalidVideo.NotFound", "InvalidVideo.Deleted", "InvalidVideo.Damaged"]);
            return no(404, code, "The video does not exist.");
        };
        if asset.scope != wire.scope {
            self.fail(format!("VOD is called for the video {id} of another scope"));
        }
        let anything = self.scenario.files.iter().any(|f| f.own_target);
        let body = self.created(&id, anything);
        Reply::new(200, date, body)
    }

    /// Records for which source VOD has created a video, if the size identifies it.
    fn created_for(&mut self, wire: &WireRequest, size: u64, id: &str) {
        let same = |file: &&crate::phone::PhoneFile| file.content.size == size && file.plan != usize::MAX;
        let mut found = self.phone.files.iter().filter(same);
        let (Some(file), None) = (found.next(), found.next()) else { return };
        let source = (wire.scope, file.plan, size);
        if self.observed.changed || self.scenario.files.iter().any(|f| f.same_as.is_some()) {
            return;
        }
        let mut entries = self.app.files.iter().filter(|f| f.plan == source.1).map(|f| f.id);
        let entry = entries.next().unwrap_or_default();
        if entries.next().is_none() {
            self.video_created(source, entry, wire.app_run, wire.sent, id);
        }
    }
}
