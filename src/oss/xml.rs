//! The XML documents of OSS as a small tree. They are flat (two levels at most below the root) and have no attributes that
//! matter. Source: OSS API reference, the answers of the operations that are used, and "Error response".

/// Deeper documents are not OSS's; reading stops there.
const MAX_DEPTH: usize = 16;

/// A document, or the part of one that was received.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The outermost element.
    pub root: Element,
    /// False if the root is never closed: the document was cut off or is not well-formed.
    pub complete: bool,
}

/// An element with its text and its children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// Without namespace prefix.
    pub name: String,
    text: String,
    children: Vec<Element>,
}

impl Document {
    /// `None`: the text holds no element at all. Of a document that breaks off, the elements that are closed are kept.
    pub fn parse(xml: &str) -> Option<Self> {
        // The elements that are open, from the root inwards.
        let mut open: Vec<Element> = Vec::new();
        let mut rest = xml;
        while let Some((text, markup)) = rest.split_once('<') {
            append(&mut open, &unescape(text));
            if let Some(data) = markup.strip_prefix("![CDATA[") {
                let Some((data, after)) = data.split_once("]]>") else { break };
                append(&mut open, data);
                rest = after;
                continue;
            }
            let end = if markup.starts_with("!--") { "-->" } else { ">" };
            let Some((tag, after)) = markup.split_once(end) else { break };
            rest = after;
            if tag.starts_with(['?', '!']) {
                continue;
            }
            let empty = tag.strip_suffix('/');
            let name = local_name(tag.trim_matches('/'));
            if !tag.starts_with('/') {
                if open.len() == MAX_DEPTH {
                    break;
                }
                open.push(Element { name: name.to_owned(), ..Element::default() });
                if empty.is_none() {
                    continue;
                }
            }
            if open.last().is_none_or(|element| element.name != name) {
                break;
            }
            let closed = open.pop()?;
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => return Some(Document { root: closed, complete: true }),
            }
        }
        open.into_iter().next().map(|root| Document { root, complete: false })
    }

    /// The root of a document whose root has this name. A proxy's HTML page has another.
    pub fn parse_root(xml: &str, name: &str) -> Option<Self> {
        Document::parse(xml).filter(|document| document.root.name == name)
    }
}

impl Element {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name, in their order.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name, trimmed: examples in OSS's documentation show white space inside elements.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim())
    }
}

/// `text` as the content of an element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// The name of a tag without its namespace prefix and attributes.
fn local_name(tag: &str) -> &str {
    let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

/// Resolves entities; one that is unknown stays as it is written.
fn unescape(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((character, after)) => {
                out.push(character);
                out.push_str(after);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

/// The character of an entity or of a character reference.
fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(xml: &str) -> Element {
        Document::parse(xml).unwrap().root
    }

    #[test]
    fn text_of_elements() {
        let root = root(
            "<?xml version=\"1.0\"?><!-- <A>no</A> --><o:R xmlns=\"u\"><o:A x='1'> a&amp;b&#34;&#x4e2d;&lt; </o:A><B/><C></C>\
             <D><![CDATA[x<y]]></D></o:R>",
        );
        assert_eq!(root.name, "R");
        assert_eq!(root.text("A"), Some("a&b\"中<"));
        assert_eq!(root.text("B"), Some(""));
        assert_eq!(root.text("C"), Some(""));
        assert_eq!(root.text("D"), Some("x<y"));
        assert_eq!(root.text("E"), None);
    }

    #[test]
    fn only_direct_children_count() {
        let root = root("<R><PartNumberMarker>7</PartNumberMarker><Part><PartNumber>1</PartNumber></Part><Part/></R>");
        assert_eq!(root.text("PartNumber"), None);
        assert_eq!(root.children("Part").count(), 2);
        assert_eq!(root.child("Part").unwrap().text("PartNumber"), Some("1"));
    }

    #[test]
    fn strange_entities_stay() {
        assert_eq!(root("<R><A>a & b &nope; &#xZZ; &</A></R>").text("A"), Some("a & b &nope; &#xZZ; &"));
    }

    #[test]
    fn of_a_document_that_breaks_off_the_closed_elements_are_kept() {
        let whole = "<Error><Code>AccessDenied</Code><Message>You &amp; I</Message></Error>";
        for end in 0..whole.len() {
            let Some(document) = Document::parse(&whole[..end]) else { continue };
            assert!(!document.complete, "{end}");
            assert!(matches!(document.root.text("Code"), None | Some("AccessDenied")));
            assert!(matches!(document.root.text("Message"), None | Some("You & I")));
        }
        assert!(Document::parse(whole).unwrap().complete);
        assert_eq!(Document::parse("<Error><Code>A</Code></Err>").unwrap().root.text("Code"), Some("A"));
        for xml in ["", "<", "<A", "</A>", "<!--", "<![CDATA[", "plain"] {
            assert_eq!(Document::parse(xml), None, "{xml}");
        }
        assert!(Document::parse_root("<!DOCTYPE html><html><Error/></html>", "Error").is_none());
        assert!(!Document::parse(&"<A>".repeat(100_000)).unwrap().complete);
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
            let _ = Document::parse(&text);
        }
    }
}
