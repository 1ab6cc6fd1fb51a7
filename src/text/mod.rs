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
    let mut at = text.len();
    while at > 0 {
        at -= 1;
        if text.as_bytes().get(at) == Some(&mark) {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// Where the first byte of that kind is; at the end when there is none.
#[inline(never)]
pub fn find(text: &str, kind: fn(u8) -> bool) -> usize {
    let mut at = 0;
    while text.as_bytes().get(at).is_some_and(|byte| !kind(*byte)) {
        at += 1;
    }
    at
}

/// Behind the last byte of that kind; 0 when there is none.
#[inline(never)]
pub fn find_last(text: &str, kind: fn(u8) -> bool) -> usize {
    let mut at = text.len();
    while at > 0 && text.as_bytes().get(at - 1).is_some_and(|byte| !kind(*byte)) {
        at -= 1;
    }
    at
}

/// UTF-8, strictly; core's own check is made for speed, of seven hundred bytes.
pub fn utf8(bytes: &[u8]) -> Option<String> {
    /// The least character that takes so many bytes after the first.
    const LEAST: [u32; 4] = [0, 0x80, 0x800, 0x1_0000];
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(first) = rest.next() {
        let first = u32::from(*first);
        let (more, mut code) = match first {
            0..=0x7f => (0, first),
            0xc0..=0xdf => (1, first & 0x1f),
            0xe0..=0xef => (2, first & 0xf),
            0xf0..=0xf7 => (3, first & 7),
            _ => return None,
        };
        for _ in 0..more {
            let next = u32::from(*rest.next()?);
            if next & 0xc0 != 0x80 {
                return None;
            }
            code = code << 6 | next & 0x3f;
        }
        if code < LEAST[more] {
            return None;
        }
        out.push(char::from_u32(code)?);
    }
    Some(out)
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
        let mut at = 0;
        while text.as_bytes().get(at).is_some_and(|byte| *byte != self.mark) {
            at += 1;
        }
        self.rest = text.get(at + 1..);
        text.get(..at)
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
    fn finding() {
        let digit = |byte: u8| byte.is_ascii_digit();
        assert_eq!((find("ab1c2", digit), find("abc", digit), find("", digit)), (2, 3, 0));
        assert_eq!((find_last("ab1c2d", digit), find_last("abc", digit), find_last("", digit)), (5, 0, 0));
    }

    #[test]
    fn splitting() {
        let pieces = |text| split(text, b',').collect::<Vec<_>>();
        assert_eq!(pieces("a,,中,"), ["a", "", "中", ""]);
        assert_eq!(pieces(""), [""]);
        assert_eq!(cut_last("a.b.c", b'.'), Some(("a.b", "c")));
        assert_eq!(cut_last("abc", b'.'), None);
    }

    #[test]
    fn utf8_as_core_takes_it() {
        for text in ["", "a", "é中😀\u{10ffff}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}"] {
            assert_eq!(utf8(text.as_bytes()).as_deref(), Some(text));
        }
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            // Mostly bytes that begin or continue a character.
            let bytes = (state >> 24).to_be_bytes().map(|byte| if byte < 40 { byte } else { byte | 0x80 });
            for length in 0..=4 {
                let bytes = &bytes[4..4 + length];
                assert_eq!(utf8(bytes), String::from_utf8(bytes.to_vec()).ok(), "{bytes:x?}");
            }
        }
    }

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
