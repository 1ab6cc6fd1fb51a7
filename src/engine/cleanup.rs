//! Aborting multipart uploads that nobody wants any more: unfinished ones cost the app's owner money.

use super::Engine;
use crate::api::action::{Action, Payload};
use crate::api::event::HttpResponse;
use crate::file::transfer::{Step, Task};
use crate::oss::endpoint::ObjectLocation;
use crate::oss::request::Request;
use crate::oss::response;
use crate::vod::upload_auth::Credential;
use crate::wechat::TransportErrorKind;

/// Attempts; OSS itself clears the rest after 7 days.
const TRIES: u32 = 3;
/// More of them while there is no network: with the pauses between probes these are about five minutes.
const PROBES: u32 = 10;
/// Pause between them, ms. A part that was in flight may have survived the first.
const PAUSE: i64 = 2_000;
/// An attempt without an answer has failed after this, ms.
const PATIENCE: i64 = 70_000;

pub(super) struct Cleanup {
    target: Box<ObjectLocation>,
    credential: Box<Credential>,
    /// Empty while the answer that tells it is awaited.
    upload_id: String,
    tries: u32,
    /// Attempts that failed for want of a network.
    probes: u32,
    /// PartPlan were on their way: one abort may not catch them.
    twice: bool,
    pub(super) not_before: i64,
    pub(super) request: Option<u32>,
}

impl Engine {
    pub(super) fn abort_on_server(&mut self, f: usize, in_flight: bool) {
        if !self.queue[f].t.parts.upload_id.is_empty() {
            self.clean_up(f, in_flight, None);
        }
    }

    /// An upload that is just being opened is let open, and aborted when its answer tells its id.
    pub(super) fn abort_when_open(&mut self, f: usize) {
        let jobs = &mut self.queue[f].t.jobs;
        let Some(job) = jobs.iter_mut().find(|job| job.task == Task::Initiate) else { return };
        if let Step::Sending { request, .. } = job.step {
            job.step = Step::Waiting;
            self.clean_up(f, false, Some(request));
        }
    }

    fn clean_up(&mut self, f: usize, twice: bool, request: Option<u32>) {
        let t = &self.queue[f].t;
        let (Some(target), Some(credential)) = (&t.target, &t.credential) else { return };
        self.cleanups.push(Cleanup {
            target: target.clone(),
            credential: credential.clone(),
            upload_id: t.parts.upload_id.clone(),
            tries: 0,
            probes: 0,
            twice,
            not_before: self.clock.mono(),
            request,
        });
    }

    /// Aborts on their way.
    pub(super) fn cleaning(&self) -> u32 {
        self.cleanups.iter().filter(|c| c.request.is_some()).count() as u32
    }

    pub(super) fn start_cleanups(&mut self) {
        let now = self.clock.mono();
        if self.hidden.is_some() {
            return;
        }
        let late = |c: &Cleanup| c.request.is_some() && now >= c.not_before + PATIENCE;
        while let Some(id) = self.cleanups.iter().find(|c| late(c)).and_then(|c| c.request) {
            // Given back: the host would keep its slot for an answer that never comes.
            self.act(Action::Abort(id));
            self.cleaned(id, &HttpResponse::default());
        }
        for i in 0..self.cleanups.len() {
            let c = &self.cleanups[i];
            if c.request.is_some() || c.not_before > now || !self.room() || !self.may_probe() {
                continue;
            }
            self.probes();
            let id = self.number();
            let server = self.clock.server();
            let c = &mut self.cleanups[i];
            c.request = Some(id);
            c.not_before = now;
            c.tries += 1;
            let mut request = Request::abort(&c.upload_id);
            self.signer.sign(self.options.signature, &mut request, &c.credential, &c.target, server);
            let (url, headers) = (request.url(&c.target), request.header_lines());
            let timeout = self.options.timeout;
            self.act(Action::Request { id, method: request.method, url, headers, payload: Payload::None, timeout });
        }
    }

    /// It has its slot at this time, mono ms; false when it is none.
    pub(super) fn cleanup_begins(&mut self, id: u32, at: i64) -> bool {
        let found = self.cleanups.iter_mut().find(|c| c.request == Some(id));
        if let Some(c) = found {
            c.not_before = at;
            return true;
        }
        false
    }

    /// An answer to a cleanup; false when it is nobody's.
    pub(super) fn cleaned(&mut self, id: u32, answer: &HttpResponse) -> bool {
        let Some(i) = self.cleanups.iter().position(|c| c.request == Some(id)) else { return false };
        let now = self.clock.mono();
        match answer.status {
            0 if answer.failure == TransportErrorKind::Offline => self.go_offline(),
            0 => {}
            _ => self.online(),
        }
        let offline = self.offline.is_some();
        let c = &mut self.cleanups[i];
        if offline && c.probes < PROBES && !c.upload_id.is_empty() {
            (c.probes, c.tries, c.request) = (c.probes + 1, c.tries - 1, None);
            return true;
        }
        if c.upload_id.is_empty() {
            match response::upload_id(&answer.body) {
                Some(upload_id) => (c.upload_id, c.request) = (upload_id, None),
                None => drop(self.cleanups.remove(i)),
            }
            return true;
        }
        let gone = answer.status == 404;
        let done = (200..300).contains(&answer.status);
        let again = (done && c.twice) || answer.status == 0 || answer.status >= 500;
        if gone || !again || c.tries >= TRIES {
            self.cleanups.remove(i);
        } else {
            c.twice = c.twice && !done;
            c.request = None;
            c.not_before = now + PAUSE;
        }
        true
    }
}
