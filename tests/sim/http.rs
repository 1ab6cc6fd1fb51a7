//! Requests in flight: the host's queue of eight, the link, and the ways in which requests are lost.

use crate::cloud::{Effect, Reply};
use crate::scenario::{Interrupt, Switch, SECOND};
use crate::world::{JsTask, Scheduled, World};
use vod_upload::api::event::{Event, HttpResponse, RequestProgress, TransportError, TransportErrorKind};
use vod_upload::encoding::percent;

/// Bytes of a request line and its headers.
const HEAD: u64 = 900;

#[derive(Clone, Debug)]
pub enum Body {
    None,
    Text(String),
    Bytes {
        length: u64,
        crc: u64,
    },
    /// wx.uploadFile: the file itself is read when the request starts.
    Form {
        fields: String,
        path: String,
        length: u64,
        crc: u64,
    },
}

impl Body {
    pub fn length(&self) -> u64 {
        match self {
            Body::None => 0,
            Body::Text(text) => text.len() as u64,
            Body::Bytes { length, .. } | Body::Form { length, .. } => *length,
        }
    }
}

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct WireRequest {
    pub serial: u64,
    pub method: &'static str,
    pub host: String,
    /// Decoded, without the slash in front.
    pub key: String,
    pub query: Vec<(String, String)>,
    pub headers: String,
    pub body: Body,
    /// Who sent it, in which run of the app, and when.
    pub scope: usize,
    pub app_run: u32,
    pub sent: i64,
}

impl WireRequest {
    pub fn new(method: &'static str, url: &str, headers: String, body: Body) -> Self {
        let rest = url.strip_prefix("https://").unwrap_or(url);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (percent::decode(name), percent::decode(value))
        };
        WireRequest {
            serial: 0,
            method,
            host: host.into(),
            key: percent::decode(path),
            query: query.split('&').filter(|q| !q.is_empty()).map(pair).collect(),
            headers,
            body,
            scope: 0,
            app_run: 0,
            sent: 0,
        }
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|q| q.0 == name).map(|q| q.1.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        vod_upload::oss::response::header(&self.headers, name)
    }

    pub fn vod(&self) -> bool {
        self.host.starts_with("vod.")
    }

    /// `vod`, `abort`, `part`, … for people and statistics.
    pub fn what(&self) -> &'static str {
        match (self.method, self.query("uploadId").is_some(), self.query("partNumber").is_some()) {
            _ if self.vod() => "vod",
            ("DELETE", ..) => "abort",
            ("PUT", _, true) => "part",
            ("PUT", ..) => "put",
            ("GET", ..) => "list",
            ("HEAD", ..) => "head",
            ("POST", true, _) => "complete",
            _ if self.query("uploads").is_some() => "initiate",
            _ => "form",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Queued,
    Connecting,
    Sending,
    /// All bytes are out: the server has them or will have them.
    Sent,
    /// Only a time-out can end it.
    Dead,
}

pub struct Flight {
    pub serial: u64,
    pub id: u32,
    pub wire: WireRequest,
    pub stage: Stage,
    timeout: i64,
    /// Its promise never settles.
    silent: bool,
}

pub enum FlightEvent {
    Connected,
    Break,
    Progress,
    Timeout,
    Refused(TransportErrorKind),
    Back(Reply),
}

impl World {
    pub fn submit(&mut self, id: u32, mut wire: WireRequest, timeout: i64) {
        self.stats.requests += 1;
        wire.serial = self.stats.requests;
        self.sent(id, &wire);
        if self.scenario.cap_counts_queue && !matches!(wire.body, Body::Form { .. }) {
            let timeout = self.scenario.cap.unwrap_or(i64::MAX).min(timeout);
            self.schedule(timeout, Scheduled::Flight(wire.serial, FlightEvent::Timeout));
        }
        self.flights.push(Flight { serial: wire.serial, id, wire, stage: Stage::Queued, timeout, silent: false });
        self.start_flights();
    }

    fn start_flights(&mut self) {
        while self.flights.iter().filter(|f| f.stage != Stage::Queued).count() < self.scenario.slots {
            let Some(at) = self.flights.iter().position(|f| f.stage == Stage::Queued) else { return };
            self.start_flight(at);
        }
    }

    fn start_flight(&mut self, at: usize) {
        let flight = &mut self.flights[at];
        flight.stage = Stage::Connecting;
        let serial = flight.serial;
        let timeout = self.scenario.cap.unwrap_or(i64::MAX).min(flight.timeout);
        let form = matches!(flight.wire.body, Body::Form { .. });
        // The engine allows a large form its hours; a connection that is dead is found dead before.
        let timeout = if form { timeout.min(HALF_AN_HOUR) } else { timeout };
        let listed = flight.wire.vod() || form || self.scenario.listed_bucket;
        if let Body::Form { path, length, crc, .. } = &mut flight.wire.body {
            match self.phone.file(path) {
                Some(file) => (*length, *crc) = (file.content.size, file.content.whole()),
                None => {
                    return self
                        .schedule(1, Scheduled::Flight(serial, FlightEvent::Refused(TransportErrorKind::Network)))
                }
            }
        }
        let progress = form && self.rng.chance(0.5);
        self.schedule(timeout, Scheduled::Flight(serial, FlightEvent::Timeout));
        let delay = self.scenario.rtt + self.rng.range(0, self.scenario.rtt / 2);
        if !listed {
            return self
                .schedule(1, Scheduled::Flight(serial, FlightEvent::Refused(TransportErrorKind::DomainNotAllowed)));
        }
        if !self.link.up {
            return match self.rng.below(3) {
                0 => self.schedule(delay, Scheduled::Flight(serial, FlightEvent::Refused(TransportErrorKind::Network))),
                1 => self.schedule(1, Scheduled::Flight(serial, FlightEvent::Refused(TransportErrorKind::Offline))),
                _ => {}
            };
        }
        if self.faulty() {
            let f = self.scenario.faults.clone();
            if self.rng.chance(f.phone_busy) {
                return self
                    .schedule(1, Scheduled::Flight(serial, FlightEvent::Refused(TransportErrorKind::TooManyRequests)));
            }
            if self.rng.chance(f.refused) {
                let why =
                    self.rng.pick(&[TransportErrorKind::Network, TransportErrorKind::Tls, TransportErrorKind::Timeout]);
                return self.schedule(delay, Scheduled::Flight(serial, FlightEvent::Refused(why)));
            }
            if self.rng.chance(f.hang) {
                // Sometimes even WeChat's time-out never comes.
                let silent = self.rng.chance(0.3) && !form;
                if let Some(flight) = self.flights.iter_mut().find(|f| f.serial == serial) {
                    flight.silent = silent;
                }
                return;
            }
            if self.rng.chance(f.broken) {
                let ms = self.rng.spread(1, 20_000) as i64;
                self.schedule(delay + ms, Scheduled::Flight(serial, FlightEvent::Break));
            }
        }
        if progress {
            let ms = self.rng.spread(1, 10_000) as i64;
            self.schedule(delay + ms, Scheduled::Flight(serial, FlightEvent::Progress));
        }
        self.schedule(delay, Scheduled::Flight(serial, FlightEvent::Connected));
    }

    pub fn on_flight_event(&mut self, serial: u64, event: FlightEvent) {
        let Some(at) = self.flights.iter().position(|f| f.serial == serial) else { return };
        let stage = self.flights[at].stage;
        match event {
            FlightEvent::Connected if stage == Stage::Connecting => {
                self.flights[at].stage = Stage::Sending;
                let bytes = self.flights[at].wire.body.length() + HEAD;
                self.link.add(self.now, serial, bytes);
                self.forecast();
            }
            FlightEvent::Break if matches!(stage, Stage::Connecting | Stage::Sending | Stage::Sent) => {
                self.settle(at, no_answer(TransportErrorKind::Network))
            }
            FlightEvent::Progress => {
                let sent = self.rng.below(self.flights[at].wire.body.length() * 2 + 1);
                let id = self.flights[at].id;
                self.schedule_js(
                    0,
                    JsTask::Event(Event::RequestProgress { id, progress: RequestProgress::Sent(sent) }),
                );
            }
            FlightEvent::Timeout if self.flights[at].silent => {}
            FlightEvent::Timeout => self.settle(at, no_answer(TransportErrorKind::Timeout)),
            FlightEvent::Refused(why) => self.settle(at, no_answer(why)),
            FlightEvent::Back(reply) if stage != Stage::Dead => self.settle(at, reply),
            _ => {}
        }
    }

    pub fn forecast(&mut self) {
        if let Some(at) = self.link.next() {
            let generation = self.link.generation;
            self.schedule(at - self.now, Scheduled::Link(generation));
        }
    }

    pub fn link_moved(&mut self) {
        for serial in self.link.arrived(self.now) {
            let Some(flight) = self.flights.iter_mut().find(|f| f.serial == serial) else { continue };
            flight.stage = Stage::Sent;
            let mut wire = Box::new(flight.wire.clone());
            self.read_by_platform(&mut wire);
            let ms = self.scenario.rtt / 2;
            self.schedule(ms, Scheduled::Arrive(wire));
        }
        self.forecast();
    }

    /// The request is at the server, whatever becomes of its sender.
    pub fn arrive(&mut self, wire: WireRequest) {
        let serial = wire.serial;
        let portal = self.portal && self.faulty();
        if self.killed_while_completing(&wire, portal) {
            return;
        }
        let reply = if portal { self.portal_page() } else { self.serve(&wire) };
        self.note(|| {
            format!(
                "     {} {} → {} {}",
                wire.what(),
                wire.key,
                reply.status,
                reply.body.get(..120).unwrap_or(&reply.body)
            )
        });
        let ms = self.scenario.rtt / 2 + self.rng.range(0, 30);
        if self.faulty() && self.rng.chance(self.scenario.faults.answer_lost) {
            // Or nothing ever comes, not even the break.
            if self.rng.chance(0.5) {
                self.schedule(ms, Scheduled::Flight(serial, FlightEvent::Break));
            }
            return;
        }
        self.schedule(ms, Scheduled::Flight(serial, FlightEvent::Back(reply)));
    }

    /// The app is killed while the request that makes the object is answered; it was served, or not.
    fn killed_while_completing(&mut self, wire: &WireRequest, portal: bool) -> bool {
        let last = matches!(wire.what(), "complete" | "put" | "form" | "head" | "initiate") || wire.vod();
        let dies =
            last && self.faulty() && self.engine.is_some() && self.rng.chance(self.scenario.faults.killed_at_end);
        if dies {
            if !portal && self.rng.chance(0.6) {
                self.serve(wire);
            }
            self.kill();
        }
        dies
    }

    /// The host's promise settles.
    fn settle(&mut self, at: usize, reply: Reply) {
        let flight = self.flights.remove(at);
        self.link.remove(self.now, flight.serial);
        self.forecast();
        let result = match reply.status {
            0 => Err(TransportError { kind: reply.failure, message: "request:fail".into() }),
            status => Ok(HttpResponse { status, headers: reply.headers, body: reply.body }),
        };
        self.observed.effects.insert(flight.id, reply.effect);
        self.schedule_js(0, JsTask::Event(Event::Response { id: flight.id, result }));
        self.start_flights();
    }

    /// The engine takes a request back: the promise settles at once, what is out is out.
    pub fn abort(&mut self, id: u32) {
        if let Some(at) = self.flights.iter().position(|f| f.id == id) {
            self.settle(at, no_answer(TransportErrorKind::Abort));
        }
    }

    /// Everything under way fails the same way, or hangs.
    fn break_all(&mut self, how: Option<TransportErrorKind>) {
        let serials: Vec<u64> = self.flights.iter().filter(|f| f.stage != Stage::Queued).map(|f| f.serial).collect();
        for serial in serials {
            let Some(at) = self.flights.iter().position(|f| f.serial == serial) else { continue };
            match how {
                Some(why) => self.settle(at, no_answer(why)),
                None => {
                    self.flights[at].stage = Stage::Dead;
                    self.link.remove(self.now, serial);
                }
            }
        }
        self.forecast();
    }

    pub fn network_switched(&mut self) {
        match self.scenario.switch {
            Switch::KillAll => self.break_all(Some(TransportErrorKind::NetworkChanged)),
            Switch::Hang => self.break_all(None),
            Switch::Nothing => {}
        }
    }

    pub fn outage(&mut self, up: bool) {
        self.link.set(self.now, up);
        if !up {
            match self.rng.below(3) {
                0 => self.break_all(Some(TransportErrorKind::Offline)),
                1 => self.break_all(Some(TransportErrorKind::Network)),
                _ => {}
            }
        }
        self.forecast();
    }

    pub fn interrupt_all(&mut self) {
        match self.scenario.interrupt {
            Interrupt::NeverReported => self.break_all(None),
            Interrupt::GoOn => {}
            _ => self.break_all(Some(TransportErrorKind::Interrupted)),
        }
    }

    /// The process is gone; what has left the phone arrives all the same.
    pub fn drop_flights(&mut self) {
        self.flights.clear();
        self.link.clear(self.now);
    }
}

pub fn no_answer(failure: TransportErrorKind) -> Reply {
    Reply { status: 0, headers: String::new(), body: String::new(), failure, effect: Effect::Nothing }
}

const HALF_AN_HOUR: i64 = 1_800 * SECOND;
/// How long WeChat lets an app run after it was hidden.
pub const SUSPENDS_AFTER: i64 = 5 * SECOND;
