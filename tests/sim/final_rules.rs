//! Rules of the final state: every file has its outcome and no resource is left behind.

use crate::phone::EPOCH;
use crate::scenario::MINUTE;
use crate::world::World;
use vod_upload::api::options::{Authoriser, Transport};
use vod_upload::multipart::plan::MIN_PART;
use vod_upload::oss::Signature;

impl World {
    pub fn finish(&mut self) {
        if !self.observed.awaited.is_empty() {
            self.fail("requests are still awaited");
        }
        if !self.held.is_empty() {
            self.fail("bytes are still held");
        }
        let states = self.app.states();
        let s = self.scenario.clone();
        // A V1 policy carries the phone's time, and the responses to it carry no server time to correct it by.
        let dated = !s.listed_bucket || s.options.transport == Transport::UploadFile;
        let dated = dated
            && s.options.signature == Signature::V1
            && (self.phone.wall(self.now) - EPOCH - self.now).abs() > 15 * MINUTE;
        for at in 0..self.app.files.len() {
            let (plan, state) = (self.app.files[at].plan, self.app.files[at].state);
            let Some(file) = self.phone.file(&self.app.files[at].path) else { continue };
            let size = file.content.size;
            let hopeless = size == 0
                || dated
                || !s.options.expired_handled && (size > 10 << 20 || s.credential_lifetime < 900_000)
                || s.slice_limit && size > 100 << 20
                || !s.listed_bucket && s.options.transport == Transport::Request
                || s.files[plan].size > 5 << 30 && (!s.listed_bucket || s.options.transport == Transport::UploadFile);
            let path = &self.app.files[at].path;
            let added_again = self.app.files[at + 1..].iter().any(|f| f.path == *path && f.state != "Canceled");
            let replaced = state == "Failure" && added_again;
            if !matches!(state, "Success" | "Canceled") && !hopeless && !replaced {
                self.fail(format!("all is well, and file {} is not uploaded: {states}", self.app.files[at].id));
            }
        }
        // The app's own number of smallest parts at once, through the slots that it leaves, takes longer than its time-out.
        let carried = s.bandwidth.min(s.per_connection.saturating_mul(s.slots as u64)).max(1);
        let too_many = u64::from(s.options.parallel) * MIN_PART * 1_000 / carried > s.options.timeout as u64;
        let reason = s.files.iter().any(|f| f.size == 0)
            || too_many && s.options.retry_count == 0
            || !s.listed_bucket
            || s.slice_limit
            || s.files.iter().any(|f| f.size > 5 << 30) && s.options.transport == Transport::UploadFile
            || dated
            // What is stored is of another file with the same size and sample. An app with callbacks receives the error; the next
            // start asks for another video.
            || s.files.iter().any(|f| f.altered) && s.options.authoriser == Authoriser::Callbacks
            // The app provides no second credential: the file fails when the first one expires.
            || !s.options.expired_handled;
        if (s.calm || s.orderly) && self.stats.failed > 0 && !reason {
            self.fail("a file failed without a reason");
        }
        // An attempt to abort is enough: the credential for it may have expired.
        let lost = |id: &&String| {
            self.observed.opened.contains(*id) && !self.observed.abandoned.contains(*id) && !self.cleaned
        };
        if let (true, Some(id)) = (s.orderly && !s.abort_denied, self.cloud.uploads.keys().find(lost)) {
            self.fail(format!("the upload {id} stays at OSS, and nobody wants it"));
        }
    }
}
