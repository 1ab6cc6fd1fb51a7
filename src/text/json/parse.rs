//! The parser: strict, RFC 8259 to the letter, and telling where and what when it stops.

use core::fmt;

use super::{push_string, Json};
use crate::text::{cut_last, nibble, push_number};

/// Deeper documents are refused: the parser calls itself, and a phone's stack is short.
const DEPTH: u32 = 64;

/// Where a text stops being JSON, and what could have stood there.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    pub expected: &'static str,
    /// `None`: the text ends here.
    pub found: Option<char>,
}

impl JsonError {
    /// `line 1, column 35: expected "," or "}", found "\""`.
    pub fn text(&self) -> String {
        let mut out = String::from("line ");
        push_number(&mut out, u64::from(self.line));
        out.push_str(", column ");
        push_number(&mut out, u64::from(self.column));
        out.push_str(": expected ");
        out.push_str(self.expected);
        out.push_str(", found ");
        match self.found {
            None => out.push_str("the end of the text"),
            Some(found) => {
                let mut one = [0; 4];
                push_string(&mut out, found.encode_utf8(&mut one));
            }
        }
        out
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}

/// The whole text must be one JSON value.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    let mut parser = Parser { text, at: 0, expected: "the end of the text" };
    let value = parser.value(DEPTH);
    match value {
        Some(value) if parser.token().is_none() => Ok(value),
        _ => Err(parser.error()),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Bytes read; always on a character boundary.
    at: usize,
    /// What could stand at this place, once it has turned out that nothing of that kind does. After a whole value: its end.
    expected: &'static str,
}

impl Parser<'_> {
    fn error(&self) -> JsonError {
        let (before, after) = self.text.split_at_checked(self.at).unwrap_or((self.text, ""));
        let last_line = cut_last(before, b'\n').map_or(before, |(_, line)| line);
        JsonError {
            line: 1 + before.bytes().filter(|byte| *byte == b'\n').count() as u32,
            // Bytes that begin a character.
            column: 1 + last_line.bytes().filter(|byte| byte & 0xc0 != 0x80).count() as u32,
            expected: self.expected,
            found: after.chars().next(),
        }
    }

    /// Nothing, for want of this.
    fn without<T>(&mut self, expected: &'static str) -> Option<T> {
        self.expected = expected;
        None
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space, not yet taken.
    #[inline(never)]
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    #[inline(never)]
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn take_token(&mut self, byte: u8) -> bool {
        self.token();
        self.take(byte)
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        match self.token() {
            Some(open @ (b'{' | b'[')) => self.list(depth, open == b'{'),
            Some(b'"') => self.string().map(Json::Str),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.without("a value"),
        }
    }

    fn word(&mut self, word: &'static str, value: Json) -> Option<Json> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return self.without(word);
            }
        }
        Some(value)
    }

    /// An object or an array.
    fn list(&mut self, depth: u32, object: bool) -> Option<Json> {
        if depth == 0 {
            return self.without("fewer levels");
        }
        self.at += 1;
        let (close, more) = if object { (b'}', "\",\" or \"}\"") } else { (b']', "\",\" or \"]\"") };
        let mut items = Vec::new();
        let mut members = Vec::new();
        let mut over = self.take_token(close);
        while !over {
            let mut key = String::new();
            if object {
                if self.token() != Some(b'"') {
                    return self.without("a key in double quotes");
                }
                key = self.string()?;
                if !self.take_token(b':') {
                    return self.without("\":\"");
                }
            }
            let value = self.value(depth - 1)?;
            if object {
                members.push((key, value));
            } else {
                items.push(value);
            }
            over = self.take_token(close);
            if !over && !self.take(b',') {
                return self.without(more);
            }
        }
        Some(if object { Json::Obj(members) } else { Json::Arr(items) })
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        Some(Json::Num(String::from(text)))
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return self.without("a digit");
        }
        Some(())
    }

    #[inline(never)]
    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            if self.take(b'"') {
                return Some(out);
            }
            if !self.take(b'\\') {
                let end = self.at == self.text.len();
                return self.without(if end { "\"\\\"\" at the end of the string" } else { "an escape like \\n" });
            }
            out.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let character = match self.peek() {
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return self.without("an escape"),
        };
        self.at += 1;
        Some(character)
    }

    /// After `\u`. Half a surrogate pair becomes U+FFFD: JSON.parse accepts it, and UTF-8 cannot hold it.
    fn unicode(&mut self) -> Option<char> {
        let first = self.four()?;
        if (0xd800..0xdc00).contains(&first) {
            let mark = self.at;
            if self.take(b'\\') && self.take(b'u') {
                let second = self.four()?;
                if (0xdc00..0xe000).contains(&second) {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    return Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            self.at = mark;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    #[inline(never)]
    fn four(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(nibble) else { return self.without("four hexadecimal digits") };
            code = code << 4 | u32::from(digit);
            self.at += 1;
        }
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    #[test]
    fn the_vendors_sample_with_its_stray_quote() {
        let error = parse(r#"{"Vod":{"Title":"test","CateId":"234"}"}"#).unwrap_err();
        assert_eq!(error.to_string(), r#"line 1, column 39: expected "," or "}", found "\"""#);
    }

    #[test]
    fn errors_tell_the_place() {
        for (text, message) in [
            ("", "line 1, column 1: expected a value, found the end of the text"),
            ("{'a':1}", "line 1, column 2: expected a key in double quotes, found \"'\""),
            ("{\"a\":1,}", "line 1, column 8: expected a key in double quotes, found \"}\""),
            ("[1,]", "line 1, column 4: expected a value, found \"]\""),
            ("{\n \"视频\" 1}", "line 2, column 7: expected \":\", found \"1\""),
            ("{\"a\":undefined}", "line 1, column 6: expected a value, found \"u\""),
            ("{\"a\":nul}", "line 1, column 9: expected null, found \"}\""),
            ("[01]", "line 1, column 3: expected \",\" or \"]\", found \"1\""),
            ("[1.]", "line 1, column 4: expected a digit, found \"]\""),
            ("\"a\nb\"", "line 1, column 3: expected an escape like \\n, found \"\\n\""),
            ("\"a", "line 1, column 3: expected \"\\\"\" at the end of the string, found the end of the text"),
            ("\"\\x\"", "line 1, column 3: expected an escape, found \"x\""),
            ("\"\\u12g4\"", "line 1, column 6: expected four hexadecimal digits, found \"g\""),
            ("1 2", "line 1, column 3: expected the end of the text, found \"2\""),
            ("\u{feff}{}", "line 1, column 1: expected a value, found \"\u{feff}\""),
            ("[\"é\u{1F600}\",“", "line 1, column 7: expected a value, found \"“\""),
        ] {
            assert_eq!(parse(text).unwrap_err().text(), message, "{text:?}");
        }
    }

    #[test]
    fn surrogates() {
        assert_eq!(parse(r#""\ud83d\ude00""#), Ok(Json::Str(String::from("😀"))));
        assert_eq!(parse(r#""\ud83d""#), Ok(Json::Str(String::from("\u{fffd}"))));
        assert_eq!(parse(r#""\ud83dx""#), Ok(Json::Str(String::from("\u{fffd}x"))));
        assert_eq!(parse(r#""\ude00\ud83d\ud83d\ude00""#), Ok(Json::Str(String::from("\u{fffd}\u{fffd}😀"))));
        assert_eq!(parse(r#""\ud83d\u0041""#), Ok(Json::Str(String::from("\u{fffd}A"))));
        assert_eq!(parse(r#""\ud83d\n""#), Ok(Json::Str(String::from("\u{fffd}\n"))));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(64)).is_ok());
        assert_eq!(parse(&nested(65)).unwrap_err().column, 65);
        assert!(parse(&"[".repeat(1_000_000)).is_err());
        assert!(parse(&"{\"a\":".repeat(1_000_000)).is_err());
    }

    #[test]
    fn no_mutation_panics_and_serde_json_agrees() {
        let seeds = [
            r#"{"Vod":{"Title":"t\u00e9\ud83d\ude00","CateId":234,"Tags":["a","b"],"UserData":{"Extend":{"x":null}}}}"#,
            r#"[1.5e-3,-0,true,false,null,"\\\"\/\b\f\n\r\t"]"#,
        ];
        let alphabet: Vec<char> = "{}[]\",:\\u0123e+-.tfn d8中😀\n\0".chars().collect();
        let mut state = 42u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        for _ in 0..20_000 {
            let mut text: Vec<char> = seeds[random(seeds.len())].chars().collect();
            for _ in 0..1 + random(4) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = alphabet[random(alphabet.len())],
                    1 => text.insert(at, alphabet[random(alphabet.len())]),
                    _ => drop(text.remove(at)),
                }
            }
            let text: String = text.into_iter().collect();
            let ours = parse(&text);
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => assert!(ours.is_ok(), "{text}"),
                // serde_json refuses lone surrogates and numbers out of range, which JSON.parse takes.
                Err(error) => assert!(
                    ours.is_err()
                        || error.to_string().contains("surrogate")
                        || error.to_string().contains("hex escape")
                        || error.to_string().contains("out of range"),
                    "{text} {error}"
                ),
            }
            if let Ok(value) = ours {
                assert_eq!(parse(&write(&value)).as_ref(), Ok(&value));
            }
        }
    }
}
