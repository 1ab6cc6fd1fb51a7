//! Which bytes of a file are which part: what is stored, what is still to be sent, and the cut of the next part.
//!
//! Parts are cut one after the other while the upload runs, so that their size can follow the link. OSS wants numbers
//! 1…10 000 in the order of the bytes and every part but the last of at least 100 KB (OSS API reference, UploadPart
//! and CompleteMultipartUpload); it does not want equal sizes.

use super::etag::Etag;
use super::object_crc::ObjectCrc;

/// The most parts an upload may have.
pub const MAX_PARTS: u32 = 10_000;
/// The least bytes of a part that is not the last.
pub const MIN_PART: u64 = 102_400;
/// What an object can hold: 48.8 TB, 10 000 parts of 5 GB.
pub const MAX_OBJECT: u64 = MAX_PARTS as u64 * (5 << 30);

/// From so many parts on, room is made for all.
const ROOM: usize = 512;

/// Some bytes of the file and the number they go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRange {
    pub number: u32,
    pub offset: u64,
    pub length: u64,
}

/// A part that OSS has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedPart {
    pub number: u32,
    /// The bytes were compared with the file as it is now (false after a restart).
    pub checked: bool,
    pub offset: u64,
    pub length: u64,
    pub etag: Etag,
    pub crc: u64,
}

#[derive(Debug, Default)]
pub struct PartPlan {
    /// Empty: no multipart upload has been opened.
    pub upload_id: String,
    stored: Vec<UploadedPart>,
    /// Cut, but given back: stopped in flight, or missing in a checkpoint.
    returned: Vec<PartRange>,
    next_offset: u64,
    cut: u32,
    /// Bytes of the file.
    total: u64,
    loaded: u64,
    /// All stored parts before this place were compared with the file: what is left is found without a look at them.
    checked: usize,
    /// So many stored parts were compared again at the end.
    compared_again: usize,
    crc: ObjectCrc,
}

impl PartPlan {
    /// Bytes that OSS has acknowledged.
    pub fn loaded(&self) -> u64 {
        self.loaded
    }

    pub fn stored(&self) -> &[UploadedPart] {
        &self.stored
    }

    /// Bytes that no part covers yet.
    pub fn uncut(&self, total: u64) -> u64 {
        total.saturating_sub(self.next_offset)
    }

    /// Part numbers left.
    pub fn numbers_left(&self) -> u32 {
        MAX_PARTS - self.cut.min(MAX_PARTS)
    }

    /// Something is left to be sent that is not on its way.
    pub fn pending(&self, total: u64) -> bool {
        !self.returned.is_empty() || self.uncut(total) > 0
    }

    /// The length of what `take` gives.
    pub fn next_length(&self, total: u64, size: u64) -> u64 {
        if let Some(cut) = self.returned.last() {
            return cut.length;
        }
        size.max(MIN_PART).min(self.uncut(total))
    }

    /// The next bytes to send; `size` is the length wished for a new part.
    pub fn take(&mut self, total: u64, size: u64) -> Option<PartRange> {
        if let Some(cut) = self.returned.pop() {
            return Some(cut);
        }
        self.total = total;
        if self.uncut(total) == 0 || self.cut >= MAX_PARTS {
            return None;
        }
        let length = self.next_length(total, size);
        let cut = PartRange { number: self.cut + 1, offset: self.next_offset, length };
        self.cut += 1;
        self.next_offset += length;
        Some(cut)
    }

    /// Takes back the cut of this part, which is not stored, and of all behind it; false when more than `most` bytes of those
    /// are stored.
    pub fn uncut_from(&mut self, cut: PartRange, most: u64) -> bool {
        let at = self.stored.partition_point(|p| p.number < cut.number);
        let behind: u64 = self.stored[at..].iter().map(|p| p.length).sum();
        if behind > most {
            return false;
        }
        self.stored.truncate(at);
        self.loaded -= behind;
        self.checked = self.checked.min(at);
        self.returned.retain(|c| c.number < cut.number);
        self.next_offset = cut.offset;
        self.cut = cut.number - 1;
        true
    }

    /// The part was not stored and must be sent again.
    pub fn give_back(&mut self, cut: PartRange) {
        // Lowest last: popped first, so that the object grows from its start.
        let at = self.returned.iter().position(|c| c.number < cut.number).unwrap_or(self.returned.len());
        self.returned.insert(at, cut);
    }

    /// OSS has the part.
    pub fn store(&mut self, part: UploadedPart) {
        match self.stored.binary_search_by_key(&part.number, |p| p.number) {
            Ok(_) => return,
            Err(at) => {
                self.make_room();
                self.loaded += part.length;
                self.stored.insert(at, part);
                self.checked = self.checked.min(at);
            }
        }
        self.skip_checked();
        self.crc.extend(&self.stored);
    }

    /// Reserves at once what the whole file will need at the present part size: WebAssembly memory never shrinks, and a vector
    /// that doubles would leave its former buffers behind as holes.
    fn make_room(&mut self) {
        let stored = self.stored.len();
        if stored >= ROOM && stored == self.stored.capacity() {
            let all = self.total.saturating_mul(stored as u64) / self.loaded.max(1);
            self.stored.reserve_exact((all.min(u64::from(MAX_PARTS)) as usize).saturating_sub(stored).max(ROOM));
        }
    }

    /// The CRC of the whole object, when every part is stored.
    pub fn whole_crc(&self) -> Option<u64> {
        self.crc.of(self.stored.len())
    }

    /// OSS does not have these parts (any more): they go back to be sent. Returns how many.
    pub fn forget(&mut self, lost: impl Fn(&UploadedPart) -> bool) -> usize {
        let before = self.stored.len();
        let mut kept = Vec::with_capacity(before);
        for part in core::mem::take(&mut self.stored) {
            if lost(&part) {
                self.loaded -= part.length;
                self.give_back(PartRange { number: part.number, offset: part.offset, length: part.length });
            } else {
                kept.push(part);
            }
        }
        self.stored = kept;
        self.checked = 0;
        self.skip_checked();
        self.crc.restart(&self.stored);
        before - self.stored.len()
    }

    /// Everything is to be sent, under the present upload id.
    pub fn forget_all(&mut self) {
        *self = PartPlan { upload_id: std::mem::take(&mut self.upload_id), ..PartPlan::default() };
    }

    /// Everything starts again under a new upload id.
    pub fn reset(&mut self) {
        *self = PartPlan::default();
    }

    /// A stored part whose bytes were not yet compared with the file.
    pub fn unchecked(&self) -> Option<PartRange> {
        self.all_unchecked().next()
    }

    /// All stored parts whose bytes were not yet compared with the file.
    pub fn all_unchecked(&self) -> impl Iterator<Item = PartRange> + '_ {
        let unchecked = self.stored[self.checked..].iter().filter(|part| !part.checked);
        unchecked.map(|part| PartRange { number: part.number, offset: part.offset, length: part.length })
    }

    /// The next stored part to compare with the file although nothing contradicts it.
    pub fn next_to_compare_again(&mut self) -> Option<PartRange> {
        let part = self.stored.get(self.compared_again)?;
        self.compared_again += 1;
        Some(PartRange { number: part.number, offset: part.offset, length: part.length })
    }

    fn skip_checked(&mut self) {
        while self.stored.get(self.checked).is_some_and(|p| p.checked) {
            self.checked += 1;
        }
    }

    /// Compares a stored part with the bytes just read; false when they differ.
    pub fn check(&mut self, number: u32, crc: u64) -> bool {
        match self.stored.binary_search_by_key(&number, |p| p.number) {
            Ok(at) => {
                let same = self.stored[at].crc == crc;
                self.stored[at].checked = same;
                self.checked = self.checked.min(at);
                self.skip_checked();
                same
            }
            Err(_) => true,
        }
    }

    /// The file may have changed: every stored part is to be compared again.
    pub fn doubt(&mut self) {
        for part in &mut self.stored {
            part.checked = false;
        }
        self.checked = 0;
    }

    /// No comparison is wanted (integrity is off).
    pub fn trust(&mut self) {
        for part in &mut self.stored {
            part.checked = true;
        }
        self.checked = self.stored.len();
    }

    /// Takes over the parts of a checkpoint, in the order of their numbers; false, and nothing taken, when they do
    /// not fit together.
    pub fn restore(&mut self, upload_id: &str, parts: Vec<UploadedPart>, total: u64) -> bool {
        let mut gaps = Vec::new();
        let (mut number, mut offset) = (0u32, 0u64);
        for p in &parts {
            let fits = p.number > number && p.number <= MAX_PARTS && p.length > 0 && p.offset >= offset;
            let end = p.offset.checked_add(p.length).filter(|end| *end <= total);
            let (true, Some(end)) = (fits, end) else { return false };
            if end < total && p.length < MIN_PART {
                return false;
            }
            if !fill(&mut gaps, number, p.number - number - 1, offset, p.offset - offset) {
                return false;
            }
            number = p.number;
            offset = end;
        }
        // The rest needs a number, too.
        if number == MAX_PARTS && offset < total {
            return false;
        }
        let loaded = parts.iter().map(|p| p.length).sum();
        *self = PartPlan {
            upload_id: upload_id.into(),
            next_offset: offset,
            cut: number,
            loaded,
            stored: parts,
            ..PartPlan::default()
        };
        self.skip_checked();
        self.crc.restart(&self.stored);
        for gap in gaps {
            self.give_back(gap);
        }
        true
    }
}

/// Spreads a gap's bytes over its numbers; false when there are no numbers for the bytes or no bytes for the gap.
fn fill(gaps: &mut Vec<PartRange>, before: u32, numbers: u32, offset: u64, bytes: u64) -> bool {
    if bytes == 0 {
        return true;
    }
    if numbers == 0 || bytes < MIN_PART {
        return false;
    }
    let count = (bytes / MIN_PART).min(numbers as u64);
    let each = bytes / count;
    for i in 0..count {
        let length = if i + 1 == count { bytes - each * i } else { each };
        gaps.push(PartRange { number: before + 1 + i as u32, offset: offset + each * i, length });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(number: u32, offset: u64, length: u64) -> UploadedPart {
        UploadedPart { number, checked: true, offset, length, etag: Etag::new("x"), crc: number as u64 }
    }

    #[test]
    fn cuts_cover_the_file_in_order() {
        let total = 3 * 1_048_576 - 1;
        let mut parts = PartPlan::default();
        let mut at = 0;
        let mut n = 0;
        while let Some(cut) = parts.take(total, 1_048_576) {
            n += 1;
            assert_eq!((cut.number, cut.offset), (n, at));
            at += cut.length;
        }
        assert_eq!((at, n), (total, 3));
    }

    #[test]
    fn a_checkpoint_with_a_gap_is_filled() {
        let mut parts = PartPlan::default();
        let mb = 1 << 20;
        assert!(parts.restore("u", vec![stored(1, 0, mb), stored(4, 5 * mb, mb)], 10 * mb));
        assert_eq!(parts.loaded(), 2 * mb);
        let a = parts.take(10 * mb, mb).unwrap();
        let b = parts.take(10 * mb, mb).unwrap();
        assert_eq!((a.number, a.offset), (2, mb));
        assert_eq!((b.number, b.offset, b.offset + b.length), (3, a.offset + a.length, 5 * mb));
        assert_eq!(parts.take(10 * mb, mb).unwrap(), PartRange { number: 5, offset: 6 * mb, length: mb });
    }

    #[test]
    fn a_checkpoint_that_does_not_fit_is_refused() {
        let mb = 1 << 20;
        for bad in [
            vec![stored(1, 0, mb), stored(2, mb / 2, mb)],
            vec![stored(1, 0, mb), stored(2, 2 * mb, mb)],
            vec![stored(1, 0, 11 * mb)],
            vec![stored(0, 0, mb)],
            vec![stored(1, 0, mb), stored(1, mb, mb)],
            vec![stored(1, u64::MAX, mb)],
            vec![stored(10_001, 0, mb)],
            vec![stored(10_000, 8 * mb, mb)],
        ] {
            assert!(!PartPlan::default().restore("u", bad, 10 * mb));
        }
    }

    #[test]
    fn a_tail_is_cut_to_another_size() {
        let mb = 1 << 20;
        let mut parts = PartPlan::default();
        let cuts: Vec<PartRange> = (0..4).map(|_| parts.take(9 * mb, 2 * mb).unwrap()).collect();
        parts.store(stored(2, cuts[1].offset, cuts[1].length));
        parts.give_back(cuts[3]);
        assert!(!parts.uncut_from(cuts[0], 2 * mb - 1), "the second part is stored already");
        assert!(parts.uncut_from(cuts[2], 0));
        assert_eq!(parts.take(9 * mb, mb / 2), Some(PartRange { number: 3, offset: 4 * mb, length: mb / 2 }));
        assert_eq!(parts.uncut(9 * mb), 9 * mb / 2);
        assert!(parts.uncut_from(cuts[0], 2 * mb), "it may be sent again");
        assert_eq!((parts.loaded(), parts.stored().len(), parts.unchecked()), (0, 0, None));
        assert_eq!(parts.take(9 * mb, mb), Some(PartRange { number: 1, offset: 0, length: mb }));
        assert_eq!(parts.uncut(9 * mb), 8 * mb);
    }

    #[test]
    fn lost_parts_come_back() {
        let mb = 1 << 20;
        let mut parts = PartPlan::default();
        for _ in 0..3 {
            let cut = parts.take(3 * mb, mb).unwrap();
            parts.store(stored(cut.number, cut.offset, cut.length));
        }
        assert!(parts.whole_crc().is_some() && !parts.pending(3 * mb));
        assert_eq!(parts.forget(|p| p.number == 2), 1);
        assert_eq!(parts.take(3 * mb, mb).unwrap().number, 2);
        assert_eq!(parts.loaded(), 2 * mb);
    }

    #[test]
    fn what_is_unchecked_is_found_in_turn() {
        let mb = 1 << 20;
        let of = |number: u32| UploadedPart { checked: false, ..stored(number, u64::from(number - 1) * mb, mb) };
        let mut parts = PartPlan::default();
        assert!(parts.restore("u", vec![of(1), of(2), of(3)], 10 * mb));
        parts.store(stored(4, 3 * mb, mb));
        assert_eq!(parts.unchecked().map(|c| c.number), Some(1));
        assert!(parts.check(1, 1) && parts.check(3, 3) && !parts.check(2, 9));
        assert_eq!(parts.unchecked().map(|c| c.number), Some(2));
        assert_eq!(parts.forget(|p| p.number == 2), 1);
        assert_eq!(parts.unchecked(), None);
        parts.store(of(2));
        assert_eq!(parts.unchecked().map(|c| c.number), Some(2));
        parts.trust();
        assert_eq!(parts.unchecked(), None);
        parts.doubt();
        assert_eq!(parts.unchecked().map(|c| c.number), Some(1));
    }
}
