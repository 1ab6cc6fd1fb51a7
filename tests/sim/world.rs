//! The engine in virtual time, driven as `src/wasm/driver.rs` drives it.

use crate::app::App;
use crate::cloud::Cloud;
use crate::disk::Disk;
use crate::http::{Flight, FlightEvent, WireRequest};
use crate::link::Link;
use crate::observed::Observed;
use crate::phone::Phone;
use crate::rng::Rng;
use crate::scenario::{Scenario, MINUTE};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use vod_upload::api::event::{Event, FileError, ReadOutcome};
use vod_upload::api::options::Options;
use vod_upload::engine::Engine;
use vod_upload::multipart::plan::{MAX_PARTS, MIN_PART};

/// No run may last longer than this after all faults have ended, ms.
const MAX_TIME_AFTER_HEAL: i64 = 8 * 60 * MINUTE;
/// No run may take more turns; more are taken for an endless loop.
const MAX_TURNS: u64 = 3_000_000;

/// What reaches the JavaScript thread.
pub enum JsTask {
    Timer(u64),
    Event(Event),
    Read {
        op: u32,
        result: Result<ReadOutcome, FileError>,
        keep: Option<HeldBytes>,
    },
    /// Callbacks that wait for delivery.
    Deliver,
    /// The app does something.
    App(crate::app::AppAction),
}

pub enum Scheduled {
    JsTask(u32, JsTask),
    Link(u64),
    Flight(u64, FlightEvent),
    Arrive(Box<WireRequest>),
    Disk(u32, Disk),
    Phone(crate::timetable::PhoneEvent),
}

/// File bytes that the driver keeps in memory for a request.
#[derive(Clone, Copy)]
pub struct HeldBytes {
    pub length: u64,
    pub crc: u64,
}

#[derive(Default, Debug, Clone, Copy)]
pub struct Stats {
    pub turns: u64,
    pub virtual_ms: i64,
    pub requests: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub kills: u64,
    /// Digest of all actions, with `VOD_UPLOAD_DIGEST`: equal digests of the same seeds show that a change kept the behaviour.
    pub digest: u64,
}

pub struct World {
    pub scenario: Scenario,
    pub rng: Rng,
    pub now: i64,
    heap: BinaryHeap<Reverse<(i64, u64, usize)>>,
    slots: Vec<Option<Scheduled>>,
    free: Vec<usize>,
    order: u64,
    pub engine: Option<Engine>,
    /// Which run of the app this is; events of former ones are lost.
    pub app_run: u32,
    /// The user scope: an index into [`SCOPES`](crate::scopes::SCOPES).
    pub scope: usize,
    pub timer: u64,
    /// What waits for the suspended JavaScript thread.
    pub parked: VecDeque<JsTask>,
    pub held: HashMap<u32, HeldBytes>,
    /// The engine has had the event that the app is hidden, and not yet that it is shown.
    pub hidden_reported: bool,
    /// File calls under way.
    pub file_calls: HashSet<u32>,
    /// Reads under way whose bytes will be kept.
    pub reading: HashMap<u32, u64>,
    pub flights: Vec<Flight>,
    pub link: Link,
    pub portal: bool,
    pub phone: Phone,
    pub cloud: Cloud,
    pub app: App,
    pub observed: Observed,
    pub stats: Stats,
    /// The process dies after so many more actions.
    pub kill_after_actions: Option<u64>,
    /// Timers fired in the present second: its start in ms, and their number.
    ticks: (i64, u32),
    /// Since when there has been no network, with the app in the foreground all the time.
    pub down_since: Option<i64>,
    /// The list was emptied at once: what is stored stays for a later upload.
    pub cleaned: bool,
    pub trace: bool,
    digest: Option<DefaultHasher>,
    violation: Option<String>,
}

impl World {
    pub fn new(seed: u64, trace: bool) -> Self {
        let scenario = Scenario::draw(seed);
        let rng = Rng::new(seed ^ 0xD1CE);
        let link = Link::new(scenario.bandwidth, scenario.per_connection);
        let mut world = World {
            phone: Phone { skew: scenario.skew, odd_clock: scenario.odd_clock, ..Phone::default() },
            cloud: Cloud::new(seed),
            scenario,
            rng,
            link,
            trace,
            now: 0,
            heap: BinaryHeap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            order: 0,
            engine: None,
            app_run: 0,
            scope: 0,
            timer: 0,
            parked: VecDeque::new(),
            held: HashMap::new(),
            hidden_reported: false,
            file_calls: HashSet::new(),
            reading: HashMap::new(),
            flights: Vec::new(),
            portal: false,
            app: App::default(),
            observed: Observed::default(),
            stats: Stats::default(),
            kill_after_actions: None,
            cleaned: false,
            ticks: (0, 0),
            down_since: None,
            digest: std::env::var_os("VOD_UPLOAD_DIGEST").map(|_| DefaultHasher::new()),
            violation: None,
        };
        if trace {
            println!("{:#?}", world.scenario);
        }
        world.plan();
        world
    }

    /// Runs to the end; the first broken rule ends it.
    pub fn run(mut self) -> Result<Stats, String> {
        while let Some(Reverse((at, _, slot))) = self.heap.pop() {
            let Some(scheduled) = self.slots[slot].take() else { continue };
            self.free.push(slot);
            if self.stale(&scheduled) {
                continue;
            }
            debug_assert!(at >= self.now);
            self.now = at;
            self.stats.turns += 1;
            self.dispatch(scheduled);
            if self.violation.is_none()
                && (at > self.scenario.heal_at + self.time_limit_after_heal() || self.stats.turns > MAX_TURNS)
            {
                let states = self.app.states();
                self.fail(format!("no end in sight: {states}"));
            }
            if let Some(wrong) = self.violation.take() {
                return Err(format!("at {} ms: {wrong}", self.now));
            }
        }
        self.finish();
        self.stats.virtual_ms = self.now;
        self.stats.digest = self.digest.as_ref().map_or(0, Hasher::finish);
        match self.violation.take() {
            Some(wrong) => Err(format!("at the end ({} ms): {wrong}", self.now)),
            None => Ok(self.stats),
        }
    }

    /// Whether it has become void: the time-out of a request that has ended, or a forecast of a link that has changed.
    fn stale(&self, scheduled: &Scheduled) -> bool {
        match scheduled {
            Scheduled::Flight(serial, _) => !self.flights.iter().any(|f| f.serial == *serial),
            Scheduled::Link(generation) => *generation != self.link.generation,
            Scheduled::JsTask(app_run, JsTask::Timer(timer)) => *app_run != self.app_run || *timer != self.timer,
            _ => false,
        }
    }

    pub fn fail(&mut self, what: impl Into<String>) {
        self.violation.get_or_insert(what.into());
    }

    pub fn note(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>9} {}", self.now, what());
        }
    }

    pub fn schedule(&mut self, ms: i64, what: Scheduled) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(what);
        self.order += 1;
        self.heap.push(Reverse((self.now + ms.max(0), self.order, slot)));
    }

    pub fn schedule_js(&mut self, ms: i64, what: JsTask) {
        let app_run = self.app_run;
        self.schedule(ms, Scheduled::JsTask(app_run, what));
    }

    fn dispatch(&mut self, what: Scheduled) {
        match what {
            Scheduled::JsTask(app_run, js) if app_run == self.app_run && self.engine.is_some() => {
                if self.phone.suspended {
                    self.parked.push_back(js);
                } else {
                    self.run_js_task(js);
                }
            }
            Scheduled::JsTask(..) => {}
            Scheduled::Link(generation) if generation == self.link.generation => self.link_moved(),
            Scheduled::Link(_) => {}
            Scheduled::Flight(serial, event) => self.on_flight_event(serial, event),
            Scheduled::Arrive(wire) => self.arrive(*wire),
            Scheduled::Disk(app_run, disk) if app_run == self.app_run => self.disk(disk),
            Scheduled::Disk(..) => {}
            Scheduled::Phone(turn) => self.on_phone_event(turn),
        }
    }

    /// One turn of the JavaScript thread.
    pub fn run_js_task(&mut self, js: JsTask) {
        match js {
            JsTask::Timer(timer) if timer == self.timer => {
                self.wakeup_rule();
                self.handle_event(Event::Timeout);
            }
            JsTask::Timer(_) => {}
            JsTask::Event(event) => {
                self.handle_event(event);
            }
            JsTask::Read { op, result, keep } => {
                self.reading.remove(&op);
                if let Some(held) = keep {
                    self.held.insert(op, held);
                }
                self.handle_event(Event::Read { op, result });
            }
            JsTask::Deliver => self.deliver(),
            JsTask::App(action) => self.perform_app_action(action),
        }
    }

    /// A new run of the app.
    pub fn launch(&mut self) {
        self.scope = self.rng.below(self.scenario.scopes) as usize;
        let user_scope = crate::scopes::SCOPES[self.scope].into();
        let options = Options { seed: self.rng.draw() >> 11, user_scope, ..self.scenario.options.clone() };
        self.stored_videos_rule();
        self.engine = Some(Engine::new(options));
        self.note(|| format!("---- launch, scope {}", self.scope));
    }

    pub fn handle_event(&mut self, event: Event) -> bool {
        let wall = self.phone.reading(self.now);
        self.note(|| format!("→ {}", crate::trace::event(&event)));
        self.before_event(&event);
        let Some(engine) = self.engine.as_mut() else { return false };
        let taken = engine.handle_event(event, wall);
        self.pump();
        taken
    }

    fn pump(&mut self) {
        while let Some(action) = self.engine.as_mut().and_then(Engine::poll_action) {
            if let Some(left) = self.kill_after_actions.as_mut() {
                if *left == 0 {
                    self.kill_after_actions = None;
                    self.note(|| "killed in the middle of its work".into());
                    self.kill();
                    return;
                }
                *left -= 1;
            }
            self.note(|| format!("← {}", crate::trace::action(&action)));
            if let Some(digest) = &mut self.digest {
                (self.now, crate::trace::action(&action)).hash(digest);
            }
            self.perform(action);
        }
        self.timer += 1;
        let timer = self.timer;
        if let Some(ms) = self.engine.as_ref().and_then(Engine::next_timeout) {
            let late = self.lateness();
            self.schedule_js(ms + late, JsTask::Timer(timer));
        } else {
            self.standstill_rule();
        }
        self.after_pump();
    }

    /// Fails a run in which the engine sets more than a hundred timers in a second.
    fn wakeup_rule(&mut self) {
        let (since, ticks) = self.ticks;
        self.ticks = if self.now - since < 1_000 { (since, ticks + 1) } else { (self.now, 1) };
        if self.ticks.1 > 100 {
            self.fail("a hundred wake-ups in one second");
        }
    }

    /// Timers are late, and now and then very late.
    fn lateness(&mut self) -> i64 {
        let very_late = self.faulty() && self.rng.chance(0.01);
        self.rng.range(0, if very_late { 9_000 } else { 20 })
    }

    /// On a link with long round trips parts may stay small, one or two at a time, and take a round trip each, with what its connection
    /// and a slow turn take; and an upload may have to begin anew. Where a file needs all part numbers, they are as large as memory allows.
    fn time_limit_after_heal(&self) -> i64 {
        let most = u64::from(MAX_PARTS);
        let parts = self.phone.files.iter().map(|f| (f.content.size / MIN_PART).min(most));
        let parts = parts.sum::<u64>() as i64;
        MAX_TIME_AFTER_HEAL + parts * 4 * self.scenario.rtt
    }

    /// The world is still out of order.
    pub fn faulty(&self) -> bool {
        self.now < self.scenario.heal_at
    }
}

impl Stats {
    pub fn add(&mut self, other: Stats) {
        self.turns += other.turns;
        self.virtual_ms += other.virtual_ms;
        self.requests += other.requests;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.kills += other.kills;
        self.digest = self.digest.wrapping_add(other.digest);
    }
}
