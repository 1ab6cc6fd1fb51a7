//! Waiting, the background, and the network's comings and goings.

use super::scheduler::PROMPT;
use super::Engine;
use crate::api::action::Action;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::HttpResponse;
use crate::file::transfer::{Job, Step, Task};
use crate::flow::clock::HEARTBEAT;
use crate::flow::rate_control::Loss;
use crate::wechat::TransportErrorKind;

/// WeChat ends requests this long after the app was hidden (network documentation), ms.
const SUSPENDED_AFTER: i64 = 5_000;
/// After the return WeChat tells at once which requests it ended; silence for this long means they are lost, ms.
const TOLD_WITHIN: i64 = 10_000;
/// Connections of the network before are dead on some phones until their timeout, and live on on others, ms.
const AFTER_SWITCH: i64 = 20_000;
/// First and longest pause between probes without a network, ms.
const PROBE: core::ops::RangeInclusive<i64> = 5_000..=30_000;
/// So long a file waits for a network before it fails with NetworkError, ms in the foreground.
pub(super) const OFFLINE_LIMIT: i64 = 300_000;

/// So many later parts must have come back first, or the whole link may have paused. So many may be the last.
const OVERTAKEN: u32 = 4;
/// A part is sent anew so often because others were faster; then it gets the time that every request has.
const STALLS: u8 = 2;

pub(super) struct Hidden {
    wall: i64,
}

/// A network that comes back comes back for many: phones begin again within this time, not all at once, ms.
const SPREAD: u64 = 2_000;

pub(super) struct Offline {
    since: i64,
    probe_at: i64,
    pause: i64,
}

impl Engine {
    /// What the passing of time brings.
    pub(super) fn keep_time(&mut self) {
        if self.hidden.is_some() {
            return;
        }
        let now = self.clock.mono();
        if self.offline.as_ref().is_some_and(|o| now - o.since >= OFFLINE_LIMIT) {
            self.offline = None;
            let text = "no network for 5 minutes; connect and start the upload again, stored parts are kept";
            for f in self.queue.active() {
                let mut error = UploadError::new(ErrorCode::NetworkError, Stage::Network).message(text);
                error.retryable = true;
                self.fail(f, error);
            }
        }
        for f in self.queue.active() {
            if self.renew_in(f).is_some_and(|ms| ms <= 0) {
                self.renew(f);
            }
            let late = |j: &Job| matches!(j.step, Step::Sending { deadline, .. } if deadline <= now);
            while let Some(j) = self.queue[f].t.jobs.iter().position(late) {
                let job = self.queue.job_mut(f, j);
                let Step::Sending { request, .. } = job.step else { break };
                job.step = Step::Waiting;
                self.act(Action::Abort(request));
                let answer = HttpResponse {
                    failure: TransportErrorKind::Timeout,
                    body: "no answer".into(),
                    ..HttpResponse::default()
                };
                self.no_answer(f, j, &answer);
            }
            self.resend_stalled(f);
        }
        self.tell_expired();
    }

    /// Sends parts anew that others have long overtaken: their connection is dead, or far slower than the rest, and at the
    /// end everything would wait for it. No failure, so no attempt is spent.
    fn resend_stalled(&mut self, f: usize) {
        let now = self.clock.mono();
        for j in 0..self.queue[f].t.jobs.len() {
            let job = self.queue.job(f, j);
            let (Step::Sending { request, .. }, Some(at)) = (job.step, self.stalled_at(f, job)) else { continue };
            if at <= now {
                let job = self.queue.job_mut(f, j);
                job.step = Step::Waiting;
                job.stalls += 1;
                self.act(Action::Abort(request));
                self.log(f, "info", "stall", "a part was overtaken by later ones and is sent again");
            }
        }
    }

    /// When a part on its way counts as stalled, mono ms.
    fn stalled_at(&self, f: usize, job: &Job) -> Option<i64> {
        let (Task::Part(cut), Step::Sending { since, .. }) = (job.task, job.step) else { return None };
        // Without a network everything stands still.
        if self.offline.is_some() || job.suspended || job.stalls >= STALLS {
            return None;
        }
        let t = &self.queue[f].t;
        // The last ones have nobody behind them; they are few, and all else waits for them.
        let last = !t.parts.pending(t.size) && t.jobs.len() <= OVERTAKEN as usize;
        if job.overtaken < OVERTAKEN && !last {
            return None;
        }
        Some(since + self.rate.patience(cut.length)?)
    }

    /// Ms until the engine wants to be woken; none while nothing is to come by itself.
    pub fn next_timeout(&self) -> Option<i64> {
        if self.hidden.is_some() {
            return None;
        }
        let now = self.clock.mono();
        let mut at: Option<i64> = None;
        let mut sooner = |t: i64| at = Some(at.map_or(t, |a| a.min(t)));
        for (f, file) in self.queue.under_way() {
            for job in &file.t.jobs {
                match job.step {
                    Step::Sending { deadline, .. } => {
                        sooner(deadline);
                        sooner(now + HEARTBEAT);
                        if let Some(at) = self.stalled_at(f, job) {
                            sooner(at.max(now));
                        }
                    }
                    Step::Waiting if job.not_before > now => sooner(job.not_before),
                    _ => {}
                }
            }
            let patient = file.t.since + PROMPT;
            if self.starved.get() && file.t.waiting.for_app() && patient > now {
                sooner(patient);
            }
            if let Some(ms) = self.renew_in(f) {
                sooner(now + ms.clamp(0, HEARTBEAT));
            }
            if let Some(offline) = &self.offline {
                sooner(offline.since + OFFLINE_LIMIT);
                // Once it is time, the first job that is ready tries; while one does, nothing else is begun.
                if offline.probe_at > now && self.under_way() == 0 {
                    sooner(offline.probe_at);
                }
            }
        }
        if self.resume_at > now && (self.queue.uploading() > 0 || !self.cleanups.is_empty()) {
            sooner(self.resume_at);
        }
        let free = self.room() && self.may_probe();
        for c in &self.cleanups {
            // One that finds all slots taken starts when an answer frees one, one without a network when it may probe.
            sooner(if c.request.is_some() || !free { now + HEARTBEAT } else { c.not_before });
        }
        at.map(|t| (t - now).clamp(0, HEARTBEAT))
    }

    pub(super) fn hide(&mut self) -> bool {
        if self.hidden.is_none() {
            self.hidden = Some(Hidden { wall: self.clock.wall() });
        }
        true
    }

    pub(super) fn show(&mut self) -> bool {
        let Some(hidden) = self.hidden.take() else { return false };
        let away = self.clock.wall() - hidden.wall;
        let now = self.clock.mono();
        if !(0..SUSPENDED_AFTER).contains(&away) {
            self.suspend(TOLD_WITHIN);
        }
        self.hurry();
        if let Some(offline) = &mut self.offline {
            offline.probe_at = now;
        }
        true
    }

    /// What is on its way may never be answered, through no fault of its own: it has so many ms left.
    fn suspend(&mut self, left: i64) {
        let now = self.clock.mono();
        for job in self.queue.files.iter_mut().flat_map(|f| &mut f.t.jobs) {
            if let Step::Sending { since, deadline, .. } = &mut job.step {
                // What waits for its slot has not been sent.
                if *since <= now {
                    job.suspended = true;
                    *deadline = (*deadline).min(now + left);
                }
            }
        }
    }

    /// Ends all pauses.
    fn hurry(&mut self) {
        let now = self.clock.mono();
        for job in self.queue.files.iter_mut().flat_map(|f| &mut f.t.jobs) {
            job.not_before = job.not_before.min(now);
        }
    }

    pub(super) fn network(&mut self, connected: bool, kind: &str) -> bool {
        if !connected {
            self.go_offline();
            return true;
        }
        let now = self.clock.mono();
        let was_away = self.offline.is_some();
        self.online();
        // iOS tells the same twice; what was learnt of this network stays.
        let other = self.options.network != kind;
        // Nor is it a switch when the phone at last says which network it is.
        let switched = other && self.options.network != "unknown";
        if other {
            self.options.network = kind.into();
            self.rate.network(kind);
        }
        if switched || was_away {
            self.suspend(AFTER_SWITCH);
        }
        if was_away {
            self.rate.lost(Loss::Away, now);
            self.resume_at = now + self.rng.below(SPREAD) as i64;
        }
        self.hurry();
        true
    }

    pub(super) fn go_offline(&mut self) {
        if self.offline.is_none() {
            let now = self.clock.mono();
            let pause = *PROBE.start();
            self.offline = Some(Offline { since: now, probe_at: now + self.spread(pause), pause });
        }
    }

    pub(super) fn online(&mut self) {
        self.offline = None;
    }

    /// Without a network one request at a time tries whether there is one after all: events come late or never.
    pub(super) fn may_probe(&self) -> bool {
        let now = self.clock.mono();
        match &self.offline {
            Some(offline) => now >= offline.probe_at && self.under_way() + self.cleaning() == 0,
            None => now >= self.resume_at,
        }
    }

    /// A request goes to the network: without one it is the probe. Not before it goes is a probe's time used up; else a read,
    /// a pause that is not over, or the turn of a file that has nothing to send would have spent it.
    pub(super) fn probes(&mut self) {
        let Some(offline) = &self.offline else { return };
        let (since, pause) = (offline.since, (offline.pause * 2).min(*PROBE.end()));
        let probe_at = self.clock.mono() + self.spread(pause);
        self.offline = Some(Offline { since, probe_at, pause });
    }

    /// A pause and up to half of it: phones that lost the network together do not look for it together.
    fn spread(&mut self, pause: i64) -> i64 {
        pause + self.rng.below(pause as u64 / 2) as i64
    }
}
