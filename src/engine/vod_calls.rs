//! The STS flow: the engine itself calls the VOD API for the upload address.

use super::cover::is_local;
use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::HttpResponse;
use crate::file::{FileId, JobId, Phase, Task, VodCall};
use crate::oss::content_type::Kind;
use crate::vod::api::{self, ImageParams, VideoParams};
use crate::vod::response;
use crate::vod::rpc::{self, RpcCall};

impl Engine {
    /// The next step on the way to an upload address.
    pub(super) fn call_vod(&mut self, id: FileId) {
        if rpc::url(&self.options.region).is_none() {
            let text = "the option region is not a region id of VOD; it looks like cn-shanghai";
            return self.fail(id, UploadError::new(ErrorCode::InvalidOption, Stage::Authorise).message(text));
        }
        let file = &mut self.files[id];
        let call = match file.kind {
            Kind::Image => VodCall::CreateImage,
            _ if !file.video_id.is_empty() => VodCall::RefreshVideo,
            _ if is_local(&file.source.cover) && !file.cover.done => {
                file.phase = Phase::Cover;
                file.jobs.add(Task::CoverStat);
                return;
            }
            _ => VodCall::CreateVideo,
        };
        if !file.jobs.has(Task::is_vod) {
            file.jobs.add(Task::Vod(call));
        }
    }

    /// The parameters of a call.
    pub(super) fn vod_call(&self, id: FileId, call: VodCall) -> RpcCall {
        let file = &self.files[id];
        let (source, vod) = (&file.source, file.params.vod.as_ref());
        let file_name = if source.name.is_empty() { &source.path } else { &source.name };
        let cover_url = match source.cover.as_str() {
            _ if !file.cover.url.is_empty() => Some(file.cover.url.as_str()),
            cover if cover.is_empty() || is_local(cover) => None,
            address => Some(address),
        };
        match call {
            VodCall::CreateVideo => api::create_video(&VideoParams {
                vod,
                file_name,
                path: &source.path,
                file_size: file.size(),
                cover_url,
                reference_id: None,
            }),
            VodCall::RefreshVideo => api::refresh_video(&file.video_id),
            VodCall::CreateImage => {
                api::create_image(&ImageParams { vod, file_name, path: &source.path, cover: false })
            }
            VodCall::CreateCover => {
                let path = &source.cover;
                api::create_image(&ImageParams { vod: None, file_name: path, path, cover: true })
            }
        }
    }

    /// A successful response of VOD.
    pub(super) fn on_vod_response(&mut self, id: FileId, job: JobId, call: VodCall, response: &HttpResponse) {
        let Some(created) = response::created(&response.body) else {
            return self.unexpected_response(id, job, response, "an answer that is not from VOD");
        };
        self.finish_job(id, job);
        if call == VodCall::CreateCover {
            self.on_cover_created(id, created);
        } else {
            self.accept_created(id, &created);
        }
    }
}
