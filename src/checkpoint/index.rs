//! The list of remembered uploads: only to throw old ones away.

use super::chunk::MAX_CHUNKS;
use super::{text, LIFE};
use crate::text::{concat, decimal, parse_number, split};

/// More uploads than this are not remembered.
const MOST: usize = 20;
/// Nor more chunks than this, each of some 5 KB: the app's 10 MB of storage are the app's, and of ten thousand parts an
/// upload has 157 chunks.
const MOST_CHUNKS: u32 = 320;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// By the phone's clock, ms.
    pub touched: i64,
    /// Chunks that lie beside its head.
    pub chunks: u32,
}

pub fn read(sealed: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in text::open(sealed).unwrap_or_default() {
        let mut fields = split(line, b' ');
        let (touched, name, chunks) = (fields.next(), fields.next(), fields.next());
        if let (Some(touched), Some(name)) = (touched.and_then(parse_number), name) {
            let chunks = chunks.and_then(parse_number).map_or(0, |n| n.min(u64::from(MAX_CHUNKS)) as u32);
            rows.push(Row { name: name.into(), touched: touched as i64, chunks });
        }
    }
    rows
}

pub fn write(rows: &[Row]) -> String {
    let mut open = text::Open::new();
    for row in rows {
        open.line(&concat(&[&decimal(row.touched as u64), " ", &row.name, " ", &decimal(u64::from(row.chunks))]));
    }
    open.seal()
}

/// Puts `name` first, with so many chunks (or, with none said, takes it out), and returns the rows that are too old or
/// too many.
pub fn touch(rows: &mut Vec<Row>, name: &str, now: i64, keep: Option<u32>) -> Vec<Row> {
    let mut gone = Vec::new();
    let before = core::mem::take(rows);
    let mut sum = 0;
    if let Some(chunks) = keep {
        rows.push(Row { name: name.into(), touched: now, chunks });
        sum = chunks;
    }
    for row in before {
        if row.name == name {
            continue;
        }
        sum += row.chunks;
        if rows.len() < MOST && sum <= MOST_CHUNKS && now.saturating_sub(row.touched) < LIFE {
            rows.push(row);
        } else {
            gone.push(row);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_many_go() {
        let mut rows = Vec::new();
        for i in 0..30i64 {
            let gone = touch(&mut rows, &i.to_string(), i, Some(i as u32 % 3));
            assert_eq!(gone.len(), usize::from(i >= 20));
        }
        assert_eq!(rows.len(), MOST);
        assert_eq!(read(&write(&rows)), rows);
        let gone = touch(&mut rows, "29", 12 + LIFE, None);
        assert_eq!(gone.len(), 3, "10, 11 and 12 are a week old");
        assert!(read("nonsense").is_empty());
    }

    #[test]
    fn large_ones_leave_room_for_fewer() {
        let mut rows = Vec::new();
        for (name, chunks) in [("a", 1), ("b", MAX_CHUNKS), ("c", MAX_CHUNKS)] {
            assert!(touch(&mut rows, name, 7, Some(chunks)).is_empty(), "{name}");
        }
        // One grows while it is sent, and what is older has to go.
        assert!(touch(&mut rows, "d", 8, Some(5)).is_empty());
        let gone = touch(&mut rows, "d", 8, Some(6));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["a"]);
        let gone = touch(&mut rows, "e", 9, Some(1));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["e", "d", "c"]);
    }

    #[test]
    fn a_date_that_is_none_does_no_harm() {
        let mut rows = vec![Row { name: "x".into(), touched: i64::MIN, chunks: 0 }];
        assert_eq!(touch(&mut rows, "y", 1_780_000_000_000, Some(0)).len(), 1);
    }
}
