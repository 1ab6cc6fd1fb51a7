//! Keyed hashes: HMAC-SHA1 for signature V1 of OSS and for VOD, HMAC-SHA256 and SHA-256 for signature V4.

use crate::encoding::base64;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Base64 of the HMAC-SHA1.
pub fn hmac_sha1_base64(key: impl AsRef<[u8]>, text: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_ref()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    base64::encode(mac.finalize().into_bytes())
}

/// The 32 bytes of the HMAC-SHA256.
pub fn hmac_sha256(key: impl AsRef<[u8]>, text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Lower-case hexadecimal of the SHA-256.
pub fn sha256_hex(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, test case 2, and RFC 4231, test case 2.
    #[test]
    fn published_examples() {
        assert_eq!(hmac_sha1_base64("Jefe", "what do ya want for nothing?"), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
        assert_eq!(
            hex(&hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
