//! The file on the phone: its size, its fingerprint, its bytes.

use super::restart::RestartReason;
use super::Engine;
use crate::api::action::{Action, InfoPatch};
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::FileErrorKind;
use crate::api::event::{FileError, FileStat, ReadOutcome};
use crate::file::{FileBuffer, FileId, JobId, Phase, Step, Task};
use crate::flow::retry_policy::RetryDecision;
use crate::multipart::plan::MAX_OBJECT;

impl Engine {
    /// The job that waits for this file call.
    fn find_reader(&self, op: u32) -> Option<(FileId, JobId)> {
        self.files.find_job(|step| step == Step::Reading(op))
    }

    pub(super) fn on_stat(&mut self, op: u32, result: &Result<FileStat, FileError>) -> bool {
        let Some((id, job)) = self.find_reader(op) else { return false };
        let stat = match result {
            Ok(stat) => stat,
            Err(error) => {
                self.on_file_error(id, job, error);
                return true;
            }
        };
        let job = self.finish_job(id, job);
        if job.task == Task::CoverStat {
            self.on_cover_stat(id, stat.size);
        } else if stat.size == 0 {
            let text = "the file is empty (0 bytes); choose another one";
            self.fail(id, UploadError::new(ErrorCode::EmptyFile, Stage::Inspect).message(text));
        } else if stat.size > MAX_OBJECT {
            let text = "the file is larger than OSS can hold (48.8 TB)";
            self.fail(id, UploadError::new(ErrorCode::FileTooLarge, Stage::Inspect).message(text));
        } else {
            self.on_inspected(id, stat);
        }
        true
    }

    fn on_inspected(&mut self, id: FileId, stat: &FileStat) {
        let known = self.files[id].size();
        if known != 0 && known != stat.size {
            // Another file lies at the path than the one that was inspected in an earlier run.
            return self.fail_file_changed(id);
        }
        let compare_parts = self.options.crc;
        let file = &mut self.files[id];
        if file.fingerprint.mtime != stat.mtime && compare_parts {
            file.upload.parts.doubt();
        }
        file.fingerprint.set_stat(stat);
        self.begin_fingerprint(id);
    }

    pub(super) fn on_read(&mut self, op: u32, result: &Result<ReadOutcome, FileError>) -> bool {
        let Some((id, job)) = self.find_reader(op) else {
            // The bytes are no longer awaited.
            self.act(Action::Drop(op));
            return false;
        };
        match result {
            Ok(read) if self.check_read(id, job, op, read) => self.on_bytes_read(id, job, op, read.crc),
            Ok(_) => {}
            Err(error) => self.on_file_error(id, job, error),
        }
        true
    }

    /// Compares what was read with what was requested. False: it is of no use.
    fn check_read(&mut self, id: FileId, job: JobId, op: u32, read: &ReadOutcome) -> bool {
        let compare_parts = self.options.crc;
        let file = &mut self.files[id];
        let task = file.jobs[job].task;
        let complete = read.length == file.read_length(task);
        if let Task::CoverPut(_) = task {
            if !complete {
                self.act(Action::Drop(op));
                self.skip_cover(id, "the cover could not be read");
            }
            return complete;
        }
        if read.stat.size != file.size() {
            self.act(Action::Drop(op));
            self.fail_file_changed(id);
            return false;
        }
        if !complete {
            // Against the size that the file has: a fault of the platform.
            self.act(Action::Drop(op));
            let message = String::from("fewer bytes were read than the file has");
            self.on_file_error(id, job, &FileError { kind: FileErrorKind::Other, message });
            return false;
        }
        if read.stat.mtime != file.fingerprint.mtime {
            // Touched or rewritten: the bytes decide, before the upload is completed.
            file.on_modified(read.stat.mtime, compare_parts);
        }
        true
    }

    fn on_bytes_read(&mut self, id: FileId, job_id: JobId, op: u32, crc: u64) {
        let now = self.clock.monotonic_ms();
        let file = &mut self.files[id];
        match file.jobs[job_id].task {
            task @ (Task::Sample(block) | Task::Resample(block)) => {
                file.jobs.remove(job_id);
                file.fingerprint.set_sample(block, crc);
                if !file.jobs.has(|task| matches!(task, Task::Sample(_) | Task::Resample(_))) {
                    self.on_sample_complete(id, matches!(task, Task::Resample(_)));
                }
            }
            Task::Reread => {
                // Bytes read before the file changed say nothing of it: they are read again.
                let outdated = file.jobs.remove(job_id).is_some_and(|job| job.outdated);
                if outdated {
                    file.jobs.add(Task::Reread);
                    return;
                }
                file.fingerprint.rechecked = true;
                let same = crc == file.fingerprint.crc;
                self.on_rechecked(id, same);
            }
            Task::ReadWhole => {
                if file.jobs.remove(job_id).is_some_and(|job| job.outdated) {
                    // It changed since its size was read: these may be the bytes before. Nothing of it was sent.
                    file.fingerprint.doubted = false;
                    file.jobs.add(Task::ReadWhole);
                    return self.act(Action::Drop(op));
                }
                file.buffer = Some(FileBuffer { read: op, read_at: now, crc });
                self.on_fingerprint(id, crc);
            }
            Task::Checksum { .. } => self.on_checksum_block(id, job_id, crc),
            Task::CheckPart(range) => {
                // Of bytes that were read before the file changed nothing follows: they are read again.
                let outdated = file.jobs.remove(job_id).is_some_and(|job| job.outdated);
                if !outdated && !file.check_part(range, crc) {
                    self.on_part_differs(id);
                }
            }
            task => {
                let expected = file.fingerprint.crc;
                self.drop_bytes(id, job_id);
                let job = &mut self.files[id].jobs[job_id];
                job.step = Step::Waiting;
                if job.outdated && task == Task::Put {
                    // No later look compares them with the file: they are read again.
                    return self.act(Action::Drop(op));
                }
                job.buffer = Some(op);
                job.read_at = now;
                job.crc = crc;
                if task == Task::Put && crc != expected {
                    self.fail_file_changed(id);
                }
            }
        }
    }

    /// The last block of the sample was read. `again`: to compare it with the fingerprint.
    fn on_sample_complete(&mut self, id: FileId, again: bool) {
        let fingerprint = &mut self.files[id].fingerprint;
        let crc = fingerprint.sample_crc();
        if !again {
            return self.on_fingerprint(id, crc);
        }
        if !fingerprint.sample_is_current() {
            // Blocks that were read before the file changed say nothing of it.
            return self.files[id].add_sample_jobs(Task::Resample);
        }
        fingerprint.rechecked = true;
        let same = crc == fingerprint.crc;
        self.on_rechecked(id, same);
    }

    /// The file was looked at once more, after its last byte was read or posted.
    pub(super) fn on_rechecked(&mut self, id: FileId, same: bool) {
        if !same {
            self.fail_file_changed(id);
        } else if self.files[id].phase == Phase::Post {
            self.on_form_rechecked(id);
        }
    }

    /// The file's fingerprint is known: looks for its checkpoint.
    fn on_fingerprint(&mut self, id: FileId, crc: u64) {
        let owns = self.owns_checkpoint(id);
        let file = &mut self.files[id];
        file.fingerprint.rechecked = file.phase == Phase::Fingerprint && file.buffer.is_some();
        if file.fingerprint.is_known && file.fingerprint.crc != crc {
            return self.fail_file_changed(id);
        }
        (file.fingerprint.crc, file.fingerprint.is_known) = (crc, true);
        if file.discarded.take().is_some_and(|former| former != (file.fingerprint.size, crc)) {
            // Other bytes than those for which an answer may have named a video.
            self.forget_video(id);
        }
        if !owns {
            // Another uploader has gone on with the upload meanwhile.
            if self.share_success(id) {
                return;
            }
            // The storage knows how far it is; what has succeeded is sent again as the same video.
            let video = self.outcome_elsewhere(id).map(|outcome| outcome.video_id).unwrap_or_default();
            self.start_over(id);
            if !video.is_empty() {
                self.files[id].video_id.clone_from(&video);
                self.patch(id, InfoPatch::VideoId(video));
            }
        }
        let fingerprint = &mut self.files[id].fingerprint;
        (fingerprint.crc, fingerprint.is_known) = (crc, true);
        self.load_checkpoint(id);
    }

    /// The upload belongs to another file by now: forgets it, but not what was just found out about this file.
    fn start_over(&mut self, id: FileId) {
        let file = &mut self.files[id];
        let (fingerprint, buffer, phase, reported) =
            (file.fingerprint.clone(), file.buffer.take(), file.phase, file.reported());
        self.discard_upload(id);
        let file = &mut self.files[id];
        file.fingerprint.restore(&fingerprint);
        file.buffer = buffer;
        file.phase = phase;
        file.restore_reported(reported);
    }

    /// A part is not what the file has at its place.
    fn on_part_differs(&mut self, id: FileId) {
        let file = &self.files[id];
        if file.fingerprint.doubted || !file.upload.restored {
            self.fail_file_changed(id);
        } else if file.auth.direct || file.video_id.is_empty() {
            // The checkpoint is of another file with the same fingerprint.
            self.restart_upload(id, RestartReason::OtherFile);
        } else {
            let text = "what is stored is of another file, and so is its video: a new one is created";
            if !self.recreate_video(id, "other-file", text) {
                self.fail_file_changed(id);
            }
        }
    }

    /// A file call failed.
    fn on_file_error(&mut self, id: FileId, job_id: JobId, error: &FileError) {
        let now = self.clock.monotonic_ms();
        let file = &mut self.files[id];
        let job = &mut file.jobs[job_id];
        job.step = Step::Waiting;
        job.attempts.interruptions += 1;
        let task = job.task;
        let decision = match error.kind {
            FileErrorKind::Interrupted => self.retry.after_file_failure(job.attempts.interruptions, true),
            // The app's own work holds the phone's file handles; they are waited for as the slots of requests are.
            FileErrorKind::Busy => self.retry.after_interruption(job.attempts.interruptions),
            // Outside of the range that the file has by its size: shorter it is only if the next read says so, too.
            FileErrorKind::Other | FileErrorKind::Range => {
                self.retry.after_file_failure(job.attempts.interruptions, false)
            }
            _ => RetryDecision::GiveUp,
        };
        if let Some(delay) = decision.delay() {
            job.not_before = now + delay;
        } else if job.buffer.is_some() && matches!(error.kind, FileErrorKind::Missing) {
            // A temporary file that is gone has not changed: what was read of it is sent.
            job.read_at = now;
        } else if matches!(task, Task::CoverStat | Task::CoverPut(_)) {
            self.skip_cover(id, "the cover could not be read");
        } else {
            self.fail_unreadable(id, error);
        }
    }

    fn fail_unreadable(&mut self, id: FileId, error: &FileError) {
        let (code, text) = match error.kind {
            FileErrorKind::Missing => (
                ErrorCode::FileNotFound,
                "the file is no longer there (WeChat keeps temporary files for one run only); choose it again",
            ),
            FileErrorKind::Range => {
                (ErrorCode::FileChanged, "the file became shorter while it was being uploaded; choose it again")
            }
            FileErrorKind::TooLarge => {
                (ErrorCode::FileTooLarge, "WeChat cannot read that much at once; set a smaller partSize")
            }
            FileErrorKind::Denied => (
                ErrorCode::FileReadFailed,
                "WeChat does not let the app read this path; pass the path that a chooser gave",
            ),
            _ => (ErrorCode::FileReadFailed, "the file cannot be read; choose it again"),
        };
        let error = UploadError::new(code, Stage::Inspect).message(format!("{text} ({})", error.message));
        if error.code == ErrorCode::FileChanged {
            self.fail_and_discard(id, error);
            self.forget_video(id);
        } else {
            // Its parts serve the same file, chosen again, or a smaller partSize.
            self.fail(id, error);
        }
    }

    pub(super) fn on_digest(&mut self, id: FileId, md5: String) -> bool {
        if !self.files.contains(id) {
            return false;
        }
        if !md5.is_empty() {
            self.patch(id, InfoPatch::FileHash(md5));
        }
        true
    }
}
