//! The uplink: one capacity shared evenly by the transfers under way, each no faster than a connection may be.

pub struct Link {
    pub up: bool,
    /// Bytes a ms.
    capacity: f64,
    per_connection: f64,
    transfers: Vec<(u64, f64)>,
    settled: i64,
    /// Counts changes, so that a forecast made before one is known to be stale.
    pub generation: u64,
}

impl Link {
    pub fn new(bandwidth: u64, per_connection: u64) -> Self {
        Link {
            up: true,
            capacity: bandwidth as f64 / 1_000.0,
            per_connection: per_connection as f64 / 1_000.0,
            transfers: Vec::new(),
            settled: 0,
            generation: 0,
        }
    }

    pub fn set(&mut self, now: i64, up: bool) {
        self.settle(now);
        self.up = up;
    }

    pub fn resize(&mut self, now: i64, bandwidth: u64) {
        self.settle(now);
        self.capacity = bandwidth as f64 / 1_000.0;
        self.per_connection = f64::MAX;
    }

    pub fn add(&mut self, now: i64, serial: u64, bytes: u64) {
        self.settle(now);
        self.transfers.push((serial, bytes as f64));
    }

    pub fn remove(&mut self, now: i64, serial: u64) {
        self.settle(now);
        self.transfers.retain(|t| t.0 != serial);
    }

    pub fn clear(&mut self, now: i64) {
        self.settle(now);
        self.transfers.clear();
    }

    /// Takes out what has arrived by now.
    pub fn arrived(&mut self, now: i64) -> Vec<u64> {
        self.settle(now);
        let done = self.transfers.iter().filter(|t| t.1 <= 1e-6).map(|t| t.0).collect();
        self.transfers.retain(|t| t.1 > 1e-6);
        done
    }

    /// When the next transfer ends, if nothing changes until then.
    pub fn next(&self) -> Option<i64> {
        let rate = self.rate();
        let least = self.transfers.iter().map(|t| t.1).fold(f64::MAX, f64::min);
        (rate > 0.0 && !self.transfers.is_empty()).then(|| self.settled + ((least / rate).ceil() as i64).max(0))
    }

    fn rate(&self) -> f64 {
        if self.up {
            self.per_connection.min(self.capacity / self.transfers.len().max(1) as f64)
        } else {
            0.0
        }
    }

    fn settle(&mut self, now: i64) {
        let sent = self.rate() * (now - self.settled) as f64;
        for t in &mut self.transfers {
            t.1 -= sent;
        }
        self.settled = now;
        self.generation += 1;
    }
}
