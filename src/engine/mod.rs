//! The engine: a state machine that decides what an uploader does next.
//!
//! It has no clock, no randomness, no network and no files. The same events give the same actions, so a failing run is
//! replayed from its seed. Each module is one concern of the engine:
//!
//! | concern | module |
//! |---|---|
//! | the app's commands | `commands` |
//! | inspection of a file, its fingerprint, reads | `inspect` |
//! | credentials: from the app, their refusal and renewal | `authorize`, `renewal` |
//! | the address that comes with them | `address` |
//! | the same file in two uploaders | `other_uploaders` |
//! | the STS flow: calls of the VOD API, the cover | `vod_calls`, `cover` |
//! | one file from phase to phase | `transfer` |
//! | requests, and what their responses mean | `requests`, `responses` |
//! | failures and what is done about them | `errors`, `retry`, `restart` |
//! | whether an object is there and is the file | `verification` |
//! | files sent as one form by the platform | `forms` |
//! | which files are begun, and which may send | `admission` |
//! | which job starts next | `scheduler` |
//! | the passing of time | `timers` |
//! | background, and absence of a network | `connectivity` |
//! | the checkpoint in the phone's storage | `checkpointing` |
//! | the end of a file's upload | `completion` |
//! | unwanted multipart uploads at OSS | `cleanup` |

mod address;
mod admission;
mod authorize;
mod checkpointing;
mod cleanup;
mod commands;
mod completion;
mod connectivity;
mod cover;
mod errors;
mod forms;
mod inspect;
mod other_uploaders;
mod renewal;
mod requests;
mod responses;
mod restart;
mod retry;
mod scheduler;
mod timers;
mod transfer;
mod verification;
mod vod_calls;

use crate::api::action::{Action, InfoPatch, Progress, UploadEvent};
use crate::api::event::Event;
use crate::api::options::Options;
use crate::file::{FileId, Queue, Reported, State};
use crate::flow::backoff::Backoff;
use crate::flow::clock::Clock;
use crate::flow::rate_control::{Loss, RateController};
use crate::flow::retry_policy::RetryPolicy;
use crate::flow::rng::Rng;
use crate::flow::shared::{Owner, SharedState};
use crate::oss::signer::Signer;
use std::cell::Cell;
use std::collections::VecDeque;

/// One uploader: its files, and everything that happens to them.
///
/// # Contract
///
/// Every call of [`handle_event`](Self::handle_event) is followed by a complete drain of
/// [`poll_action`](Self::poll_action) and then by [`next_timeout`](Self::next_timeout); when that time has passed without
/// another event, and not before, the driver hands over [`Event::Timeout`].
///
/// ```
/// use vod_upload::api::event::Event;
/// use vod_upload::api::options::Options;
/// use vod_upload::engine::Engine;
///
/// let mut engine = Engine::new(Options::default());
/// engine.handle_event(Event::Start, 1_790_000_000_000);
/// while let Some(action) = engine.poll_action() {
///     println!("to perform: {action:?}");
/// }
/// assert_eq!(engine.next_timeout(), None, "nothing to wait for");
/// ```
///
/// The outcome of an action is an event with the same number: [`Action::Request`] … [`Event::Response`],
/// [`Action::Read`] … [`Event::Read`]. An aborted
/// request needs no event, a late one does no harm.
///
/// # Methods
///
/// * Getter: [`next_timeout`](Self::next_timeout).
/// * Input: [`handle_event`](Self::handle_event).
/// * Output: [`poll_action`](Self::poll_action).
pub struct Engine {
    options: Options,
    retry: RetryPolicy,
    shared: SharedState,
    /// Number of this engine among those that share `shared`.
    number: u32,
    /// Bytes of files in memory, as last reported to `shared`.
    reported_bytes: u64,
    clock: Clock,
    rng: Rng,
    signer: Signer,
    rate: RateController,
    files: Queue,
    /// Actions not yet returned by `poll_action`.
    actions: VecDeque<Action>,
    /// A run is on: files are taken up until none is Ready.
    running: bool,
    /// The file that ended last in this run.
    last_ended: Option<FileId>,
    /// Number of the last request or file call.
    last_number: u32,
    /// Position among the uploading files where the scheduler goes on, for equal shares.
    turn: usize,
    /// Something could have started but for the memory or the slots that others hold.
    starved: Cell<bool>,
    connectivity: connectivity::Connectivity,
    cleanups: Vec<cleanup::Cleanup>,
    loads: Vec<checkpointing::Load>,
    /// What the storage knows of the networks was loaded.
    links_loaded: bool,
    storage_warned: bool,
    /// Hosts that are only on the platform's domain list for form uploads.
    form_hosts: Vec<String>,
}

impl Engine {
    /// The only engine of its app.
    pub fn new(options: Options) -> Self {
        Self::with_shared(options, SharedState::default())
    }

    /// One of several engines, which share memory limits and checkpoints.
    pub fn with_shared(options: Options, shared: SharedState) -> Self {
        let retry = RetryPolicy {
            max_retries: options.retry_count,
            backoff: Backoff { initial: options.retry_wait, ..RetryPolicy::default().backoff },
            ..RetryPolicy::default()
        };
        let mut engine = Engine {
            number: shared.join(),
            shared,
            retry,
            reported_bytes: 0,
            rng: Rng::new(options.seed),
            rate: RateController::new(options.part_size, options.parallel, &options.network),
            connectivity: connectivity::Connectivity::default(),
            options,
            clock: Clock::default(),
            signer: Signer::default(),
            files: Queue::default(),
            actions: VecDeque::new(),
            running: false,
            last_ended: None,
            last_number: 1,
            turn: 0,
            starved: Cell::new(false),
            cleanups: Vec::new(),
            loads: Vec::new(),
            links_loaded: false,
            storage_warned: false,
            form_hosts: Vec::new(),
        };
        if engine.options.network == "none" {
            engine.go_offline();
        }
        engine
    }

    /// Takes an event in. `wall` is the phone's clock, ms since 1970; 0 where it gives none. Returns, for commands, whether it had an effect.
    pub fn handle_event(&mut self, event: Event, wall: i64) -> bool {
        // The phone's clock need not show it: the time that `next_timeout` gave has passed.
        let waited = if matches!(event, Event::Timeout) { self.next_timeout().unwrap_or_default() } else { 0 };
        let before = self.clock.wall();
        let continuous = self.clock.advance(wall, waited);
        // In the background the clock jumps by itself, but never back.
        if !continuous && (wall < before || !self.connectivity.is_hidden()) {
            self.clock.forget_server_time();
            // Whether time has passed or the clock was set is not known: expiries keep the times they have.
            self.files.iter_mut().for_each(|file| file.auth.settle());
        }
        let had_effect = self.dispatch(event);
        self.handle_timers();
        self.schedule();
        had_effect
    }

    /// The next thing to do; none when the engine waits for an event.
    pub fn poll_action(&mut self) -> Option<Action> {
        if self.actions.is_empty() {
            while self.actions.is_empty() && self.start_next() {}
        }
        let bytes = self.bytes_in_memory();
        self.shared.hold(self.reported_bytes, bytes);
        self.reported_bytes = bytes;
        self.actions.pop_front()
    }

    fn dispatch(&mut self, event: Event) -> bool {
        match event {
            Event::Add(file) => self.add_file(file),
            Event::Start => self.start(),
            Event::Stop => self.stop(),
            Event::Clear => self.clear(),
            Event::Remove(id) => self.remove_file(FileId(id)),
            Event::Cancel(id) => self.cancel_file(FileId(id)),
            Event::Resume(id) => self.resume_file(FileId(id)),
            Event::Pause(id) => self.pause_file(FileId(id)),
            Event::SetAuth { id, auth, address, video_id } => {
                self.set_upload_auth(FileId(id), &auth, &address, &video_id)
            }
            Event::RenewAuth(auth) => self.renew_upload_auth(&auth),
            Event::SetSts { id, token, video_id } => self.set_sts_token(FileId(id), token, &video_id),
            Event::RenewSts(token) => self.renew_sts_token(token),
            Event::SetDirect { id, token } => self.set_direct_token(FileId(id), token),
            Event::Credential { id, json } => self.set_credential(FileId(id), &json),
            Event::LateCredential { id, json } => self.set_late_credential(FileId(id), &json),
            Event::CredentialFailed { id, error } => self.reject_credential(FileId(id), &error),
            Event::LateAnswer(late) => self.on_late_answer(late),
            Event::SuccessReported(id) => self.on_reported(FileId(id)),
            Event::Response { id, result } => self.on_response(id, &result),
            Event::RequestProgress { id, progress } => self.on_request_progress(id, progress),
            Event::Stat { op, result } => self.on_stat(op, &result),
            Event::Read { op, result } => self.on_read(op, &result),
            Event::Digest { id, md5 } => self.on_digest(FileId(id), md5),
            Event::Loaded { key, value } => self.on_loaded(&key, &value),
            Event::SaveFailed => self.on_save_failed(),
            Event::AppHidden => self.on_hidden(),
            Event::AppShown => self.on_shown(),
            Event::NetworkChanged { connected, kind } => self.on_network(connected, &kind),
            Event::MemoryWarning => {
                let now = self.clock.monotonic_ms();
                self.rate.on_loss(Loss::Memory, now);
                true
            }
            Event::Timeout => true,
        }
    }

    /// A number for a request or a file call.
    fn next_number(&mut self) -> u32 {
        self.last_number = self.last_number.wrapping_add(1).max(1);
        self.last_number
    }

    fn owner(&self, id: FileId) -> Owner {
        (self.number, id.0)
    }

    fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    fn emit(&mut self, id: FileId, emit: UploadEvent) {
        self.act(Action::Emit { id: id.0, emit });
    }

    fn patch(&mut self, id: FileId, patch: InfoPatch) {
        self.emit(id, UploadEvent::Patch(patch));
    }

    fn log(&mut self, id: FileId, level: &'static str, event: &'static str, detail: impl Into<String>) {
        self.emit(id, UploadEvent::Log { level, event, detail: detail.into() });
    }

    /// The only place where a file's state changes. False: the table has no such move.
    fn set_state(&mut self, id: FileId, next: State) -> bool {
        let state = self.files[id].state();
        if !state.may_become(next) {
            debug_assert!(false, "{state:?} → {next:?}");
            return false;
        }
        if state == State::Uploading {
            self.shared.release(self.owner(id), next == State::Success);
        }
        self.files.set_state(id, next);
        self.patch(id, InfoPatch::State(next.name()));
        true
    }

    /// Reports the progress: never backwards, and 100 only when `done`.
    fn report_progress(&mut self, id: FileId, loaded: u64, done: bool) {
        let bytes_per_second = self.rate.speed(self.clock.monotonic_ms());
        let file = &mut self.files[id];
        let total = file.size() as f64;
        let left = file.size().saturating_sub(loaded) as f64;
        let Reported { percent, loaded } = file.advance_progress(loaded, done);
        let loaded = loaded as f64;
        let seconds_left = if done || bytes_per_second <= 0.0 { 0.0 } else { left / bytes_per_second };
        self.patch(id, InfoPatch::Loaded(percent));
        self.emit(id, UploadEvent::Progress(Progress { percent, loaded, total, bytes_per_second, seconds_left }));
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.vacate(self.number, None);
    }
}
