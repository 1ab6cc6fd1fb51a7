//! JSON as phones and app servers produce it: what `JSON.parse` accepts is accepted, where `serde_json` is stricter.
//!
//! Numbers keep their digits (ids exceed the range of an f64), the last of several members with the same name counts, and
//! an escaped half of a surrogate pair (a text that was cut inside an emoji) is read as U+FFFD.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;

/// Characters shown before and after the place of an error.
const EXCERPT: usize = 12;

/// Where a text stops being JSON: `line 1, column 39, near "CateId":"234"}"}: expected `,` or `}``.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}, near {excerpt}: {problem}")]
pub struct JsonError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The text around the place.
    pub excerpt: String,
    /// The parser's sentence.
    pub problem: String,
    /// The text may be JSON, but is nested deeper than the parser follows.
    pub too_deep: bool,
}

/// Parses a text that must be one JSON value.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(error) => match replace_lone_surrogates(text) {
            Cow::Owned(repaired) => serde_json::from_str(&repaired).map_err(|error| locate(&repaired, &error)),
            Cow::Borrowed(_) => Err(locate(text, &error)),
        },
    }
}

/// Parses an object into a struct. `None`: not JSON, not an object, or a member of another type than the struct admits.
pub fn parse_object<T: DeserializeOwned>(text: &str) -> Option<T> {
    from_object(parse(text).ok()?)
}

/// An object as a struct; arrays, which serde would take for the fields in order, are refused.
pub fn from_object<T: DeserializeOwned>(value: Value) -> Option<T> {
    value.is_object().then(|| serde_json::from_value(value).ok())?
}

/// A string, a number or a boolean as text; `None` for `null`, arrays and objects.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// For `#[serde(deserialize_with)]`: a string or a number as text; empty for everything that JavaScript takes for false
/// (the test of the official SDKs for a missing field) and for other types.
pub fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Number(number) if number.as_f64() != Some(0.0) => number.to_string(),
        _ => String::new(),
    })
}

fn locate(text: &str, error: &serde_json::Error) -> JsonError {
    let sentence = error.to_string();
    let (problem, _) = sentence.rsplit_once(" at line ").unwrap_or((&sentence, ""));
    let line_text = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    // serde_json counts bytes and names the last one that it has read; at the end of the text the missing one is meant.
    let bytes = if error.is_eof() { error.column() + 1 } else { error.column() };
    let before = line_text.as_bytes().iter().take(bytes.saturating_sub(1));
    // Bytes that begin a character.
    let before = before.filter(|byte| **byte & 0xc0 != 0x80).count();
    JsonError {
        line: error.line().max(1),
        column: before + 1,
        excerpt: line_text.chars().skip(before.saturating_sub(EXCERPT)).take(2 * EXCERPT).collect(),
        problem: problem.to_owned(),
        too_deep: problem.starts_with("recursion limit"),
    }
}

/// Replaces escapes of single surrogates by that of U+FFFD.
fn replace_lone_surrogates(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match (surrogate(bytes, at), surrogate(bytes, at + 6)) {
            (None, _) => at += 2,
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(_), _) => {
                out.push_str(&text[copied..at]);
                out.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The code unit of the escape `\uD800` … `\uDFFF` at this place.
fn surrogate(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let unit = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (digits[0].is_ascii_hexdigit() && (0xd800..=0xdfff).contains(&unit)).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_parse_takes_is_taken() {
        let value =
            parse(r#"{"a":1,"a":"x\ud83d","n":9007199254740993123,"big":1e999,"pair":"\ud83d\ude00"}"#).unwrap();
        assert_eq!(value["a"], "x\u{fffd}");
        assert_eq!(value["pair"], "😀");
        assert_eq!(scalar(&value["n"]).as_deref(), Some("9007199254740993123"));
        assert!(parse(r#"["\\ud83d", "\ude00\ud83d", "\ud83d\n"]"#).is_ok());
        assert_eq!(parse(r#""\\ud83d""#).unwrap(), "\\ud83d");
    }

    #[test]
    fn an_error_keeps_its_place() {
        for (text, line, column, near) in [
            (r#"{"Vod":{"Title":"test","CateId":"234"}"}"#, 1, 39, r#"Id":"234"}"}"#),
            (r#"{"Vod":{}"#, 1, 10, r#"{"Vod":{}"#),
            ("{\n \"Vod\": {,}\n}", 2, 10, r#" "Vod": {,}"#),
            ("nonsense", 1, 2, "nonsense"),
            ("{'Vod':{}}", 1, 2, "{'Vod':{}}"),
            ("{\"标题\":\"中\",}", 1, 11, "{\"标题\":\"中\",}"),
            ("", 1, 1, ""),
            ("{\n", 2, 1, ""),
            (r#"{"a":"\ud83d","b":}"#, 1, 19, r#"\ufffd","b":}"#),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert!(error.excerpt.contains(near), "{text}: {error}");
            assert!(!error.problem.is_empty() && !error.problem.contains("line"));
        }
        let error = parse(r#"{"Vod":{"Title":"test"}"}"#).unwrap_err();
        assert_eq!(error.to_string(), "line 1, column 24, near tle\":\"test\"}\"}: expected `,` or `}`");
        assert!(parse(&"[".repeat(500)).unwrap_err().too_deep);
    }

    #[test]
    fn objects_only() {
        #[derive(Deserialize, Default, PartialEq, Debug)]
        #[serde(default)]
        struct One {
            #[serde(deserialize_with = "text_or_empty")]
            a: String,
        }
        for (text, a) in [
            ("{\"a\":\"x\",\"b\":[]}", "x"),
            ("{\"a\":12}", "12"),
            ("{\"a\":0}", ""),
            ("{\"a\":0.0}", ""),
            ("{\"a\":false}", ""),
            ("{\"a\":null}", ""),
            ("{\"a\":{}}", ""),
            ("{}", ""),
        ] {
            assert_eq!(parse_object::<One>(text).unwrap().a, a, "{text}");
        }
        for text in ["[\"x\"]", "\"x\"", "null", "{", ""] {
            assert_eq!(parse_object::<One>(text), None, "{text}");
        }
    }
}
