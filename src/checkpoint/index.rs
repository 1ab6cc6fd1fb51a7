//! The list of stored uploads of all scopes, by which old ones are removed.

use super::chunk::MAX_CHUNKS;
use super::{envelope, RECORD_LIFE};
use crate::encoding::json;
use serde::Serialize;

/// More uploads than this are not kept.
const MOST: usize = 20;
/// Nor more chunks than this, of about 5 KB each: the app's 10 MB of storage are the app's, and of ten thousand parts an
/// upload has 157 chunks.
const MOST_CHUNKS: u32 = 320;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// [`name`](super::name()) of the record; it starts with the scope.
    pub name: String,
    /// When a head was last written, by the phone's clock, ms.
    pub touched: i64,
    /// Chunks that may be stored with the head.
    pub chunks: u32,
    /// Of the former version: to be removed, not to be read.
    #[serde(skip)]
    pub former: bool,
}

/// The rows, the latest first. A damaged index has none.
pub fn read(sealed: &str) -> Vec<Row> {
    if let Some(lines) = envelope::open_former(sealed) {
        return lines.filter_map(former_row).collect();
    }
    let rows = envelope::open(sealed).into_iter().flatten();
    rows.filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let object = json::parse_object(line)?;
    let chunks = object.number::<u32>("chunks")?.min(MAX_CHUNKS);
    Some(Row { name: object.text("name"), touched: object.number("touched")?, chunks, former: false })
}

/// `time name chunks`
fn former_row(line: &str) -> Option<Row> {
    let mut fields = line.split(' ');
    let (touched, name, chunks) = (fields.next()?.parse().unwrap_or(0), fields.next()?, fields.next());
    let chunks = chunks.and_then(|text| text.parse().ok()).unwrap_or(MAX_CHUNKS).min(MAX_CHUNKS);
    Some(Row { name: name.to_owned(), touched, chunks, former: true })
}

pub fn write(rows: &[Row]) -> String {
    let mut writer = envelope::Writer::default();
    for row in rows {
        writer.line(&json::to_text(row));
    }
    writer.seal()
}

fn is_alive(row: &Row, now: i64) -> bool {
    now.saturating_sub(row.touched) < RECORD_LIFE
}

/// Puts `name` first, with so many chunks (or, without a number, takes it out), and returns the rows that are too old, too
/// many or of the former version.
pub fn touch(rows: &mut Vec<Row>, name: &str, now: i64, keep: Option<u32>) -> Vec<Row> {
    let mut gone = Vec::new();
    let before = std::mem::take(rows);
    if let Some(chunks) = keep {
        rows.push(Row { name: name.to_owned(), touched: now, chunks, former: false });
    }
    let mut sum = keep.unwrap_or(0);
    for row in before {
        if row.name == name && !row.former {
            continue;
        }
        sum += row.chunks;
        if rows.len() < MOST && sum <= MOST_CHUNKS && is_alive(&row, now) && !row.former {
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
    use crate::checkpoint::envelope::tests::former;

    #[test]
    fn old_and_many_go() {
        let mut rows = Vec::new();
        for i in 0..30i64 {
            let gone = touch(&mut rows, &i.to_string(), i, Some(i as u32 % 3));
            assert_eq!(gone.len(), usize::from(i >= 20));
        }
        assert_eq!(rows.len(), MOST);
        assert_eq!(read(&write(&rows)), rows);
        let gone = touch(&mut rows, "29", 12 + RECORD_LIFE, None);
        assert_eq!(gone.len(), 3, "10, 11 and 12 are a month old");
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
        let mut rows = vec![Row { name: "x".into(), touched: i64::MIN, chunks: 0, former: false }];
        assert_eq!(touch(&mut rows, "y", 1_780_000_000_000, Some(0)).len(), 1);
    }

    #[test]
    fn records_of_the_former_version_are_removed() {
        let name = "0123456789abcdef0123456789abcdef";
        let sealed = former(&[&format!("1780000000000 {name} 3"), "7 x", ""]);
        let mut rows = read(&sealed);
        assert_eq!(
            rows.iter().map(|row| (row.name.as_str(), row.chunks)).collect::<Vec<_>>(),
            [(name, 3), ("x", MAX_CHUNKS)]
        );
        let gone = touch(&mut rows, name, 1_780_000_000_000, Some(1));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), [name, "x"]);
        assert!(gone.iter().all(|row| row.former));
        assert_eq!(read(&write(&rows)), rows);
        assert_eq!(rows.len(), 1);
    }
}
