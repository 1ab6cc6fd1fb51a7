//! Sixty-four parts of a remembered upload.

use super::text;
use crate::parts::{Etag, Stored, MAX_PARTS};
use crate::rng::push_hex;
use crate::text::percent;

/// Parts a chunk holds: 64 make about 4 KB, quick to write even by a synchronous call into another process.
pub const PARTS: u32 = 64;
pub const MAX_CHUNKS: u32 = MAX_PARTS.div_ceil(PARTS);

/// The chunk that holds a part number.
pub fn of(number: u32) -> u32 {
    number.saturating_sub(1) / PARTS
}

/// The text of one chunk, from all stored parts in the order of their numbers.
pub fn write(upload_id: &str, chunk: u32, stored: &[Stored]) -> String {
    let first = stored.partition_point(|p| of(p.number) < chunk);
    let last = stored.partition_point(|p| of(p.number) <= chunk);
    let mut lines = Vec::with_capacity(last - first + 1);
    // Parts of one upload mean nothing to another.
    lines.push(percent::encode(upload_id));
    for p in &stored[first..last] {
        let mut line = String::with_capacity(80);
        for n in [p.number as u64, p.offset, p.length] {
            line.push_str(&n.to_string());
            line.push(' ');
        }
        push_hex(&mut line, p.crc);
        line.push(' ');
        line.push_str(&percent::encode(&p.etag.text()));
        lines.push(line);
    }
    text::seal(&lines)
}

/// Adds a chunk's parts to `out`; a damaged or foreign chunk adds none.
pub fn read(sealed: &str, upload_id: &str, out: &mut Vec<Stored>) {
    let Some(lines) = text::open(sealed) else { return };
    let mut lines = lines.into_iter();
    if lines.next().map(percent::decode).as_deref() != Some(upload_id) {
        return;
    }
    out.extend(lines.filter_map(part));
}

fn part(line: &str) -> Option<Stored> {
    let mut fields = line.split(' ');
    Some(Stored {
        number: fields.next()?.parse().ok()?,
        offset: fields.next()?.parse().ok()?,
        length: fields.next()?.parse().ok()?,
        crc: u64::from_str_radix(fields.next()?, 16).ok()?,
        etag: Etag::new(&percent::decode(fields.next()?)),
        checked: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_in_their_chunk_and_come_back() {
        let stored: Vec<Stored> = (1..=200u32)
            .map(|number| Stored {
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
            let text = write("up|load", chunk, &stored);
            assert!(text.len() < 8_000, "{}", text.len());
            read(&text, "up|load", &mut back);
            read(&text, "other", &mut back);
            read(&text[1..], "up|load", &mut back);
        }
        assert_eq!(back, stored);
        assert_eq!((of(1), of(64), of(65), of(10_000)), (0, 0, 1, MAX_CHUNKS - 1));
    }
}
