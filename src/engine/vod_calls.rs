//! The STS flow: the engine itself calls the VOD API for the upload address.

use super::cover::is_local;
use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::FileKind;
use crate::api::event::HttpResponse;
use crate::api::options::Authoriser;
use crate::file::{FileId, JobId, Phase, Task, VodCall, Waiting};
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
            FileKind::Image => VodCall::CreateImage,
            _ if !file.video_id.is_empty() => VodCall::RefreshVideo,
            _ if is_local(&file.source.cover) && !file.cover.done => {
                file.phase = Phase::Cover;
                file.jobs.add(Task::CoverStat);
                return;
            }
            // It was called before, and its response is not known. By a ReferenceId of the app, which other videos may have, too, another
            // video might be found.
            _ if api::is_generated(&file.reference_id) => VodCall::FindVideo,
            _ => VodCall::CreateVideo,
        };
        if file.jobs.has(Task::is_vod) {
            return;
        }
        file.jobs.add(Task::Vod(call));
        if call == VodCall::CreateVideo {
            let own = file.params.vod.as_ref().and_then(|vod| api::own_reference_id(Some(vod)));
            file.reference_param_data = file.params.digest();
            file.reference_id = own.unwrap_or_else(|| api::reference_id(&self.rng.nonce()));
            // Saved before it is sent: a kill in between must not make a second video.
            self.save_listed_checkpoint(id);
        }
    }

    /// A call of VOD was sent, and its response is not known. A video that it has created is looked for by its ReferenceId.
    pub(super) fn on_vod_unanswered(&mut self, id: FileId, job: JobId) {
        let file = &mut self.files[id];
        let job = &mut file.jobs[job];
        if job.task == Task::Vod(VodCall::CreateVideo) && api::is_generated(&file.reference_id) {
            job.task = Task::Vod(VodCall::FindVideo);
        }
    }

    /// The file's video is gone, or is another file's: forgets it and asks for a new one, once in a run. False: it was done
    /// already, or the app, which brings address and credential by callbacks, is to receive the error.
    pub(super) fn recreate_video(&mut self, id: FileId, event: &'static str, text: &str) -> bool {
        let now = self.clock.monotonic_ms();
        let by_vod = self.files[id].auth.renews_by_vod();
        let by_app = self.options.authoriser == Authoriser::Callbacks && !by_vod;
        if by_app || std::mem::replace(&mut self.files[id].video_recreated, true) {
            return false;
        }
        self.log(id, "warn", event, text);
        let in_flight = self.files[id].has_parts_in_flight();
        self.abort_when_open(id);
        self.abort_upload(id, in_flight);
        let buffer = self.files[id].buffer.take();
        self.abort_jobs(id, |_| true);
        self.delete_chunks(id);
        self.forget_video(id);
        let file = &mut self.files[id];
        file.buffer = buffer;
        file.upload.reset();
        file.upload.object_exists = false;
        file.auth.forget_target();
        file.auth.waiting_since = now;
        file.phase = Phase::Authorize;
        self.save_listed_checkpoint(id);
        if by_vod {
            self.files[id].auth.waiting = Waiting::Vod;
            self.call_vod(id);
        } else {
            self.files[id].auth.waiting = Waiting::App;
            self.request_credential(id);
        }
        true
    }

    /// VOD no longer has the file's video. False: as of [`recreate_video`](Self::recreate_video).
    pub(super) fn recreate_gone_video(&mut self, id: FileId) -> bool {
        self.recreate_video(id, "video-gone", "VOD no longer has the video: a new one is created")
    }

    /// Fails a file whose video is gone: the next start creates a new one.
    pub(super) fn fail_video_gone(&mut self, id: FileId, error: UploadError) {
        self.fail_and_discard(id, error);
        self.forget_video(id);
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
                reference_id: Some(&file.reference_id),
            }),
            VodCall::FindVideo => api::refresh_video_by_reference(&file.reference_id),
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
        if call == VodCall::FindVideo && created.video_id.is_empty() {
            // Without the VideoId it is of no use.
            self.files[id].jobs[job].task = Task::Vod(VodCall::CreateVideo);
            return;
        }
        self.finish_job(id, job);
        if call == VodCall::CreateCover {
            self.on_cover_created(id, created);
        } else {
            self.accept_created(id, &created);
        }
    }
}
