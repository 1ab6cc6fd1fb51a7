//! Everything the engine waits for by itself, in one table.

use super::scheduler::RELEASE_AFTER;
use super::Engine;
use crate::api::action::Action;
use crate::api::event::{TransportError, TransportErrorKind};
use crate::file::{FileId, Job, JobId, Step, UploadFile};
use crate::flow::clock::HEARTBEAT;

/// Later parts that must be acknowledged before a part counts as stalled: fewer, and the whole link may have paused.
/// When no more parts than this are left, each of them may be.
const OVERTAKEN: u32 = 4;

/// Between two looks whether another uploader still sends the same file, ms: engines do not wake each other.
const OTHER_UPLOADER_POLL: i64 = 1_000;

/// What a time stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    /// The engine is woken at least this often while it waits for a response, to distinguish waiting from a suspension.
    Heartbeat,
    /// There has been no network for too long.
    OfflineLimit,
    /// Without a network, the next request may try whether there is one.
    Probe,
    /// Requests begin again after the network's return.
    NetworkReturn,
    /// A credential is renewed ahead of its expiry.
    Renewal(FileId),
    /// An interrupted getAuth or getSTSToken is called again.
    CredentialRequest(FileId),
    /// A request has not been answered in time.
    Deadline(FileId, JobId),
    /// A part was overtaken by later ones.
    Stall(FileId, JobId),
    /// The pause before a retry, or before the next part on a slow link, is over.
    Pause,
    /// A file that another uploader is sending may have ended.
    OtherUploader,
    /// A file that another uploader has sent succeeds.
    SharedSuccess(FileId),
    /// A file that waits for the app gives up memory that others could use.
    MemoryRelease,
    /// An AbortMultipartUpload is sent or given up.
    Cleanup,
}

impl Engine {
    /// Ms until the engine is to be called again; none while there is nothing to wait for.
    pub fn next_timeout(&self) -> Option<i64> {
        if self.connectivity.is_hidden() {
            return None;
        }
        let now = self.clock.monotonic_ms();
        let next = self.timers().into_iter().map(|(_, at)| at).min()?;
        Some((next - now).clamp(0, HEARTBEAT))
    }

    /// Does what the passing of time asks for.
    pub(super) fn handle_timers(&mut self) {
        if self.connectivity.is_hidden() {
            return;
        }
        let now = self.clock.monotonic_ms();
        for (timer, at) in self.timers() {
            if at <= now {
                self.on_timer(timer);
            }
        }
        self.report_expiry();
        self.follow_other_uploaders();
    }

    /// A timer is due. What it was set for may have ended by an earlier one.
    fn on_timer(&mut self, timer: Timer) {
        let now = self.clock.monotonic_ms();
        match timer {
            Timer::OfflineLimit => self.give_up_offline(),
            Timer::Renewal(id) if self.renewal_due_in(&self.files[id]).is_some_and(|ms| ms <= 0) => self.renew(id),
            Timer::CredentialRequest(id) => self.request_again(id),
            Timer::SharedSuccess(id) => self.succeed(id),
            Timer::Deadline(id, job) => {
                if self.files[id].jobs.get(job).is_some_and(|job| job.is_overdue(now)) {
                    self.on_deadline(id, job);
                }
            }
            Timer::Stall(id, job) => {
                let file = &self.files[id];
                if file.jobs.get(job).and_then(|job| self.stalls_at(file, job)).is_some_and(|at| at <= now) {
                    self.resend_stalled(id, job);
                }
            }
            // The scheduler starts what has become possible.
            Timer::Renewal(_)
            | Timer::Heartbeat
            | Timer::Probe
            | Timer::NetworkReturn
            | Timer::Pause
            | Timer::OtherUploader
            | Timer::MemoryRelease
            | Timer::Cleanup => {}
        }
    }

    /// The table: everything that is awaited, and when it is due, monotonic ms.
    fn timers(&self) -> Vec<(Timer, i64)> {
        let now = self.clock.monotonic_ms();
        let mut timers = Vec::new();
        let uploading = self.files.uploading_count() > 0;
        // Without files it is nothing to be woken for, but ends the wait all the same.
        if let Some(at) = self.connectivity.gives_up_at().filter(|at| uploading || *at <= now) {
            timers.push((Timer::OfflineLimit, at));
        }
        for file in self.files.uploading() {
            self.add_file_timers(file, now, &mut timers);
        }
        // Once it is time, the first job that is ready probes; while it does, nothing else starts.
        let probe_at = self.connectivity.probe_at().filter(|at| *at > now && self.requests_in_flight() == 0);
        if let (true, Some(at)) = (uploading, probe_at) {
            timers.push((Timer::Probe, at));
        }
        let resume_at = self.connectivity.resume_at;
        if resume_at > now && (uploading || !self.cleanups.is_empty()) {
            timers.push((Timer::NetworkReturn, resume_at));
        }
        let free = self.has_free_slot() && self.may_use_network();
        for cleanup in &self.cleanups {
            // One that finds no free slot starts when a response frees one, one without a network when it may probe.
            let at = if cleanup.request.is_some() || !free { now + HEARTBEAT } else { cleanup.not_before };
            timers.push((Timer::Cleanup, at));
        }
        timers
    }

    fn add_file_timers(&self, file: &UploadFile, now: i64, timers: &mut Vec<(Timer, i64)>) {
        let id = file.id();
        if let Some(ms) = self.renewal_due_in(file) {
            timers.push((Timer::Renewal(id), now + ms.clamp(0, HEARTBEAT)));
        }
        if let Some(at) = file.auth.request_again_at {
            // Without a network it is called when a request might probe.
            let at = at.max(self.connectivity.probe_at().unwrap_or(at)).max(self.connectivity.resume_at);
            timers.push((Timer::CredentialRequest(id), at));
        }
        for job in file.jobs.iter() {
            match job.step {
                Step::Sending { deadline, .. } => {
                    timers.push((Timer::Deadline(id, job.id), deadline));
                    timers.push((Timer::Heartbeat, now + HEARTBEAT));
                }
                Step::Waiting if job.not_before > now => timers.push((Timer::Pause, job.not_before)),
                _ => {}
            }
        }
        // Of parts that are not being sent yet time alone changes nothing.
        let is_sent = |job: &Job| job.task.part().is_none() || matches!(job.step, Step::Sending { .. });
        if file.has_pending_parts() && file.jobs.iter().all(is_sent) {
            let wait = self.rate.wait_for_part(&self.remaining_in_flight(file));
            if wait > 0 {
                timers.push((Timer::Pause, now + wait));
            }
        }
        for job in file.jobs.iter() {
            if let Some(at) = self.stalls_at(file, job) {
                timers.push((Timer::Stall(id, job.id), at.max(now)));
            }
        }
        if file.record.awaited {
            timers.push((Timer::OtherUploader, now + OTHER_UPLOADER_POLL));
        }
        if let Some(at) = file.record.shared_at {
            timers.push((Timer::SharedSuccess(id), at + 1));
        }
        let release_at = file.auth.waiting_since + RELEASE_AFTER;
        if self.starved.get() && file.auth.waiting.is_for_app() && release_at > now {
            timers.push((Timer::MemoryRelease, release_at));
        }
    }

    /// The platform has not answered long after the request's own time-out.
    fn on_deadline(&mut self, id: FileId, job: JobId) {
        if let Some(request) = self.files[id].jobs[job].take_request() {
            self.act(Action::Abort(request));
        }
        let error = TransportError { kind: TransportErrorKind::Timeout, message: "no answer".into() };
        self.on_transport_error(id, job, &error);
    }

    /// Sends a part again that later ones have long overtaken: its connection is dead, or far slower than the others, and in
    /// the end everything would wait for it. That is no failure of the part.
    fn resend_stalled(&mut self, id: FileId, job: JobId) {
        let job = &mut self.files[id].jobs[job];
        job.attempts.stalls += 1;
        if let Some(request) = job.take_request() {
            self.act(Action::Abort(request));
        }
        self.log(id, "info", "stall", "a part was overtaken by later ones and is sent again");
    }

    /// When a part under way counts as stalled, monotonic ms.
    fn stalls_at(&self, file: &UploadFile, job: &Job) -> Option<i64> {
        let (Some(range), Step::Sending { since, .. }) = (job.task.part(), job.step) else { return None };
        // Without a network everything stands still.
        if self.connectivity.is_offline() || job.suspended || job.attempts.stalls >= self.retry.max_stalls {
            return None;
        }
        // The last parts have none behind them; they are few, and everything waits for them.
        let last = !file.has_pending_parts() && file.jobs.len() <= OVERTAKEN as usize;
        if job.overtaken < OVERTAKEN && !last {
            return None;
        }
        Some(since + self.rate.patience(range.length)?)
    }
}
