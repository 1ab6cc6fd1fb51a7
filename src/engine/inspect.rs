//! What the phone says of the file: size, samples, bytes.

use super::Engine;
use crate::api::action::{Action, InfoPatch};
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::api::event::{FileError, FileStat, ReadOutcome};
use crate::file::transfer::{Phase, Step, Task, SAMPLES};
use crate::multipart::plan::MAX_OBJECT;
use crate::oss::crc64;
use crate::text::concat;
use crate::wechat::FileErrorKind;

/// Pause before a file call that the background interrupted is made again, ms.
const AGAIN: i64 = 300;
/// Failed reads in a row before the file is given up.
const READ_TRIES: u32 = 4;
/// Changes of the time that are followed by a look at the bytes: on some clients it moves with every call.
const TOUCHES: u32 = 8;
/// Interrupted ones, which are the background's doing.
const INTERRUPTED_TRIES: u32 = 50;

impl Engine {
    /// The job that waits for this stat or read.
    fn reader(&self, op: u32) -> Option<(usize, usize)> {
        self.queue.job_of(|step| *step == Step::Reading(op))
    }

    pub(super) fn looked(&mut self, op: u32, result: &Result<FileStat, FileError>) -> bool {
        let Some((f, j)) = self.reader(op) else { return false };
        let facts = match result {
            Ok(facts) => facts,
            Err(trouble) => {
                self.unreadable(f, j, trouble);
                return true;
            }
        };
        let task = self.queue.job(f, j).task;
        if task == Task::CoverStat {
            self.queue[f].t.jobs.remove(j);
            self.cover_seen(f, facts.size);
            return true;
        }
        self.queue[f].t.jobs.remove(j);
        if facts.size == 0 {
            let text = "the file is empty (0 bytes); choose another one";
            self.fail(f, UploadError::new(ErrorCode::EmptyFile, Stage::Inspect).message(text));
            return true;
        }
        if facts.size > MAX_OBJECT {
            let text = "the file is larger than OSS can hold (48.8 TB)";
            self.fail(f, UploadError::new(ErrorCode::FileTooLarge, Stage::Inspect).message(text));
            return true;
        }
        let t = &mut self.queue[f].t;
        if t.size != 0 && t.size != facts.size {
            // Another file lies at the path than the one whose parts are stored.
            self.start_over(f);
        }
        let t = &mut self.queue[f].t;
        if t.mtime != facts.mtime && self.options.crc {
            t.parts.doubt();
        }
        t.size = facts.size;
        t.mtime = facts.mtime;
        t.doubted = false;
        self.recall(f);
        true
    }

    pub(super) fn read(&mut self, op: u32, result: &Result<ReadOutcome, FileError>) -> bool {
        let Some((f, j)) = self.reader(op) else {
            // Nobody waits for the bytes any more.
            self.act(Action::Drop(op));
            return false;
        };
        let read = match result {
            Ok(read) => read,
            Err(trouble) => {
                self.unreadable(f, j, trouble);
                return true;
            }
        };
        let t = &self.queue[f].t;
        let task = t.jobs[j].task;
        if let Task::CoverPut(size) = task {
            if read.length != size {
                self.act(Action::Drop(op));
                self.cover_failed(f, "the cover could not be read");
                return true;
            }
        } else if read.facts.size != t.size || read.length != self.wanted(f, task) {
            self.act(Action::Drop(op));
            self.changed(f);
            return true;
        } else if read.facts.mtime != t.mtime {
            // Touched or rewritten: the bytes decide, before Complete.
            self.touched(f, read.facts.mtime);
        }
        match task {
            Task::Sample(n) | Task::Recheck(n) => {
                let job = self.queue[f].t.jobs.remove(j);
                self.sampled(f, job.task, n, read.crc);
            }
            Task::Reread => {
                let t = &mut self.queue[f].t;
                // Bytes read before the file changed say nothing of it: read again.
                t.rechecked = !t.jobs.remove(j).old;
                let (same, posted) = (read.crc == t.print, t.phase == Phase::Post);
                self.rechecked(f, same, posted);
            }
            Task::Whole => {
                let t = &mut self.queue[f].t;
                t.jobs.remove(j);
                t.whole = Some(op);
                t.whole_crc = read.crc;
                self.inspected(f, read.crc);
            }
            Task::Check(cut) => {
                let job = self.queue[f].t.jobs.remove(j);
                if job.old {
                    // The file changed meanwhile: looked at again.
                    return true;
                }
                if !self.queue[f].t.parts.check(cut.number, read.crc) {
                    self.other_bytes(f);
                }
            }
            _ => {
                let t = &mut self.queue[f].t;
                let whole = t.print;
                let job = &mut t.jobs[j];
                job.step = Step::Waiting;
                job.bytes = Some(op);
                job.crc = read.crc;
                if task == Task::Put && read.crc != whole {
                    self.changed(f);
                }
            }
        }
        true
    }

    /// The bytes a task reads.
    pub(super) fn wanted(&self, f: usize, task: Task) -> u64 {
        let t = &self.queue[f].t;
        match task {
            Task::Sample(n) | Task::Recheck(n) => t.sample(n).1,
            Task::Check(cut) | Task::Part(cut) => cut.length,
            Task::CoverPut(size) => size,
            _ => t.size,
        }
    }

    fn sampled(&mut self, f: usize, task: Task, n: u8, crc: u64) {
        let t = &mut self.queue[f].t;
        t.samples[n as usize % SAMPLES as usize] = crc;
        if t.has(|t| matches!(t, Task::Sample(_) | Task::Recheck(_))) {
            return;
        }
        let mut print = 0;
        for (n, crc) in t.samples.iter().enumerate() {
            print = crc64::combine(print, *crc, t.sample(n as u8).1);
        }
        if !matches!(task, Task::Recheck(_)) {
            return self.inspected(f, print);
        }
        t.rechecked = true;
        let (same, posted) = (print == t.print, t.phase == Phase::Post);
        self.rechecked(f, same, posted);
    }

    /// The file was looked at once more, after its last byte was read or posted.
    fn rechecked(&mut self, f: usize, same: bool, posted: bool) {
        match (same, posted) {
            (false, _) => self.changed(f),
            (true, true) => self.succeed(f),
            (true, false) => {}
        }
    }

    /// The bytes are known by their print.
    fn inspected(&mut self, f: usize, print: u64) {
        let t = &mut self.queue[f].t;
        t.rechecked = t.phase == Phase::Recall && t.whole.is_some();
        let known = !t.name.is_empty() || !t.parts.upload_id.is_empty();
        // If somebody else has gone on with it meanwhile, the storage knows how far.
        if known && t.print != print || !self.owns(f) {
            self.start_over(f);
        }
        self.queue[f].t.print = print;
        self.look_up(f);
    }

    /// Nothing stored belongs to this file.
    fn start_over(&mut self, f: usize) {
        let shown = self.queue[f].t.shown;
        let (size, mtime, whole, crc, phase, whole_print) = {
            let t = &mut self.queue[f].t;
            (t.size, t.mtime, t.whole.take(), t.whole_crc, t.phase, t.whole_print)
        };
        self.throw_away(f);
        let t = &mut self.queue[f].t;
        t.name.clear();
        (t.size, t.mtime, t.whole, t.whole_crc, t.phase, t.shown) = (size, mtime, whole, crc, phase, shown);
        t.whole_print = whole_print;
    }

    fn touched(&mut self, f: usize, mtime: i64) {
        let t = &mut self.queue[f].t;
        t.mtime = mtime;
        t.touches += 1;
        if t.touches > TOUCHES {
            return;
        }
        t.doubted = true;
        t.rechecked = false;
        for job in &mut t.jobs {
            job.old |= job.bytes.is_some() || matches!(job.step, Step::Reading(_));
        }
        // Without their CRCs there is nothing to compare the stored parts with; the sample still tells.
        if self.options.crc {
            t.parts.doubt();
        }
    }

    /// A stored part is not what the file now holds at its place.
    fn other_bytes(&mut self, f: usize) {
        if self.queue[f].t.doubted {
            return self.changed(f);
        }
        // Remembered of another file with the same sample.
        self.restart(f, "FileChanged");
    }

    pub(super) fn unreadable(&mut self, f: usize, j: usize, trouble: &FileError) {
        let now = self.clock.mono();
        let job = self.queue.job_mut(f, j);
        job.step = Step::Waiting;
        job.free += 1;
        let task = job.task;
        let tries = match trouble.failure {
            FileErrorKind::Interrupted => INTERRUPTED_TRIES,
            FileErrorKind::Other => READ_TRIES,
            _ => 0,
        };
        if job.free < tries {
            job.not_before = now + AGAIN;
            return;
        }
        if matches!(task, Task::CoverStat | Task::CoverPut(_)) {
            return self.cover_failed(f, "the cover could not be read");
        }
        if self.queue[f].t.phase == Phase::Post && matches!(task, Task::Recheck(_) | Task::Reread) {
            // It was there to be posted; that it is gone since says nothing against what was.
            return self.succeed(f);
        }
        let missing = trouble.failure == FileErrorKind::Missing;
        let sent = self.queue[f].t.parts.loaded() > 0 || !self.queue[f].t.parts.upload_id.is_empty();
        let (code, text) = match trouble.failure {
            FileErrorKind::Missing => (
                ErrorCode::FileNotFound,
                "the file is no longer there (WeChat keeps temporary files for one run only); choose it again",
            ),
            FileErrorKind::Range => {
                (ErrorCode::FileChanged, "the file became shorter while it was being uploaded; choose it again")
            }
            FileErrorKind::TooLarge => {
                (ErrorCode::FileTooLarge, "WeChat cannot read that much at once; set a smaller partSize")
            }
            FileErrorKind::Denied => (
                ErrorCode::FileReadFailed,
                "WeChat does not let the app read this path; pass the path that a chooser gave",
            ),
            _ => (ErrorCode::FileReadFailed, "the file cannot be read; choose it again"),
        };
        let message = concat(&[text, " (", &trouble.detail, ")"]);
        let permanent = code != ErrorCode::FileReadFailed;
        let error = UploadError::new(code, Stage::Inspect).message(message);
        if missing && !sent || !permanent {
            self.fail(f, error);
        } else {
            self.fail_for_good(f, error);
        }
    }

    pub(super) fn digested(&mut self, id: u32, md5: &mut String) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        if !md5.is_empty() {
            self.patch(f, InfoPatch::FileHash(core::mem::take(md5)));
        }
        true
    }
}
