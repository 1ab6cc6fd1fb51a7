//! Requests that failed, and what is done about each.

use super::Engine;
use crate::api::action::InfoPatch;
use crate::api::error::{ErrorCode, Recovery, ServerError, UploadError};
use crate::api::event::HttpResponse;
use crate::api::options::{Authoriser, Transport};
use crate::file::transfer::{Call, Job, Phase, Task, Waiting};
use crate::flow::backoff;
use crate::flow::rate_control::Loss;
use crate::multipart::plan::{PartRange, MAX_PARTS};
use crate::oss::recovery::Op;
use crate::oss::{self, response::header};
use crate::text::concat;
use crate::vod;
use crate::wechat::TransportErrorKind;

/// Failures that are nobody's fault (background, network switch) before they count after all.
const FREE: u32 = 20;
/// Pause after such a failure, ms; grows with their number.
const FREE_PAUSE: i64 = 500;
/// Pause before the object is looked for again, ms; twice as long the second time.
const LOOK_AGAIN: i64 = 2_000;
/// Bytes stored behind a part that is too large for the link, which may be sent again with it: what was on its way beside it
/// is no more than this.
const BEHIND: u64 = 16_000_000;
/// So close to a credential's end a plain AccessDenied may mean "expired", ms.
const NEAR_EXPIRY: i64 = 300_000;

impl Engine {
    /// No HTTP answer came.
    pub(super) fn no_answer(&mut self, f: usize, j: usize, answer: &HttpResponse) {
        let now = self.clock.mono();
        let job = self.queue.job_mut(f, j);
        let task = job.task;
        let free = job.suspended
            || matches!(
                answer.failure,
                TransportErrorKind::Interrupted
                    | TransportErrorKind::NetworkChanged
                    | TransportErrorKind::Offline
                    | TransportErrorKind::TooManyRequests
                    | TransportErrorKind::Abort
            );
        if answer.failure == TransportErrorKind::Offline {
            self.go_offline();
        }
        if answer.failure == TransportErrorKind::TooManyRequests {
            // It never left the phone.
            let t = &mut self.queue[f].t;
            t.completing &= t.doubtful || task != Task::Complete;
            self.rate.lost(Loss::Throttled, now);
        }
        let suspended = self.queue.job(f, j).suspended;
        if answer.failure == TransportErrorKind::Timeout && !suspended {
            self.rate.lost(Loss::Timeout, now);
            if task == Task::Put && !self.in_one_piece(f) {
                self.log(f, "info", "parts", "too large for one request on this link: sent in parts");
                self.turn_back(f);
                return self.go(f);
            }
            if let Task::Part(cut) = task {
                let retries = self.options.retry_count;
                let job = self.queue.job_mut(f, j);
                job.timeouts += 1;
                // Once it may have been for the others' sake: the second time it goes alone.
                let stuck = job.timeouts > 1 || job.tries >= retries;
                if self.cut_smaller(f, cut, if stuck { BEHIND } else { 0 }) {
                    return;
                }
            }
        }
        let job = self.queue.job_mut(f, j);
        // These three no network mends.
        let refused = matches!(
            answer.failure,
            TransportErrorKind::DomainNotAllowed | TransportErrorKind::BadUrl | TransportErrorKind::TooLarge
        );
        if !refused && (free || self.offline.is_some()) && job.free < FREE {
            job.free += 1;
            job.not_before = now + FREE_PAUSE * i64::from(job.free.min(10));
            return self.lost_initiate(f, task);
        }
        if matches!(task, Task::CoverPut(_))
            && matches!(answer.failure, TransportErrorKind::BadUrl | TransportErrorKind::TooLarge)
        {
            self.take_job(f, j);
            return self.cover_failed(f, &answer.body);
        }
        match answer.failure {
            TransportErrorKind::DomainNotAllowed => return self.not_on_list(f, j, &answer.body),
            TransportErrorKind::BadUrl => {
                let message = concat(&[
                    "WeChat refused the address of the bucket (",
                    &answer.body,
                    "); check the upload address",
                ]);
                return self.fail(f, UploadError::new(ErrorCode::InvalidUploadAddress, task.stage()).message(message));
            }
            TransportErrorKind::TooLarge => {
                let text = "the phone cannot send that much in one request; set a smaller partSize";
                return self.fail(f, UploadError::new(ErrorCode::FileTooLarge, task.stage()).message(text));
            }
            TransportErrorKind::Timeout => {}
            _ => self.rate.lost(Loss::Broken, now),
        }
        let (code, text) = match answer.failure {
            TransportErrorKind::Timeout => (
                ErrorCode::RequestTimeout,
                "no answer in time; check the network, or set a longer timeout (WeChat caps it at 60 s)",
            ),
            TransportErrorKind::Tls => {
                (ErrorCode::NetworkError, "no secure connection; check the phone's date and the network")
            }
            _ => (ErrorCode::NetworkError, "the connection failed; check the network and start the upload again"),
        };
        let error =
            UploadError::new(code, task.stage()).message(concat(&[text, " (", &answer.body, ")"])).retryable(true);
        self.lost_initiate(f, task);
        self.again(f, j, error, 1);
    }

    /// A part that this link cannot carry in time is cut anew with those behind it, if no more of them is stored than may be
    /// sent again: there are no numbers between for its pieces.
    fn cut_smaller(&mut self, f: usize, cut: PartRange, again: u64) -> bool {
        let t = &self.queue[f].t;
        let wish = self.rate.next_part(t.size - cut.offset, 0, MAX_PARTS + 1 - cut.number);
        if wish + wish / 2 > cut.length {
            return false;
        }
        // One before it that is as large would never arrive either, and could not be cut once this one is stored.
        let mut cut = cut;
        let stored = t.parts.stored().last().filter(|_| again == 0).map_or(0, |p| p.number);
        for job in &t.jobs {
            if let Task::Part(c) = job.task {
                if c.number < cut.number && c.number > stored && c.length >= cut.length {
                    cut = c;
                }
            }
        }
        let before = t.parts.loaded();
        let parts = &mut self.queue[f].t.parts;
        if !parts.uncut_from(cut, again) {
            return false;
        }
        let lost = parts.loaded() < before;
        self.log(f, "info", "parts", "too large for this link: cut smaller");
        if lost {
            self.log(f, "info", "parts-again", "what is stored behind it is cut anew with it");
            self.remember_cut(f, cut.number);
        }
        let behind = |job: &Job| matches!(job.task, Task::Part(c) if c.number >= cut.number);
        while let Some(j) = self.queue[f].t.jobs.iter().position(behind) {
            let job = self.queue[f].t.jobs.remove(j);
            self.let_go(&job);
        }
        true
    }

    /// An upload may have been opened whose id never arrived: it cannot be aborted, so it is at least said.
    pub(super) fn lost_initiate(&mut self, f: usize, task: Task) {
        if task == Task::Initiate {
            self.log(
                f,
                "warn",
                "initiate-unanswered",
                "an unfinished upload may stay in the bucket until OSS clears it (7 days)",
            );
        }
    }

    /// An HTTP answer that is no success.
    pub(super) fn refused(&mut self, f: usize, j: usize, answer: &HttpResponse) {
        let now = self.clock.mono();
        let job = self.queue.job(f, j);
        let task = job.task;
        let stale = job.credential != self.queue[f].t.generation;
        let (server, remedy) = self.judge(f, task, answer);
        let (unnamed, server_time) = (server.code.is_empty(), server.server_time);
        let error = told(server, answer, task);
        let ahead = self.ahead(f, task);
        if task == Task::Complete && (400..500).contains(&answer.status) && remedy != Recovery::Verify {
            // A plain no: the object was not put together.
            let t = &mut self.queue[f].t;
            // Which says nothing of one before it, whose answer was lost.
            t.completing = t.doubtful;
        }
        match remedy {
            Recovery::Retry => {
                // What is no error document comes from something between us and the service.
                if unnamed {
                    self.rate.lost(Loss::Broken, now);
                }
                self.again(f, j, error, 1);
            }
            Recovery::Throttled => {
                self.rate.lost(Loss::Throttled, now);
                self.again(f, j, error, 2);
            }
            // Signed with a credential that has been replaced meanwhile: simply again.
            Recovery::Credential if stale => {}
            Recovery::Credential if matches!(task, Task::CoverPut(_)) => self.cover_failed(f, &error.message),
            Recovery::Credential if ahead && self.options.authoriser == Authoriser::Sts => {
                self.take_job(f, j);
                self.ask_app(f);
            }
            Recovery::Credential => self.expired(f, error),
            Recovery::Clock => self.clock_wrong(f, j, server_time, error),
            Recovery::Restart if task == Task::Head && self.not_yet(f, j, now) => {}
            // HEAD has no body to say it in.
            Recovery::Restart if task == Task::Head => self.restart(f, "NoSuchUpload"),
            Recovery::Restart => self.restart(f, error.code.as_str()),
            Recovery::Verify => self.verify(f, j),
            Recovery::InvalidPart => self.list(f, j),
            Recovery::StoredWithWarning => {
                self.log(f, "warn", "callback-failed", &error.message);
                self.stored_anyway(f, j, answer);
            }
            Recovery::Fail if matches!(task, Task::Head) => {
                self.take_job(f, j);
                self.denied(f);
            }
            Recovery::Fail if matches!(task, Task::List(_)) => {
                self.take_job(f, j);
                self.restart(f, "InvalidPart");
            }
            Recovery::Fail
                if matches!(task, Task::CoverPut(_) | Task::Vod(crate::file::transfer::Call::CreateCover)) =>
            {
                self.take_job(f, j);
                self.cover_failed(f, &error.message);
            }
            Recovery::Fail
                if task == Task::Vod(Call::RefreshVideo) && error.code.as_str().starts_with("InvalidVideo") =>
            {
                // The remembered video is gone: the next start makes a new one instead of asking for it again.
                self.queue[f].video_id.clear();
                self.patch(f, InfoPatch::VideoId(String::new()));
                self.fail_for_good(f, error);
            }
            Recovery::Fail if ahead => self.put_off(f, j, &error),
            Recovery::Fail => self.fail(f, error),
        }
    }

    /// VOD is asked for a credential while the present one still lives.
    fn ahead(&self, f: usize, task: Task) -> bool {
        task.vod() && self.queue[f].t.waiting == Waiting::Nothing
    }

    fn put_off(&mut self, f: usize, j: usize, error: &UploadError) {
        self.take_job(f, j);
        self.ask_later(f, &error.message);
    }

    fn judge(&self, f: usize, task: Task, answer: &HttpResponse) -> (ServerError, Recovery) {
        let t = &self.queue[f].t;
        if task.vod() {
            let server = vod::response::error(answer.status, &answer.headers, &answer.body);
            let remedy = vod::recovery(answer.status, &server.code, true);
            return (server, remedy);
        }
        let op = match task {
            Task::Put | Task::CoverPut(_) => Op::Put,
            Task::Post => Op::Post,
            Task::Initiate => Op::Initiate,
            Task::Part(_) => Op::Part,
            Task::List(_) => Op::List,
            Task::Complete => Op::Complete,
            _ => Op::Head,
        };
        let server = oss::response::error(answer.status, &answer.headers, &answer.body);
        let sts = t.credential.as_ref().is_some_and(|c| !c.security_token.is_empty());
        let mut remedy = oss::recovery(op, answer.status, &server.code, sts);
        let dying = self.left(f).is_some_and(|ms| ms < NEAR_EXPIRY);
        if remedy == Recovery::Fail
            && server.code == "AccessDenied"
            && dying
            && t.refused == 0
            && op != Op::Head
            && op != Op::List
        {
            remedy = Recovery::Credential;
        }
        (server, remedy)
    }

    /// The same once more, if an attempt is left.
    pub(super) fn again(&mut self, f: usize, j: usize, error: UploadError, factor: i64) {
        let now = self.clock.mono();
        let job = self.queue.job_mut(f, j);
        job.tries += 1;
        let tries = job.tries;
        let task = job.task;
        if tries > self.options.retry_count {
            if matches!(task, Task::CoverPut(_) | Task::Vod(crate::file::transfer::Call::CreateCover)) {
                self.take_job(f, j);
                return self.cover_failed(f, &error.message);
            }
            if self.ahead(f, task) {
                return self.put_off(f, j, &error);
            }
            return self.fail(f, error);
        }
        let wait = backoff::wait(self.options.retry_wait.saturating_mul(factor), tries, &mut self.rng);
        self.queue.job_mut(f, j).not_before = now + wait;
        self.log(f, "info", "retry", &error.message);
    }

    /// A success that cannot be one.
    pub(super) fn odd(&mut self, f: usize, j: usize, answer: &HttpResponse, what: &str) {
        let task = self.queue.job(f, j).task;
        let message = concat(&["the network gave ", what, "; sign in to the Wi-Fi or change the network"]);
        let mut error = UploadError::new(ErrorCode::NetworkError, task.stage()).message(message);
        error.http_status = answer.status;
        error.retryable = true;
        self.again(f, j, error, 1);
    }

    /// OSS got other bytes than were read.
    pub(super) fn damaged(&mut self, f: usize, j: usize, answer: &HttpResponse) {
        let task = self.queue.job(f, j).task;
        let text = "OSS received other bytes than were sent (CRC64 or ETag); start the upload again, on another network if it repeats";
        let mut error = UploadError::new(ErrorCode::IntegrityError, task.stage()).message(text);
        error.http_status = answer.status;
        error.request_id = header(&answer.headers, "x-oss-request-id").unwrap_or_default().into();
        error.retryable = true;
        if let Task::Part(cut) = task {
            error.part = cut.number;
        }
        self.again(f, j, error, 1);
    }

    fn clock_wrong(&mut self, f: usize, j: usize, server: Option<i64>, mut error: UploadError) {
        let believed = server.is_some_and(|at| self.learn(at));
        let job = self.queue.job_mut(f, j);
        job.clock += 1;
        // A single nonsensical date may be a proxy's.
        if job.clock > if believed { 2 } else { 1 } {
            let text =
                "the phone's clock and the server's differ too much; set the date and time of the phone automatically";
            error.code = ErrorCode::ClockSkew;
            error.message = text.into();
            self.fail(f, error);
        }
    }

    /// Complete found no upload: it may have worked the time before.
    fn verify(&mut self, f: usize, j: usize) {
        self.take_job(f, j);
        let t = &mut self.queue[f].t;
        t.phase = Phase::Verify;
        t.ask(Task::Head);
    }

    /// OSS goes on with a Complete whose sender has left (PROTOCOL §2.3): the object may be there a little later than the
    /// upload is gone. True: it is looked for again.
    fn not_yet(&mut self, f: usize, j: usize, now: i64) -> bool {
        let t = &mut self.queue[f].t;
        t.absent = true;
        let doubtful = t.doubtful;
        let job = self.queue.job_mut(f, j);
        job.tries += 1;
        job.not_before = now + LOOK_AGAIN * i64::from(job.tries);
        doubtful && job.tries <= 2
    }

    /// HEAD says no more than 403, be it that the credential may not look or that it has ended: Complete, asked once more,
    /// tells which.
    fn denied(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        if t.denied || !t.doubtful {
            return self.unverified(f);
        }
        t.denied = true;
        t.phase = Phase::Complete;
        t.ask(Task::Complete);
    }

    /// The object could not be looked at. When the answer to a Complete of ours was lost and the upload is gone since, it
    /// was put together: nobody else ends it, and credentials of VOD may not allow the look at all. When none was sent
    /// before this one, or a look has found nothing, the upload is gone for sure.
    pub(super) fn unverified(&mut self, f: usize) {
        let t = &self.queue[f].t;
        if !t.doubtful || t.absent {
            return self.restart(f, "NoSuchUpload");
        }
        let text = "the upload is finished, but the credential does not allow a look at the object";
        self.log(f, "warn", "unverified", text);
        self.succeed(f);
    }

    fn list(&mut self, f: usize, j: usize) {
        self.take_job(f, j);
        let t = &mut self.queue[f].t;
        t.phase = Phase::List;
        t.listed.clear();
        t.completing = false;
        t.ask(Task::List(0));
    }

    /// The host is not on the mini program's request list.
    fn not_on_list(&mut self, f: usize, j: usize, detail: &str) {
        let job = self.queue.job(f, j);
        let task = job.task;
        let vod = task.vod();
        let host = match (&self.queue[f].t.target, vod) {
            (Some(target), false) => target.host.clone(),
            _ => concat(&["vod.", &self.options.region, ".aliyuncs.com"]),
        };
        let form = task == Task::Post;
        if !vod && !form && self.options.transport == Transport::Auto && !matches!(task, Task::CoverPut(_)) {
            let advice = concat(&[&host, " is not on the request domain list: sent in one piece by wx.uploadFile, without resume; add it in the mini program's console"]);
            self.log(f, "warn", "domain", &advice);
            self.form_hosts.push(host);
            self.turn_back(f);
            return self.go(f);
        }
        if matches!(task, Task::CoverPut(_)) {
            return self.cover_failed(f, "its host is not on the request domain list");
        }
        // Neither list has it: the next start looks at both again.
        while let Some(at) = self.form_hosts.iter().position(|known| *known == host) {
            self.form_hosts.remove(at);
        }
        let list = if form && self.options.transport == Transport::UploadFile { "uploadFile" } else { "request" };
        let message = concat(&[
            "https://",
            &host,
            " is not on the mini program's ",
            list,
            " domain list; add it in the WeChat console (",
            detail,
            ")",
        ]);
        self.fail(f, UploadError::new(ErrorCode::DomainNotAllowed, task.stage()).message(message));
    }
}

/// A server's refusal in the app's terms.
fn told(server: ServerError, answer: &HttpResponse, task: Task) -> UploadError {
    let code = if server.code.is_empty() { ErrorCode::NetworkError } else { ErrorCode::from(server.code.as_str()) };
    UploadError::new(code, task.stage())
        .message(server.message)
        .http_status(answer.status)
        .request_id(server.request_id)
        .part(if let Task::Part(cut) = task { cut.number } else { 0 })
        .retryable(answer.status >= 500 || answer.status == 429)
}
