//! The cover of a video in the STS flow: uploaded first, and left out if that fails.

use super::Engine;
use crate::file::{FileId, JobId, Task, VodCall, Waiting};
use crate::oss::endpoint::ObjectLocation;
use crate::vod::response::Created;
use crate::vod::upload_auth::{decode_address, decode_auth};

/// Largest cover, bytes: it is read in one piece. VOD takes no larger pictures.
const COVER_LIMIT: u64 = 10 << 20;
/// Beginnings of temporary paths that look like web addresses (WeChat DevTools).
const DEVTOOLS_PATHS: [&str; 3] = ["http://tmp/", "http://usr/", "http://store/"];

impl Engine {
    /// The cover was looked at: asks VOD for its address.
    pub(super) fn on_cover_stat(&mut self, id: FileId, size: u64) {
        if size == 0 || size > COVER_LIMIT {
            return self.skip_cover(id, "it is empty or larger than 10 MB");
        }
        let file = &mut self.files[id];
        file.cover.size = size;
        file.jobs.add(Task::Vod(VodCall::CreateCover));
    }

    /// VOD has given an address for the cover.
    pub(super) fn on_cover_created(&mut self, id: FileId, created: Created) {
        let at = self.clock.server();
        let decoded =
            decode_auth(&created.upload_auth, at).and_then(|auth| Ok((auth, decode_address(&created.upload_address)?)));
        let Ok((credential, address)) = decoded else {
            return self.skip_cover(id, "VOD's address for it cannot be read");
        };
        let region = credential.region.as_deref().unwrap_or(&self.options.region);
        let (endpoint, bucket, key) = (&address.endpoint, &address.bucket, &address.key);
        let Ok(target) = ObjectLocation::new(endpoint, bucket, key, self.options.cname, region) else {
            return self.skip_cover(id, "VOD's address for it cannot be used");
        };
        let file = &mut self.files[id];
        file.cover.destination = Some((target, credential));
        file.cover.url = created.image_url;
        file.auth.waiting = Waiting::Nothing;
        file.jobs.add(Task::CoverPut(file.cover.size));
    }

    pub(super) fn on_cover_stored(&mut self, id: FileId, job: JobId) {
        self.finish_job(id, job);
        self.finish_cover(id);
    }

    /// The cover could not be uploaded: the video goes on without it.
    pub(super) fn skip_cover(&mut self, id: FileId, reason: &str) {
        self.log(id, "warn", "cover", format!("the cover was not uploaded, the video goes on: {reason}"));
        self.files[id].cover.url.clear();
        self.finish_cover(id);
    }

    fn finish_cover(&mut self, id: FileId) {
        let of_cover = |task| matches!(task, Task::CoverStat | Task::CoverPut(_));
        while let Some(job) = self.files[id].jobs.find(|job| of_cover(job.task)) {
            self.finish_job(id, job);
        }
        let file = &mut self.files[id];
        file.cover.done = true;
        file.cover.destination = None;
        file.auth.waiting = Waiting::Vod;
        self.call_vod(id);
    }
}

/// Whether a cover is a path on the phone, not a web address.
pub(super) fn is_local(cover: &str) -> bool {
    !cover.is_empty() && (!cover.starts_with("http") || DEVTOOLS_PATHS.iter().any(|path| cover.starts_with(path)))
}
