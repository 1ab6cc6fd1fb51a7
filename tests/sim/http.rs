//! Requests on their way: the host's queue of eight, the link, the ways in which they are lost.

use crate::cloud::{Reply, Told};
use crate::scenario::{Interrupt, Switch, SECOND};
use crate::world::{Happening, Js, World};
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::event::{Event, HttpResponse};
use vod_upload::encoding::percent;

/// Bytes of a request beside its body.
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
pub struct Wire {
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
    pub life: u32,
    pub sent: i64,
}

impl Wire {
    pub fn new(method: &'static str, url: &str, headers: String, body: Body) -> Self {
        let rest = url.strip_prefix("https://").unwrap_or(url);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (percent::decode(name), percent::decode(value))
        };
        Wire {
            serial: 0,
            method,
            host: host.into(),
            key: percent::decode(path),
            query: query.split('&').filter(|q| !q.is_empty()).map(pair).collect(),
            headers,
            body,
            scope: 0,
            life: 0,
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
    /// Nothing will come of it but a time-out.
    Dead,
}

pub struct Flight {
    pub serial: u64,
    pub id: u32,
    pub wire: Wire,
    pub stage: Stage,
    timeout: i64,
    /// It will never be heard of again.
    silent: bool,
}

pub enum Leg {
    Connected,
    Break,
    Progress,
    Timeout,
    Refused(TransportErrorKind),
    Back(Reply),
}

impl World {
    pub fn submit(&mut self, id: u32, mut wire: Wire, timeout: i64) {
        self.stats.requests += 1;
        wire.serial = self.stats.requests;
        self.sent(id, &wire);
        if self.scenario.cap_counts_queue && !matches!(wire.body, Body::Form { .. }) {
            let timeout = self.scenario.cap.unwrap_or(i64::MAX).min(timeout);
            self.after(timeout, Happening::Flight(wire.serial, Leg::Timeout));
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
                None => return self.after(1, Happening::Flight(serial, Leg::Refused(TransportErrorKind::Network))),
            }
        }
        let progress = form && self.dice.chance(0.5);
        self.after(timeout, Happening::Flight(serial, Leg::Timeout));
        let delay = self.scenario.rtt + self.dice.range(0, self.scenario.rtt / 2);
        if !listed {
            return self.after(1, Happening::Flight(serial, Leg::Refused(TransportErrorKind::DomainNotAllowed)));
        }
        if !self.link.up {
            return match self.dice.below(3) {
                0 => self.after(delay, Happening::Flight(serial, Leg::Refused(TransportErrorKind::Network))),
                1 => self.after(1, Happening::Flight(serial, Leg::Refused(TransportErrorKind::Offline))),
                _ => {}
            };
        }
        if self.faulty() {
            let f = self.scenario.faults.clone();
            if self.dice.chance(f.phone_busy) {
                return self.after(1, Happening::Flight(serial, Leg::Refused(TransportErrorKind::TooManyRequests)));
            }
            if self.dice.chance(f.refused) {
                let why = self.dice.pick(&[
                    TransportErrorKind::Network,
                    TransportErrorKind::Tls,
                    TransportErrorKind::Timeout,
                ]);
                return self.after(delay, Happening::Flight(serial, Leg::Refused(why)));
            }
            if self.dice.chance(f.hang) {
                // Sometimes even WeChat's time-out never comes.
                let silent = self.dice.chance(0.3) && !form;
                if let Some(flight) = self.flights.iter_mut().find(|f| f.serial == serial) {
                    flight.silent = silent;
                }
                return;
            }
            if self.dice.chance(f.broken) {
                let ms = self.dice.spread(1, 20_000) as i64;
                self.after(delay + ms, Happening::Flight(serial, Leg::Break));
            }
        }
        if progress {
            let ms = self.dice.spread(1, 10_000) as i64;
            self.after(delay + ms, Happening::Flight(serial, Leg::Progress));
        }
        self.after(delay, Happening::Flight(serial, Leg::Connected));
    }

    pub fn leg(&mut self, serial: u64, leg: Leg) {
        let Some(at) = self.flights.iter().position(|f| f.serial == serial) else { return };
        let stage = self.flights[at].stage;
        match leg {
            Leg::Connected if stage == Stage::Connecting => {
                self.flights[at].stage = Stage::Sending;
                let bytes = self.flights[at].wire.body.length() + HEAD;
                self.link.add(self.now, serial, bytes);
                self.forecast();
            }
            Leg::Break if matches!(stage, Stage::Connecting | Stage::Sending | Stage::Sent) => {
                self.settle(at, no_answer(TransportErrorKind::Network))
            }
            Leg::Progress => {
                let sent = self.dice.below(self.flights[at].wire.body.length() * 2 + 1);
                let id = self.flights[at].id;
                self.js(0, Js::Event(Event::UploadProgress { id, sent: sent as i64 }));
            }
            Leg::Timeout if self.flights[at].silent => {}
            Leg::Timeout => self.settle(at, no_answer(TransportErrorKind::Timeout)),
            Leg::Refused(why) => self.settle(at, no_answer(why)),
            Leg::Back(reply) if stage != Stage::Dead => self.settle(at, reply),
            _ => {}
        }
    }

    pub fn forecast(&mut self) {
        if let Some(at) = self.link.next() {
            let generation = self.link.generation;
            self.after(at - self.now, Happening::Link(generation));
        }
    }

    pub fn link_moved(&mut self) {
        for serial in self.link.arrived(self.now) {
            let Some(flight) = self.flights.iter_mut().find(|f| f.serial == serial) else { continue };
            flight.stage = Stage::Sent;
            let mut wire = Box::new(flight.wire.clone());
            self.read_by_platform(&mut wire);
            let ms = self.scenario.rtt / 2;
            self.after(ms, Happening::Arrive(wire));
        }
        self.forecast();
    }

    /// The request is at the server, whatever becomes of its sender.
    pub fn arrive(&mut self, wire: Wire) {
        let serial = wire.serial;
        let portal = self.portal && self.faulty();
        if self.dies_at_the_end(&wire, portal) {
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
        let ms = self.scenario.rtt / 2 + self.dice.range(0, 30);
        if self.faulty() && self.dice.chance(self.scenario.faults.answer_lost) {
            // Or nothing ever comes, not even the break.
            if self.dice.chance(0.5) {
                self.after(ms, Happening::Flight(serial, Leg::Break));
            }
            return;
        }
        self.after(ms, Happening::Flight(serial, Leg::Back(reply)));
    }

    /// The app is killed while the request that makes the object is answered; it was served, or not.
    fn dies_at_the_end(&mut self, wire: &Wire, portal: bool) -> bool {
        let last = matches!(wire.what(), "complete" | "put" | "form" | "head" | "initiate") || wire.vod();
        let dies =
            last && self.faulty() && self.engine.is_some() && self.dice.chance(self.scenario.faults.killed_at_end);
        if dies {
            if !portal && self.dice.chance(0.6) {
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
        let answer = HttpResponse {
            status: reply.status,
            headers: reply.headers,
            body: if reply.status == 0 { "request:fail".into() } else { reply.body },
            failure: reply.failure,
        };
        self.watch.told.insert(flight.id, reply.told);
        self.js(0, Js::Event(Event::Response { id: flight.id, answer }));
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
            match self.dice.below(3) {
                0 => self.break_all(Some(TransportErrorKind::Offline)),
                1 => self.break_all(Some(TransportErrorKind::Network)),
                _ => {}
            }
        }
        self.forecast();
    }

    pub fn interrupt_all(&mut self) {
        match self.scenario.interrupt {
            Interrupt::NeverTold => self.break_all(None),
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
    Reply { status: 0, headers: String::new(), body: String::new(), failure, told: Told::Nothing }
}

const HALF_AN_HOUR: i64 = 1_800 * SECOND;
/// How long WeChat lets an app run after it was hidden.
pub const SUSPENDS_AFTER: i64 = 5 * SECOND;
