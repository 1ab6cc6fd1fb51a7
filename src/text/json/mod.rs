//! JSON by hand. serde_json would cost 10 KB of the compressed module for the four small documents met here, and it
//! does not say what was expected where a hand-written paramData breaks.

use crate::text::{find, hex};

mod parse;

pub use parse::{parse, JsonError};

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As written: ids of VOD and CRCs are wider than an f64, and parsing floats costs bytes.
    Num(String),
    Str(String),
    Arr(Vec<Json>),
    Obj(Vec<(String, Json)>),
}

impl Json {
    /// A member of an object; the last one wins where a key is given twice, as in JSON.parse.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Obj(members) => members.iter().rev().find(|member| member.0 == key).map(|member| &member.1),
            _ => None,
        }
    }

    /// A member, taken out of the object.
    pub fn take(self, key: &str) -> Option<Json> {
        match self {
            Json::Obj(mut members) => {
                let at = members.iter().rposition(|member| member.0 == key)?;
                Some(members.swap_remove(at).1)
            }
            _ => None,
        }
    }

    /// A member that is a string.
    pub fn str(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Json::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// The same, empty for what is none of them.
    #[inline(never)]
    pub fn string(&self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// A member that is a string, a number or a boolean, as text.
    pub fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Json::Str(text) | Json::Num(text) => Some(text.clone()),
            Json::Bool(true) => Some(String::from("true")),
            Json::Bool(false) => Some(String::from("false")),
            _ => None,
        }
    }
}

/// Without blanks, members in their order.
pub fn write(value: &Json) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out
}

fn push(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Num(text) => out.push_str(text),
        Json::Str(text) => push_string(out, text),
        Json::Arr(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push(out, item);
            }
            out.push(']');
        }
        Json::Obj(members) => {
            out.push('{');
            for (index, (key, item)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_string(out, key);
                out.push(':');
                push(out, item);
            }
            out.push('}');
        }
    }
}

/// A JSON string literal, quotes included.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let at = find(rest, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        out.push_str(rest.get(..at).unwrap_or_default());
        let Some(special) = rest.as_bytes().get(at) else { break };
        rest = rest.get(at + 1..).unwrap_or_default();
        out.push('\\');
        match special {
            b'\n' => out.push('n'),
            b'\r' => out.push('r'),
            b'\t' => out.push('t'),
            0..=0x1f => {
                out.push_str("u00");
                out.push_str(&hex(&[*special]));
            }
            _ => out.push(char::from(*special)),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let value = parse(" {\"a\" : [1, -0.5e+3, true, false, null, \"\\u89c6\\/\\\"\"], \"a\": {\"b\":\"\"} , \"n\":9007199254740993} ").unwrap();
        assert_eq!(value.get("a"), Some(&Json::Obj(vec![(String::from("b"), Json::Str(String::new()))])));
        assert_eq!(value.text("n").as_deref(), Some("9007199254740993"));
        assert_eq!(value.str("n"), None);
        assert_eq!(value.text("a"), None);
        assert_eq!(value.get("b"), None);
        assert_eq!(Json::Null.get("b"), None);
    }

    #[test]
    fn written_and_read_again() {
        let text = r#"{"a":[1,-2.5e3,true,false,null],"b\"\\":"\n\r\t\u0001\u001f 中😀/","c":{}}"#;
        assert_eq!(write(&parse(text).unwrap()), text);
    }
}
