//! The end of a file's upload: success, failure, or its requests taken back.

use super::Engine;
use crate::api::action::{Action, InfoPatch, UploadEvent};
use crate::api::error::UploadError;
use crate::file::{FileId, Job, JobId, Phase, State, Step, Task};
use crate::flow::shared::Outcome;

impl Engine {
    /// Takes all jobs of a file back; what OSS has stays there.
    pub(super) fn abort_all(&mut self, id: FileId) {
        self.abort_jobs(id, |_| true);
        let file = &mut self.files[id];
        file.phase = Phase::Idle;
        file.auth.stop_waiting();
    }

    /// Takes the jobs back that concern OSS, to send the file in another way: a credential that is awaited stays awaited.
    pub(super) fn abort_oss_requests(&mut self, id: FileId) {
        self.abort_jobs(id, |task| !task.is_vod());
    }

    /// Takes jobs back: aborts their requests, drops their bytes, returns their parts to those to be sent.
    pub(super) fn abort_jobs(&mut self, id: FileId, which: fn(Task) -> bool) {
        while let Some(job) = self.files[id].jobs.take(|job| which(job.task)) {
            self.release_job(&job);
            if job.is_busy() {
                self.warn_unanswered_initiate(id, job.task);
            }
            if let Some(range) = job.task.part() {
                self.files[id].upload.parts.give_back(range);
            }
        }
        if let Some(buffer) = self.files[id].buffer.take() {
            self.act(Action::Drop(buffer.read));
        }
    }

    /// Aborts a job's request and drops its bytes.
    pub(super) fn release_job(&mut self, job: &Job) {
        match job.step {
            Step::Sending { request, .. } => self.act(Action::Abort(request)),
            Step::Reading(op) => self.act(Action::Drop(op)),
            Step::Waiting => {}
        }
        if let Some(read) = job.buffer {
            self.act(Action::Drop(read));
        }
    }

    /// Removes a job that is done and lets its bytes go.
    pub(super) fn finish_job(&mut self, id: FileId, job: JobId) -> Job {
        self.drop_bytes(id, job);
        self.files[id].jobs.remove(job).expect("a job of the file")
    }

    /// Ends an upload for good: aborts it at OSS and deletes its checkpoint.
    pub(super) fn discard_upload(&mut self, id: FileId) {
        let in_flight = self.files[id].has_parts_in_flight();
        let owns = self.owns_checkpoint(id);
        self.abort_when_open(id);
        self.abort_all(id);
        if owns {
            self.abort_upload(id, in_flight);
            self.delete_checkpoint(id);
        } else {
            // Another file has taken over upload and video.
            self.files[id].video_id.clear();
            self.files[id].reference_id.clear();
        }
        let file = &mut self.files[id];
        let fingerprint = &file.fingerprint;
        file.discarded = fingerprint.is_known.then_some((fingerprint.size, fingerprint.crc));
        file.reset();
    }

    /// The app takes an upload back: aborts it at OSS and deletes what is stored of its parts. Its video exists: it is
    /// refreshed when the same file is uploaded again.
    pub(super) fn withdraw_upload(&mut self, id: FileId) {
        let file = &self.files[id];
        // By it other bytes at the path are recognised: they are not to become this video.
        let fingerprint = file.fingerprint.clone();
        let has_video = !file.video_id.is_empty() || !file.reference_id.is_empty();
        if has_video && self.owns_checkpoint(id) {
            self.withdraw_parts(id);
            self.save_checkpoint(id);
            self.files[id].reset();
        } else {
            self.discard_upload(id);
        }
        self.files[id].fingerprint = fingerprint;
    }

    /// Takes a file's requests back, aborts its multipart upload and deletes what is stored of its parts.
    fn withdraw_parts(&mut self, id: FileId) {
        let in_flight = self.files[id].has_parts_in_flight();
        self.abort_when_open(id);
        self.abort_all(id);
        self.abort_upload(id, in_flight);
        self.delete_chunks(id);
        self.files[id].upload.reset();
    }

    pub(super) fn succeed(&mut self, id: FileId) {
        self.abort_all(id);
        let file = &mut self.files[id];
        let size = file.size();
        if file.is_image() {
            if let (true, Some(target)) = (file.image_url.is_empty(), &file.auth.target) {
                file.image_url = target.object_url();
            }
            let (url, image_id) = (file.image_url.clone(), file.image_id.clone());
            self.patch(id, InfoPatch::ImageUrl(url));
            self.patch(id, InfoPatch::ImageId(image_id));
        } else {
            let video_id = file.video_id.clone();
            self.patch(id, InfoPatch::VideoId(video_id));
        }
        self.set_state(id, State::Success);
        self.report_progress(id, size, true);
        let file = &self.files[id];
        if let Some(target) = &file.auth.target {
            let outcome = Outcome {
                video_id: file.video_id.clone(),
                endpoint: file.auth.endpoint.clone(),
                bucket: target.bucket.clone(),
                key: target.key.clone(),
                region: target.region.clone(),
                is_proved: self.options.crc,
                at: self.clock.wall(),
            };
            self.shared.finish(&file.record.name, self.owner(id), outcome);
        }
        self.emit(id, UploadEvent::Succeed);
        self.last_ended = Some(id);
        let file = &mut self.files[id];
        // The checkpoint stays until the app's callback has returned: a kill in between must not lead to a second video.
        let record = std::mem::take(&mut file.record);
        file.reset();
        file.record = record;
    }

    /// The app's callback of the file's success has returned: deletes the checkpoint.
    pub(super) fn on_reported(&mut self, id: FileId) -> bool {
        let finished =
            self.files.get(id).is_some_and(|file| file.state() == State::Success) && self.owns_checkpoint(id);
        if finished {
            self.delete_checkpoint(id);
        }
        finished
    }

    /// Ends a file with an error; what OSS has stays for the next startUpload.
    pub(super) fn fail(&mut self, id: FileId, error: UploadError) {
        self.abort_all(id);
        self.set_state(id, State::Failure);
        self.emit(id, UploadEvent::Failed(Box::new(error)));
        self.last_ended = Some(id);
    }

    /// Ends a file with an error that makes its stored parts worthless. Its video is still remembered.
    pub(super) fn fail_without_parts(&mut self, id: FileId, error: UploadError) {
        if !self.owns_checkpoint(id) {
            return self.fail_and_discard(id, error);
        }
        self.withdraw_parts(id);
        self.save_checkpoint(id);
        self.fail(id, error);
    }

    /// Ends a file with an error after which nothing of its upload is of use.
    pub(super) fn fail_and_discard(&mut self, id: FileId, error: UploadError) {
        let reported = self.files[id].reported();
        self.discard_upload(id);
        self.files[id].restore_reported(reported);
        self.fail(id, error);
    }

    /// Ends the run when no file is left for it.
    pub(super) fn end_run(&mut self) {
        if self.running && self.files.uploading_count() == 0 && self.files.first_ready().is_none() {
            self.running = false;
            self.save_links();
            if let Some(id) = self.last_ended.take() {
                self.emit(id, UploadEvent::End);
            }
        }
    }
}
