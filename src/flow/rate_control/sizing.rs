//! The length of the next part, so that acknowledgements come one after the other and the last parts end together.

use crate::multipart::plan::MIN_PART;
use crate::ordering::ascending;

/// What is left of a file, and what of it is in flight.
#[derive(Clone, Copy, Debug)]
pub struct Remaining<'a> {
    /// Bytes that no part covers yet.
    pub uncut: u64,
    /// Bytes still to come of each part in flight, its round trip counted as bytes.
    pub in_flight: &'a [u64],
    /// Part numbers left.
    pub numbers: u32,
}

/// How parts are sent at present; lengths and times in bytes of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The length of parts in the middle of a file.
    pub part: u64,
    pub connections: u32,
    /// A round trip.
    pub trip: u64,
    /// The longest time in which nothing should end.
    pub gap: u64,
}

/// Length for the next part out of `remaining`.
pub fn next_length(remaining: Remaining, pattern: Pattern) -> u64 {
    let Pattern { part, connections, trip, gap } = pattern;
    let line = finish_line(remaining, u64::from(connections.max(1)), trip);
    let rounds = match line.div_ceil((part + part / 4).max(1)) {
        // Nothing moves before the last parts end together.
        1 if line > gap && line >= 2 * MIN_PART => 2,
        rounds => rounds,
    };
    match rounds {
        0 | 1 => line.saturating_sub(trip),
        2 | 3 => apart((line / rounds).saturating_sub(trip).max(MIN_PART), remaining.in_flight, pattern),
        _ => apart(part, remaining.in_flight, pattern),
    }
}

/// Bytes of one connection until everything is sent, if all of them end together. Parts that are longer anyway do not count.
fn finish_line(remaining: Remaining, connections: u64, trip: u64) -> u64 {
    let mut in_flight = ascending(remaining.in_flight.iter().copied());
    let own = connections.saturating_sub(in_flight.len() as u64).max(1);
    loop {
        let sum: u64 = remaining.uncut + own * trip + in_flight.iter().sum::<u64>();
        let line = sum / (own + in_flight.len() as u64);
        match in_flight.last() {
            Some(longest) if *longest > line => {
                in_flight.pop();
            }
            _ => return line,
        }
    }
}

/// A length near `wish` that ends well before or after each part in flight. Of connections that begin parts of one length
/// together, all would end together, for ever.
fn apart(wish: u64, in_flight: &[u64], pattern: Pattern) -> u64 {
    let Pattern { connections, trip, gap, .. } = pattern;
    let step = (wish / u64::from(connections.max(1))).max(1);
    if let Some(middle) = middle_of_wide_gap(in_flight, wish, gap.max(2 * step)) {
        return middle.saturating_sub(trip).max(MIN_PART);
    }
    // Nothing to keep away from is as good as far away.
    let distance = |length: u64| in_flight.iter().map(|other| other.abs_diff(length + trip)).min().unwrap_or(step);
    let mut best = (wish, 0);
    for n in 0..u64::from(connections) {
        for length in [wish + n * step, wish.saturating_sub(n * step)] {
            let distance = distance(length);
            if length < MIN_PART || distance <= best.1 {
                continue;
            }
            if distance * 4 >= step * 3 {
                return length;
            }
            best = (length, distance);
        }
    }
    best.0
}

/// The middle of the longest time in which nothing would end, as bytes of one connection, if that is more than `wide`.
fn middle_of_wide_gap(in_flight: &[u64], wish: u64, wide: u64) -> Option<u64> {
    let mut ends = ascending(in_flight.iter().copied().filter(|end| *end < wish));
    ends.insert(0, 0);
    if in_flight.iter().any(|end| *end >= wish) {
        ends.push(wish);
    }
    let (from, gap) = ends.windows(2).map(|pair| (pair[0], pair[1] - pair[0])).max_by_key(|(_, gap)| *gap)?;
    (gap > wide).then_some(from + gap / 2)
}
