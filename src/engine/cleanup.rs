//! Multipart uploads at OSS that are not wanted any more: unfinished ones cost the app's owner money.

use super::Engine;
use crate::api::action::{Action, Payload};
use crate::api::event::{HttpResponse, TransportError, TransportErrorKind};
use crate::credential::Credential;
use crate::file::{FileId, Task};
use crate::oss::endpoint::ObjectLocation;
use crate::oss::request::Request;
use crate::oss::response;

/// An AbortMultipartUpload without a response has failed after this, ms: the longest time-out of a request, and ten seconds.
const ABORT_TIMEOUT: i64 = 70_000;

/// A multipart upload that is to be aborted.
pub(super) struct Cleanup {
    target: Box<ObjectLocation>,
    credential: Box<Credential>,
    /// Empty while the response to InitiateMultipartUpload is awaited.
    upload_id: String,
    attempts: u32,
    /// Attempts that failed for want of a network.
    offline_attempts: u32,
    /// Parts were in flight: one abort may not catch them.
    twice: bool,
    /// Earliest start, or start of the request under way, monotonic ms.
    pub(super) not_before: i64,
    pub(super) request: Option<u32>,
}

impl Engine {
    /// Aborts a file's multipart upload, if it has one.
    pub(super) fn abort_upload(&mut self, id: FileId, parts_in_flight: bool) {
        if self.files[id].upload.is_open() {
            self.add_cleanup(id, parts_in_flight, None);
        }
    }

    /// Lets a multipart upload that is just being opened be opened, and aborts it when the response brings its id.
    pub(super) fn abort_when_open(&mut self, id: FileId) {
        let jobs = &mut self.files[id].jobs;
        let Some(initiate) = jobs.find(|job| job.task == Task::Initiate) else { return };
        if let Some(request) = jobs[initiate].take_request() {
            self.add_cleanup(id, false, Some(request));
        }
    }

    fn add_cleanup(&mut self, id: FileId, twice: bool, request: Option<u32>) {
        let file = &self.files[id];
        let (Some(target), Some(credential)) = (&file.auth.target, &file.auth.credential) else { return };
        self.cleanups.push(Cleanup {
            target: target.clone(),
            credential: credential.clone(),
            upload_id: file.upload.parts.upload_id.clone(),
            attempts: 0,
            offline_attempts: 0,
            twice,
            not_before: self.clock.monotonic_ms(),
            request,
        });
    }

    pub(super) fn cleanups_in_flight(&self) -> u32 {
        self.cleanups.iter().filter(|cleanup| cleanup.request.is_some()).count() as u32
    }

    pub(super) fn start_cleanups(&mut self) {
        if self.connectivity.is_hidden() {
            return;
        }
        let now = self.clock.monotonic_ms();
        let overdue = |cleanup: &Cleanup| cleanup.request.is_some() && now >= cleanup.not_before + ABORT_TIMEOUT;
        while let Some(request) = self.cleanups.iter().find(|cleanup| overdue(cleanup)).and_then(|c| c.request) {
            // Else the platform would keep a slot for a response that never comes.
            self.act(Action::Abort(request));
            self.on_cleanup_response(request, &Err(TransportError::default()));
        }
        for at in 0..self.cleanups.len() {
            let cleanup = &self.cleanups[at];
            let waits = cleanup.request.is_some() || cleanup.not_before > now;
            if waits || !self.has_free_slot() || !self.may_use_network() {
                continue;
            }
            self.plan_next_probe();
            self.send_abort(at);
        }
    }

    fn send_abort(&mut self, at: usize) {
        let id = self.next_number();
        let now = self.clock.monotonic_ms();
        let server_time = self.clock.server();
        let cleanup = &mut self.cleanups[at];
        cleanup.request = Some(id);
        cleanup.not_before = now;
        cleanup.attempts += 1;
        let (target, credential) = (&cleanup.target, &cleanup.credential);
        let mut request = Request::abort(&cleanup.upload_id);
        self.signer.sign(self.options.signature, &mut request, credential, target, server_time);
        let (method, url, headers) = (request.method, request.url(target), request.header_lines());
        let timeout = self.options.timeout;
        self.act(Action::Request { id, method, url, headers, payload: Payload::None, timeout });
    }

    /// A cleanup's request gets its slot at this time, monotonic ms. False: the request is of none.
    pub(super) fn on_cleanup_begins(&mut self, request: u32, at: i64) -> bool {
        let cleanup = self.cleanups.iter_mut().find(|cleanup| cleanup.request == Some(request));
        cleanup.map(|cleanup| cleanup.not_before = at).is_some()
    }

    /// A response to the request of a cleanup. False: the request is of none.
    pub(super) fn on_cleanup_response(&mut self, request: u32, result: &Result<HttpResponse, TransportError>) -> bool {
        let Some(at) = self.cleanups.iter().position(|cleanup| cleanup.request == Some(request)) else { return false };
        match result {
            Ok(_) => self.go_online(),
            Err(error) if error.kind == TransportErrorKind::Offline => self.go_offline(),
            Err(_) => {}
        }
        let offline = self.connectivity.is_offline();
        let now = self.clock.monotonic_ms();
        let cleanup = &mut self.cleanups[at];
        cleanup.request = None;
        if cleanup.upload_id.is_empty() {
            match result.as_ref().ok().and_then(|response| response::upload_id(&response.body)) {
                Some(upload_id) => cleanup.upload_id = upload_id,
                None => drop(self.cleanups.remove(at)),
            }
            return true;
        }
        if offline && cleanup.offline_attempts < self.retry.max_offline_aborts {
            cleanup.offline_attempts += 1;
            cleanup.attempts -= 1;
            return true;
        }
        let done = result.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        let failed = result.as_ref().map_or(true, |response| response.status >= 500);
        let retry = (done && cleanup.twice) || failed;
        if !retry || cleanup.attempts >= self.retry.max_abort_attempts {
            self.cleanups.remove(at);
        } else {
            cleanup.twice &= !done;
            cleanup.not_before = now + self.retry.abort_delay;
        }
        true
    }
}
