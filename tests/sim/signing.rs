//! A sample of the requests is signed a second time: what is sent must be what was signed.
//! (The test vectors and the local cloud check that OSS would accept the signature.)

use crate::cloud::{request_time, Key};
use crate::http::{Body, WireRequest};
use crate::world::World;
use vod_upload::credential::Credential;
use vod_upload::oss::{self, ObjectLocation, Request, Signer};

impl World {
    pub fn check_signature(&mut self, wire: &WireRequest, key: &Key) {
        if matches!(wire.body, Body::Form { .. }) {
            return;
        }
        let object = format!("{}/{}", wire.host, wire.key);
        let asset = self.cloud.assets.values().find(|a| a.object == object);
        let bucket = asset.map_or("own-bucket", |a| a.bucket.as_str()).to_string();
        let region = self.scenario.options.region.clone();
        let target = ObjectLocation { host: wire.host.clone(), bucket, key: wire.key.clone(), region };
        let credential = Credential {
            access_key_id: key.access.clone(),
            access_key_secret: key.secret.clone(),
            security_token: key.token.clone(),
            expires_at: None,
            region: None,
        };
        let mut request = Request {
            method: wire.method,
            target_query: wire.query.iter().map(|(name, value)| (known(name), value.clone())).collect(),
            headers: wire
                .headers
                .lines()
                .filter_map(|l| l.split_once(": "))
                .map(|(n, v)| (known(n), v.into()))
                .collect(),
            body: oss::Body::None,
        };
        let sent = request.header("authorization").to_string();
        let at = request_time(request.header("x-oss-date")).unwrap_or(0);
        Signer::new().sign(self.scenario.options.signature, &mut request, &credential, &target, at);
        if request.header("authorization") != sent {
            self.fail(format!("{} is not what was signed", wire.what()));
        }
    }
}

/// The names that the engine sends; any other breaks the signature's comparison.
fn known(name: &str) -> &'static str {
    let names = [
        "partNumber",
        "uploadId",
        "uploads",
        "max-parts",
        "part-number-marker",
        "content-type",
        "authorization",
        "x-oss-date",
        "x-oss-security-token",
        "x-oss-content-sha256",
        "x-oss-notification",
        "x-oss-forbid-overwrite",
    ];
    names.into_iter().find(|known| *known == name).unwrap_or("surprise")
}
