//! Signed requests carry the user's token: they go to the bucket of the file or to VOD, over https, and nowhere else.

use crate::http::{Body, WireRequest};
use crate::world::World;

/// Endpoints in an UploadAddress to which no request may go.
pub const ELSEWHERE: [&str; 7] = [
    "https://evil.example.com",
    "https://oss-cn-shanghai.aliyuncs.com.evil.example.com",
    "https://oss-cn-shanghai.aliyuncs.com@evil.example.com",
    "https://evil.example.com/oss-cn-shanghai.aliyuncs.com",
    "https://oss-cn-shanghai.aliyuncs.com:8443",
    "https://10.0.0.1",
    "https://notaliyuncs.com",
];

impl World {
    pub fn host_rule(&mut self, url: &str, wire: &WireRequest) {
        let home = match wire.vod() {
            true => wire.host == format!("vod.{}.aliyuncs.com", self.scenario.options.region),
            false => self.is_bucket(&wire.host),
        };
        if !url.starts_with("https://") || !home {
            self.fail(format!("a request leaves for {url}: it carries {}", carries(wire)));
        }
    }

    /// Whether VOD has given out an address at this host, or the app itself has named it.
    fn is_bucket(&self, host: &str) -> bool {
        let of_host = |object: &str| object.strip_prefix(host).is_some_and(|rest| rest.starts_with('/'));
        self.cloud.assets.values().any(|asset| of_host(&asset.object))
            || (0..self.scenario.files.len()).any(|plan| of_host(&self.own_object(plan)))
    }
}

fn carries(wire: &WireRequest) -> &'static str {
    let fields = if let Body::Form { fields, .. } = &wire.body { fields } else { "" };
    match wire.header("authorization").is_some() || !fields.is_empty() || wire.vod() {
        true => "a signature",
        false => "no signature",
    }
}
