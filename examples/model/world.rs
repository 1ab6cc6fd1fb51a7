//! Virtual time: what a phone's requests and reads cost, without noise.

use super::client::{Client, Kind, Outcome, WorldEvent};
use super::net::{Fluid, Link};
use super::risk::{Bar, Risk};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use vod_upload::flow::rng::Rng;

/// WeChat ends a request after this, µs.
const MAX_TIMEOUT: u64 = 60_000_000;
/// Bytes of a request line and its headers; half of them are the security token.
const HEADER_BYTES: f64 = 1_500.0;
/// One call of the file system, µs.
const FILE_CALL: u64 = 500;
/// Bytes a µs read from flash memory, and added to a CRC64 by the module.
const FLASH_RATE: f64 = 200.0;
const CRC_RATE: f64 = 1_000.0;

/// Time in which OSS serves a request, µs.
const SERVER_TIME: u64 = 5_000;
/// WeChat ends requests this long after the app was hidden, µs.
const SUSPEND_AFTER: u64 = 5_000_000;

/// Probabilities of failures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Share of requests that are reset at some point of their body.
    pub request: f64,
    /// Resets a megabyte.
    pub megabyte: f64,
    /// Share of requests that get no response and end by the time-out.
    pub silent: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scheduled {
    Disk(u32),
    Connected(u32),
    Link(u64),
    Back(u32),
    Broken(u32),
    Lost(u32),
    Timeout(u32),
    Timer(u64),
    Resize(u64),
    Network(bool),
    Switch,
    Hide(bool),
    Suspend,
    App(u32),
}

struct Flight {
    kind: Kind,
    bytes: u64,
    /// Bytes after which the connection is reset, if it is.
    breaks: Option<f64>,
    silent: bool,
    goal: Option<f64>,
    /// OSS has stored it; the answer is under way.
    stored: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub requests: u64,
    /// Bytes of bodies that left the phone.
    pub sent: u64,
    pub peak_held: u64,
    pub most_at_once: usize,
}

pub struct World {
    /// µs.
    pub now: u64,
    pub link: Link,
    faults: Faults,
    /// Round trips until a new connection can be used: 1 for TCP, 2 with TLS 1.3.
    setup: u64,
    fluid: Fluid,
    heap: BinaryHeap<Reverse<(u64, u64, Scheduled)>>,
    order: u64,
    flights: HashMap<u32, Flight>,
    idle: usize,
    disk_free: u64,
    timer: u64,
    held: u64,
    rng: Rng,
    up: bool,
    /// The client gets an event when the network goes and comes.
    network_events: bool,
    /// Requests that ended in the background; their outcomes are delivered when the app is back.
    interrupted: Vec<u32>,
    pub totals: Totals,
    pub risk: Risk,
    pub bar: Bar,
    /// When requests were sent, µs.
    pub log: Vec<u64>,
}

impl World {
    pub fn new(link: Link, faults: Faults, setup: u64, seed: u64) -> Self {
        World {
            now: 0,
            fluid: Fluid::new(&link),
            link,
            faults,
            setup,
            heap: BinaryHeap::new(),
            order: 0,
            flights: HashMap::new(),
            idle: 0,
            disk_free: 0,
            timer: 0,
            held: 0,
            rng: Rng::new(seed),
            up: true,
            network_events: false,
            interrupted: Vec::new(),
            totals: Totals::default(),
            risk: Risk::default(),
            bar: Bar::default(),
            log: Vec::new(),
        }
    }

    /// The link changes to `total` bytes a second at `at` µs.
    pub fn change(&mut self, at: u64, total: u64) {
        self.at(at, Scheduled::Resize(total));
    }

    /// There is no network between `from` and `to` µs. `network_events`: whether the client gets events, as of wx.onNetworkStatusChange.
    pub fn outage(&mut self, from: u64, to: u64, network_events: bool) {
        self.network_events = network_events;
        self.at(from, Scheduled::Network(false));
        self.at(to, Scheduled::Network(true));
    }

    /// At `at` µs another network takes the place of the present one: all requests fail.
    pub fn switch_network(&mut self, at: u64) {
        self.at(at, Scheduled::Switch);
    }

    /// The app is in the background between `from` and `to` µs. After 5 s requests in flight end, and the client gets no event until
    /// the app is back.
    pub fn background(&mut self, from: u64, to: u64) {
        self.at(from, Scheduled::Hide(true));
        if to > from + SUSPEND_AFTER {
            self.at(from + SUSPEND_AFTER, Scheduled::Suspend);
        }
        self.at(to, Scheduled::Hide(false));
    }

    /// The client calls the app's server, which responds after `after` µs.
    pub fn ask_app(&mut self, number: u32, after: u64) {
        self.after(after, Scheduled::App(number));
    }

    /// Runs a client to its end. False: it failed, or there was nothing left to wait for.
    pub fn run(&mut self, client: &mut dyn Client) -> bool {
        client.on_event(self, WorldEvent::Start);
        loop {
            if let Some(finished) = client.ended() {
                return finished;
            }
            let Some(Reverse((at, _, next))) = self.heap.pop() else { return false };
            self.now = at;
            let (at_risk, unacknowledged) = self.exposed();
            self.risk.reach(at, at_risk, unacknowledged);
            self.dispatch(next, client);
            let (at_risk, unacknowledged) = self.exposed();
            self.risk.jump(at, at_risk, unacknowledged);
        }
    }

    /// Bytes that OSS has received of parts that are not stored, and these with the stored ones that the phone does not know of.
    fn exposed(&mut self) -> (f64, f64) {
        let (mut at_risk, mut unknown) = (0.0, 0.0);
        for flight in self.flights.values().filter(|f| matches!(f.kind, Kind::Part | Kind::Whole)) {
            let whole = flight.bytes as f64;
            if flight.stored {
                unknown += whole;
            } else if let Some(goal) = flight.goal {
                let sent = flight.breaks.unwrap_or(whole);
                at_risk += (sent - self.fluid.left(self.now, goal)).clamp(0.0, whole);
            }
        }
        (at_risk, at_risk + unknown)
    }

    pub fn request(&mut self, id: u32, kind: Kind, bytes: u64) {
        self.totals.requests += 1;
        self.log.push(self.now);
        let whole = bytes as f64;
        let megabytes = whole / 1e6;
        let lost = 1.0 - (1.0 - self.faults.request) * (1.0 - self.faults.megabyte).powf(megabytes);
        let silent = self.chance(self.faults.silent);
        let breaks = (silent || self.chance(lost)).then(|| whole * self.fraction());
        self.flights.insert(id, Flight { kind, bytes, breaks, silent, goal: None, stored: false });
        self.totals.most_at_once = self.totals.most_at_once.max(self.flights.len());
        let connecting = if self.idle > 0 { 0 } else { self.setup * self.link.rtt };
        self.idle = self.idle.saturating_sub(1);
        match self.up {
            true => self.after(connecting, Scheduled::Connected(id)),
            false => self.after(1_000, Scheduled::Lost(id)),
        }
        self.after(MAX_TIMEOUT, Scheduled::Timeout(id));
    }

    pub fn abort(&mut self, id: u32) {
        self.drop_flight(id);
    }

    /// Reads `bytes` bytes, with `crc` adds them to a CRC64; one call after the other, as on a phone.
    pub fn read(&mut self, id: u32, bytes: u64, crc: bool) {
        let took = bytes as f64 / FLASH_RATE + if crc { bytes as f64 / CRC_RATE } else { 0.0 };
        self.disk_free = self.disk_free.max(self.now) + FILE_CALL + took as u64;
        self.at(self.disk_free, Scheduled::Disk(id));
    }

    /// Sets the client's only timer, µs from now; replaces the former one.
    pub fn timer(&mut self, after: u64) {
        self.timer += 1;
        let timer = self.timer;
        self.after(after, Scheduled::Timer(timer));
    }

    /// Counts file bytes that are held in memory; `release` counts them out.
    pub fn hold(&mut self, bytes: u64) {
        self.held += bytes;
        self.totals.peak_held = self.totals.peak_held.max(self.held);
    }

    pub fn release(&mut self, bytes: u64) {
        self.held -= bytes;
    }

    fn dispatch(&mut self, next: Scheduled, client: &mut dyn Client) {
        match next {
            Scheduled::Disk(id) => client.on_event(self, WorldEvent::Disk(id)),
            Scheduled::Connected(id) => {
                let Some(flight) = self.flights.get_mut(&id) else { return };
                let bytes = flight.breaks.unwrap_or(flight.bytes as f64) + HEADER_BYTES;
                flight.goal = Some(self.fluid.add(self.now, id, bytes));
                self.forecast();
            }
            Scheduled::Link(generation) if generation == self.fluid.generation => {
                while let Some(id) = self.fluid.through(self.now) {
                    self.through(id);
                }
                self.forecast();
            }
            Scheduled::Back(id) => self.settle(id, Outcome::Ok, client),
            Scheduled::Broken(id) => self.settle(id, Outcome::Reset, client),
            Scheduled::Lost(id) => self.settle(id, Outcome::Offline, client),
            Scheduled::Timeout(id) => self.settle(id, Outcome::Timeout, client),
            Scheduled::Timer(timer) if timer == self.timer => client.on_event(self, WorldEvent::Timer),
            Scheduled::Resize(total) => {
                self.fluid.resize(self.now, total as f64);
                self.forecast();
            }
            Scheduled::Network(up) => self.switch(up, client),
            Scheduled::Switch => {
                self.idle = 0;
                client.on_event(self, WorldEvent::Switched);
                self.end_all(Outcome::Switched, client);
            }
            Scheduled::Hide(hidden) => {
                client.on_event(self, WorldEvent::Hidden(hidden));
                if !hidden {
                    for id in std::mem::take(&mut self.interrupted) {
                        client.on_event(
                            self,
                            WorldEvent::Response { id, kind: Kind::Other, outcome: Outcome::Interrupted },
                        );
                    }
                }
            }
            Scheduled::Suspend => {
                let mut ids: Vec<u32> = self.flights.keys().copied().collect();
                ids.sort_unstable();
                for id in ids {
                    self.drop_flight(id);
                    self.interrupted.push(id);
                }
            }
            Scheduled::App(number) => client.on_event(self, WorldEvent::App(number)),
            Scheduled::Link(_) | Scheduled::Timer(_) => {}
        }
    }

    fn switch(&mut self, up: bool, client: &mut dyn Client) {
        self.up = up;
        self.idle = 0;
        if self.network_events {
            client.on_event(self, WorldEvent::Network(up));
        }
        if !up {
            self.end_all(Outcome::Offline, client);
        }
    }

    fn end_all(&mut self, outcome: Outcome, client: &mut dyn Client) {
        let mut ids: Vec<u32> = self.flights.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            self.settle(id, outcome, client);
        }
    }

    /// The last byte that will be sent has been sent.
    fn through(&mut self, id: u32) {
        let Some(flight) = self.flights.get_mut(&id) else { return };
        flight.goal = None;
        flight.stored = flight.breaks.is_none();
        let rtt = self.link.rtt;
        match (flight.breaks, flight.silent) {
            (Some(_), true) => {}
            (Some(_), false) => self.after(rtt / 2, Scheduled::Broken(id)),
            (None, _) => self.after(rtt + SERVER_TIME, Scheduled::Back(id)),
        }
        self.totals.sent += self.flights[&id].breaks.map_or(self.flights[&id].bytes, |bytes| bytes as u64);
    }

    fn settle(&mut self, id: u32, outcome: Outcome, client: &mut dyn Client) {
        let Some(kind) = self.drop_flight(id) else { return };
        if outcome == Outcome::Ok {
            self.idle += 1;
        }
        client.on_event(self, WorldEvent::Response { id, kind, outcome });
    }

    fn drop_flight(&mut self, id: u32) -> Option<Kind> {
        let flight = self.flights.remove(&id)?;
        if let Some(goal) = flight.goal {
            let left = self.fluid.remove(self.now, id, goal);
            let went = flight.breaks.unwrap_or(flight.bytes as f64) - left;
            self.totals.sent += went.max(0.0) as u64;
            self.forecast();
        }
        Some(flight.kind)
    }

    fn forecast(&mut self) {
        if let Some(at) = self.fluid.next() {
            let generation = self.fluid.generation;
            self.at(at.max(self.now), Scheduled::Link(generation));
        }
    }

    fn after(&mut self, us: u64, next: Scheduled) {
        self.at(self.now + us, next);
    }

    fn at(&mut self, at: u64, next: Scheduled) {
        self.order += 1;
        self.heap.push(Reverse((at, self.order, next)));
    }

    fn chance(&mut self, of: f64) -> bool {
        of > 0.0 && self.fraction() < of
    }

    fn fraction(&mut self) -> f64 {
        self.rng.below(1 << 40) as f64 / (1u64 << 40) as f64
    }
}
