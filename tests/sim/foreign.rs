//! Responses that do not come from OSS or VOD but from captive portals, proxies and gateways.

use crate::cloud::Reply;
use crate::http::WireRequest;
use crate::world::World;
use vod_upload::oss::response::header;

const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>hello</body></html>";
/// As nginx sends it for a static page.
const WEAK: &str = "content-type: text/html\netag: W/\"5c-1\"\nserver: nginx\n";
const STRONG: &str = "content-type: text/html\netag: \"5f3e8a1c-1a2b\"\nserver: nginx\n";
const REDIRECT: &str = "location: https://login.example.com/?back=oss\n";

impl World {
    /// One such response. The caller decides whether the request was served before it.
    pub fn foreign(&mut self) -> Reply {
        let reply = |status: u16, headers: &str, body: &str| Reply::new(status, headers.into(), body.into());
        match self.rng.below(16) {
            0 => reply(200, "", HTML),
            1 => reply(200, WEAK, HTML),
            2 => reply(200, WEAK, ""),
            3 => reply(200, STRONG, HTML),
            4 => reply(200, STRONG, ""),
            5 => reply(200, "", "{}"),
            6 => reply(200, "", ""),
            7 => reply(204, "", ""),
            8 => reply(201, WEAK, HTML),
            9 => reply(302, REDIRECT, ""),
            10 => reply(307, "location: http://10.0.0.1/\n", HTML),
            11 => reply(404, "content-type: text/html\n", HTML),
            12 => reply(403, "server: nginx\n", HTML),
            13 => reply(409, "", ""),
            14 => reply(502, "date: Thu, 01 Jan 1970 00:00:00 GMT\n", "<html>bad gateway</html>"),
            _ => reply(504, "", ""),
        }
    }

    /// A captive portal answers everything the same way, and with its own clock.
    pub fn portal_page(&mut self) -> Reply {
        let date = "content-type: text/html\ndate: Thu, 01 Jan 2026 00:00:00 GMT\n";
        match self.scenario.portal_form {
            0 => Reply::new(200, date.into(), "<html><Error>sign in</Error></html>".into()),
            1 => Reply::new(200, format!("{date}etag: W/\"5c-1\"\n"), HTML.into()),
            2 => Reply::new(302, format!("{date}{REDIRECT}"), String::new()),
            _ => Reply::new(200, format!("{date}etag: \"5f3e8a1c-1a2b\"\n"), String::new()),
        }
    }

    /// A response whose headers a proxy or the client has taken out: the request id, all of OSS's, or all.
    pub fn hide_headers(&mut self, wire: &WireRequest, reply: &mut Reply) {
        let kept: fn(&str) -> bool = match self.rng.below(3) {
            0 => |line| !line.starts_with("x-oss-request-id"),
            1 => |line| !line.starts_with("x-oss-"),
            _ => |_| false,
        };
        reply.headers = reply.headers.lines().filter(|line| kept(line)).map(|line| format!("{line}\n")).collect();
        if header(&reply.headers, "x-oss-hash-crc64ecma").is_none() {
            self.hide_part_checksum(wire);
        }
        if !matches!(wire.what(), "initiate" | "complete") {
            reply.effect = crate::cloud::Effect::Nothing;
        }
    }
}
