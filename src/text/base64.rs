//! Base64, standard alphabet.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::Engine;

/// Padding may be missing and bits after the last byte may be set: both happen when an answer was copied by hand,
/// and what was cut off is then found by the JSON parser, with a better message.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    LENIENT.encode(bytes)
}

/// Skips ASCII white space (answers are wrapped at 76 columns by MIME encoders) and accepts missing padding;
/// anything else that is not of the standard alphabet gives `None`.
pub fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    LENIENT.decode(dense).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_white_space_are_optional() {
        for text in ["aGVsbG8=", "aGVsbG8", " aGVs\r\n\tbG8= \n"] {
            assert_eq!(
                decode_lenient(text).as_deref(),
                Some(b"hello".as_slice()),
                "{text:?}"
            );
        }
        assert_eq!(decode_lenient(""), Some(Vec::new()));
        assert_eq!(decode_lenient("aGVsbG9="), Some(b"hello".to_vec()));
    }

    #[test]
    fn the_rest_is_refused() {
        for text in [
            "%%%",
            "a",
            "aGVsbG8-",
            "aGVs_G8=",
            "{\"a\":1}",
            "aGVsbG8=x",
            "aGVsbG8==",
            "=",
            "你好",
        ] {
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
