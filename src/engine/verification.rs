//! Is an object there, and is it the file? Asked when the response to the request that made it was lost, or proves nothing.
//!
//! HeadObject answers both, if the credential allows it: length and CRC-64. Where it does not, an InitiateMultipartUpload that
//! forbids to overwrite an object (`x-oss-forbid-overwrite`) answers the first, with put rights alone: it is refused if an
//! object is there. That object is the file if nothing was there when the upload began, and OSS has acknowledged every part
//! with its CRC-64. In every other case the file is sent again: nothing is concluded from NoSuchUpload alone.

use super::restart::RestartReason;
use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::HttpResponse;
use crate::file::{FileId, JobId, Phase, Sent, Task};
use crate::oss::response::header;
use crate::oss::Provenance;

/// The warning for the app when no response shows the CRC-64 of a part or of the object.
pub(super) const CHECKSUM_HIDDEN: &str = "no response shows the checksum of the object to compare it with the file's; use another network, or the option integrity: 'off'";

impl Engine {
    /// OSS has completed the multipart upload. `crc`: of the object, where the response gives it.
    pub(super) fn on_completed(&mut self, id: FileId, job: JobId, crc: Option<u64>) {
        let file = &mut self.files[id];
        let whole = file.upload.parts.whole_crc();
        if !self.options.crc || crc.is_some() && crc == whole {
            return self.succeed(id);
        }
        if crc.is_none() {
            return self.verify_object(id, job, Sent::Parts);
        }
        // It is complete: there is nothing to abort.
        file.upload.parts.upload_id.clear();
        let text = "OSS put the object together differently from the file (CRC64); upload it again";
        self.fail_without_parts(id, UploadError::new(ErrorCode::IntegrityError, Stage::Complete).message(text));
    }

    /// Looks at the object. `job`: the one whose response leaves it open; it is done.
    pub(super) fn verify_object(&mut self, id: FileId, job: JobId, sent: Sent) {
        self.finish_job(id, job);
        self.look_at_object(id, sent);
    }

    pub(super) fn look_at_object(&mut self, id: FileId, sent: Sent) {
        let file = &mut self.files[id];
        file.phase = Phase::Verify(sent);
        file.jobs.add(Task::Head);
    }

    /// The response to HeadObject, if it is a success.
    pub(super) fn on_object_head(&mut self, id: FileId, job: JobId, response: &HttpResponse, from: Provenance) {
        let crc = self.response_crc(response);
        let length: Option<u64> = header(&response.headers, "content-length").and_then(|text| text.parse().ok());
        if from == Provenance::Doubtful {
            return self.on_doubtful_head(id, job);
        }
        let file = &self.files[id];
        // Without the comparison of checksums an object of the right length must be known to be of this upload.
        let (expected, of_this) = match file.phase {
            Phase::Verify(Sent::Parts) => (file.upload.parts.whole_crc(), file.upload.fresh),
            Phase::Verify(Sent::Form) => (file.fingerprint.content_crc(), file.upload.form_stored),
            _ => (file.fingerprint.content_crc(), false),
        };
        let is_known = if self.options.crc { crc.is_some() } else { of_this };
        let size = file.size();
        self.finish_job(id, job);
        // One figure that differs is enough, whether the other one is shown or not.
        if length.is_some_and(|length| length != size) || crc.is_some() && crc != expected {
            self.on_other_object(id);
        } else if length.is_some() && is_known {
            self.succeed(id);
        } else if length.is_some() && self.files[id].upload.form_stored {
            self.look_again(id);
        } else {
            self.files[id].upload.checksum_hidden = length.is_some();
            self.on_object_unknown(id);
        }
    }

    /// A response to HeadObject without a header of OSS: something on the way may have answered, or the client hides the
    /// headers. It is sent again; in the end the object counts as unknown.
    pub(super) fn on_doubtful_head(&mut self, id: FileId, job_id: JobId) {
        let now = self.clock.monotonic_ms();
        let job = &mut self.files[id].jobs[job_id];
        job.attempts.failures += 1;
        if let Some(delay) = self.retry.after_failure(job.attempts.failures, false, &mut self.rng).delay() {
            job.not_before = now + delay;
        } else {
            self.finish_job(id, job_id);
            self.on_object_unknown(id);
        }
    }

    /// No object is there. OSS goes on with a CompleteMultipartUpload whose connection was lost, so the object may appear a
    /// little later than the upload ends: it is looked for again.
    pub(super) fn on_object_missing(&mut self, id: FileId, job_id: JobId) {
        let now = self.clock.monotonic_ms();
        let file = &mut self.files[id];
        let job = &mut file.jobs[job_id];
        job.attempts.failures += 1;
        let delay = self.retry.after_missing_object(job.attempts.failures).delay();
        if let (Phase::Verify(Sent::Parts), true, Some(delay)) = (file.phase, file.upload.completion_doubtful, delay) {
            job.not_before = now + delay;
            return;
        }
        self.finish_job(id, job_id);
        match self.files[id].phase {
            Phase::Verify(Sent::Parts) => self.probe_object(id, Sent::Parts),
            _ => self.restart_upload(id, RestartReason::ObjectMissing),
        }
    }

    /// An object is there that is not the file: the file is sent again and replaces it.
    fn on_other_object(&mut self, id: FileId) {
        let file = &mut self.files[id];
        file.upload.object_exists = true;
        let reason = match file.phase {
            _ if file.upload.checksum_hidden => RestartReason::ObjectDamaged,
            Phase::Verify(Sent::Parts) | Phase::Probe(Sent::Parts) => RestartReason::UploadLost,
            _ => RestartReason::ObjectDamaged,
        };
        self.restart_upload(id, reason);
    }

    /// The object cannot be looked at: the credential does not allow it, or the responses are not known for OSS's.
    pub(super) fn on_object_unknown(&mut self, id: FileId) {
        let upload = &self.files[id].upload;
        let never_shown = self.options.crc && upload.crc_missing && !upload.crc_shown;
        match self.files[id].phase {
            // Nor would it be if everything was sent again.
            Phase::Verify(Sent::Parts) if never_shown => {
                let error = UploadError::new(ErrorCode::IntegrityError, Stage::Verify).message(CHECKSUM_HIDDEN);
                self.fail_without_parts(id, error);
            }
            Phase::Verify(sent @ (Sent::Parts | Sent::Form)) => self.probe_object(id, sent),
            _ => {
                self.files[id].upload.avoid_single_request = true;
                self.restart_upload(id, RestartReason::ObjectDamaged);
            }
        }
    }

    /// Asks by an InitiateMultipartUpload whether an object is there. Its response also distinguishes an expired credential and a wrong
    /// clock from a credential that does not allow HeadObject, whose response has no body.
    fn probe_object(&mut self, id: FileId, sent: Sent) {
        let file = &mut self.files[id];
        file.upload.object_exists = false;
        file.phase = Phase::Probe(sent);
        file.jobs.add(Task::Initiate);
    }

    /// The credential or the signature's time was refused: with others the object may be looked at after all.
    pub(super) fn abandon_probe(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if let Phase::Probe(sent) = file.phase {
            file.phase = Phase::Verify(sent);
            file.jobs.iter_mut().for_each(|job| job.task = Task::Head);
        }
    }

    /// OSS has opened a multipart upload in response to a probe: no object is there, whatever was answered before. True: the file
    /// is sent by that upload.
    ///
    /// A bucket with versions ignores `x-oss-forbid-overwrite`, so that a form in it never counts as stored by this: such an app
    /// allows HeadObject, or lists the host for requests.
    pub(super) fn on_probe_opened(&mut self, id: FileId, sent: Sent) -> bool {
        if sent == Sent::Parts {
            // The former upload was never completed, and its parts are gone.
            self.files[id].upload.parts.forget_all();
            self.delete_chunks(id);
            return self.count_restart(id, RestartReason::UploadLost);
        }
        self.abort_upload(id, false);
        self.files[id].upload.parts.reset();
        self.restart_upload(id, RestartReason::ObjectMissing);
        false
    }

    /// OSS has refused an InitiateMultipartUpload or a form, since an object is there.
    pub(super) fn on_object_exists(&mut self, id: FileId, job: JobId) {
        let file = &mut self.files[id];
        match file.phase {
            Phase::Probe(Sent::Parts) if file.upload.proves_object(file.size()) => self.succeed(id),
            Phase::Probe(Sent::Form) => {
                self.finish_job(id, job);
                self.look_again(id);
            }
            Phase::Probe(_) => self.on_other_object(id),
            // An earlier form, whose response was lost, may have made it.
            Phase::Post => self.verify_object(id, job, Sent::Form),
            // The job is sent again, and replaces the object.
            _ => file.upload.object_exists = true,
        }
    }
}
