//! Two readings of one unreliable clock.
//!
//! The phone offers only the wall clock, which is wrong, jumps, and stands still in the background. Waiting and
//! time-outs are reckoned in `mono`, which never goes back and takes a leap for a pause; signatures and expiry in
//! the server's time, learnt from its answers.

/// The engine asks to be woken at least this often while it waits (ms). A longer silence was a suspension or a set clock.
pub const HEARTBEAT: i64 = 10_000;
/// So much of a silence counts as time that passed (ms).
const LONGEST_STEP: i64 = 2 * HEARTBEAT;
/// An answer's Date is whole seconds and some milliseconds old: smaller differences teach nothing (ms).
const DATE_GRAIN: i64 = 3_000;
/// Servers' clocks do not show less than this (2024-01-01) nor more (2100): a 1970 comes from a broken proxy.
const PLAUSIBLE: core::ops::Range<i64> = 1_704_067_200_000..4_102_444_800_000;

#[derive(Debug, Default)]
pub struct Clock {
    wall: i64,
    mono: i64,
    offset: i64,
    learnt: bool,
}

impl Clock {
    /// Takes a reading; false when it leapt, because the app was suspended or the clock was set.
    pub fn advance(&mut self, wall: i64) -> bool {
        let step = if self.wall == 0 { 0 } else { wall - self.wall };
        self.mono += step.clamp(0, LONGEST_STEP);
        self.wall = wall;
        (0..=LONGEST_STEP).contains(&step)
    }

    /// The clock was set: what is known of the server's time holds no more.
    pub fn unlearn(&mut self) {
        self.learnt = false;
    }

    /// Time for waiting: ms since the start, without leaps.
    pub fn mono(&self) -> i64 {
        self.mono
    }

    /// The server's time as far as known, ms.
    pub fn server(&self) -> i64 {
        self.wall + self.offset
    }

    /// The phone's own wall clock, ms.
    pub fn wall(&self) -> i64 {
        self.wall
    }

    /// A server has told its time.
    pub fn learnt(&self) -> bool {
        self.learnt
    }

    /// Takes a server's time from its answer; false when it is not believable.
    pub fn learn(&mut self, server: i64) -> bool {
        if !PLAUSIBLE.contains(&server) {
            return false;
        }
        let offset = server - self.wall;
        if !self.learnt && offset.abs() <= DATE_GRAIN {
            self.offset = 0;
        } else if (offset - self.offset).abs() > DATE_GRAIN {
            self.offset = offset;
        }
        self.learnt = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaps_do_not_count_as_waiting() {
        let mut c = Clock::default();
        assert!(c.advance(1_000));
        assert!(c.advance(2_500));
        assert_eq!(c.mono(), 1_500);
        assert!(!c.advance(2_500 + 3_600_000));
        assert_eq!(c.mono(), 1_500 + LONGEST_STEP);
        assert!(c.advance(2_500 + 3_600_000 + 20_000), "a timer may be late by a heartbeat");
        assert!(!c.advance(0));
        assert_eq!(c.mono(), 1_500 + 2 * LONGEST_STEP);
    }

    #[test]
    fn the_offset_is_learnt_and_checked() {
        let now = 1_780_000_000_000;
        let mut c = Clock::default();
        c.advance(now - 3_600_000);
        assert!(!c.learn(0), "1970 is ignored");
        assert!(c.learn(now));
        assert_eq!(c.server(), now);
        c.learn(now + 900);
        assert_eq!(c.server(), now, "whole seconds teach nothing new");
        c.learn(now + DATE_GRAIN);
        assert_eq!(c.server(), now);
        c.unlearn();
        assert!(!c.learnt());
        c.learn(now + 60_000);
        assert!(c.learnt() && c.server() == now + 60_000);
        // The phone's clock is set right.
        c.advance(now);
        c.unlearn();
        c.learn(now - 900);
        assert_eq!(c.server(), now, "so near, it is the phone's that has the milliseconds");
    }
}
