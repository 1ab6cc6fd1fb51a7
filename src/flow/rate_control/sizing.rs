//! The length of the next part, so that acknowledgements come one after the other and the last parts end together.

use crate::multipart::plan::MIN_PART;

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
    match line.div_ceil((part + part / 4).max(1)) {
        0 | 1 => {
            // The last parts end together; this one ends in the middle of the widest gap before that, so that the bar moves there.
            let ends = ends(remaining.in_flight, line, Some(line));
            middle_of_wide_gap(&ends, gap, trip).unwrap_or(line.saturating_sub(trip))
        }
        rounds @ (2 | 3) => apart((line / rounds).saturating_sub(trip).max(MIN_PART), remaining.in_flight, pattern),
        _ => apart(part, remaining.in_flight, pattern),
    }
}

/// Bytes of one connection until everything is sent, if all of them end together, each after one more round trip. Connections
/// whose parts are longer anyway do not count.
fn finish_line(remaining: Remaining, connections: u64, trip: u64) -> u64 {
    let mut in_flight = remaining.in_flight.to_vec();
    let own = connections.saturating_sub(in_flight.len() as u64).max(1);
    loop {
        let sharing = in_flight.len();
        let line = (remaining.uncut + in_flight.iter().sum::<u64>()) / (own + sharing as u64) + trip;
        in_flight.retain(|end| end + trip <= line);
        if in_flight.len() == sharing {
            return line;
        }
    }
}

/// A length near `wish` that ends well before or after each part in flight. Of connections that begin parts of one length
/// together, all would end together, for ever.
fn apart(wish: u64, in_flight: &[u64], pattern: Pattern) -> u64 {
    let Pattern { connections, trip, gap, .. } = pattern;
    let step = (wish / u64::from(connections.max(1))).max(1);
    // What ends later than this part bounds the last gap.
    let last = in_flight.iter().any(|end| *end >= wish).then_some(wish);
    if let Some(length) = middle_of_wide_gap(&ends(in_flight, wish, last), gap.max(2 * step), trip) {
        return length;
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

/// When parts in flight end, up to `until`: from 0 to `last`, if there is one.
fn ends(in_flight: &[u64], until: u64, last: Option<u64>) -> Vec<u64> {
    in_flight.iter().copied().filter(|end| *end < until).chain([0]).chain(last).collect()
}

/// Length of a part that ends in the middle of the longest time in which nothing would end, if that is more than `wide` and
/// the smallest part ends well within it.
fn middle_of_wide_gap(ends: &[u64], wide: u64, trip: u64) -> Option<u64> {
    let next_after = |from: u64| ends.iter().copied().filter(|end| *end > from).min();
    let gaps = ends.iter().filter_map(|from| Some((next_after(*from)? - from, *from)));
    let (gap, from) = gaps.max()?;
    let length = (from + gap / 2).saturating_sub(trip).max(MIN_PART);
    (gap > wide && length + trip <= from + gap * 3 / 4).then_some(length)
}
