//! The STS flow: the engine itself asks VOD for the upload address, and sends the cover first.

use super::Engine;
use crate::api::event::HttpResponse;
use crate::file::transfer::{Call, Phase, Task, Waiting};
use crate::oss::content_type::Kind;
use crate::oss::endpoint::ObjectLocation;
use crate::text::concat;
use crate::vod::api::{self, ImageParams, VideoParams};
use crate::vod::response;
use crate::vod::rpc::RpcCall;
use crate::vod::upload_auth::{decode_address, decode_auth};

/// Covers above this are left out: they are read in one piece, and VOD takes no such pictures.
const COVER_LIMIT: u64 = 10 << 20;

impl Engine {
    /// The next call on the way to an upload address.
    pub(super) fn call_vod(&mut self, f: usize) {
        let file = &mut self.queue[f];
        let call = match file.kind {
            Kind::Image => Call::CreateImage,
            _ if !file.video_id.is_empty() => Call::RefreshVideo,
            _ if local(&file.cover) && !file.t.cover_done => {
                file.t.phase = Phase::Cover;
                file.t.ask(Task::CoverStat);
                return;
            }
            _ => Call::CreateVideo,
        };
        if !file.t.has(|t| matches!(t, Task::Vod(_))) {
            file.t.ask(Task::Vod(call));
        }
    }

    pub(super) fn rpc_call(&self, f: usize, call: Call) -> RpcCall {
        let file = &self.queue[f];
        let vod = file.params.vod.as_ref();
        let name = if file.name.is_empty() { &file.path } else { &file.name };
        let cover = match () {
            _ if !file.t.cover_url.is_empty() => Some(file.t.cover_url.as_str()),
            _ if file.cover.is_empty() || local(&file.cover) => None,
            _ => Some(file.cover.as_str()),
        };
        match call {
            Call::CreateVideo => api::create_video(&VideoParams {
                vod,
                file_name: name,
                path: &file.path,
                file_size: file.t.size,
                cover_url: cover,
            }),
            Call::RefreshVideo => api::refresh_video(&file.video_id),
            Call::CreateImage => {
                api::create_image(&ImageParams { vod, file_name: name, path: &file.path, cover: false })
            }
            Call::CreateCover => {
                let path = &file.cover;
                api::create_image(&ImageParams { vod: None, file_name: path, path, cover: true })
            }
        }
    }

    pub(super) fn vod_granted(&mut self, f: usize, j: usize, call: Call, answer: &HttpResponse) {
        let Some(created) = response::created(&answer.body) else {
            return self.odd(f, j, answer, "an answer that is not from VOD");
        };
        self.take_job(f, j);
        if call != Call::CreateCover {
            self.take_created(f, &created);
            return;
        }
        let server = self.clock.server();
        let decoded =
            decode_auth(&created.upload_auth, server).and_then(|c| Ok((c, decode_address(&created.upload_address)?)));
        let Ok((credential, at)) = decoded else { return self.cover_failed(f, "VOD's address for it cannot be read") };
        let region = credential.region.clone().unwrap_or_else(|| self.options.region.clone());
        let Ok(target) = ObjectLocation::new(&at.endpoint, &at.bucket, &at.key, self.options.cname, &region) else {
            return self.cover_failed(f, "VOD's address for it cannot be used");
        };
        let t = &mut self.queue[f].t;
        t.cover_target = Some((target, credential));
        t.cover_url = created.image_url;
        let size = t.cover_size;
        t.waiting = Waiting::Nothing;
        t.ask(Task::CoverPut(size));
    }

    pub(super) fn cover_seen(&mut self, f: usize, size: u64) {
        if size == 0 || size > COVER_LIMIT {
            return self.cover_failed(f, "it is empty or larger than 10 MB");
        }
        let t = &mut self.queue[f].t;
        t.cover_size = size;
        t.ask(Task::Vod(Call::CreateCover));
    }

    pub(super) fn cover_stored(&mut self, f: usize, j: usize) {
        self.take_job(f, j);
        self.cover_over(f);
    }

    /// The video goes on without its cover.
    pub(super) fn cover_failed(&mut self, f: usize, why: &str) {
        self.log(f, "warn", "cover", &concat(&["the cover was not uploaded, the video goes on: ", why]));
        self.queue[f].t.cover_url.clear();
        self.cover_over(f);
    }

    fn cover_over(&mut self, f: usize) {
        while let Some(j) =
            self.queue[f].t.jobs.iter().position(|j| matches!(j.task, Task::CoverStat | Task::CoverPut(_)))
        {
            self.take_job(f, j);
        }
        let t = &mut self.queue[f].t;
        t.cover_done = true;
        t.cover_target = None;
        t.waiting = Waiting::Vod;
        self.call_vod(f);
    }
}

/// A path on the phone. DevTools' temporary files look like web addresses.
fn local(cover: &str) -> bool {
    let devtools = ["http://tmp/", "http://usr/", "http://store/"];
    !cover.is_empty() && (!cover.starts_with("http") || devtools.iter().any(|p| cover.starts_with(p)))
}
