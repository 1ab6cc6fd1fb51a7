//! Percent-encoding as RFC 3986 §2.3 has it: everything but `A–Z a–z 0–9 - _ . ~`, upper-case hexadecimal.
//! OSS V4, object keys in URLs and the VOD RPC signature all want exactly this form.

use super::{find, nibble, utf8};

/// For a query value, a form value or one path segment: `/` is encoded too.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text, false);
    out
}

/// For an object key in a path: `/` stays.
pub fn encode_path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text, true);
    out
}

/// `key=value` of a query, with `?` or `&` before it as the text so far demands.
pub fn push_query(url: &mut String, key: &str, value: &str) {
    url.push(if find(url, |byte| byte == b'?') < url.len() { '&' } else { '?' });
    push(url, key, false);
    url.push('=');
    push(url, value, false);
}

fn push(out: &mut String, text: &str, keep_slash: bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') || (keep_slash && byte == b'/') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble }));
            }
        }
    }
}

/// Undoes [`encode`]. A `%` without two hexadecimal digits stays as it is, `+` is a plus (OSS never means a blank
/// by it); bytes that are no UTF-8 give an empty text.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            if let [high, low, after_hex @ ..] = after {
                if let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) {
                    bytes.push(high << 4 | low);
                    rest = after_hex;
                    continue;
                }
            }
        }
        bytes.push(*first);
    }
    utf8(&bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unreserved_stay() {
        assert_eq!(encode("aZ09-_.~"), "aZ09-_.~");
        assert_eq!(encode(" !'()*+/%&=?"), "%20%21%27%28%29%2A%2B%2F%25%26%3D%3F");
        assert_eq!(encode_path("视/a b"), "%E8%A7%86/a%20b");
    }

    #[test]
    fn decoding_forgives() {
        assert_eq!(decode("a%2Fb%2fc+d"), "a/b/c+d");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%20"), "%zz ");
        assert_eq!(decode("a%FF"), "");
        assert_eq!(decode("%+1"), "%+1");
    }

    #[test]
    fn round_trip() {
        let mut state = 1u64;
        for _ in 0..500 {
            let mut text = String::new();
            for _ in 0..(state % 40) {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let code = (state >> 33) as u32 % 0x11_0000;
                text.push(char::from_u32(code).unwrap_or('%'));
            }
            assert_eq!(decode(&encode(&text)), text);
            assert_eq!(decode(&encode_path(&text)), text);
            state = state.wrapping_add(1);
        }
    }

    #[test]
    fn queries_grow() {
        let mut url = String::from("https://h/k");
        push_query(&mut url, "a", "1 2");
        push_query(&mut url, "b", "");
        assert_eq!(url, "https://h/k?a=1%202&b=");
    }
}
