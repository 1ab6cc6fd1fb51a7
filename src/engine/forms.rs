//! Forms: a file sent as a whole by the platform, which reads it itself.
//!
//! The policy admits exactly the file's length. The object's CRC-64 is compared with that of the file, read before; where the
//! client shows no response headers, a HeadObject looks it up. Where that is not possible either, the length and the fact
//! that the form was not to overwrite anything are what is left, and the app's owner is warned.

use super::restart::RestartReason;
use super::Engine;
use crate::api::event::HttpResponse;
use crate::file::{FileId, JobId, Phase, Sent, Task};
use crate::oss::post_form::PostResult;
use crate::oss::Provenance;

/// Looks at the object of a form before its checksum counts as one that nobody shows.
const MAX_LOOKS: u32 = 3;

impl Engine {
    /// Sends the form, once the CRC-64 of the file is known.
    pub(super) fn begin_form(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if self.options.crc && file.fingerprint.content_crc().is_none() {
            file.phase = Phase::Checksum;
            file.fingerprint.begin_checksum();
            self.next_checksum_block(id);
        } else {
            file.phase = Phase::Post;
            file.upload.begin_form();
            file.jobs.add(Task::Post);
        }
    }

    fn next_checksum_block(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if let Some((offset, length)) = file.fingerprint.next_checksum_block() {
            file.jobs.add(Task::Checksum { offset, length });
            return;
        }
        let crc = file.fingerprint.checksum();
        if file.phase == Phase::Checksum {
            file.fingerprint.set_content_crc(crc);
            self.begin_form(id);
        } else {
            let same = file.fingerprint.content_crc() == Some(crc);
            self.on_rechecked(id, same);
        }
    }

    /// A block was read for the CRC-64 of the file.
    pub(super) fn on_checksum_block(&mut self, id: FileId, job: JobId, crc: u64) {
        let file = &mut self.files[id];
        let Some(job) = file.jobs.remove(job) else { return };
        if let (Task::Checksum { offset, length }, false) = (job.task, job.outdated) {
            file.fingerprint.add_checksum_block(offset, length, crc);
        }
        self.next_checksum_block(id);
    }

    /// A response to a form by which it may be stored: a success, or the failure of a callback after it.
    pub(super) fn on_form_response(&mut self, id: FileId, job: JobId, response: &HttpResponse, from: Provenance) {
        let crc = self.response_crc(response);
        let file = &mut self.files[id];
        let result = PostResult::parse(&response.body);
        let of_this = |result: &PostResult| file.auth.target.as_ref().is_some_and(|target| result.is_of(target));
        if result.as_ref().is_some_and(|result| !of_this(result)) {
            return self.unexpected_response(id, job, response, "OSS's answer to another upload");
        }
        let stored = from == Provenance::Oss;
        match crc {
            _ if stored && !self.options.crc => {
                file.upload.form_stored = true;
                self.recheck_file(id, job);
            }
            Some(crc) if stored && file.fingerprint.content_crc() == Some(crc) => self.succeed(id),
            // Damaged on the way, or the file has changed since it was read.
            Some(_) if stored => {
                file.upload.object_exists = true;
                file.upload.form_stored = false;
                self.recheck_file(id, job);
            }
            _ => {
                file.upload.form_stored = stored;
                self.verify_object(id, job, Sent::Form);
            }
        }
    }

    /// A look at the object of a form showed no checksum, or was refused, perhaps by something in between: looks again.
    pub(super) fn look_again(&mut self, id: FileId) {
        let upload = &mut self.files[id].upload;
        upload.looks += 1;
        if upload.form_stored && upload.looks < MAX_LOOKS {
            self.look_at_object(id, Sent::Form);
        } else {
            self.on_form_unproved(id);
        }
    }

    /// The object of a form cannot be looked at.
    pub(super) fn on_form_unproved(&mut self, id: FileId) {
        if !self.files[id].upload.form_stored {
            // Its response may have been anybody's: sent again, over an object that may be there.
            self.files[id].upload.object_exists = true;
            return self.restart_upload(id, RestartReason::ForeignAnswers);
        }
        let text =
            "OSS has stored the file with its length, but neither the client nor the credential shows the checksum \
                    of the object; allow HeadObject, or add the bucket's host to the request domain list";
        self.log(id, "warn", "checksum-unknown", text);
        self.files[id].phase = Phase::Post;
        self.add_recheck_jobs(id);
    }

    /// The platform has read the file while it was sent: looks whether it is still the same.
    fn recheck_file(&mut self, id: FileId, job: JobId) {
        self.finish_job(id, job);
        self.add_recheck_jobs(id);
    }

    fn add_recheck_jobs(&mut self, id: FileId) {
        let file = &mut self.files[id];
        file.fingerprint.rechecked = false;
        if file.fingerprint.covers_whole {
            file.jobs.add(Task::Reread);
        } else if self.options.crc {
            file.fingerprint.begin_checksum();
            self.next_checksum_block(id);
        } else {
            file.add_sample_jobs(Task::Resample);
        }
    }

    /// The file was looked at after its form was sent, and is the same.
    pub(super) fn on_form_rechecked(&mut self, id: FileId) {
        if self.files[id].upload.form_stored {
            self.succeed(id);
        } else {
            // The bytes were damaged on the way.
            self.restart_upload(id, RestartReason::ObjectDamaged);
        }
    }
}
