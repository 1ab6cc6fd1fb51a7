//! What the controller believes of the link, for the log.

use super::link::Sharing;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belief {
    /// Bytes a second.
    pub rate: u64,
    /// Round trip, ms.
    pub trip: u64,
    pub sharing: Sharing,
    pub connections: u32,
    /// Bytes.
    pub part: u64,
}

impl Belief {
    /// Close enough to the other not to be reported again: the same connections, and a rate and a part within a third.
    pub fn resembles(&self, other: &Belief) -> bool {
        let close = |a: u64, b: u64| a.abs_diff(b) * 3 <= a.min(b);
        self.sharing == other.sharing
            && self.connections == other.connections
            && close(self.rate, other.rate)
            && close(self.part, other.part)
    }
}

impl fmt::Display for Belief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sharing = match self.sharing {
            Sharing::Unknown => "sharing unknown",
            Sharing::Shared => "shared",
            Sharing::PerConnection => "limited per connection",
        };
        write!(
            f,
            "{} KB/s, round trip {} ms, {sharing}; {} connections, {} KB parts",
            self.rate / 1_000,
            self.trip,
            self.connections,
            self.part / 1_000
        )
    }
}
