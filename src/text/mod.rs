//! Texts that cross the wire: base64, JSON, XML, percent-encoding, times.
//!
//! Small parsers of our own where a crate would cost more bytes than the few shapes we meet deserve.

pub mod base64;
pub mod json;
pub mod percent;
pub mod time;
pub mod xml;

/// Decimal digits of a number, without the formatting machinery of `core::fmt`.
pub fn push_number(out: &mut String, value: u64) {
    if value >= 10 {
        push_number(out, value / 10);
    }
    out.push(char::from(b'0' + (value % 10) as u8));
}

/// A whole number written with digits only: no sign, no blank, nothing that overflows.
pub fn parse_number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u64, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A number's decimal digits.
pub fn decimal(value: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, value);
    out
}

/// A number of hexadecimal digits only, of either case.
pub fn parse_hex(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| Some(value << 4 | u64::from(nibble(byte)?)))
}

/// The value of one hexadecimal digit.
pub fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        // Upper-case letters too.
        _ => Some((digit | 32).wrapping_sub(b'a')).filter(|letter| *letter < 6).map(|letter| letter + 10),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

// Splitting by hand: each `split`, `find` and `contains` of core is written out for its kind of pattern, with searches
// for long texts behind it. Ours are short.

/// Before and after the first `mark`.
pub fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let bytes = text.as_bytes();
    let at = (0..bytes.len()).find(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark.as_bytes())))?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Before and after the last `mark`, an ASCII character.
pub fn cut_last(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The pieces between the `mark`s, an ASCII character.
pub fn split(text: &str, mark: u8) -> Split<'_> {
    Split { rest: Some(text), mark }
}

pub struct Split<'a> {
    rest: Option<&'a str>,
    mark: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest?;
        let at = text.bytes().position(|byte| byte == self.mark);
        let (piece, rest) = match at {
            Some(at) => (text.get(..at)?, text.get(at + 1..)),
            None => (text, None),
        };
        self.rest = rest;
        Some(piece)
    }
}

/// Without the quotes around it.
pub fn unquoted(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = text.strip_prefix('"') {
        text = rest;
    }
    while let Some(rest) = text.strip_suffix('"') {
        text = rest;
    }
    text
}

/// The parts in one text.
pub fn concat(parts: &[&str]) -> String {
    join(parts, "")
}

/// The parts with `between` between them.
pub fn join(parts: &[&str], between: &str) -> String {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        out.push_str(part);
    }
    out
}

/// In the byte order of the names. By insertion: a dozen pairs at most, and each use of `sort` costs 4 KB.
pub fn sorted<'a>(pairs: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    let mut out: Vec<(&str, &str)> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let at = out.iter().position(|other| other.0 > *name).unwrap_or(out.len());
        out.insert(at, (*name, value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_there_and_back() {
        for value in [0, 7, 10, 999, 102_400, u64::MAX] {
            let mut text = String::new();
            push_number(&mut text, value);
            assert_eq!(text, value.to_string());
            assert_eq!(parse_number(&text), Some(value));
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x1", "١", "18446744073709551616"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn cutting() {
        assert_eq!(cut("a--b--c", "--"), Some(("a", "b--c")));
        assert_eq!(cut("--", "--"), Some(("", "")));
        assert_eq!(cut("中--文", "--"), Some(("中", "文")));
        assert_eq!(cut("-", "--"), None);
        assert_eq!(cut("", "--"), None);
    }

    #[test]
    fn sorting_by_bytes() {
        let pairs = ["b", "a", "B", "aa", "a-b", "b"].map(|name| (name, String::from(name)));
        let names: Vec<&str> = sorted(&pairs).iter().map(|pair| pair.0).collect();
        assert_eq!(names, ["B", "a", "a-b", "aa", "b", "b"]);
    }

    #[test]
    fn hexadecimal_is_lower_case() {
        assert_eq!(hex(&[0x00, 0x9a, 0xff]), "009aff");
    }
}
