//! What is remembered across a kill.
//!
//! An upload is found again by its content (size and a sample of the bytes), since WeChat gives a chosen file a new
//! path each time. A small head tells the video, the address and the upload id; the parts lie beside it in chunks of
//! 64, so that remembering one more part rewrites at most one chunk. An index tells what to throw away. Every text
//! starts with the version and ends with a checksum: what does not fit is as good as absent. No secret is in any of them.

pub mod chunk;
pub mod head;
pub mod index;
mod text;

pub use head::Head;

use crate::flow::rng::push_hex;
use crate::oss::crc64::Crc64;
use crate::text::{concat, decimal};

/// All keys start with this.
const PREFIX: &str = "vod-upload:";
/// Age at which OSS forgets unfinished uploads of VOD buckets (VOD documentation, media upload), ms.
pub const LIFE: i64 = 7 * 24 * 3_600_000;

/// The name an upload goes by: what is uploaded, for whom, and where.
pub fn name(user: &str, region: &str, size: u64, print: u64) -> String {
    let mut scope = Crc64::new();
    scope.update(user.as_bytes());
    scope.update(b"\n");
    scope.update(region.as_bytes());
    let mut out = String::with_capacity(48);
    push_hex(&mut out, scope.finish() ^ size);
    push_hex(&mut out, print);
    out
}

pub fn head_key(name: &str) -> String {
    concat(&[PREFIX, name])
}

pub fn chunk_key(name: &str, chunk: u32) -> String {
    concat(&[PREFIX, name, ":", &decimal(u64::from(chunk))])
}

pub fn index_key() -> String {
    concat(&[PREFIX, "index"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_uploads_apart() {
        let one = name("u", "cn-shanghai", 7, 9);
        assert_eq!(one.len(), 32);
        for other in [name("v", "cn-shanghai", 7, 9), name("u", "cn-beijing", 7, 9), name("u", "cn-shanghai", 8, 9)] {
            assert_ne!(other[..16], one[..16]);
            assert_eq!(other[16..], one[16..]);
        }
        // Every bit of the size counts, whether or not the user's has it set as well.
        for bit in 0..48 {
            assert_ne!(name("u", "r", 1 << bit, 9), name("u", "r", 0, 9), "{bit}");
        }
        assert_ne!(name("u", "cn-shanghai", 7, 8), one);
    }

    #[test]
    fn keys_and_life() {
        assert_eq!(head_key("n"), "vod-upload:n");
        assert_eq!(chunk_key("n", 12), "vod-upload:n:12");
        assert_eq!(index_key(), "vod-upload:index");
        assert_eq!(LIFE, 604_800_000, "a week");
    }
}
