//! What an interruption would cost, and how the bar moves.

/// Bytes under way over time: received but not stored, and sent but not acknowledged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Risk {
    since: u64,
    last: (f64, f64),
    /// Integrals over µs.
    sums: (f64, f64),
    /// The most that was received and not stored.
    pub most: f64,
}

impl Risk {
    /// Both figures have changed linearly to these since the last call.
    pub fn reach(&mut self, now: u64, at_risk: f64, unacknowledged: f64) {
        let span = (now - self.since) as f64 / 2.0;
        self.sums.0 += span * (self.last.0 + at_risk);
        self.sums.1 += span * (self.last.1 + unacknowledged);
        self.most = self.most.max(at_risk);
        self.jump(now, at_risk, unacknowledged);
    }

    /// Both figures change to these at `now`.
    pub fn jump(&mut self, now: u64, at_risk: f64, unacknowledged: f64) {
        self.since = now;
        self.last = (at_risk, unacknowledged);
    }

    /// Mean bytes that OSS has received and not stored.
    pub fn mean(&self) -> f64 {
        self.sums.0 / self.since.max(1) as f64
    }

    /// Mean bytes that a kill at a random moment loses.
    pub fn kill(&self) -> f64 {
        self.sums.1 / self.since.max(1) as f64
    }
}

/// Times at which the bar moved, µs, and to how many bytes.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    started: u64,
    pub steps: Vec<(u64, u64)>,
}

impl Bar {
    /// onUploadstarted was called; the longest time without a step counts from here.
    pub fn start(&mut self, now: u64) {
        self.started = now;
    }

    pub fn step(&mut self, now: u64, loaded: u64) {
        if loaded > self.steps.last().map_or(0, |step| step.1) {
            self.steps.push((now, loaded));
        }
    }

    /// The longest time without a step until the end, µs.
    pub fn standstill(&self, end: u64) -> u64 {
        let times = self.steps.iter().map(|step| step.0).chain([end]);
        let mut last = self.started;
        let mut longest = 0;
        for at in times {
            longest = longest.max(at - last);
            last = at;
        }
        longest
    }
}
