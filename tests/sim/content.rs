//! Files without bytes.
//!
//! The engine never sees a byte, only CRC-64s of ranges. Any function of a position can play "the CRC of everything
//! before it": ranges then combine exactly as those of real bytes do. So a terabyte costs what a kilobyte does.

use crate::rng::mix;
use vod_upload::oss::crc64::combine;

/// Bytes `at..at + length` that were overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Edit {
    at: u64,
    length: u64,
    mark: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content {
    seed: u64,
    pub size: u64,
    edits: Vec<Edit>,
}

impl Content {
    pub fn new(seed: u64, size: u64) -> Self {
        Content { seed, size, edits: Vec::new() }
    }

    pub fn overwrite(&mut self, at: u64, length: u64, mark: u64) {
        self.edits.push(Edit { at, length, mark });
    }

    /// The CRC of a range.
    pub fn crc(&self, at: u64, length: u64) -> u64 {
        self.before(at + length) ^ shift(self.before(at), length)
    }

    pub fn whole(&self) -> u64 {
        self.before(self.size)
    }

    fn before(&self, end: u64) -> u64 {
        if end == 0 {
            return 0;
        }
        let edits = self.edits.iter().filter(|e| e.at < end).map(|e| match end.checked_sub(e.at + e.length) {
            // Behind the edit its bytes differ no more: what is left is its shadow, shifted.
            Some(behind) => shift(e.mark | 1, behind),
            None => mix(e.mark, end),
        });
        edits.fold(mix(self.seed, end), |crc, shadow| crc ^ shadow)
    }
}

fn shift(crc: u64, zeros: u64) -> u64 {
    combine(crc, 0, zeros)
}

#[test]
fn ranges_combine_like_bytes() {
    let mut content = Content::new(7, 10_000_000_000);
    let plain = content.clone();
    content.overwrite(5_000, 100, 3);
    for cut in [1, 4_999, 5_000, 5_001, 5_099, 5_100, 5_101, 9_999_999_999] {
        let whole = combine(content.crc(0, cut), content.crc(cut, content.size - cut), content.size - cut);
        assert_eq!(whole, content.whole());
        assert_eq!(content.crc(0, cut) == plain.crc(0, cut), cut <= 5_000, "{cut}");
        assert_eq!(content.crc(cut, 70_000) == plain.crc(cut, 70_000), cut >= 5_100, "{cut}");
    }
    assert_ne!(content.crc(0, 100), content.crc(100, 100), "order matters");
}
