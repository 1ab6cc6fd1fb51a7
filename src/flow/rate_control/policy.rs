//! The numbers of the rate controller, each with unit, reason and source. Tests and benchmarks replace them.

/// Requests at the same time, at most: wx.request has 10 slots for the whole app (WeChat, "wx.request", limit of concurrent requests), and
/// two stay the app's own.
pub const MAX_CONNECTIONS: u32 = 8;
/// Largest single read that WeChat grants, bytes: 100 MB (WeChat, "FileSystemManager.readFile").
pub const MAX_READ: u64 = 100 << 20;
/// Files up to this many bytes are read as a whole, whatever the link, so that they are recognised after a restart.
pub const WHOLE_READ: u64 = 1 << 20;

/// What the controller aims at. Numbers without another source were tuned with the model of links in `examples/model` and confirmed by
/// the benchmarks in `tests/bench`.
#[derive(Clone, Debug)]
pub struct RatePolicy {
    /// ms. Bytes in flight are what the link carries in this time. WeChat ends requests 5 s after an app is hidden, and the bar
    /// moves with acknowledged parts only: with less the round trips show, with more a kill loses more.
    pub window_ms: u64,
    /// ms. The window until the rate is known, after [`known_samples`](Self::known_samples).
    pub careful_window_ms: u64,
    /// ms. A round trip up to this costs next to nothing, because the other connections send meanwhile; what is longer prolongs the
    /// window.
    pub filled_trip_ms: u64,
    /// Bytes of the window for which one more connection is worth its overhead on a link that they share: well above OSS's smallest
    /// part of 100 KB (OSS, "UploadPart"), so that the lengths of parts can differ and their ends stay apart.
    pub bytes_per_connection: u64,
    /// Fewest connections, so that one sends while the other waits for its response.
    pub min_connections: u32,
    /// Most connections on a link that is known to be shared by them: six carry 95 % of what a lossy link can (Altman et al.,
    /// "Parallel TCP sockets": 1 − 1/(1 + 3n)), and leave slots to the app.
    pub shared_connections: u32,
    /// Most connections where each is limited by itself, or where that is not known.
    pub max_connections: u32,
    /// ms. Where parts are sent one at a time, the next one begins so long before the last bytes of the one before are expected to have
    /// left: timers are late, and rates vary.
    pub overlap_ms: u64,
    /// ms. The requests in flight need no longer than this, or fewer go at once: half of the 60 s after which phones end one
    /// (WeChat, "wx.request", `timeout`).
    pub slowest_ms: u64,
    /// Bytes of the largest part: WeChat copies a request's bytes on their way into its network layer.
    pub max_part: u64,
    /// Factor. A part is at most this many times as long as the longest one acknowledged, as in TCP's slow start (RFC 5681, 3.1).
    pub growth: u64,
    /// ms. Where nothing in flight would end for longer than this, the next part ends in the middle of that time, so that the bar moves.
    pub gap_ms: u64,
    /// Connections before anything is acknowledged.
    pub first_connections: u32,
    /// ms. After an InitiateMultipartUpload that takes longer, and on 2g, the first part goes alone: it carries next to no bytes, so the
    /// link is slow, and of two parts at once the first would end as late as both.
    pub slow_initiate_ms: u64,
    /// Bytes of the first parts: close to the smallest that OSS takes, and different, so that they do not end together.
    pub first_parts: [u64; 4],
    /// Acknowledged parts after which the rate is measured rather than guessed from single connections.
    pub known_samples: u64,
    /// Of the last eight rate samples, from the largest, this one counts once the rate is known: 0 is the largest, which one lucky sample
    /// would raise.
    pub rate_rank: usize,
    /// ms. A fact about single connections holds this long, then it is measured again: the link may have changed.
    pub stale_ms: i64,
    /// Bytes of files in memory, over all parts: a phone with 2 GB kills apps well above this.
    pub budget: u64,
    /// Bytes. Least budget after memory warnings.
    pub min_budget: u64,
    /// ms. A file goes in one request if the link carries it in this time, its round trip included; with more the bar would stand still.
    pub single_ms: u64,
    /// Bytes. A file up to this size always goes in one request: two round trips less pay for it on every link.
    pub single_min: u64,
    /// Bytes. A larger file never does, because it is not read as a whole.
    pub single_max: u64,
    /// Bytes. The limit on a link of which nothing is known.
    pub single_unknown: u64,
    /// Connections after a reconnect, when other clients reconnect too. One more with every acknowledged part.
    pub reconnect_connections: u32,
    /// Acknowledged parts after which the limit that a throttling server set rises by one.
    pub calm: u32,
    /// ms. Refusals and failures within this time are one event: each request in flight gets its own.
    pub burst_ms: i64,
    /// Factor. A part has stalled when it takes this many times what others took.
    pub stall_factor: u64,
    /// ms. It has not stalled before this, however quick the others were: mobile links pause for seconds.
    pub stall_min_ms: u64,
    /// ms. It has stalled after this, however slow the others were: then the platform ends the request itself.
    pub stall_max_ms: u64,
    /// Acknowledged parts from which on it is known what they usually take.
    pub stall_samples: u64,
    /// ms by the phone's clock. What is remembered of a network counts this long: after it, the phone is elsewhere.
    pub memory_ms: i64,
    /// Percent of a remembered rate that are believed at first: it may have been another place.
    pub memory_percent: u64,
    /// Bytes. Largest part before the first acknowledgement on a remembered link.
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
            overlap_ms: 100,
            slowest_ms: 30_000,
            max_part: 4_000_000,
            gap_ms: 800,
            growth: 3,
            first_connections: 4,
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
