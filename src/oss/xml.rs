//! The XML documents of OSS as a small tree. They are flat (two levels at most below the root) and have no attributes that
//! matter.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::Reader;

/// Deeper documents are not OSS's; reading stops there.
const MAX_DEPTH: usize = 16;

/// A document, or the part of one that was received.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub root: Element,
    /// False if the root is never closed: the document was cut off or is not well-formed.
    pub complete: bool,
}

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
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().allow_dangling_amp = true;
        // The elements that are open, from the root inwards.
        let mut open: Vec<Element> = Vec::new();
        loop {
            let text = match reader.read_event() {
                Ok(Event::Start(_)) if open.len() == MAX_DEPTH => break,
                Ok(Event::Start(tag)) => {
                    let name = String::from_utf8_lossy(tag.local_name().into_inner()).into_owned();
                    open.push(Element { name, ..Element::default() });
                    continue;
                }
                Ok(Event::End(_)) => {
                    let closed = open.pop()?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => return Some(Document { root: closed, complete: true }),
                    }
                    continue;
                }
                Ok(Event::Text(text)) => text.decode().map(|text| text.into_owned()),
                Ok(Event::CData(text)) => text.decode().map(|text| text.into_owned()),
                Ok(Event::GeneralRef(reference)) => Ok(resolve(&reference)),
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => continue,
            };
            if let (Ok(text), Some(element)) = (text, open.last_mut()) {
                element.text.push_str(&text);
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

    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name, trimmed: examples in OSS's documentation show white space inside elements.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim())
    }
}

/// The character of an entity; an unknown entity stays as it is written.
fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
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
