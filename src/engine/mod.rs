//! The machine: `handle` tells it what happened, `poll` asks what to do next.
//!
//! It has no clock, no randomness, no network and no files. The same events give the same actions, so a failing run
//! is replayed from its seed. Each file beside this one is one concern of the same machine.

mod authorize;
mod checkpointing;
mod cleanup;
mod commands;
mod completion;
mod inspect;
mod requests;
mod responses;
mod retry;
mod scheduler;
mod timers;
mod transfer;
mod vod_calls;

use crate::api::action::{Action, InfoPatch, Progress, UploadEvent};
use crate::api::event::Event;
use crate::api::options::Options;
use crate::file::queue::Queue;
use crate::file::state::State;
use crate::flow::clock::Clock;
use crate::flow::rate_control::{Loss, RateController};
use crate::flow::rng::Rng;
use crate::flow::shared::{Owner, SharedState};
use crate::oss::signer::Signer;
use core::cell::Cell;

pub struct Engine {
    options: Options,
    common: SharedState,
    /// Which of the engines that share it.
    me: u32,
    /// Bytes of files that the others have been told of.
    told_bytes: u64,
    clock: Clock,
    rng: Rng,
    signer: Signer,
    rate: RateController,
    queue: Queue,
    /// What poll gives next, the last first.
    actions: Vec<Action>,
    /// What follows it, in order.
    asked: Vec<Action>,
    /// A run is on: files are taken up until none is Ready.
    running: bool,
    /// The file that ended last in this run.
    last_ended: Option<u32>,
    /// Next number of a request or read.
    next: u32,
    /// Where the scheduler goes on, for fair shares among files.
    turn: usize,
    /// Something could have been begun but for the memory or the slots that others hold.
    starved: Cell<bool>,
    hidden: Option<timers::Hidden>,
    offline: Option<timers::Offline>,
    /// The network is back; requests begin at this time, mono ms.
    resume_at: i64,
    cleanups: Vec<cleanup::Cleanup>,
    loads: Vec<(String, checkpointing::Load)>,
    storage_warned: bool,
    /// Hosts that only the uploadFile domain list has.
    form_hosts: Vec<String>,
}

impl Engine {
    /// The only engine of its app.
    pub fn new(options: Options) -> Self {
        Self::with_shared(options, SharedState::default())
    }

    /// One of several.
    pub fn with_shared(options: Options, common: SharedState) -> Self {
        let mut engine = Engine {
            me: common.join(),
            common,
            told_bytes: 0,
            rng: Rng::new(options.seed),
            rate: RateController::new(options.part_size, options.parallel, &options.network),
            offline: None,
            resume_at: 0,
            options,
            clock: Clock::default(),
            signer: Signer::default(),
            queue: Queue::default(),
            actions: Vec::new(),
            asked: Vec::new(),
            running: false,
            last_ended: None,
            next: 1,
            turn: 0,
            starved: Cell::new(false),
            hidden: None,
            cleanups: Vec::new(),
            loads: Vec::new(),
            storage_warned: false,
            form_hosts: Vec::new(),
        };
        if engine.options.network == "none" {
            engine.go_offline();
        }
        engine
    }

    /// Takes an event in; `wall` is the phone's clock in ms. For commands: whether it had an effect.
    pub fn handle_event(&mut self, event: Event, wall: i64) -> bool {
        let leapt = !self.clock.advance(wall);
        // In the background time leaps by itself.
        if leapt && self.hidden.is_none() {
            self.clock.unlearn();
            // Whether time has passed or the clock was set is not known: what was reckoned with the old one stays.
            for file in &mut self.queue.files {
                file.t.settled = true;
            }
        }
        let mut event = event;
        let taken = self.dispatch(&mut event);
        self.keep_time();
        self.schedule();
        taken
    }

    /// The next thing to do, until there is none.
    pub fn poll_action(&mut self) -> Option<Action> {
        if self.actions.is_empty() {
            while self.asked.is_empty() && self.start_next() {}
            let held = self.held();
            self.common.hold(self.told_bytes, held);
            self.told_bytes = held;
            // In reverse, so that the first is taken from the end.
            core::mem::swap(&mut self.actions, &mut self.asked);
            self.actions.reverse();
        }
        self.actions.pop()
    }

    fn dispatch(&mut self, event: &mut Event) -> bool {
        match event {
            Event::Add(file) => self.add(file),
            Event::Start => self.start(),
            Event::Stop => self.stop(),
            Event::Clean => self.clean(),
            Event::Remove(id) => self.remove(*id),
            Event::Cancel(id) => self.cancel(*id),
            Event::Resume(id) => self.resume(*id),
            Event::Pause(id) => self.pause(*id),
            Event::SetAuth { id, auth, address, video_id } => self.set_auth(*id, auth, address, video_id),
            Event::ResumeAuth(auth) => self.resume_auth(auth),
            Event::SetSts { id, token, video_id } => self.set_sts(*id, token, video_id),
            Event::ResumeSts(token) => self.resume_sts(token),
            Event::SetDirect { id, token } => self.set_direct(*id, token),
            Event::Credential { id, json } => self.take_credential(*id, json),
            Event::CredentialFailed { id, code, message } => self.credential_failed(*id, code, message),
            Event::Response { id, answer } => self.answered(*id, answer),
            Event::UploadProgress { id, sent } => self.upload_progress(*id, *sent),
            Event::Stat { op, result } => self.looked(*op, result),
            Event::Read { op, result } => self.read(*op, result),
            Event::Digest { id, md5 } => self.digested(*id, md5),
            Event::Loaded { key, value } => self.loaded(key, value),
            Event::SaveFailed => self.save_failed(),
            Event::Hide => self.hide(),
            Event::Show => self.show(),
            Event::Network { connected, kind } => self.network(*connected, kind),
            Event::Memory => {
                let now = self.clock.mono();
                self.rate.lost(Loss::Memory, now);
                true
            }
            Event::Tick => true,
        }
    }

    fn number(&mut self) -> u32 {
        self.next = self.next.wrapping_add(1).max(1);
        self.next
    }

    fn owner(&self, f: usize) -> Owner {
        (self.me, self.queue[f].id)
    }

    fn act(&mut self, action: Action) {
        self.asked.push(action);
    }

    fn emit(&mut self, f: usize, emit: UploadEvent) {
        let id = self.queue[f].id;
        self.act(Action::Emit { id, emit });
    }

    fn patch(&mut self, f: usize, patch: InfoPatch) {
        self.emit(f, UploadEvent::Patch(patch));
    }

    fn log(&mut self, f: usize, level: &'static str, event: &'static str, detail: &str) {
        self.emit(f, UploadEvent::Log { level, event, detail: detail.into() });
    }

    /// The only place where a file's state changes; false for a move that is not in the table.
    fn become_(&mut self, f: usize, next: State) -> bool {
        let state = self.queue[f].state;
        if !state.may_become(next) {
            debug_assert!(false, "{state:?} → {next:?}");
            return false;
        }
        if state == State::Uploading {
            self.common.release(self.owner(f));
        }
        self.queue.become_(f, next);
        self.patch(f, InfoPatch::State(next.name()));
        true
    }

    /// Tells the progress; never backwards, and 100 only when `done`.
    fn progress(&mut self, f: usize, loaded: u64, done: bool) {
        let now = self.clock.mono();
        let speed = self.rate.speed(now);
        let t = &mut self.queue[f].t;
        let total = t.size as f64;
        let loaded = (loaded as f64).min(total);
        let percent = if done { 100.0 } else { (loaded * 100.0 / total.max(1.0)).min(99.0).max(t.shown) };
        t.shown = percent;
        let seconds_left = if done || speed <= 0.0 { 0.0 } else { (total - loaded) / speed };
        self.patch(f, InfoPatch::Loaded(percent));
        self.emit(f, UploadEvent::Progress(Progress { percent, loaded, total, bytes_per_second: speed, seconds_left }));
    }
}
