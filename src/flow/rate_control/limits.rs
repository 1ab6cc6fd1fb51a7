//! Caps from outside the measurements: losses, the server, the memory, and what the app has fixed.

use super::policy::{RatePolicy, MAX_CONNECTIONS};

/// Why a request was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The connection broke.
    Broken,
    /// Nothing came back in time: too much in flight for the link.
    Timeout,
    /// The server asks for less.
    Throttled,
    /// The phone is short of memory.
    Memory,
    /// There was no network for a while, and many phones come back at once.
    Reconnected,
}

#[derive(Debug)]
pub struct Limits {
    /// Most connections after losses; one more with every success.
    connections: u32,
    /// Most connections that the server and the memory allow.
    ceiling: u32,
    /// The same before the server or the memory asked for less.
    top: u32,
    pub budget: u64,
    /// The last loss: when, and after how many acknowledgements.
    lost_at: i64,
    lost_after: Option<u64>,
    throttled_at: Option<i64>,
    /// Successes since the server last asked for less.
    calm: u32,
}

impl Limits {
    /// `top`: the most connections that the app allows.
    pub fn new(policy: &RatePolicy, top: u32) -> Self {
        Limits {
            connections: top,
            ceiling: top,
            top,
            budget: policy.budget,
            lost_at: 0,
            lost_after: None,
            throttled_at: None,
            calm: 0,
        }
    }

    /// Another network: what was lost on the one before says nothing.
    pub fn reset(&mut self) {
        self.connections = MAX_CONNECTIONS;
        self.lost_after = None;
    }

    pub fn connections(&self) -> u32 {
        self.connections.min(self.ceiling).max(1)
    }

    pub fn on_success(&mut self, policy: &RatePolicy) {
        self.connections = (self.connections + 1).min(self.top);
        self.calm += 1;
        if self.calm >= policy.calm {
            self.calm = 0;
            self.ceiling = (self.ceiling + 1).min(self.top);
        }
    }

    /// Takes the loss into account; `in_use` connections and `acknowledged` parts so far. True: parts should be smaller.
    pub fn on_loss(&mut self, policy: &RatePolicy, loss: Loss, in_use: u32, acknowledged: u64, now: i64) -> bool {
        let now_in_use = self.connections().min(in_use);
        let mut smaller = false;
        match loss {
            Loss::Broken => {
                self.connections = now_in_use.saturating_sub(1).max(1);
                // Nothing got through between two breaks: smaller parts may.
                smaller = self.lost_after == Some(acknowledged) && now - self.lost_at > policy.burst_ms;
            }
            Loss::Timeout => {
                self.connections = (now_in_use / 2).max(1);
                smaller = true;
            }
            Loss::Reconnected => self.connections = now_in_use.min(policy.reconnect_connections),
            Loss::Throttled if self.throttled_at.is_some_and(|at| now - at < policy.burst_ms) => {}
            Loss::Throttled => {
                self.ceiling = (now_in_use / 2).max(1);
                self.throttled_at = Some(now);
                self.calm = 0;
            }
            Loss::Memory => {
                self.budget = (self.budget / 2).max(policy.min_budget);
                self.ceiling = (self.ceiling / 2).max(1);
                self.calm = 0;
            }
        }
        self.lost_at = now;
        self.lost_after = Some(acknowledged);
        smaller
    }
}
