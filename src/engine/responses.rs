//! Answers that came, and what a success means.

use super::Engine;
use crate::api::action::Action;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::HttpResponse;
use crate::file::transfer::{Job, Phase, Step, Task, SAMPLES};
use crate::multipart::plan::{Etag, UploadedPart};
use crate::oss::crc64;
use crate::oss::response::{self, header};
use crate::text::{cut, time, unquoted, xml};

/// A clock so much off may have spoilt a form's signature, ms.
const SKEW: i64 = 60_000;

impl Engine {
    pub(super) fn answered(&mut self, id: u32, answer: &HttpResponse) -> bool {
        let Some((f, j)) = self.sender(id) else { return self.cleaned(id, answer) };
        let job = self.queue.job_mut(f, j);
        let Step::Sending { since, .. } = job.step else { return false };
        job.step = Step::Waiting;
        let (task, suspended) = (job.task, job.suspended || self.hidden.is_some());
        if answer.status == 0 {
            self.no_answer(f, j, answer);
            return true;
        }
        self.online();
        // A Date is believed only from the service itself, not from a proxy on the way.
        let genuine = match task.vod() {
            true => cut(&answer.body, "RequestId").is_some(),
            false => header(&answer.headers, "x-oss-request-id").is_some(),
        };
        // Nor from one that may have waited for the app to come back.
        let genuine = genuine && !suspended;
        let before = self.clock.server();
        if genuine {
            if let Some(date) = header(&answer.headers, "date").and_then(time::parse_http_date) {
                self.learn(date);
            }
        }
        if !(200..300).contains(&answer.status) || xml::is_root(&answer.body, "Error") {
            let job = self.queue.job_mut(f, j);
            if task == Task::Post && job.clock < 2 && (self.clock.server() - before).abs() > SKEW {
                // To a form with a date or a policy by a wrong clock OSS says no more than AccessDenied.
                job.clock += 1;
                return true;
            }
            self.refused(f, j, answer);
            return true;
        }
        let took = self.clock.mono() - since;
        self.granted(f, j, answer, took);
        true
    }

    fn granted(&mut self, f: usize, j: usize, answer: &HttpResponse, took: i64) {
        let task = self.queue.job(f, j).task;
        let etag = header(&answer.headers, "etag").unwrap_or_default();
        let crc = self.told_crc(answer);
        // By its headers, or, where a client withholds them, by its document.
        let from_oss = !etag.is_empty()
            || crc.is_some()
            || header(&answer.headers, "x-oss-request-id").is_some()
            || ["InitiateMultipartUploadResult", "ListPartsResult", "CompleteMultipartUploadResult"]
                .iter()
                .any(|root| xml::is_root(&answer.body, root));
        match task {
            Task::Vod(call) => self.vod_granted(f, j, call, answer),
            // wx.uploadFile may give no headers at all; those it gives must be OSS's.
            Task::Post
                if (from_oss || answer.headers.is_empty())
                    && (answer.body.trim_ascii().is_empty() || xml::is_root(&answer.body, "PostResponse")) =>
            {
                self.succeed(f)
            }
            // A captive portal answers 200 to everything.
            _ if !from_oss => self.odd(f, j, answer, "an answer that is not from OSS"),
            Task::Post => self.odd(f, j, answer, "a page instead of OSS's answer"),
            Task::CoverPut(_) => self.cover_stored(f, j),
            Task::Put => {
                let sent = self.queue.job(f, j).crc;
                if crc.is_some_and(|crc| crc != sent) {
                    return self.damaged(f, j, answer);
                }
                let size = self.queue[f].t.size;
                self.rate.carried(size, took, self.clock.mono());
                self.succeed(f);
            }
            Task::Part(cut) => {
                let job = self.queue.job(f, j);
                if etag.is_empty() || crc.is_some_and(|crc| crc != job.crc) {
                    return self.damaged(f, j, answer);
                }
                let job = self.take_job(f, j);
                let part = UploadedPart {
                    number: cut.number,
                    checked: !job.old || !self.options.crc,
                    offset: cut.offset,
                    length: cut.length,
                    etag: Etag::new(etag),
                    crc: job.crc,
                };
                self.rate.carried(cut.length, took, self.clock.mono());
                let t = &mut self.queue[f].t;
                for other in t.jobs.iter_mut().filter(|other| other.request < job.request) {
                    other.overtaken += 1;
                }
                t.parts.store(part);
                t.refused = 0;
                // Bytes move: what failed before is forgiven.
                for job in &mut t.jobs {
                    job.tries = 0;
                    job.free = 0;
                }
                let loaded = t.parts.loaded();
                self.remember_part(f, cut.number);
                self.progress(f, loaded, false);
            }
            Task::Initiate => {
                let Some(upload_id) = response::upload_id(&answer.body) else {
                    return self.odd(f, j, answer, "an answer without an upload id");
                };
                self.take_job(f, j);
                if self.rate.greeted(took) {
                    self.cut_anew(f);
                }
                let now = self.clock.wall();
                let t = &mut self.queue[f].t;
                t.parts.upload_id = upload_id;
                t.opened = now;
                t.refused = 0;
                t.phase = Phase::PartPlan;
                self.remember(f, false);
            }
            Task::List(from) => {
                let Some((parts, next)) = response::list(&answer.body) else {
                    return self.odd(f, j, answer, "a list that cannot be read");
                };
                self.take_job(f, j);
                let t = &mut self.queue[f].t;
                t.listed.extend(parts);
                match next {
                    // A list that goes round in circles has an end, too.
                    Some(marker) if marker > from => t.ask(Task::List(marker)),
                    _ => self.compare_list(f),
                }
            }
            Task::Complete => self.completed(f, j, answer, crc),
            _ => self.looked_at(f, j, answer, crc),
        }
    }

    /// The CRC that OSS tells, if the app wants it compared.
    fn told_crc(&self, answer: &HttpResponse) -> Option<u64> {
        let crc = header(&answer.headers, "x-oss-hash-crc64ecma").and_then(crc64::parse_decimal);
        crc.filter(|_| self.options.crc)
    }

    /// WeChat itself has read the file, and neither it nor OSS tells what was read: the sample is taken once more.
    fn posted(&mut self, f: usize, j: usize) {
        self.take_job(f, j);
        let t = &mut self.queue[f].t;
        t.rechecked = false;
        if t.whole_print {
            t.ask(Task::Reread);
        } else {
            (0..SAMPLES).for_each(|n| t.ask(Task::Recheck(n)));
        }
    }

    /// The object is there, though what should have followed failed.
    pub(super) fn stored_anyway(&mut self, f: usize, j: usize, answer: &HttpResponse) {
        let crc = self.told_crc(answer);
        let job = self.queue.job(f, j);
        match job.task {
            Task::CoverPut(_) => self.cover_stored(f, j),
            Task::Complete => self.put_together(f, crc),
            Task::Put if crc.is_some_and(|crc| crc != job.crc) => self.damaged(f, j, answer),
            Task::Put => self.succeed(f),
            Task::Post => self.posted(f, j),
            _ => self.odd(f, j, answer, "an answer to something else"),
        }
    }

    /// PartPlan that were only read so far are cut again, to another size.
    fn cut_anew(&mut self, f: usize) {
        self.turn_back(f);
        self.queue[f].t.parts.reset();
    }

    fn completed(&mut self, f: usize, j: usize, answer: &HttpResponse, crc: Option<u64>) {
        if crc.is_none() && !xml::is_root(&answer.body, "CompleteMultipartUploadResult") {
            return self.odd(f, j, answer, "an answer that is no result");
        }
        self.put_together(f, crc);
    }

    fn put_together(&mut self, f: usize, crc: Option<u64>) {
        let whole = self.queue[f].t.parts.whole_crc();
        if crc.is_some() && crc != whole {
            let text = "OSS put the object together differently from the file (CRC64); upload it again";
            self.forget_upload(f);
            return self.fail_for_good(f, UploadError::new(ErrorCode::IntegrityError, Stage::Complete).message(text));
        }
        self.succeed(f);
    }

    /// The object, after a Complete whose answer was lost.
    fn looked_at(&mut self, f: usize, j: usize, answer: &HttpResponse, crc: Option<u64>) {
        self.take_job(f, j);
        let t = &self.queue[f].t;
        let length = header(&answer.headers, "content-length").and_then(crate::text::parse_number);
        let same_length = length.is_none_or(|n| n == t.size);
        if same_length && (crc.is_some() && crc == t.parts.whole_crc() || !self.options.crc && length.is_some()) {
            return self.succeed(f);
        }
        if crc.is_none() && same_length {
            return self.unverified(f);
        }
        // Some other object lies there: ours was never put together.
        self.restart(f, "NoSuchUpload");
    }

    /// ListParts after InvalidPart: what OSS does not have is sent again.
    fn compare_list(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        let listed = core::mem::take(&mut t.listed);
        let lost = t.parts.forget(|p| {
            !listed
                .iter()
                .any(|l| l.number == p.number && l.size == p.length && unquoted(&l.etag) == unquoted(&p.etag.text()))
        });
        t.relisted += 1;
        let again = t.relisted > 2;
        t.phase = Phase::PartPlan;
        if lost == 0 || again {
            self.restart(f, "InvalidPart");
        }
    }

    /// Takes a finished job out and lets its bytes go.
    pub(super) fn take_job(&mut self, f: usize, j: usize) -> Job {
        let job = self.queue[f].t.jobs.remove(j);
        if let Some(op) = job.bytes {
            self.act(Action::Drop(op));
        }
        job
    }

    fn forget_upload(&mut self, f: usize) {
        // It is complete: there is nothing to abort.
        self.queue[f].t.parts.upload_id.clear();
    }

    /// Takes a server's time over; credentials whose life was reckoned from ours move along, once.
    pub(super) fn learn(&mut self, server: i64) -> bool {
        let (before, known) = (self.clock.server(), self.clock.learnt());
        let believed = self.clock.learn(server);
        let moved = self.clock.server() - before;
        if known || !believed {
            return believed;
        }
        for file in &mut self.queue.files {
            if core::mem::replace(&mut file.t.settled, true) {
                continue;
            }
            if file.t.relative {
                if let Some(at) = file.t.credential.as_mut().and_then(|c| c.expires_at.as_mut()) {
                    *at += moved;
                }
            } else {
                file.t.life -= moved;
            }
        }
        believed
    }
}
