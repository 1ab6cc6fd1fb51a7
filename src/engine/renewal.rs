//! The end of a credential: its refusal, and its renewal ahead of the expiry.

use super::Engine;
use crate::api::action::{Action, UploadEvent};
use crate::api::error::{Stage, UploadError};
use crate::api::options::Authoriser;
use crate::file::{FileId, Job, JobId, Phase, State, Task, UploadFile, VodCall, Waiting};
use crate::flow::retry_policy::RetryDecision;

/// Longest time before the expiry at which a credential is renewed without the app's callbacks, ms: enough for a round trip
/// to the app's server.
const MAX_MARGIN: i64 = 120_000;
/// The same with callbacks, ms: onUploadTokenExpired must not come early.
const MAX_CALLBACK_MARGIN: i64 = 5_000;

impl Engine {
    /// OSS or VOD no longer takes the credential of a job's request.
    pub(super) fn on_credential_refused(&mut self, id: FileId, job: JobId, error: UploadError) {
        self.abort_later_requests(id, job);
        let auth = &mut self.files[id].auth;
        let by_vod = matches!(error.stage, Stage::Authorise | Stage::Cover);
        // Many parts are refused for one credential: a new one is on its way.
        if auth.waiting.is_for_app() || auth.waiting == Waiting::Vod && !by_vod {
            return;
        }
        auth.refusals += 1;
        let expired = error.code.as_str().contains("Expired");
        let give_up = self.retry.after_credential_refusal(auth.refusals, expired) == RetryDecision::GiveUp;
        if !give_up && auth.renews_by_vod() && !by_vod {
            auth.waiting = Waiting::Vod;
            return self.call_vod(id);
        }
        if give_up || !self.options.expired_handled {
            return self.fail(id, error);
        }
        self.await_app(id, error.code.as_str(), &error.message);
    }

    /// Aborts the requests that were sent to OSS after a refused one and with the same credential: they cannot succeed. Those
    /// sent before may.
    fn abort_later_requests(&mut self, id: FileId, refused: JobId) {
        let file = &mut self.files[id];
        let generation = file.auth.generation;
        let Some(request) = file.jobs.get(refused).filter(|job| !job.task.is_vod()).map(|job| job.request) else {
            return;
        };
        let later = |job: &&mut Job| !job.task.is_vod() && job.credential == generation && job.request > request;
        let requests: Vec<u32> = file.jobs.iter_mut().filter(later).filter_map(Job::take_request).collect();
        for request in requests {
            self.act(Action::Abort(request));
        }
    }

    /// The file waits for the app's next credential.
    fn await_app(&mut self, id: FileId, code: &str, message: &str) {
        let now = self.clock.monotonic_ms();
        let auth = &mut self.files[id].auth;
        auth.waiting_since = now;
        if self.options.authoriser != Authoriser::Callbacks {
            auth.waiting = Waiting::App;
            return self.request_credential(id);
        }
        auth.waiting = Waiting::Expired;
        auth.expiry_reason = (code.into(), message.into());
        self.report_expiry();
    }

    /// Reports one expiry at a time: resumeUploadWithAuth does not say which file it is for.
    pub(super) fn report_expiry(&mut self) {
        if self.expiry_reported().is_some() {
            return;
        }
        let expired = |file: &&UploadFile| file.auth.waiting == Waiting::Expired;
        let Some(id) = self.files.uploading().find(expired).map(UploadFile::id) else { return };
        let auth = &mut self.files[id].auth;
        auth.waiting = Waiting::ExpiryReported;
        let (code, message) = std::mem::take(&mut auth.expiry_reason);
        self.emit(id, UploadEvent::Expired { code, message });
    }

    /// Asks getAuth or getSTSToken, unless it runs already.
    pub(super) fn request_credential(&mut self, id: FileId) {
        let interrupted = self.connectivity.is_hidden() || self.connectivity.is_offline();
        let file = &mut self.files[id];
        if std::mem::replace(&mut file.auth.requested, true) || file.auth.superseded_call {
            return;
        }
        file.credential_call.begin(interrupted);
        file.auth.request_again_at = None;
        let video_id = file.video_id.clone();
        let kind = match () {
            () if file.is_image() => "create-image",
            () if video_id.is_empty() => "create-video",
            () => "refresh-video",
        };
        self.emit(id, UploadEvent::Credential { kind, video_id });
    }

    /// getAuth or getSTSToken was rejected while the app was hidden or its network changed: calls it again later, in the
    /// foreground and with a network. False: no attempt is left, and the rejection counts as the app's.
    pub(super) fn request_again_later(&mut self, id: FileId) -> bool {
        let now = self.clock.monotonic_ms();
        let auth = &mut self.files[id].auth;
        auth.interruptions += 1;
        let delay = self.retry.after_interruption(auth.interruptions).delay();
        auth.request_again_at = delay.map(|delay| now + delay);
        delay.is_some()
    }

    /// Calls an interrupted getAuth or getSTSToken again.
    pub(super) fn request_again(&mut self, id: FileId) {
        if self.files[id].auth.request_again_at.is_some() {
            self.plan_next_probe();
            self.request_credential(id);
        }
    }

    /// Time left until the credential expires, ms; none if that or the server's time is not known.
    pub(super) fn credential_time_left(&self, id: FileId) -> Option<i64> {
        let at = self.files[id].auth.expires_at()?;
        self.clock.is_synced().then(|| at - self.clock.server())
    }

    /// Time until the credential is to be renewed ahead of its expiry, ms; none if it is not.
    pub(super) fn renewal_due_in(&self, file: &UploadFile) -> Option<i64> {
        let auth = &file.auth;
        if file.state() != State::Uploading
            || !matches!(file.phase, Phase::Initiate | Phase::Parts | Phase::List)
            || auth.waiting != Waiting::Nothing
            || auth.requested
            || file.jobs.has(Task::is_vod)
            // Expired when it came: the clock may be wrong, and only OSS can decide it.
            || auth.life <= 0
            || file.is_image()
        {
            return None;
        }
        let automatic = self.options.authoriser != Authoriser::Callbacks || auth.renews_by_vod();
        if !automatic && !self.options.expired_handled {
            return None;
        }
        let margin = if automatic {
            (auth.life / 5).clamp(0, MAX_MARGIN)
        } else {
            (auth.life / 20).clamp(0, MAX_CALLBACK_MARGIN)
        };
        Some(self.credential_time_left(file.id())? - margin)
    }

    /// Renews a credential that is about to expire.
    pub(super) fn renew(&mut self, id: FileId) {
        let file = &mut self.files[id];
        if file.auth.renews_by_vod() {
            file.jobs.add(Task::Vod(VodCall::RefreshVideo));
        } else if self.options.authoriser != Authoriser::Callbacks {
            self.request_credential(id);
        } else {
            let text = "the credential is at its end; ask for a new one and call resumeUploadWithAuth";
            self.await_app(id, "SecurityTokenExpired", text);
        }
    }

    /// A renewal ahead of the expiry has failed: it is tried again while the present credential lives. `job`: the call of VOD
    /// that failed.
    pub(super) fn postpone_renewal(&mut self, id: FileId, job: Option<JobId>, reason: &str) {
        if let Some(job) = job {
            self.finish_job(id, job);
        }
        // The margin is a share of the life, so that each further attempt comes nearer to the end.
        let left = self.credential_time_left(id).unwrap_or_default();
        self.files[id].auth.life = left;
        self.log(id, "warn", "credential", reason);
    }
}
