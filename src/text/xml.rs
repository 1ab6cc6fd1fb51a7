//! A hand scan of the few flat documents that OSS answers with. A real XML parser would cost 4 KB compressed and
//! give nothing more: no element that is read here has attributes that matter or repeats a name inside itself.

use super::{cut, cut_last, find, parse_hex};

/// The text of the first element of that name, trimmed (OSS documentation shows white space inside elements),
/// entities resolved, CDATA unwrapped. Elements inside it are left out of the text's way only in that they stay raw.
pub fn first(xml: &str, tag: &str) -> Option<String> {
    let (inner, _) = element(xml, tag)?;
    Some(decode(inner.trim_ascii()))
}

/// The raw inside of every element of that name, in document order.
pub fn each<'a>(xml: &'a str, tag: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some((inner, after)) = element(rest, tag) {
        found.push(inner);
        rest = after;
    }
    found
}

/// Whether the document's outermost element has that name. A proxy's HTML page has not.
pub fn is_root(xml: &str, tag: &str) -> bool {
    let mut rest = xml;
    loop {
        let Some(open) = next_tag(rest) else {
            return false;
        };
        if !matches!(open.name.as_bytes().first(), Some(b'?' | b'!')) {
            return local(open.name) == tag;
        }
        rest = open.after;
    }
}

struct Tag<'a> {
    /// With namespace prefix; `/name` for an end, `?…` and `!…` for what is no element.
    name: &'a str,
    empty: bool,
    before: &'a str,
    after: &'a str,
}

/// The next thing in angle brackets.
fn next_tag(text: &str) -> Option<Tag<'_>> {
    let (before, rest) = cut(text, "<")?;
    for (start, end) in [("!--", "-->"), ("![CDATA[", "]]>")] {
        if let Some(inside) = rest.strip_prefix(start) {
            let (_, after) = cut(inside, end)?;
            return Some(Tag { name: "!", empty: true, before, after });
        }
    }
    let (inside, after) = cut(rest, ">")?;
    let name = inside.get(..find(inside, |byte| byte.is_ascii_whitespace())).unwrap_or_default();
    let empty = inside.ends_with('/');
    Some(Tag { name: name.strip_suffix('/').unwrap_or(name), empty, before, after })
}

fn local(name: &str) -> &str {
    cut_last(name, b':').map_or(name, |(_, name)| name)
}

/// The inside of the first element of that name, and what follows it. An element that is never closed is none.
fn element<'a>(xml: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    let mut rest = xml;
    loop {
        let open = next_tag(rest)?;
        rest = open.after;
        if matches!(open.name.as_bytes().first(), Some(b'/' | b'?' | b'!')) || local(open.name) != tag {
            continue;
        }
        if open.empty {
            return Some(("", open.after));
        }
        let inside = open.after;
        let mut length = 0;
        loop {
            let close = next_tag(rest)?;
            length += close.before.len();
            if close.name.strip_prefix('/') == Some(open.name) {
                return Some((inside.get(..length)?, close.after));
            }
            length = inside.len() - close.after.len();
            rest = close.after;
        }
    }
}

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (before, special) =
            rest.split_at_checked(find(rest, |byte| matches!(byte, b'&' | b'<'))).unwrap_or((rest, ""));
        out.push_str(before);
        let Some(first) = special.as_bytes().first() else { return out };
        if let Some((inside, after)) = special.strip_prefix("<![CDATA[").and_then(|cdata| cut(cdata, "]]>")) {
            out.push_str(inside);
            rest = after;
        } else if let Some((character, after)) = entity(special) {
            out.push(character);
            rest = after;
        } else {
            out.push(char::from(*first));
            rest = special.get(1..).unwrap_or_default();
        }
    }
}

fn entity(text: &str) -> Option<(char, &str)> {
    let (name, after) = text.strip_prefix('&').and_then(|text| cut(text, ";"))?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x').or_else(|| number.strip_prefix('X')) {
                Some(hex) => u32::try_from(parse_hex(hex)?).ok()?,
                None => u32::try_from(super::parse_number(number)?).ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_an_element() {
        let xml = "<?xml version=\"1.0\"?><!-- <A>no</A> --><o:R xmlns=\"u\"><o:A x='1'> a&amp;b&#34;&#x4e2d;&lt; </o:A><B/><C></C><D><![CDATA[x<y]]></D></o:R>";
        assert!(is_root(xml, "R"));
        assert!(!is_root(xml, "A"));
        assert_eq!(first(xml, "A").as_deref(), Some("a&b\"中<"));
        assert_eq!(first(xml, "B").as_deref(), Some(""));
        assert_eq!(first(xml, "C").as_deref(), Some(""));
        assert_eq!(first(xml, "D").as_deref(), Some("x<y"));
        assert_eq!(first(xml, "E"), None);
    }

    #[test]
    fn a_name_is_not_its_beginning() {
        let xml = "<R><PartNumberMarker>7</PartNumberMarker><Part><PartNumber>1</PartNumber></Part></R>";
        assert_eq!(each(xml, "Part"), ["<PartNumber>1</PartNumber>"]);
        assert_eq!(first(xml, "PartNumber").as_deref(), Some("1"));
    }

    #[test]
    fn strange_entities_stay() {
        assert_eq!(
            first("<A>a & b &nope; &#xZZ; &#99999999; &</A>", "A").as_deref(),
            Some("a & b &nope; &#xZZ; &#99999999; &")
        );
    }

    #[test]
    fn broken_documents_give_nothing() {
        for xml in
            ["", "<", "<A", "<A>", "<A>x", "<A>x</", "<A>x</B>", "</A>", "<!--", "<![CDATA[", "plain", "<A><!-- </A>"]
        {
            assert_eq!(first(xml, "A"), None, "{xml}");
            assert!(each(xml, "A").is_empty(), "{xml}");
        }
        assert!(!is_root("", "Error"));
        assert!(!is_root("<!DOCTYPE html><html><Error/></html>", "Error"));
    }
    #[test]
    fn no_mutation_panics() {
        let seed: Vec<char> =
            "<?xml v?><!-- c --><o:R a='1'><A>视&amp;&#x4e2d;<![CDATA[<]]></A><B/><A> </A></o:R>".chars().collect();
        let alphabet: Vec<char> = "<>/&;#x![]-? 中A".chars().collect();
        let mut state = 3u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        for _ in 0..20_000 {
            let mut text = seed.clone();
            for _ in 0..1 + random(6) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = alphabet[random(alphabet.len())],
                    1 => text.insert(at, alphabet[random(alphabet.len())]),
                    _ => drop(text.remove(at)),
                }
            }
            let text: String = text.into_iter().collect();
            let _ = (first(&text, "A"), each(&text, "A"), is_root(&text, "R"), crate::api::error::scrub(&text));
        }
    }
}
