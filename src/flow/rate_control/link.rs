//! What is measured of the present network: its round trip, its rate, and whether connections share it.

use super::policy::RatePolicy;
use std::collections::VecDeque;

/// Acknowledgements that the estimates look back on.
const HISTORY: usize = 8;
/// Round trips of a request on a new connection: TCP, TLS 1.3, the request itself.
const TRIPS_NEW: u64 = 3;
/// Comparisons that agree before it is believed how connections share the link.
const CERTAIN: i32 = 3;

/// How connections divide the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Not measured: too few different numbers of connections were seen.
    #[default]
    Unknown,
    /// More connections make each of them slower.
    Shared,
    /// Each connection has a limit of its own, so that more of them carry more.
    PerConnection,
}

/// Taken when a request is sent, and given back with its acknowledgement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Departure {
    /// On which network.
    network: u32,
    /// [`LinkEstimate::connection_ms`] and [`LinkEstimate::share_us`] at that time.
    connection_ms: i64,
    share_us: i64,
    /// It has to open a connection.
    new_connection: bool,
}

impl Departure {
    /// Round trips that the request takes, whatever it carries.
    fn trips(self) -> u64 {
        if self.new_connection {
            TRIPS_NEW
        } else {
            1
        }
    }
}

/// A request with a part, at its acknowledgement.
#[derive(Clone, Copy, Debug)]
pub struct Acknowledged {
    pub bytes: u64,
    /// Time since it was sent.
    pub ms: u64,
    pub departure: Departure,
    /// Requests in flight, itself included.
    pub at_once: u32,
    pub now: i64,
}

/// The fastest rate of one connection while few were in use: bytes a second, the mean number of requests in flight meanwhile
/// (in hundredths), and the time.
#[derive(Clone, Copy, Debug, Default)]
struct Baseline {
    rate: u64,
    mean_in_flight: u64,
    measured_at: i64,
}

#[derive(Debug, Default)]
pub struct LinkEstimate {
    /// Counts networks, so that what was sent over an earlier one is known.
    network: u32,
    /// Round trip, ms; 0 while nothing without a body was sent.
    trip: u64,
    /// Rates of the last acknowledged parts, newest first, bytes a second: of the link, and of the connection of the part.
    rates: VecDeque<u64>,
    connection_rates: VecDeque<u64>,
    /// With this a rate among more connections is compared.
    baseline: Baseline,
    pub sharing: Sharing,
    /// Comparisons that speak for connections with limits of their own, less those against.
    votes: i32,
    /// The number of requests in flight, summed over the ms on this network, without the time in which they opened
    /// connections; how many are in flight, since when.
    connection_ms: i64,
    in_flight: u32,
    since: i64,
    /// The time divided by the number of connections that carried something, µs: so long the link would have needed alone for what one
    /// of them has carried, if they share it.
    share_us: i64,
    /// When the connections that are being opened begin to carry.
    opening: VecDeque<i64>,
    /// Acknowledged parts on this network.
    pub parts: u64,
    /// The most requests at once, each on a connection of its own.
    connections: u32,
    /// A rate from an earlier time, until there are measurements.
    remembered: u64,
}

impl LinkEstimate {
    /// The next network, of which nothing is known.
    pub fn next(&self) -> Self {
        LinkEstimate { network: self.network + 1, ..Self::default() }
    }

    /// This network was measured before.
    pub fn remember(&mut self, rate: u64, trip: u64) {
        (self.remembered, self.trip) = (rate, trip);
    }

    /// A request is sent while `at_once` are in flight, itself included.
    pub fn depart(&mut self, at_once: u32, now: i64) -> Departure {
        self.count(at_once, now);
        let new_connection = at_once > self.connections;
        if new_connection {
            let opening_ms = ((TRIPS_NEW - 1) * self.trip) as i64;
            self.connection_ms -= opening_ms;
            self.opening.push_back(now + opening_ms);
        }
        self.connections = self.connections.max(at_once);
        Departure { network: self.network, connection_ms: self.connection_ms, share_us: self.share_us, new_connection }
    }

    /// From now on so many requests are in flight.
    fn count(&mut self, in_flight: u32, now: i64) {
        self.connection_ms += i64::from(self.in_flight) * (now - self.since).max(0);
        while let Some(opened) = self.opening.front().copied().filter(|opened| *opened <= now) {
            self.add_share(opened);
            self.opening.pop_front();
        }
        self.add_share(now);
        self.in_flight = in_flight;
    }

    /// Adds the share of one connection in the time until `now`, in which those in `opening` carried nothing.
    fn add_share(&mut self, now: i64) {
        let carrying = i64::from(self.in_flight) - self.opening.len() as i64;
        self.share_us += (now - self.since).max(0) * 1_000 / carrying.max(1);
        self.since = self.since.max(now);
    }

    /// Milliseconds of a request that its bytes do not account for.
    pub fn overhead(&self, departure: Departure) -> u64 {
        self.trip * departure.trips()
    }

    /// A request without a body was answered after `ms`.
    pub fn on_empty_request(&mut self, ms: u64, departure: Departure) {
        if departure.network != self.network {
            return;
        }
        let trip = (ms / departure.trips()).max(1);
        self.trip = if self.trip == 0 { trip } else { self.trip.min(trip) };
    }

    /// A part was acknowledged; `limit` may be in flight at the same time.
    pub fn on_part(&mut self, policy: &RatePolicy, part: Acknowledged, limit: u32) {
        let Acknowledged { bytes, departure, at_once, now, .. } = part;
        let ms = part.ms.max(1);
        self.count(at_once.saturating_sub(1), now);
        if departure.network != self.network {
            return;
        }
        self.parts += 1;
        // An Initiate may have been held up: no request is faster than its round trips.
        self.trip = self.trip.min((ms / departure.trips()).max(1));
        let connection_rate = bytes * 1_000 / ms.saturating_sub(self.overhead(departure)).max(ms.div_ceil(4));
        // Mean number of requests that carried something during this one, in hundredths.
        let mean_in_flight = ((self.connection_ms - departure.connection_ms) * 100 / ms as i64).max(100) as u64;
        let rate = if self.parts > policy.known_samples {
            // What this connection carried, each of the others has carried as well.
            bytes * 1_000 / ms * mean_in_flight / 100
        } else {
            // Connections are still being opened: those that wait for it leave their share to the others.
            let share_us = (self.share_us - departure.share_us).max(1) as u64;
            let carrying = match self.sharing {
                Sharing::PerConnection => mean_in_flight,
                _ => (ms * 100_000 / share_us).clamp(100, mean_in_flight),
            };
            connection_rate * carrying / 100
        };
        // Fewer than the link would bear, as at the end of a file, say little where each has a limit of its own, unless that
        // has fallen.
        let too_few = mean_in_flight * 8 < u64::from(limit) * 700
            && self.sharing != Sharing::Shared
            && connection_rate * 2 > self.baseline.rate;
        if !too_few || self.rate(policy).is_none_or(|known| rate > known) {
            push(&mut self.rates, rate);
        }
        push(&mut self.connection_rates, connection_rate);
        self.compare(policy, connection_rate, mean_in_flight, now);
    }

    /// Compares the rate of a connection with the baseline: connections that share a link are slower in proportion to their
    /// number.
    fn compare(&mut self, policy: &RatePolicy, connection_rate: u64, mean_in_flight: u64, now: i64) {
        let stale = now - self.baseline.measured_at > policy.stale_ms;
        if stale {
            self.sharing = Sharing::Unknown;
            self.votes = 0;
        }
        if mean_in_flight * 2 < self.baseline.mean_in_flight * 3 || self.baseline.rate == 0 || stale {
            // Too close to the baseline's number of connections to compare: the faster of both becomes the baseline.
            if self.baseline.rate == 0 || stale {
                self.baseline = Baseline { rate: connection_rate, mean_in_flight, measured_at: now };
            } else if connection_rate > self.baseline.rate {
                self.baseline = Baseline {
                    rate: connection_rate,
                    mean_in_flight: mean_in_flight.min(self.baseline.mean_in_flight),
                    measured_at: now,
                };
            }
            return;
        }
        // Between the share that a shared link would leave and 1: their geometric mean.
        let slower = (connection_rate as f64 / self.baseline.rate as f64).powi(2)
            < self.baseline.mean_in_flight as f64 / mean_in_flight as f64;
        self.votes = (self.votes + if slower { -1 } else { 1 }).clamp(-CERTAIN, CERTAIN);
        match self.votes {
            CERTAIN => self.sharing = Sharing::PerConnection,
            votes if votes == -CERTAIN => self.sharing = Sharing::Shared,
            _ => {}
        }
    }

    /// Bytes a second of the link; none while nothing is known.
    pub fn rate(&self, policy: &RatePolicy) -> Option<u64> {
        if self.rates.is_empty() {
            return (self.remembered > 0).then_some(self.remembered);
        }
        // While connections with limits of their own are being opened, the rate rises.
        let rising = self.sharing == Sharing::PerConnection && self.parts < policy.known_samples + HISTORY as u64;
        let rank = if self.rates.len() < HISTORY || rising { 0 } else { policy.rate_rank };
        ranked(&self.rates, rank)
    }

    /// A remembered rate is not to be believed.
    pub fn forget(&mut self) {
        self.remembered = 0;
    }

    /// Bytes a second of one connection, the median of the last ones.
    pub fn connection_rate(&self) -> Option<u64> {
        ranked(&self.connection_rates, self.connection_rates.len() / 2)
    }

    /// Bytes a second that a connection carries alone, as far as it is known.
    pub fn single_rate(&self, policy: &RatePolicy) -> Option<u64> {
        let rate = self.rate(policy)?;
        match (self.sharing, self.baseline.rate) {
            (Sharing::Shared, _) | (_, 0) => Some(rate),
            (_, connection_rate) => Some(rate.min(connection_rate)),
        }
    }

    pub fn trip(&self) -> u64 {
        self.trip
    }

    /// The link carried nothing in time: it is slower than was measured.
    pub fn halve(&mut self) {
        for value in self.rates.iter_mut().chain(&mut self.connection_rates) {
            *value = (*value / 2).max(1);
        }
        self.baseline.rate /= 2;
        self.remembered /= 2;
    }
}

/// The value that `rank` others exceed: 0 is the largest.
fn ranked(history: &VecDeque<u64>, rank: usize) -> Option<u64> {
    let exceeding = |value: u64| history.iter().filter(|other| **other > value).count();
    history.iter().copied().filter(|value| exceeding(*value) <= rank).min()
}

fn push(history: &mut VecDeque<u64>, value: u64) {
    history.truncate(HISTORY - 1);
    history.push_front(value.max(1));
}

#[cfg(test)]
mod tests {
    use super::super::{RateController, Remaining};
    use super::*;

    fn next_part(rate: &RateController) -> u64 {
        rate.next_part(Remaining { uncut: 1 << 40, in_flight: &[], numbers: u32::MAX })
    }

    #[test]
    fn parts_do_not_shrink_as_round_trips_grow() {
        let (trip, total) = (1_000, 1_000_000);
        let mut rate = RateController::new(0, 1, "4g");
        let departure = rate.on_request_sent(1, 0);
        rate.on_initiated(3 * trip, departure);
        let mut now = 3 * trip;
        for _ in 0..40 {
            let departure = rate.on_request_sent(1, now);
            let length = next_part(&rate);
            let ms = trip + (length * 1_000 / total) as i64;
            now += ms;
            rate.on_part_sent(length, ms, departure, 1, now);
        }
        let carrying = (next_part(&rate) * 1_000 / total) as i64;
        assert!(
            (1_400..2_000).contains(&carrying),
            "a part is {carrying} ms of the link, and {trip} ms are waited for its answer"
        );
    }

    #[test]
    fn an_initiate_that_was_held_up_is_not_taken_for_the_round_trip() {
        let mut rate = RateController::new(0, 1, "4g");
        let departure = rate.on_request_sent(1, 0);
        rate.on_initiated(25_000, departure);
        let departure = rate.on_request_sent(1, 25_000);
        rate.on_part_sent(102_400, 400, departure, 1, 25_400);
        assert!(rate.link.trip() <= 400, "{}", rate.link.trip());
    }

    #[test]
    fn the_first_sample_counts_what_a_connection_had_alone() {
        // 400 KB/s, round trip 100 ms. Three connections are opened for 200 ms, in which the first has the link alone and carries 80 KB;
        // then all share it, and its 120 KB are through after 400 ms more.
        let mut rate = RateController::new(0, 0, "wifi");
        let initiate = rate.on_request_sent(1, 0);
        rate.on_initiated(300, initiate);
        let departures: Vec<Departure> = (1..=4).map(|n| rate.on_request_sent(n, 300)).collect();
        rate.on_part_sent(120_000, 700, departures[0], 4, 1_000);
        let believed = rate.link.rate(&rate.policy).unwrap();
        assert!((350_000..450_000).contains(&believed), "{believed}");
    }
}
