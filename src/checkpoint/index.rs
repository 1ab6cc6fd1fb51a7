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
    let lines = text::open(sealed).unwrap_or_default();
    lines
        .into_iter()
        .filter_map(|line| {
            let (touched, name) = cut(line, " ")?;
            Some(Row { name: name.into(), touched: parse_number(touched)? as i64 })
        })
        .collect()
}

pub fn write(rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().map(|r| concat(&[&decimal(r.touched as u64), " ", &r.name])).collect();
    text::seal(&lines)
}

/// Puts `name` first (or, with `keep` false, takes it out) and returns the rows that are too old or too many.
pub fn touch(rows: &mut Vec<Row>, name: &str, now: i64, keep: bool) -> Vec<Row> {
    rows.retain(|r| r.name != name);
    if keep {
        rows.insert(0, Row { name: name.into(), touched: now });
    }
    let mut gone = Vec::new();
    let mut seen = 0;
    rows.retain(|r| {
        seen += 1;
        let stays = seen <= MOST && now - r.touched < LIFE;
        if !stays {
            gone.push(r.clone());
        }
        stays
    });
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
