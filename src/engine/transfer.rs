//! One file from phase to phase.

use super::requests::FORM_LIMIT;
use super::Engine;
use crate::api::action::{Action, InfoPatch, UploadEvent};
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::options::Transport;
use crate::file::{FileId, Phase, Task, Waiting};

/// The app gets the MD5 of files up to this many bytes as `fileHash`: the platform reads them at once.
const DIGEST_LIMIT: u64 = 16 << 20;

impl Engine {
    /// The file's size is known: reads what its fingerprint is made of.
    pub(super) fn begin_fingerprint(&mut self, id: FileId) {
        let file = &mut self.files[id];
        let small = file.size() <= self.rate.whole_read_limit() && self.options.transport != Transport::UploadFile;
        file.phase = Phase::Fingerprint;
        file.fingerprint.covers_whole = small;
        if small {
            file.jobs.add(Task::ReadWhole);
        } else {
            file.add_sample_jobs(Task::Sample);
        }
    }

    /// Whether one request is to carry the whole file.
    pub(super) fn fits_one_request(&self, id: FileId) -> bool {
        let file = &self.files[id];
        file.fingerprint.covers_whole
            && file.size() <= self.rate.single_request_limit()
            && !file.upload.is_open()
            && !file.upload.avoid_single_request
    }

    /// Everything is known of the file: reports its start and asks for a credential.
    pub(super) fn request_authorization(&mut self, id: FileId) {
        let now = self.clock.monotonic_ms();
        let file = &mut self.files[id];
        file.phase = Phase::Authorize;
        file.auth.waiting = Waiting::App;
        file.auth.waiting_since = now;
        let (size, image, video_id) = (file.size(), file.is_image(), file.video_id.clone());
        let small = file.fingerprint.covers_whole;
        if file.record.created == 0 && !video_id.is_empty() {
            // Canceled and resumed: a video that is to be refreshed now must not be created anew after a kill either.
            self.save_listed_checkpoint(id);
        }
        self.patch(id, InfoPatch::FileSize(size as f64));
        self.patch(id, InfoPatch::IsImage(image));
        self.patch(id, InfoPatch::VideoId(video_id));
        self.emit(id, UploadEvent::Started);
        if small {
            self.request_digest(id);
        }
        self.request_first_credentials();
    }

    /// Asks for the MD5 of the file. For a large file not before its bytes were read: the phone's storage is slow enough for
    /// one reader.
    fn request_digest(&mut self, id: FileId) {
        let file = &self.files[id];
        if file.size() <= DIGEST_LIMIT {
            let path = file.source.path.clone();
            self.act(Action::Digest { id: id.0, path });
        }
    }

    /// A credential and an address are there: sends the file, in the way that suits it.
    pub(super) fn begin_transfer(&mut self, id: FileId) {
        let form = match self.options.transport {
            Transport::UploadFile => true,
            Transport::Auto => self.files[id].host().is_some_and(|host| self.form_hosts.iter().any(|h| h == host)),
            Transport::Request => false,
        };
        if form && self.files[id].size() > FORM_LIMIT {
            let text = "wx.uploadFile carries at most 5 GB; add the bucket's host to the request domain list";
            return self.fail(id, UploadError::new(ErrorCode::FileTooLarge, Stage::Put).message(text));
        }
        self.save_listed_checkpoint(id);
        if form && !self.files[id].fingerprint.covers_whole {
            self.request_digest(id);
        }
        let one_request = self.fits_one_request(id);
        let file = &mut self.files[id];
        let mut buffer = file.buffer.take();
        if form {
            self.begin_form(id);
        } else if one_request {
            file.phase = Phase::Put;
            let job = file.jobs.add(Task::Put);
            if let Some(bytes) = buffer.take() {
                let job = &mut file.jobs[job];
                (job.buffer, job.read_at, job.crc) = (Some(bytes.read), bytes.read_at, bytes.crc);
            }
        } else if !file.upload.is_open() {
            file.phase = Phase::Initiate;
            file.jobs.add(Task::Initiate);
        } else {
            file.phase = Phase::Parts;
        }
        let file = &self.files[id];
        let loaded = file.upload.parts.loaded();
        let report = loaded > 0 || file.reported().percent == 0.0;
        if let Some(unused) = buffer {
            self.act(Action::Drop(unused.read));
        }
        if report {
            self.report_progress(id, loaded, false);
        }
    }

    /// Once the last part is planned, looks at the file once more; once the last one is stored, completes the upload.
    pub(super) fn after_parts(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if !matches!(file.phase, Phase::Initiate | Phase::Parts) || file.has_pending_parts() {
            return;
        }
        // Once the last byte is read the sample is read again, while the last parts are on their way; of a file that is read
        // while the upload is being opened, before they are, for the processor is free then.
        let sampling = file.jobs.has(|task| matches!(task, Task::Resample(_)));
        let sampled = file.fingerprint.rechecked || file.fingerprint.covers_whole;
        if file.has_read_all_parts() && !sampling && !sampled {
            file.add_sample_jobs(Task::Resample);
            self.request_digest(id);
        }
        let file = &self.files[id];
        let compares = |task| matches!(task, Task::CheckPart(_));
        if file.unchecked_parts().next().is_none() && !file.jobs.has(|task| !compares(task)) {
            // A comparison for which nothing waits.
            self.abort_jobs(id, compares);
        }
        let file = &mut self.files[id];
        if !file.jobs.is_empty() {
            return;
        }
        let checked = file.upload.parts.unchecked().is_none();
        if file.fingerprint.covers_whole {
            let crc = file.upload.parts.whole_crc();
            if self.options.crc && checked && crc != Some(file.fingerprint.crc) {
                return self.fail_file_changed(id);
            }
            file.fingerprint.rechecked |= self.options.crc;
        }
        if !file.fingerprint.rechecked {
            file.jobs.add(Task::Reread);
        } else if checked {
            file.phase = Phase::Complete;
            file.jobs.add(Task::Complete);
        }
    }

    /// The bytes are not those that were inspected: they are never uploaded under the video of those.
    pub(super) fn fail_file_changed(&mut self, id: FileId) {
        let text = "the file changed while it was being uploaded; choose it again and start anew";
        self.fail_and_discard(id, UploadError::new(ErrorCode::FileChanged, Stage::Inspect).message(text));
        self.files[id].discarded = None;
        self.forget_video(id);
    }

    /// The next start creates another video: this one is gone, or is to be that of other bytes.
    pub(super) fn forget_video(&mut self, id: FileId) {
        let file = &mut self.files[id];
        file.video_id.clear();
        file.reference_id.clear();
        self.patch(id, InfoPatch::VideoId(String::new()));
    }
}
