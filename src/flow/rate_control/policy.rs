//! The numbers of the rate controller, each with its unit and its reason. Tests and benchmarks replace them.

/// Requests of one upload at the same time, at most: wx.request has 10 slots for the whole app, and two stay the app's own.
pub const MAX_CONNECTIONS: u32 = 8;
/// Largest single read that WeChat grants, bytes (readFile: 100 MB).
pub const MAX_READ: u64 = 100 << 20;
/// Files up to this many bytes are read as a whole, whatever the link, so that they are recognised after a restart.
pub const WHOLE_READ: u64 = 1 << 20;

/// What the controller aims at. Bytes, milliseconds and bytes a second.
#[derive(Clone, Debug)]
pub struct RatePolicy {
    /// Bytes in flight are what the link carries in this time. WeChat ends requests 5 s after an app is hidden, and the bar
    /// moves with acknowledged parts only: with less the round trips show, with more a kill loses more.
    pub window_ms: u64,
    /// The same until the rate is known, after `known_samples`.
    pub careful_window_ms: u64,
    /// A round trip up to this, ms, costs next to nothing, because the other connections send meanwhile; what is longer prolongs the
    /// time of the window.
    pub filled_trip_ms: u64,
    /// Bytes of the window for which one more connection is worth its overhead on a link that they share: well above OSS's smallest
    /// part, so that the lengths of parts can differ and their ends stay apart.
    pub bytes_per_connection: u64,
    /// Fewest connections, so that one sends while the other waits for its answer.
    pub min_connections: u32,
    /// Most connections on a link that is known to be shared by them: six carry 95 % of what a lossy link can (Altman et al.,
    /// "Parallel TCP sockets": 1 − 1/(1 + 3n)), and leave slots to the app.
    pub shared_connections: u32,
    /// Most connections where each is limited by itself, or where that is not known.
    pub max_connections: u32,
    /// The requests in flight need no longer than this, or fewer go at once: half of the 60 s after which phones end one.
    pub slowest_ms: u64,
    /// The largest part: WeChat copies a request's bytes on their way into its network layer.
    pub max_part: u64,
    /// A part is at most so many times as long as the longest one acknowledged, as in slow start.
    pub growth: u64,
    /// Where nothing in flight would end for longer than this, the next part ends in the middle of that time, ms.
    pub gap_ms: u64,
    /// Connections before anything is acknowledged; on 2g, and after an Initiate slower than `slow_initiate_ms`: `careful_connections`.
    pub first_connections: u32,
    pub careful_connections: u32,
    pub slow_initiate_ms: u64,
    /// Lengths of the first parts: close to the smallest that OSS takes, and different, so that they do not end together.
    pub first_parts: [u64; 4],
    /// Samples after which the rate is measured rather than guessed from single connections.
    pub known_samples: u64,
    /// Of the last eight rate samples, sorted from the largest, this one counts once the rate is known.
    pub rate_rank: usize,
    /// A fact about single connections holds so long, then it is measured again: the link may have changed.
    pub stale_ms: i64,
    /// Memory for file bytes, over all parts: a phone with 2 GB kills apps well above this.
    pub budget: u64,
    /// Least budget after memory warnings.
    pub min_budget: u64,
    /// A file goes in one request if the link carries it in this time, its round trip included; longer, and the bar would stand still too long.
    pub single_ms: u64,
    /// Bounds of that size: two round trips less always pay for the smaller; the larger is the whole read.
    pub single_min: u64,
    pub single_max: u64,
    /// The size on a link of which nothing is known.
    pub single_unknown: u64,
    /// Connections after a reconnect: other clients reconnect too. One more with every success.
    pub reconnect_connections: u32,
    /// Successes after which the limit that a throttling server set rises by one.
    pub calm: u32,
    /// Refusals and failures within this time are one event: each request in flight gets its own, ms.
    pub burst_ms: i64,
    /// A part has stalled when it takes so many times what others took, within these bounds, ms.
    pub stall_factor: u64,
    pub stall_min_ms: u64,
    pub stall_max_ms: u64,
    /// Acknowledged parts from which on it is known what is usual.
    pub stall_samples: u64,
    /// What is remembered of a network counts for so long, ms by the phone's clock: longer, and the phone is elsewhere.
    pub memory_ms: i64,
    /// Share of a remembered rate that is believed at first, in percent: it may have been another place.
    pub memory_percent: u64,
    /// Largest part before the first acknowledgement on a remembered link.
    pub memory_part: u64,
}

impl Default for RatePolicy {
    fn default() -> Self {
        RatePolicy {
            window_ms: 1_600,
            careful_window_ms: 1_200,
            filled_trip_ms: 200,
            bytes_per_connection: 145_000,
            min_connections: 2,
            shared_connections: 6,
            max_connections: MAX_CONNECTIONS,
            slowest_ms: 30_000,
            max_part: 4_000_000,
            gap_ms: 800,
            growth: 3,
            first_connections: 4,
            careful_connections: 2,
            slow_initiate_ms: 400,
            first_parts: [102_400, 122_880, 143_360, 163_840],
            known_samples: 7,
            rate_rank: 2,
            stale_ms: 30_000,
            budget: 16_000_000,
            min_budget: 1_000_000,
            single_ms: 1_500,
            single_min: 200 << 10,
            single_max: WHOLE_READ,
            single_unknown: 400 << 10,
            reconnect_connections: 2,
            calm: 50,
            burst_ms: 1_000,
            stall_factor: 3,
            stall_min_ms: 3_000,
            stall_max_ms: 60_000,
            stall_samples: 4,
            memory_ms: 900_000,
            memory_percent: 50,
            memory_part: 204_800,
        }
    }
}
