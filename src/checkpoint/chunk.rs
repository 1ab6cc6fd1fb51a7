//! Sixty-four parts of a remembered upload.

use super::text;
use crate::flow::rng::push_hex;
use crate::multipart::plan::MAX_PARTS;
use crate::multipart::{Etag, UploadedPart};
use crate::text::{parse_hex, parse_number, percent, push_number, split};

/// PartPlan a chunk holds: 64 make about 4 KB, quick to write even by a synchronous call into another process.
pub const PARTS: u32 = 64;
pub const MAX_CHUNKS: u32 = MAX_PARTS.div_ceil(PARTS);

/// The chunk that holds a part number.
pub fn of(number: u32) -> u32 {
    number.saturating_sub(1) / PARTS
}

/// Writes chunks. The one written last is kept, since the next part nearly always belongs to it: only its line is new.
#[derive(Default)]
pub struct Writer {
    open: text::Open,
    chunk: u32,
    lines: usize,
}

impl Writer {
    /// The text of the chunk of a part just stored; `stored` are all of them, in the order of their numbers.
    pub fn write(&mut self, upload_id: &str, number: u32, stored: &[UploadedPart]) -> String {
        let chunk = of(number);
        let before = |chunk| stored.partition_point(|p| of(p.number) < chunk);
        let (first, last) = (before(chunk), before(chunk + 1));
        let parts = &stored[first..last];
        let new = parts.iter().find(|p| p.number == number);
        if let Some(part) = new.filter(|_| self.chunk == chunk && self.lines > 0 && self.lines + 1 == parts.len()) {
            self.line(part);
        } else {
            // PartPlan of one upload mean nothing to another.
            *self = Writer { open: text::Open::new(), chunk, lines: 0 };
            self.open.line(&percent::encode(upload_id));
            for part in parts {
                self.line(part);
            }
        }
        self.open.seal()
    }

    fn line(&mut self, p: &UploadedPart) {
        let mut line = String::with_capacity(96);
        for n in [u64::from(p.number), p.offset, p.length] {
            push_number(&mut line, n);
            line.push(' ');
        }
        push_hex(&mut line, p.crc);
        line.push(' ');
        line.push_str(&percent::encode(&p.etag.text()));
        self.open.line(&line);
        self.lines += 1;
    }
}

/// Adds a chunk's parts to `out`, in the order of their numbers: they were written in that of their arrival. A damaged
/// or foreign chunk adds none.
pub fn read(sealed: &str, upload_id: &str, out: &mut Vec<UploadedPart>) {
    let Some(lines) = text::open(sealed) else { return };
    let mut lines = lines.into_iter();
    if lines.next().map(percent::decode).as_deref() != Some(upload_id) {
        return;
    }
    for part in lines.filter_map(part) {
        let at = out.iter().rposition(|p| p.number < part.number).map_or(0, |before| before + 1);
        out.insert(at, part);
    }
}

fn part(line: &str) -> Option<UploadedPart> {
    let mut fields = split(line, b' ');
    Some(UploadedPart {
        number: u32::try_from(parse_number(fields.next()?)?).ok()?,
        offset: parse_number(fields.next()?)?,
        length: parse_number(fields.next()?)?,
        crc: parse_hex(fields.next()?)?,
        etag: Etag::new(&percent::decode(fields.next()?)),
        checked: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_in_their_chunk_and_come_back() {
        let stored: Vec<UploadedPart> = (1..=200u32)
            .map(|number| UploadedPart {
                number,
                checked: false,
                offset: number as u64 * 7,
                length: 1 << 33,
                etag: Etag::new("\"0123456789ABCDEF0123456789ABCDEF\""),
                crc: u64::MAX - number as u64,
            })
            .collect();
        let mut back = Vec::new();
        for chunk in 0..4 {
            let text = Writer::default().write("up|load", chunk * PARTS + 1, &stored);
            assert!(text.len() < 8_000, "{}", text.len());
            read(&text, "up|load", &mut back);
            read(&text, "other", &mut back);
            read(&text[1..], "up|load", &mut back);
        }
        assert_eq!(back, stored);
        assert_eq!((of(1), of(64), of(65), of(10_000)), (0, 0, 1, MAX_CHUNKS - 1));
    }

    #[test]
    fn a_part_more_is_a_line_more() {
        let all: Vec<UploadedPart> = [5, 3, 64, 65, 4]
            .map(|number| UploadedPart { number, checked: false, offset: 7, length: 9, etag: Etag::new("x"), crc: 1 })
            .into();
        let mut writer = Writer::default();
        let mut stored: Vec<UploadedPart> = Vec::new();
        let read_back = |text: &str, upload: &str| {
            let mut numbers = Vec::new();
            read(text, upload, &mut numbers);
            numbers.iter().map(|p| p.number).collect::<Vec<_>>()
        };
        for (part, expected) in all.iter().zip([vec![5], vec![3, 5], vec![3, 5, 64], vec![65], vec![3, 4, 5, 64]]) {
            stored.push(part.clone());
            stored.sort_by_key(|p| p.number);
            assert_eq!(read_back(&writer.write("u", part.number, &stored), "u"), expected);
        }
        // Only the new line is written: what stands above it is not looked at again.
        let mut shown = Writer::default();
        let mut two = vec![all[0].clone()];
        shown.write("u", 5, &two);
        two[0].offset = 8;
        two.push(UploadedPart { number: 6, ..all[0].clone() });
        let mut back = Vec::new();
        read(&shown.write("u", 6, &two), "u", &mut back);
        assert_eq!(back.iter().map(|p| p.offset).collect::<Vec<_>>(), [7, 7]);
        // OSS has lost parts: what was written before is not what is stored.
        stored.retain(|p| p.number == 3 || p.number == 64);
        assert_eq!(read_back(&writer.write("u", 64, &stored), "u"), [3, 64]);
    }
}
