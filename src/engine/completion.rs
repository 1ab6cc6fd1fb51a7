//! How a file's way ends, and what is left behind.

use super::Engine;
use crate::api::action::{Action, InfoPatch, UploadEvent};
use crate::api::error::UploadError;
use crate::file::state::State;
use crate::file::transfer::{Job, Phase, Step, Task, Waiting};
use crate::oss::content_type::Kind;

impl Engine {
    /// Takes a file's requests back; what is stored stays stored.
    pub(super) fn halt(&mut self, f: usize) {
        self.take_back(f, |_| true);
        let t = &mut self.queue[f].t;
        t.phase = Phase::Idle;
        t.waiting = Waiting::Nothing;
        t.asked = false;
    }

    /// Takes back what goes to OSS, for another way to do the same: a credential that is awaited stays awaited.
    pub(super) fn turn_back(&mut self, f: usize) {
        self.take_back(f, |task| !task.vod());
    }

    /// Aborts a job's request and drops its bytes.
    pub(super) fn let_go(&mut self, job: &Job) {
        if let Step::Sending { request, .. } = job.step {
            self.act(Action::Abort(request));
        }
        let reading = if let Step::Reading(op) = job.step { Some(op) } else { None };
        if let Some(op) = job.bytes.or(reading) {
            self.act(Action::Drop(op));
        }
    }

    pub(super) fn take_back(&mut self, f: usize, which: fn(Task) -> bool) {
        while let Some(j) = self.queue[f].t.jobs.iter().position(|j| which(j.task)) {
            let job = self.queue[f].t.jobs.remove(j);
            self.let_go(&job);
            if job.busy() {
                self.lost_initiate(f, job.task);
            }
            if let Task::Part(cut) = job.task {
                self.queue[f].t.parts.give_back(cut);
            }
        }
        if let Some(op) = self.queue[f].t.whole.take() {
            self.act(Action::Drop(op));
        }
    }

    /// Stops a file for good: aborts it on the server and forgets what is remembered of it.
    pub(super) fn throw_away(&mut self, f: usize) {
        let in_flight = self.queue[f].t.has(|t| matches!(t, Task::Part(_)));
        let owns = self.owns(f);
        self.abort_when_open(f);
        self.halt(f);
        if owns {
            self.abort_on_server(f, in_flight);
            self.forget(f);
        } else {
            // Another uploader's file has taken over upload and video.
            self.queue[f].video_id.clear();
        }
        self.queue[f].t.reset();
    }

    pub(super) fn succeed(&mut self, f: usize) {
        let size = self.queue[f].t.size;
        self.halt(f);
        self.forget(f);
        let file = &mut self.queue[f];
        if file.kind == Kind::Image && file.image_url.is_empty() {
            if let Some(target) = &file.t.target {
                file.image_url = target.object_url();
            }
        }
        if file.kind == Kind::Image {
            let (url, id) = (file.image_url.clone(), file.image_id.clone());
            self.patch(f, InfoPatch::ImageUrl(url));
            self.patch(f, InfoPatch::ImageId(id));
        } else {
            let id = file.video_id.clone();
            self.patch(f, InfoPatch::VideoId(id));
        }
        self.become_(f, State::Success);
        self.progress(f, size, true);
        self.emit(f, UploadEvent::Succeed);
        self.last_ended = Some(self.queue[f].id);
        self.queue[f].t.reset();
    }

    /// Ends a file with an error; parts on the server stay for the next startUpload.
    pub(super) fn fail(&mut self, f: usize, failure: UploadError) {
        self.halt(f);
        self.become_(f, State::Failure);
        self.emit(f, UploadEvent::Failed(Box::new(failure)));
        self.last_ended = Some(self.queue[f].id);
    }

    /// Ends a file with an error that makes its stored parts worthless.
    pub(super) fn fail_for_good(&mut self, f: usize, failure: UploadError) {
        let shown = self.queue[f].t.shown;
        self.throw_away(f);
        self.queue[f].t.shown = shown;
        self.fail(f, failure);
    }

    /// Ends the run when no file is left for it.
    pub(super) fn end_run(&mut self) {
        if self.running && self.queue.uploading() == 0 && self.queue.first_ready().is_none() {
            self.running = false;
            if let Some(id) = self.last_ended.take() {
                self.act(Action::Emit { id, emit: UploadEvent::End });
            }
        }
    }
}
