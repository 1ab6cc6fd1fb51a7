//! The fingerprint by which a file is recognised after a restart, and by which a change of it is noticed.

use crate::api::event::FileStat;
use crate::oss::crc64;

/// Blocks of the sample: the first, the last, and two between.
pub const SAMPLES: u8 = 4;
/// Bytes of each block: one disk read on a phone.
const SAMPLE_LENGTH: u64 = 32 << 10;
/// Bytes of a block that is read for the CRC-64 of a whole file: few enough for memory, enough for few calls.
const CHECKSUM_BLOCK: u64 = 4 << 20;
/// Changes of the modification time after which it says nothing any more: on some clients it moves with every call.
const MAX_MODIFICATIONS: u32 = 8;
/// Time after which another change of a file gets another modification time, s: the platform gives whole seconds, FAT keeps
/// every second one.
const MTIME_RESOLUTION: i64 = 2;

/// Size, modification time and CRC-64 of a file as it was inspected.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    /// Bytes; 0 until the file was inspected.
    pub size: u64,
    /// Modification time, seconds.
    pub mtime: i64,
    /// CRC-64 of the sampled blocks, or of all bytes of a small file.
    pub crc: u64,
    /// `crc` is that of all bytes.
    pub covers_whole: bool,
    /// `crc` was computed.
    pub is_known: bool,
    /// CRC-64 of all bytes of a large file.
    content_crc: Option<u64>,
    checksum: Checksum,
    samples: [u64; SAMPLES as usize],
    /// `modifications` when the sample was begun.
    sampled_at: u32,
    /// The bytes were compared with the fingerprint after the last byte was read for sending.
    pub rechecked: bool,
    /// The modification time has moved: stored parts are being compared with the file.
    pub doubted: bool,
    /// Parts are being compared with the file because all of them were read, not because its modification time is settled.
    pub compared_at_end: bool,
    modifications: u32,
}

/// A CRC-64 that is being computed over all bytes of a file, block by block.
#[derive(Clone, Copy, Debug, Default)]
struct Checksum {
    crc: u64,
    /// Bytes from the start of the file that it covers.
    read: u64,
}

impl Fingerprint {
    /// Offset and length of a block of the sample.
    pub fn sample_range(&self, block: u8) -> (u64, u64) {
        let length = SAMPLE_LENGTH.min(self.size);
        ((self.size - length) / (u64::from(SAMPLES) - 1) * u64::from(block), length)
    }

    /// The blocks of the sample are read.
    pub fn begin_sample(&mut self) {
        self.sampled_at = self.modifications;
    }

    /// Whether the modification time has not moved since the first block of the sample was read.
    pub fn sample_is_current(&self) -> bool {
        self.sampled_at == self.modifications || self.sampled_at >= MAX_MODIFICATIONS
    }

    /// Notes the CRC-64 of a block of the sample.
    pub fn set_sample(&mut self, block: u8, crc: u64) {
        self.samples[usize::from(block % SAMPLES)] = crc;
    }

    /// CRC-64 of all blocks of the sample, one after the other.
    pub fn sample_crc(&self) -> u64 {
        (0..SAMPLES)
            .fold(0, |crc, block| crc64::combine(crc, self.samples[usize::from(block)], self.sample_range(block).1))
    }

    /// CRC-64 of all bytes, if they were read.
    pub fn content_crc(&self) -> Option<u64> {
        if self.covers_whole {
            Some(self.crc)
        } else {
            self.content_crc
        }
    }

    pub fn set_content_crc(&mut self, crc: u64) {
        self.content_crc = Some(crc);
    }

    /// Begins to read all bytes for their CRC-64.
    pub fn begin_checksum(&mut self) {
        self.checksum = Checksum::default();
    }

    /// Offset and length of the next block to read for the CRC-64 of all bytes; none when all were read.
    pub fn next_checksum_block(&self) -> Option<(u64, u64)> {
        let length = CHECKSUM_BLOCK.min(self.size.saturating_sub(self.checksum.read));
        (length > 0).then_some((self.checksum.read, length))
    }

    /// Adds a block that was read for the CRC-64 of all bytes.
    pub fn add_checksum_block(&mut self, offset: u64, length: u64, crc: u64) {
        if offset == self.checksum.read {
            self.checksum = Checksum { crc: crc64::combine(self.checksum.crc, crc, length), read: offset + length };
        }
    }

    /// CRC-64 of the blocks that were read.
    pub fn checksum(&self) -> u64 {
        self.checksum.crc
    }

    /// Takes over what an inspection found.
    pub fn set_stat(&mut self, stat: &FileStat) {
        self.size = stat.size;
        self.mtime = stat.mtime;
        self.doubted = false;
        self.content_crc = None;
    }

    /// Takes over what was just found out about the file; what an earlier comparison found is not known any more.
    pub fn restore(&mut self, found: &Fingerprint) {
        self.size = found.size;
        self.mtime = found.mtime;
        self.covers_whole = found.covers_whole;
    }

    /// Whether every change of the file from now on shows in its modification time. Not so in the seconds after its last
    /// change, where the time is unknown or in the future, and where it has moved too often.
    ///
    /// `wall`: the phone's clock, by which files are stamped, ms.
    ///
    /// As in git's index, bytes that were read earlier are "racily clean" and are compared with the file once more: from this
    /// moment on, or after the last byte was read. Two changes remain unseen: one that is undone before the comparison, so
    /// that the bytes are the same; and one that sets the time to the very second of before, in bytes that are no part of the
    /// sample and are not reached by the comparison that goes on while the last parts are on their way.
    pub fn shows_changes(&self, wall: i64) -> bool {
        let settled = self.mtime.saturating_add(MTIME_RESOLUTION).saturating_mul(1_000);
        self.mtime > 0 && self.modifications < MAX_MODIFICATIONS && wall >= settled
    }

    /// Notes another modification time. Returns whether the bytes are to be compared.
    pub fn modified(&mut self, mtime: i64) -> bool {
        self.mtime = mtime;
        self.modifications += 1;
        self.begin_checksum();
        let compare = self.modifications <= MAX_MODIFICATIONS;
        if compare {
            self.doubted = true;
            self.rechecked = false;
        }
        compare
    }

    /// Begins a new run: earlier changes do not count against it.
    pub fn begin_run(&mut self) {
        self.modifications = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_spans_the_file() {
        let file = |size| Fingerprint { size, ..Fingerprint::default() };
        assert_eq!(file(100).sample_range(3), (0, 100), "a tiny file is its own sample");
        let large = file(10_000_000);
        assert_eq!(large.sample_range(0), (0, SAMPLE_LENGTH));
        let (offset, length) = large.sample_range(3);
        assert!(offset + length <= large.size && offset + length > large.size - 3, "the last block ends with the file");
    }

    #[test]
    fn a_time_that_moves_with_every_call_is_ignored_in_the_end() {
        let mut file = Fingerprint::default();
        assert!((0..MAX_MODIFICATIONS).all(|n| file.modified(i64::from(n))));
        assert!(!file.modified(99));
        assert!(!file.shows_changes(1_000_000), "it says nothing any more");
        file.begin_run();
        assert!(file.modified(100));
    }

    #[test]
    fn a_change_in_the_seconds_after_the_last_one_need_not_show() {
        let file = |mtime| Fingerprint { mtime, ..Fingerprint::default() };
        assert!(!file(100).shows_changes(101_999));
        assert!(file(100).shows_changes(102_000));
        assert!(!file(0).shows_changes(1 << 60), "unknown");
        assert!(!file(i64::MAX - 2).shows_changes(102_000), "in the future");
    }
}
