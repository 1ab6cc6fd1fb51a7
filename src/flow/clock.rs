//! Two readings of one unreliable clock.
//!
//! The phone offers only the wall clock, which may be wrong, jumps, and stands still. Waits and time-outs use the monotonic
//! time, which never goes back, counts a jump as a short pause, and goes on by the length of each timer that fires; signatures
//! and expiries use the server's time, known from its responses.

/// While it waits, the engine asks to be woken at least this often, ms. A longer silence was a suspension, or the clock was set.
pub const HEARTBEAT: i64 = 10_000;
/// Most of a silence that counts as time that passed, ms.
const MAX_STEP: i64 = 2 * HEARTBEAT;
/// Smaller differences between the clocks are not taken over, ms: a response's Date has whole seconds and is some milliseconds
/// old.
const DATE_TOLERANCE: i64 = 3_000;
/// Times that a server's clock may show, ms since 1970: 2024 to 2100. A Date of 1970 comes from a broken proxy.
const PLAUSIBLE: core::ops::Range<i64> = 1_704_067_200_000..4_102_444_800_000;

#[derive(Debug, Default)]
pub struct Clock {
    wall: i64,
    monotonic: i64,
    /// Server's time minus the phone's, ms.
    offset: i64,
    synced: bool,
}

impl Clock {
    /// Takes a reading of the phone's clock, ms; 0 where it gives none. `waited`: length of the timer that has fired, ms, or 0;
    /// so much has passed at least. False: the clock jumped, because the app was suspended or the clock was set.
    pub fn advance(&mut self, wall: i64, waited: i64) -> bool {
        let wall = if wall > 0 { wall } else { self.wall };
        let first = self.wall == 0;
        let step = if first { 0 } else { wall - self.wall };
        if first && self.synced {
            // The server's time was learnt before the phone's.
            self.offset -= wall;
        }
        self.monotonic += step.clamp(0, MAX_STEP).max(waited);
        if (0..waited).contains(&step) {
            // It stands still or is slow: the server's goes on.
            self.offset += waited - step;
        }
        self.wall = wall;
        (0..=MAX_STEP).contains(&step)
    }

    /// The phone's clock was set: the server's time is no longer known.
    pub fn forget_server_time(&mut self) {
        self.synced = false;
    }

    /// Time for waits: ms since the start, without jumps.
    pub fn monotonic_ms(&self) -> i64 {
        self.monotonic
    }

    /// The server's time as far as it is known, ms since 1970.
    pub fn server(&self) -> i64 {
        self.wall + self.offset
    }

    /// The phone's clock, ms since 1970.
    pub fn wall(&self) -> i64 {
        self.wall
    }

    /// Whether the server's time is known.
    pub fn is_synced(&self) -> bool {
        self.synced
    }

    /// Takes the server's time from a response, ms since 1970. False: it is not plausible.
    pub fn sync(&mut self, server: i64) -> bool {
        if !PLAUSIBLE.contains(&server) {
            return false;
        }
        let offset = server - self.wall;
        if !self.synced && offset.abs() <= DATE_TOLERANCE {
            self.offset = 0;
        } else if (offset - self.offset).abs() > DATE_TOLERANCE {
            self.offset = offset;
        }
        self.synced = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_do_not_count_as_waiting() {
        let mut c = Clock::default();
        assert!(c.advance(1_000, 0));
        assert!(c.advance(2_500, 0));
        assert_eq!(c.monotonic_ms(), 1_500);
        assert!(!c.advance(2_500 + 3_600_000, 0));
        assert_eq!(c.monotonic_ms(), 1_500 + MAX_STEP);
        assert!(c.advance(2_500 + 3_600_000 + 20_000, 0), "a timer may be late by a heartbeat");
        assert!(!c.advance(1, 0));
        assert_eq!(c.monotonic_ms(), 1_500 + 2 * MAX_STEP);
    }

    #[test]
    fn a_timer_counts_whatever_the_clock_shows() {
        let now = 1_780_000_000_000;
        let mut c = Clock::default();
        c.advance(now, 0);
        assert!(c.advance(now, 700), "it stands still");
        assert!(c.advance(0, 700), "it gives no time");
        assert!(c.advance(now + 100, 700), "it is slow");
        assert_eq!((c.monotonic_ms(), c.server()), (2_100, now + 2_100));
        assert!(!c.advance(now - 1, 700), "it was set back");
        assert_eq!(c.monotonic_ms(), 2_800);
        assert!(c.advance(now + 999, 700), "the timer is late");
        assert_eq!(c.monotonic_ms(), 3_800);
        // The first reading comes after the server's time.
        let mut c = Clock::default();
        c.advance(0, 0);
        assert!(c.sync(now) && c.server() == now);
        assert!(c.advance(now - 5_000, 0) && c.advance(now - 4_000, 0));
        assert_eq!(c.server(), now + 1_000);
    }

    #[test]
    fn the_servers_time_is_taken_over_if_plausible() {
        let now = 1_780_000_000_000;
        let mut c = Clock::default();
        c.advance(now - 3_600_000, 0);
        assert!(!c.sync(0), "1970 is ignored");
        assert!(c.sync(now));
        assert_eq!(c.server(), now);
        c.sync(now + 900);
        assert_eq!(c.server(), now, "a Date of whole seconds does not change it");
        c.sync(now + DATE_TOLERANCE);
        assert_eq!(c.server(), now);
        c.forget_server_time();
        assert!(!c.is_synced());
        c.sync(now + 60_000);
        assert!(c.is_synced() && c.server() == now + 60_000);
        // The phone's clock is set right.
        c.advance(now, 0);
        c.forget_server_time();
        c.sync(now - 900);
        assert_eq!(c.server(), now, "so near, the phone's clock is the finer one");
    }
}
