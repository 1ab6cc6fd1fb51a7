//! Sixty-four parts of a stored upload.

use super::envelope;
use crate::encoding::json;
use crate::multipart::plan::MAX_PARTS;
use crate::multipart::{Etag, UploadedPart};

/// Parts in a chunk: 64 make about 5 KB, quick to write even by a synchronous call into another process.
pub const PARTS: u32 = 64;
pub const MAX_CHUNKS: u32 = MAX_PARTS.div_ceil(PARTS);

/// The chunk that holds a part number.
pub fn of(number: u32) -> u32 {
    number.saturating_sub(1) / PARTS
}

/// One line of a chunk, a JSON array. The first line is the upload id: parts of one upload mean nothing to another.
struct Line {
    number: u32,
    offset: u64,
    length: u64,
    crc: u64,
    etag: String,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let values = json::parse(line).ok()?.list()?;
        let [number, offset, length, crc, etag] = values.as_slice() else { return None };
        Some(Line {
            number: number.number()?,
            offset: offset.number()?,
            length: length.number()?,
            crc: crc.number()?,
            etag: etag.string()?,
        })
    }
}

/// Writes chunks. The one written last is kept, since the next part nearly always belongs to it: only its line is new.
#[derive(Default)]
pub struct Writer {
    envelope: envelope::Writer,
    chunk: u32,
    lines: usize,
}

impl Writer {
    /// The text of the chunk of a part just stored; `stored` are all of them, in the order of their numbers.
    pub fn write(&mut self, upload_id: &str, number: u32, stored: &[UploadedPart]) -> String {
        let chunk = of(number);
        let before = |chunk| stored.partition_point(|part| of(part.number) < chunk);
        let parts = &stored[before(chunk)..before(chunk + 1)];
        let new = parts.iter().find(|part| part.number == number);
        if let Some(part) = new.filter(|_| self.chunk == chunk && self.lines > 0 && self.lines + 1 == parts.len()) {
            self.line(part);
        } else {
            *self = Writer { chunk, ..Writer::default() };
            self.envelope.line(&json::to_text(&upload_id));
            for part in parts {
                self.line(part);
            }
        }
        self.envelope.seal()
    }

    fn line(&mut self, part: &UploadedPart) {
        self.envelope.line(&json::to_text(&(part.number, part.offset, part.length, part.crc, &*part.etag.text())));
        self.lines += 1;
    }
}

/// Adds a chunk's parts to `out`, in the order of their numbers: they were written in that of their arrival. A damaged
/// or foreign chunk adds none.
pub fn read(sealed: &str, upload_id: &str, out: &mut Vec<UploadedPart>) {
    for line in lines(sealed, upload_id) {
        let at = out.iter().rposition(|part| part.number < line.number).map_or(0, |before| before + 1);
        let Line { number, offset, length, crc, etag } = line;
        out.insert(at, UploadedPart { number, offset, length, crc, etag: Etag::new(&etag), checked: false });
    }
}

fn lines<'a>(sealed: &'a str, upload_id: &str) -> impl Iterator<Item = Line> + 'a {
    let mut lines = envelope::open(sealed);
    let own = lines.as_mut().and_then(Iterator::next).is_some_and(|first| first == json::to_text(&upload_id));
    let lines = lines.into_iter().flatten().take_while(move |_| own);
    lines.filter_map(Line::read)
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
