//! Base64 with the standard alphabet.

use ::base64::alphabet::STANDARD;
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ::base64::engine::{DecodePaddingMode, Engine};

/// Writes padding and reads without it. Bits after the last byte may be set: then the text was cut off, and the parser of its
/// content gives the better message.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64 with padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64.encode(bytes)
}

/// The bytes; ASCII white space (MIME encoders wrap lines at 76 columns) and missing padding are accepted, as the official
/// SDKs between them do. `None`: another character, or a length that no encoder gives.
pub fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    BASE64.decode(compact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(decode_lenient(&encode(part)).as_deref(), Some(part));
        }
    }
}
