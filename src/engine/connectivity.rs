//! The background, and the network's absence and return.

use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::file::Step;
use crate::flow::rate_control::Loss;

/// WeChat ends requests this long after the app was hidden, ms (mini program documentation, "Network").
const SUSPENDED_AFTER: i64 = 5_000;
/// Time after the return in which WeChat reports the requests it ended; those without a report are lost, ms.
const REPORTED_WITHIN: i64 = 10_000;
/// Connections of the network before are dead on some phones until their time-out and alive on others: time given to them, ms.
const AFTER_SWITCH: i64 = 20_000;
/// Time given to them when there was no network in between: most are dead, ms.
const AFTER_LOSS: i64 = 3_000;
/// So many times in a row a request is given no more than that: a network that comes and goes must let a slow part arrive.
const MAX_HASTE: u32 = 3;
/// First pause between probes without a network, ms; each further one doubles it.
const FIRST_PROBE_PAUSE: i64 = 5_000;
/// Longest pause between probes, ms.
const MAX_PROBE_PAUSE: i64 = 30_000;
/// A network that returns does so for many phones: requests begin again within this time, not all at once, ms.
const RETURN_SPREAD: u64 = 2_000;
/// How long files wait for a network, ms in the foreground.
const OFFLINE_LIMIT: i64 = 300_000;

/// Whether the app is in the foreground, and whether there is a network.
#[derive(Debug, Default)]
pub(super) struct Connectivity {
    /// When the app was hidden, by the phone's clock, ms.
    hidden_at: Option<i64>,
    offline: Option<Offline>,
    /// After the network's return, requests begin at this time, monotonic ms.
    pub(super) resume_at: i64,
}

/// There is no network: one request at a time tries whether there is one after all, since the platform's reports come late
/// or never. Monotonic times, ms.
#[derive(Clone, Copy, Debug)]
struct Offline {
    since: i64,
    probe_at: i64,
    pause: i64,
}

impl Connectivity {
    pub(super) fn is_hidden(&self) -> bool {
        self.hidden_at.is_some()
    }

    pub(super) fn is_offline(&self) -> bool {
        self.offline.is_some()
    }

    /// When the files fail for want of a network, monotonic ms.
    pub(super) fn gives_up_at(&self) -> Option<i64> {
        self.offline.map(|offline| offline.since + OFFLINE_LIMIT)
    }

    /// When the next probe may be sent, monotonic ms.
    pub(super) fn probe_at(&self) -> Option<i64> {
        self.offline.map(|offline| offline.probe_at)
    }
}

impl Engine {
    pub(super) fn on_hidden(&mut self) -> bool {
        let wall = self.clock.wall();
        self.connectivity.hidden_at.get_or_insert(wall);
        self.save_links();
        self.interrupt_credential_requests();
        true
    }

    pub(super) fn on_shown(&mut self) -> bool {
        let Some(hidden_at) = self.connectivity.hidden_at.take() else { return false };
        let away = self.clock.wall() - hidden_at;
        if !(0..SUSPENDED_AFTER).contains(&away) {
            self.suspend_requests(REPORTED_WITHIN, REPORTED_WITHIN);
        }
        self.end_pauses();
        let now = self.clock.monotonic_ms();
        if let Some(offline) = &mut self.connectivity.offline {
            offline.probe_at = now;
        }
        true
    }

    pub(super) fn on_network(&mut self, connected: bool, kind: &str) -> bool {
        if !connected {
            self.go_offline();
            return true;
        }
        let now = self.clock.monotonic_ms();
        let was_offline = self.connectivity.is_offline();
        self.go_online();
        // iOS reports the same network twice; what was learnt of it stays.
        let other = self.options.network != kind;
        // It is no switch when the phone reports at last which network it has.
        let switched = other && self.options.network != "unknown";
        if other {
            self.options.network = kind.into();
            let wall = self.clock.wall();
            self.rate.on_network(kind, wall);
        }
        if switched || was_offline {
            self.interrupt_credential_requests();
            self.suspend_requests(if was_offline { AFTER_LOSS } else { AFTER_SWITCH }, AFTER_SWITCH);
        }
        if was_offline {
            self.rate.on_loss(Loss::Reconnected, now);
            self.connectivity.resume_at = now + self.rng.below(RETURN_SPREAD) as i64;
        }
        self.end_pauses();
        true
    }

    pub(super) fn go_offline(&mut self) {
        if !self.connectivity.is_offline() {
            let now = self.clock.monotonic_ms();
            let probe_at = now + self.with_jitter(FIRST_PROBE_PAUSE);
            self.connectivity.offline = Some(Offline { since: now, probe_at, pause: FIRST_PROBE_PAUSE });
            self.interrupt_credential_requests();
        }
    }

    pub(super) fn go_online(&mut self) {
        self.connectivity.offline = None;
    }

    /// Fails all files under way: there has been no network for too long.
    pub(super) fn give_up_offline(&mut self) {
        self.go_online();
        let text = "no network for 5 minutes; connect and start the upload again, stored parts are kept";
        for id in self.files.uploading_ids() {
            let error = UploadError::new(ErrorCode::NetworkError, Stage::Network).message(text).retryable(true);
            self.fail(id, error);
        }
    }

    /// Whether a request may go to the network now: without one only a probe may, and only alone.
    pub(super) fn may_use_network(&self) -> bool {
        let now = self.clock.monotonic_ms();
        match self.connectivity.probe_at() {
            Some(probe_at) => now >= probe_at && self.requests_in_flight() + self.cleanups_in_flight() == 0,
            None => now >= self.connectivity.resume_at,
        }
    }

    /// A request goes to the network. Without one it is the probe, and plans the next. Not called for reads, which use no
    /// probe up.
    pub(super) fn plan_next_probe(&mut self) {
        let Some(Offline { since, pause, .. }) = self.connectivity.offline else { return };
        let pause = (pause * 2).min(MAX_PROBE_PAUSE);
        let probe_at = self.clock.monotonic_ms() + self.with_jitter(pause);
        self.connectivity.offline = Some(Offline { since, probe_at, pause });
    }

    /// A pause and up to half of it: phones that lost the network together do not probe together.
    fn with_jitter(&mut self, pause: i64) -> i64 {
        pause + self.rng.below(pause as u64 / 2) as i64
    }

    /// Requests under way may never be answered, and not by a fault of theirs: they get `first` ms from now on, those that were
    /// interrupted several times in a row `later`.
    fn suspend_requests(&mut self, first: i64, later: i64) {
        let now = self.clock.monotonic_ms();
        for job in self.files.iter_mut().flat_map(|file| file.jobs.iter_mut()) {
            if let Step::Sending { since, deadline, .. } = &mut job.step {
                // What waits for a slot of the platform has not been sent.
                if *since <= now {
                    job.suspended = true;
                    let time_left = if job.attempts.interruptions < MAX_HASTE { first } else { later };
                    *deadline = (*deadline).min(now + time_left);
                }
            }
        }
    }

    /// The platform may end the requests of the app itself, too: those of getAuth and getSTSToken.
    fn interrupt_credential_requests(&mut self) {
        self.files.iter_mut().for_each(|file| file.credential_call.interrupt());
    }

    /// Lets everything that pauses before a retry start at once.
    fn end_pauses(&mut self) {
        let now = self.clock.monotonic_ms();
        for file in self.files.iter_mut() {
            file.auth.request_again_at = file.auth.request_again_at.map(|at| at.min(now));
            for job in file.jobs.iter_mut() {
                job.not_before = job.not_before.min(now);
            }
        }
    }
}
