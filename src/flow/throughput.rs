//! How fast bytes arrive, as it is shown to people.

/// Acknowledgements closer together than this are one: eight parts that end at once do not make eight times the speed (ms).
const GRAIN: i64 = 1_000;
/// After so long a silence the old speed says nothing any more (ms).
const STALE: i64 = 30_000;

/// The last acknowledgements, when they came and how many bytes there were by then.
#[derive(Debug, Default)]
pub struct ThroughputMeter {
    marks: [(i64, u64); 8],
    /// Marks that were set, and where the newest stands.
    set: usize,
    at: usize,
    bytes: u64,
}

impl ThroughputMeter {
    /// `bytes` have arrived, which took `ms`.
    pub fn add(&mut self, bytes: u64, ms: i64, now: i64) {
        if self.set == 0 || now - self.marks[self.at].0 > STALE {
            self.set = 1;
            self.marks[self.at] = (now - ms.max(1), self.bytes);
        }
        self.bytes += bytes;
        if self.set < 2 || now - self.marks[self.at].0 >= GRAIN {
            self.at = (self.at + 1) % self.marks.len();
            self.set = (self.set + 1).min(self.marks.len());
            self.marks[self.at].0 = now;
        }
        self.marks[self.at].1 = self.bytes;
    }

    /// Bytes a second over the last acknowledgements, 0 when unknown.
    pub fn speed(&self, now: i64) -> f64 {
        if self.set == 0 {
            return 0.0;
        }
        let (since, bytes) = self.marks[(self.at + self.marks.len() + 1 - self.set) % self.marks.len()];
        (self.bytes - bytes) as f64 * 1_000.0 / (now - since).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_end_together_are_not_a_higher_speed() {
        let mut meter = ThroughputMeter::default();
        assert_eq!(meter.speed(5), 0.0);
        let mut now = 0;
        for _ in 0..20 {
            now += 4_000;
            for late in 0..8 {
                meter.add(500_000, 4_000, now + late);
            }
            let speed = meter.speed(now + 7);
            assert!((900_000.0..1_200_000.0).contains(&speed), "{speed}");
        }
        assert!(meter.speed(now + 60_000) < 400_000.0, "and it falls while nothing comes");
    }

    #[test]
    fn an_old_speed_is_forgotten() {
        let mut meter = ThroughputMeter::default();
        meter.add(1_000, 1_000, 1_000);
        meter.add(8_000, 1_000, 900_000);
        assert_eq!(meter.speed(900_000), 8_000.0);
    }
}
