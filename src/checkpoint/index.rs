//! The list of stored uploads of all scopes, by which old ones are removed.

use super::chunk::MAX_CHUNKS;
use super::{envelope, scope_of, RECORD_LIFE};
use crate::encoding::json;
use serde::Serialize;

/// How much is kept. A head has about 0.5 KB and a chunk of 64 parts about 5 KB; an upload of ten thousand parts has 157 chunks,
/// and the 10 MB of storage are the app's.
struct Room {
    uploads: usize,
    chunks: u32,
}

impl Room {
    /// Whether there is room for one more row.
    fn is_left<'a>(&self, kept: impl Iterator<Item = &'a Row>, row: &Row) -> bool {
        let (uploads, chunks) = kept.fold((1, row.chunks), |sum, row| (sum.0 + 1, sum.1 + row.chunks));
        uploads <= self.uploads && chunks <= self.chunks
    }
}

/// For each scope, so that the uploads of one user do not push those of another out.
const OF_SCOPE: Room = Room { uploads: 100, chunks: 320 };
/// For all scopes of the phone.
const OF_ALL: Room = Room { uploads: 300, chunks: 640 };

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// [`name`](super::name()) of the record; it starts with the scope.
    pub name: String,
    /// When a head was last written, by the server's clock, ms; 0 where its time was not known.
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

/// `now`: the server's time, where it is known. An age that is not known is none.
fn is_alive(row: &Row, now: Option<i64>) -> bool {
    let age = now.filter(|_| row.touched > 0).map(|now| now.saturating_sub(row.touched));
    age.is_none_or(|age| age < RECORD_LIFE)
}

/// Puts `name` first, with so many chunks (or, without a number, takes it out), and returns the rows that are too old, too
/// many or of the former version. `now`: the server's time, where it is known, ms.
pub fn touch(rows: &mut Vec<Row>, name: &str, now: Option<i64>, keep: Option<u32>) -> Vec<Row> {
    let mut gone = Vec::new();
    let before = std::mem::take(rows);
    if let Some(chunks) = keep {
        rows.push(Row { name: name.to_owned(), touched: now.unwrap_or_default(), chunks, former: false });
    }
    for row in before {
        if row.name == name && !row.former {
            continue;
        }
        if !row.former && is_alive(&row, now) && has_room(rows, &row) {
            rows.push(row);
        } else {
            gone.push(row);
        }
    }
    gone
}

/// Whether one more row can be kept.
fn has_room(kept: &[Row], row: &Row) -> bool {
    let scope = scope_of(&row.name);
    let of_scope = kept.iter().filter(|kept| scope_of(&kept.name) == scope);
    OF_SCOPE.is_left(of_scope, row) && OF_ALL.is_left(kept.iter(), row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::envelope::tests::former;

    #[test]
    fn old_and_many_go() {
        let mut rows = Vec::new();
        for i in 0..130i64 {
            let gone = touch(&mut rows, &format!("a-{i}"), Some(i + 1), Some(i as u32 % 3));
            assert_eq!(gone.len(), usize::from(i >= 100));
        }
        assert_eq!(read(&write(&rows)), rows);
        assert!(touch(&mut rows, "b-1", Some(131), Some(1)).is_empty(), "another user's");
        let gone = touch(&mut rows, "b-1", Some(33 + RECORD_LIFE), Some(1));
        assert_eq!(gone.len(), 3, "30, 31 and 32 are a month old");
        assert!(read("nonsense").is_empty());
    }

    #[test]
    fn an_age_that_is_not_known_is_none() {
        let mut rows = vec![Row { name: "a-1".into(), touched: 0, chunks: 0, former: false }];
        assert!(touch(&mut rows, "a-2", Some(1_780_000_000_000), Some(0)).is_empty());
        assert!(touch(&mut rows, "a-3", None, Some(0)).is_empty(), "the phone's clock may be years ahead");
    }

    #[test]
    fn many_users_share_the_storage() {
        let mut rows = Vec::new();
        for i in 0..310 {
            touch(&mut rows, &format!("{}-{i}", i % 10), None, Some(0));
        }
        assert_eq!((rows.len(), rows[299].name.as_str()), (OF_ALL.uploads, "0-10"));
    }

    #[test]
    fn large_ones_leave_room_for_fewer() {
        let mut rows = Vec::new();
        for (name, chunks) in [("s-a", 1), ("s-b", MAX_CHUNKS), ("s-c", MAX_CHUNKS)] {
            assert!(touch(&mut rows, name, Some(7), Some(chunks)).is_empty(), "{name}");
        }
        // One grows while it is sent, and what is older has to go.
        assert!(touch(&mut rows, "s-d", Some(8), Some(5)).is_empty());
        let gone = touch(&mut rows, "s-d", Some(8), Some(6));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["s-a"]);
        let gone = touch(&mut rows, "s-e", Some(9), Some(1));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["s-b"]);
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["s-e", "s-d", "s-c"]);
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
        let gone = touch(&mut rows, name, Some(1_780_000_000_000), Some(1));
        assert_eq!(gone.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), [name, "x"]);
        assert!(gone.iter().all(|row| row.former));
        assert_eq!(read(&write(&rows)), rows);
        assert_eq!(rows.len(), 1);
    }
}
