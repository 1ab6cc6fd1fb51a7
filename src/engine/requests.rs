//! Making requests. They are signed here, at the moment they are sent.

use super::Engine;
use crate::api::action::{Action, Payload};
use crate::file::transfer::{Step, Task};
use crate::multipart::plan::UploadedPart;
use crate::oss::request::{Body, Request};
use crate::oss::{content_type, post_form};
use crate::text::concat;
use crate::vod::rpc;

/// A request that says nothing this long after its own time-out is taken for lost, ms.
const GRACE: i64 = 5_000;
/// As good as never, ms: a request that waits for its slot is not late.
const FAR: i64 = 1 << 50;
/// Bytes a ms of a link that a form may still be sent over.
const SLOW_LINK: u64 = 20;
/// The most that one form may carry (PostObject: 5 GB).
pub(super) const FORM_LIMIT: u64 = 5 << 30;

impl Engine {
    /// False when there is nothing to send it with.
    pub(super) fn send(&mut self, f: usize, j: usize) -> bool {
        let request = self.number();
        let now = self.clock.mono();
        let timeout = self.patience(f, self.queue.job(f, j).task);
        let t = &mut self.queue[f].t;
        let generation = t.generation;
        let job = &mut t.jobs[j];
        job.credential = generation;
        job.suspended = false;
        job.request = request;
        job.overtaken = 0;
        job.step = Step::Sending { request, since: now, deadline: now + timeout + GRACE };
        let task = job.task;
        let bytes = job.bytes;
        let action = match task {
            Task::Vod(call) => self.vod_request(f, call, request),
            Task::Post => self.form(f, request),
            _ => self.oss_request(f, task, request, bytes),
        };
        let sent = action.is_some();
        match action {
            Some(action) => self.act(action),
            // Without a credential there is nothing to send: the job waits for one.
            None => self.queue.job_mut(f, j).step = Step::Waiting,
        }
        sent
    }

    fn oss_request(&mut self, f: usize, task: Task, id: u32, bytes: Option<u32>) -> Option<Action> {
        let server = self.clock.server();
        let file = &mut self.queue[f];
        let content_type = content_type::content_type(file.typed());
        let t = &mut file.t;
        let notification = file.params.notification.as_deref();
        let upload = &t.parts.upload_id;
        let mut request = match task {
            Task::CoverPut(_) => Request::put(content_type::content_type(&file.given.cover), None),
            Task::Put => Request::put(content_type, notification),
            Task::Initiate => Request::initiate(content_type),
            Task::Part(cut) => Request::upload_part(cut.number, upload),
            Task::List(marker) => Request::list_parts(upload, marker),
            Task::Complete => {
                let parts = t.parts.stored().iter().map(|p: &UploadedPart| (p.number, p.etag.text()));
                Request::complete(upload, parts, notification)
            }
            _ => Request::head(),
        };
        let (target, credential) = match task {
            Task::CoverPut(_) => t.cover_target.as_ref().map(|(t, c)| (t, c))?,
            _ => (t.target.as_ref()?, t.credential.as_ref()?),
        };
        self.signer.sign(self.options.signature, &mut request, credential, target, server);
        let url = request.url(target);
        let headers = request.header_lines();
        let payload = match request.body {
            Body::None => Payload::None,
            Body::Text(text) => Payload::Text(text),
            Body::File => bytes.map_or(Payload::None, Payload::Bytes),
        };
        if task == Task::Complete {
            // Remembered before it is sent: a kill in between must not make a second copy.
            t.doubtful = t.completing;
            t.completing = true;
            if !t.doubtful {
                self.remember(f, false);
            }
        }
        Some(Action::Request { id, method: request.method, url, headers, payload, timeout: self.options.timeout })
    }

    /// How long a request may take, ms. A form carries the whole file: it gets what a slow link needs for it.
    fn patience(&self, f: usize, task: Task) -> i64 {
        let more = if task == Task::Post { self.queue[f].t.size / SLOW_LINK } else { 0 };
        self.options.timeout + more as i64
    }

    /// PostObject by wx.uploadFile.
    fn form(&mut self, f: usize, id: u32) -> Option<Action> {
        let server = self.clock.server();
        let file = &self.queue[f];
        let (target, credential) = (file.t.target.as_ref()?, file.t.credential.as_ref()?);
        let form = post_form::Form {
            content_type: content_type::content_type(file.typed()),
            notification: file.params.notification.as_deref(),
            max_size: FORM_LIMIT.min(file.t.size),
        };
        let fields = post_form::fields(&mut self.signer, self.options.signature, credential, target, &form, server);
        let mut lines = String::new();
        for (name, value) in &fields {
            lines.push_str(name);
            lines.push_str(": ");
            lines.push_str(value);
            lines.push('\n');
        }
        let url = target.form_url();
        Some(Action::Upload { id, url, path: file.path.clone(), fields: lines, timeout: self.patience(f, Task::Post) })
    }

    fn vod_request(&mut self, f: usize, call: crate::file::transfer::Call, id: u32) -> Option<Action> {
        let nonce = self.rng.nonce();
        let server = self.clock.server();
        let call = self.rpc_call(f, call);
        let token = self.queue[f].t.sts.as_ref()?;
        Some(Action::Request {
            id,
            method: "POST",
            url: rpc::url(&self.options.region),
            headers: concat(&["content-type: ", rpc::CONTENT_TYPE, "\n"]),
            payload: Payload::Text(call.body(token, server, &nonce)),
            timeout: self.options.timeout,
        })
    }

    /// wx.uploadFile tells how far it is; and requests of other uploaders may keep one waiting.
    pub(super) fn upload_progress(&mut self, id: u32, sent: i64) -> bool {
        let now = self.clock.mono();
        let begins = if sent < 0 { now + FAR } else { now };
        let Some((f, j)) = self.sender(id) else { return self.cleanup_begins(id, begins) };
        let task = self.queue.job(f, j).task;
        let patience = if sent > 0 { self.options.timeout } else { self.patience(f, task) };
        if let Step::Sending { since, deadline, .. } = &mut self.queue.job_mut(f, j).step {
            *deadline = begins + patience + GRACE;
            if sent <= 0 {
                *since = begins;
            }
        }
        if sent > 0 {
            self.progress(f, sent as u64, false);
        }
        true
    }

    /// The job that waits for this answer.
    pub(super) fn sender(&self, id: u32) -> Option<(usize, usize)> {
        self.queue.job_of(|step| matches!(step, Step::Sending { request, .. } if *request == id))
    }
}
