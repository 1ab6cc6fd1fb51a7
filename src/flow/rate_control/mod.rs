//! How long the next part is and how many go at once.
//!
//! wx.request reports nothing while it sends, so a part is the unit of progress, of loss and of knowledge. The controller
//! bounds the bytes in flight by what the link carries in less than two seconds, cuts them into parts for as many connections as
//! that is worth, and lets those end one after the other: the bar moves, and whatever interrupts the upload costs little.

mod belief;
mod limits;
mod link;
mod memory;
mod policy;
mod sizing;

pub use limits::Loss;
pub use link::{Departure, Sharing};
pub use memory::LinkRecord;
pub use policy::{RatePolicy, MAX_CONNECTIONS};
pub use sizing::Remaining;

use crate::flow::throughput::ThroughputMeter;
use crate::multipart::plan::MIN_PART;
use belief::Belief;
use limits::Limits;
use link::{Acknowledged, LinkEstimate};
use memory::LinkMemory;
use policy::{MAX_READ, WHOLE_READ};
use sizing::Pattern;

/// WeChat's name for a network while it does not know which it is.
const UNKNOWN: &str = "unknown";

#[derive(Debug)]
pub struct RateController {
    policy: RatePolicy,
    /// Part length and connections that the app has fixed; 0: adaptive.
    fixed_part: u64,
    fixed_connections: u32,
    /// WeChat's name of the present network.
    network: String,
    memory: LinkMemory,
    link: LinkEstimate,
    limits: Limits,
    /// The longest part that the acknowledgements and losses so far allow.
    longest: u64,
    /// The largest file in one request that the time-outs so far allow.
    largest_single: u64,
    /// An Initiate was answered late.
    slow_initiate: bool,
    /// Something was measured since the records were taken.
    unsaved: bool,
    /// The belief that was reported last.
    reported: Option<Belief>,
    meter: ThroughputMeter,
}

impl RateController {
    /// `part_size` and `parallel` of 0 leave the choice to the controller.
    pub fn new(part_size: u64, parallel: u32, network: &str) -> Self {
        Self::with_policy(RatePolicy::default(), part_size, parallel, network)
    }

    pub fn with_policy(policy: RatePolicy, part_size: u64, parallel: u32, network: &str) -> Self {
        let fixed_connections = parallel.min(MAX_CONNECTIONS);
        let top = if fixed_connections > 0 { fixed_connections } else { policy.max_connections };
        RateController {
            fixed_part: if part_size == 0 { 0 } else { part_size.clamp(MIN_PART, MAX_READ) },
            fixed_connections,
            network: network.into(),
            memory: LinkMemory::default(),
            link: LinkEstimate::default().next(),
            limits: Limits::new(&policy, top),
            longest: 0,
            largest_single: policy.single_max,
            slow_initiate: false,
            unsaved: false,
            reported: None,
            meter: ThroughputMeter::default(),
            policy,
        }
    }

    /// Another network, at `wall` by the phone's clock. Its name is a weak hint, for a slow line may be behind Wi-Fi: what counts
    /// is what was measured of it a short while ago.
    pub fn on_network(&mut self, network: &str, wall: i64) {
        self.keep_record(wall);
        let before = core::mem::replace(&mut self.network, network.into());
        if before == UNKNOWN && self.link.parts > 0 {
            // The same network; the phone reports at last which it is.
            return;
        }
        self.link = self.link.next();
        self.limits.reset();
        self.slow_initiate = false;
        self.longest = 0;
        self.largest_single = self.policy.single_max;
        self.recall(wall);
    }

    /// Takes over what an earlier run has measured.
    pub fn on_records(&mut self, records: Vec<LinkRecord>, wall: i64) {
        for record in records {
            self.memory.keep(record);
        }
        self.recall(wall);
    }

    /// What is known of networks, for the next run; none when nothing was measured since the last call.
    pub fn take_records(&mut self, wall: i64) -> Option<Vec<LinkRecord>> {
        if !core::mem::take(&mut self.unsaved) {
            return None;
        }
        self.keep_record(wall);
        Some(self.memory.records().to_vec())
    }

    fn keep_record(&mut self, wall: i64) {
        if self.network == UNKNOWN || self.link.parts < self.policy.stall_samples {
            return;
        }
        if let Some(rate) = self.link.rate(&self.policy) {
            let (network, trip) = (self.network.clone(), self.link.trip());
            self.memory.keep(LinkRecord { network, rate, trip, measured_at: wall });
        }
    }

    /// Begins with what is remembered of the present network, unless it has been measured already.
    fn recall(&mut self, wall: i64) {
        let p = &self.policy;
        if self.link.parts > 0 {
            return;
        }
        if let Some(record) = self.memory.find(&self.network, wall, p.memory_ms) {
            self.link.remember(record.rate * p.memory_percent / 100, record.trip);
        }
    }

    /// Requests with file bytes that may be in flight at the same time.
    pub fn concurrency_limit(&self) -> u32 {
        let held = if self.fixed_part > 0 { self.fixed_part } else { MIN_PART };
        let affordable = (self.budget() / held).max(1).min(u64::from(MAX_CONNECTIONS)) as u32;
        self.wished_connections().min(self.limits.connections()).min(affordable).max(1)
    }

    fn wished_connections(&self) -> u32 {
        let p = &self.policy;
        let Some(rate) = self.link.rate(p) else {
            return match self.fixed_connections {
                0 if self.slow_network() || self.slow_initiate => 1,
                0 => p.first_connections,
                fixed => fixed,
            };
        };
        let least = if self.fixed_part > 0 { self.fixed_part } else { MIN_PART };
        let in_time = (rate.saturating_mul(p.slowest_ms) / 1_000 / least).max(1);
        let most = match self.link.sharing {
            Sharing::Shared => p.shared_connections,
            // One more with every acknowledgement.
            _ if self.is_careful() => p.max_connections.min(p.min_connections + self.link.parts as u32),
            _ => p.max_connections,
        };
        let wished = match self.fixed_connections {
            0 => (self.window() / self.bytes_per_connection()).clamp(p.min_connections.into(), most.into()),
            fixed => fixed.into(),
        };
        wished.min(in_time) as u32
    }

    /// Bytes of the window for which one more connection is opened: until it is known that connections share the link, as few as OSS
    /// takes, so that it is found out whether more of them carry more.
    fn bytes_per_connection(&self) -> u64 {
        match self.link.sharing {
            Sharing::Shared => self.policy.bytes_per_connection,
            _ => MIN_PART,
        }
    }

    /// Round trips are long and connections are still being opened, so that the first samples of the rate are too high.
    fn is_careful(&self) -> bool {
        self.slow_initiate && self.link.parts < self.policy.known_samples
    }

    fn slow_network(&self) -> bool {
        self.network == "2g"
    }

    /// Bytes that may be in flight: what the link carries in the policy's time, and in that part of a round trip which other
    /// connections do not fill. The measured rate contains that waiting: without it, parts would shrink as round trips grow.
    fn window(&self) -> u64 {
        let p = &self.policy;
        let Some(rate) = self.link.rate(p) else { return 0 };
        let ms = if self.link.parts < p.known_samples {
            p.careful_window_ms
        } else {
            p.window_ms + self.link.trip().saturating_sub(p.filled_trip_ms)
        };
        (rate.saturating_mul(ms) / 1_000).min(self.limits.budget)
    }

    /// Length that parts have now.
    fn part(&self) -> u64 {
        let connections = u64::from(self.concurrency_limit());
        let most = (self.limits.budget / connections).clamp(MIN_PART, self.policy.max_part);
        let allowed = if self.longest > 0 { self.longest } else { self.policy.memory_part };
        (self.window() / connections).min(allowed).clamp(MIN_PART, most)
    }

    /// Bytes that may be held in memory: the policy's, or what the app asks for by fixing both numbers.
    pub fn budget(&self) -> u64 {
        self.limits.budget.max(u64::from(self.fixed_connections) * self.fixed_part)
    }

    /// Files up to this many bytes are read as a whole.
    pub fn whole_read_limit(&self) -> u64 {
        if self.fixed_part > 0 {
            self.fixed_part
        } else {
            WHOLE_READ
        }
    }

    /// Files up to this many bytes go in one request.
    pub fn single_request_limit(&self) -> u64 {
        let p = &self.policy;
        if self.fixed_part > 0 {
            return self.fixed_part;
        }
        let wished = match self.link.single_rate(p) {
            Some(rate) => {
                (rate * p.single_ms.saturating_sub(self.link.trip()) / 1_000).clamp(p.single_min, p.single_max)
            }
            _ if self.slow_network() => p.single_min,
            _ => p.single_unknown,
        };
        wished.min(self.largest_single)
    }

    /// Length of the next part.
    pub fn next_part(&self, remaining: Remaining) -> u64 {
        let left = remaining.uncut;
        let least = left.div_ceil(u64::from(remaining.numbers.max(1))).max(MIN_PART);
        if self.fixed_part > 0 {
            return self.fixed_part.max(least);
        }
        let connections = self.concurrency_limit();
        let known = self.link.rate(&self.policy).is_some();
        let part = match known {
            false => {
                let firsts = self.policy.first_parts;
                firsts[remaining.in_flight.len().min(firsts.len() - 1)]
            }
            true => sizing::next_length(remaining, self.pattern()),
        };
        let most = (self.limits.budget / u64::from(connections)).clamp(MIN_PART, self.policy.max_part);
        let part = part.clamp(MIN_PART, most).max(least);
        // A small rest is not worth a round trip.
        if left < part + part / 4 {
            left
        } else {
            part
        }
    }

    /// Notes what the acknowledgement of a request is to be compared with; `at_once` are in flight, itself included.
    pub fn on_request_sent(&mut self, at_once: u32, now: i64) -> Departure {
        self.link.depart(at_once, now)
    }

    /// An Initiate was answered after `ms`; true: parts cut so far are too long or too many.
    pub fn on_initiated(&mut self, ms: i64, departure: Departure) -> bool {
        let ms = ms.max(1) as u64;
        self.link.on_empty_request(ms, departure);
        let careful = self.link.parts == 0 && ms > self.policy.slow_initiate_ms;
        if careful {
            self.slow_initiate = true;
            self.link.forget();
        }
        careful
    }

    /// A request with `bytes` of a file was acknowledged after `ms`, while `at_once` were in flight, itself included.
    pub fn on_part_sent(&mut self, bytes: u64, ms: i64, departure: Departure, at_once: u32, now: i64) {
        self.meter.add(bytes, ms, now);
        if bytes < MIN_PART {
            return;
        }
        let limit = self.concurrency_limit();
        let part = Acknowledged { bytes, ms: ms.max(1) as u64, departure, at_once, now };
        self.link.on_part(&self.policy, part, limit);
        self.limits.on_success(&self.policy);
        self.unsaved = true;
        self.longest = self.longest.max(bytes * self.policy.growth);
    }

    /// The platform has sent `bytes` more of a form, `ms` after it was begun.
    pub fn on_progress(&mut self, bytes: u64, ms: i64, now: i64) {
        self.meter.add(bytes, ms, now);
    }

    pub fn on_loss(&mut self, loss: Loss, now: i64) {
        let (part, in_use) = (self.part(), self.concurrency_limit());
        if loss == Loss::Timeout {
            self.largest_single = (self.single_request_limit() / 4).max(MIN_PART);
            self.link.halve();
        }
        if self.limits.on_loss(&self.policy, loss, in_use, self.link.parts, now) {
            self.longest = (part / 2).max(MIN_PART);
        }
    }

    /// Milliseconds after which a part of this length has stalled, if others go on; none while too little is known.
    pub fn patience(&self, length: u64) -> Option<i64> {
        let p = &self.policy;
        let connection_rate = self.link.connection_rate().filter(|_| self.link.parts >= p.stall_samples)?;
        let usual = length.saturating_mul(1_000) / connection_rate.max(1);
        Some((usual * p.stall_factor).clamp(p.stall_min_ms, p.stall_max_ms) as i64)
    }

    /// Bytes of a part that are still to come `ms` after it was sent, its round trips counted as bytes, while `at_once` are in
    /// flight, itself included.
    pub fn remaining(&self, length: u64, ms: i64, departure: Departure, at_once: u32) -> u64 {
        let connection_rate = self.rate_per_connection(at_once);
        let overhead = self.link.overhead(departure).saturating_mul(connection_rate) / 1_000;
        (length + overhead).saturating_sub(connection_rate.saturating_mul(ms.max(0) as u64) / 1_000)
    }

    /// Bytes a second that each of so many connections gets.
    fn rate_per_connection(&self, at_once: u32) -> u64 {
        match (self.link.sharing, self.link.connection_rate()) {
            (Sharing::PerConnection, Some(connection_rate)) => connection_rate,
            _ => self.link.rate(&self.policy).unwrap_or(0) / u64::from(at_once.max(1)),
        }
    }

    /// Milliseconds until another part may be begun while so many bytes of each part in flight are still to come, its round trip counted
    /// as bytes.
    /// Where two of the smallest parts exceed the window, the next one begins when the last bytes of the one before leave: the link
    /// goes on carrying, and an interruption costs one part rather than two.
    pub fn wait_for_part(&self, in_flight: &[u64]) -> i64 {
        let rate = self.link.rate(&self.policy).unwrap_or(0);
        // While the round trip is not known, a slow rate may be nothing but waiting for it.
        if rate == 0 || self.link.trip() == 0 || self.window() >= 2 * MIN_PART {
            return 0;
        }
        let left_ms = in_flight.iter().sum::<u64>() * 1_000 / rate;
        left_ms.saturating_sub(self.link.trip() + self.policy.overlap_ms) as i64
    }

    fn pattern(&self) -> Pattern {
        let connections = self.concurrency_limit();
        let connection_rate = self.rate_per_connection(connections);
        Pattern {
            part: self.part(),
            connections,
            trip: self.link.trip() * connection_rate / 1_000,
            gap: self.policy.gap_ms * connection_rate / 1_000,
        }
    }

    /// What is believed of the link, in words, when that has changed since the last call.
    pub fn changed_belief(&mut self) -> Option<String> {
        let belief = Belief {
            rate: self.link.rate(&self.policy)?,
            trip: self.link.trip(),
            sharing: self.link.sharing,
            connections: self.concurrency_limit(),
            part: self.part(),
        };
        if self.reported.is_some_and(|reported| reported.resembles(&belief)) {
            return None;
        }
        self.reported = Some(belief);
        Some(belief.to_string())
    }

    /// Bytes a second over the last acknowledgements, 0 when unknown.
    pub fn speed(&self, now: i64) -> f64 {
        self.meter.speed(now)
    }
}

#[cfg(test)]
mod tests;
