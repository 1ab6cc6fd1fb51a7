//! Virtual time: what a phone's requests and reads cost, without noise.

use super::net::{Fluid, Link};
use super::risk::{Bar, Risk};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use vod_upload::flow::rng::Rng;

/// WeChat ends a request after this, µs.
const CAP: u64 = 60_000_000;
/// Bytes of a request beside its body; half of them are the security token.
const HEAD: f64 = 1_500.0;
/// One call of the file system, µs.
const CALL: u64 = 500;
/// Bytes a µs that flash memory reads, and that the module adds up to a CRC64.
const FLASH: f64 = 200.0;
const CRC: f64 = 1_000.0;

/// OSS works so long on a request, µs.
const THINK: u64 = 5_000;
/// WeChat ends requests so long after the app was hidden, µs.
const GRACE: u64 = 5_000_000;

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Share of requests that are reset at some point of their body.
    pub request: f64,
    /// Resets a megabyte.
    pub megabyte: f64,
    /// Share of requests that fall silent instead: nothing comes until the cap.
    pub silent: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Initiate,
    Part,
    Complete,
    /// The whole file in one request.
    Whole,
    Other,
}

/// What a client is told.
#[derive(Clone, Copy, Debug)]
pub enum Told {
    Start,
    /// A read or a look at the file is done.
    Disk(u32),
    HttpResponse {
        id: u32,
        kind: Kind,
        outcome: Outcome,
    },
    Timer,
    /// The network went, or came back.
    Network(bool),
    /// Another network took the place of the present one.
    Switched,
    /// The app was hidden (true) or shown again.
    Hidden(bool),
    /// The app's server has answered what the client asked with this number.
    App(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    Reset,
    Timeout,
    /// There was no network at all.
    Offline,
    /// The network changed.
    Switched,
    /// The app was in the background for too long.
    Interrupted,
}

pub trait Client {
    fn told(&mut self, world: &mut World, what: Told);
    /// Whether it went well, once it is over.
    fn ended(&self) -> Option<bool>;
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Disk(u32),
    Connected(u32),
    Link(u64),
    Back(u32),
    Broken(u32),
    Lost(u32),
    Cap(u32),
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
    /// Bytes until it breaks, if it does.
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
    heap: BinaryHeap<Reverse<(u64, u64, Next)>>,
    order: u64,
    flights: HashMap<u32, Flight>,
    idle: usize,
    disk_free: u64,
    timer: u64,
    held: u64,
    rng: Rng,
    up: bool,
    /// The client is told when the network goes and comes.
    tells: bool,
    /// Requests that were ended in the background, until the app is back.
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
            tells: false,
            interrupted: Vec::new(),
            totals: Totals::default(),
            risk: Risk::default(),
            bar: Bar::default(),
            log: Vec::new(),
        }
    }

    /// The link changes to `total` bytes a second at `at` µs.
    pub fn change(&mut self, at: u64, total: u64) {
        self.at(at, Next::Resize(total));
    }

    /// There is no network between `from` and `to` µs; whether the client is told, as wx.onNetworkStatusChange does.
    pub fn outage(&mut self, from: u64, to: u64, tells: bool) {
        self.tells = tells;
        self.at(from, Next::Network(false));
        self.at(to, Next::Network(true));
    }

    /// At `at` µs another network takes the place of the present one: all requests fail.
    pub fn switch_network(&mut self, at: u64) {
        self.at(at, Next::Switch);
    }

    /// The app is in the background between `from` and `to` µs. After 5 s what is in flight is ended, and nothing is told until
    /// the app is back.
    pub fn background(&mut self, from: u64, to: u64) {
        self.at(from, Next::Hide(true));
        if to > from + GRACE {
            self.at(from + GRACE, Next::Suspend);
        }
        self.at(to, Next::Hide(false));
    }

    /// The client asks the app's server, which answers after `after` µs.
    pub fn ask_app(&mut self, number: u32, after: u64) {
        self.after(after, Next::App(number));
    }

    /// Runs a client to its end; false: it failed, or stood still.
    pub fn run(&mut self, client: &mut dyn Client) -> bool {
        client.told(self, Told::Start);
        loop {
            if let Some(well) = client.ended() {
                return well;
            }
            let Some(Reverse((at, _, next))) = self.heap.pop() else { return false };
            self.now = at;
            let (at_risk, unacknowledged) = self.exposed();
            self.risk.reach(at, at_risk, unacknowledged);
            self.happen(next, client);
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
            true => self.after(connecting, Next::Connected(id)),
            false => self.after(1_000, Next::Lost(id)),
        }
        self.after(CAP, Next::Cap(id));
    }

    pub fn abort(&mut self, id: u32) {
        self.drop_flight(id);
    }

    /// Reads so many bytes, and adds up their CRC64 if asked; one call after the other, as a phone does.
    pub fn read(&mut self, id: u32, bytes: u64, crc: bool) {
        let took = bytes as f64 / FLASH + if crc { bytes as f64 / CRC } else { 0.0 };
        self.disk_free = self.disk_free.max(self.now) + CALL + took as u64;
        self.at(self.disk_free, Next::Disk(id));
    }

    /// One timer: replaces the former.
    pub fn timer(&mut self, after: u64) {
        self.timer += 1;
        let timer = self.timer;
        self.after(after, Next::Timer(timer));
    }

    /// File bytes come into memory, or leave it.
    pub fn hold(&mut self, bytes: u64) {
        self.held += bytes;
        self.totals.peak_held = self.totals.peak_held.max(self.held);
    }

    pub fn release(&mut self, bytes: u64) {
        self.held -= bytes;
    }

    fn happen(&mut self, next: Next, client: &mut dyn Client) {
        match next {
            Next::Disk(id) => client.told(self, Told::Disk(id)),
            Next::Connected(id) => {
                let Some(flight) = self.flights.get_mut(&id) else { return };
                let bytes = flight.breaks.unwrap_or(flight.bytes as f64) + HEAD;
                flight.goal = Some(self.fluid.add(self.now, id, bytes));
                self.forecast();
            }
            Next::Link(generation) if generation == self.fluid.generation => {
                while let Some(id) = self.fluid.through(self.now) {
                    self.through(id);
                }
                self.forecast();
            }
            Next::Back(id) => self.settle(id, Outcome::Ok, client),
            Next::Broken(id) => self.settle(id, Outcome::Reset, client),
            Next::Lost(id) => self.settle(id, Outcome::Offline, client),
            Next::Cap(id) => self.settle(id, Outcome::Timeout, client),
            Next::Timer(timer) if timer == self.timer => client.told(self, Told::Timer),
            Next::Resize(total) => {
                self.fluid.resize(self.now, total as f64);
                self.forecast();
            }
            Next::Network(up) => self.switch(up, client),
            Next::Switch => {
                self.idle = 0;
                client.told(self, Told::Switched);
                self.end_all(Outcome::Switched, client);
            }
            Next::Hide(hidden) => {
                client.told(self, Told::Hidden(hidden));
                if !hidden {
                    for id in std::mem::take(&mut self.interrupted) {
                        client.told(self, Told::HttpResponse { id, kind: Kind::Other, outcome: Outcome::Interrupted });
                    }
                }
            }
            Next::Suspend => {
                let mut ids: Vec<u32> = self.flights.keys().copied().collect();
                ids.sort_unstable();
                for id in ids {
                    self.drop_flight(id);
                    self.interrupted.push(id);
                }
            }
            Next::App(number) => client.told(self, Told::App(number)),
            Next::Link(_) | Next::Timer(_) => {}
        }
    }

    fn switch(&mut self, up: bool, client: &mut dyn Client) {
        self.up = up;
        self.idle = 0;
        if self.tells {
            client.told(self, Told::Network(up));
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

    /// The last byte that goes has gone.
    fn through(&mut self, id: u32) {
        let Some(flight) = self.flights.get_mut(&id) else { return };
        flight.goal = None;
        flight.stored = flight.breaks.is_none();
        let rtt = self.link.rtt;
        match (flight.breaks, flight.silent) {
            (Some(_), true) => {}
            (Some(_), false) => self.after(rtt / 2, Next::Broken(id)),
            (None, _) => self.after(rtt + THINK, Next::Back(id)),
        }
        self.totals.sent += self.flights[&id].breaks.map_or(self.flights[&id].bytes, |bytes| bytes as u64);
    }

    fn settle(&mut self, id: u32, outcome: Outcome, client: &mut dyn Client) {
        let Some(kind) = self.drop_flight(id) else { return };
        if outcome == Outcome::Ok {
            self.idle += 1;
        }
        client.told(self, Told::HttpResponse { id, kind, outcome });
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
            self.at(at.max(self.now), Next::Link(generation));
        }
    }

    fn after(&mut self, us: u64, next: Next) {
        self.at(self.now + us, next);
    }

    fn at(&mut self, at: u64, next: Next) {
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
