//! The common shell of remembered texts: version, lines, checksum.

use crate::flow::rng::push_hex;
use crate::oss::crc64::Crc64;
use crate::text::{cut_last, parse_hex, split};

/// Version of the format. A text of another one is ignored.
const VERSION: &str = "v1";

/// A text that still grows.
#[derive(Default)]
pub struct Open {
    text: String,
    sum: Crc64,
}

impl Open {
    pub fn new() -> Self {
        let mut open = Open::default();
        open.push(VERSION);
        open
    }

    pub fn line(&mut self, line: &str) {
        self.push("\n");
        self.push(line);
    }

    fn push(&mut self, text: &str) {
        self.sum.update(text.as_bytes());
        self.text.push_str(text);
    }

    /// The text as it stands, closed with its checksum.
    pub fn seal(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 17);
        out.push_str(&self.text);
        out.push('\n');
        push_hex(&mut out, self.sum.finish());
        out
    }
}

/// Closes a text of lines with its checksum.
pub fn seal(lines: &[String]) -> String {
    let mut open = Open::new();
    for line in lines {
        open.line(line);
    }
    open.seal()
}

/// The lines of a sealed text; none when it is damaged, of another version, or something else.
pub fn open(text: &str) -> Option<Vec<&str>> {
    let (body, seal) = cut_last(text, b'\n')?;
    if parse_hex(seal)? != sum(body) || seal.len() != 16 {
        return None;
    }
    let mut rest = split(body, b'\n');
    if rest.next() != Some(VERSION) {
        return None;
    }
    let mut lines = Vec::new();
    for line in rest {
        lines.push(line);
    }
    Some(lines)
}

fn sum(text: &str) -> u64 {
    let mut crc = Crc64::new();
    crc.update(text.as_bytes());
    crc.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen() {
        let sealed = seal(&["a".into(), "".into(), "b|c".into()]);
        assert_eq!(open(&sealed), Some(vec!["a", "", "b|c"]));
        for i in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[i] ^= 1;
            assert_eq!(open(&String::from_utf8_lossy(&bytes)), None, "byte {i}");
            assert_eq!(open(&sealed[..i]), None);
        }
    }
}
