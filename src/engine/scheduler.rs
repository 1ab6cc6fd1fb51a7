//! Which job starts next: equal shares for the files, within the limits of slots and memory.

use super::Engine;
use crate::api::action::Action;
use crate::file::{FileId, Job, JobId, Phase, State, Step, Task, UploadFile, Waiting};
use crate::flow::rate_control::{Remaining, MAX_CONNECTIONS};
use crate::multipart::plan::MIN_PART;
use crate::multipart::PartRange;

/// Apps answer within this, ms. A file that waits longer for its credential gives up memory that others could use.
pub(super) const RELEASE_AFTER: i64 = 5_000;

/// Parts that are compared with the file at once when all were read.
const CHECKS_AT_END: usize = 4;

/// Bytes of a small file that were read longer ago are read again before they are sent, ms: the file may have changed while the
/// app was waited for, or before another attempt, and nothing looks at it later. Less than a round trip to the app's
/// server, more than apps take that have a credential at hand.
const MAX_AGE_OF_BYTES: i64 = 100;

/// Which rules a job has to keep to start. One after the other gives way, so that no file ever waits for one that cannot go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    All,
    /// Files give way to none: nothing is under way that would end their wait.
    NoPrecedence,
    /// Nor is there a bound of the memory: nothing is awaited by which some would come free.
    NoMemoryLimit,
}

impl Engine {
    /// Brings every file as far as it comes by itself; jobs that need the network or the disk are started by `start_next`.
    pub(super) fn schedule(&mut self) {
        let mut ended = true;
        while ended {
            self.end_run();
            self.begin_ready_files();
            ended = false;
            for id in self.files.uploading_ids() {
                self.start_check(id);
                self.after_parts(id);
                ended |= self.files[id].state() != State::Uploading;
            }
        }
        self.request_first_credentials();
        self.start_cleanups();
    }

    /// Starts one job, so that it is under way while the next is prepared; false when none can start. Requests come before
    /// file calls.
    pub(super) fn start_next(&mut self) -> bool {
        self.starved.set(false);
        let uploading = self.files.uploading_ids();
        // By all rules; if memory or slots are short, with those of a file that has waited long for the app; then without the rules
        // that can end in files waiting for each other, as soon as nothing is left that would end their wait.
        self.start_by_rules(&uploading, Rules::All)
            || self.starved.get() && self.release_memory(&uploading)
            || !self.is_anything_busy() && self.start_by_rules(&uploading, Rules::NoPrecedence)
            || !self.is_anything_awaited() && self.start_by_rules(&uploading, Rules::NoMemoryLimit)
    }

    fn start_by_rules(&mut self, uploading: &[FileId], rules: Rules) -> bool {
        // One job a file and turn, so that files under way together get the same share.
        for _ in 0..uploading.len() {
            self.turn = (self.turn + 1) % uploading.len();
            if self.start_one(uploading[self.turn], rules) {
                return true;
            }
        }
        uploading.iter().any(|id| self.start_local(*id, rules))
    }

    /// Whether a file call or a request is under way.
    fn is_anything_busy(&self) -> bool {
        self.files.uploading().any(|file| file.jobs.iter().any(Job::is_busy))
    }

    /// Whether anything is to come by which a job may start: the end of one, of a pause, or of the time in which a file that
    /// waits for the app keeps its memory.
    fn is_anything_awaited(&self) -> bool {
        let now = self.clock.monotonic_ms();
        let pauses = |file: &UploadFile| file.jobs.iter().any(|job| job.not_before > now);
        let keeps = |file: &UploadFile| file.auth.waiting.is_for_app() && now < file.auth.waiting_since + RELEASE_AFTER;
        self.is_anything_busy() || self.files.uploading().any(|file| pauses(file) || keeps(file))
    }

    /// Takes memory or a slot back from a file that has waited long for the app, which may answer only when others have
    /// ended; the file reads again later. False when there is none.
    fn release_memory(&mut self, uploading: &[FileId]) -> bool {
        let now = self.clock.monotonic_ms();
        for id in uploading {
            let file = &mut self.files[*id];
            if !file.auth.waiting.is_for_app() || now < file.auth.waiting_since + RELEASE_AFTER {
                continue;
            }
            let mut bytes = file.buffer.take().map(|buffer| buffer.read);
            let idle = |job: &Job| !job.is_busy() && (job.buffer.is_some() || matches!(job.task, Task::Part(_)));
            if let (None, Some(idle)) = (bytes, file.jobs.find(idle)) {
                let job = &mut file.jobs[idle];
                bytes = job.buffer.take();
                if let Some(range) = job.task.part() {
                    file.jobs.remove(idle);
                    file.upload.parts.give_back(range);
                }
            } else if bytes.is_none() {
                continue;
            }
            if let Some(read) = bytes {
                self.act(Action::Drop(read));
            }
            return true;
        }
        false
    }

    /// Requests under way, and reads for them.
    pub(super) fn requests_in_flight(&self) -> u32 {
        self.count_jobs(Job::is_busy)
    }

    /// Whether one of the slots that the platform gives to requests is free. Cleanups use them too.
    pub(super) fn has_free_slot(&self) -> bool {
        self.requests_in_flight() + self.cleanups_in_flight() < MAX_CONNECTIONS
    }

    /// Bytes of files in memory, or about to be.
    pub(super) fn bytes_in_memory(&self) -> u64 {
        let mut bytes = 0;
        for file in self.files.uploading() {
            for job in file.jobs.iter() {
                let part = matches!(job.task, Task::Part(_));
                if part || job.buffer.is_some() || job.is_busy() && job.task.reads_much() {
                    bytes += file.read_length(job.task);
                }
                if job.buffer.is_some() && matches!(job.step, Step::Reading(_)) {
                    // They are read again.
                    bytes += file.read_length(job.task);
                }
            }
            if file.buffer.is_some() {
                bytes += file.size();
            }
        }
        bytes
    }

    /// Bytes that may still be read into memory.
    fn spare_memory(&self, held: u64) -> u64 {
        let others = self.shared.bytes() - self.reported_bytes;
        self.rate.budget().saturating_sub(held + others)
    }

    /// Whether memory has room for what a job reads; for one of them it always has.
    fn fits_memory(&self, file: &UploadFile, job: &Job) -> bool {
        if !job.task.reads_much() {
            return true;
        }
        let held = self.bytes_in_memory();
        let fits = held == 0 || file.read_length(job.task) <= self.spare_memory(held);
        self.starved.set(self.starved.get() || !fits);
        fits
    }

    /// Bytes of small files that wait to be read: the parts of a large one, which take all room that comes free, leave it to
    /// them.
    fn reserved_memory(&self) -> u64 {
        let waits = |file: &&UploadFile| file.jobs.has(|task| matches!(task, Task::ReadWhole | Task::Reread));
        self.files.uploading().filter(waits).map(UploadFile::size).sum()
    }

    /// Jobs that hold a slot: those under way, and parts that pause before a retry, for they go on before others are cut. An
    /// Initiate leaves its slot to a part, which is read meanwhile.
    fn slots_taken(&self) -> u32 {
        self.count_jobs(|job| matches!(job.task, Task::Part(_)) || job.is_busy() && job.task != Task::Initiate)
    }

    /// Jobs of that kind that use the network.
    fn count_jobs(&self, kind: fn(&Job) -> bool) -> u32 {
        let jobs = self.files.uploading().flat_map(|file| file.jobs.iter());
        jobs.filter(|job| !job.task.is_local() && kind(job)).count() as u32
    }

    /// Starts a job of the file that needs no network; false when none can start.
    fn start_local(&mut self, id: FileId, rules: Rules) -> bool {
        // In the background the platform interrupts file calls.
        if self.connectivity.is_hidden() {
            return false;
        }
        let now = self.clock.monotonic_ms();
        let file = &self.files[id];
        let fits = |job: &Job| rules == Rules::NoMemoryLimit || self.fits_memory(file, job);
        let ready = |job: &Job| job.task.is_local() && !job.is_busy() && job.not_before <= now && fits(job);
        let Some(job) = file.jobs.find(ready) else { return false };
        self.start_reading(id, job);
        true
    }

    /// Compares one part with the file, while others are sent: one stored before a restart, or one whose bytes were read when a
    /// change of the file would not have shown. When all bytes were read, and as long as the last of them are on their way, also
    /// the others once more: that costs nothing, and nothing waits for it.
    fn start_check(&mut self, id: FileId) {
        if self.connectivity.is_hidden() || !self.options.crc {
            return;
        }
        let wall = self.clock.wall();
        let file = &mut self.files[id];
        if !matches!(file.phase, Phase::Initiate | Phase::Parts) {
            return;
        }
        let small = file.fingerprint.covers_whole;
        let settled = small || file.fingerprint.shows_changes(wall);
        let all_read = file.has_read_all_parts();
        // While parts are still to be read, the phone's storage has more to do.
        let most = if all_read { CHECKS_AT_END } else { 1 };
        while (settled || all_read) && file.count_checks() < most {
            let is_new = |range: &PartRange| !file.jobs.has(|task| task == Task::CheckPart(*range));
            let Some(range) = file.unchecked_parts().find(is_new) else { break };
            file.fingerprint.compared_at_end |= !settled;
            file.jobs.add(Task::CheckPart(range));
        }
        let again = all_read && file.has_parts_in_flight() && !small && !file.fingerprint.compared_at_end;
        if again && file.count_checks() == 0 {
            if let Some(range) = file.upload.parts.next_to_compare_again() {
                file.jobs.add(Task::CheckPart(range));
            }
        }
    }

    /// Starts a job of the file that needs the network; false when none can start.
    fn start_one(&mut self, id: FileId, rules: Rules) -> bool {
        let at_limit = self.requests_in_flight() >= self.rate.concurrency_limit() || !self.has_free_slot();
        if self.connectivity.is_hidden() || at_limit || !self.may_use_network() {
            return false;
        }
        let now = self.clock.monotonic_ms();
        let file = &self.files[id];
        let (waiting, phase) = (file.auth.waiting, file.phase);
        let holds_back = rules == Rules::All && self.holds_back(file);
        let fits = |job: &Job| rules == Rules::NoMemoryLimit || self.fits_memory(file, job);
        let ready = |job: &Job| {
            !job.is_busy()
                // A file that holds back still calls VOD, so that its credential is there when its turn comes.
                && (!holds_back || job.task.is_vod())
                && !job.task.is_local()
                && job.not_before <= now
                // The first parts are read while the upload is being opened, and sent when it is.
                && (phase != Phase::Initiate || !matches!(job.task, Task::Part(_)) || job.buffer.is_none())
                // Without a credential only the calls of VOD go on that bring one.
                && match waiting {
                    Waiting::Nothing => true,
                    Waiting::Vod => job.task.is_vod(),
                    _ => false,
                }
                // Bytes in memory are counted already, those of a part since it was cut.
                && (job.buffer.is_some() || matches!(job.task, Task::Part(_)) || fits(job))
        };
        let found = file.jobs.find(ready);
        let cut = if found.is_none() && waiting == Waiting::Nothing && !holds_back { self.cut(id) } else { found };
        let Some(job_id) = cut else { return false };
        let job = &self.files[id].jobs[job_id];
        let reads = match job.task {
            Task::Put if job.buffer.is_some() => now - job.read_at > MAX_AGE_OF_BYTES,
            task => matches!(task, Task::Part(_) | Task::Put | Task::CoverPut(_)) && job.buffer.is_none(),
        };
        if !reads {
            self.plan_next_probe();
            return self.send(id, job_id);
        }
        self.make_room_to_read_again(id, job_id);
        self.start_reading(id, job_id);
        true
    }

    /// Bytes that were read before are kept until the same ones are read again, for the file may be gone; but not where the
    /// memory has no room for both.
    fn make_room_to_read_again(&mut self, id: FileId, job: JobId) {
        let file = &self.files[id];
        if file.jobs[job].buffer.is_some() && !self.fits_memory(file, &file.jobs[job]) {
            self.drop_bytes(id, job);
        }
    }

    /// Lets the bytes go that are held for a job.
    pub(super) fn drop_bytes(&mut self, id: FileId, job: JobId) {
        if let Some(read) = self.files[id].jobs[job].buffer.take() {
            self.act(Action::Drop(read));
        }
    }

    /// Adds a job for the next part of a file; none when there is no part left or no room for it.
    fn cut(&mut self, id: FileId) -> Option<JobId> {
        let file = &self.files[id];
        // The first parts are read while the upload is being opened.
        if !matches!(file.phase, Phase::Initiate | Phase::Parts) || !file.has_pending_parts() {
            return None;
        }
        self.starved.set(true);
        let in_flight = self.remaining_in_flight(file);
        if self.slots_taken() >= self.rate.concurrency_limit() || self.rate.wait_for_part(&in_flight) > 0 {
            return None;
        }
        let total = file.size();
        let (uncut, numbers) = (file.upload.parts.uncut(total), file.upload.parts.numbers_left());
        let size = self.rate.next_part(Remaining { uncut, in_flight: &in_flight, numbers });
        let held = self.bytes_in_memory();
        let spare = self.spare_memory(held);
        // Other uploaders leave it little: then at least a little, and as much as lets the part numbers suffice.
        let fixed = self.options.part_size > 0;
        let little = spare.max(MIN_PART).max(uncut.div_ceil(u64::from(numbers.max(1))));
        let size = if held > 0 || fixed { size } else { size.min(little) };
        let size = file.upload.parts.next_length(total, size);
        if held > 0 && size + self.reserved_memory() > spare {
            return None;
        }
        let file = &mut self.files[id];
        let range = file.upload.parts.take(total, size)?;
        Some(file.jobs.add(Task::Part(range)))
    }

    /// Bytes still to come of each part of a file that is being sent or about to be, as far as can be known.
    pub(super) fn remaining_in_flight(&self, file: &UploadFile) -> Vec<u64> {
        let now = self.clock.monotonic_ms();
        let at_once = self.slots_taken();
        let remaining = |job: &Job| {
            let elapsed = if let Step::Sending { since, .. } = job.step { now - since } else { 0 };
            // One that pauses before a retry leaves the link to others.
            let length = job.task.part().filter(|_| job.not_before <= now)?.length;
            Some(self.rate.remaining(length, elapsed, job.departure, at_once))
        };
        file.jobs.iter().filter_map(remaining).collect()
    }

    /// Requests to OSS that have left.
    pub(super) fn oss_requests_in_flight(&self) -> u32 {
        self.count_jobs(|job| matches!(job.step, Step::Sending { .. }) && !job.task.is_vod())
    }

    fn start_reading(&mut self, id: FileId, job: JobId) {
        let op = self.next_number();
        let wall = self.clock.wall();
        let file = &mut self.files[id];
        let task = file.jobs[job].task;
        let outdated = matches!(task, Task::Part(_)) && file.begin_part_read(wall);
        let job = &mut file.jobs[job];
        job.step = Step::Reading(op);
        job.outdated = outdated;
        let cover = matches!(task, Task::CoverStat | Task::CoverPut(_));
        let path = if cover { &file.source.cover } else { &file.source.path }.clone();
        if matches!(task, Task::Stat | Task::CoverStat) {
            return self.act(Action::Stat { op, path });
        }
        let position = match task {
            Task::Sample(block) | Task::Resample(block) => file.fingerprint.sample_range(block).0,
            Task::CheckPart(range) | Task::Part(range) => range.offset,
            Task::Checksum { offset, .. } => offset,
            _ => 0,
        };
        let length = file.read_length(task);
        let crc = self.options.crc || task.is_local() || task == Task::Put;
        let keep = matches!(task, Task::ReadWhole | Task::Put | Task::Part(_) | Task::CoverPut(_));
        self.act(Action::Read { op, path, position, length, crc, keep });
    }
}
