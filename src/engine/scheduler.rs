//! Which job goes next: fair among files, within the caps.

use super::Engine;
use crate::api::action::Action;
use crate::file::state::State;
use crate::file::transfer::{Job, Phase, Step, Task, Waiting};
use crate::flow::rate_control::MAX_WIDTH;
use crate::multipart::plan::MIN_PART;

/// Apps answer within this, ms: so long a file that waits for its credential keeps what others could use.
pub(super) const PROMPT: i64 = 5_000;

impl Engine {
    /// Brings every file as far as it comes by itself; what it needs of the network and the disk is started by `start_next`.
    pub(super) fn schedule(&mut self) {
        let mut ended = true;
        while ended {
            self.end_run();
            self.take_up();
            ended = false;
            for f in self.queue.active() {
                self.start_check(f);
                self.after_parts(f);
                ended |= self.queue[f].state != State::Uploading;
            }
        }
        self.start_cleanups();
    }

    /// Starts one thing that may start now, so that it is under way while the next is made ready; false when there is none.
    /// The network goes before the disk.
    pub(super) fn start_next(&mut self) -> bool {
        self.starved.set(false);
        let active = self.queue.active();
        // One job a file and turn, so that files under way together get the same share.
        for _ in 0..active.len() {
            self.turn = (self.turn + 1) % active.len();
            if self.start_one(active[self.turn]) {
                return true;
            }
        }
        active.iter().any(|f| self.start_local(*f)) || self.starved.get() && self.make_room(&active)
    }

    /// Takes memory or a slot back from a file that has waited long for the app, which may answer it only when others have
    /// ended: it reads again. False when there is none.
    fn make_room(&mut self, active: &[usize]) -> bool {
        let now = self.clock.mono();
        for f in active {
            let t = &mut self.queue[*f].t;
            if !t.waiting.for_app() || now < t.since + PROMPT {
                continue;
            }
            let mut bytes = t.whole.take();
            let idle = |job: &Job| !job.busy() && (job.bytes.is_some() || matches!(job.task, Task::Part(_)));
            if let (None, Some(j)) = (bytes, t.jobs.iter().position(idle)) {
                bytes = t.jobs[j].bytes.take();
                if let Task::Part(cut) = t.jobs[j].task {
                    t.jobs.remove(j);
                    t.parts.give_back(cut);
                }
            } else if bytes.is_none() {
                continue;
            }
            if let Some(op) = bytes {
                self.act(Action::Drop(op));
            }
            return true;
        }
        false
    }

    /// Requests on their way and reads for them.
    pub(super) fn under_way(&self) -> u32 {
        self.count(|job| job.busy())
    }

    /// A slot of WeChat's is free, which cleanups use too.
    pub(super) fn room(&self) -> bool {
        self.under_way() + self.cleaning() < MAX_WIDTH
    }

    /// Bytes of files in memory, or about to be.
    pub(super) fn held(&self) -> u64 {
        let mut held = 0;
        for (f, file) in self.queue.under_way() {
            for job in &file.t.jobs {
                let cut = matches!(job.task, Task::Part(_));
                if cut || job.bytes.is_some() || job.busy() && reads_much(job.task) {
                    held += self.wanted(f, job.task);
                }
            }
            if file.t.whole.is_some() {
                held += file.t.size;
            }
        }
        held
    }

    /// Bytes that may still be read into memory.
    fn spare(&self, held: u64) -> u64 {
        let others = self.common.bytes() - self.told_bytes;
        self.rate.budget().saturating_sub(held + others)
    }

    /// What a job reads has room in memory; one of them always has.
    fn fits(&self, f: usize, job: &Job) -> bool {
        if !reads_much(job.task) {
            return true;
        }
        let held = self.held();
        let fits = held == 0 || self.wanted(f, job.task) <= self.spare(held);
        self.starved.set(self.starved.get() || !fits);
        fits
    }

    /// Bytes of small files that wait to be read: the parts of a large one, which take all room that comes free, leave it to them.
    fn wished(&self) -> u64 {
        let mut wished = 0;
        for (f, file) in self.queue.under_way() {
            if file.t.has(|task| matches!(task, Task::Whole | Task::Reread)) {
                wished += self.wanted(f, Task::Whole);
            }
        }
        wished
    }

    /// Jobs that hold a slot, a pausing retry included: its bytes are in memory. An Initiate leaves its own to a part, which
    /// is read meanwhile.
    fn slots_taken(&self) -> u32 {
        self.count(|job| job.task != Task::Initiate)
    }

    /// Jobs of that kind which go to the network.
    fn count(&self, kind: fn(&Job) -> bool) -> u32 {
        let mut count = 0;
        for (_, file) in self.queue.under_way() {
            for job in &file.t.jobs {
                count += u32::from(!job.task.local() && kind(job));
            }
        }
        count
    }

    /// Starts one job of the file that needs the disk alone; false when none may start.
    fn start_local(&mut self, f: usize) -> bool {
        // In the background WeChat answers file calls with "interrupted".
        if self.hidden.is_some() {
            return false;
        }
        let now = self.clock.mono();
        let ready = |job: &Job| job.task.local() && !job.busy() && job.not_before <= now && self.fits(f, job);
        let found = self.queue[f].t.jobs.iter().position(ready);
        if let Some(j) = found {
            self.start_reading(f, j);
        }
        found.is_some()
    }

    /// Compares one part stored before a restart with the file, beside the sending.
    fn start_check(&mut self, f: usize) {
        if self.hidden.is_some() {
            return;
        }
        let t = &mut self.queue[f].t;
        if t.phase == Phase::PartPlan && !t.has(|t| matches!(t, Task::Check(_))) {
            if let Some(cut) = t.parts.unchecked() {
                t.ask(Task::Check(cut));
            }
        }
    }

    /// Starts one job of the file that needs the network; false when none may start.
    fn start_one(&mut self, f: usize) -> bool {
        if self.hidden.is_some() || self.under_way() >= self.rate.width() || !self.room() || !self.may_probe() {
            return false;
        }
        let now = self.clock.mono();
        let t = &self.queue[f].t;
        let (waiting, phase) = (t.waiting, t.phase);
        let ready = |job: &Job| {
            !job.busy()
                && !job.task.local()
                && job.not_before <= now
                && (phase != Phase::Initiate || !matches!(job.task, Task::Part(_)) || job.bytes.is_none())
                && match waiting {
                    Waiting::Nothing => true,
                    Waiting::Vod => job.task.vod(),
                    _ => false,
                }
                && (job.bytes.is_some() || matches!(job.task, Task::Part(_)) || self.fits(f, job))
        };
        let found = self.queue[f].t.jobs.iter().position(ready);
        let j = match found {
            Some(j) => j,
            None if waiting == Waiting::Nothing && self.cut(f) => self.queue[f].t.jobs.len() - 1,
            None => return false,
        };
        let job = self.queue.job(f, j);
        let reads = matches!(job.task, Task::Part(_) | Task::Put | Task::CoverPut(_)) && job.bytes.is_none();
        if !reads {
            self.probes();
            return self.send(f, j);
        }
        self.start_reading(f, j);
        true
    }

    /// Cuts the next part of a file; false when there is none or no room for it.
    fn cut(&mut self, f: usize) -> bool {
        let t = &self.queue[f].t;
        // The first parts are read while the upload is being opened.
        if !matches!(t.phase, Phase::Initiate | Phase::PartPlan) || !t.parts.pending(t.size) {
            return false;
        }
        self.starved.set(true);
        if self.slots_taken() >= self.rate.width() {
            return false;
        }
        let (uncut, numbers) = (t.parts.uncut(t.size), t.parts.numbers_left());
        let size = self.rate.next_part(uncut, self.flying(f), numbers);
        let held = self.held();
        let spare = self.spare(held);
        // Other uploaders leave it little: then at least a little, and as much as lets the part numbers suffice.
        let fixed = self.options.part_size > 0;
        let little = spare.max(MIN_PART).max(uncut.div_ceil(u64::from(numbers.max(1))));
        let size = if held > 0 || fixed { size } else { size.min(little) };
        let size = t.parts.next_length(t.size, size);
        if held > 0 && size + self.wished() > spare {
            return false;
        }
        let t = &mut self.queue[f].t;
        let Some(cut) = t.parts.take(t.size, size) else { return false };
        t.ask(Task::Part(cut));
        true
    }

    /// Bytes of a file's parts that are still on their way, as far as can be told.
    fn flying(&self, f: usize) -> u64 {
        let now = self.clock.mono();
        let mut flying = 0;
        for job in &self.queue[f].t.jobs {
            flying += match (job.task, job.step) {
                (Task::Part(cut), Step::Sending { since, .. }) => self.rate.flying(cut.length, now - since),
                (Task::Part(cut), _) => cut.length,
                _ => 0,
            };
        }
        flying
    }

    fn start_reading(&mut self, f: usize, j: usize) {
        let op = self.number();
        let crc = self.options.crc;
        let length = self.wanted(f, self.queue.job(f, j).task);
        let file = &mut self.queue[f];
        let task = file.t.jobs[j].task;
        file.t.jobs[j].step = Step::Reading(op);
        if matches!(task, Task::Part(_)) {
            file.t.rechecked = false;
        }
        file.t.jobs[j].old = false;
        let path = if matches!(task, Task::CoverStat | Task::CoverPut(_)) { &file.cover } else { &file.path }.clone();
        let position = match task {
            Task::Sample(n) | Task::Recheck(n) => file.t.sample(n).0,
            Task::Check(cut) | Task::Part(cut) => cut.offset,
            _ => 0,
        };
        let keep = matches!(task, Task::Whole | Task::Put | Task::Part(_) | Task::CoverPut(_));
        self.act(match task {
            Task::Stat | Task::CoverStat => Action::Stat { op, path },
            _ => Action::Read { op, path, position, length, crc: crc || task.local() || task == Task::Put, keep },
        });
    }
}

/// A read of more than a sample's block.
fn reads_much(task: Task) -> bool {
    matches!(task, Task::Whole | Task::Reread | Task::Check(_) | Task::Part(_) | Task::Put | Task::CoverPut(_))
}
