//! The CRC-64 of an object, added up from those of its parts.

use super::plan::UploadedPart;
use crate::oss::crc64;

/// Extended with each stored part that follows the ones before it, so that the last part costs no more than the first.
#[derive(Debug, Default)]
pub struct ObjectCrc {
    crc: u64,
    /// The parts 1 to this number are in `crc`.
    parts: usize,
    /// The last length whose shift was computed: most parts are of one length.
    shift: Option<(u64, crc64::Shift)>,
}

impl ObjectCrc {
    /// Adds the parts of `stored`, sorted by their numbers, up to the first missing one.
    pub fn extend(&mut self, stored: &[UploadedPart]) {
        while let Some(next) = stored.get(self.parts) {
            if next.number as usize != self.parts + 1 {
                break;
            }
            let shift = match self.shift {
                Some((length, shift)) if length == next.length => shift,
                _ => crc64::Shift::by(next.length),
            };
            self.shift = Some((next.length, shift));
            self.crc = shift.combine(self.crc, next.crc);
            self.parts += 1;
        }
    }

    /// Parts were removed: starts again with `stored`.
    pub fn restart(&mut self, stored: &[UploadedPart]) {
        (self.crc, self.parts) = (0, 0);
        self.extend(stored);
    }

    /// The CRC of `parts` parts together, if that many follow one another.
    pub fn of(&self, parts: usize) -> Option<u64> {
        (self.parts == parts).then_some(self.crc)
    }
}
