//! The way of a file from phase to phase.

use super::requests::FORM_LIMIT;
use super::Engine;
use crate::api::action::{Action, InfoPatch, UploadEvent};
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::options::{Authoriser, Transport};
use crate::file::state::State;
use crate::file::transfer::{Job, Phase, Task, Waiting, SAMPLES};
use crate::multipart::plan::PartPlan;
use crate::oss::content_type::Kind;

/// How often a file may begin anew by itself.
pub(super) const RESTARTS: u32 = 2;
/// Up to this size the app gets the MD5 of the file as `fileHash`: the phone reads it at once.
const HASHED: u64 = 16 << 20;

impl Engine {
    /// Takes Ready files up while there is room for them.
    pub(super) fn take_up(&mut self) {
        while self.running && self.queue.uploading() < self.options.parallel_files.max(1) as usize {
            let Some(f) = self.queue.first_ready() else { return };
            self.become_(f, State::Uploading);
            let t = &mut self.queue[f].t;
            t.phase = Phase::Inspect;
            // What went wrong in an earlier run does not count against this one.
            (t.restarts, t.relisted, t.refused, t.touches) = (0, 0, 0, 0);
            t.ask(Task::Stat);
        }
    }

    /// The file's size is known: what of it is remembered?
    pub(super) fn recall(&mut self, f: usize) {
        let small = self.queue[f].t.size <= self.rate.whole() && self.options.transport != Transport::UploadFile;
        let t = &mut self.queue[f].t;
        t.phase = Phase::Recall;
        t.whole_print = small;
        if small {
            t.ask(Task::Whole);
        } else {
            (0..SAMPLES).for_each(|n| t.ask(Task::Sample(n)));
        }
    }

    /// One request carries the whole file.
    pub(super) fn in_one_piece(&self, f: usize) -> bool {
        let t = &self.queue[f].t;
        t.whole_print && t.size <= self.rate.single() && t.parts.upload_id.is_empty()
    }

    /// Everything is known of the file: the app is told, and authorises.
    pub(super) fn authorise(&mut self, f: usize) {
        let now = self.clock.mono();
        let file = &mut self.queue[f];
        file.t.phase = Phase::Authorise;
        file.t.waiting = Waiting::App;
        file.t.since = now;
        let (size, image, video_id) = (file.t.size, file.kind == Kind::Image, file.video_id.clone());
        let small = file.t.whole_print;
        if file.t.created == 0 && !video_id.is_empty() {
            // Canceled and resumed: what is to be refreshed now must not be created anew after a kill either.
            self.remember(f, true);
        }
        self.patch(f, InfoPatch::FileSize(size as f64));
        self.patch(f, InfoPatch::IsImage(image));
        self.patch(f, InfoPatch::VideoId(video_id));
        self.emit(f, UploadEvent::Started);
        if small {
            self.hash(f);
        }
        if self.options.authoriser != Authoriser::Callbacks {
            self.ask_app(f);
        }
    }

    /// Has the MD5 taken. Of a larger file not before its bytes are read: the flash is slow enough for one.
    fn hash(&mut self, f: usize) {
        let file = &self.queue[f];
        if file.t.size <= HASHED {
            self.act(Action::Digest { id: file.id, path: file.path.clone() });
        }
    }

    /// A credential and an address are there.
    pub(super) fn go(&mut self, f: usize) {
        let form = match self.options.transport {
            Transport::UploadFile => true,
            Transport::Auto => self.form_only(f),
            Transport::Request => false,
        };
        if form && self.queue[f].t.size > FORM_LIMIT {
            let text = "wx.uploadFile carries at most 5 GB; add the bucket's host to the request domain list";
            return self.fail(f, UploadError::new(ErrorCode::FileTooLarge, Stage::Put).message(text));
        }
        self.remember(f, true);
        if form && !self.queue[f].t.whole_print {
            self.hash(f);
        }
        let one = self.in_one_piece(f);
        let t = &mut self.queue[f].t;
        let (phase, task) = if form {
            (Phase::Post, Some(Task::Post))
        } else if one {
            (Phase::Put, Some(Task::Put))
        } else if t.parts.upload_id.is_empty() {
            (Phase::Initiate, Some(Task::Initiate))
        } else {
            (Phase::PartPlan, None)
        };
        t.phase = phase;
        let whole = t.whole.take();
        if let Some(task) = task {
            let mut job = Job::new(task);
            if task == Task::Put {
                job.bytes = whole;
                job.crc = t.whole_crc;
            }
            t.jobs.push(job);
        }
        let loaded = t.parts.loaded();
        if let (Some(op), true) = (whole, phase != Phase::Put) {
            self.act(Action::Drop(op));
        }
        let t = &self.queue[f].t;
        if loaded > 0 || t.shown == 0.0 {
            self.progress(f, loaded, false);
        }
    }

    fn form_only(&self, f: usize) -> bool {
        let target = self.queue[f].t.target.as_ref();
        target.is_some_and(|t| self.form_hosts.contains(&t.host))
    }

    /// What comes after the last part.
    pub(super) fn after_parts(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        if !matches!(t.phase, Phase::Initiate | Phase::PartPlan) || t.parts.pending(t.size) {
            return;
        }
        // Once the last byte is read the sample is taken again, while the last parts are on their way; of a file that is read
        // while Initiate is, before they are, for the processor is free then.
        let read = |j: &Job| matches!(j.task, Task::Part(_)) && j.bytes.is_some();
        let read = t.jobs.iter().all(|j| j.task == Task::Initiate || read(j));
        if read && !t.rechecked && !t.whole_print {
            (0..SAMPLES).for_each(|n| t.ask(Task::Recheck(n)));
            self.hash(f);
        }
        let t = &mut self.queue[f].t;
        if !t.jobs.is_empty() {
            return;
        }
        if t.whole_print {
            if self.options.crc && t.parts.unchecked().is_none() && t.parts.whole_crc() != Some(t.print) {
                return self.changed(f);
            }
            t.rechecked |= self.options.crc;
        }
        if !t.rechecked {
            t.ask(Task::Reread);
        } else if t.parts.unchecked().is_none() {
            t.phase = Phase::Complete;
            t.ask(Task::Complete);
        }
    }

    /// The upload id is dead or worthless: everything again under a new one.
    pub(super) fn restart(&mut self, f: usize, why: &str) {
        self.queue[f].t.restarts += 1;
        self.log(f, "warn", "restart", why);
        let t = &self.queue[f].t;
        if t.restarts > RESTARTS {
            let text = "OSS lost the upload three times; start it again later";
            return self.fail_for_good(f, UploadError::new(ErrorCode::from(why), Stage::Part).message(text));
        }
        if why != "NoSuchUpload" && t.phase != Phase::Verify {
            let flying = t.has(|t| matches!(t, Task::Part(_)));
            self.abort_on_server(f, flying);
        }
        self.turn_back(f);
        self.forget_chunks(f);
        let t = &mut self.queue[f].t;
        t.parts = PartPlan::default();
        t.completing = false;
        (t.doubted, t.denied, t.absent) = (false, false, false);
        self.go(f);
    }

    /// The bytes are not those that were inspected.
    pub(super) fn changed(&mut self, f: usize) {
        let text = "the file changed while it was being uploaded; choose it again and start anew";
        self.fail_for_good(f, UploadError::new(ErrorCode::FileChanged, Stage::Inspect).message(text));
    }
}
