//! How big the next part is and how many go at once.
//!
//! wx.request tells nothing while it sends, so a part is the unit of progress, of loss and of knowledge. A part should
//! take a few seconds: shorter ones waste round trips, longer ones lose more when they fail and may meet the 60 s
//! cap that phones put on a request.

use crate::parts::MIN_PART;

/// What a part should take (ms): 3–5 s keeps round trips under a tenth and a loss cheap.
const PART_TIME: u64 = 4_000;
/// A part that takes longer has too many others beside it: little is left to the 60 s cap (ms).
const SLOW: i64 = 30_000;
/// File bytes held in memory at once, over all parts: a 2 GB phone kills apps well above this.
const BUDGET: u64 = 16 << 20;
/// wx.request has 10 slots for the whole app; two stay the app's own.
pub const MAX_WIDTH: u32 = 8;
/// Largest single read WeChat grants (readFile: 100 MB).
const MAX_READ: u64 = 100 << 20;
/// Files up to this go in one PutObject: two round trips less weigh more than parts side by side.
const SINGLE: u64 = 1 << 20;

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
}

#[derive(Debug)]
pub struct Rate {
    fixed_part: u64,
    fixed_width: u32,
    part: u64,
    width: u32,
    ceiling: u32,
    budget: u64,
    /// Files up to this go in one request, on the present link.
    single: u64,
    /// Successes since the last loss.
    streak: u32,
    /// Bytes acknowledged and when, for the speed shown to people.
    window: [(i64, u64); 8],
    at: usize,
    acked: u64,
}

impl Rate {
    /// `part_size` and `parallel` of 0 leave the choice to the controller.
    pub fn new(part_size: u64, parallel: u32, network: &str) -> Self {
        let mut rate = Rate {
            fixed_part: if part_size == 0 { 0 } else { part_size.clamp(MIN_PART, MAX_READ) },
            fixed_width: parallel.min(MAX_WIDTH),
            part: 0,
            width: 0,
            ceiling: MAX_WIDTH,
            budget: BUDGET,
            single: SINGLE,
            streak: 0,
            window: [(0, 0); 8],
            at: 0,
            acked: 0,
        };
        rate.network(network);
        rate
    }

    /// Starts anew from what the network's name promises. Together the first parts hold no more than a link ten
    /// times slower than the name's usual one sends within a request's time.
    pub fn network(&mut self, kind: &str) {
        let (part, width) = match kind {
            "2g" => (MIN_PART, 2),
            "3g" => (MIN_PART, 4),
            "wifi" | "5g" | "ethernet" => (512 << 10, 8),
            _ => (256 << 10, 6),
        };
        self.part = part;
        // What the app asks for is where it begins and the most there is; a slow link gets less.
        (self.width, self.ceiling) =
            if self.fixed_width > 0 { (self.fixed_width, self.fixed_width) } else { (width, MAX_WIDTH) };
        self.streak = 0;
        self.single = SINGLE.min(part * u64::from(width));
    }

    /// Parts at once.
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

    /// Bytes of the next part, with `left` bytes uncut and `numbers` part numbers for them.
    pub fn next_part(&self, left: u64, numbers: u32) -> u64 {
        let least = left.div_ceil(numbers.max(1) as u64).max(MIN_PART);
        if self.fixed_part > 0 {
            return self.fixed_part.max(least);
        }
        let width = self.width() as u64;
        // Near the end the rest is shared out, so that all connections finish together.
        let share = left.div_ceil(width);
        let part = if share < self.part + self.part / 2 { share.max(self.part / 4) } else { self.part };
        part.clamp(MIN_PART, (self.budget / width).clamp(MIN_PART, MAX_READ)).max(least)
    }

    /// A request carried `bytes` in `ms`.
    pub fn carried(&mut self, bytes: u64, ms: i64, now: i64) {
        self.acked += bytes;
        self.at = (self.at + 1) % self.window.len();
        self.window[self.at] = (now, self.acked);
        if bytes < MIN_PART {
            return;
        }
        self.streak += 1;
        let ideal = bytes.saturating_mul(PART_TIME) / ms.max(1) as u64;
        if ideal > self.part {
            // Doubling at most, and only by a part that was itself of the present size.
            if bytes * 4 >= self.part * 3 {
                self.part = ideal.min(self.part * 2);
            }
        } else if ms as u64 > 2 * PART_TIME {
            self.part = ideal.max(self.part / 2);
        }
        self.part = self.part.clamp(MIN_PART, (self.budget / self.width.max(1) as u64).clamp(MIN_PART, MAX_READ));
        if ms > SLOW {
            self.width = (self.width - 1).max(1);
            self.streak = 0;
        } else if self.streak >= self.width && ms as u64 <= 2 * PART_TIME {
            self.streak = 0;
            self.width = (self.width + 1).min(self.ceiling);
        }
    }

    pub fn lost(&mut self, why: Loss) {
        self.streak = 0;
        match why {
            Loss::Broken => self.width = (self.width - self.width / 4).max(1),
            Loss::Timeout => {
                self.width = (self.width / 2).max(1);
                self.part = (self.part / 2).max(MIN_PART);
                self.single = (self.single / 4).max(MIN_PART);
            }
            Loss::Throttled => {
                self.width = (self.width / 2).max(1);
                self.ceiling = (self.ceiling / 2).max(1);
            }
            Loss::Memory => {
                self.budget = (self.budget / 2).max(1 << 20);
                self.width = (self.width / 2).max(1);
                self.ceiling = (self.ceiling / 2).max(1);
                self.part = self.part.min((self.budget / self.width as u64).max(MIN_PART));
            }
        }
    }

    /// Bytes a second over the last acknowledgements, 0 when unknown.
    pub fn speed(&self, now: i64) -> f64 {
        let oldest = self.window[(self.at + 1) % self.window.len()];
        let oldest =
            if oldest.0 == 0 { self.window.iter().copied().find(|w| w.0 != 0).unwrap_or((now, 0)) } else { oldest };
        let ms = now - oldest.0;
        if ms <= 0 {
            0.0
        } else {
            (self.acked - oldest.1) as f64 * 1000.0 / ms as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_holds_more_than_its_budget() {
        let mut r = Rate::new(0, 0, "wifi");
        for _ in 0..200 {
            r.carried(r.next_part(1 << 40, 10_000), 100, 1);
            assert!(r.width() as u64 * r.part <= BUDGET, "{} × {}", r.width(), r.part);
            assert!(r.width() <= MAX_WIDTH);
        }
    }

    #[test]
    fn ten_thousand_parts_suffice_for_any_object() {
        let r = Rate::new(0, 0, "2g");
        let (mut left, mut numbers) = (crate::parts::MAX_OBJECT, 10_000);
        while left > 0 {
            assert!(numbers > 0);
            left -= r.next_part(left, numbers).min(left);
            numbers -= 1;
        }
    }

    #[test]
    fn slow_links_get_small_parts_and_throttling_is_remembered() {
        let mut r = Rate::new(0, 0, "wifi");
        r.carried(512 << 10, 40_000, 1);
        assert!(r.part <= 256 << 10);
        r.lost(Loss::Throttled);
        let narrow = r.width();
        for _ in 0..100 {
            r.carried(r.part, 1_000, 1);
        }
        assert!(narrow <= 4 && r.width() <= 4);
    }

    #[test]
    fn more_at_once_only_where_it_is_quicker() {
        let mut r = Rate::new(MIN_PART, 0, "2g");
        for _ in 0..20 {
            r.carried(MIN_PART, 18_000, 1);
        }
        assert_eq!(r.width(), 2);
        r.carried(MIN_PART, 40_000, 1);
        assert_eq!(r.width(), 1);
        for _ in 0..20 {
            r.carried(MIN_PART, 1_000, 1);
        }
        assert!(r.width() > 4);
    }

    #[test]
    fn a_file_that_was_too_much_at_once_is_cut() {
        let mut r = Rate::new(0, 0, "wifi");
        assert_eq!(r.single(), SINGLE);
        r.lost(Loss::Timeout);
        assert!(r.single() < SINGLE && r.whole() == SINGLE);
        assert!(Rate::new(0, 0, "2g").single() < SINGLE);
    }

    #[test]
    fn the_app_can_fix_both() {
        let r = Rate::new(1 << 20, 3, "wifi");
        assert_eq!((r.width(), r.next_part(50 << 20, 10_000)), (3, 1 << 20));
        assert_eq!(Rate::new(1, 99, "wifi").width(), MAX_WIDTH);
        assert_eq!(Rate::new(1, 99, "wifi").next_part(50 << 20, 10_000), MIN_PART);
    }
}
