//! Error responses of the services, and what is done about each.

use super::responses::source;
use super::restart::RestartReason;
use super::Engine;
use crate::api::error::{ErrorCode, Recovery, ServerError, UploadError};
use crate::api::event::HttpResponse;
use crate::api::options::Authoriser;
use crate::file::{FileId, JobId, Phase, Sent, Task, VodCall, Waiting};
use crate::flow::rate_control::Loss;
use crate::oss::{self, Op, Provenance};
use crate::vod;

/// So close to a credential's expiry a plain AccessDenied may mean that it has expired, ms.
const NEAR_EXPIRY: i64 = 300_000;

impl Engine {
    /// An HTTP response that is no success.
    pub(super) fn on_error_response(&mut self, id: FileId, job_id: JobId, response: &HttpResponse) {
        let task = self.files[id].jobs[job_id].task;
        if task == Task::Head && matches!(response.status, 403 | 404) && source(task, response) == Provenance::Doubtful
        {
            return self.on_doubtful_head(id, job_id);
        }
        let (server, recovery) = self.classify_error(id, task, response);
        let (unnamed, server_time) = (server.code.is_empty(), server.server_time);
        let mut error = to_upload_error(server, response, task);
        if task.is_vod() && unnamed && response.status == 404 {
            let text =
                format!("there is no VOD service in the region {}; check the option region", self.options.region);
            error = UploadError { code: ErrorCode::InvalidOption, ..error }.message(text);
        }
        if task == Task::Complete && (400..500).contains(&response.status) && recovery != Recovery::Verify {
            self.files[id].upload.completion_refused();
        }
        match recovery {
            Recovery::Retry | Recovery::Throttled => {
                // What is no error document comes from something between the phone and the service.
                let throttled = recovery == Recovery::Throttled;
                let loss = if throttled { Some(Loss::Throttled) } else { unnamed.then_some(Loss::Broken) };
                if let Some(loss) = loss {
                    self.rate.on_loss(loss, self.clock.monotonic_ms());
                }
                self.on_vod_unanswered(id, job_id);
                self.retry_or_fail(id, job_id, error, throttled);
            }
            Recovery::Credential => self.on_credential_error(id, job_id, error),
            Recovery::Clock => {
                self.abandon_probe(id);
                self.on_clock_skew(id, job_id, server_time, error);
            }
            Recovery::StoredWithWarning => {
                self.log(id, "warn", "callback-failed", error.message.as_str());
                self.on_stored_with_warning(id, job_id, response);
            }
            _ => self.on_refused(id, job_id, recovery, error),
        }
    }

    /// A service refuses the credential of a job's request.
    fn on_credential_error(&mut self, id: FileId, job_id: JobId, error: UploadError) {
        let file = &self.files[id];
        let job = &file.jobs[job_id];
        let (task, replaced) = (job.task, job.credential != file.auth.generation);
        if replaced {
            // Signed with one that has been replaced meanwhile: sent again at once.
        } else if matches!(task, Task::CoverPut(_)) {
            self.skip_cover(id, &error.message);
        } else if self.is_early_renewal(id, task) && self.options.authoriser == Authoriser::Sts {
            self.finish_job(id, job_id);
            self.request_credential(id);
        } else {
            self.abandon_probe(id);
            self.on_credential_refused(id, job_id, error);
        }
    }

    /// The same request again would be refused again: goes on in the way that the refusal asks for.
    fn on_refused(&mut self, id: FileId, job_id: JobId, recovery: Recovery, error: UploadError) {
        let task = self.files[id].jobs[job_id].task;
        match recovery {
            Recovery::Restart if task == Task::Head => self.on_object_missing(id, job_id),
            Recovery::Restart => self.restart_upload(id, RestartReason::from_code(error.code.as_str())),
            Recovery::Verify => self.verify_object(id, job_id, Sent::Parts),
            Recovery::ObjectExists if !self.files[id].upload.object_exists && task != Task::Put => {
                self.on_object_exists(id, job_id);
            }
            Recovery::InvalidPart => self.list_parts(id, job_id),
            Recovery::VideoGone if task == Task::Vod(VodCall::RefreshVideo) => {
                if !self.recreate_gone_video(id) {
                    self.fail_video_gone(id, error);
                }
            }
            _ => self.on_permanent_error(id, job_id, error, self.is_early_renewal(id, task)),
        }
    }

    /// Nothing helps against the error itself, but not every task is worth the file.
    fn on_permanent_error(&mut self, id: FileId, job: JobId, error: UploadError, early: bool) {
        let task = self.files[id].jobs[job].task;
        match task {
            Task::Head => {
                self.finish_job(id, job);
                self.on_object_unknown(id);
            }
            Task::List(_) => {
                self.finish_job(id, job);
                self.restart_upload(id, RestartReason::PartsLost);
            }
            // VOD knows no video with that ReferenceId: none was created.
            Task::Vod(VodCall::FindVideo) => self.files[id].jobs[job].task = Task::Vod(VodCall::CreateVideo),
            _ if task.is_cover_request() => {
                self.finish_job(id, job);
                self.skip_cover(id, &error.message);
            }
            _ if early => self.postpone_renewal(id, Some(job), &error.message),
            _ => self.fail(id, error),
        }
    }

    /// Whether VOD is called for a credential while the present one is still valid.
    pub(super) fn is_early_renewal(&self, id: FileId, task: Task) -> bool {
        task.is_vod() && self.files[id].auth.waiting == Waiting::Nothing
    }

    /// What a service's error means, and what it asks for.
    fn classify_error(&self, id: FileId, task: Task, response: &HttpResponse) -> (ServerError, Recovery) {
        if task.is_vod() {
            let server = vod::response::error(response.status, &response.headers, &response.body);
            let recovery = match server.code.is_empty() {
                true => foreign_recovery(response.status),
                false => vod::recovery(response.status, &server.code, true),
            };
            return (server, recovery);
        }
        let op = task.oss_op().unwrap_or(Op::Head);
        match source(task, response) {
            Provenance::Oss => {}
            Provenance::Doubtful | Provenance::NotFromOss => {
                let message = oss::response::by_status(response.status);
                return (ServerError { message, ..ServerError::default() }, foreign_recovery(response.status));
            }
        }
        let auth = &self.files[id].auth;
        let server = oss::response::error(response.status, &response.headers, &response.body);
        let sts = auth.credential.as_ref().is_some_and(|credential| !credential.security_token.is_empty());
        let recovery = oss::recovery(op, response.status, &server.code, sts);
        let near_expiry = self.credential_time_left(id).is_some_and(|ms| ms < NEAR_EXPIRY);
        let may_be_expired =
            server.code == "AccessDenied" && near_expiry && auth.refusals == 0 && !matches!(op, Op::Head | Op::List);
        let recovery = if recovery == Recovery::Fail && may_be_expired { Recovery::Credential } else { recovery };
        (server, recovery)
    }

    /// CompleteMultipartUpload misses parts: asks OSS which it has.
    fn list_parts(&mut self, id: FileId, job: JobId) {
        self.finish_job(id, job);
        let file = &mut self.files[id];
        file.phase = Phase::List;
        file.upload.begin_listing();
        file.jobs.add(Task::List(0));
    }

    /// The server refused a signature for its time.
    fn on_clock_skew(&mut self, id: FileId, job: JobId, server_time: Option<i64>, error: UploadError) {
        let plausible = server_time.is_some_and(|time| self.sync_clock(time));
        let attempts = &mut self.files[id].jobs[job].attempts;
        attempts.clock_corrections += 1;
        if self.retry.after_clock_correction(attempts.clock_corrections, plausible).delay().is_none() {
            let text =
                "the phone's clock and the server's differ too much; set the date and time of the phone automatically";
            let error = UploadError { code: ErrorCode::ClockSkew, ..error }.message(text);
            self.fail(id, error);
        }
    }
}

/// What a response asks for that is not the service's: only the status is left to go by.
fn foreign_recovery(status: u16) -> Recovery {
    match status {
        429 | 503 => Recovery::Throttled,
        _ => Recovery::Retry,
    }
}

/// A server's error as the app receives it.
fn to_upload_error(server: ServerError, response: &HttpResponse, task: Task) -> UploadError {
    let code = if server.code.is_empty() { ErrorCode::NetworkError } else { ErrorCode::Server(server.code) };
    UploadError::new(code, task.stage())
        .message(server.message)
        .http_status(response.status)
        .request_id(server.request_id)
        .part(task.part().map_or(0, |range| range.number))
        .retryable(response.status >= 500 || response.status == 429)
}
