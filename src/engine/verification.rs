//! A completion whose outcome is unknown: is the object there, and is it the file?

use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::HttpResponse;
use crate::file::{FileId, JobId, Phase, Task};
use crate::oss::response::header;

impl Engine {
    /// OSS has completed the upload. `crc`: of the object, where OSS gives it.
    pub(super) fn on_completed(&mut self, id: FileId, crc: Option<u64>) {
        let upload = &mut self.files[id].upload;
        if crc.is_some() && crc != upload.parts.whole_crc() {
            // It is complete: there is nothing to abort.
            upload.parts.upload_id.clear();
            let text = "OSS put the object together differently from the file (CRC64); upload it again";
            let error = UploadError::new(ErrorCode::IntegrityError, Stage::Complete).message(text);
            return self.fail_and_discard(id, error);
        }
        self.succeed(id);
    }

    /// CompleteMultipartUpload found no such upload: an earlier one may have completed it.
    pub(super) fn verify_object(&mut self, id: FileId, job: JobId) {
        self.finish_job(id, job);
        let file = &mut self.files[id];
        file.phase = Phase::Verify;
        file.jobs.add(Task::Head);
    }

    /// The response of a HEAD request for the object.
    pub(super) fn on_object_head(&mut self, id: FileId, job: JobId, response: &HttpResponse, crc: Option<u64>) {
        self.finish_job(id, job);
        let file = &self.files[id];
        let length = header(&response.headers, "content-length").and_then(|text| text.parse().ok());
        let same_length = length.is_none_or(|length: u64| length == file.size());
        let same_crc = crc.is_some() && crc == file.upload.parts.whole_crc();
        if same_length && (same_crc || !self.options.crc && length.is_some()) {
            return self.succeed(id);
        }
        if crc.is_none() && same_length {
            return self.accept_unverified(id);
        }
        // Another object is there: the upload was never completed.
        self.restart_upload(id, "NoSuchUpload");
    }

    /// No object is there. OSS goes on with a CompleteMultipartUpload whose connection was lost, so the object may appear a
    /// little later than the upload ends. True: it is looked for again.
    pub(super) fn retry_object_head(&mut self, id: FileId, job: JobId) -> bool {
        let now = self.clock.monotonic_ms();
        let file = &mut self.files[id];
        file.upload.object_absent = true;
        let job = &mut file.jobs[job];
        job.attempts.failures += 1;
        let decision = self.retry.after_missing_object(job.attempts.failures);
        job.not_before = now + decision.delay().unwrap_or_default();
        file.upload.completion_doubtful && decision.delay().is_some()
    }

    /// HEAD was refused, be it that the credential does not allow it or that it has ended: CompleteMultipartUpload, repeated
    /// once, tells which.
    pub(super) fn on_head_denied(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if file.upload.head_denied || !file.upload.completion_doubtful {
            return self.accept_unverified(id);
        }
        file.upload.head_denied = true;
        file.phase = Phase::Complete;
        file.jobs.add(Task::Complete);
    }

    /// The object could not be examined. If a CompleteMultipartUpload was sent whose response was lost, and the upload is gone
    /// since, it counts as completed.
    fn accept_unverified(&mut self, id: FileId) {
        let upload = &self.files[id].upload;
        if !upload.completion_doubtful || upload.object_absent {
            return self.restart_upload(id, "NoSuchUpload");
        }
        let text = "the upload is finished, but the credential does not allow a look at the object";
        self.log(id, "warn", "unverified", text);
        self.succeed(id);
    }
}
