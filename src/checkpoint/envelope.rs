//! The common form of stored texts: version, lines, checksum.

use crate::oss::crc64::Crc64;

/// Version of the format.
const VERSION: &str = "v2";
/// The version before `userScope`.
const FORMER_VERSION: &str = "v1";

/// A text to which lines are still added.
pub struct Writer {
    text: String,
    crc: Crc64,
}

impl Default for Writer {
    fn default() -> Self {
        let mut writer = Writer { text: String::new(), crc: Crc64::new() };
        writer.push(VERSION);
        writer
    }
}

impl Writer {
    /// Adds a line; it must not contain a line feed.
    pub fn line(&mut self, line: &str) {
        self.push("\n");
        self.push(line);
    }

    fn push(&mut self, text: &str) {
        self.crc.update(text.as_bytes());
        self.text.push_str(text);
    }

    /// The text so far with its checksum.
    pub fn seal(&self) -> String {
        format!("{}\n{:016x}", self.text, self.crc.finish())
    }
}

/// The lines of a sealed text; `None` when it is damaged, of another version, or something else.
pub fn open(text: &str) -> Option<impl Iterator<Item = &str>> {
    open_version(text, VERSION)
}

/// The lines of a sealed text of the former version.
pub fn open_former(text: &str) -> Option<impl Iterator<Item = &str>> {
    open_version(text, FORMER_VERSION)
}

fn open_version<'a>(text: &'a str, version: &str) -> Option<impl Iterator<Item = &'a str>> {
    let (body, seal) = text.rsplit_once('\n')?;
    let mut crc = Crc64::new();
    crc.update(body.as_bytes());
    let mut lines = body.split('\n');
    (seal == format!("{:016x}", crc.finish()) && lines.next() == Some(version)).then_some(lines)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A text of the former version, as it was written.
    pub fn former(lines: &[&str]) -> String {
        let body = [&[FORMER_VERSION], lines].concat().join("\n");
        let mut crc = Crc64::new();
        crc.update(body.as_bytes());
        format!("{body}\n{:016x}", crc.finish())
    }

    #[test]
    fn damage_is_seen() {
        let mut writer = Writer::default();
        for line in ["a", "", "b|c"] {
            writer.line(line);
        }
        let sealed = writer.seal();
        let lines = |text: &str| open(text).map(|lines| lines.map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(lines(&sealed).unwrap(), ["a", "", "b|c"]);
        for i in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[i] ^= 1;
            assert_eq!(lines(&String::from_utf8_lossy(&bytes)), None, "byte {i}");
            assert_eq!(lines(&sealed[..i]), None);
        }
        assert!(open(&former(&["a"])).is_none() && open_former(&sealed).is_none());
        assert_eq!(open_former(&former(&["a"])).unwrap().count(), 1);
    }
}
