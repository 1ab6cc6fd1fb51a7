//! How big the next part is and how many go at once.
//!
//! wx.request tells nothing while it sends, so a part is the unit of progress, of loss and of knowledge. A part should
//! take a few seconds: shorter ones waste round trips, longer ones lose more when they fail and may meet the 60 s
//! cap that phones put on a request.

use crate::flow::throughput::ThroughputMeter;
use crate::multipart::plan::MIN_PART;

/// What a part should take (ms): 3–5 s keeps round trips under a tenth and a loss cheap.
const PART_TIME: u64 = 4_000;
/// A part that takes longer is followed by smaller ones, and where they cannot be smaller, fewer go at once (ms).
const CROWDED: u64 = 5_000;
/// Longer still, and one connection is all the link bears: little is left to the 60 s cap (ms).
const SLOW: u64 = 30_000;
/// File bytes held in memory at once, over all parts: a 2 GB phone kills apps well above this.
const BUDGET: u64 = 16_000_000;
/// wx.request has 10 slots for the whole app; two stay the app's own.
pub const MAX_WIDTH: u32 = 8;
/// However few go at once: a request's bytes are copied on their way into WeChat's network layer.
const MAX_PART: u64 = 4_000_000;
/// Largest single read WeChat grants (readFile: 100 MB).
const MAX_READ: u64 = 100 << 20;
/// Files up to this go in one PutObject: two round trips less weigh more than parts side by side.
const SINGLE: u64 = 1 << 20;
/// The size may grow so many times from one part to the next: one good part leads from the first size to the largest.
const GROWTH: u64 = 8;
/// An Initiate that takes longer tells of a slow link, whatever its name: three round trips on a good one take 0.3 s (ms).
const GREETING: i64 = 1_000;
/// A part that takes so many times longer than half of its neighbours, and this long at least (ms), has stalled.
const STALL: u64 = 3;
const STALL_LEAST: u64 = 3_000;
const STALL_MOST: u64 = 60_000;
/// From so many parts on it is known what is usual.
const SURE: usize = 4;
/// Throttling comes in bursts, one refusal for each request under way: it counts once in this time (ms).
const BURST: i64 = 1_000;
/// So many go at once when the network is back: others are back too. Three successes later it is five.
const RETURN: u32 = 2;
/// After so many successes the limit that a throttling server set is raised by one.
const CALM: u32 = 50;

/// Why a request was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The link broke.
    Broken,
    /// Nothing came back in time: too much in flight for the link.
    Timeout,
    /// The server asks for less.
    Throttled,
    /// The phone is short of memory.
    Memory,
    /// There was no network for a while, and many phones come back at once.
    Away,
}

#[derive(Debug)]
pub struct RateController {
    fixed_part: u64,
    fixed_width: u32,
    part: u64,
    width: u32,
    /// The most at once that the app, the server and the memory allow.
    ceiling: u32,
    budget: u64,
    /// Files up to this go in one request, on the present link.
    single: u64,
    /// The largest part while nothing has come back yet.
    first: u64,
    fresh: bool,
    /// Successes since the last loss or change of width.
    streak: u32,
    /// The last loss: when, and after how many answers.
    lost_at: i64,
    lost_after: u32,
    /// Successes since the server last asked for less.
    calm: u32,
    throttled_at: i64,
    /// Bytes a second of the last parts, newest first, how many of these numbers belong to this network, and how many parts there were.
    paces: [u64; 8],
    known: usize,
    answers: u32,
    meter: ThroughputMeter,
}

impl RateController {
    /// `part_size` and `parallel` of 0 leave the choice to the controller.
    pub fn new(part_size: u64, parallel: u32, network: &str) -> Self {
        let mut rate = RateController {
            fixed_part: if part_size == 0 { 0 } else { part_size.clamp(MIN_PART, MAX_READ) },
            fixed_width: parallel.min(MAX_WIDTH),
            part: 0,
            width: 0,
            ceiling: 0,
            budget: BUDGET,
            single: 0,
            first: 0,
            fresh: true,
            streak: 0,
            lost_at: 0,
            lost_after: 0,
            calm: 0,
            throttled_at: -BURST,
            paces: [0; 8],
            known: 0,
            answers: 0,
            meter: ThroughputMeter::default(),
        };
        rate.network(network);
        rate
    }

    /// Starts anew from what the network's name promises. A name says little: a slow line may hide behind Wi-Fi, and a
    /// fast one be unknown. So all but the slowest begin alike, with what 120 KB/s carries in 22 s.
    pub fn network(&mut self, kind: &str) {
        let (part, first, width) = match kind {
            "2g" => (MIN_PART, MIN_PART, 2),
            "3g" => (MIN_PART, MIN_PART, 4),
            // A file that eight parts of at most 640 KB cover goes in one wave: a second one would cost a round trip.
            _ => (320 << 10, 640 << 10, MAX_WIDTH),
        };
        (self.part, self.first) = (part, first);
        self.ceiling = self.top();
        self.width = if self.fixed_width > 0 { self.fixed_width } else { width };
        self.fresh = true;
        self.streak = 0;
        self.known = 0;
        self.single = SINGLE.min(part * u64::from(width));
    }

    /// The first request of an upload, which carries nothing, was answered after `ms`; true: parts cut so far are too large.
    pub fn greeted(&mut self, ms: i64) -> bool {
        let careful = self.fresh && ms > GREETING && self.first > MIN_PART;
        if careful {
            (self.part, self.first) = (MIN_PART, MIN_PART);
            self.width = self.width.min(MAX_WIDTH / 2);
        }
        careful
    }

    /// What the app asks for is where it begins and the most there is; a slow link gets less.
    fn top(&self) -> u32 {
        if self.fixed_width > 0 {
            self.fixed_width
        } else {
            MAX_WIDTH
        }
    }

    /// PartPlan at once.
    pub fn width(&self) -> u32 {
        let held = if self.fixed_part > 0 { self.fixed_part } else { self.part };
        self.width.min((self.budget() / held.max(1)).max(1) as u32).max(1)
    }

    /// Bytes that may be held at once: ours, or what the app asks for by fixing both numbers.
    pub fn budget(&self) -> u64 {
        self.budget.max(u64::from(self.fixed_width) * self.fixed_part)
    }

    /// Files up to this many bytes are read as a whole: whatever the link, so that they are recognised after a restart.
    pub fn whole(&self) -> u64 {
        if self.fixed_part > 0 {
            self.fixed_part
        } else {
            SINGLE
        }
    }

    /// Files up to this many bytes go in one request.
    pub fn single(&self) -> u64 {
        if self.fixed_part > 0 {
            self.fixed_part
        } else {
            self.single
        }
    }

    /// Bytes of the next part, with `left` bytes uncut, `flying` bytes still on their way, and `numbers` part numbers.
    pub fn next_part(&self, left: u64, flying: u64, numbers: u32) -> u64 {
        let least = left.div_ceil(numbers.max(1) as u64).max(MIN_PART);
        if self.fixed_part > 0 {
            return self.fixed_part.max(least);
        }
        // What each connection has still to carry: whoever gets a part now ends together with the others if it is cut
        // into equal rounds. So the end is not left to one connection that took a large part last.
        let width = u64::from(self.width());
        let line = (left + flying).div_ceil(width);
        let part = match line.div_ceil((self.part + self.part / 4).min(self.most())) {
            // The first goes by the connection that carried the Initiate, while the others are still being opened: it
            // gets a quarter more.
            _ if self.fresh && line <= self.first => {
                let quarter = (left + flying).div_ceil(4 * width + 1);
                quarter * if flying == 0 { 5 } else { 4 }
            }
            _ if self.fresh => self.part,
            rounds @ 1..=3 => (line / rounds).max(self.part / 8),
            _ => self.part,
        };
        let part = part.clamp(MIN_PART, self.most()).max(least);
        // A small rest is not worth a round trip.
        if left < part + part / 4 {
            left
        } else {
            part
        }
    }

    /// The largest part within the budget.
    fn most(&self) -> u64 {
        (self.budget / u64::from(self.width.max(1))).clamp(MIN_PART, MAX_PART)
    }

    /// A request carried `bytes` in `ms`.
    pub fn carried(&mut self, bytes: u64, ms: i64, now: i64) {
        self.meter.add(bytes, ms, now);
        if bytes < MIN_PART {
            return;
        }
        let ms = ms.max(1) as u64;
        self.known = (self.known + 1).min(self.paces.len());
        self.paces.rotate_right(1);
        self.paces[0] = bytes * 1_000 / ms;
        self.answers = self.answers.wrapping_add(1);
        self.streak += 1;
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.ceiling = (self.ceiling + 1).min(self.top());
        }
        let ideal = bytes.saturating_mul(PART_TIME) / ms;
        if ideal > self.part {
            // Only a part of about the present size says that a larger one will do.
            if self.fresh || bytes * 4 >= self.part * 3 {
                self.part = ideal.min(self.part * GROWTH);
            }
        } else if ms > CROWDED {
            self.part = ideal.max(self.part / 2);
        }
        self.fresh = false;
        self.widen(MIN_PART * ms / bytes);
        self.part = self.part.clamp(MIN_PART, self.most());
    }

    /// More at once while the smallest part, which takes `least` ms now, would not take too long; fewer when it does.
    fn widen(&mut self, least: u64) {
        let floor = if least > SLOW { 1 } else { 2 };
        if least > CROWDED {
            self.width = (self.width - 1).max(floor.min(self.width));
            self.streak = 0;
        } else if (self.streak >= self.width || self.width * 2 <= self.ceiling)
            && least * u64::from(self.width + 1) <= PART_TIME * u64::from(self.width)
        {
            self.width = (self.width + 1).min(self.ceiling);
            self.streak = 0;
        }
    }

    pub fn lost(&mut self, why: Loss, now: i64) {
        match why {
            Loss::Broken => {
                self.width = (self.width - 1).max(1);
                // Nothing got through between two breaks: smaller pieces may.
                if self.answers == self.lost_after && now - self.lost_at > BURST {
                    self.part = (self.part / 2).max(MIN_PART);
                }
            }
            Loss::Timeout => {
                self.width = (self.width / 2).max(1);
                self.part = (self.part / 2).max(MIN_PART);
                self.single = (self.single / 4).max(MIN_PART);
                self.fresh = false;
            }
            Loss::Away => self.width = self.width.min(RETURN),
            Loss::Throttled if now - self.throttled_at < BURST => {}
            Loss::Throttled => {
                self.width = (self.width / 2).max(1);
                self.ceiling = (self.ceiling / 2).max(1);
                self.throttled_at = now;
                self.calm = 0;
            }
            Loss::Memory => {
                self.budget = (self.budget / 2).max(1_000_000);
                self.width = (self.width / 2).max(1);
                self.ceiling = (self.ceiling / 2).max(1);
                self.calm = 0;
                self.part = self.part.min(self.most());
            }
        }
        self.streak = 0;
        self.lost_at = now;
        self.lost_after = self.answers;
    }

    /// Ms after which a part of this length has stalled, if others go on; none while too little is known.
    pub fn patience(&self, length: u64) -> Option<i64> {
        let usual = length.saturating_mul(1_000) / self.pace().filter(|_| self.known >= SURE)?.max(1);
        Some((usual * STALL).clamp(STALL_LEAST, STALL_MOST) as i64)
    }

    /// Bytes a second that one connection carries: half of the last parts were no slower.
    fn pace(&self) -> Option<u64> {
        let paces = &self.paces[..self.known];
        // Eight at most: each counts those before it, where a sort would cost 2 KB.
        let before = |pace: &u64| paces.iter().filter(|other| *other < pace).count();
        let equal = |pace: &u64| paces.iter().filter(|other| *other == pace).count();
        let half = self.known.saturating_sub(1) / 2;
        paces.iter().copied().find(|pace| before(pace) <= half && half < before(pace) + equal(pace))
    }

    /// Bytes of a part that are still to come after `ms`, if it goes as fast as the best of the last parts: large ones
    /// come nearer to what a connection can do than the small ones before them.
    pub fn flying(&self, length: u64, ms: i64) -> u64 {
        let best = self.paces[..self.known].iter().max().map_or(0, |pace| *pace);
        length - (best.saturating_mul(ms.max(0) as u64) / 1_000).min(length)
    }

    /// Bytes a second over the last acknowledgements, 0 when unknown.
    pub fn speed(&self, now: i64) -> f64 {
        self.meter.speed(now)
    }
}

#[cfg(test)]
mod tests;
