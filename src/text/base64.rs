//! Base64, standard alphabet. By hand: the `base64` crate with its errors and engines is 6 KB of the module.

/// Base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) as u8 & 63;
            out.push(if at > group.len() { '=' } else { digit_of(digit) });
        }
    }
    out
}

/// Skips ASCII white space (answers are wrapped at 76 columns by MIME encoders) and accepts missing padding;
/// anything else that is not of the standard alphabet gives `None`. Bits after the last byte may be set: then the
/// text was cut off, and the JSON parser says so with a better message.
pub fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let mut bits = 0u32;
    let mut digits = 0;
    let mut padding = 0;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        if byte == b'=' {
            padding += 1;
            continue;
        }
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value_of(byte)?);
        digits += 1;
        // The first digit of four completes no byte, each other one does.
        if digits % 4 != 1 {
            out.push((bits >> [0, 0, 4, 2].get(digits % 4).copied().unwrap_or(0)) as u8);
        }
    }
    let complete = match digits % 4 {
        0 => padding == 0,
        1 => false,
        rest => padding <= 4 - rest,
    };
    complete.then_some(out)
}

fn digit_of(value: u8) -> char {
    char::from(match value {
        0..=25 => b'A' + value,
        26..=51 => b'a' - 26 + value,
        52..=61 => b'0'.wrapping_sub(52).wrapping_add(value),
        62 => b'+',
        _ => b'/',
    })
}

fn value_of(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::{engine::general_purpose::STANDARD, Engine};

    #[test]
    fn padding_and_white_space_are_optional() {
        for text in ["aGVsbG8=", "aGVsbG8", " aGVs\r\n\tbG8= \n"] {
            assert_eq!(decode_lenient(text).as_deref(), Some(b"hello".as_slice()), "{text:?}");
        }
        assert_eq!(decode_lenient(""), Some(Vec::new()));
        assert_eq!(decode_lenient("aGVsbG9="), Some(b"hello".to_vec()));
    }

    #[test]
    fn the_rest_is_refused() {
        for text in ["%%%", "a", "aGVsbG8-", "aGVs_G8=", "{\"a\":1}", "aGVsbG8=x", "aGVsbG8==", "=", "你好"] {
            assert_eq!(decode_lenient(text), None, "{text:?}");
        }
    }

    #[test]
    fn there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            let part = bytes.get(..length).unwrap_or_default();
            assert_eq!(encode(part), STANDARD.encode(part));
            assert_eq!(decode_lenient(&encode(part)).as_deref(), Some(part));
        }
    }
}
