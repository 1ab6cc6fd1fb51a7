//! Requests without a usable response: what is tried again, and how.

use super::Engine;
use crate::api::error::{ErrorCode, UploadError};
use crate::api::event::{HttpResponse, TransportError, TransportErrorKind};
use crate::api::options::Transport;
use crate::file::{FileId, Job, JobId, Phase, Sent, Task};
use crate::flow::rate_control::{Loss, Remaining};
use crate::flow::retry_policy::RetryDecision;
use crate::multipart::plan::MAX_PARTS;
use crate::multipart::PartRange;
use crate::oss::response::header;

/// Bytes stored behind a part that is too large for the link which may be sent again with it: no more than was on its way
/// together with it.
const MAX_RESENT: u64 = 16_000_000;

impl Engine {
    /// No HTTP response came.
    pub(super) fn on_transport_error(&mut self, id: FileId, job_id: JobId, error: &TransportError) {
        let now = self.clock.monotonic_ms();
        let kind = error.kind;
        let job = &self.files[id].jobs[job_id];
        let (task, suspended) = (job.task, job.suspended);
        // Whatever the platform reports, the request may have left the phone; only this one has not.
        if kind != TransportErrorKind::TooManyRequests {
            self.on_vod_unanswered(id, job_id);
        }
        match kind {
            TransportErrorKind::Offline => self.go_offline(),
            TransportErrorKind::TooManyRequests => {
                // It never left the phone.
                if task == Task::Complete {
                    self.files[id].upload.completion_refused();
                }
                self.rate.on_loss(Loss::Throttled, now);
            }
            TransportErrorKind::Timeout if !suspended => {
                self.rate.on_loss(Loss::Timeout, now);
                if self.send_smaller(id, job_id) {
                    return;
                }
            }
            _ => {}
        }
        if is_permanent(kind) {
            return self.on_permanent_transport_error(id, job_id, error);
        }
        self.warn_unanswered_initiate(id, task);
        let interrupted = suspended || is_interruption(kind) || self.connectivity.is_offline();
        if !(interrupted && self.send_after_interruption(id, job_id)) {
            if kind != TransportErrorKind::Timeout {
                self.rate.on_loss(Loss::Broken, now);
            }
            self.retry_or_fail(id, job_id, connection_error(task, error), false);
        }
    }

    /// The platform took the request away: it is sent again, at no cost of an attempt. False: that was done too often.
    fn send_after_interruption(&mut self, id: FileId, job: JobId) -> bool {
        let now = self.clock.monotonic_ms();
        let job = &mut self.files[id].jobs[job];
        let Some(delay) = self.retry.after_interruption(job.attempts.interruptions + 1).delay() else { return false };
        job.attempts.interruptions += 1;
        job.not_before = now + delay;
        true
    }

    /// No network helps against this.
    fn on_permanent_transport_error(&mut self, id: FileId, job: JobId, error: &TransportError) {
        let task = self.files[id].jobs[job].task;
        let detail = &error.message;
        if task == Task::Head {
            self.finish_job(id, job);
            return match self.files[id].phase {
                Phase::Verify(Sent::Form) => self.on_form_unproved(id),
                _ => self.on_object_unknown(id),
            };
        }
        let (code, text) = match error.kind {
            TransportErrorKind::DomainNotAllowed => return self.on_domain_not_allowed(id, job, detail),
            _ if matches!(task, Task::CoverPut(_)) => {
                self.finish_job(id, job);
                return self.skip_cover(id, detail);
            }
            TransportErrorKind::BadUrl => (
                ErrorCode::InvalidUploadAddress,
                format!("WeChat refused the address of the bucket ({detail}); check the upload address"),
            ),
            _ => (
                ErrorCode::FileTooLarge,
                "the phone cannot send that much in one request; set a smaller partSize".into(),
            ),
        };
        self.fail(id, UploadError::new(code, task.stage()).message(text));
    }

    /// The host is not on the domain list for requests.
    fn on_domain_not_allowed(&mut self, id: FileId, job: JobId, detail: &str) {
        let task = self.files[id].jobs[job].task;
        let host = match self.files[id].host() {
            Some(host) if !task.is_vod() => host.to_owned(),
            _ => format!("vod.{}.aliyuncs.com", self.options.region),
        };
        if matches!(task, Task::CoverPut(_)) {
            return self.skip_cover(id, "its host is not on the request domain list");
        }
        let form = task == Task::Post;
        if !task.is_vod() && !form && self.options.transport == Transport::Auto {
            let advice = format!(
                "{host} is not on the request domain list: sent in one piece by wx.uploadFile, without resume; add it in \
                 the mini program's console"
            );
            self.log(id, "warn", "domain", advice);
            self.form_hosts.push(host);
            self.abort_oss_requests(id);
            return self.begin_transfer(id);
        }
        // Neither list has it: the next start tries both again.
        self.form_hosts.retain(|known| *known != host);
        let list = if form && self.options.transport == Transport::UploadFile { "uploadFile" } else { "request" };
        let message = format!(
            "https://{host} is not on the mini program's {list} domain list; add it in the WeChat console ({detail})"
        );
        self.fail(id, UploadError::new(ErrorCode::DomainNotAllowed, task.stage()).message(message));
    }

    /// The link did not carry a request in time: sends the file, or the part, in smaller pieces. False: it stays as it is.
    fn send_smaller(&mut self, id: FileId, job_id: JobId) -> bool {
        match self.files[id].jobs[job_id].task {
            Task::Put if !self.fits_one_request(id) => {
                self.log(id, "info", "parts", "too large for one request on this link: sent in parts");
                self.abort_oss_requests(id);
                self.begin_transfer(id);
                true
            }
            Task::Part(range) => {
                let attempts = &mut self.files[id].jobs[job_id].attempts;
                attempts.timeouts += 1;
                // The first time it may have been for the others' sake: the second time it is sent alone.
                let stuck = attempts.timeouts > 1 || attempts.failures >= self.retry.max_retries;
                self.shrink_part(id, range, if stuck { MAX_RESENT } else { 0 })
            }
            _ => false,
        }
    }

    /// Cuts a part that this link cannot carry in time to another size, with all parts behind it, unless more than
    /// `max_resent` bytes of those are stored: there are no part numbers between for its pieces.
    fn shrink_part(&mut self, id: FileId, range: PartRange, max_resent: u64) -> bool {
        let file = &mut self.files[id];
        let (uncut, numbers) = (file.size() - range.offset, MAX_PARTS + 1 - range.number);
        let wish = self.rate.next_part(Remaining { uncut, in_flight: &[], numbers });
        if wish + wish / 4 > range.length {
            return false;
        }
        // An earlier one that is as large would never arrive either, and could not be cut once this one is stored.
        let last_stored = file.upload.parts.stored().last().filter(|_| max_resent == 0).map_or(0, |part| part.number);
        let mut first = range;
        for other in file.jobs.iter().filter_map(|job| job.task.part()) {
            if other.number < first.number && other.number > last_stored && other.length >= first.length {
                first = other;
            }
        }
        let before = file.upload.parts.loaded();
        if !file.upload.parts.uncut_from(first, max_resent) {
            return false;
        }
        let resent = file.upload.parts.loaded() < before;
        self.log(id, "info", "parts", "too large for this link: cut smaller");
        if resent {
            self.log(id, "info", "parts-again", "what is stored behind it is cut anew with it");
            self.save_parts_from(id, first.number);
        }
        let behind = |job: &Job| job.task.part().is_some_and(|range| range.number >= first.number);
        while let Some(job) = self.files[id].jobs.take(behind) {
            self.release_job(&job);
        }
        true
    }

    /// Tries a job again, or fails its file when no attempt is left. `slower`: the server asks for fewer requests.
    pub(super) fn retry_or_fail(&mut self, id: FileId, job_id: JobId, error: UploadError, slower: bool) {
        let now = self.clock.monotonic_ms();
        let job = &mut self.files[id].jobs[job_id];
        job.attempts.failures += 1;
        let task = job.task;
        match self.retry.after_failure(job.attempts.failures, slower, &mut self.rng) {
            RetryDecision::RetryAfter(delay) => {
                job.not_before = now + delay.as_millis() as i64;
                self.log(id, "info", "retry", error.message);
            }
            RetryDecision::GiveUp if task.is_cover_request() => {
                self.finish_job(id, job_id);
                self.skip_cover(id, &error.message);
            }
            RetryDecision::GiveUp if self.is_early_renewal(id, task) => {
                self.postpone_renewal(id, Some(job_id), &error.message);
            }
            RetryDecision::GiveUp => self.fail(id, error),
        }
    }

    /// A success that is not known for the service's: something between the phone and the service may have answered.
    pub(super) fn unexpected_response(&mut self, id: FileId, job: JobId, response: &HttpResponse, what: &str) {
        self.on_vod_unanswered(id, job);
        let stage = self.files[id].jobs[job].task.stage();
        let message = format!("the network gave {what}; sign in to the Wi-Fi or change the network");
        let error = UploadError::new(ErrorCode::NetworkError, stage)
            .message(message)
            .http_status(response.status)
            .retryable(true);
        self.retry_or_fail(id, job, error, false);
    }

    /// OSS received other bytes than were read.
    pub(super) fn checksum_mismatch(&mut self, id: FileId, job: JobId, response: &HttpResponse) {
        let task = self.files[id].jobs[job].task;
        let text = "OSS received other bytes than were sent (CRC64 or ETag); start the upload again, on another network if it repeats";
        let error = UploadError::new(ErrorCode::IntegrityError, task.stage())
            .message(text)
            .http_status(response.status)
            .request_id(header(&response.headers, "x-oss-request-id").unwrap_or_default())
            .part(task.part().map_or(0, |range| range.number))
            .retryable(true);
        self.retry_or_fail(id, job, error, false);
    }

    /// An upload may have been opened whose id never arrived: it cannot be aborted, so a warning is logged.
    pub(super) fn warn_unanswered_initiate(&mut self, id: FileId, task: Task) {
        if task == Task::Initiate {
            let text = "an unfinished upload may stay in the bucket until OSS clears it (7 days)";
            self.log(id, "warn", "initiate-unanswered", text);
        }
    }
}

/// The error of a request whose connection failed.
fn connection_error(task: Task, error: &TransportError) -> UploadError {
    let (code, text) = match error.kind {
        TransportErrorKind::Timeout => (
            ErrorCode::RequestTimeout,
            "no answer in time; check the network, or set a longer timeout (WeChat caps it at 60 s)",
        ),
        TransportErrorKind::Tls => {
            (ErrorCode::NetworkError, "no secure connection; check the phone's date and the network")
        }
        _ => (ErrorCode::NetworkError, "the connection failed; check the network and start the upload again"),
    };
    UploadError::new(code, task.stage()).message(format!("{text} ({})", error.message)).retryable(true)
}

/// Failures that the platform caused: they do not count against `retryCount`.
fn is_interruption(kind: TransportErrorKind) -> bool {
    matches!(
        kind,
        TransportErrorKind::Interrupted
            | TransportErrorKind::NetworkChanged
            | TransportErrorKind::Offline
            | TransportErrorKind::TooManyRequests
            | TransportErrorKind::Abort
    )
}

/// Failures that no repetition mends.
fn is_permanent(kind: TransportErrorKind) -> bool {
    matches!(kind, TransportErrorKind::DomainNotAllowed | TransportErrorKind::BadUrl | TransportErrorKind::TooLarge)
}
