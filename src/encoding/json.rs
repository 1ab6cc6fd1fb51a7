//! JSON as phones and app servers produce it: what `JSON.parse` accepts is accepted, where `serde_json` is stricter.
//!
//! Values are kept as the text that they were read from, and interpreted when they are read. So numbers keep their digits
//! (ids exceed the range of an f64), objects are passed on as they are written, and nesting has no limit. The last of several
//! members with the same name counts, and an escaped half of a surrogate pair (a text that was cut inside an emoji) is read
//! as U+FFFD.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

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
}

/// One JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(Box<str>);

/// The members of a JSON object, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Json)>);

/// Parses a text that must be one JSON value.
///
/// # Errors
/// [`JsonError`] with the place.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(value) => Ok(Json::new(value)),
        Err(error) => Err(locate(text, &error)),
    }
}

/// Parses a text that must be one JSON object. `None`: not JSON, or no object.
pub fn parse_object(text: &str) -> Option<Object> {
    parse(text).ok()?.object()
}

/// The JSON of a struct or a list of texts, whole numbers and booleans.
pub fn to_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are always JSON")
}

impl Json {
    fn new(value: &RawValue) -> Self {
        Json(value.get().into())
    }

    /// The value as it was written, without white space around it.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Whether it is an object, even one that cannot be read.
    pub fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }

    /// The members of an object; `None` for other values.
    pub fn object(&self) -> Option<Object> {
        match self.content()? {
            Content::Object(members) => Some(Object(members)),
            _ => None,
        }
    }

    /// The items of an array; `None` for other values.
    pub fn list(&self) -> Option<Vec<Json>> {
        match self.content()? {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The characters of a string; `None` for other values.
    pub fn string(&self) -> Option<String> {
        match self.content()? {
            Content::String(text) => Some(text),
            _ => None,
        }
    }

    /// A number of the type of the call; `None` for other values and for numbers outside the type's range.
    pub fn number<T: FromStr>(&self) -> Option<T> {
        self.0.parse().ok()
    }

    /// A string, a number or a boolean as text; `None` for `null`, arrays and objects.
    pub fn scalar(&self) -> Option<String> {
        match self.0.as_bytes().first()? {
            b'"' => self.string(),
            b'{' | b'[' | b'n' => None,
            _ => Some(self.0.to_string()),
        }
    }

    /// `None` only if a name or a text cannot be read, which no JSON gives.
    fn content(&self) -> Option<Content> {
        serde_json::from_str(&self.0).or_else(|_| serde_json::from_str(&replace_lone_surrogates(&self.0))).ok()
    }
}

impl Object {
    /// The member of that name; the last one of several, as in JavaScript.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().rfind(|member| member.0 == name).map(|member| &member.1)
    }

    /// A string or a number as text; empty for everything that JavaScript takes for false (the test of the official SDKs for
    /// a missing field) and for other types.
    pub fn text(&self, name: &str) -> String {
        let Some(value) = self.get(name) else { return String::new() };
        match value.as_written().bytes().next() {
            Some(b'"') => value.string().unwrap_or_default(),
            Some(b'-' | b'0'..=b'9') if !is_zero(value.as_written()) => value.as_written().to_owned(),
            _ => String::new(),
        }
    }

    /// A number of the type of the call; `None` as for [`Json::number`].
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.number()
    }

    /// Whether the member is `true`; false if it is missing or of another type.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.as_written() == "true")
    }
}

/// Whether all digits before the exponent are zero.
fn is_zero(number: &str) -> bool {
    !number.split(['e', 'E']).next().is_some_and(|digits| digits.contains(|c| matches!(c, '1'..='9')))
}

/// A value with one level interpreted.
enum Content {
    /// A number, a boolean or `null`: its text shows which.
    Other,
    String(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(Json::new(item));
        }
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Content, A::Error> {
        let mut object = Vec::new();
        while let Some((name, value)) = members.next_entry()? {
            object.push((name, Json::new(value)));
        }
        Ok(Content::Object(object))
    }
}

fn locate(text: &str, error: &serde_json::Error) -> JsonError {
    let sentence = error.to_string();
    let (problem, _) = sentence.split_once(" at line ").unwrap_or((&sentence, ""));
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

    fn text(json: &str, name: &str) -> String {
        parse_object(json).unwrap().text(name)
    }

    #[test]
    fn what_json_parse_takes_is_taken() {
        let object = r#"{"a":1,"a":"x\ud83d","n":9007199254740993123,"big":1e999,"pair":"\ud83d\ude00","\ud83d":true}"#;
        let value = parse_object(object).unwrap();
        assert_eq!(value.text("a"), "x\u{fffd}");
        assert_eq!(value.text("pair"), "😀");
        assert_eq!(value.text("n"), "9007199254740993123");
        assert_eq!(value.number("n"), Some(9007199254740993123u64));
        assert_eq!(value.number::<u32>("n"), None);
        assert_eq!(value.text("big"), "1e999");
        assert!(value.flag("\u{fffd}"));
        let list = parse(r#"["\\ud83d", "\ude00\ud83d", "\ud83d\n"]"#).unwrap().list().unwrap();
        let texts: Vec<_> = list.iter().filter_map(Json::string).collect();
        assert_eq!(texts, ["\\ud83d", "\u{fffd}\u{fffd}", "\u{fffd}\n"]);
        assert_eq!(parse(r#""\\ud83d""#).unwrap().string().unwrap(), "\\ud83d");
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!(parse(&deep).unwrap().list().unwrap().len(), 1);
    }

    #[test]
    fn values_are_kept_as_written() {
        let value = parse_object("{ \"o\" : {\"b\": 1.50, \"a\":[ ]} , \"n\":-0.50 }").unwrap();
        assert_eq!(value.get("o").unwrap().as_written(), "{\"b\": 1.50, \"a\":[ ]}");
        assert_eq!(value.get("n").unwrap().scalar().as_deref(), Some("-0.50"));
        assert_eq!(value.get("o").unwrap().scalar(), None);
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
            (r#"{"a":"\ud83d","b":}"#, 1, 19, r#"\ud83d","b":}"#),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert!(error.excerpt.contains(near), "{text}: {error}");
            assert!(!error.problem.is_empty() && !error.problem.contains("line"));
        }
        let error = parse(r#"{"Vod":{"Title":"test"}"}"#).unwrap_err();
        assert_eq!(error.to_string(), "line 1, column 24, near tle\":\"test\"}\"}: expected `,` or `}`");
    }

    #[test]
    fn objects_only() {
        for (json, a) in [
            ("{\"a\":\"x\",\"b\":[]}", "x"),
            ("{\"a\":12}", "12"),
            ("{\"a\":0}", ""),
            ("{\"a\":0.0}", ""),
            ("{\"a\":-0e5}", ""),
            ("{\"a\":0.01}", "0.01"),
            ("{\"a\":false}", ""),
            ("{\"a\":null}", ""),
            ("{\"a\":{}}", ""),
            ("{}", ""),
        ] {
            assert_eq!(text(json, "a"), a, "{json}");
        }
        for json in ["[\"x\"]", "\"x\"", "null", "{", ""] {
            assert_eq!(parse_object(json), None, "{json}");
        }
    }
}
