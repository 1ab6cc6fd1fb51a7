//! The uplink as a fluid: requests in flight share it evenly, none faster than a connection may be.

use std::collections::BTreeSet;

/// A link.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub name: &'static str,
    /// WeChat's name for it.
    pub kind: &'static str,
    /// Bytes a second, all connections together.
    pub total: f64,
    /// Bytes a second of one connection.
    pub each: f64,
    /// Round trip, µs.
    pub rtt: u64,
}

impl Link {
    pub const fn new(name: &'static str, kind: &'static str, kb_s: f64, each_kb_s: f64, rtt_ms: u64) -> Self {
        Link { name, kind, total: kb_s * 1e3, each: each_kb_s * 1e3, rtt: rtt_ms * 1_000 }
    }

    /// µs that these bytes need at the very least.
    pub fn ideal(&self, bytes: u64) -> f64 {
        bytes as f64 / self.total * 1e6
    }
}

/// All bodies move at the same speed, so one counter of bytes served to each determines when any of them is complete.
pub struct Fluid {
    total: f64,
    each: f64,
    served: f64,
    settled: u64,
    /// Where the counter has to be, and whose body is then through. Positive floats order as their bits do.
    goals: BTreeSet<(u64, u32)>,
    /// Forecasts made before the last change are stale.
    pub generation: u64,
}

impl Fluid {
    pub fn new(link: &Link) -> Self {
        Fluid { total: link.total, each: link.each, served: 1.0, settled: 0, goals: BTreeSet::new(), generation: 0 }
    }

    /// From now on the link carries so many bytes a second.
    pub fn resize(&mut self, now: u64, total: f64) {
        self.settle(now);
        self.total = total;
    }

    /// Returns the counter's goal, which names the body from now on.
    pub fn add(&mut self, now: u64, id: u32, bytes: f64) -> f64 {
        self.settle(now);
        let goal = self.served + bytes;
        self.goals.insert((goal.to_bits(), id));
        goal
    }

    /// Bytes that were still to come.
    pub fn remove(&mut self, now: u64, id: u32, goal: f64) -> f64 {
        self.settle(now);
        self.goals.remove(&(goal.to_bits(), id));
        (goal - self.served).max(0.0)
    }

    /// Bytes still to come of a body with this goal.
    pub fn left(&self, now: u64, goal: f64) -> f64 {
        let served = self.served + self.speed() * (now - self.settled) as f64;
        (goal - served).max(0.0)
    }

    /// A body that is through by now.
    pub fn through(&mut self, now: u64) -> Option<u32> {
        self.settle(now);
        let (goal, id) = *self.goals.first()?;
        if f64::from_bits(goal) > self.served + 1e-3 {
            return None;
        }
        self.goals.pop_first();
        Some(id)
    }

    /// When the next body is through, if nothing changes until then.
    pub fn next(&self) -> Option<u64> {
        let (goal, _) = self.goals.first()?;
        let left = (f64::from_bits(*goal) - self.served).max(0.0);
        Some(self.settled + (left / self.speed()).ceil() as u64)
    }

    /// Bytes a µs for each body.
    fn speed(&self) -> f64 {
        self.each.min(self.total / self.goals.len().max(1) as f64) / 1e6
    }

    fn settle(&mut self, now: u64) {
        self.served += self.speed() * (now - self.settled) as f64;
        self.settled = now;
        self.generation += 1;
    }
}
