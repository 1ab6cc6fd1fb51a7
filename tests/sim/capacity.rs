//! How fast a link must be for requests to end in time.

use vod_upload::api::options::Options;

/// Bytes a second, slow enough to matter: the first parts together take a little longer than one request may, so that
/// an upload that may not try again must be spared that.
pub fn slowest(options: &Options, cap: Option<i64>) -> u64 {
    let (part, width) = first_parts(&options.network);
    let part = if options.part_size > 0 { options.part_size.max(102_400) } else { part };
    let width = if options.parallel > 0 { u64::from(options.parallel.min(8)) } else { width };
    let seconds = cap.unwrap_or(i64::MAX).min(options.timeout) as u64 / 1_000;
    let whole = if options.part_size > 0 { part } else { 1 << 20 };
    let together = (part * width).max(whole * files_at_once(options));
    together * 3 / 2 / seconds / if options.retry_count >= 3 { 3 } else { 1 }
}

/// What the network's name promises: bytes of a part, parts at once.
pub fn first_parts(network: &str) -> (u64, u64) {
    match network {
        "2g" => (102_400, 2),
        "3g" => (102_400, 4),
        _ => (640 << 10, 8),
    }
}

/// Bytes a second that carry so many bytes in one request's time, with some to spare.
pub fn carries(bytes: u64, options: &Options, cap: Option<i64>) -> u64 {
    let seconds = cap.unwrap_or(i64::MAX).min(options.timeout) as u64 / 1_000;
    bytes * files_at_once(options) * 3 / 2 / (seconds - 10) + 1_000
}

/// Most files that are sent at the same time: small ones go four at once where the engine decides.
pub fn files_at_once(options: &Options) -> u64 {
    match options.parallel_files {
        0 => 4,
        files => files.into(),
    }
}
