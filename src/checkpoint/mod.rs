//! What of an upload survives a kill of the app, in the platform's key-value storage (1 MB a key, 10 MB in all).
//!
//! An upload is found again by its content (size and a sample of the bytes), since WeChat gives a chosen file a new
//! path each time. A record consists of
//!
//! * a [`Head`]: video, address, upload id and what else must be known to go on;
//! * [`chunk`]s of 64 parts each, so that storing one more part rewrites at most one chunk of about 5 KB;
//! * a row of the common [`index`], by which old records are removed.
//!
//! One more text, of no upload, holds what was measured of the networks: [`link`].
//!
//! Records belong to a scope (the option `userScope`): it is part of their names, so that another scope does not find them.
//! Every text starts with a version and ends with a checksum; a text that does not fit counts as absent. No text holds a
//! secret. Records of version 1 (before `userScope`) are not read, since they do not name their scope: the first change of
//! the index removes them.

pub mod chunk;
mod envelope;
pub mod head;
pub mod index;
pub mod link;

pub use head::Head;

use crate::mac::sha256_hex;

/// All keys start with this.
const PREFIX: &str = "vod-upload:";
/// Age at which a record is forgotten, ms. Longer than the seven days after which OSS removes an unfinished upload: its VideoId
/// keeps the file from becoming a second video, and one that VOD has removed meanwhile is answered with
/// `InvalidVideo.NotFound` and then replaced.
pub const RECORD_LIFE: i64 = 30 * DAY;
const DAY: i64 = 24 * 3_600_000;
/// Hexadecimal digits of a scope in a name.
const SCOPE_DIGITS: usize = 16;

/// The name of a record: whose upload it is, and of what. `scope`: the option `userScope`; `size` in bytes; `fingerprint`:
/// CRC64 of the sampled bytes.
pub fn name(scope: &str, region: &str, size: u64, fingerprint: u64) -> String {
    let content = sha256_hex(&format!("{region}\n{size}\n{fingerprint:016x}"));
    format!("{}-{}", scope_id(scope), &content[..24])
}

/// How a scope appears in names: not as written, since it may be a phone number.
pub fn scope_id(scope: &str) -> String {
    sha256_hex(scope)[..SCOPE_DIGITS].to_owned()
}

/// The scope in the name of a record, as [`scope_id`] gives it.
pub fn scope_of(name: &str) -> &str {
    name.split('-').next().unwrap_or_default()
}

/// Whether a record belongs to this scope.
pub fn is_of_scope(name: &str, scope: &str) -> bool {
    name.strip_prefix(&scope_id(scope)).is_some_and(|rest| rest.starts_with('-'))
}

/// Storage key of a record's head.
pub fn head_key(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Storage key of a chunk; chunks count from 0.
pub fn chunk_key(name: &str, chunk: u32) -> String {
    format!("{PREFIX}{name}:{chunk}")
}

/// Storage key of what was measured of the networks.
pub fn link_key() -> String {
    format!("{PREFIX}link")
}

/// Storage key of the index.
pub fn index_key() -> String {
    format!("{PREFIX}index")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_scopes_and_contents_apart() {
        let one = name("u", "cn-shanghai", 7, 9);
        for other in [
            name("v", "cn-shanghai", 7, 9),
            name("u", "cn-beijing", 7, 9),
            name("u", "cn-shanghai", 8, 9),
            name("u", "cn-shanghai", 7, 8),
        ] {
            assert_ne!(other, one);
            assert_eq!(other.len(), one.len());
        }
        assert_eq!(name("u", "cn-shanghai", 7, 9), one);
        assert!(is_of_scope(&one, "u") && !is_of_scope(&one, "v") && !is_of_scope(&one, ""));
        assert!(!name("13800138000", "r", 1, 1).contains("138001"));
    }

    #[test]
    fn keys_and_lives() {
        assert_eq!(head_key("n"), "vod-upload:n");
        assert_eq!(chunk_key("n", 12), "vod-upload:n:12");
        assert_eq!(index_key(), "vod-upload:index");
        assert_eq!(link_key(), "vod-upload:link");
        assert_eq!(RECORD_LIFE, 2_592_000_000, "a month");
    }
}
