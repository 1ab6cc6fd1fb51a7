//! Requests: made and signed at the moment they are sent.

use super::Engine;
use crate::api::action::{Action, Payload};
use crate::api::event::RequestProgress;
use crate::file::{FileId, JobId, Step, Task, VodCall};
use crate::flow::rate_control::Departure;
use crate::oss::content_type;
use crate::oss::post_form;
use crate::oss::request::{Body, Request};
use crate::vod::rpc;

/// Extra time after a request's time-out before the engine gives up waiting for the platform, ms.
const GRACE: i64 = 5_000;
/// Time-out of a request that waits for a slot of the platform, ms: as good as none.
const QUEUED_TIMEOUT: i64 = 1 << 50;
/// Bytes a ms of the slowest link that a form is sent over: it carries the whole file and gets the time for it.
const SLOWEST_FORM: u64 = 20;
/// Most bytes of a file in a form: 5 GB (PostObject, OSS API reference).
pub(super) const FORM_LIMIT: u64 = 5 << 30;

impl Engine {
    /// Sends a job's request. False: there is no credential, and the job waits for one.
    pub(super) fn send(&mut self, id: FileId, job_id: JobId) -> bool {
        let request = self.next_number();
        let now = self.clock.monotonic_ms();
        let timeout = self.request_timeout(id, self.files[id].jobs[job_id].task);
        let departure = match self.files[id].jobs[job_id].task.is_vod() {
            true => Departure::default(),
            false => self.rate.on_request_sent(self.oss_requests_in_flight() + 1, now),
        };
        let file = &mut self.files[id];
        let job = &mut file.jobs[job_id];
        job.departure = departure;
        job.credential = file.auth.generation;
        job.suspended = false;
        job.request = request;
        job.overtaken = 0;
        job.sent = 0;
        job.step = Step::Sending { request, since: now, deadline: now + timeout + GRACE };
        let (task, buffer) = (job.task, job.buffer);
        let action = match task {
            Task::Vod(call) => self.vod_request(id, call, request),
            Task::Post => self.form_request(id, request),
            _ => self.oss_request(id, task, request, buffer),
        };
        let Some(action) = action else {
            self.files[id].jobs[job_id].step = Step::Waiting;
            return false;
        };
        if task == Task::Complete && self.files[id].upload.begin_completion() {
            // Saved before it is sent: a kill in between must not make a second object.
            self.save_checkpoint(id);
        }
        self.act(action);
        true
    }

    fn oss_request(&mut self, id: FileId, task: Task, request_id: u32, buffer: Option<u32>) -> Option<Action> {
        let at = self.clock.server();
        let file = &self.files[id];
        let notification = file.params.notification.as_deref();
        let upload_id = &file.upload.parts.upload_id;
        let mut request = match task {
            Task::CoverPut(_) => Request::put(content_type::content_type(&file.source.cover), None),
            Task::Put => Request::put(file.content_type(), notification),
            // An object that is not known to be there must not be overwritten: the response shows whether one is.
            Task::Initiate if !file.upload.object_exists => Request::initiate(file.content_type()).forbid_overwrite(),
            Task::Initiate => Request::initiate(file.content_type()),
            Task::Part(range) => Request::upload_part(range.number, upload_id),
            Task::List(marker) => Request::list_parts(upload_id, marker),
            Task::Complete => {
                let parts = file.upload.parts.stored().iter().map(|part| (part.number, part.etag.text()));
                Request::complete(upload_id, parts, notification)
            }
            _ => Request::head(),
        };
        let (target, credential) = match task {
            Task::CoverPut(_) => file.cover.destination.as_ref().map(|(target, credential)| (target, credential))?,
            _ => (file.auth.target.as_ref()?, file.auth.credential.as_ref()?),
        };
        self.signer.sign(self.options.signature, &mut request, credential, target, at);
        let url = request.url(target);
        let headers = request.header_lines();
        let payload = match request.body {
            Body::None => Payload::None,
            Body::Text(text) => Payload::Text(text),
            Body::File => buffer.map_or(Payload::None, Payload::Bytes),
        };
        let timeout = self.options.timeout;
        Some(Action::Request { id: request_id, method: request.method, url, headers, payload, timeout })
    }

    /// PostObject.
    fn form_request(&mut self, id: FileId, request: u32) -> Option<Action> {
        let at = self.clock.server();
        let file = &self.files[id];
        let (target, credential) = (file.auth.target.as_ref()?, file.auth.credential.as_ref()?);
        let form = post_form::Form {
            content_type: file.content_type(),
            notification: file.params.notification.as_deref(),
            size: file.size(),
            forbid_overwrite: !file.upload.object_exists,
        };
        let fields = post_form::fields(&mut self.signer, self.options.signature, credential, target, &form, at);
        let fields = fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let (url, path) = (target.form_url(), file.source.path.clone());
        Some(Action::Upload { id: request, url, path, fields, timeout: self.request_timeout(id, Task::Post) })
    }

    fn vod_request(&mut self, id: FileId, call: VodCall, request: u32) -> Option<Action> {
        let nonce = self.rng.nonce();
        let at = self.clock.server();
        let call = self.vod_call(id, call);
        let token = self.files[id].auth.sts.as_ref()?;
        Some(Action::Request {
            id: request,
            method: "POST",
            url: rpc::url(&self.options.region)?,
            headers: format!("content-type: {}\n", rpc::CONTENT_TYPE),
            payload: Payload::Text(call.body(token, at, &nonce)),
            timeout: self.options.timeout,
        })
    }

    /// Time-out of a request, ms.
    fn request_timeout(&self, id: FileId, task: Task) -> i64 {
        let transfer = if task == Task::Post { self.files[id].size() / SLOWEST_FORM } else { 0 };
        self.options.timeout + transfer as i64
    }

    /// A request waits for a free connection, has got one, or has sent more of its body: its deadline moves.
    pub(super) fn on_request_progress(&mut self, request: u32, progress: RequestProgress) -> bool {
        let now = self.clock.monotonic_ms();
        let (begins, sent) = match progress {
            RequestProgress::Queued => (now + QUEUED_TIMEOUT, 0),
            RequestProgress::Started => (now, 0),
            RequestProgress::Sent(bytes) => (now, bytes),
        };
        let Some((id, job)) = self.find_request(request) else { return self.on_cleanup_begins(request, begins) };
        let former = std::mem::replace(&mut self.files[id].jobs[job].sent, sent);
        if sent > 0 && sent <= former {
            // The same again: nothing has moved.
            self.files[id].jobs[job].sent = former;
            return true;
        }
        let task = self.files[id].jobs[job].task;
        let timeout = if sent > 0 { self.options.timeout } else { self.request_timeout(id, task) };
        if let Step::Sending { since, deadline, .. } = &mut self.files[id].jobs[job].step {
            *deadline = begins + timeout + GRACE;
            if sent == 0 {
                *since = begins;
            } else {
                let took = now - *since;
                self.rate.on_progress(sent - former, took, now);
            }
        }
        if sent > 0 {
            self.report_progress(id, sent, false);
        }
        true
    }

    /// The job that waits for the response to this request.
    pub(super) fn find_request(&self, number: u32) -> Option<(FileId, JobId)> {
        self.files.find_job(|step| matches!(step, Step::Sending { request, .. } if request == number))
    }
}
