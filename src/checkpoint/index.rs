//! The list of remembered uploads: only to throw old ones away.

use super::{text, LIFE};
use crate::text::{concat, cut, decimal, parse_number};

/// More uploads than this are not remembered: with 4 KB a chunk they stay well inside the 10 MB of an app's storage.
const MOST: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// By the phone's clock, ms.
    pub touched: i64,
}

pub fn read(sealed: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in text::open(sealed).unwrap_or_default() {
        if let Some((touched, name)) = cut(line, " ") {
            if let Some(touched) = parse_number(touched) {
                rows.push(Row { name: name.into(), touched: touched as i64 });
            }
        }
    }
    rows
}

pub fn write(rows: &[Row]) -> String {
    let mut open = text::Open::new();
    for row in rows {
        open.line(&concat(&[&decimal(row.touched as u64), " ", &row.name]));
    }
    open.seal()
}

/// Puts `name` first (or, with `keep` false, takes it out) and returns the rows that are too old or too many.
pub fn touch(rows: &mut Vec<Row>, name: &str, now: i64, keep: bool) -> Vec<Row> {
    let mut gone = Vec::new();
    let before = core::mem::take(rows);
    if keep {
        rows.push(Row { name: name.into(), touched: now });
    }
    for row in before {
        if row.name == name {
            continue;
        }
        if rows.len() < MOST && now - row.touched < LIFE {
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
            let gone = touch(&mut rows, &i.to_string(), i, true);
            assert_eq!(gone.len(), usize::from(i >= 20));
        }
        assert_eq!(rows.len(), MOST);
        assert_eq!(read(&write(&rows)), rows);
        let gone = touch(&mut rows, "29", 12 + LIFE, false);
        assert_eq!(gone.len(), 3, "10, 11 and 12 are a week old");
        assert!(read("nonsense").is_empty());
    }
}
