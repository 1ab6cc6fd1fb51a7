//! Percent-encoding as RFC 3986 §2.3 defines it: everything but `A–Z a–z 0–9 - _ . ~`, upper-case hexadecimal.
//! Signature V4 of OSS, object keys in URLs and the RPC signature of VOD all require exactly this form.

use percent_encoding::{percent_decode_str, utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// For a query value, a form value or one path segment: `/` is encoded too.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// For an object key in a path: `/` stays.
pub fn encode_path(text: &str) -> String {
    utf8_percent_encode(text, RESERVED_IN_PATH).to_string()
}

/// Appends `key=value` to a URL's query, with `?` or `&` before it.
pub fn push_query(url: &mut String, key: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.extend(utf8_percent_encode(key, RESERVED));
    url.push('=');
    url.extend(utf8_percent_encode(value, RESERVED));
}

/// Reverses [`encode`]. A `%` without two hexadecimal digits stays, `+` is a plus (OSS never means a blank by it). Bytes
/// that are not UTF-8 give an empty text.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap_or_default().into_owned()
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
